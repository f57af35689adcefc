// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/anatomy.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/observation/floored.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/published/segmentation.hpp>

#include "segmentation_parts.hpp"

namespace tool {
namespace {

using telltale::at_every_pixel;
using telltale::features;
using telltale::labelled_records;
using telltale::libtorch;
using telltale::signals;
namespace published = telltale::published;
namespace learner = telltale::learner;

using answers = telltale::segmentation<libtorch>;
using answered_labels = telltale::segmentation_behind<telltale::argmax, answers>;
using map_features = features<libtorch>;

const char* const question = "Was this image in the training set?";

/// What the adversary sees of a side.
template <class Work>
auto with_release(const segmentation_side& side, const segmentation_settings& settings, const Work& work) {
  const answers seen = side.seen.view();
  if (settings.release == released_as::labels) return work(at_every_pixel{telltale::argmax{}}(seen));
  if (settings.release == released_as::noisy)
    return work(at_every_pixel{telltale::noise{settings.sigma, side.noise_seed}}(seen));
  if (settings.floor) return work(telltale::floored(seen, *settings.floor));
  return work(seen);
}

/// A scorer's signal of a side: numbers, or features. Attacks that the release stops are listed as such and never come
/// here.
template <class Scorer>
auto signal_of(const segmentation_side& side, const segmentation_settings& settings) {
  constexpr bool makes_features = telltale::detail::gives_of<Scorer> == telltale::gives::features;
  using signal = std::conditional_t<makes_features, map_features, std::vector<double>>;
  return side.places.name_in([&] {
    return with_release(side, settings, [&](const auto& seen) -> signal {
      if constexpr (!telltale::Scorer<Scorer, std::remove_cvref_t<decltype(seen)>>) {
        throw usage_error("--release", "leaves no probabilities");
      } else if constexpr (makes_features) {
        map_features out;
        Scorer{}(seen, out);
        return out;
      } else {
        std::vector<double> out(seen.subjects());
        Scorer{}(seen, std::span<double>(out));
        return out;
      }
    });
  });
}

/// The chosen images' part of a signal.
map_features rows_of(const map_features& signal, std::span<const std::size_t> images) {
  const at::Tensor index = at::tensor(std::vector<std::int64_t>(images.begin(), images.end()), at::kLong);
  return {signal.values.index_select(0, index.to(signal.values.device()))};
}
std::vector<double> rows_of(const std::vector<double>& signal, std::span<const std::size_t> images) {
  std::vector<double> chosen;
  for (const std::size_t image : images) chosen.push_back(signal[image]);
  return chosen;
}

/// A signal of what is known and of what is tested. It is made of whole files, so that a message has the number that an
/// image has there.
template <class Signal>
struct signal_parts {
  Signal known, tested;
};

template <class Of>
auto parts_of(const segmentation_sides& sides, const Of& of) {
  auto all = of(sides.victim);
  using signal = decltype(all);
  if (sides.shadow) return signal_parts<signal>{of(*sides.shadow), std::move(all)};
  return signal_parts<signal>{rows_of(all, sides.images.auxiliary), rows_of(all, sides.images.tested)};
}

void set(learner::residual_on_maps& model, const segmentation_settings& settings) {
  model = learner::residual_on_maps(settings.epochs, settings.seed);
}
void set(learner::summed_patches<>& model, const segmentation_settings& settings) {
  set(model.inner, settings);
  model.side = settings.patch.value_or(model.side);
  model.seed = settings.seed;
}

template <class Rule>
Rule rule_of(const segmentation_settings& settings) {
  Rule rule;
  if constexpr (requires { rule.model; }) set(rule.model, settings);
  return rule;
}

template <class Attack>
telltale::evidence judged(const segmentation_sides& sides, const segmentation_settings& settings) {
  using scorer = typename Attack::scorer;
  const Attack attack(scorer{}, rule_of<typename Attack::rule>(settings));
  const auto parts = parts_of(sides, [&](const segmentation_side& side) { return signal_of<scorer>(side, settings); });
  const std::size_t images = sides.tested_member().size();
  if constexpr (telltale::detail::gives_of<scorer> == telltale::gives::features)
    return attack.judge(parts.tested, images,
                        telltale::owning(labelled_records<map_features>{parts.known, sides.known_member()}));
  else
    return attack.judge(signals{parts.tested}, images,
                        telltale::owning(labelled_records<>(signals{parts.known}, sides.known_member())));
}

/// What a control looks at in place of answers.
using seen_blind = at::Tensor (*)(const segmentation_side&);

/// A rule on what the adversary knows without asking anything.
telltale::evidence judged_blind(seen_blind of, const segmentation_sides& sides, const segmentation_settings& settings) {
  const auto parts = parts_of(sides, [&](const segmentation_side& side) { return map_features{of(side)}; });
  const auto fitted = rule_of<published::map_network<>>(settings).fit(
      labelled_records<map_features>{parts.known, sides.known_member()});
  telltale::evidence evidence{std::vector<double>(sides.tested_member().size()), fitted.cut()};
  fitted(parts.tested, std::span<double>(evidence.values));
  return evidence;
}

/// The true mask, one channel a class.
at::Tensor mask_channels(const segmentation_side& side) {
  const answers seen = side.seen.view();
  const at::Tensor labels = side.places.name_in([&] { return telltale::detail::true_labels(seen); });
  const at::Tensor of_class = at::one_hot(labels.clamp_min(0), static_cast<std::int64_t>(seen.format().classes));
  return (of_class * (labels >= 0).unsqueeze(3)).permute({0, 3, 1, 2}).to(at::kFloat);
}

/// What is missing of the masks, or of the images, of both networks; empty where nothing is.
std::string without_masks(const segmentation_sides& sides) {
  if (!sides.victim.has_masks()) return "needs --masks";
  return sides.shadow && !sides.shadow->has_masks() ? "needs --shadow-masks" : "";
}
std::string without_images(const segmentation_sides& sides) {
  if (!sides.victim.images.defined()) return "needs --images";
  return sides.shadow && !sides.shadow->images.defined() ? "needs --shadow-images" : "";
}

struct no_attack {};

class lines {
 public:
  lines(const segmentation_sides& sides, const segmentation_settings& settings) : sides_(sides), settings_(settings) {}

