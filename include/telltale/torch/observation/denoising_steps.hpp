// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/train/tensor_dataset.hpp>

namespace telltale {

namespace family {
/// The observations of a diffusion model that is asked at chosen levels of noise.
struct denoising {};
}  // namespace family

namespace req {

template <class Target>
concept predicts_the_noise_of_a_level =
    requires(Target& target, const at::Tensor& noisy, std::int64_t level, std::span<const std::string> captions) {
      { target.predicted_noise(noisy, level, captions) } -> std::convertible_to<at::Tensor>;
      { target.alpha_bar(level) } -> std::convertible_to<double>;
      { target.levels() } -> std::convertible_to<std::int64_t>;
    };

template <class Batch>
concept denoises_at_chosen_levels = std::same_as<typename Batch::family, family::denoising>;

}  // namespace req

/// A diffusion model whose inner steps are open: the noise that it sees in a noisy picture of a level, given the
/// caption, and the share alpha_bar of the picture at that level, levels 0 to levels() - 1.
template <class Target>
concept DenoisingTarget = req::predicts_the_noise_of_a_level<Target>;

/// Any observation of the inner steps of a diffusion model; a subject is a picture with its caption.
template <class Batch>
concept DenoisingSteps = Observation<Batch> && req::denoises_at_chosen_levels<Batch>;

/// How inner steps are asked for.
struct denoising_asking {
  std::size_t batch_size = 256;                                                 ///< pictures at a time
  std::uint64_t seed = 1;                                                       ///< of the noise
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< pictures, after every batch
};

/// Some subjects that a diffusion model is asked about together.
template <DenoisingTarget Target>
class denoising_block {
 public:
  /// Made by `denoising_steps::by_block`; `target` and `captions` must outlive it.
  denoising_block(Target& target, at::Tensor pictures, std::span<const std::string> captions, std::uint64_t seed)
      : target_(target), pictures_(std::move(pictures)), captions_(captions), seed_(seed) {}

  /// x, (n, channels, height, width).
  [[nodiscard]] const at::Tensor& pictures() const noexcept { return pictures_; }
  /// The share of the picture at a level of noise.
  [[nodiscard]] double alpha_bar(std::int64_t level) const { return target_.alpha_bar(level); }
  /// e_hat(x_t, t, caption), of each picture.
  [[nodiscard]] at::Tensor predicted_noise(const at::Tensor& noisy, std::int64_t level) const {
    return target_.predicted_noise(noisy, level, captions_);
  }
  /// Standard normal noise, (1, channels, height, width): the same for every subject, since a picture that drew easy
  /// noise would look like a member.
  [[nodiscard]] at::Tensor noise(std::size_t draw) const {
    random_stream stream(seed_, draw);
    at::Tensor drawn = at::empty({1, pictures_.size(1), pictures_.size(2), pictures_.size(3)}, at::kDouble);
    std::generate_n(drawn.data_ptr<double>(), drawn.numel(), [&] { return stream.normal(); });
    return drawn.to(pictures_.options());
  }

 private:
  Target& target_;
  at::Tensor pictures_;
  std::span<const std::string> captions_;
  std::uint64_t seed_;
};

/// What a diffusion model predicts at chosen levels of noise about query pictures with their captions.
///
/// Threat model: gray box; the adversary has picture and caption and may enter the chain of denoising at any level: she
/// sends a noisy picture and sees the noise that the model finds in it. An interface that gives finished pictures only
/// does not allow that; released weights do.
/// Shapes: pictures (n, channels, height, width), one caption each ("" asks without one); they go to the target's
/// device batch by batch. The target is copied, which for the generators of this library shares its network. Cost: none
/// until a scorer asks. Throws argument_error for no picture, another number of captions, pixels that are not finite,
/// and where the model answers by what is not finite, naming the record.
template <DenoisingTarget Target>
class denoising_steps {
 public:
  static constexpr std::string_view name = "denoising steps";
  static constexpr access_to reveals = access_to::inner_steps;
  using backend = libtorch;
  using family = telltale::family::denoising;

  /// `asked` holds query pictures with their captions; `how` says in which batches, and by which noise.
  denoising_steps(Target target, captioned_images asked, denoising_asking how = {})
      : target_(std::make_shared<Target>(std::move(target))), asked_(std::move(asked)), how_(std::move(how)) {
    if (!asked_.images.defined() || asked_.images.dim() != 4 || asked_.images.size(0) == 0 ||
        !asked_.images.is_floating_point())
      detail::refuse(name, "images", "are no batch of pictures: wanted floats (n, channels, height, width)");
    detail::check_size(name, "captions", asked_.captions.size(), subjects());
    detail::check_finite_tensor(name, "images", asked_.images);
    if (how_.batch_size == 0) detail::refuse(name, "batch_size", "is 0; wanted at least 1");
  }

  /// How many pictures are asked about.
  [[nodiscard]] std::size_t subjects() const { return static_cast<std::size_t>(asked_.images.size(0)); }
  /// Levels of noise, from 0 to levels() - 1.
  [[nodiscard]] std::int64_t levels() const { return target_->levels(); }

  /// Fills what `score(block)` gives of each block of subjects: one number or one row a subject.
  template <class Score>
  void by_block(std::span<double> out, const Score& score) const {
    const at::NoGradGuard without_gradients;
    const std::size_t width = out.size() / subjects();
    if (width == 0 || out.size() != subjects() * width) detail::refuse_size(name, "out", out.size(), subjects());
    for (std::size_t first = 0; first < subjects(); first += how_.batch_size) {
      const std::size_t count = std::min(how_.batch_size, subjects() - first);
      const denoising_block<Target> block(
          *target_, here(asked_.images.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count))),
          std::span<const std::string>(asked_.captions).subspan(first, count), how_.seed);
      const at::Tensor rows = score(block);
      detail::check_size(name, "out", width, static_cast<std::size_t>(rows.numel()) / count);
      if (!libtorch::copy(rows, out.subspan(first * width, count * width)))
        detail::refuse(name, "target",
                       "gives a score that is not finite, of a record from " + std::to_string(first) + " on");
      if (how_.progress) how_.progress(first + count, subjects());
    }
  }

 private:
  [[nodiscard]] at::Tensor here(const at::Tensor& pictures) const {
    if constexpr (requires { target_->module()->parameters(); })
      return pictures.to(target_->module()->parameters().front().options());
    else
      return pictures;
  }

  std::shared_ptr<Target> target_;
  captioned_images asked_;
  denoising_asking how_;
};

namespace detail {

/// Refuses a level of noise that a target does not have.
inline void check_level(std::string_view scorer, std::int64_t level, std::int64_t levels) {
  if (level < 0 || level >= levels)
    refuse(scorer, "level", "is " + std::to_string(level) + "; wanted 0 to " + std::to_string(levels - 1));
}

}  // namespace detail
}  // namespace telltale
