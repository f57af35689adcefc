// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "demo_audit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/metric/auc_clustered.hpp>
#include <telltale/metric/pooled.hpp>
#include <telltale/metric/record_distance.hpp>
#include <telltale/report/picture.hpp>
#include <telltale/report/progress.hpp>

#include "demo_attacks.hpp"

namespace tool {
namespace {

using telltale::membership;
namespace metric = telltale::metric;
namespace report = telltale::report;

/// Turns evidence into figures with intervals, pictures and the records and classes at risk.
class auditor {
 public:
  auditor(const telltale::signal_store& store, const demo_data& data, const demo_settings& settings)
      : store_(store),
        plan_(store.plan()),
        data_(data),
        settings_(settings),
        line_("measuring attacks", settings.quiet) {
    for (std::size_t t = 0; t < plan_.targets(); ++t) {
      std::vector<membership>& row = member_.emplace_back();
      for (const std::uint8_t in : plan_.keep(t)) row.push_back(in ? membership::in : membership::out);
    }
  }

  /// The figures of every attack that compiled.
  report::target_result target(std::string name, std::string description, std::vector<judged_attack>& attacks) {
    report::target_result result{std::move(name), std::move(description), {}};
    std::size_t done = 0;
    for (judged_attack& attack : attacks) {
      if (!attack.entry.stopped_by_type) measure(attack);
      line_(++done, attacks.size());
      result.attacks.push_back(std::move(attack.entry));
    }
    return result;
  }

  /// AUC intervals of attacks, all right together with probability `confidence` (Bonferroni).
  std::vector<metric::estimate> family_wise_auc(const std::vector<judged_attack>& attacks, double confidence) const {
    std::vector<metric::estimate> intervals;
    for (const judged_attack& attack : attacks)
      intervals.push_back(
          metric::auc_clustered(pooled(attack.by_target), 1 - (1 - confidence) / static_cast<double>(attacks.size())));
    return intervals;
  }

  /// The AUC of an attack within each class.
  std::vector<report::class_vulnerability> by_class(const std::vector<telltale::evidence>& evidence) const {
    std::vector<report::class_vulnerability> classes;
    for (std::size_t c = 0; c < data_.classes; ++c) {
      std::vector<std::size_t> of_class;
      for (std::size_t i = 0; i < data_.pool.size(); ++i)
        if (data_.pool.labels[i] == static_cast<int>(c)) of_class.push_back(i);
      std::vector<std::vector<double>> values;
      std::vector<std::vector<membership>> member;
      metric::pooled_scores part;
      for (std::size_t t = 0; t < plan_.targets(); ++t) {
        std::vector<double>& value = values.emplace_back();
        std::vector<membership>& in = member.emplace_back();
        for (const std::size_t i : of_class) {
          value.push_back(evidence[t].values[i]);
          in.push_back(member_[t][i]);
        }
        if (std::adjacent_find(in.begin(), in.end(), std::not_equal_to<>{}) == in.end()) continue;
        part.scores.emplace_back(value);
        part.member.emplace_back(in);
      }
      if (part.targets() == 0) continue;  // a class of one record: no target has members and others of it
      classes.push_back({data_.class_names[c], of_class.size(), metric::auc_clustered(part)});
    }
    return classes;
  }

  /// The records whose logit margin tells most reliably whether a model was trained on them.
  std::vector<report::vulnerable_record> most_vulnerable(std::size_t count) const {
    const telltale::stored_scores margin = store_.scores(stored::margin);
    metric::record_distances distances(data_.pool.size());
    for (std::size_t m = 0; m < plan_.models(); ++m) distances.add(margin.rows<double>().all()[m], plan_.keep(m));
    std::vector<std::pair<double, std::size_t>> ranked;
    for (const metric::record_distance& found : distances.found())
      ranked.emplace_back(found.distance.value, ranked.size());
    std::sort(ranked.rbegin(), ranked.rend());
    std::vector<report::vulnerable_record> top;
    for (std::size_t r = 0; r < std::min(count, ranked.size()); ++r) {
      const std::size_t i = ranked[r].second, d = data_.dimensions();
      const auto first = data_.pool.pixels.begin() + static_cast<std::ptrdiff_t>(i * d);
      top.push_back({data_.pool.index[i],
                     data_.class_names[static_cast<std::size_t>(data_.pool.labels[i])],
                     ranked[r].first,
                     {data_.width, data_.height, 1, {first, first + static_cast<std::ptrdiff_t>(d)}}});
    }
    return top;
  }

 private:
  metric::pooled_scores pooled(const std::vector<telltale::evidence>& evidence) const {
    metric::pooled_scores all;
    for (std::size_t t = 0; t < evidence.size(); ++t) {
      all.scores.emplace_back(evidence[t].values);
      all.member.emplace_back(member_[t]);
      all.cuts.push_back(evidence[t].cut);
    }
    if (std::adjacent_find(all.cuts.begin(), all.cuts.end(), std::not_equal_to<>{}) == all.cuts.end())
      all.cuts.resize(1);
    return all;
  }

