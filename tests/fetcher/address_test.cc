#include "fetcher/address.h"

#include <gmock/gmock.h>
#include <netinet/in.h>

namespace thresh {
namespace {

TEST(AddressTest, KindsByTheSpecialPurposeRegistries) {
  using enum AddressKind;
  const struct {
    std::string_view address;
    AddressKind kind;
  } kCases[] = {
      {"8.8.8.8", kPublic},
      {"1.1.1.1", kPublic},
      {"0.0.0.0", kUnspecified},
      {"0.1.2.3", kUnspecified},
      {"9.255.255.255", kPublic},
      {"10.0.0.0", kPrivate},
      {"10.255.255.255", kPrivate},
      {"11.0.0.0", kPublic},
      {"100.63.255.255", kPublic},
      {"100.64.0.0", kSharedNetwork},
      {"100.127.255.255", kSharedNetwork},
      {"100.128.0.0", kPublic},
      {"100.100.100.200", kSharedNetwork},  // Alibaba's metadata
      {"127.0.0.1", kLoopback},
      {"127.255.255.254", kLoopback},
      {"128.0.0.1", kPublic},
      {"168.63.129.16", kReserved},  // Azure's
      {"169.253.255.255", kPublic},
      {"169.254.169.254", kLinkLocal},  // everybody's metadata
      {"169.255.0.0", kPublic},
      {"172.15.255.255", kPublic},
      {"172.16.0.0", kPrivate},
      {"172.31.255.255", kPrivate},
      {"172.32.0.0", kPublic},
      {"192.0.0.192", kReserved},  // Oracle's metadata
      {"192.0.2.1", kReserved},
      {"192.88.99.1", kReserved},
      {"192.168.0.1", kPrivate},
      {"192.169.0.0", kPublic},
      {"198.17.255.255", kPublic},
      {"198.18.0.1", kReserved},
      {"198.19.255.255", kReserved},
      {"198.20.0.0", kPublic},
      {"198.51.100.7", kReserved},
      {"203.0.113.9", kReserved},
      {"223.255.255.255", kPublic},
      {"224.0.0.1", kMulticast},
      {"240.0.0.1", kReserved},
      {"255.255.255.255", kReserved},
      {"::", kUnspecified},
      {"::1", kLoopback},
      {"::2", kReserved},
      {"::127.0.0.1", kReserved},  // the abolished "compatible" form
      {"::ffff:127.0.0.1", kLoopback},
      {"::ffff:169.254.169.254", kLinkLocal},
      {"::ffff:8.8.8.8", kPublic},
      {"64:ff9b::127.0.0.1", kTranslated},
      {"64:ff9b::a9fe:a9fe", kTranslated},
      {"64:ff9b::8.8.8.8", kPublic},      // how an IPv6-only network reaches IPv4
      {"64:ff9b:1::8.8.8.8", kReserved},  // local-use NAT64 (RFC 8215)
      {"2002:7f00:1::", kTranslated},
      {"2002:808:808::1", kPublic},
      {"2001:0:808:808::80ff:fffe", kTranslated},  // Teredo: the client is 127.0.0.1, inverted
      {"2001:db8::1", kReserved},
      {"2001:2::1", kReserved},
      {"2001:4860:4860::8888", kPublic},
      {"2a00:1450::1", kPublic},
      {"3fff::1", kReserved},
      {"3ffe::1", kPublic},
      {"4000::1", kReserved},
      {"5f00::1", kReserved},
      {"100::1", kReserved},
      {"fc00::1", kPrivate},
      {"fd00:ec2::254", kPrivate},  // AWS's metadata over IPv6
      {"fe80::1", kLinkLocal},
      {"fe80::1%eth0", kLinkLocal},
      {"febf::1", kLinkLocal},
      {"fec0::1", kPrivate},
      {"ff02::1", kMulticast},
      {"", kOther},
      {"localhost", kOther},
      {"127.1", kOther},  // a URL's spelling, not an address's
      {"1.2.3.4.5", kOther},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Name(ClassifyAddress(test.address)), Name(test.kind)) << test.address;
  }
}

TEST(AddressTest, SocketAddressesAreReadInNetworkOrder) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x7f000001);
  const auto* generic = reinterpret_cast<const sockaddr*>(&v4);
  EXPECT_EQ(ClassifyAddress(generic, sizeof v4), AddressKind::kLoopback);
  EXPECT_EQ(ClassifyAddress(generic, 4), AddressKind::kOther) << "cut short";

  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  EXPECT_EQ(ClassifyAddress(reinterpret_cast<const sockaddr*>(&v6), sizeof v6),
            AddressKind::kLoopback);
}

TEST(AddressTest, HostsAreAddressesOrNamesOfTheMachine) {
  using enum AddressKind;
  const struct {
    std::string_view host;
    AddressKind kind;
  } kCases[] = {
      {"10.0.0.1", kPrivate},
      {"8.8.8.8", kPublic},
      {"[::1]", kLoopback},
      {"[2606:4700::1]", kPublic},
      {"localhost", kLoopback},
      {"localhost.", kLoopback},
      {"a.localhost", kLoopback},
      {"notlocalhost", kOther},
      {"localhost.test", kOther},
      {"x.test", kOther},
      {"", kOther},
  };
  for (const auto& test : kCases) EXPECT_EQ(ClassifyHost(test.host), test.kind) << test.host;
}

TEST(AddressTest, OtherFamiliesAreNotPublic) {
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_EQ(ClassifyAddress(&local, sizeof local), AddressKind::kOther);
}

}  // namespace
}  // namespace thresh
