// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/image_text/checkpoint.hpp>

namespace telltale::detail {

/// The checkpoints of one training in a folder, by how far they are: step-500.pt, epoch-20.pt. Nothing without a
/// folder.
class numbered_checkpoints {
 public:
  /// `unit` is what is counted. Makes the folder; throws file_error where that fails.
  numbered_checkpoints(const std::optional<std::filesystem::path>& folder, std::string unit,
                       const std::function<std::string()>& settings)
      : folder_(folder), unit_(std::move(unit)) {
    if (!folder_) return;
    settings_ = settings();
    std::error_code failure;
    std::filesystem::create_directories(*folder_, failure);
    if (failure) throw file_error(folder_->string(), "cannot be made: " + failure.message());
  }

  /// Goes to the last checkpoint at or before `most` and returns its number; 0 without one.
  [[nodiscard]] std::size_t restore(std::size_t most, ::torch::nn::Module& parts, ::torch::optim::Optimizer& optimiser,
                                    double& loss) const {
    if (!folder_) return 0;
    std::size_t best = 0;
    for (const auto& each : std::filesystem::directory_iterator(*folder_))
      if (const std::size_t number = number_of(each.path().filename().string()); number <= most)
        best = std::max(best, number);
    return best == 0 ? 0 : of(best).restore(parts, optimiser, loss);
  }

  void save(std::size_t number, const ::torch::nn::Module& parts, const ::torch::optim::Optimizer& optimiser,
            double loss) const {
    if (folder_) of(number).save(parts, optimiser, number, loss);
  }

 private:
  [[nodiscard]] std::size_t number_of(std::string_view name) const {
    const std::string before = unit_ + "-";
    constexpr std::string_view after = ".pt";
    std::size_t number = 0;
    if (!name.starts_with(before) || !name.ends_with(after)) return 0;
    const char* const end = name.data() + name.size() - after.size();
    const auto [stop, failure] = std::from_chars(name.data() + before.size(), end, number);
    return stop == end && failure == std::errc() ? number : 0;
  }

  [[nodiscard]] checkpoint_file of(std::size_t number) const {
    return checkpoint_file(*folder_ / (unit_ + "-" + std::to_string(number) + ".pt"), [&] { return settings_; });
  }

  std::optional<std::filesystem::path> folder_;
  std::string unit_, settings_;
};

}  // namespace telltale::detail
