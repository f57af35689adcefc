// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {

/// Patches by which pictures are written as a few numbers: vector quantisation.
///
/// A picture is cut into squares of `patch` x `patch` pixels, row by row; each becomes the number of the nearest
/// centre. Pictures are (n, channels, height, width), tokens (n, height / patch x width / patch), int64 in 0 to
/// `codes()` - 1. Cost of encoding: n x tokens x codes x (channels patch^2) multiply-adds. Throws argument_error unless
/// there are at least 2 finite centres of channels patch^2 numbers, and for pictures whose sides are no multiples of
/// `patch` or that are not finite. Reference: van den Oord, Vinyals and Kavukcuoglu 2017, "Neural discrete
/// representation learning", whose codebook is learned with a network; this one is fitted by k-means.
class codebook {
 public:
  /// `centres`: (codes, channels patch^2), floats; each a patch, channel by channel.
  codebook(at::Tensor centres, std::int64_t patch) : centres_(std::move(centres)), patch_(patch) {
    if (patch_ < 1) detail::refuse(name, "patch", "is " + std::to_string(patch_) + "; wanted at least 1");
    if (!centres_.defined() || centres_.dim() != 2 || centres_.size(0) < 2 || centres_.size(1) < 1 ||
        centres_.size(1) % (patch_ * patch_) != 0)
      detail::refuse(name, "centres",
                     (centres_.defined() ? "have the shape " + detail::shape_text(centres_) : "are undefined") +
                         "; wanted (at least 2, channels x " + std::to_string(patch_ * patch_) + ")");
    if (!centres_.is_floating_point() || !at::isfinite(centres_).all().item<bool>())
      detail::refuse(name, "centres", "hold what is no finite float");
  }

  /// How many centres there are.
  [[nodiscard]] std::int64_t codes() const { return centres_.size(0); }
  /// Pixels of a square's side.
  [[nodiscard]] std::int64_t patch() const noexcept { return patch_; }
  /// Channels of the pictures that it writes.
  [[nodiscard]] std::int64_t channels() const { return centres_.size(1) / (patch_ * patch_); }
  /// (codes, channels patch^2): each a patch, channel by channel.
  [[nodiscard]] const at::Tensor& centres() const noexcept { return centres_; }

  /// The numbers of the nearest centres, where the centres lie.
  [[nodiscard]] at::Tensor encode(const at::Tensor& pictures) const {
    const at::NoGradGuard without_gradients;
    const at::Tensor patches = patches_of(pictures, patch_, channels()).to(centres_.options());
    std::vector<at::Tensor> tokens;
    for (std::int64_t first = 0; first < patches.size(0); first += block)
      tokens.push_back(nearest(patches.narrow(0, first, std::min(block, patches.size(0) - first)), centres_));
    return at::cat(tokens).reshape({pictures.size(0), -1});
  }

  /// The pictures that tokens stand for, `rows` patches high.
  [[nodiscard]] at::Tensor decode(const at::Tensor& tokens, std::int64_t rows) const {
    if (!tokens.defined() || tokens.dim() != 2 || rows < 1 || tokens.size(1) == 0 || tokens.size(1) % rows != 0)
      detail::refuse("codebook::decode", "tokens",
                     (tokens.defined() ? "have the shape " + detail::shape_text(tokens) : "are undefined") +
                         "; wanted (pictures, " + std::to_string(rows) + " rows of patches)");
    const std::int64_t n = tokens.size(0), columns = tokens.size(1) / rows;
    return centres_.index_select(0, tokens.flatten().to(centres_.device()))
        .reshape({n, rows, columns, channels(), patch_, patch_})
        .permute({0, 3, 1, 4, 2, 5})
        .reshape({n, channels(), rows * patch_, columns * patch_});
  }

  /// The patches of pictures, (n x tokens, channels patch^2).
  [[nodiscard]] static at::Tensor patches_of(const at::Tensor& pictures, std::int64_t patch, std::int64_t channels) {
    if (!pictures.defined() || pictures.dim() != 4 || pictures.size(0) == 0 || pictures.size(1) != channels ||
        pictures.size(2) % patch != 0 || pictures.size(3) % patch != 0)
      detail::refuse(name, "pictures",
                     (pictures.defined() ? "have the shape " + detail::shape_text(pictures) : "are undefined") +
                         "; wanted (n, " + std::to_string(channels) + ", height, width), sides multiples of " +
                         std::to_string(patch));
    if (!at::isfinite(pictures).all().item<bool>()) detail::refuse(name, "pictures", "hold a pixel that is not finite");
    const std::int64_t n = pictures.size(0), rows = pictures.size(2) / patch, columns = pictures.size(3) / patch;
    return pictures.detach()
        .reshape({n, channels, rows, patch, columns, patch})
        .permute({0, 2, 4, 1, 3, 5})
        .reshape({n * rows * columns, channels * patch * patch});
  }

