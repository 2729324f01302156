// How a crawl begins: deaths accounted for, runs continued or started.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "pipeline/commands.h"
#include "pipeline/crawl.h"
#include "pipeline/stored_page.h"

namespace thresh {

void Crawl::Start() {
  const SteadyTime now = clock_.Steady();
  next_progress_ = now;
  AccountForDeath();
  for (const auto& site : sites_) {
    const Config& config = site->config;
    store_.PrepareTables(config.name, config.extractor->schemas(), config.store.history);
  }
  // From here on nothing is committed before all is said that a changed config makes due: with its
  // run's first trace in the database it counts as known.
  std::vector<std::string> changed;
  for (const auto& site : sites_) {
    OpenRun(*site);
    if (site->rules_changed) changed.push_back(site->config.name);
  }
  if (!changed.empty()) store_.ForgetValidators(changed);  // every page must come whole
  LoadHosts();
  options_.seeds_only ? LoadSeeds() : LoadUrls();
  for (const auto& site : sites_) {
    AddSeeds(*site);
    LogIn(*site);
    listener_.OnRun({.site = site->config.name,
                     .run = site->run,
                     .continued = site->continued,
                     .first = site->first,
                     .queued = site->pending});
    site->max_pages = options_.max_pages ? options_.max_pages : site->config.limits.pages;
    const auto time = options_.time ? options_.time : site->config.limits.time;
    if (time) site->deadline = now + *time;
  }
  Commit();
}

// A page that crashed this program counts as two processes that died of its URL, so that the second
// time puts it into quarantine, see JudgeLoss. A kill counts as one: the kernel may have wanted the
// memory that the page takes, and if it was somebody else, the page is not the one that is parsed
// the next time, too, and the time after. Once it is parsed, the count begins anew.
void Crawl::AccountForDeath() {
  const Death death = store_.DiedParsing();
  if (death.at == 0) return;
  const UrlDetails details = store_.ReadUrl(death.at);
  UrlUpdate update = AsItIs(details);
  update.lone_deaths += death.crashed ? 2 : 1;
  const bool again = update.lone_deaths < kLoneDeaths;
  update.state = again ? UrlState::kPending : UrlState::kSkipped;
  update.reason =
      fmt::format("{}the program {} while parsing it{}",
                  again ? "" : "quarantined: ", death.crashed ? "crashed" : "was killed",
                  again ? "" : ", again and again");
  store_.UpdateUrl(death.at, 0, update);
}

// Continues the site's unfinished run, or starts one. With another config than the last run's, what
// is pending or was skipped is asked by the new rules again.
void Crawl::OpenRun(SiteRun& site) {
  const Config& config = site.config;
  const auto last = store_.LastRun(config.name);
  const auto unfinished = store_.UnfinishedRun(config.name);
  site.first = !last;
  site.continued = unfinished && !options_.fresh;
  site.rules_changed = last && last->config_hash != config.hash;
  if (site.continued) {
    site.run = unfinished->id;
    site.pages = store_.ReadTotals(site.run).pages;
    store_.ContinueRun(site.run, config.hash, config.text);
  } else {
    if (unfinished)
      store_.FinishRun(unfinished->id, RunOutcome::kCrashed, kExitError, clock_.Wall());
    site.run = store_.StartRun(config.name, config.hash, config.text, clock_.Wall());
  }
}

}  // namespace thresh
