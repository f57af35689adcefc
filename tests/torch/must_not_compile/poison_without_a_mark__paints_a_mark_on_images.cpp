// expects: paints_a_mark_on_images
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <string_view>

#include <telltale/torch/influence/trigger_poisoning.hpp>

using namespace telltale;

// Wrong masks alone: there is nothing that a network could react to later.
struct wrong_masks {
  static constexpr std::string_view name = "wrong masks";
};

poisoned_images poison(const images_with_masks& data) { return trigger_poisoning<wrong_masks>{}(data); }
