// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/picture_format.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/observation/retrieved_captions.hpp>
#include <telltale/report/audit.hpp>

#include "common.hpp"
#include "errors.hpp"
#include "known_records.hpp"

// The command `generation` of both tools: `telltale` knows the attacks on arrays that need no network, and
// `telltale-model` adds its own to them and makes arrays from folders.
namespace tool {

using generation_backend = telltale::eigen<float>;

/// What both tools are told. A path that is empty was not given.
struct generation_options {
  std::string queries, generated, query_embeddings, generated_embeddings, caption_embeddings, caption_bank_embeddings,
      generated_caption_embeddings, reference_embeddings, members, pixel_range, out, json;
  std::string auxiliary = "0.5", seed = "1", fpr = "0.1,0.01", confidence = "0.95";
  std::vector<std::string> attacks;  ///< none: all
};

/// Numbers with a shape: read from a file, or made in memory; nothing when default-constructed.
class float_array {
 public:
  float_array() = default;
  /// `place` is the path or option that a message about them begins with.
  float_array(std::string place, telltale::io::shape_type shape, std::vector<float> values)
      : place_(std::move(place)), shape_(std::move(shape)), made_(std::move(values)) {}
  /// Maps the file where it holds just that, and converts it where it does not.
  explicit float_array(telltale::io::npy_array array)
      : place_(array.path().string()), shape_(array.shape()), read_(std::move(array)) {}

  [[nodiscard]] bool given() const noexcept { return !shape_.empty(); }
  [[nodiscard]] const std::string& place() const noexcept { return place_; }
  [[nodiscard]] const telltale::io::shape_type& shape() const noexcept { return shape_; }
  [[nodiscard]] std::span<const float> values() const { return read_ ? read_->span() : std::span<const float>(made_); }

 private:
  std::string place_;
  telltale::io::shape_type shape_;
  std::optional<telltale::io::npy_values<float>> read_;
  std::vector<float> made_;
};

/// What was collected of a generator, n queries and r pictures each.
struct generation_inputs {
  float_array queries;                       ///< (n, channels, height, width)
  float_array generated;                     ///< (n, r, channels, height, width), or (n, channels, height, width)
  double pixel_range = 0;                    ///< as `telltale::picture_format` has it; 0 without pixels
  float_array query_embeddings;              ///< (n, d)
  float_array generated_embeddings;          ///< (n, r, d), or (n, d)
  float_array caption_embeddings;            ///< (n, d)
  float_array caption_bank_embeddings;       ///< (m, d), among which the caption of a generated picture is looked up
  float_array generated_caption_embeddings;  ///< (n, r, d) or (n, d), where another captioner wrote them
  float_array reference_embeddings;          ///< (m, d)
};

/// The largest pixel less the smallest: `text` if it is given; 255 for integers; 1 or 2 where all pixels of both arrays
/// lie in [0, 1] or [-1, 1]; refused otherwise.
[[nodiscard]] double pixel_range_of(const std::string& text, const float_array& queries, const float_array& generated,
                                    bool integers);

/// The arrays that the options name, as .npy files; a shape that cannot be meant is refused by the name of its file.
[[nodiscard]] generation_inputs read_generation(const generation_options& options);

/// A part of the observation, as an attack needs it.
enum class generation_part {
  queries,
  generated,
  query_embeddings,
  generated_embeddings,
  caption_embeddings,
  generated_captions,
  reference_embeddings
};

/// The observation with its members, and which of them the adversary may learn from.
class generation_records {
 public:
  /// Throws usage_error or file_error for arrays that do not belong together, members of one kind only and an auxiliary
  /// set of one kind only.
  generation_records(generation_inputs inputs, const generation_options& options, const shared_options& shared);
  generation_records(const generation_records&) = delete;
  generation_records& operator=(const generation_records&) = delete;

  [[nodiscard]] const telltale::generation<generation_backend>& observed() const { return *observed_; }
  [[nodiscard]] bool has(generation_part part) const;
  [[nodiscard]] std::span<const telltale::membership> member() const noexcept { return member_; }
  /// Records whose membership the adversary knows, ascending, and their membership.
  [[nodiscard]] std::span<const std::size_t> auxiliary() const noexcept { return divided_.auxiliary; }
  [[nodiscard]] std::span<const telltale::membership> auxiliary_member() const noexcept {
    return divided_.auxiliary_member;
  }
  /// All others, ascending: those that attacks are measured on.
  [[nodiscard]] std::span<const std::size_t> tested() const noexcept { return divided_.tested; }
  [[nodiscard]] std::span<const telltale::membership> tested_member() const noexcept { return divided_.tested_member; }
  /// At most so many, 0: one per core.
  [[nodiscard]] std::size_t threads() const noexcept { return threads_; }
  /// From what the library names to what the user gave.
  [[nodiscard]] const origins& places() const noexcept { return places_; }

 private:
  void check_counts() const;
  void observe();

  generation_inputs inputs_;
  std::size_t threads_ = 0;
  std::optional<telltale::retrieved_captions<generation_backend>> retrieved_;  // where captions come from a bank
  std::optional<telltale::generation<generation_backend>> observed_;
  std::vector<telltale::membership> member_;
  divided_records divided_;
  origins places_;
};

/// One line of the table of attacks.
struct generation_attack {
  std::string name;     ///< as --attack has it: "II-S"
  std::string variant;  ///< tells attacks of one name apart: "SSIM"; may be empty
  std::vector<generation_part> needs;
  telltale::report::anatomy_text anatomy;
  std::string citation;
  bool control = false;  ///< asks the generator nothing, so that it must be at chance
  std::function<telltale::evidence(const generation_records&)> run;  ///< evidence of the tested records, in their order

  /// "II-S SSIM".
  [[nodiscard]] std::string full_name() const { return variant.empty() ? name : name + " " + variant; }
};

/// The attacks on arrays: thresholds and logistic rules.
[[nodiscard]] std::vector<generation_attack> generation_attacks_on_arrays();

/// Adds the options; `attacks` are the choices of --attack.
void add_generation_options(command& to, generation_options& options, const std::vector<generation_attack>& attacks);

/// What is wrong with the options is said before any file is read.
void check_generation(const generation_options& options, const std::vector<generation_attack>& attacks);

/// Runs the attacks that were asked for, prints the table and writes what was asked for; returns an exit_code.
///
/// Of all attacks those run that the inputs allow, and the others are listed with what they lack; a name that was given
/// and of which no attack can run is refused.
int run_generation(const generation_options& options, generation_inputs inputs,
                   const std::vector<generation_attack>& attacks, const shared_options& shared);

/// What both help texts say of options, numbers and outputs.
extern const char* const generation_lesson;

}  // namespace tool
