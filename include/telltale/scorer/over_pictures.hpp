// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace telltale::detail {
/// Between the name of a scorer's first policy and that of what is taken over pictures.
inline constexpr std::string_view then_over = ", ";
}  // namespace telltale::detail

/// What becomes of the r pictures that a generator made of one caption. A policy has a `name` and gives
/// `apply<Backend>(generated, out, compare)`: one number a subject, of what `compare(rows, each)` gives for each row.
/// Cost: what compare costs, and a scratch of one number a picture, or of the mean pictures.
namespace telltale::over {

/// The mean of the r values.
struct mean {
  static constexpr std::string_view name = "mean over pictures";

  template <class Backend, class Compare>
  static void apply(const typename Backend::view& generated, std::span<double> out, const Compare& compare) {
    const std::size_t r = generated.queries();
    if (r == 1) return compare(generated, out);
    std::vector<double> each(out.size() * r);
    compare(generated, std::span<double>(each));
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = 0;
      for (std::size_t j = 0; j < r; ++j) out[i] += each[i * r + j];
      out[i] /= static_cast<double>(r);
    }
  }
};

/// The largest of the r values: one good picture is enough.
struct best {
  static constexpr std::string_view name = "best of the pictures";

  template <class Backend, class Compare>
  static void apply(const typename Backend::view& generated, std::span<double> out, const Compare& compare) {
    const std::size_t r = generated.queries();
    std::vector<double> each(out.size() * r);
    compare(generated, std::span<double>(each));
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = *std::max_element(each.data() + i * r, each.data() + (i + 1) * r);
  }
};

/// The value of the mean of the r rows, of pixels or of embeddings: noise that differs between them is averaged away.
struct mean_picture {
  static constexpr std::string_view name = "mean picture";

  template <class Backend, class Compare>
  static void apply(const typename Backend::view& generated, std::span<double> out, const Compare& compare) {
    if (generated.queries() == 1) return compare(generated, out);
    const auto averaged = Backend::averaged(generated);
    compare(typename Backend::view(averaged), out);
  }
};

}  // namespace telltale::over
