// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/io/atomic_file.hpp>
#include <telltale/io/npy.hpp>

namespace tool {

/// A .npy file of a float type with `axes` axes, or with one more; refused by name otherwise. `wanted` says the shapes
/// in words: "(records) or (records, queries)".
[[nodiscard]] telltale::io::npy_array open_floats(const std::string& path, std::size_t axes, const std::string& wanted);

/// A one-dimensional .npy file of integers or booleans: `what` of each of the `whom`.
[[nodiscard]] std::vector<int> load_classes(const std::string& path,
                                            const std::string& what = "the class of each record",
                                            const std::string& whom = "records");

/// A one-dimensional .npy file of booleans, or of integers that are 0 or 1; mapped where it holds bytes.
class membership_file {
 public:
  explicit membership_file(const std::string& path);

  [[nodiscard]] std::span<const telltale::membership> members() const noexcept;

 private:
  telltale::io::npy_values<std::uint8_t> values_;
};

/// "(3, 4)", as Python writes a shape.
[[nodiscard]] std::string shape_text(const telltale::io::npy_array& array);

/// An option and the path that it was given; the path may be empty.
using named_path = std::pair<std::string, std::string>;

/// Refuses an output that names the same file as an input or as another output.
void refuse_overlap(const std::vector<named_path>& inputs, const std::vector<named_path>& outputs);

/// A text that is asked for by path: a file that appears complete or not at all, "-" for standard output, or nothing
/// where the path is empty. That the file can be written is known from the start.
class text_output {
 public:
  explicit text_output(std::string path);

  [[nodiscard]] bool is_wanted() const noexcept { return !path_.empty(); }
  [[nodiscard]] bool is_standard_output() const noexcept { return path_ == "-"; }

  /// Puts the text where it will appear; nothing is visible before `commit`.
  void write(std::string text);
  void commit();

 private:
  std::string path_, text_;
  std::optional<telltale::io::atomic_file> file_;
};

}  // namespace tool
