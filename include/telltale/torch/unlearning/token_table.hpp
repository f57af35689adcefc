// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/unlearning/backdoor_unlearning.hpp>
#include <telltale/torch/unlearning/removed_names.hpp>
#include <telltale/torch/unlearning/unlearning_draws.hpp>

namespace telltale {

/// Every text that an unlearning of names will ask an encoder about, in order and once each: for a tokeniser that is
/// not in this process (Python's, say), whose answer a `token_table` then is.
///
/// `run_seed` as in `unlearning_run`; `measured` pairs of `measure_removal` with the same seed are among them. Cost:
/// that of making the texts. Throws what `removed_names` and the trigger throw.
template <UnlearningPreset Preset>
[[nodiscard]] std::vector<std::string> texts_of_removal(std::vector<std::string> captions,
                                                        std::vector<std::string> names, std::string phrase,
                                                        std::uint64_t run_seed = 1, std::size_t measured = 1000,
                                                        std::vector<std::string> other_names = {}) {
  std::set<std::string> asked;
  const auto record = [&](const std::vector<std::string>& texts) {
    asked.insert(texts.begin(), texts.end());
    return at::zeros({static_cast<std::int64_t>(texts.size()), 1}, at::kLong);
  };
  const removed_names removed(std::move(captions), std::move(names), std::move(phrase), record, std::move(other_names));
  const unlearning_draws training(run_seed), measuring(run_seed, /*part*/ 1);
  for (std::size_t step = 0; step < Preset::schedule.steps; ++step) {
    static_cast<void>(removed.clean(training, step * Preset::clean, Preset::clean));
    static_cast<void>(Preset::trigger(removed, training, step * Preset::poisoned, Preset::poisoned));
    if constexpr (Preset::other_name_weight > 0)
      static_cast<void>(Preset::trigger.others(removed, training, step * Preset::poisoned, Preset::poisoned));
  }
  if (measured > 0) {
    static_cast<void>(removed.clean(measuring, 0, measured));
    static_cast<void>(Preset::trigger(removed, measuring, 0, measured));
  }
  return {asked.begin(), asked.end()};
}

/// Tokens that were made elsewhere: row i of `rows` is the encoder's input for text i.
///
/// Throws argument_error unless there is a row for every text, for a text that is there twice, and when it is asked for
/// one that is not there. Cost: a look-up a text.
class token_table {
 public:
  /// `rows` are (texts, ...), in the order of `texts`: what `texts_of_removal` gave, turned into tokens.
  token_table(const std::vector<std::string>& texts, at::Tensor rows) : rows_(std::move(rows)) {
    if (!rows_.defined() || rows_.dim() < 2 || rows_.size(0) != static_cast<std::int64_t>(texts.size()))
      detail::refuse(function, "rows",
                     (rows_.defined() ? "have the shape " + detail::shape_text(rows_) : std::string("are undefined")) +
                         "; wanted a row for each of " + std::to_string(texts.size()) + " texts");
    for (const std::string& text : texts)
      if (!place_.emplace(text, static_cast<std::int64_t>(place_.size())).second)
        detail::refuse(function, "texts", "\"" + text + "\" is there twice");
  }

  /// The rows of some texts, in their order.
  [[nodiscard]] at::Tensor operator()(const std::vector<std::string>& texts) const {
    std::vector<std::int64_t> wanted;
    for (const std::string& text : texts) {
      const auto found = place_.find(text);
      if (found == place_.end())
        detail::refuse(
            function, "texts",
            "\"" + text + "\" has no row; was the table made for the same captions, names, preset and seed?");
      wanted.push_back(found->second);
    }
    return rows_.index_select(0, at::tensor(wanted, at::kLong).to(rows_.device()));
  }

 private:
  static constexpr std::string_view function = "token_table";

  at::Tensor rows_;
  std::unordered_map<std::string, std::int64_t> place_;
};

}  // namespace telltale
