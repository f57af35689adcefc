// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "wing_defences.hpp"

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <telltale/accounting/gaussian_dp.hpp>
#include <telltale/accounting/renyi.hpp>
#include <telltale/torch.hpp>

namespace generator {
namespace {

namespace while_training = telltale::while_training;
using telltale::clipping::automatic, telltale::clipping::flat, telltale::clipping::per_layer;
using noise = telltale::gaussian_noise<>;
using sampling = telltale::poisson_sampling<>;

// Names of types, separated by "or".
template <class... Part>
std::string names() {
  std::string text;
  ((text += (text.empty() ? "" : " or ") + std::string(Part::name)), ...);
  return text;
}

shown_defence made(std::string_view kind, std::string_view name, std::string_view type, std::string_view page,
                   std::string_view question, std::string_view before, std::string_view after) {
  return {.kind = std::string(kind),
          .name = std::string(name),
          .type = std::string(type),
          .page = std::string(page),
          .question = std::string(question),
          .before = std::string(before),
          .after = std::string(after),
          .parts = {},
          .backends = {std::string(telltale::libtorch::name)}};
}

// Parts that are taken from the type of a DP-SGD, so that a renamed one renames the page.
template <class Model, class Clipping, class Noise, class Sampling, class Accountant, class Loss>
void add_parts(std::vector<std::pair<std::string, std::string>>& parts,
               std::type_identity<telltale::dp_sgd<Model, Clipping, Noise, Sampling, Accountant, Loss>>) {
  static_assert(telltale::Clipping<per_layer> && telltale::Clipping<automatic>);
  parts = {{"acts on", "the gradient of each example, in every step"},
           {"clipping", names<Clipping, per_layer, automatic>()},
           {"noise", names<Noise>()},
           {"sampling", names<Sampling>()},
           {"neighbouring", std::string(Sampling::neighbouring)},
           {"loss", names<Loss>()}};
}

template <class Accountant>
inline constexpr bool accounts = telltale::req::accounts_for_this_noise_and_sampling<Accountant, noise, sampling>;

shown_defence dp_sgd() {
  using model = std::function<at::Tensor(at::Tensor)>;
  using type = telltale::dp_sgd<model, flat, noise, sampling>;
  shown_defence shown = made("training", type::name, "dp_sgd<Model, Clipping, Noise, Sampling, Accountant, Loss>",
                             "dp_sgd", "What if no single example can move the training far?", "any training set",
                             "a model with a promise: (epsilon, delta)");
  add_parts(shown.parts, std::type_identity<type>{});
  static_assert(accounts<telltale::accounting::privacy_loss> && accounts<telltale::accounting::renyi<>> &&
                accounts<telltale::accounting::central_limit>);
  shown.parts.emplace_back("accountant", "privacy_loss, renyi or central_limit");
  return shown;
}

// A policy acts at the points at which it is not `plain`: there its member belongs to another class.
template <telltale::SegmentationPolicy Policy>
shown_defence while_learning(std::string_view name, std::string_view type, std::string_view page,
                             std::string_view question) {
  using while_training::plain;
  shown_defence shown =
      made("training", name, type, page, question, "training images with masks", "a segmentation network");
  std::string points;
  const auto acts = [&](bool differs, std::string_view at) {
    if (differs) points += (points.empty() ? "" : ", ") + std::string(at);
  };
  acts(!std::same_as<decltype(&Policy::shown), decltype(&plain::shown)>, "data (what a step is shown)");
  acts(!std::same_as<decltype(&Policy::regulariser), decltype(&plain::regulariser)>, "loss (what is added to it)");
  acts(!std::same_as<decltype(&Policy::predict), decltype(&plain::predict)>, "inference (how it answers)");
  shown.parts = {{"acts on", points}, {"policy", std::string(Policy::name)}};
  return shown;
}

shown_defence early_stopping() {
  // The option must be there under this name: it is part of the page's type.
  static_assert(std::same_as<decltype(telltale::segmentation_options::stop), std::optional<telltale::best_on>>);
  shown_defence shown =
      made("training", "early stopping", "segmentation_options{.stop = best_on{validation, patience}}",
           "early_stopping", "What if learning ends where new images are segmented best?", "training images with masks",
           "a segmentation network of an earlier epoch");
  shown.parts = {{"acts on", "when learning ends"},
                 {"needs", "validation images that are not trained on"},
                 {"patience", std::to_string(telltale::best_on{}.patience) + " epochs unless it is said otherwise"}};
  return shown;
}

shown_defence distillation() {
  using namespace telltale::selection;
  static_assert(telltale::ImageSelection<all> && telltale::ImageSelection<by_certainty> &&
                telltale::ImageSelection<by_truth>);
  shown_defence shown =
      made("training", "distillation", "distil_segmentation(teacher, unlabelled, validation, student, recipe)",
           "distillation", "What if the network that is given away never saw the training images?",
           "a trained teacher, and images of nobody", "a student that learned the teacher's masks");
  shown.parts = {{"acts on", "data: other images, with hard masks by the teacher"},
                 {"selection", names<by_certainty, by_truth, all>()}};
  return shown;
}

template <telltale::UnlearningPreset Preset>
shown_defence unlearning(std::string_view name, std::string_view type, std::string_view question) {
  const auto of = []<class Part>(const Part&) { return std::string(Part::name); };
  shown_defence shown = made("unlearning", name, type, "backdoor_defence", question, "a trained encoder",
                             "the encoder, without the link of name and face");
  shown.parts = {{"acts on", "the parameters of the trained encoder"},
                 {"trigger", of(Preset::trigger)},
                 {"neutral target", of(Preset::target)},
                 {"utility, redirect", of(Preset::utility) + ", " + of(Preset::redirect)},
                 {"weight anchor", of(Preset::anchor)},
                 {"schedule", of(Preset::schedule)},
                 {"frozen", of(Preset::frozen)}};
  return shown;
}

shown_defence poisoning() {
  using namespace telltale::trigger;
  using type = telltale::trigger_poisoning<line>;
  static_assert(telltale::ImageTrigger<line> && telltale::ImageTrigger<square> &&
                std::same_as<decltype(std::declval<const type&>()(std::declval<const telltale::images_with_masks&>())),
                             telltale::poisoned_images>);
  shown_defence shown = made("influence", "poisoning by a trigger", "trigger_poisoning<Mark>", "poisoned_segmentation",
                             "Do images with a planted trigger in the training set make the others easier to find?",
                             "the training set of others", "a training set with a backdoor in it");
  shown.parts = {{"acts on", "data: a share of the training images"},
                 {"trigger", names<line, square>()},
                 {"adversary owns", telltale::to_string(telltale::knowledge::training_influence)}};
  return shown;
}

// The text of a type is the type's.
#define TELLTALE_WHILE_TRAINING(type, name, page, question) \
  while_learning<while_training::type>(name, "while_training::" #type, page, question)
#define TELLTALE_UNLEARNING(type, name, question) \
  unlearning<telltale::published::type::preset>(name, "published::" #type, question)

}  // namespace

std::vector<shown_defence> wing_defences() {
  return {dp_sgd(),
          early_stopping(),
          TELLTALE_WHILE_TRAINING(crops, "crops", "crops", "What if the network never sees an image as a whole?"),
          TELLTALE_WHILE_TRAINING(mixed, "mixing", "mixing", "What if every training image is half another one?"),
          TELLTALE_WHILE_TRAINING(adversarial, "min-max", "min_max",
                                  "What if the network is fined for what an attack achieves?"),
          distillation(),
          TELLTALE_UNLEARNING(defended_text, "backdoor defence, text",
                              "Can a name be taken out of a trained text encoder?"),
          TELLTALE_UNLEARNING(defended_image, "backdoor defence, image",
                              "Can a face be taken out of a trained image encoder?"),
          poisoning()};
}

}  // namespace generator
