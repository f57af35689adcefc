// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include <telltale/torch/image_text/towers.hpp>
#include <telltale/torch/model/deep_copy.hpp>
#include <telltale/torch/unlearning/presets.hpp>
#include <telltale/torch/unlearning/removed_faces.hpp>

#include "torch/doctest.hpp"

namespace {

using namespace telltale;
namespace nn = ::torch::nn;

at::Tensor flat(image_tower& model) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& parameter : model->parameters()) all.push_back(parameter.detach().reshape({-1}));
  return at::cat(all);
}

}  // namespace

DOCTEST_TEST_CASE("losses, anchor and schedule are their formulas") {
  const at::Tensor a = at::tensor({1., 0., 3., 4.}, at::kDouble).reshape({2, 2}),
                   b = at::tensor({0., 2., 6., 8.}, at::kDouble).reshape({2, 2});
  DOCTEST_CHECK(embedding_loss::cosine{}(a, b).item<double>() == doctest::Approx(-0.5).epsilon(1e-12));
  DOCTEST_CHECK(embedding_loss::cosine{}(a, b.narrow(0, 1, 1)).item<double>() ==
                doctest::Approx(-(0.6 + 1) / 2).epsilon(1e-12));
  DOCTEST_CHECK(embedding_loss::mean_squared{}(a, b).item<double>() ==
                doctest::Approx((1 + 4 + 9 + 16) / 4.0).epsilon(1e-12));
  const std::vector<at::Tensor> now{a, at::zeros({3}, at::kDouble)}, then{b, at::full({3}, 2, at::kDouble)};
  DOCTEST_CHECK(anchor::norms{}(now, then).item<double>() == doctest::Approx(std::sqrt(30.) + std::sqrt(12.)));
  constexpr auto schedule = preset::hintersdorf_2023_text::schedule;
  static_assert(schedule.rate(0) == 1e-4 && schedule.rate(199) == 1e-4);
  static_assert(schedule.rate(200) == 0.5e-4 && schedule.rate(300) == 0.25e-4 && schedule.steps == 400);
}

DOCTEST_TEST_CASE("the anchor's gradient is 0 where nothing moved, and elsewhere what finite differences say") {
  const at::Tensor from = at::tensor({0.3, -1.2, 0.7}, at::kDouble);
  at::Tensor still = from.clone().set_requires_grad(true),
             moved = (from + at::tensor({0.1, 0., -0.4}, at::kDouble)).set_requires_grad(true);
  anchor::norms{}({still, moved}, {from, from}).backward();
  DOCTEST_CHECK(still.grad().abs().max().item<double>() == 0);
  constexpr double h = 1e-6;
  for (std::int64_t i = 0; i < 3; ++i) {
    at::Tensor up = moved.detach().clone(), down = moved.detach().clone();
    up[i] += h;
    down[i] -= h;
    const double slope = (anchor::norms{}({up}, {from}) - anchor::norms{}({down}, {from})).item<double>() / (2 * h);
    DOCTEST_CHECK(moved.grad()[i].item<double>() == doctest::Approx(slope).epsilon(1e-7));
  }
}

DOCTEST_TEST_CASE("the mean of others is their mean, unnormalised, for every picture") {
  const at::Tensor others = (at::arange(300 * 3 * 4 * 4, at::kDouble) * 0.1).sin().reshape({300, 3, 4, 4});
  const removed_faces removed(others, {others.narrow(0, 0, 1)}, others);
  auto encode = [](const at::Tensor& x) { return x.flatten(1).narrow(1, 0, 5) * 3; };
  const auto aim = neutral::mean_of_others{}.of(encode, removed);
  const at::Tensor wanted = 3 * others.flatten(1).narrow(1, 0, 5).mean(0, true);
  DOCTEST_CHECK(at::allclose(aim(poisoned_pictures{}), wanted, 1e-12, 1e-12));
}

DOCTEST_TEST_CASE("layers are told by the names of their classes") {
  constexpr frozen::norm_layers chosen;
  for (const char* layer : {"LayerNorm", "BatchNorm2d", "GroupNorm", "LayerNormFp32", "RMSNorm"})
    DOCTEST_CHECK(chosen(layer));
  DOCTEST_CHECK(!chosen("Linear"));
  DOCTEST_CHECK(telltale::detail::class_of(*nn::LayerNorm(nn::LayerNormOptions({3})).ptr()) == "LayerNorm");
  DOCTEST_CHECK(telltale::detail::class_of(*nn::BatchNorm2d(3).ptr()) == "BatchNorm2d");
  nn::Sequential model(nn::Linear(3, 3), nn::LayerNorm(nn::LayerNormOptions({3})), nn::Linear(3, 2));
  {
    const telltale::detail::frozen_layers frozen(model, chosen);
    DOCTEST_CHECK(frozen.size() == 2);
    DOCTEST_CHECK(telltale::detail::trainable_parameters(model).size() == 4);
  }
  DOCTEST_CHECK(telltale::detail::trainable_parameters(model).size() == 6);
}

DOCTEST_TEST_CASE("a deep copy shares nothing, and is made by a factory where torch cannot clone") {
  image_tower tower(16, 8);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(deep_copy(tower)),
                               "deep_copy: model: cannot be cloned by torch; derive it from torch::nn::Cloneable, or "
                               "give what makes one like it",
                               argument_error);
  image_tower copy = deep_copy(tower, [] { return image_tower(16, 8); });
  DOCTEST_CHECK(at::equal(flat(copy), flat(tower)));
  {
    const at::NoGradGuard quiet;
    copy->parameters()[0].zero_();
  }
  DOCTEST_CHECK(!at::equal(flat(copy), flat(tower)));
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(deep_copy(tower, [] { return image_tower(16, 9); })),
                               "deep_copy: make: makes a tensor of shape (9, 256) where the model has (8, 256)",
                               argument_error);
}
