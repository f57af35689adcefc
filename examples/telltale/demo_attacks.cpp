// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "demo_attacks.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <type_traits>
#include <utility>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/anatomy.hpp>
#include <telltale/published/catalogue.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/scorer/gradient_norm.hpp>

namespace tool {
namespace {

using telltale::membership;
using telltale::signals;
namespace published = telltale::published;

// The observations that the attacks meet: only their types matter here, since the signals are stored.
using black_box = telltale::classification<telltale::eigen<float>, telltale::access_to::confidence>;
using white_box = telltale::softmax_head<telltale::eigen<float>>;
using labels_only = decltype(telltale::argmax{}(std::declval<const black_box&>()));

class judge_of_targets {
 public:
  judge_of_targets(const telltale::signal_store& store, std::string models, std::string released)
      : store_(store), plan_(store.plan()), models_(std::move(models)), released_(std::move(released)) {
    for (std::size_t t = 0; t < plan_.targets(); ++t) {
      std::vector<membership>& row = member_.emplace_back();
      for (const std::uint8_t in : plan_.keep(t)) row.push_back(in ? membership::in : membership::out);
    }
  }

  template <class BlackBox, class WhiteBox>
  std::vector<judged_attack> all() {
    const auto nothing = [](std::size_t) { return telltale::owning(); };
    const auto labelled = [&](std::size_t t) { return telltale::owning(labelled_by_a_shadow(t)); };
    const auto population = [&](std::size_t t) { return telltale::owning(population_of(stored::loss, t)); };
    const auto shadow = [&](std::size_t t) { return telltale::owning(shadows(stored::margin, t)); };
    const auto shadow_losses = [&](std::size_t t) { return telltale::owning(shadows(stored::loss, t)); };
    const auto shadow_and_population = [&](std::size_t t) {
      return telltale::owning(shadows(stored::confidence, t), population_of(stored::confidence, t));
    };
    const char *const yeom = "Yeom et al. 2018", *const lira = "Carlini et al. 2022",
                      *const rmia = "Zarifzadeh et al. 2024";
    add<BlackBox>("loss threshold", yeom, published::yeom{}, stored::loss, labelled);
    add<BlackBox>("gap", yeom, published::gap{}, stored::correctness, nothing);
    add<BlackBox>("attack-P", "Ye et al. 2022", published::attack_p{}, stored::loss, population);
    add<WhiteBox>("gradient norm", "Nasr et al. 2019",
                  telltale::compose(telltale::gradient_norm{}, telltale::threshold<telltale::where::given>{}),
                  stored::gradient, nothing);
    add<BlackBox>("attack-R", "Ye et al. 2022", published::attack_r{}, stored::loss, shadow_losses);
    add<BlackBox>("difficulty calibration", "Watson et al. 2022", published::difficulty_calibration{}, stored::loss,
                  shadow_losses);
    add<BlackBox>("score offset", "Sablayrolles et al. 2019", published::score_offset{}, stored::loss, shadow_losses);
    add<BlackBox>("LiRA offline", lira, published::lira_offline{}, stored::margin, shadow);
    add<BlackBox>("LiRA online", lira, published::lira_online{}, stored::margin, shadow);
    add<BlackBox>("RMIA offline", rmia, published::rmia_offline{}, stored::confidence, shadow_and_population);
    add<BlackBox>("RMIA online", rmia, published::rmia_online{}, stored::confidence, shadow_and_population);
    return std::move(attacks_);
  }

 private:
  using rows = std::vector<std::span<const double>>;

  template <class Batch, class Attack, class OwnedBy>
  void add(const char* title, const char* citation, const Attack& attack, const std::string& signal,
           const OwnedBy& owned) {
    judged_attack& added = attacks_.emplace_back();
    added.entry.name = title;
    added.entry.citation = citation;
    added.entry.anatomy = telltale::report::in_words(telltale::anatomy_of<Attack>());
    if constexpr (telltale::Scorer<typename Attack::scorer, Batch>) {
      for (std::size_t t = 0; t < plan_.targets(); ++t)
        added.by_target.push_back(
            attack.judge(signals{stored_rows(models_ + released_ + signal)[t]}, plan_.records(), owned(t)));
    } else {
      added.entry.stopped_by_type = true;
      added.entry.lacking = telltale::to_string(telltale::missing(Batch::reveals, Attack::scorer::needs));
    }
  }

  telltale::per_model<double> stored_rows(const std::string& name) {
    const auto known = loaded_.find(name);
    return (known != loaded_.end() ? known : loaded_.emplace(name, store_.scores(name).rows<double>()).first)
        ->second.all();
  }

  // Lists of spans must outlive the adversary that is made of them: one scratch for each kind.
  telltale::shadow_models<double> shadows(const std::string& signal, std::size_t t) {
    const std::vector<std::size_t> others = plan_.shadows_of(t);
    scratch_scores_.clear();
    for (const std::size_t m : others) scratch_scores_.push_back(stored_rows(signal)[m]);
    scratch_keep_ = plan_.keeps(others);
    return {scratch_scores_, scratch_keep_};
  }

  telltale::population<signals, double> population_of(const std::string& signal, std::size_t t) {
    scratch_population_.clear();
    for (const std::size_t m : plan_.shadows_of(t))
      scratch_population_.push_back(stored_rows(stored::population + signal)[m]);
    return telltale::population<signals, double>(signals{stored_rows(models_ + stored::population + signal)[t]},
                                                 scratch_population_);
  }

  // The adversary knows the membership of his own shadow model's records, not of the target's.
  telltale::labelled_records<> labelled_by_a_shadow(std::size_t t) {
    const std::size_t shadow = plan_.shadows_of(t).front();
    return {signals{stored_rows(stored::loss)[shadow]}, member_[shadow]};
  }

  const telltale::signal_store& store_;
  const telltale::membership_plan& plan_;
  std::string models_, released_;
  std::vector<std::vector<membership>> member_;
  std::map<std::string, telltale::model_rows<double>> loaded_;
  rows scratch_scores_, scratch_population_;
  std::vector<std::span<const std::uint8_t>> scratch_keep_;
  std::vector<judged_attack> attacks_;
};

}  // namespace

std::vector<judged_attack> judge(const telltale::signal_store& store, answers of) {
  judge_of_targets targets(store, of == answers::untrained ? stored::untrained : "",
                           of == answers::behind_argmax ? stored::argmax : "");
  return of == answers::behind_argmax ? targets.all<labels_only, labels_only>() : targets.all<black_box, white_box>();
}

}  // namespace tool
