// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/anatomy.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/report/picture.hpp>

namespace telltale::report {

/// The parts of an attack in words, for a table.
struct anatomy_text {
  std::string question;     ///< what is asked of the subject: "Was this record in the training set?"
  std::string access,       ///< what the attack needs the target to reveal
      knowledge,            ///< what it needs the adversary to own
      scorer,               ///< how answers become a score
      rule;                 ///< how scores become evidence
  std::string observation,  ///< what was collected; empty where none is named
      backend;              ///< who does the arithmetic; empty where no observation is named
};

/// An attack's anatomy in words.
[[nodiscard]] inline anatomy_text in_words(const anatomy& parts,
                                           std::string question = "Was this record in the training set?") {
  return {std::move(question),     to_string(parts.access),        to_string(parts.owns),     std::string(parts.scorer),
          std::string(parts.rule), std::string(parts.observation), std::string(parts.backend)};
}

/// What one attack achieved against one target, or the fact that the target no longer gives it what it needs.
struct attack_result {
  std::string name;                            ///< "LiRA online"
  std::string citation;                        ///< "Carlini et al. 2022"
  anatomy_text anatomy;                        ///< its parts in words
  metric::evaluation evaluation;               ///< pooled over targets where there are several
  std::optional<metric::evaluation> averaged;  ///< the mean over targets of each target's own figures
  drawn_curve curve;                           ///< empty: not drawn
  score_histogram histogram;                   ///< empty: not drawn
  bool stopped_by_type = false;                ///< the attack does not compile against this target: no figures
  std::string lacking;                         ///< the fact that is missing then: "confidence"
};

/// One target, or one target behind a defence, with every attack that was tried.
struct target_result {
  std::string name;                    ///< "trained", "argmax", "untrained"
  std::string description;             ///< one sentence for the reader
  std::vector<attack_result> attacks;  ///< in the order to be shown
};

/// How vulnerable the records of one class are.
struct class_vulnerability {
  std::string name;         ///< of the class, in words
  std::size_t records = 0;  ///< how many were looked at
  metric::estimate value;   ///< with its interval; what it measures is said by `audit::vulnerability_measure`
};

/// A record as a picture: width x height pixels, row by row, with 1 (grey) or 3 (red, green, blue) bytes a pixel.
struct image {
  std::size_t width = 0,             ///< pixels from left to right
      height = 0,                    ///< pixels from top to bottom
      channels = 1;                  ///< bytes a pixel: 1 or 3
  std::vector<std::uint8_t> pixels;  ///< row by row; empty: there is no picture
};

/// One of the records that an attack finds most reliably.
struct vulnerable_record {
  std::size_t index = 0;   ///< in the data set
  std::string class_name;  ///< its label in words
  double value = 0;        ///< what it measures is said by `audit::record_measure`
  image picture;           ///< without pixels where the record is no image
};

/// Everything a report says: the targets with their attacks, who is vulnerable, and what the numbers rest on.
///
/// The first target is the one the headline speaks of. Texts are plain UTF-8; every writer escapes them.
struct audit {
  static constexpr int schema = 1;  ///< of report.json; a change of meaning or of a field's name increments it

  std::string title = "Membership audit";                     ///< of the page, and the first line of the text
  std::string data;                                           ///< what was audited: data set, records, model
  std::vector<std::pair<std::string, std::string>> settings;  ///< what reproduces it, in the order to be shown
  std::vector<target_result> targets;                         ///< the one of the headline first
  std::string vulnerability_measure;                          ///< of `classes`: "TPR at 1 % FPR of LiRA online"
  std::vector<class_vulnerability> classes;                   ///< may be empty
  std::string record_measure;              ///< of `records`: "share of models in which it is found at 1 % FPR"
  std::vector<vulnerable_record> records;  ///< most reliably found first; may be empty
  std::vector<vulnerable_record> safest;   ///< those that it finds last, to compare with; in the HTML page alone
  std::vector<std::string> notes;          ///< limits: one sentence each
  double seconds = 0;                      ///< wall time of the whole audit; 0: not measured
};

}  // namespace telltale::report
