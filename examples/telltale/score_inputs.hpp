// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "score_rule.hpp"

namespace tool {

/// The files that a command line may name; a path may be empty.
struct input_paths {
  std::string target, shadow, keep, population_target, population_shadow, known, known_members, labels, known_labels,
      features, population_features;
};

/// The files of a command line, opened, and found to be of shapes that agree.
class opened_inputs {
 public:
  explicit opened_inputs(const input_paths& paths);
  ~opened_inputs();

  /// Valid as long as this object.
  [[nodiscard]] const score_inputs& views() const noexcept { return views_; }
  [[nodiscard]] std::size_t models() const noexcept { return views_.keep.size(); }

 private:
  struct files;

  void open_target();
  void open_shadow();
  void open_population();
  void open_population_shadow();
  void open_known();
  void open_labels();
  void open_features();

  score_inputs views_;
  std::unique_ptr<files> files_;
};

}  // namespace tool