  /// An attack on probabilities, and what is left of it where only labels are released.
  template <class Soft, class Hard = no_attack>
  void add(const std::string& name, const std::string& variant, std::string_view citation,
           const std::string& otherwise = "") {
    const bool labels = settings_.release == released_as::labels;
    if (labels && std::is_same_v<Hard, no_attack>)
      return add_line<Soft, answers>(name, variant, citation, "needs probabilities, which --release argmax takes away");
    if constexpr (!std::is_same_v<Hard, no_attack>)
      if (labels) return add_line<Hard, answered_labels>(name, variant, citation, otherwise);
    add_line<Soft, answers>(name, variant, citation, otherwise);
  }

  void add_blind(const std::string& variant, std::string lacks, seen_blind of) {
    const auto sees = [&](const std::string& what) {
      return telltale::report::anatomy_text{
          question, "nothing", "labelled_records", what, std::string(published::map_network<>::name), "", "torch"};
    };
    all_.push_back({"blind", variant, std::move(lacks), sees(variant), "a control, which asks the network nothing",
                    true, [this_sides = &sides_, this_settings = &settings_, of] {
                      return judged_blind(of, *this_sides, *this_settings);
                    }});
  }

  [[nodiscard]] std::vector<table_attack> take() { return std::move(all_); }

 private:
  template <class Attack, class Batch>
  void add_line(const std::string& name, const std::string& variant, std::string_view citation, std::string lacks) {
    const bool needs_masks = covers(telltale::detail::holds_of<typename Attack::scorer>, telltale::knowledge::truth);
    if (lacks.empty() && needs_masks) lacks = without_masks(sides_);
    all_.push_back(
        {name, variant, std::move(lacks), telltale::report::in_words(telltale::anatomy_of<Attack, Batch>(), question),
         std::string(citation), false,
         [this_sides = &sides_, this_settings = &settings_] { return judged<Attack>(*this_sides, *this_settings); }});
  }

  const segmentation_sides& sides_;
  const segmentation_settings& settings_;
  std::vector<table_attack> all_;
};

}  // namespace

std::vector<table_attack> segmentation_attacks(const segmentation_sides& sides, const segmentation_settings& settings) {
  using telltale::dice, telltale::threshold;
  using hard_dice = dice<telltale::dice_by::labels>;
  namespace where = telltale::where;
  const auto theirs = published::segmentation_citation, maps = published::loss_map_citation,
             ours = published::segmentation_ours_citation;
  lines all(sides, settings);
  all.add<published::type_i, published::type_i_of_labels>("type-i", "", theirs);
  all.add<published::type_ii, published::type_ii_of_labels>("type-ii", "", theirs);
  all.add<published::structured_loss_map, published::structured_loss_map_of_labels>("loss-map", "", maps);
  all.add<published::structured_loss_map_patches>("loss-map", "patches", maps, settings.patch ? "" : "needs --patch");
  all.add<published::global_dice, telltale::attack<hard_dice, threshold<where::mean_of_members>>>("dice", "", theirs);
  all.add<published::global_dice_tuned, published::segmentation_with<hard_dice>>("dice", "tuned", theirs);
  all.add<published::global_loss>("loss", "", maps);
  all.add<published::global_boundary_loss>("boundary-loss", "", ours);
  all.add<published::global_pixel_accuracy, published::global_pixel_accuracy>("pixel-accuracy", "", ours);
  all.add<published::global_entropy>("entropy", "", ours);
  all.add_blind("masks", without_masks(sides), mask_channels);
  all.add_blind("images", without_images(sides),
                [](const segmentation_side& side) { return side.images.to(at::kFloat); });
  return all.take();
}

segmentation_names segmentation_attack_names() {
  const segmentation_sides nothing;
  const segmentation_settings settings;
  segmentation_names names;
  for (const table_attack& attack : segmentation_attacks(nothing, settings)) {
    names.choices.push_back(attack.name);
    names.full.push_back(attack.full_name());
  }
  names.choices = choices_of(names.choices);
  return names;
}

released_quality quality_behind_release(const segmentation_side& side, const segmentation_settings& settings) {
  const auto of = [&](telltale::membership kind) {
    std::vector<std::int64_t> which;
    for (std::size_t i = 0; i < side.member.size(); ++i)
      if (side.member[i] == kind) which.push_back(static_cast<std::int64_t>(i));
    const at::Tensor index = at::tensor(which, at::kLong);
    segmentation_side part;
    part.seen = side.seen;
    part.seen.maps = side.seen.maps.index_select(0, index.to(side.seen.maps.device()));
    part.seen.masks = side.seen.masks.index_select(0, index);
    part.noise_seed = side.noise_seed;
    return with_release(part, settings, [](const auto& seen) { return telltale::quality_of(seen); });
  };
  return {of(telltale::membership::in), of(telltale::membership::out)};
}

}  // namespace tool
