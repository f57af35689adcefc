// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/error.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/model/answers.hpp>

namespace telltale {

namespace req {
template <class Encoder>
concept embeds_captions = requires(const Encoder& encoder, std::span<const std::string> captions) {
  { encoder(captions) } -> std::convertible_to<at::Tensor>;
};
}  // namespace req

/// Whatever turns n captions into embeddings (n, d): a lambda over a text tower and its tokens.
template <class Encoder>
concept CaptionEncoder = req::embeds_captions<Encoder>;

/// What was collected of a generator, as tensors that this owns. A part that was not collected is undefined; parts may
/// be filled or replaced one by one, then seen by `view`.
struct observed_generation {
  at::Tensor queries;                       ///< (n, channels, height, width)
  at::Tensor generated;                     ///< (n, r, channels, height, width)
  at::Tensor query_embeddings;              ///< (n, d)
  at::Tensor generated_embeddings;          ///< (n, r, d)
  at::Tensor caption_embeddings;            ///< (n, d)
  at::Tensor retrieved_caption_embeddings;  ///< (n, r, d)
  at::Tensor reference_embeddings;          ///< (m, d)
  double range = 2;                         ///< of pixels, as in `picture_format`

  /// Views that share the tensors. Throws argument_error where pictures have another number of extents.
  [[nodiscard]] generation_arrays<libtorch> arrays() const {
    generation_arrays<libtorch> seen;
    seen.format.range = range;
    fill(seen.queries, seen.format, queries, "queries", 4);
    fill(seen.generated, seen.format, generated, "generated", 5);
    const auto take = [](const at::Tensor& from, tensor_view& to) {
      if (from.defined()) to = from;
    };
    take(query_embeddings, seen.query_embeddings);
    take(generated_embeddings, seen.generated_embeddings);
    take(caption_embeddings, seen.caption_embeddings);
    take(retrieved_caption_embeddings, seen.retrieved_caption_embeddings);
    take(reference_embeddings, seen.reference_embeddings);
    return seen;
  }

  /// The observation, checked; what it throws.
  [[nodiscard]] generation<libtorch> view() const { return generation<libtorch>(arrays()); }

 private:
  static void fill(tensor_view& to, picture_format& format, const at::Tensor& from, std::string_view name,
                   std::int64_t extents) {
    if (!from.defined()) return;
    if (from.dim() != extents || from.numel() == 0)
      detail::refuse("observed_generation", name,
                     "has the shape " + detail::shape_text(from) + "; wanted (subjects, " +
                         (extents == 5 ? "pictures, " : "") + "channels, height, width), none of them 0");
    const auto extent = [&](std::int64_t behind) { return static_cast<std::size_t>(from.size(extents - behind)); };
    const picture_format mine{extent(3), extent(2), extent(1), format.range};
    if (format.pixels() > 0 && mine != format)
      detail::refuse("observed_generation", name,
                     "has the shape " + detail::shape_text(from) + "; the query pictures are " +
                         std::to_string(format.channels) + " x " + std::to_string(format.height) + " x " +
                         std::to_string(format.width));
    format = mine;
    to = from.flatten(extents - 3);
  }
};

/// Fills the embeddings of query and generated pictures, as far as there are pictures, by an encoder (n, channels,
/// height, width) -> (n, d). The encoder must not have seen the members in training. Throws what `answers_of` throws.
template <TensorModel PictureEncoder>
void embed_pictures(observed_generation& observed, PictureEncoder& encoder, const asking& how = {}) {
  if (observed.queries.defined()) observed.query_embeddings = answers_of(encoder, observed.queries, how);
  if (observed.generated.defined()) {
    const at::Tensor flat = answers_of(encoder, observed.generated.flatten(0, 1), how);
    observed.generated_embeddings = flat.reshape({observed.generated.size(0), observed.generated.size(1), -1});
  }
}

/// Asks a generator for pictures of captions. `queries` are the pictures that the captions belong to; undefined where
/// the adversary has none (attacks I and III).
///
/// Cost: the generator's. Throws argument_error where captions and queries differ in number, and where the generator
/// answers with another shape than (captions, r, channels, height, width).
template <Generator Target>
[[nodiscard]] observed_generation observe(Target& target, const at::Tensor& queries,
                                          std::span<const std::string> captions, const generating& how = {}) {
  if (captions.empty()) detail::refuse("observe", "captions", "is empty; wanted at least one");
  if (how.pictures == 0) detail::refuse("observe", "how.pictures", "is 0; wanted at least 1");
  if (queries.defined() && queries.dim() > 0)
    detail::check_size("observe", "captions", captions.size(), static_cast<std::size_t>(queries.size(0)));
  const at::NoGradGuard without_gradients;
  observed_generation observed;
  observed.queries = queries;
  observed.generated = target.generate(captions, how);
  const at::Tensor& got = observed.generated;
  if (!got.defined() || got.dim() != 5 || got.size(0) != static_cast<std::int64_t>(captions.size()) ||
      got.size(1) != static_cast<std::int64_t>(how.pictures))
    detail::refuse("observe", "target",
                   "answers with " + (got.defined() ? "shape " + detail::shape_text(got) : std::string("no tensor")) +
                       "; wanted (" + std::to_string(captions.size()) + ", " + std::to_string(how.pictures) +
                       ", channels, height, width)");
  return observed;
}

/// The same, with embeddings of pictures and captions by the two towers of an encoder that knows neither.
template <Generator Target, TensorModel PictureEncoder, CaptionEncoder TextEncoder>
[[nodiscard]] observed_generation observe(Target& target, const at::Tensor& queries,
                                          std::span<const std::string> captions, PictureEncoder& picture_encoder,
                                          const TextEncoder& text_encoder, const generating& how = {}) {
  observed_generation observed = observe(target, queries, captions, how);
  embed_pictures(observed, picture_encoder);
  const at::NoGradGuard without_gradients;
  observed.caption_embeddings = text_encoder(captions);
  return observed;
}

}  // namespace telltale
