// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "demo_audit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/metric/auc_clustered.hpp>
#include <telltale/metric/pooled.hpp>
#include <telltale/report/picture.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/telltale.hpp>

namespace tool {
namespace {

using telltale::membership;
using telltale::signals;
namespace metric = telltale::metric;
namespace published = telltale::published;
namespace report = telltale::report;

// The observations that the attacks meet: only their types matter here, since the signals are stored.
using black_box = telltale::classification<telltale::eigen<float>, telltale::access_to::confidence>;
using white_box = telltale::softmax_head<telltale::eigen<float>>;
using behind_argmax = decltype(telltale::argmax{}(std::declval<const black_box&>()));

using rows = std::vector<std::span<const double>>;

/// Stored signals of all models, as views.
struct signals_of_models {
  explicit signals_of_models(const telltale::stored_scores& from)
      : kept(from.rows<double>()), all(kept.all().begin(), kept.all().end()) {}
  telltale::model_rows<double> kept;
  rows all;
};

class auditor {
 public:
  auditor(const telltale::signal_store& store, const demo_data& data, const demo_settings& settings)
      : store_(store), plan_(store.plan()), data_(data), settings_(settings) {
    for (std::size_t t = 0; t < plan_.targets(); ++t) {
      std::vector<membership>& row = member_.emplace_back();
      for (const std::uint8_t in : plan_.keep(t)) row.push_back(in ? membership::in : membership::out);
    }
  }

  /// Every attack against the models behind `prefix` ("" or `stored::untrained`), observed as `BlackBox` and
  /// `WhiteBox`.
  template <class BlackBox, class WhiteBox>
  report::target_result target(std::string name, std::string description, const std::string& prefix,
                               const std::string& released = "") {
    report::target_result result{std::move(name), std::move(description), {}};
    const auto add = [&]<class Batch, class Attack>(std::type_identity<Batch>, const char* title, const char* citation,
                                                    const Attack& attack, const std::string& signal, auto&& owned) {
      report::attack_result& entry = result.attacks.emplace_back();
      entry.name = title;
      entry.citation = citation;
      entry.anatomy = report::in_words(telltale::anatomy_of<Attack>());
      if constexpr (telltale::Scorer<typename Attack::scorer, Batch>) {
        measure(entry, attack, prefix + released + signal, owned);
      } else {
        entry.stopped_by_type = true;
        entry.lacking = telltale::to_string(telltale::missing(Batch::reveals, Attack::scorer::needs));
      }
    };
    const std::type_identity<BlackBox> box;
    const auto nothing = [](std::size_t) { return telltale::owning(); };
    const auto labelled = [&](std::size_t t) { return telltale::owning(labelled_by_a_shadow(t)); };
    const auto population = [&](std::size_t t) { return telltale::owning(population_of(prefix, stored::loss, t)); };
    const auto shadow = [&](const std::string& signal) {
      return [&, signal](std::size_t t) { return telltale::owning(shadows(signal, t)); };
    };
    const auto shadow_and_population = [&](std::size_t t) {
      return telltale::owning(shadows(stored::confidence, t), population_of(prefix, stored::confidence, t));
    };
    const char *const yeom = "Yeom et al. 2018", *const lira = "Carlini et al. 2022",
                      *const rmia = "Zarifzadeh et al. 2024";
    add(box, "loss threshold", yeom, published::yeom{}, stored::loss, labelled);
    add(box, "gap", yeom, published::gap{}, stored::correctness, nothing);
    add(box, "attack-P", "Ye et al. 2022", published::attack_p{}, stored::loss, population);
    add(std::type_identity<WhiteBox>{}, "gradient norm", "Nasr et al. 2019",
        telltale::compose(telltale::gradient_norm{}, telltale::threshold<telltale::where::given>{}), stored::gradient,
        nothing);
    add(box, "LiRA offline", lira, published::lira_offline{}, stored::margin, shadow(stored::margin));
    add(box, "LiRA online", lira, published::lira_online{}, stored::margin, shadow(stored::margin));
    add(box, "RMIA offline", rmia, published::rmia_offline{}, stored::confidence, shadow_and_population);
    add(box, "RMIA online", rmia, published::rmia_online{}, stored::confidence, shadow_and_population);
    return result;
  }

  /// AUC intervals of the last target's attacks, together right with probability `confidence` (Bonferroni).
  std::vector<metric::estimate> family_wise_auc(double confidence) const {
    std::vector<metric::estimate> intervals;
    for (const auto& evidence : evidence_)
      intervals.push_back(
          metric::auc_clustered(pooled(evidence), 1 - (1 - confidence) / static_cast<double>(evidence_.size())));
    return intervals;
  }
  void forget() { evidence_.clear(); }

  /// The AUC of the last attack measured under `title`, within each class.
  std::vector<report::class_vulnerability> by_class(std::size_t attack) const {
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
          value.push_back(evidence_[attack][t].values[i]);
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
    const signals_of_models margin(store_.scores(stored::margin));
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t i = 0; i < data_.pool.size(); ++i) {
      double sum[2] = {}, squares[2] = {}, n[2] = {};
      for (std::size_t m = 0; m < plan_.models(); ++m) {
        const std::size_t side = plan_.keep(m)[i];
        const double value = margin.all[m][i];
        sum[side] += value;
        squares[side] += value * value;
        n[side] += 1;
      }
      const auto mean = [&](int side) { return sum[side] / n[side]; };
      const auto variance = [&](int side) { return squares[side] / n[side] - mean(side) * mean(side); };
      const double distance = (mean(1) - mean(0)) / std::sqrt((variance(0) + variance(1)) / 2);
      if (std::isfinite(distance)) ranked.emplace_back(distance, i);
    }
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
  using evidence_of_targets = std::vector<telltale::evidence>;