  void measure(judged_attack& attack) const {
    const metric::pooled_scores all = pooled(attack.by_target);

    std::vector<double> scores;
    std::vector<membership> member;
    for (std::size_t t = 0; t < plan_.targets(); ++t) {
      scores.insert(scores.end(), all.scores[t].begin(), all.scores[t].end());
      member.insert(member.end(), all.member[t].begin(), all.member[t].end());
    }
    const metric::roc_curve curve(scores, member);
    metric::pooled_options options;
    const std::size_t asked = options.fprs.size();
    const std::vector<double> grid = report::band_fprs(curve.negatives());
    options.fprs.insert(options.fprs.end(), grid.begin(), grid.end());
    options.resampling.replicates = replicates;
    options.resampling.seed = settings_.seed;
    options.resampling.threads = settings_.threads;
    metric::pooled_evaluation found = metric::evaluate_pooled(all, options);

    metric::evaluation band = found.pooled;
    band.tpr_at_fpr.erase(band.tpr_at_fpr.begin(), band.tpr_at_fpr.begin() + static_cast<std::ptrdiff_t>(asked));
    attack.entry.curve = report::draw(curve, band);
    attack.entry.histogram = report::histogram_of(scores, member);
    found.pooled.tpr_at_fpr.resize(asked);
    found.averaged.tpr_at_fpr.resize(asked);
    attack.entry.evaluation = std::move(found.pooled);
    attack.entry.averaged = std::move(found.averaged);
  }

  static constexpr std::size_t replicates = 400;

  const telltale::signal_store& store_;
  const telltale::membership_plan& plan_;
  const demo_data& data_;
  const demo_settings& settings_;
  std::vector<std::vector<membership>> member_;
  telltale::progress_line line_;
};

std::string percent(double share) {
  const long permille = std::lround(share * 1000);
  return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + " %";
}

}  // namespace

report::audit audit_campaign(const telltale::signal_store& store, const demo_data& data,
                             const demo_settings& settings) {
  report::audit result;
  auditor audit(store, data, settings);
  const std::string models = std::to_string(store.plan().targets());

  std::vector<judged_attack> trained = judge(store, answers::trained);
  result.targets.push_back(audit.target(
      "trained", "The models as they are: each of the " + models + " is attacked once, with the others as shadows.",
      trained));
  const auto strongest =
      std::max_element(result.targets[0].attacks.begin(), result.targets[0].attacks.end(),
                       [](const auto& a, const auto& b) { return a.evaluation.auc.value < b.evaluation.auc.value; });
  result.vulnerability_measure = "AUC of " + strongest->name + " within the class";
  result.classes = audit.by_class(trained[std::size_t(strongest - result.targets[0].attacks.begin())].by_target);
  result.record_measure =
      "distance between the margins of models trained with and without the record, in standard "
      "deviations";
  result.records = audit.most_vulnerable(24);

  std::vector<judged_attack> labels_only = judge(store, answers::behind_argmax);
  result.targets.push_back(
      audit.target("argmax", "The same models behind a release of the predicted label alone.", labels_only));

  std::vector<judged_attack> untrained = judge(store, answers::untrained);
  result.targets.push_back(audit.target(
      "untrained", "The models before their first step: the null control, where no attack may find anything.",
      untrained));
  std::string beyond;
  const auto intervals = audit.family_wise_auc(untrained, 0.999);
  for (std::size_t a = 0; a < intervals.size(); ++a)
    if (intervals[a].low > 0.5 || intervals[a].high < 0.5)
      beyond += (beyond.empty() ? "" : ", ") + result.targets.back().attacks[a].name;
  result.notes.push_back(
      beyond.empty() ? "The null control holds: against untrained models every attack's AUC is within its interval "
                       "around 0.5 (family-wise 99.9 %, clustered by record)."
                     : "THE NULL CONTROL FAILS for " + beyond + ": distrust every figure of this report.");

  const auto accuracy = store.scores("training-accuracy");
  double lowest = 1, correct = 0, of = 0;
  for (const auto& row : accuracy.rows<double>().all()) lowest = std::min(lowest, row[0]);
  const auto correctness = store.scores(stored::correctness);
  for (std::size_t m = 0; m < store.plan().models(); ++m)
    for (std::size_t i = 0; i < data.pool.size(); ++i)
      if (!store.plan().keep(m)[i]) correct += correctness.rows<double>().all()[m][i], of += 1;
  result.data = models + " networks with one hidden layer of " + std::to_string(settings.hidden) +
                ", each trained on " + std::to_string(data.pool.size() / 2) + " of " +
                std::to_string(data.pool.size()) + " images";
  result.notes.push_back("Training accuracy is at least " + percent(lowest) + ", accuracy on other records " +
                         percent(correct / of) + ": the models are over-fitted, as small training sets make them.");
  result.notes.push_back("Intervals are over records; they do not say how another training run would differ.");
  return result;
}

}  // namespace tool
