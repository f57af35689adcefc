// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/io/csv_text.hpp>
#include <telltale/io/npy.hpp>

#include "files.hpp"

namespace tool {

/// Whether a path ends in .csv: then its records are known by the column `record`, not by their order.
[[nodiscard]] bool is_csv(const std::string& path);

/// The records of the file that all others are matched with: where it has ids, by id, else by order.
struct record_keys {
  std::string path;
  std::size_t records = 0;
  std::vector<std::string> ids;  ///< empty: the file has none

  /// For each of these records its row in the other table, whose ids must be the same, each once.
  [[nodiscard]] std::vector<std::size_t> rows_in(const telltale::io::csv_text& other) const;
  void check_count(const std::string& other, std::size_t got) const;
};

/// What an attack says of each record: .npy, or CSV with the columns `record` and `evidence`.
class evidence_file {
 public:
  explicit evidence_file(const std::string& path);
  /// In the order of `keys`.
  evidence_file(const std::string& path, const record_keys& keys);

  [[nodiscard]] std::span<const double> values() const noexcept { return mapped_ ? mapped_->span() : values_; }
  [[nodiscard]] const record_keys& keys() const noexcept { return keys_; }

 private:
  void open_npy(const std::string& path);

  std::optional<telltale::io::npy_values<double>> mapped_;
  std::vector<double> values_;
  record_keys keys_;
};

/// Which records are members, in the order of the evidence: .npy, or CSV with the columns `record` and `member`.
class member_column {
 public:
  member_column(const std::string& path, const record_keys& keys);

  [[nodiscard]] std::span<const telltale::membership> members() const noexcept {
    return mapped_ ? mapped_->members() : members_;
  }

 private:
  std::optional<membership_file> mapped_;
  std::vector<telltale::membership> members_;
};

/// The group of each record in the order of the evidence: .npy of integers, or CSV with the columns `record` and
/// `group`, a text.
[[nodiscard]] std::vector<std::string> load_groups(const std::string& path, const record_keys& keys);

/// The ids of `records` records: the column `record` of a CSV file, or 0, 1, ... where no path is given.
[[nodiscard]] std::vector<std::string> load_ids(const std::string& path, std::size_t records);

}  // namespace tool
