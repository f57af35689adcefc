// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <system_error>

#include <telltale/core/error.hpp>

#include "errors.hpp"

namespace tool {
namespace {

namespace io = telltale::io;

io::npy_array open_flags(const std::string& path) {
  io::npy_array array = io::read_npy(path);
  if (array.dtype().kind == 'f')
    throw telltale::file_error(path,
                               "holds " + array.dtype().name() + "; wanted booleans, or integers that are 0 or 1");
  if (array.shape().size() != 1 || array.size() == 0)
    throw telltale::file_error(path, "has shape " + shape_text(array) + "; wanted (records), at least one");
  return array;
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code failure;
  if (std::filesystem::equivalent(a, b, failure)) return true;
  const auto canonical = [](const std::string& path) {
    std::error_code unknown;
    std::filesystem::path result = std::filesystem::weakly_canonical(std::filesystem::absolute(path, unknown), unknown);
    return unknown ? std::filesystem::path(path) : result;
  };
  return canonical(a) == canonical(b);
}

}  // namespace

std::string shape_text(const io::npy_array& array) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < array.shape().size(); ++axis)
    text += (axis == 0 ? "" : ", ") + std::to_string(array.shape()[axis]);
  return text + (array.shape().size() == 1 ? ",)" : ")");
}

io::npy_array open_floats(const std::string& path, std::size_t axes, const std::string& wanted) {
  io::npy_array array = io::read_npy(path);
  if (array.dtype().kind != 'f')
    throw telltale::file_error(path, "holds " + array.dtype().name() + "; wanted numbers of a float type");
  const std::size_t got = array.shape().size();
  if ((got != axes && got != axes + 1) || array.size() == 0)
    throw telltale::file_error(path, "has shape " + shape_text(array) + "; wanted " + wanted + ", none of them 0");
  return array;
}

std::vector<int> load_classes(const std::string& path, const std::string& what, const std::string& whom) {
  const io::npy_array array = io::read_npy(path);
  if (array.dtype().kind == 'f')
    throw telltale::file_error(path, "holds " + array.dtype().name() + "; wanted integers, " + what);
  if (array.shape().size() != 1 || array.size() == 0)
    throw telltale::file_error(path, "has shape " + shape_text(array) + "; wanted (" + whom + "), at least one");
  return array.to_vector<int>();
}

membership_file::membership_file(const std::string& path) : values_(open_flags(path)) {
  const std::span<const std::uint8_t> values = values_.span();
  const auto wrong = std::find_if(values.begin(), values.end(), [](std::uint8_t value) { return value > 1; });
  if (wrong != values.end())
    throw telltale::file_error(path, "record " + std::to_string(wrong - values.begin()) + " is " +
                                         std::to_string(*wrong) + "; wanted 1 for members and 0 for the others");
}

std::span<const telltale::membership> membership_file::members() const noexcept {
  // An enumeration over std::uint8_t, of which every byte was checked to be 0 or 1.
  const std::span<const std::uint8_t> values = values_.span();
  return {reinterpret_cast<const telltale::membership*>(values.data()), values.size()};
}

void refuse_overlap(const std::vector<named_path>& inputs, const std::vector<named_path>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& [option, path] = outputs[i];
    if (path.empty() || path == "-") continue;
    for (const auto& [from, input] : inputs)
      if (!input.empty() && same_file(path, input))
        throw usage_error(option, "would overwrite the input " + input + " of " + from);
    for (std::size_t j = 0; j < i; ++j)
      if (!outputs[j].second.empty() && outputs[j].second != "-" && same_file(path, outputs[j].second))
        throw usage_error(option, "names the same file as " + outputs[j].first + ", " + path);
  }
}

text_output::text_output(std::string path) : path_(std::move(path)) {
  if (is_wanted() && !is_standard_output()) file_.emplace(path_);
}

void text_output::write(std::string text) {
  if (file_)
    file_->write(std::as_bytes(std::span<const char>(text)));
  else
    text_ = std::move(text);
}

void text_output::commit() {
  if (file_)
    file_->commit();
  else if (is_standard_output())
    std::cout << text_;
}

}  // namespace tool
