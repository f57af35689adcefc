// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/random.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/torch/train/image_shift.hpp>
#include <telltale/torch/train/policy_text.hpp>

namespace telltale {

namespace req {
template <class Policy>
concept changes_a_batch_by_draws_of_its_records =
    requires(const Policy& policy, const at::Tensor& inputs, std::span<random_stream> draws) {
      { policy(inputs, draws) } -> std::convertible_to<at::Tensor>;
    };
}  // namespace req

/// How records are changed at random each time that they are trained on.
///
/// Required: `name`; and a const call `policy(inputs, draws)` that returns the batch changed. `draws` has a stream for
/// each record of the batch, keyed by (seed, model, epoch, record), so that what becomes of a record does not depend on
/// its batch. Optional, of one with parameters: `text()`, which gives them in words and which a campaign's settings
/// hold.
template <class Policy>
concept Augmentation = req::names_itself<Policy> && req::changes_a_batch_by_draws_of_its_records<Policy>;

namespace detail {

/// Each image as it is or mirrored along an axis, by a fair coin of its stream.
[[nodiscard]] inline at::Tensor flipped_by_coins(std::string_view function, const at::Tensor& images,
                                                 std::span<random_stream> draws, std::int64_t axis) {
  check_images(function, images, 0);
  at::Tensor flip = at::empty({images.size(0)}, at::kBool);
  for (std::size_t i = 0; i < draws.size(); ++i) flip.data_ptr<bool>()[i] = draws[i].below(2) == 1;
  std::vector<std::int64_t> beside(static_cast<std::size_t>(images.dim()), 1);
  beside[0] = images.size(0);
  return at::where(flip.to(images.device()).reshape(beside), images.flip({axis}), images);
}

}  // namespace detail

/// The augmentations of training; images are (records, ..., height, width).
namespace augment {

/// Records as they are.
struct none {
  static constexpr std::string_view name = "none";

  [[nodiscard]] at::Tensor operator()(at::Tensor inputs, std::span<random_stream>) const { return inputs; }
};

/// Each image as it is or mirrored left to right, by a fair coin.
struct mirror {
  static constexpr std::string_view name = "mirror";

  [[nodiscard]] at::Tensor operator()(const at::Tensor& images, std::span<random_stream> draws) const {
    return detail::flipped_by_coins("augment::mirror", images, draws, -1);
  }
};

/// Each image as it is or turned upside down by a mirror, by a fair coin: for maps and cells, which have no up.
struct mirror_upside_down {
  static constexpr std::string_view name = "mirror upside down";

  [[nodiscard]] at::Tensor operator()(const at::Tensor& images, std::span<random_stream> draws) const {
    return detail::flipped_by_coins("augment::mirror_upside_down", images, draws, -2);
  }
};

/// Each image moved by up to `pixels` in either direction, all (2 pixels + 1)^2 moves being as likely, and mirrored at
/// the borders. Throws argument_error for images that are not larger than that.
///
/// `both{mirror{}, shift{4}}` is what Carlini et al. 2022 train with (their code's "weak").
struct shift {
  static constexpr std::string_view name = "shift";

  std::size_t pixels = 4;  ///< the largest move

  [[nodiscard]] std::string text() const { return "shift by up to " + std::to_string(pixels); }

  [[nodiscard]] at::Tensor operator()(const at::Tensor& images, std::span<random_stream> draws) const {
    detail::check_images("augment::shift", images, pixels);
    at::Tensor offsets = at::empty({2, images.size(0)}, at::kLong);
    auto* const down = offsets.data_ptr<std::int64_t>();
    auto* const right = down + images.size(0);
    for (std::size_t i = 0; i < draws.size(); ++i) {
      down[i] = static_cast<std::int64_t>(draws[i].below(2 * pixels + 1)) - static_cast<std::int64_t>(pixels);
      right[i] = static_cast<std::int64_t>(draws[i].below(2 * pixels + 1)) - static_cast<std::int64_t>(pixels);
    }
    offsets = offsets.to(images.device());
    return detail::shifted_images(images, offsets[0], offsets[1]);
  }
};

/// One augmentation, then another.
template <Augmentation First, Augmentation Second>
struct both {
  static constexpr std::string_view name = "both";

  [[no_unique_address]] First first{};    ///< what is done to the records as they are
  [[no_unique_address]] Second second{};  ///< what is done to the result

  [[nodiscard]] std::string text() const { return detail::text_of(first) + ", " + detail::text_of(second); }

  [[nodiscard]] at::Tensor operator()(const at::Tensor& inputs, std::span<random_stream> draws) const {
    return second(first(inputs, draws), draws);
  }
};
template <class First, class Second>
both(First, Second) -> both<First, Second>;

}  // namespace augment
}  // namespace telltale
