// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/concepts/torch.md.
#include <ATen/ATen.h>

#include <string_view>

#include <telltale/torch/dp_sgd/clipping.hpp>

using namespace telltale;

/// Every gradient is brought to norm C, the short ones too: min(1, ...) left out.
struct to_the_bound : clipping::with_bound {
  static constexpr std::string_view name = "to the bound";
  explicit to_the_bound(double bound) : with_bound("to_the_bound", bound) {}

  at::Tensor factors(const at::Tensor& squared_norms) const {
    return (bound() / squared_norms.sum(1, true).sqrt().clamp_min(1e-6)).expand_as(squared_norms);
  }
};
static_assert(Clipping<to_the_bound>);
