// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/metric/interval/estimate.hpp>

namespace telltale::metric {

/// How often the verdict about one record was right, over targets; of those with the record `true_positives` said
/// member, of those without it `false_positives`.
struct record_success {
  estimate right;                    ///< share of targets in which it was, members and non-members together
  std::optional<estimate> tpr, fpr;  ///< nothing where no target was trained with it, or none without it
  std::uint32_t in = 0, out = 0;     ///< targets that were trained with and without the record
  std::uint32_t true_positives = 0, false_positives = 0;
};

/// The attack's success on each record by itself, over targets that were trained with or without it.
///
/// A TPR over all members is an average: few records may bear all of it. Targets are added one at a time; memory is 16
/// bytes a record, however many targets there are. The targets are the trials: intervals take them as trained
/// independently of each other.
/// Reference: Carlini, Chien, Nasr, Song, Terzis and Tramer 2022, "Membership inference attacks from first principles"
/// (attack success differs from record to record).
class record_successes {
 public:
  /// Throws argument_error for no record.
  explicit record_successes(std::size_t records) : records_(records) {
    if (records == 0) detail::refuse("record_successes", "records", "is 0; wanted at least 1");
  }

  /// Records, as constructed.
  [[nodiscard]] std::size_t records() const noexcept { return records_.size(); }

  /// Adds one target: the evidence about every record, the cut of which the verdict is evidence >= cut, and the truth.
  /// O(records). Throws argument_error for other numbers of records, evidence that is not finite, a membership other
  /// than 0 or 1, and a cut that is NaN or +infinity, by which a rule says that it has no verdict; then nothing is
  /// added.
  void add(std::span<const double> evidence, double cut, std::span<const membership> member) {
    constexpr std::string_view where = "record_successes::add";
    detail::check_size(where, "evidence", evidence.size(), records());
    detail::check_size(where, "member", member.size(), records());
    detail::check_finite(where, "evidence", evidence);
    if (std::isnan(cut) || (std::isinf(cut) && cut > 0))
      detail::refuse(where, "cut", "is " + std::to_string(cut) + "; wanted the threshold of a verdict");
    for (std::size_t r = 0; r < member.size(); ++r)
      if (static_cast<std::uint8_t>(member[r]) > 1)
        detail::refuse(where, "member",
                       "element " + std::to_string(r) + " is " + std::to_string(static_cast<unsigned>(member[r])) +
                           "; wanted 0 or 1");
    for (std::size_t r = 0; r < member.size(); ++r) {
      counts& of = records_[r];
      const bool positive = evidence[r] >= cut, is_in = member[r] == membership::in;
      of.in += is_in;
      of.out += !is_in;
      of.true_positives += is_in && positive;
      of.false_positives += !is_in && positive;
    }
  }

  /// The success on every record so far, each with its own intervals: among many records some lie outside.
  ///
  /// O(records). Throws argument_error for a confidence outside (0, 1) and when no target was added.
  template <class Interval = interval::clopper_pearson>
  [[nodiscard]] std::vector<record_success> found(double confidence = 0.95) const {
    constexpr std::string_view where = "record_successes::found";
    detail::check_confidence(where, confidence);
    if (records_[0].in + records_[0].out == 0) detail::refuse(where, "targets", "is 0; wanted at least 1 added before");
    std::vector<record_success> result;
    result.reserve(records());
    const auto rate = [&](std::uint32_t hits, std::uint32_t of) {
      return of == 0 ? std::nullopt : std::optional(Interval::of(hits, of, confidence));
    };
    for (const counts& of : records_)
      result.push_back({Interval::of(of.true_positives + (of.out - of.false_positives), of.in + of.out, confidence),
                        rate(of.true_positives, of.in), rate(of.false_positives, of.out), of.in, of.out,
                        of.true_positives, of.false_positives});
    return result;
  }

 private:
  struct counts {
    std::uint32_t in = 0, out = 0, true_positives = 0, false_positives = 0;
  };
  std::vector<counts> records_;
};

}  // namespace telltale::metric
