// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "score_rule.hpp"

namespace tool {

/// The files of a command line, opened, and found to be of shapes that agree. A path may be empty.
class opened_inputs {
 public:
  opened_inputs(const std::string& target, const std::string& shadow, const std::string& keep,
                const std::string& population_target, const std::string& population_shadow);
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

  score_inputs views_;
  std::unique_ptr<files> files_;
};

}  // namespace tool
