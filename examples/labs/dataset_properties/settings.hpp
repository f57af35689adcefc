// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "fashion.hpp"
#include "tabular.hpp"

namespace lab {

/// What the lab is asked to do.
struct settings {
  std::filesystem::path data = fashion_folder;  ///< the four files of Fashion-MNIST
  std::filesystem::path second = letters_file;  ///< the second data set, .rda or .csv
  std::filesystem::path out = "dataset-properties-lab";
  std::string device = "cpu";  ///< of the networks that are fine-tuned
  bool quick = false, quiet = false;
  std::size_t seeds = 3;  ///< how often the grid is measured anew
};

}  // namespace lab
