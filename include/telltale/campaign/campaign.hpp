// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <telltale/campaign/executor.hpp>
#include <telltale/campaign/named_signal.hpp>
#include <telltale/campaign/store.hpp>
#include <telltale/core/error.hpp>

namespace telltale {

/// Told how many models of how many are finished: once at the start and after each model or group, never by two threads
/// at once; over several processes in the one that has the store.
using progress_callback = std::function<void(std::size_t done, std::size_t total)>;

/// How a campaign is run; none of it may change a result.
template <Executor Spread = in_this_process>
struct campaign_options {
  Spread executor{};             ///< who calls the work, on how many threads
  progress_callback progress{};  ///< told how far the campaign has come; may be empty
};

/// Trains and asks one model: returns its signals.
template <class Work>
concept ModelWork = std::is_invocable_r_v<std::vector<named_signal>, const Work&, std::size_t>;

/// Trains and asks several models together: returns the signals of each, in the order of the models.
template <class Work>
concept GroupWork =
    std::is_invocable_r_v<std::vector<std::vector<named_signal>>, const Work&, std::span<const std::size_t>>;

namespace req {
template <class Store>
concept stores_signals_of_a_plan = requires(Store& store, const Store& asked, std::span<const std::size_t> models,
                                            std::span<const std::span<const named_signal>> signals) {
  { asked.plan() } -> std::convertible_to<const membership_plan&>;
  { asked.finished_models() } -> std::convertible_to<std::vector<std::size_t>>;
  store.put_group(models, signals);
};
}  // namespace req

/// Where a campaign puts the signals of its models: a `signal_store`, or one that several processes fill.
template <class Store>
concept SignalStore = req::stores_signals_of_a_plan<Store>;

/// Runs the work of every group of `group` consecutive models with one that the store does not have, and stores it.
///
/// Groups are the same in every run: [0, group), [group, 2 group), ..., and one with an unfinished model is worked on
/// whole, so that its results may depend on who is in it; then `group` belongs into the store's settings. Models may
/// finish in any order: if the work is a function of its models alone, the folder's bytes are the same for every number
/// of threads and however often the campaign was killed and resumed.
/// Throws what the work throws, after the groups under way have ended; what is finished stays so. argument_error when
/// `group` is 0 or the work returns signals for another number of models. Cost: that of the work, and one write of the
/// manifest a group.
template <SignalStore Store, GroupWork Work, Executor Spread = in_this_process>
void run_campaign_in_groups(Store& store, std::size_t group, const Work& work,
                            const campaign_options<Spread>& options = {}) {
  if (group == 0) detail::refuse("run_campaign_in_groups", "group", "is 0; wanted at least 1");
  const std::size_t models = store.plan().models();
  const std::vector<std::size_t> finished_before = store.finished_models();
  std::vector<std::uint8_t> was_finished(models);
  for (const std::size_t model : finished_before) was_finished[model] = 1;
  std::vector<std::vector<std::size_t>> pending;
  for (std::size_t first = 0; first < models; first += std::min(group, models - first)) {
    std::vector<std::size_t> members;
    bool finished = true;
    for (std::size_t m = first; m - first < std::min(group, models - first); ++m) {
      members.push_back(m);
      finished = finished && was_finished[m] == 1;
    }
    if (!finished) pending.push_back(members);
  }
  std::mutex guard;
  std::size_t done = finished_before.size();
  const auto report = [&](std::size_t more) {
    const std::lock_guard hold(guard);
    done += more;
    if (options.progress && options.executor.takes_here()) options.progress(done, models);
  };
  report(0);
  using group_signals = std::vector<std::vector<named_signal>>;
  options.executor.for_each(
      pending.size(),
      [&](std::size_t piece) -> group_signals {
        const std::vector<std::size_t>& members = pending[piece];
        group_signals results = work(std::span<const std::size_t>(members));
        detail::check_size("run_campaign_in_groups", "work", results.size(), members.size());
        return results;
      },
      [&](std::size_t piece, const group_signals& results) {
        std::vector<std::size_t> fresh;
        std::vector<std::span<const named_signal>> signals;
        for (std::size_t m = 0; m < results.size(); ++m) {
          if (was_finished[pending[piece][m]] == 1) continue;
          fresh.push_back(pending[piece][m]);
          signals.emplace_back(results[m]);
        }
        store.put_group(fresh, signals);
        report(fresh.size());
      });
}

/// Runs the work of every model that the store does not have, and stores its signals as soon as it is finished.
///
///     signal_store store("campaign", {seed, hash_of(data), settings}, membership_plan::draw(seed, 64, 2000,
///     plan_rule::fixed_size{1000})); run_campaign(store, [&](std::size_t model) { return
///     std::vector{named_signal{"loss", train_and_ask(model)}}; });
///
/// The work is called from several threads where the executor has them. Resuming, order and exceptions are as in
/// `run_campaign_in_groups`.
template <SignalStore Store, ModelWork Work, Executor Spread = in_this_process>
void run_campaign(Store& store, const Work& work, const campaign_options<Spread>& options = {}) {
  run_campaign_in_groups(
      store, 1,
      [&](std::span<const std::size_t> models) {
        std::vector<std::vector<named_signal>> signals;
        for (const std::size_t model : models) signals.push_back(work(model));
        return signals;
      },
      options);
}

}  // namespace telltale
