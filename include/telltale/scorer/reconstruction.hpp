// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/scorer/over_pictures.hpp>
#include <telltale/scorer/reconstruction/compare.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view reconstruction_prefix = "reconstruction, ";
}  // namespace detail

/// How well a generator gives back a query picture when it is asked for the picture's caption: the picture that it was
/// trained on comes back better.
///
/// Threat model: pictures generated of the query's caption; the query picture and its caption. For semantic policies an
/// encoder that knows neither members nor others.
/// Formula: over j of compare(x, y_j), y_1 ... y_r the generated pictures.
/// Range: minus an error (at most 0), or a similarity in [-1, 1].
/// Policies: compare::pixel_l1, pixel_l2, pixel_ssim, semantic_l2, semantic_cosine; over::mean, best, mean_picture.
/// Cost: one pass over the pictures or their embeddings.
/// Throws argument_error where the observation lacks a part, where `out` is not one number a subject, for a value that
/// is not finite, and for embeddings that are all the same.
/// Reference: Wu, Yu, Li, Backes, Zhang 2022, "Membership Inference Attacks Against Text-to-image Generation Models".
template <class Compare = compare::semantic_l2, class Over = over::mean>
struct reconstruction {
  static constexpr std::string_view name =
      detail::joined_text<detail::reconstruction_prefix, Compare::name, detail::then_over, Over::name>::value;
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = knowledge::record | knowledge::caption;

  void operator()(const Generation auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    detail::check_size("reconstruction", "out", out.size(), batch.subjects());
    const auto& query = Compare::of_subject(batch);
    Over::template apply<B>(Compare::of_pictures(batch), out, [&](const auto& generated, std::span<double> each) {
      Compare::judge(batch, query, generated, each);
    });
    detail::check_finite("reconstruction", "score", out);
  }
};

}  // namespace telltale
