// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/train/data.hpp>

#include "oracle/dense_network.hpp"

// A small task for the tests of training: one Gaussian cluster per class, and independent halves as masks.
template <class Scalar>
struct clusters {
  std::size_t records, dimensions, classes;
  std::vector<Scalar> values;
  std::vector<int> labels;
  std::vector<std::vector<std::uint8_t>> masks;
  std::vector<std::span<const std::uint8_t>> keep;

  clusters(std::size_t n, std::size_t d, std::size_t c, std::size_t models, double distance)
      : records(n), dimensions(d), classes(c), values(n * d), labels(n) {
    telltale::random_stream stream(20260101);
    for (std::size_t i = 0; i < n; ++i) {
      labels[i] = static_cast<int>(stream.below(c));
      for (std::size_t k = 0; k < d; ++k)
        values[i * d + k] =
            static_cast<Scalar>(stream.normal() + (k % c == static_cast<std::size_t>(labels[i]) ? distance : 0));
    }
    for (std::size_t m = 0; m < models; ++m) {
      masks.emplace_back(n);
      for (auto& bit : masks.back()) bit = static_cast<std::uint8_t>(stream.below(2));
    }
    for (const auto& mask : masks) keep.emplace_back(mask);
  }

  telltale::train::features_view<Scalar> features() const {
    return telltale::train::features_view<Scalar>(values, records, dimensions);
  }
  telltale::train::dataset_view<Scalar> data() const {
    return telltale::train::dataset_view<Scalar>(features(), labels, classes);
  }

  std::vector<std::uint32_t> own(std::size_t model) const {
    std::vector<std::uint32_t> in;
    for (std::size_t i = 0; i < records; ++i)
      if (masks[model][i]) in.push_back(static_cast<std::uint32_t>(i));
    return in;
  }

  // The chosen records in the oracle's form.
  std::vector<oracle::numbers> rows(const std::vector<std::uint32_t>& chosen) const {
    std::vector<oracle::numbers> out;
    for (const std::uint32_t i : chosen)
      out.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(i * dimensions),
                       values.begin() + static_cast<std::ptrdiff_t>((i + 1) * dimensions));
    return out;
  }
  std::vector<int> labels_of(const std::vector<std::uint32_t>& chosen) const {
    std::vector<int> out;
    for (const std::uint32_t i : chosen) out.push_back(labels[i]);
    return out;
  }
};
