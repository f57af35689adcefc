// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "core_part.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <telltale/telltale.hpp>

#include "core_about.hpp"
#include "inspect.hpp"

namespace generator {
namespace {

using telltale::access_to;
using on = telltale::eigen<float>;

constexpr std::tuple targets{asked<telltale::classification<on, access_to::confidence>>{of_classifier},
                             asked<telltale::softmax_head<on>>{of_gradients},
                             asked<telltale::updates<on>>{of_gradients},
                             asked<telltale::zero_shot<on>>{of_image_text},
                             asked<telltale::compared_texts<on>>{of_image_text},
                             asked<telltale::generation<on>>{of_generator},
                             asked<telltale::segmentation<on, access_to::confidence>>{of_segmentation}};

template <class Policy>
shown_defence release(std::string_view type, std::string_view question) {
  std::string whose;
  std::apply(
      [&]<class... Batch>(const asked<Batch>&... target) {
        const auto each = [&]<class One>(const asked<One>& asked_of) {
          if (applies<Policy, One>()) whose += (whose.empty() ? "" : ", ") + std::string(asked_of.of);
        };
        (each(target), ...);
      },
      targets);
  return {.kind = "release",
          .name = std::string(Policy::name),
          .type = std::string(type),
          .page = std::string(type),
          .question = std::string(question),
          .before = "answers that reveal at least " + in_words(Policy::rewrites),
          .after = "answers that reveal " + in_words(Policy::leaves),
          .parts = {{"acts on", "answers, each time they are read"},
                    {"must be there", in_words(Policy::rewrites)},
                    {"leaves", in_words(Policy::leaves)},
                    {"clips", Policy::clips ? "yes; the records that it touches are counted" : "no"},
                    {"applies to", whose}},
          .backends = {std::string(on::name)}};
}

// The text of a policy's type is the type's; its page is called like it.
#define TELLTALE_RELEASE(type, question) release<telltale::type>(#type, question)

}  // namespace

shown_part core_part() {
  shown_part part;
  part.policies = names_of(std::type_identity<policies>{});
  telltale::published::for_each([&](const auto& listed) {
    using attack = typename std::remove_cvref_t<decltype(listed)>::attack;
    if (!show(part.attacks, listed.name, telltale::anatomy_pages::about_of<attack>(), targets))
      throw std::logic_error(std::string(listed.name) + " runs on no observation of the core");
  });
  part.defences = {TELLTALE_RELEASE(argmax, "What if the label alone is revealed?"),
                   TELLTALE_RELEASE(top_k, "What if the probabilities of the k most probable classes are revealed?"),
                   TELLTALE_RELEASE(rounding, "What if probabilities are rounded?"),
                   TELLTALE_RELEASE(noise, "What if probabilities are revealed with noise?"),
                   TELLTALE_RELEASE(temperature, "What if the softmax is made flatter or sharper?")};
  return part;
}

}  // namespace generator
