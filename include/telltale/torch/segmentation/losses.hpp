// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <locale>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {

/// What a segmentation network is trained to make small: the mean cross-entropy of an image's pixels plus its Dice
/// loss, one number an image.
///
/// Formula: a mean_p(-log q_y(p)(p)) + b (1 - mean_c D_c), D_c = (2 sum_p q_c(p) [y(p) = c] + s) /
/// (sum_p q_c(p) + sum_p [y(p) = c] + s), over the pixels p that are not ignored and all classes c but the first; q is
/// the softmax of the logits, a = `cross_entropy`, b = `dice`, s = `smoothing`. So it is -a times the scorer
/// `mean_over_pixels<loss>` plus -b times the scorer `dice`. Cross-entropy in nats; the Dice part lies in [0, 1].
/// An image without a labelled pixel, which a crop can be, has the loss 0.
/// Shapes: logits (n, classes, height, width), masks (n, height, width) of int64. Reference: Milletari, Navab and
/// Ahmadi 2016, "V-Net", for Dice; the sum is that of Isensee et al. 2021, "nnU-Net", who smooth otherwise.
struct segmentation_loss {
  static constexpr std::string_view name = "cross entropy and Dice";

  double cross_entropy = 1;  ///< at least 0
  double dice = 1;           ///< at least 0, one of the two above 0
  double smoothing = 1;      ///< above 0

  /// All of it in words, as a checkpoint holds it.
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(17);
    out << "cross entropy " << cross_entropy << ", dice " << dice << ", smoothing " << smoothing;
    return out.str();
  }

  /// The loss of each image, (n), with a graph; pixels labelled `ignored` do not count.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& logits, const at::Tensor& masks,
                                      std::optional<std::int64_t> ignored = std::nullopt) const {
    const at::Tensor counts = ignored ? masks != *ignored : at::ones_like(masks, at::kBool);
    const at::Tensor labels = masks.masked_fill(counts.logical_not(), 0), valid = counts.to(logits.scalar_type());
    const at::Tensor logs = at::log_softmax(logits, 1);
    const at::Tensor right = logs.gather(1, labels.unsqueeze(1)).squeeze(1);
    const at::Tensor pixels = valid.sum({1, 2}).clamp_min(1);  // no pixel: 0 / 1
    const at::Tensor entropy = -(right * valid).sum({1, 2}) / pixels;
    const at::Tensor share = logs.exp() * valid.unsqueeze(1);
    const at::Tensor truth =
        at::one_hot(labels, logits.size(1)).permute({0, 3, 1, 2}).to(logits.scalar_type()) * valid.unsqueeze(1);
    const at::Tensor both = (share * truth).sum({2, 3}), sizes = share.sum({2, 3}) + truth.sum({2, 3});
    const at::Tensor covered = (2 * both + smoothing) / (sizes + smoothing);
    return cross_entropy * entropy + dice * (1 - covered.narrow(1, 1, logits.size(1) - 1).mean(1));
  }
};

namespace detail {

inline void check(const segmentation_loss& loss, std::string_view function) {
  const auto demand = [&](std::string_view argument, double value, bool holds, std::string_view wanted) {
    if (!(holds && std::isfinite(value)))
      refuse(function, argument, "is " + std::to_string(value) + "; wanted " + std::string(wanted));
  };
  demand("loss.cross_entropy", loss.cross_entropy, loss.cross_entropy >= 0, "0 or more");
  demand("loss.dice", loss.dice, loss.dice >= 0, "0 or more");
  demand("loss.dice", loss.dice, loss.dice + loss.cross_entropy > 0, "a weight above 0 for it or for cross_entropy");
  demand("loss.smoothing", loss.smoothing, loss.smoothing > 0, "a positive number");
}

}  // namespace detail
}  // namespace telltale
