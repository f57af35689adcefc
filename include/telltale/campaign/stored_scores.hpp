// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/campaign/manifest.hpp>
#include <telltale/campaign/model_rows.hpp>
#include <telltale/core/error.hpp>
#include <telltale/io/npy.hpp>

namespace telltale {
namespace detail {

inline std::string model_file_name(std::size_t model) {
  const std::string digits = std::to_string(model);
  return "model_" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits + ".npy";
}

}  // namespace detail

/// One stored signal of many models: models x records x queries, as float or as double.
///
/// It is float where every file holds native row-major float32, which is then read in place, and double otherwise.
class stored_scores {
 public:
  /// How many models have scores.
  [[nodiscard]] std::size_t models() const noexcept {
    return std::visit([](const auto& rows) { return rows.models(); }, rows_);
  }
  /// How many records each model has scores of.
  [[nodiscard]] std::size_t records() const noexcept { return records_; }
  /// How many values a record has: 1 unless it was asked about several times.
  [[nodiscard]] std::size_t queries() const noexcept { return queries_; }

  /// Whether the values are `Scalar`s (float or double), so that `rows<Scalar>()` gives them.
  template <class Scalar>
  [[nodiscard]] bool holds() const noexcept {
    return std::holds_alternative<model_rows<Scalar>>(rows_);
  }

  /// The rows as float or double; throws file_error when they are of the other type. `visit` takes either.
  template <class Scalar>
  [[nodiscard]] const model_rows<Scalar>& rows() const {
    if (!holds<Scalar>())
      throw file_error(path_.string(), "does not hold " + io::element_type_of<Scalar>().name() + " values");
    return std::get<model_rows<Scalar>>(rows_);
  }

  /// Calls `visitor` with the rows, a `model_rows<float>` or a `model_rows<double>`.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), rows_);
  }

 private:
  friend stored_scores load_scores(const std::filesystem::path& path);

  stored_scores(std::filesystem::path path, const std::vector<io::npy_array>& files, bool one_file)
      : path_(std::move(path)) {
    const io::shape_type shape = files.front().shape();
    const std::size_t first = one_file ? 1 : 0;
    records_ = shape[first];
    queries_ = shape.size() == first + 2 ? shape[first + 1] : 1;
    if (!std::all_of(files.begin(), files.end(), [](const auto& file) { return file.template holds<float>(); }))
      rows_ = model_rows<double>();
    std::visit(
        [&](auto& rows) {
          for (const io::npy_array& file : files) rows.append(file, one_file ? shape[0] : 1);
        },
        rows_);
  }

  std::filesystem::path path_;
  std::size_t records_ = 0, queries_ = 1;
  std::variant<model_rows<float>, model_rows<double>> rows_;
};

namespace detail {

inline io::npy_array open_scores(const std::filesystem::path& path, std::size_t axes_before_queries) {
  io::npy_array array = io::read_npy(path);
  if (array.dtype().kind != 'f')
    throw file_error(path.string(), "holds " + array.dtype().name() + "; wanted scores of a float type");
  const std::size_t axes = array.shape().size();
  if ((axes != axes_before_queries && axes != axes_before_queries + 1) || array.size() == 0)
    throw file_error(path.string(), "has shape " + io::detail::tuple_text(array.shape()) + "; wanted " +
                                        (axes_before_queries == 1 ? "(records) or (records, queries)"
                                                                  : "(models, records) or (models, records, queries)") +
                                        ", none of them 0");
  return array;
}

// Without exceptions: what cannot be examined is opened next, which says why not.
inline bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

inline bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

// The files of a sub-folder of a store by model; model_10000 sorts before model_9999 by name.
inline std::map<std::size_t, std::filesystem::path> model_files(const std::filesystem::path& folder) {
  std::map<std::size_t, std::filesystem::path> files;
  std::error_code failure;
  const std::filesystem::directory_iterator entries(folder, failure);
  if (failure) throw file_error(folder.string(), "cannot be listed: " + failure.message());
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (name.size() < 11 || name.size() > 25 || name.rfind("model_", 0) != 0 || entry.path().extension() != ".npy")
      continue;
    const std::string digits = name.substr(6, name.size() - 10);
    if (digits.find_first_not_of("0123456789") != std::string::npos) continue;
    if (!files.emplace(std::stoull(digits), entry.path()).second)
      throw file_error(entry.path().string(), "is a second file of model " + digits);
  }
  return files;
}

