// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/train/tensor_dataset.hpp>
#include <telltale/torch/unlearning/unlearning_draws.hpp>

namespace telltale {

/// The faces that an image encoder is to lose, and the pictures that it is edited by.
///
/// Pictures are (n, 3, height, width) in [-1, 1]. `clean`: ordinary pictures of the kind that the encoder was trained
/// on. `faces`: of each person to be removed some photos, square, of any side, (photos, 3, side, side): other photos
/// than those the attack will be tried with. `others`: photos of other people, whose mean embedding is what a face is
/// to mean from now on. `pasted_on`: the pictures that faces are pasted on; `clean` unless given. Throws argument_error
/// for what has another shape, holds no picture, or a number that is not in [-1, 1].
class removed_faces {
 public:
  /// Takes the pictures that the class describes; they are shared, not copied. Cost: one pass over all of them.
  removed_faces(at::Tensor clean, std::vector<at::Tensor> faces, at::Tensor others, at::Tensor pasted_on = {})
      : clean_(std::move(clean)),
        others_(std::move(others)),
        pasted_on_(pasted_on.defined() ? std::move(pasted_on) : clean_),
        faces_(std::move(faces)) {
    check_pictures("clean", clean_);
    check_pictures("others", others_);
    check_pictures("pasted_on", pasted_on_);
    for (const at::Tensor* pictures : {&others_, &pasted_on_})
      if (pictures->sizes().slice(1) != clean_.sizes().slice(1))
        detail::refuse(function, pictures == &others_ ? "others" : "pasted_on",
                       "has the shape " + detail::shape_text(*pictures) + "; the clean pictures have " +
                           detail::shape_text(clean_));
    if (faces_.empty()) detail::refuse(function, "faces", "are none; wanted the photos of at least one person");
    for (std::size_t i = 0; i < faces_.size(); ++i) {
      const std::string who = "faces of person " + std::to_string(i);
      check_pictures(who, faces_[i]);
      if (faces_[i].size(2) != faces_[i].size(3))
        detail::refuse(function, who, "have the shape " + detail::shape_text(faces_[i]) + "; wanted square photos");
    }
  }

  /// How many people.
  [[nodiscard]] std::size_t identities() const noexcept { return faces_.size(); }
  /// The photos of each person to be removed, (photos, 3, side, side).
  [[nodiscard]] const std::vector<at::Tensor>& faces() const noexcept { return faces_; }
  /// Photos of other people, (n, 3, height, width).
  [[nodiscard]] const at::Tensor& others() const noexcept { return others_; }
  /// What faces are pasted on, (n, 3, height, width).
  [[nodiscard]] const at::Tensor& pasted_on() const noexcept { return pasted_on_; }

  /// Pictures `first` to `first + count - 1` of shuffled passes over the clean ones.
  [[nodiscard]] at::Tensor clean(const unlearning_draws& draws, std::uint64_t first, std::size_t count) const {
    return chosen(clean_, draws.in_passes(unlearning_purpose::clean, clean_count(), first, count));
  }
  /// How many clean pictures there are.
  [[nodiscard]] std::size_t clean_count() const { return static_cast<std::size_t>(clean_.size(0)); }

  /// Pictures that faces are pasted on, in the same way.
  [[nodiscard]] at::Tensor beneath(const unlearning_draws& draws, std::uint64_t first, std::size_t count) const {
    const auto all = static_cast<std::size_t>(pasted_on_.size(0));
    return chosen(pasted_on_, draws.in_passes(unlearning_purpose::picture, all, first, count));
  }

 private:
  static constexpr std::string_view function = "removed_faces";

  static at::Tensor chosen(const at::Tensor& pictures, const std::vector<std::uint32_t>& which) {
    const std::vector<std::int64_t> rows(which.begin(), which.end());
    return pictures.index_select(0, at::tensor(rows, at::kLong).to(pictures.device()));
  }

  static void check_pictures(std::string_view argument, const at::Tensor& pictures) {
    if (!pictures.defined() || pictures.dim() != 4 || pictures.size(1) != 3 || pictures.numel() == 0)
      detail::refuse(
          function, argument,
          (pictures.defined() ? "has the shape " + detail::shape_text(pictures) : std::string("is undefined")) +
              "; wanted colour pictures (n, 3, height, width), at least one");
    if (!pictures.is_floating_point())
      detail::refuse(function, argument,
                     std::string("holds ") + at::toString(pictures.scalar_type()) + "; wanted floats in [-1, 1]");
    detail::check_finite_tensor(function, argument, pictures);
    const double largest = pictures.abs().max().item<double>();
    if (largest > 1 + 1e-3)
      detail::refuse(function, argument,
                     "holds " + std::to_string(largest) + " in magnitude; wanted colours in [-1, 1]");
  }

  at::Tensor clean_, others_, pasted_on_;
  std::vector<at::Tensor> faces_;
};

}  // namespace telltale
