// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// The mark of removal is the same on both backends.
#include <ATen/ATen.h>

#include <cstddef>
#include <span>

#include <telltale/backend/eigen.hpp>
#include <telltale/published/removal_mark.hpp>
#include <telltale/torch/backend.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {
using namespace telltale;
static_assert(Scorer<similarity_to_neutral, compared_texts<libtorch>>);
}  // namespace

DOCTEST_TEST_CASE("names beside a neutral phrase: eigen and torch agree") {
  const at::Tensor names = (at::arange(3 * 40 * 11, at::kDouble) * 0.7).sin().reshape({3, 40, 11}),
                   neutral = (at::arange(3 * 11, at::kDouble) * 0.3).cos().reshape({3, 11});
  const auto host = [](const at::Tensor& t) {
    return std::span<const double>(t.data_ptr<double>(), static_cast<std::size_t>(t.numel()));
  };
  const evidence wanted =
      published::removal_mark{}(compared_texts<eigen<double>>({host(names), 3, 40, 11}, {host(neutral), 3, 11}));
  oracle::for_each_device([&](const at::Device& device) {
    const at::Tensor there = names.to(device), phrase = neutral.to(device);
    const evidence found = published::removal_mark{}(compared_texts<libtorch>(there, phrase));
    for (std::size_t i = 0; i < 40; ++i)
      DOCTEST_CHECK(found.values[i] == doctest::Approx(wanted.values[i]).epsilon(1e-12));
  });
}
