#include "pipeline/address_book.h"

#include <algorithm>
#include <utility>

namespace thresh {
namespace {

constexpr Milliseconds kAddressHolds = std::chrono::hours(1);
constexpr Milliseconds kNoAddressHolds = std::chrono::minutes(1);

}  // namespace

void AddressBook::Add(std::string host, std::vector<std::string> addresses, SteadyTime now) {
  Entry entry;
  entry.until = now + (addresses.empty() ? kNoAddressHolds : kAddressHolds);
  if (!addresses.empty()) entry.queue = *std::min_element(addresses.begin(), addresses.end());
  entry.addresses = std::move(addresses);
  hosts_.insert_or_assign(std::move(host), std::move(entry));
}

const AddressBook::Entry* AddressBook::Find(std::string_view host) const {
  const auto found = hosts_.find(std::string(host));
  return found == hosts_.end() ? nullptr : &found->second;
}

bool AddressBook::Knows(std::string_view host, SteadyTime now) const {
  const Entry* entry = Find(host);
  return entry != nullptr && now < entry->until;
}

const std::vector<std::string>& AddressBook::AddressesOf(std::string_view host) const {
  static const std::vector<std::string> kNone;
  const Entry* entry = Find(host);
  return entry == nullptr ? kNone : entry->addresses;
}

std::string_view AddressBook::QueueOf(std::string_view host) const {
  const Entry* entry = Find(host);
  return entry == nullptr ? std::string_view() : entry->queue;
}

}  // namespace thresh
