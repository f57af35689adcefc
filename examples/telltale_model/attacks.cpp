// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "attacks.hpp"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

#include <telltale/metric/evaluation.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/published/catalogue.hpp>
#include <telltale/report/html.hpp>
#include <telltale/torch/backend.hpp>

namespace tool {
namespace {

using telltale::knowledge;
using telltale::signals;
using batch = telltale::classification<telltale::libtorch, telltale::access_to::parameters>;
using maps = telltale::segmentation<telltale::libtorch>;

constexpr std::string_view loss_name = "loss, ranked";

batch batch_of(const answered_records& records, telltale::stored_as form) {
  return {records.answers, records.labels, form};
}

// What a signal's folder in a store is called: "logit-margin".
template <class Scorer>
std::string stored_name() {
  return file_stem(Scorer::name);
}

class published_attacks {
 public:
  explicit published_attacks(const audited_target& target)
      : target_(target), attacked_(batch_of(target.attacked, target.form)) {
    if (target.population != nullptr) population_.emplace(batch_of(*target.population, target.form));
    // A shadow model's own records are what its maker knows the membership of.
    if (target.shadows != nullptr) known_members_ = target.shadows->members_of(0);
    owns_ = knowledge::truth | knowledge::record;
    if (target.population != nullptr) owns_ = owns_ | knowledge::population;
    if (target.shadows != nullptr) owns_ = owns_ | knowledge::shadow_models | knowledge::labelled_records;
  }

  attack_results all() {
    // Not caught: what the loss refuses are answers that no classifier gives.
    using loss_alone = telltale::attack<telltale::loss, telltale::threshold<telltale::where::given>>;
    results_.ran.push_back(measured(loss_name, telltale::published::yeom_citation,
                                    telltale::anatomy_of<loss_alone, batch>(), loss_alone()(attacked_),
                                    target_.member));
    telltale::published::for_each([&](const auto& listed) {
      using attack = typename std::remove_cvref_t<decltype(listed)>::attack;
      if constexpr (std::is_same_v<attack, telltale::published::gradient_norm>) return;
      if constexpr (attack::scorer::needs == telltale::access_to::generation)
        not_run(listed.name, "asks a text-to-image generator, which 'telltale generation' takes");
      else if constexpr (telltale::Scorer<typename attack::scorer, maps>)
        not_run(listed.name, "asks a segmentation network, which 'telltale segmentation' takes");
      else if constexpr (!telltale::Scorer<typename attack::scorer, batch>)
        not_run(listed.name, "needs " + telltale::to_string(attack::scorer::needs) +
                                 "s released while the model was trained, which are not in the model");
      else if constexpr (std::is_same_v<attack, telltale::published::qmia>)
        not_run(listed.name, "needs features of the records to regress on, which 'telltale score qmia' takes");
      else if (!listed.allowed(batch::reveals, owns_))
        not_run(listed.name, "needs " + lacking(listed.parts.owns));
      else
        run<attack>(listed.name, listed.citation);
    });
    return std::move(results_);
  }

 private:
  template <class Attack>
  void run(std::string_view name, std::string_view citation) {
    try {
      if (std::optional<telltale::evidence> judged = judge<Attack>(name))
        results_.ran.push_back(
            measured(name, citation, telltale::anatomy_of<Attack, batch>(), std::move(*judged), target_.member));
    } catch (const telltale::argument_error& refusal) {
      not_run(name, "refuses these data, " + std::string(refusal.what()));
    }
  }

  template <class Attack>
  std::optional<telltale::evidence> judge(std::string_view name) {
    using scorer = typename Attack::scorer;
    constexpr knowledge needs = Attack::rule::needs;
    const Attack attack;
    const std::vector<double> values = attack.score(attacked_);
    const std::size_t subjects = attacked_.subjects(), width = values.size() / subjects;
    const signals signal{values, width, target_.attacked.labels};
    const auto judged_by = [&](const auto& owned) { return attack.judge(signal, subjects, owned); };
    const auto shadow_rows = [&](const std::string& prefix, std::size_t records) {
      const std::string folder = prefix + stored_name<scorer>();
      const auto rows = target_.shadows->rows(folder, records, width);
      if (!rows) not_run(name, "needs the signal " + folder + " of the shadow models, which is not stored");
      return rows;
    };
    if constexpr (needs == knowledge::nothing) {
      return judged_by(telltale::owning());
    } else if constexpr (needs == knowledge::population) {
      const std::vector<double> others = attack.score(*population_);
      return judged_by(telltale::owning(telltale::population<signals, double>(signals{others, width})));
    } else {
      const auto rows = shadow_rows("", subjects);
      if (!rows) return std::nullopt;
      if constexpr (needs == knowledge::labelled_records) {
        return judged_by(telltale::owning(
            telltale::labelled_records<>(signals{(*rows)[0], width, target_.attacked.labels}, known_members_)));
      } else {
        const telltale::shadow_models<double> shadows(*rows, target_.shadows->keep());
        if constexpr (needs == knowledge::shadow_models) {
          return judged_by(telltale::owning(shadows));
        } else {
          static_assert(needs == (knowledge::shadow_models | knowledge::population));
          const auto of_others = shadow_rows("population-", population_->subjects());
          if (!of_others) return std::nullopt;
          const std::vector<double> others = attack.score(*population_);
          return judged_by(
              telltale::owning(shadows, telltale::population<signals, double>(signals{others, width}, *of_others)));
        }
      }
    }
  }

  // What is missing in words of the command line.
  std::string lacking(knowledge needed) const {
    std::string text;
    const auto add = [&](knowledge fact, const std::string& option) {
      if (!telltale::covers(needed, fact) || telltale::covers(owns_, fact)) return;
      text += (text.empty() ? "" : " and ") + telltale::to_string(fact) + " (" + option + ")";
    };
    add(knowledge::population, "--population");
    add(knowledge::shadow_models, "--shadow-store");
    add(knowledge::labelled_records, "of a shadow model: --shadow-store");
    return text;
  }

  void not_run(std::string_view name, std::string why) {
    results_.not_run.push_back({std::string(name), std::move(why)});
  }

  const audited_target& target_;
  batch attacked_;
  std::optional<batch> population_;
  std::vector<telltale::membership> known_members_;
  knowledge owns_ = knowledge::nothing;
  attack_results results_;
};

}  // namespace

audited_attack measured(std::string_view name, std::string_view citation, const telltale::anatomy& parts,
                        telltale::evidence judged, std::span<const telltale::membership> member) {
  telltale::metric::evaluation_options options;
  if (!judged.ranks_only()) options.cut = judged.cut;
  const telltale::metric::roc_curve curve(judged.values, member);
  audited_attack result{
      telltale::report::pictured(curve, judged.values, member, telltale::metric::evaluate(curve, options), name), {}};
  result.entry.citation = citation;
  result.entry.anatomy = telltale::report::in_words(parts);
  result.evidence = std::move(judged.values);
  return result;
}

attack_results run_published(const audited_target& target) { return published_attacks(target).all(); }

std::string file_stem(std::string_view name) {
  std::string stem;
  for (const char letter : name) {
    if (letter == ',') continue;
    stem += letter == ' ' ? '-' : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return stem;
}

std::vector<std::string> file_stems() {
  std::vector<std::string> stems{file_stem(loss_name)};
  telltale::published::for_each([&](const auto& listed) { stems.push_back(file_stem(listed.name)); });
  return stems;
}

}  // namespace tool
