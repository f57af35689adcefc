// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "oracle/folders.hpp"

namespace tool_test {

/// What a run of the tool left behind.
struct outcome {
  int code = -1;
  std::string out, err;

  [[nodiscard]] std::size_t error_lines() const {
    return static_cast<std::size_t>(std::count(err.begin(), err.end(), '\n'));
  }
  [[nodiscard]] bool says(const std::string& text) const { return err.find(text) != std::string::npos; }

  /// What is wrong with this as a refusal, which is exit code 2, nothing on standard output and one line that begins
  /// with `place` and says `why`; empty if nothing is.
  [[nodiscard]] std::string flaw_as_refusal(const std::string& place, const std::string& why) const {
    if (code != 2) return "exit code " + std::to_string(code) + ", stderr: " + err;
    if (!out.empty()) return "standard output: " + out;
    if (error_lines() != 1) return "not one line: " + err;
    if (err.rfind(place + ": ", 0) != 0) return "begins otherwise than " + place + ": " + err;
    return says(why) ? "" : "does not say " + why + ": " + err;
  }
};

/// A folder of its own in which arrays are laid out and the tool is run.
class bench {
 public:
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return *folder_ / name; }
  [[nodiscard]] std::string bytes(const std::string& name) const { return oracle::bytes_of(path(name)); }
  void write_bytes(const std::string& name, const std::string& bytes) const { oracle::write_bytes(path(name), bytes); }

  void floats(const std::string& name, const std::vector<double>& values, std::vector<std::size_t> shape = {}) const;
  void floats32(const std::string& name, const std::vector<float>& values, std::vector<std::size_t> shape = {}) const;
  void classes(const std::string& name, const std::vector<std::int64_t>& values) const;
  void flags(const std::string& name, const std::vector<std::uint8_t>& values,
             std::vector<std::size_t> shape = {}) const;

  /// Runs the tool in the folder; words are separated by spaces.
  [[nodiscard]] outcome run(const std::string& words) const;
  [[nodiscard]] outcome run(const std::vector<std::string>& words) const;

  /// Runs the tool, which must succeed, and reads the array that it wrote.
  [[nodiscard]] std::vector<double> made(const std::string& words, const std::string& name) const;
  [[nodiscard]] std::vector<double> values(const std::string& name) const;

 private:
  std::shared_ptr<const oracle::temporary_folder> folder_ = std::make_shared<oracle::temporary_folder>();
};

/// The bytes of a float array as NumPy would write it: any item size (4 or 8), byte order and axis order.
[[nodiscard]] std::string npy_bytes(const std::vector<double>& values, const std::vector<std::size_t>& shape,
                                    std::size_t item_size, bool big_endian, bool fortran);

}  // namespace tool_test
