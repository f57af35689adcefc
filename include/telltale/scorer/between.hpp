// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/generation.hpp>

namespace telltale {

/// Which embeddings of a generation are compared: one of each subject with one of each picture made for it.
///
/// A policy has a `name`, says in `holds` what must be known of the subject, in `argument` which part of the
/// observation is blamed where all embeddings are alike, and gives both sides: `of_subject(batch)`, one embedding a
/// subject, and `of_pictures(batch)`, one a picture. Both throw argument_error where the part was not collected.
namespace between {

/// The query picture and the generated one.
struct pictures {
  static constexpr std::string_view name = "query and generated picture";
  static constexpr auto holds = knowledge::record | knowledge::caption;
  static constexpr std::string_view argument = "query_embeddings";

  [[nodiscard]] static const auto& of_subject(const Generation auto& batch) { return batch.query_embeddings(); }
  [[nodiscard]] static const auto& of_pictures(const Generation auto& batch) { return batch.generated_embeddings(); }
};

/// The caption and the picture that was generated of it: across modalities.
struct picture_and_caption {
  static constexpr std::string_view name = "caption and generated picture";
  static constexpr auto holds = knowledge::caption;
  static constexpr std::string_view argument = "caption_embeddings";

  [[nodiscard]] static const auto& of_subject(const Generation auto& batch) { return batch.caption_embeddings(); }
  [[nodiscard]] static const auto& of_pictures(const Generation auto& batch) { return batch.generated_embeddings(); }
};

/// The caption and what a captioner says of the picture that was generated of it: within one modality.
struct captions {
  static constexpr std::string_view name = "caption and caption of the generated picture";
  static constexpr auto holds = knowledge::caption;
  static constexpr std::string_view argument = "caption_embeddings";

  [[nodiscard]] static const auto& of_subject(const Generation auto& batch) { return batch.caption_embeddings(); }
  [[nodiscard]] static const auto& of_pictures(const Generation auto& batch) {
    return batch.retrieved_caption_embeddings();
  }
};

}  // namespace between

namespace detail {

/// Refuses scores that are all the same because all of `rows` (one a subject) are: an encoder that tells nothing
/// apart. Equal scores of different rows are a tie, and legal.
template <class Backend>
void check_told_apart(std::string_view function, std::string_view argument, const typename Backend::view& rows,
                      std::span<const double> scores) {
  const std::size_t count = rows.subjects() * rows.queries();
  if (count < 2 || std::any_of(scores.begin(), scores.end(), [&](double s) { return s != scores[0]; })) return;
  constexpr std::array<int, 1> zeroth{0};
  const auto first = Backend::gathered(rows, zeroth, 1, 1);
  std::vector<double> distances(count);
  Backend::squared_distances(first, Backend::in_one_group(rows), distances);
  if (std::all_of(distances.begin(), distances.end(), [](double d) { return d == 0; }))
    refuse(function, argument,
           "holds the same embedding for every row; an encoder that tells nothing apart cannot "
           "tell members from others");
}

}  // namespace detail
}  // namespace telltale
