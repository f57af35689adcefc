// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include <telltale/backend/column.hpp>
#include <telltale/backend/pack.hpp>
#include <telltale/backend/tile.hpp>

/// What the primitives of the Eigen backend share: walking over the groups of a tile.
namespace telltale::detail {

template <class Scalar>
[[nodiscard]] pack<Scalar> largest(const Scalar* group, std::size_t classes) noexcept {
  pack<Scalar> top = pack<Scalar>::load(group);
  for (std::size_t c = 1; c < classes; ++c) top = max(top, pack<Scalar>::load(group + c * pack<Scalar>::lanes));
  return top;
}

// kernel(group, to) fills one double for each row of a group. Padded rows are computed and not returned.
template <class Scalar, class Kernel>
[[nodiscard]] column by_group(const tile<Scalar>& z, Kernel kernel) {
  column out(z.rows());
  for (std::size_t g = 0; g < z.groups(); ++g) kernel(z.group(g), out.data() + g * tile<Scalar>::lanes);
  return out;
}

// The stored entry class_of(row) of each row.
template <class Scalar, class ClassOf>
[[nodiscard]] column pick(const tile<Scalar>& z, const ClassOf& class_of) {
  constexpr std::size_t lanes = tile<Scalar>::lanes;
  column out(z.rows());
  const std::size_t whole = z.rows() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    const Scalar* const group = z.group(i / lanes);
    for (std::size_t lane = 0; lane < lanes; ++lane) out[i + lane] = double(group[class_of(i + lane) * lanes + lane]);
  }
  for (std::size_t i = whole; i < z.rows(); ++i) out[i] = double(z.at(i, class_of(i)));
  return out;
}

// The other class of two, as stored.
template <class Scalar>
[[nodiscard]] column other_of_two(const tile<Scalar>& z, std::span<const int> y) {
  return pick(z, [&](std::size_t i) { return std::size_t(1 - y[i]); });
}

// Stored probabilities as their logarithms; anything else as it is.
template <class Scalar>
[[nodiscard]] column as_logarithm(const tile<Scalar>& z, const column& stored) {
  return z.form() == stored_as::probabilities ? log(stored) : stored;
}

// Runs `f` while the true class of each row holds a value that no sum and no maximum sees.
template <class Scalar, class Function>
[[nodiscard]] column without(const tile<Scalar>& z, std::span<const int> y, const Function& f) {
  Scalar saved[tile<Scalar>::most_rows];
  const Scalar neutral = z.form() == stored_as::probabilities ? Scalar(0) : -std::numeric_limits<Scalar>::infinity();
  for (std::size_t i = 0; i < z.rows(); ++i) saved[i] = std::exchange(z.at(i, std::size_t(y[i])), neutral);
  column out = f();
  for (std::size_t i = 0; i < z.rows(); ++i) z.at(i, std::size_t(y[i])) = saved[i];
  return out;
}

// e^(z_c - top), or the probability itself where it is what is stored.
template <class Scalar>
[[nodiscard]] pack<Scalar> weight(const tile<Scalar>& z, const Scalar* group, std::size_t c, pack<Scalar> top) {
  const pack<Scalar> stored = pack<Scalar>::load(group + c * pack<Scalar>::lanes);
  return z.form() == stored_as::probabilities ? stored : exp_nonpositive(stored - top);
}

}  // namespace telltale::detail
