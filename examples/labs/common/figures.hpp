// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/metric/interval/estimate.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lab {

/// What a figure is of: "diffusion", "query shifted", "II-S", "AUC".
struct label {
  std::string target, setting, attack, measure;
  friend auto operator<=>(const label&, const label&) = default;
};

/// What one seed came to.
struct figures {
  std::uint64_t seed = 0;
  std::map<label, double> found;
};

/// The mean of values with the 95 % interval of Student's t; no interval where there is one value, nothing where there
/// is none.
[[nodiscard]] std::optional<telltale::metric::estimate> mean_over(const std::vector<double>& values);

/// The figures of the seeds that have been measured.
class results {
 public:
  void add(figures one) { seeds_.push_back(std::move(one)); }
  [[nodiscard]] const std::vector<figures>& seeds() const noexcept { return seeds_; }

  /// What the seeds gave for a figure, in the order of the seeds that have it.
  [[nodiscard]] std::vector<double> values(const label& what) const;

  /// Their mean, with the 95 % interval of Student's t over seeds; without interval where there is one seed only.
  [[nodiscard]] std::optional<telltale::metric::estimate> mean(const label& what) const;

  /// The mean of the seeds' differences, one figure less another, with the same interval.
  [[nodiscard]] std::optional<telltale::metric::estimate> difference(const label& one, const label& other) const;

  /// The settings that a target was tried in whose name begins with `prefix`, by the number that follows.
  [[nodiscard]] std::map<double, std::string> settings_of(const std::string& target, const std::string& prefix) const;

 private:
  std::vector<figures> seeds_;
};

/// Reads the figures of a seed if the file has them for this recipe; an absent file and one of another recipe give
/// none.
[[nodiscard]] std::optional<figures> read_figures(const std::filesystem::path& file, const std::string& recipe);
void write_figures(const std::filesystem::path& file, const std::string& recipe, const figures& one);

/// Everything that was measured, for other programs.
void write_results(const std::filesystem::path& file, const results& all);

/// "86.5 % (81.0 to 92.0)", or a dash where nothing was measured.
[[nodiscard]] std::string shown(const std::optional<telltale::metric::estimate>& got);

/// The same in two lines, for a table.
[[nodiscard]] std::vector<std::string> cell(const std::optional<telltale::metric::estimate>& got);

}  // namespace lab
