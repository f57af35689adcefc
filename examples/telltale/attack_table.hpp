// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/json.hpp>

#include "common.hpp"
#include "errors.hpp"
#include "files.hpp"

// A table of attacks on one target: which of them run, what they found, what the others lack. Commands that make such a
// table (generation, segmentation) differ in what they observe.
namespace tool {

/// One line of the table.
struct table_attack {
  std::string name;     ///< as --attack has it: "II-S"
  std::string variant;  ///< tells attacks of one name apart: "SSIM"; may be empty
  std::string lacks;    ///< why it cannot run: "needs --queries"; empty where it can
  telltale::report::anatomy_text anatomy;
  std::string citation;
  bool control = false;                     ///< asks the target nothing, so that it must be at chance
  std::function<telltale::evidence()> run;  ///< evidence of the tested records, in their order

  /// "II-S SSIM".
  [[nodiscard]] std::string full_name() const { return variant.empty() ? name : name + " " + variant; }
};

/// "ii-s-ssim", as the file of its evidence is called.
[[nodiscard]] std::string stem_of(std::string full_name);

/// The names of --attack, each once, and "all".
[[nodiscard]] std::vector<std::string> choices_of(const std::vector<std::string>& names);

/// What --fpr and --confidence say; refused where they are no rates.
[[nodiscard]] telltale::metric::evaluation_options rates_of(const std::string& fpr, const std::string& confidence);

/// An attack with its figures, and its evidence on every tested record.
struct ran_attack {
  std::string name, full_name;
  bool control = false;
  telltale::report::attack_result figures;
  std::vector<double> evidence;
};

struct attack_left_out {
  std::string name, full_name, why;
  std::exception_ptr refusal;  ///< null where something was not given
};

/// What was asked for, `named` or every attack where none is named or "all" is, but then only those that can run.
///
/// A name that was given and of which no attack can run is refused, as is a table in which nothing can run. What an
/// attack refuses is said by the name of the file or option that `places` knows.
class attack_table {
 public:
  attack_table(const std::vector<table_attack>& attacks, const std::vector<std::string>& named,
               std::span<const telltale::membership> tested, const telltale::metric::evaluation_options& settings,
               const origins& places, const shared_options& shared);

  std::vector<ran_attack> ran;
  std::vector<attack_left_out> left_out;

  /// Sorts what ran into the target's and the control's attacks, drops what has none, and notes what was left out.
  void fill(telltale::report::audit& audit, telltale::report::target_result target,
            telltale::report::target_result control) const;
  [[nodiscard]] telltale::report::json left_out_as_json() const;

 private:
  [[nodiscard]] bool has_run(const std::string& name) const;
};

/// The files that a table writes into `folder`, for refuse_overlap.
[[nodiscard]] std::vector<named_path> outputs_in(const std::string& folder, const std::vector<std::string>& full_names);

/// Writes report.html and report.json, and in evidence/ what each attack says of each tested record, members.npy and
/// tested.npy.
void write_table(const std::filesystem::path& folder, const telltale::report::audit& audit,
                 const telltale::report::json& object, const attack_table& table,
                 std::span<const telltale::membership> member, std::span<const std::size_t> tested);

/// Prints the audit unless it must be quiet or JSON goes to the same place.
void print_table(const telltale::report::audit& audit, const std::string& folder, const text_output& json,
                 const shared_options& shared);

}  // namespace tool
