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
#include <telltale/scorer/between.hpp>
#include <telltale/scorer/over_pictures.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view faithfulness_prefix = "faithfulness, ";
}  // namespace detail

/// How faithful generated pictures are to their caption: a caption that the generator was trained on is followed
/// better.
///
/// Threat model: pictures generated of the caption, and the caption; no query picture. An encoder of pictures and texts
/// that knows neither members nor others.
/// Formula: over j of cos(E(t), E(y_j)), or of cos(E(t), E(caption of y_j)) within one modality.
/// Range: [-1, 1].
/// Policies: between::picture_and_caption, between::captions; over::mean, best, mean_picture.
/// Cost: one pass over the embeddings.
/// Throws argument_error where the observation lacks a part, where `out` is not one number a subject, for a value that
/// is not finite, and for caption embeddings that are all the same.
/// Reference: Wu, Yu, Li, Backes, Zhang 2022, "Membership Inference Attacks Against Text-to-image Generation Models".
template <class Between = between::picture_and_caption, class Over = over::mean>
struct faithfulness {
  static constexpr std::string_view name =
      detail::joined_text<detail::faithfulness_prefix, Between::name, detail::then_over, Over::name>::value;
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = Between::holds;

  void operator()(const Generation auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    detail::check_size("faithfulness", "out", out.size(), batch.subjects());
    const auto& caption = Between::of_subject(batch);
    Over::template apply<B>(Between::of_pictures(batch), out, [&](const auto& answered, std::span<double> each) {
      B::pair_cosines(caption, answered, each);
    });
    detail::check_finite("faithfulness", "score", out);
    detail::check_told_apart<B>("faithfulness", Between::argument, caption, out);
  }
};

}  // namespace telltale
