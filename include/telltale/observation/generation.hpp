// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/picture_format.hpp>

namespace telltale {

namespace family {
/// The observations of a generator that was given the captions of query pictures.
struct generation {};
}  // namespace family

namespace req {
template <class Batch>
concept answers_captions_with_pictures =
    std::same_as<typename Batch::family, family::generation> && requires(const Batch& batch) {
      { batch.pictures() } -> std::convertible_to<std::size_t>;
      { batch.format() } -> std::convertible_to<picture_format>;
      { batch.queries() } -> std::convertible_to<typename Batch::backend::view>;
      { batch.generated() } -> std::convertible_to<typename Batch::backend::view>;
      { batch.query_embeddings() } -> std::convertible_to<typename Batch::backend::view>;
      { batch.generated_embeddings() } -> std::convertible_to<typename Batch::backend::view>;
      { batch.caption_embeddings() } -> std::convertible_to<typename Batch::backend::view>;
      { batch.retrieved_caption_embeddings() } -> std::convertible_to<typename Batch::backend::view>;
      { batch.reference_embeddings() } -> std::convertible_to<typename Batch::backend::view>;
    };
}  // namespace req

/// Any observation of a text-to-image generator; a subject is a query picture with its caption. Scorers constrain on
/// it.
///
/// Required, beside what `Observation` asks: `pictures()`, how many were generated a subject, and the parts of
/// `generation_arrays`, each throwing argument_error where it was not collected: `format()`, how a row of pixels is a
/// picture; `queries()` and `generated()`, pixels of the query pictures and of the generated ones; `query_embeddings()`
/// and `generated_embeddings()`, their embeddings; `caption_embeddings()`, of the captions that the generator was
/// given; `retrieved_caption_embeddings()`, of captions written for the generated pictures; `reference_embeddings()`,
/// of pictures that nobody asks about.
template <class Batch>
concept Generation = Observation<Batch> && req::answers_captions_with_pictures<Batch>;

/// What was collected about n subjects, r generated pictures each; views of the caller's arrays. A part that was not
/// collected stays empty, and a scorer that needs it says so.
template <class Backend>
struct generation_arrays {
  using view = typename Backend::view;  ///< an array of the caller's, subjects x pictures x numbers

  view queries{};                       ///< n x P pixels of the query pictures, P as in `format`
  view generated{};                     ///< n x r x P pixels of the generated pictures
  picture_format format{};              ///< of either
  view query_embeddings{};              ///< n x d
  view generated_embeddings{};          ///< n x r x d
  view caption_embeddings{};            ///< n x d, of the captions that the generator was given
  view retrieved_caption_embeddings{};  ///< n x r x d, of captions that were written for the generated pictures
  view reference_embeddings{};          ///< m x d, of pictures that nobody asks about: what real pictures look like
};

/// What a text-to-image generator answered to the captions of some query pictures: pixels, embeddings or both.
///
/// Threat model: black box; the adversary submits the caption of each query picture and sees r generated pictures. She
/// has the query picture (II, IV) or only its caption (I, III), and an encoder of her own that knows none of them:
/// an encoder that saw the members in training shows membership without any generator.
/// Shapes: as `generation_arrays` says.
/// Throws argument_error when nothing was generated, when shapes disagree, for a pixel that is not finite, and for an
/// embedding that is all zero or not finite.
/// Cost: one pass over the arrays.
template <class Backend>
class generation {
 public:
  static constexpr std::string_view name = "generation";
  static constexpr access_to reveals = access_to::generation;
  using backend = Backend;
  using family = telltale::family::generation;
  using view = typename Backend::view;  ///< an array of the caller's, subjects x pictures x numbers

