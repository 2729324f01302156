// Which addresses hosts have, for hosts whose requests are spaced by address (per = "address").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pipeline/clock.h"

namespace thresh {

// What was found holds for an hour, so that a host that moves is followed; that a host has no
// address, for a minute. Memory is that of the hosts' names and addresses.
class AddressBook {
 public:
  void Add(std::string host, std::vector<std::string> addresses, SteadyTime now);
  // Whether the resolver need not be asked for that host.
  bool Knows(std::string_view host, SteadyTime now) const;
  // In the resolver's order; what was found last, however old. Empty: none.
  const std::vector<std::string>& AddressesOf(std::string_view host) const;
  // The name of the queue that the host's URLs share with all of its first address, whatever the
  // order in which the resolver gives them; empty: its address is not known.
  std::string_view QueueOf(std::string_view host) const;

  bool empty() const { return hosts_.empty(); }

 private:
  struct Entry {
    std::vector<std::string> addresses;
    std::string queue;
    SteadyTime until;
  };
  const Entry* Find(std::string_view host) const;

  std::unordered_map<std::string, Entry> hosts_;
};

}  // namespace thresh
