// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "wing_part.hpp"

#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <telltale/torch.hpp>

#include "core_about.hpp"
#include "inspect.hpp"
#include "wing_about.hpp"
#include "wing_defences.hpp"

namespace generator {
namespace {

using telltale::access_to, telltale::libtorch;

// Types of models stand for any: what is asked of them is a concept.
constexpr std::tuple targets{asked<telltale::classification<libtorch, access_to::confidence>>{of_classifier},
                             asked<telltale::model_gradients<telltale::script_model>>{of_gradients},
                             asked<telltale::zero_shot<libtorch>>{of_image_text},
                             asked<telltale::compared_texts<libtorch>>{of_image_text},
                             asked<telltale::generation<libtorch>>{of_generator},
                             asked<telltale::denoising_steps<telltale::diffusion_generator>>{of_generator},
                             asked<telltale::token_likelihoods<telltale::sequence_generator>>{of_generator},
                             asked<telltale::segmentation<libtorch, access_to::confidence>>{of_segmentation}};

}  // namespace

shown_part wing_part() {
  shown_part part;
  part.policies = names_of(std::type_identity<policies>{});
  std::apply(
      [&](const auto&... one) {
        const auto show_one = [&](const auto& listed) {
          if (!show(part.attacks, listed.name, listed.said, targets))
            throw std::logic_error(std::string(listed.name) + " runs on no observation of the wing");
        };
        (show_one(one), ...);
      },
      telltale::anatomy_pages::of_wing);
  telltale::published::for_each([&](const auto& listed) {
    using attack = typename std::remove_cvref_t<decltype(listed)>::attack;
    const auto& said = telltale::anatomy_pages::about_of<attack>();
    std::vector<shown_attack> same;
    if (show(same, listed.name, said, targets)) part.too.emplace_back(said.alias);
  });
  [&]<class... Policy>(std::type_identity<std::tuple<Policy...>>) {
    const auto add = [&]<class One>(std::type_identity<One>) {
      if (applies<One, telltale::classification<libtorch, access_to::confidence>>()) part.too.emplace_back(One::name);
    };
    (add(std::type_identity<Policy>{}), ...);
  }(std::type_identity<policies>{});
  part.defences = wing_defences();
  return part;
}

}  // namespace generator
