// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>

namespace telltale {
namespace detail {

struct channel_numbers {
  at::Tensor mean, deviation, constant;
};

/// Mean, deviation over n and whether it is constant, of each entry of the second extent, in double.
[[nodiscard]] inline channel_numbers channel_moments(const at::Tensor& features) {
  const at::Tensor columns = features.transpose(0, 1).reshape({features.size(1), -1}).to(at::kDouble);
  const at::Tensor mean = columns.mean(1), deviation = columns.std(1, /*unbiased=*/false);
  // What rounding leaves of equal values is no spread.
  return {mean, deviation, at::logical_not(deviation > 1e-12 * mean.abs())};
}

}  // namespace detail

/// A policy that learns from labelled features how to scale features.
///
/// Required: `name`; and `learn(function, argument, features)`, which returns what maps a tensor to another. The
/// features are checked before, subjects first; the two texts name them in messages.
template <class Policy>
concept FeatureScaling = requires(std::string_view text, const at::Tensor& features) {
  { Policy::name } -> std::convertible_to<std::string_view>;
  { Policy::learn(text, text, features)(features) } -> std::convertible_to<at::Tensor>;
};

/// What becomes of features before a network sees them.
namespace scaling {

/// Features as they are.
struct none {
  static constexpr std::string_view name = "none";

  /// What leaves features alone.
  struct learned {
    /// The features themselves.
    [[nodiscard]] at::Tensor operator()(at::Tensor features) const { return features; }
  };
  [[nodiscard]] static learned learn(std::string_view, std::string_view, const at::Tensor&) { return {}; }
};

/// (x - mean) / deviation of each entry of the second extent, a column or a channel, over the labelled records and all
/// positions. Deviations over n, in double.
struct each_channel {
  static constexpr std::string_view name = "each channel";

  /// What scales features by numbers of each channel.
  class learned {
   public:
    /// One number a channel each, float64, where the features are; the deviation infinite where a channel is to become
    /// 0.
    learned(at::Tensor mean, at::Tensor deviation) : mean_(std::move(mean)), deviation_(std::move(deviation)) {}

    /// The mean of each channel.
    [[nodiscard]] const at::Tensor& mean() const noexcept { return mean_; }
    /// The standard deviation of each channel.
    [[nodiscard]] const at::Tensor& deviation() const noexcept { return deviation_; }

    /// Scaled features, in their own type.
    [[nodiscard]] at::Tensor operator()(const at::Tensor& features) const {
      std::vector<std::int64_t> shape(static_cast<std::size_t>(features.dim()), 1);
      shape[1] = -1;
      return ((features - mean_.reshape(shape)) / deviation_.reshape(shape)).to(features.scalar_type());
    }

   private:
    at::Tensor mean_, deviation_;
  };

  /// Throws argument_error naming a channel that is constant: it tells nothing, and what it would say of a subject in
  /// which it differs is arbitrary.
  [[nodiscard]] static learned learn(std::string_view function, std::string_view argument, const at::Tensor& features) {
    auto [mean, deviation, constant] = detail::channel_moments(features);
    if (constant.any().item<bool>())
      detail::refuse(function, argument,
                     "channel " + std::to_string(constant.nonzero()[0][0].item<std::int64_t>()) +
                         " is constant; leave it out, or scale by yourself and name scaling::none or "
                         "scaling::varying_channels");
    return {std::move(mean), std::move(deviation)};
  }
};

/// The same, except that a channel which is constant among the labelled records becomes 0 for every subject: maps of
/// classes, of which some may be in none of the labelled images.
struct varying_channels {
  static constexpr std::string_view name = "channels that vary";

  /// Throws argument_error where no channel varies.
  [[nodiscard]] static each_channel::learned learn(std::string_view function, std::string_view argument,
                                                   const at::Tensor& features) {
    auto [mean, deviation, constant] = detail::channel_moments(features);
    if (constant.all().item<bool>())
      detail::refuse(function, argument, "is constant in every channel; there is nothing to learn from");
    deviation.masked_fill_(constant, std::numeric_limits<double>::infinity());
    return {std::move(mean), std::move(deviation)};
  }
};

}  // namespace scaling
}  // namespace telltale