// A sub-folder of an unfinished campaign is a smaller campaign to the eye: only the manifest knows.
inline void refuse_unfinished(const std::filesystem::path& folder) {
  const std::filesystem::path store = std::filesystem::absolute(folder / "").parent_path().parent_path();
  if (!is_there(store / manifest::file_name)) return;
  const manifest content = read_manifest(store);
  if (content.finished.size() < content.models)
    throw file_error(folder.string(), "is of a campaign that has finished only " +
                                          std::to_string(content.finished.size()) + " of " +
                                          std::to_string(content.models) + " models");
}

}  // namespace detail

/// Reads the scores of many models: a file (models, records[, queries]), a folder that has it as `scores.npy`, or a
/// folder with one file `model_0000.npy`, ... (records[, queries]) a model, as a sub-folder of a signal store.
///
/// Any float type, byte order and axis order. Values are mapped, not read: cost O(models) unless they must be
/// converted. Whether they are finite is checked by the rule that takes them. Throws file_error naming the file when
/// one is missing, no array, not of floats, empty, or unlike the first; and for a folder of an unfinished campaign.
[[nodiscard]] inline stored_scores load_scores(const std::filesystem::path& path) {
  if (!detail::is_folder(path)) return {path, {detail::open_scores(path, 2)}, true};
  const auto files = detail::model_files(path);
  if (files.empty()) {
    if (detail::is_there(path / "scores.npy")) return load_scores(path / "scores.npy");
    std::string advice;
    if (detail::is_there(path / manifest::file_name))
      for (const signal_form& form : read_manifest(path).signals)
        advice += (advice.empty() ? "; name one of its signals: " : ", ") + form.name;
    throw file_error(path.string(), "holds neither scores.npy nor model_0000.npy" + advice);
  }
  detail::refuse_unfinished(path);
  std::vector<io::npy_array> arrays;
  for (const auto& [model, file] : files) {
    if (model != arrays.size())
      throw file_error((path / detail::model_file_name(arrays.size())).string(),
                       "is missing beside " + file.filename().string());
    arrays.push_back(detail::open_scores(file, 1));
    if (arrays.back().shape() != arrays.front().shape())
      throw file_error(file.string(), "has shape " + io::detail::tuple_text(arrays.back().shape()) + "; model 0 has " +
                                          io::detail::tuple_text(arrays.front().shape()));
  }
  return {path, arrays, false};
}

/// Reads a membership mask (models, records) of booleans or of integers that are 0 and 1: a file, or a folder that has
/// it as `keep.npy`, as a signal store and the Python community's LiRA layout do.
///
/// Bytes are mapped, others converted. Cost: one pass over the mask. Throws file_error naming the file and the first
/// wrong value.
[[nodiscard]] inline model_rows<std::uint8_t> load_keep(const std::filesystem::path& path) {
  if (detail::is_folder(path)) return load_keep(path / "keep.npy");
  const io::npy_array array = io::read_npy(path);
  if (array.dtype().kind == 'f')
    throw file_error(path.string(), "holds " + array.dtype().name() + "; wanted booleans, or integers that are 0 or 1");
  if (array.shape().size() != 2 || array.size() == 0)
    throw file_error(path.string(),
                     "has shape " + io::detail::tuple_text(array.shape()) + "; wanted (models, records), neither 0");
  model_rows<std::uint8_t> rows;
  rows.append(array, array.shape()[0]);
  for (std::size_t m = 0; m < rows.models(); ++m) {
    const std::span<const std::uint8_t> row = rows.all()[m];
    const auto wrong = std::find_if(row.begin(), row.end(), [](std::uint8_t keep) { return keep > 1; });
    if (wrong != row.end())
      throw file_error(path.string(), "has " + std::to_string(*wrong) + " for model " + std::to_string(m) +
                                          ", record " + std::to_string(wrong - row.begin()) + "; wanted 0 or 1");
  }
  return rows;
}

}  // namespace telltale