  /// Views what was collected, and checks all of it.
  explicit generation(const generation_arrays<Backend>& collected) : arrays_(collected) {
    const view& first = given(collected.generated) ? collected.generated : collected.generated_embeddings;
    if (!given(first))
      detail::refuse(
          name, "generated",
          "holds no picture, and generated_embeddings holds none either; wanted what the generator answered");
    subjects_ = first.subjects();
    pictures_ = first.queries();
    if (given(collected.generated) || given(collected.queries)) {
      detail::check_format(name, collected.format);
      const std::size_t pixels = collected.format.pixels();
      check(collected.generated, "generated", subjects_, pictures_, pixels);
      check(collected.queries, "queries", subjects_, 1, pixels);
      check_pixels(collected.generated, "generated");
      check_pixels(collected.queries, "queries");
    }
    const std::size_t d = dimensions();
    check(collected.generated_embeddings, "generated_embeddings", subjects_, pictures_, d);
    check(collected.query_embeddings, "query_embeddings", subjects_, 1, d);
    check(collected.caption_embeddings, "caption_embeddings", subjects_, 1, d);
    check(collected.retrieved_caption_embeddings, "retrieved_caption_embeddings", subjects_, pictures_, d);
    check(collected.reference_embeddings, "reference_embeddings", collected.reference_embeddings.subjects(), 1, d);
    check_directions(collected.generated_embeddings, "generated_embeddings");
    check_directions(collected.query_embeddings, "query_embeddings");
    check_directions(collected.caption_embeddings, "caption_embeddings");
    check_directions(collected.retrieved_caption_embeddings, "retrieved_caption_embeddings");
    check_directions(collected.reference_embeddings, "reference_embeddings");
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return subjects_; }
  /// Generated pictures a subject, r.
  [[nodiscard]] std::size_t pictures() const noexcept { return pictures_; }
  /// Length of an embedding, 0 where none was collected.
  [[nodiscard]] std::size_t dimensions() const noexcept {
    for (const view* each : {&arrays_.generated_embeddings, &arrays_.query_embeddings, &arrays_.caption_embeddings,
                             &arrays_.retrieved_caption_embeddings, &arrays_.reference_embeddings})
      if (given(*each)) return each->classes();
    return 0;
  }
  /// What was collected, empty parts included: to ask before one demands.
  [[nodiscard]] const generation_arrays<Backend>& arrays() const noexcept { return arrays_; }

  /// The parts, each throwing argument_error where it was not collected.
  [[nodiscard]] const picture_format& format() const {
    (void)generated();
    return arrays_.format;
  }
  [[nodiscard]] const view& queries() const { return part(arrays_.queries, "queries"); }
  [[nodiscard]] const view& generated() const { return part(arrays_.generated, "generated"); }
  [[nodiscard]] const view& query_embeddings() const { return part(arrays_.query_embeddings, "query_embeddings"); }
  [[nodiscard]] const view& generated_embeddings() const {
    return part(arrays_.generated_embeddings, "generated_embeddings");
  }
  [[nodiscard]] const view& caption_embeddings() const {
    return part(arrays_.caption_embeddings, "caption_embeddings");
  }
  [[nodiscard]] const view& retrieved_caption_embeddings() const {
    return part(arrays_.retrieved_caption_embeddings, "retrieved_caption_embeddings");
  }
  [[nodiscard]] const view& reference_embeddings() const {
    return part(arrays_.reference_embeddings, "reference_embeddings");
  }

 private:
  static bool given(const view& part) { return part.subjects() > 0; }

  static const view& part(const view& wanted, std::string_view argument) {
    if (!given(wanted)) detail::refuse(name, argument, "was not collected; the scorer needs it");
    return wanted;
  }

  static void check(const view& got, std::string_view argument, std::size_t subjects, std::size_t rows,
                    std::size_t columns) {
    if (!given(got)) return;
    const auto shape = [](std::size_t n, std::size_t r, std::size_t c) {
      return std::to_string(n) + " x " + std::to_string(r) + " x " + std::to_string(c);
    };
    if (got.subjects() != subjects || got.queries() != rows || got.classes() != columns || columns == 0)
      detail::refuse(
          name, argument,
          "is " + shape(got.subjects(), got.queries(), got.classes()) + "; wanted " + shape(subjects, rows, columns));
  }

  static void check_pixels(const view& got, std::string_view argument) {
    if (!given(got)) return;
    if (const auto bad = Backend::first_nonfinite(got))
      refuse_row(got, argument, *bad, "has a pixel that is not finite");
  }

  static void check_directions(const view& got, std::string_view argument) {
    if (!given(got)) return;
    if (const auto bad = Backend::first_directionless(got))
      refuse_row(got, argument, bad->row,
                 bad->finite ? "has an embedding that is all zero, which is similar to nothing"
                             : "has an embedding that is not finite");
  }

  static void refuse_row(const view& got, std::string_view argument, std::size_t row, std::string_view what) {
    detail::refuse(name, argument,
                   "subject " + std::to_string(row / got.queries()) +
                       (got.queries() > 1 ? ", picture " + std::to_string(row % got.queries()) + " " : " ") +
                       std::string(what));
  }

  generation_arrays<Backend> arrays_;
  std::size_t subjects_ = 0, pictures_ = 0;
};

}  // namespace telltale
