// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <system_error>
#include <vector>

namespace oracle {

/// Removes a folder with all that is in it, as far as it can be.
///
/// Not by remove_all: a program on a wheel of LibTorch may get the copy of it that the wheel exports, which was seen to
/// crash (2.11 on Ubuntu 24.04).
inline void remove_tree(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::vector<std::filesystem::path> all{folder};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored)) all.push_back(entry.path());
  for (auto each = all.rbegin(); each != all.rend(); ++each) std::filesystem::remove(*each, ignored);
}

/// A new folder that goes with this object.
class temporary_folder {
 public:
  temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "telltale-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() { remove_tree(path_); }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// Every file below a folder by its relative name, with its bytes; folders as names that end in '/'.
inline std::map<std::string, std::string> content_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> content;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = std::filesystem::relative(entry.path(), folder).string();
    if (entry.is_directory())
      content[name + "/"];
    else
      content[name] = bytes_of(entry.path());
  }
  return content;
}

}  // namespace oracle
