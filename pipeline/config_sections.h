// The tables of a config other than seeds and records, read into their structs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pipeline/config.h"
#include "pipeline/config_node.h"

namespace thresh {

// Each takes the table below the root (nullptr: not there) and changes what it says.
void ReadLimits(const ConfigNode* table, DiagnosticSink* sink, LimitsConfig* limits);
void ReadFetch(const ConfigNode* table, const LoadOptions& options, DiagnosticSink* sink,
               FetchConfig* fetch);
void ReadHosts(const ConfigNode* table, const LoadOptions& options, DiagnosticSink* sink,
               std::map<std::string, HostConfig>* hosts);
void ReadStore(const ConfigNode* table, DiagnosticSink* sink, StoreConfig* store);
void ReadRecrawl(const ConfigNode* table, DiagnosticSink* sink, RecrawlConfig* recrawl);
// The rules of [[links]], compiled; null when there are none.
std::shared_ptr<const LinkRules> ReadLinks(const ConfigNode* array, DiagnosticSink* sink);
// Follow rules; those that an earlier one leaves nothing to decide are errors.
void ReadFollow(const ConfigNode* array, DiagnosticSink* sink, std::vector<FollowRule>* follow);

// "X.test:8080" as URLs have it: lower case, punycode, without a default port. Nothing when it is
// no host.
std::optional<std::string> NormalisedHost(std::string_view host);

// The value of a string node with its references to secrets expanded. What is missing is an error,
// or a warning where options.require_secrets is off.
std::string Expanded(const ConfigNode& string, const LoadOptions& options, DiagnosticSink* sink);

}  // namespace thresh
