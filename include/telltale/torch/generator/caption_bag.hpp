// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>
#include <telltale/torch/image_text/trigrams.hpp>

namespace telltale {

/// Captions as hashed bags of their words and the words' character trigrams: what a small generator reads.
///
/// Words are those of `trigram_tokens`. Each word and each trigram of it counts in bucket XXH64 mod `buckets`, and the
/// counts of a caption are scaled to length 1. There is no vocabulary, so that no word is unknown: a mark of words
/// that were never trained on would show membership by itself. The empty caption stands for no caption at all, and has
/// a number of its own, the last. It knows no order of words.
/// Result: float (captions, width()), on the CPU. Cost: O(characters). Throws argument_error for no caption, and for
/// one of white space alone. Reference: Weinberger, Dasgupta, Langford, Smola and Attenberg 2009, "Feature hashing for
/// large scale multitask learning".
struct caption_bag {
  std::int64_t buckets = 1024;  ///< into which words and trigrams are hashed

  /// Numbers of a caption.
  [[nodiscard]] std::int64_t width() const noexcept { return buckets + 1; }

  /// The bags of captions, a row each.
  [[nodiscard]] at::Tensor operator()(std::span<const std::string> captions) const {
    if (captions.empty()) detail::refuse("caption_bag", "captions", "is empty; wanted at least one");
    at::Tensor bags = at::zeros({static_cast<std::int64_t>(captions.size()), width()});
    float* row = bags.data_ptr<float>();
    for (const std::string& caption : captions) {
      const auto words = trigram_tokens::words_of(caption);
      if (words.empty() && !caption.empty())
        detail::refuse("caption_bag", "captions", "\"" + caption + "\" holds no word; wanted at least one");
      if (words.empty()) row[buckets] = 1;
      for (const std::string& word : words) {
        row[bucket_of(word)] += 1;
        for (std::size_t t = 0; t + 2 < word.size(); ++t) row[bucket_of(std::string_view(word).substr(t, 3))] += 1;
      }
      row += width();
    }
    return bags / bags.norm(2, {1}, true);
  }

 private:
  [[nodiscard]] std::size_t bucket_of(std::string_view text) const {
    return hash_of(std::as_bytes(std::span(text))) % static_cast<std::uint64_t>(buckets);
  }
};

}  // namespace telltale
