#include "storage/store.h"

#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/json_writer.h"
#include "storage/pages_left_out.h"
#include "storage/reparse.h"
#include "storage/store_impl.h"

namespace thresh {
namespace {

constexpr int kMostLinks = 40;  // as Linux has it

// Also a link to where no file is yet is followed: weakly_canonical would take it for the file.
std::filesystem::path FollowedLinks(std::filesystem::path path, std::error_code& error) {
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(path, error); ++i) {
    path = path.parent_path() / std::filesystem::read_symlink(path, error);
  }
  return std::filesystem::weakly_canonical(path, error);
}

// One path for one file, whatever links lead to it: the lock stands beside the file.
std::filesystem::path RealPath(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path real = FollowedLinks(path, error);
  if (error) throw StorageError(path.string() + ": cannot be opened: " + error.message());
  if (std::filesystem::exists(real, error) && !std::filesystem::is_regular_file(real, error)) {
    throw StorageError(path.string() + ": is not a file; name one for the database");
  }
  return std::filesystem::absolute(real);
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

std::unique_ptr<Store> Store::Open(const std::filesystem::path& path,
                                   std::chrono::milliseconds busy_timeout) {
  return std::unique_ptr<Store>(new Store(std::make_unique<Impl>(RealPath(path), busy_timeout)));
}

std::unique_ptr<Store> Store::Temporary() {
  return std::unique_ptr<Store>(
      new Store(std::make_unique<Impl>(std::filesystem::path(), std::chrono::milliseconds(0))));
}

void Store::Close() { impl_->Close(); }

void Store::PrepareTables(const std::string& site, const std::vector<TableSchema>& tables,
                          std::optional<bool> history) {
  impl_->PrepareTables(site, tables, history);
}

std::optional<RunRecord> Store::UnfinishedRun(std::string_view site) {
  return impl_->parts().runs.Unfinished(site);
}

std::optional<RunRecord> Store::LastRun(std::string_view site) {
  return impl_->parts().runs.Last(site);
}

RunId Store::StartRun(std::string_view site, std::string_view config_hash,
                      std::string_view config_text, Timestamp now) {
  return impl_->Write(
      [&](Impl::Parts& parts) { return parts.runs.Start(site, config_hash, config_text, now); });
}

void Store::ContinueRun(RunId run, std::string_view config_hash, std::string_view config_text) {
  impl_->Write([&](Impl::Parts& parts) { parts.runs.Continue(run, config_hash, config_text); });
}

RunTotals Store::ReadTotals(RunId run) { return impl_->parts().totals.Read(run); }

void Store::FinishRun(RunId run, RunOutcome outcome, int exit_code, Timestamp now) {
  impl_->Write([&](Impl::Parts& parts) { parts.runs.Finish(run, outcome, exit_code, now); });
}

void Store::ForEachUrl(std::span<const std::string> sites,
                       const std::function<void(const KnownUrl&)>& visit) {
  impl_->parts().urls.ForEach(sites, visit);
}

UrlId Store::AddUrl(std::string_view site, const NewUrl& url) {
  return impl_->Write([&](Impl::Parts& parts) { return parts.urls.Add(site, url); });
}

UrlDetails Store::ReadUrl(UrlId id) { return impl_->parts().urls.Read(id); }

void Store::MakeSeed(UrlId id, std::string_view request_headers) {
  impl_->Write([&](Impl::Parts& parts) { parts.urls.MakeSeed(id, request_headers); });
}

void Store::ForEachSeedNotDone(std::span<const UrlRange> seeds,
                               const std::function<void(const SeedNotDone&)>& visit) {
  impl_->parts().urls.ForEachSeedNotDone(seeds, visit);
}

void Store::UpdateUrl(UrlId id, RunId run, const UrlUpdate& update) {
  impl_->Write([&](Impl::Parts& parts) {
    parts.urls.Update(id, run, update);
    if (update.state == UrlState::kFailed) ++parts.totals[run].failed;
  });
}

void Store::ForgetValidators(std::span<const std::string> sites) {
  impl_->Write([&](Impl::Parts& parts) { parts.urls.ForgetValidators(sites); });
}

PageId Store::AddPage(RunId run, const PageRecord& page) {
  return impl_->Write([&](Impl::Parts& parts) {
    RunTotals& totals = parts.totals[run];
    ++totals.pages;
    totals.unchanged += page.status == 304 && page.error.empty();
    totals.bytes += static_cast<int64_t>(page.bytes);
    return parts.pages.Add(run, page);
  });
}

std::string Store::LatestBodyHash(UrlId url) { return impl_->parts().pages.LatestBodyHash(url); }

std::optional<bool> Store::WasGoneBefore(UrlId url) {
  return impl_->parts().pages.WasGoneBefore(url);
}

std::string Store::LastHeaders(UrlId url) { return impl_->parts().pages.LastHeaders(url); }

void Store::NoteParsing(UrlId url) { impl_->NoteParsing(url); }

Death Store::DiedParsing() const { return impl_->DiedParsing(); }

RowChanges Store::ApplyRows(std::string_view site, RunId run, UrlId url, PageId page,
                            const TableSchema& schema, const RecordExtraction& found, Timestamp now,
                            int gone_after) {
  return impl_->Write([&](Impl::Parts& parts) {
    const std::string now_text = ToIso8601(now);
    const RowOrigin origin{site, run, parts.runs.StartedAt(run), url, page, now_text, gone_after};
    const RowChanges changes = parts.records.RowsOf(site, schema).Apply(origin, found);
    if (changes.kept_old) parts.pages.FlagKeptRows(page);
    parts.extraction.Add(run, page, schema, found, changes);
    RunTotals& totals = parts.totals[run];
    totals.rows_added += changes.added;
    totals.rows_changed += changes.changed;
    totals.rows_gone += changes.removed;
    return changes;
  });
}

int64_t Store::MarkGone(const std::map<std::string, RunId>& runs, Timestamp now, int gone_after) {
  return impl_->Write([&](Impl::Parts& parts) {
    std::map<std::string, std::vector<std::string>> in_doubt;
    for (const auto& [site, run] : runs) {
      in_doubt[site] = parts.health.TablesInDoubt(site, run, gone_after);
    }
    int64_t all = 0;
    for (const auto& [site, rows] : parts.records.MarkGone(in_doubt, ToIso8601(now), gone_after)) {
      parts.totals[runs.at(site)].rows_gone += rows;
      all += rows;
    }
    return all;
  });
}

SiteHealth Store::ReadHealth(std::string_view site, RunId run) {
  return impl_->Write([&](Impl::Parts& parts) {
    parts.extraction.Flush();
    return parts.health.Read(site, run);
  });
}

std::unique_ptr<PagesLeftOut> Store::FindPagesLeftOut(std::span<const RunId> runs) {
  return std::make_unique<PagesLeftOut>(impl_->database(), runs);
}

std::vector<std::string> Store::PagesThatGaveRows(RunId run, std::string_view table,
                                                  std::string_view rule, std::string_view field) {
  return impl_->parts().health.PagesThatGaveRows(run, table, rule, field);
}

void Store::SaveFindings(RunId run, std::span<const Finding> findings) {
  impl_->Write([&](Impl::Parts& parts) { parts.health.SaveFindings(run, findings); });
}

std::vector<HostRecord> Store::LoadHosts() { return impl_->parts().hosts.Load(); }

void Store::SaveHost(const HostRecord& host) {
  impl_->Write([&](Impl::Parts& parts) { parts.hosts.Save(host); });
}

void Store::CountDropped(std::string_view site, std::string_view host, std::string_view reason,
                         int64_t count, std::string_view example) {
  impl_->Write([&](Impl::Parts& parts) { parts.dropped.Add(site, host, reason, count, example); });
}

void Store::WriteProgress(const Progress& progress, Timestamp now) {
  impl_->Write([&](Impl::Parts&) { impl_->WriteProgress(progress, now); });
}

PruneTotals Store::Prune(Timestamp older_than) { return impl_->Prune(std::nullopt, older_than); }

PruneTotals Store::Prune(std::span<const std::string> sites, Timestamp older_than) {
  return impl_->Prune(JsonArray(sites), older_than);
}

void Store::Shrink() { impl_->Shrink(); }

std::unique_ptr<Reparse> Store::BeginReparse(const std::vector<TableSchema>& tables,
                                             Timestamp now) {
  impl_->Commit();
  return std::make_unique<Reparse>(impl_->database(), tables, now);
}

void Store::Commit() { impl_->Commit(); }

void Store::EmptyLog() { impl_->EmptyLog(); }

bool Store::has_uncommitted() const { return impl_->in_transaction(); }

}  // namespace thresh