  /// The nearest centre of each row: |x - c|^2 less what all centres share.
  [[nodiscard]] static at::Tensor nearest(const at::Tensor& rows, const at::Tensor& centres) {
    return at::argmin(at::addmm(centres.square().sum(1).unsqueeze(0), rows, centres.t(), 1, -2), 1);
  }

  /// Rows that are compared with all centres at a time.
  static constexpr std::int64_t block = 8192;

 private:
  static constexpr std::string_view name = "codebook";

  at::Tensor centres_;
  std::int64_t patch_;
};

/// How a codebook is fitted.
struct codebook_fitting {
  std::int64_t codes = 256;  ///< centres to fit, K
  std::int64_t patch = 4;    ///< pixels, of a side
  std::size_t rounds = 30;   ///< of k-means at most; it ends where no patch changes its centre
  std::uint64_t seed = 1;    ///< of where k-means begins
};

/// k-means on the patches of pictures, begun by k-means++.
///
/// A function of pictures and settings alone. Fit it on pictures that are neither members nor queries: a codebook that
/// saw the members writes them more exactly than others. A centre that no patch chooses stays where it was.
/// Cost: rounds + 1 times patches x codes x (channels patch^2) multiply-adds.
/// Throws argument_error for settings out of range, pictures that `codebook` refuses, and fewer distinct patches than
/// codes. Reference: Arthur and Vassilvitskii 2007, "k-means++: the advantages of careful seeding".
[[nodiscard]] inline codebook fit_codebook(const at::Tensor& pictures, const codebook_fitting& how = {}) {
  constexpr std::string_view function = "fit_codebook";
  if (how.codes < 2) detail::refuse(function, "codes", "is " + std::to_string(how.codes) + "; wanted at least 2");
  if (how.patch < 1) detail::refuse(function, "patch", "is " + std::to_string(how.patch) + "; wanted at least 1");
  if (how.rounds == 0) detail::refuse(function, "rounds", "is 0; wanted at least 1");
  const at::NoGradGuard without_gradients;
  const std::int64_t channels = pictures.defined() && pictures.dim() == 4 ? pictures.size(1) : 0;
  const at::Tensor patches = codebook::patches_of(pictures, how.patch, channels).to(at::kFloat);
  const std::int64_t rows = patches.size(0), columns = patches.size(1);

  // k-means++: each next centre is a patch, drawn by its squared distance from the nearest centre so far.
  random_stream draws(how.seed);
  at::Tensor centres = at::empty({how.codes, columns}, patches.options());
  at::Tensor distance = at::full({rows}, 1.0, patches.options());
  for (std::int64_t code = 0; code < how.codes; ++code) {
    const at::Tensor upto = distance.to(at::kDouble).cumsum(0);
    const double all = upto[rows - 1].item<double>();
    if (!(all > 0))
      detail::refuse(function, "pictures",
                     "hold " + std::to_string(code) + " different patches; wanted at least " +
                         std::to_string(how.codes) + ", the number of codes");
    const auto drawn = at::searchsorted(upto, at::scalar_tensor(draws.uniform() * all, upto.options()), false, true);
    const at::Tensor centre = patches[std::min(drawn.item<std::int64_t>(), rows - 1)];
    centres[code].copy_(centre);
    const at::Tensor from = (patches - centre).square_().sum(1);
    distance = code == 0 ? from : at::minimum(distance, from);
  }

  at::Tensor chosen = at::full({rows}, -1, patches.options().dtype(at::kLong));
  for (std::size_t round = 0; round < how.rounds; ++round) {
    std::vector<at::Tensor> nearest;
    at::Tensor sums = at::zeros_like(centres), counts = at::zeros({how.codes, 1}, centres.options());
    for (std::int64_t first = 0; first < rows; first += codebook::block) {
      const at::Tensor some = patches.narrow(0, first, std::min(codebook::block, rows - first));
      nearest.push_back(codebook::nearest(some, centres));
      // A product rather than scattered additions, whose order a device leaves open.
      const at::Tensor one = at::one_hot(nearest.back(), how.codes).to(patches.scalar_type());
      sums.addmm_(one.t(), some);
      counts += one.sum(0).unsqueeze(1);
    }
    const at::Tensor now = at::cat(nearest);
    if (at::equal(now, chosen)) break;
    chosen = now;
    centres = at::where(counts > 0, sums / counts.clamp_min(1), centres);
  }
  return codebook(centres, how.patch);
}

}  // namespace telltale
