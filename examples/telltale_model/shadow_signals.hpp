// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <telltale/campaign/stored_scores.hpp>
#include <telltale/core/adversary.hpp>
#include <telltale/core/membership.hpp>

namespace tool {

/// What shadow models say of the attacked records: a folder with keep.npy and a sub-folder for each signal, as a
/// campaign stores them, or with the logit margins in scores.npy, as the Python community's LiRA does.
///
/// Loss and confidence follow from the logit margin m, log p = -log(1 + e^-m), and need no folder of their own.
class shadow_signals {
 public:
  /// Throws file_error, and usage_error where the masks are of another number of records.
  shadow_signals(std::string folder, std::size_t records);

  [[nodiscard]] std::size_t models() const noexcept { return keep_.models(); }
  [[nodiscard]] telltale::per_model<std::uint8_t> keep() const noexcept { return keep_.all(); }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

  /// A signal of each model, `width` values for each of `records` records; nothing where it is not stored and does not
  /// follow from what is. Valid as long as this object. Throws as above where a file has another shape.
  [[nodiscard]] std::optional<telltale::per_model<double>> rows(const std::string& name, std::size_t records,
                                                                std::size_t width = 1);

  /// Which of the records a model was trained on.
  [[nodiscard]] std::vector<telltale::membership> members_of(std::size_t model) const;

 private:
  // One model a row.
  struct loaded_signal {
    std::vector<std::vector<double>> values;
    std::vector<std::span<const double>> rows;
  };

  [[nodiscard]] std::optional<std::string> path_of(const std::string& name) const;
  [[nodiscard]] std::optional<std::vector<std::vector<double>>> load(const std::string& name, std::size_t records,
                                                                     std::size_t width);

  std::string folder_;
  telltale::model_rows<std::uint8_t> keep_;
  std::map<std::string, std::optional<loaded_signal>> loaded_;
};

}  // namespace tool
