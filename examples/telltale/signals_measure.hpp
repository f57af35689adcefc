// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <telltale/backend/batch_view.hpp>

namespace tool {

/// Which signal to take of which answers, behind which release policy.
struct signal_request {
  std::string signal;
  std::string release;         ///< the policy's name; empty: the answers are released as they are
  double release_value = 0;    ///< k, decimals, sigma or T, where the policy has one
  std::uint64_t seed = 1;      ///< of the noise
  bool probabilities = false;  ///< what is stored: logits otherwise
  double floor = 0;            ///< 0: none
};

/// A row of values a record, and how many records the release and the floor clipped.
struct signal_values {
  std::vector<double> values;
  std::size_t clipped_by_release = 0, clipped_by_floor = 0;
};

/// What `--release` takes of a policy: its name and, where it has one, its parameter and range.
struct release_form {
  std::string name, parameter, range;
  bool (*accepts)(double);
};

/// Names of the signals and forms of the policies, from the library's types.
[[nodiscard]] std::vector<std::string> signal_names();
[[nodiscard]] const std::vector<release_form>& release_forms();

/// Reads "noise:0.1" into the request. Throws usage_error for what is no policy or has no legal value.
void read_release(const std::string& text, signal_request& request);

/// Throws usage_error where the release policy stops the signal, argument_error as the scorers and policies do.
///
/// Defined in a translation unit for each type of number, since every signal meets every policy there.
template <class Scalar>
[[nodiscard]] signal_values measure(const signal_request& request, const telltale::batch_view<Scalar>& answers,
                                    std::span<const int> labels);
extern template signal_values measure(const signal_request&, const telltale::batch_view<float>&, std::span<const int>);
extern template signal_values measure(const signal_request&, const telltale::batch_view<double>&, std::span<const int>);

}  // namespace tool
