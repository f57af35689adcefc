// expects: accounts_for_this_noise_and_sampling
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include <telltale/torch/dp_sgd/dp_sgd.hpp>

using namespace telltale;

// Batches of a fixed size from shuffled records: what most training code does, and what no accountant of Poisson
// sampling covers. It cannot say what mechanism it is, because none is known.
struct shuffled_sampling {
  static constexpr std::string_view neighbouring = "one record is replaced by another";
  [[nodiscard]] double expected_size(std::size_t) const { return 32; }
  [[nodiscard]] std::vector<std::int64_t> draw(std::size_t, std::uint64_t) const { return {}; }
};

struct model {
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const { return x; }
  [[nodiscard]] std::vector<at::Tensor> parameters() const { return {}; }
};

dp_sgd training(model{}, at::Tensor(), at::Tensor(), clipping::flat(1), gaussian_noise(1.0), shuffled_sampling{});