  const rows& stored_rows(const std::string& name) {
    for (const auto& [known, loaded] : loaded_)
      if (known == name) return loaded->all;
    loaded_.emplace_back(name, std::make_unique<signals_of_models>(store_.scores(name)));
    return loaded_.back().second->all;
  }

  // Lists of spans must outlive the adversary that is made of them: one scratch for each kind.
  telltale::shadow_models<double> shadows(const std::string& signal, std::size_t t) {
    const std::vector<std::size_t> others = plan_.shadows_of(t);
    scratch_scores_.clear();
    for (const std::size_t m : others) scratch_scores_.push_back(stored_rows(signal)[m]);
    scratch_keep_ = plan_.keeps(others);
    return {scratch_scores_, scratch_keep_};
  }

  telltale::population<signals, double> population_of(const std::string& prefix, const std::string& signal,
                                                      std::size_t t) {
    scratch_population_.clear();
    for (const std::size_t m : plan_.shadows_of(t))
      scratch_population_.push_back(stored_rows(stored::population + signal)[m]);
    return telltale::population<signals, double>(signals{stored_rows(prefix + stored::population + signal)[t]},
                                                 scratch_population_);
  }

  // The adversary knows the membership of his own shadow model's records, not of the target's.
  telltale::labelled_records<> labelled_by_a_shadow(std::size_t t) {
    const std::size_t shadow = plan_.shadows_of(t).front();
    return {signals{stored_rows(stored::loss)[shadow]}, member_[shadow]};
  }

  metric::pooled_scores pooled(const evidence_of_targets& evidence) const {
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

  template <class Attack, class OwnedBy>
  void measure(report::attack_result& entry, const Attack& attack, const std::string& signal, OwnedBy&& owned) {
    evidence_of_targets& evidence = evidence_.emplace_back();
    for (std::size_t t = 0; t < plan_.targets(); ++t)
      evidence.push_back(
          attack.judge(signals{stored_rows(signal)[t], 1, data_.pool.labels}, plan_.records(), owned(t)));
    const metric::pooled_scores all = pooled(evidence);

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
    entry.curve = report::draw(curve, band);
    entry.histogram = report::histogram_of(scores, member);
    found.pooled.tpr_at_fpr.resize(asked);
    found.averaged.tpr_at_fpr.resize(asked);
    entry.evaluation = std::move(found.pooled);
    entry.averaged = std::move(found.averaged);
    if (!settings_.quiet) line_(++done_, 17);
  }

  static constexpr std::size_t replicates = 400;

  const telltale::signal_store& store_;
  const telltale::membership_plan& plan_;
  const demo_data& data_;
  const demo_settings& settings_;
  std::vector<std::vector<membership>> member_;
  std::vector<std::pair<std::string, std::unique_ptr<signals_of_models>>> loaded_;
  rows scratch_scores_, scratch_population_;
  std::vector<std::span<const std::uint8_t>> scratch_keep_;
  std::vector<evidence_of_targets> evidence_;
  telltale::progress_line line_{"measuring attacks"};
  std::size_t done_ = 0;
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

  result.targets.push_back(audit.target<black_box, white_box>(
      "trained", "The models as they are: each of the " + models + " is attacked once, with the others as shadows.",
      ""));
  const std::size_t lira_online = 5;
  result.vulnerability_measure = "AUC of " + result.targets[0].attacks[lira_online].name + " within the class";
  result.classes = audit.by_class(lira_online);
  result.record_measure =
      "distance between the margins of models trained with and without the record, in standard "
      "deviations";
  result.records = audit.most_vulnerable(24);

  audit.forget();
  result.targets.push_back(audit.target<behind_argmax, behind_argmax>(
      "argmax", "The same models behind a release of the predicted label alone.", "", stored::argmax));
  audit.forget();
  result.targets.push_back(audit.target<black_box, white_box>(
      "untrained", "The models before their first step: the null control, where no attack may find anything.",
      stored::untrained));

  std::string beyond;
  const auto intervals = audit.family_wise_auc(0.999);
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
  const signals_of_models correctness(store.scores(stored::correctness));
  for (std::size_t m = 0; m < store.plan().models(); ++m)
    for (std::size_t i = 0; i < data.pool.size(); ++i)
      if (!store.plan().keep(m)[i]) correct += correctness.all[m][i], of += 1;
  result.data = models + " networks with one hidden layer of " + std::to_string(settings.hidden) +
                ", each trained on " + std::to_string(data.pool.size() / 2) + " of " +
                std::to_string(data.pool.size()) + " images";
  result.notes.push_back("Training accuracy is at least " + percent(lowest) + ", accuracy on other records " +
                         percent(correct / of) + ": the models are over-fitted, as small training sets make them.");
  result.notes.push_back("Intervals are over records; they do not say how another training run would differ.");
  return result;
}

}  // namespace tool
