// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>

namespace telltale {

/// Turns captions into the hashed character trigrams of their words, so that a name that no one has seen still has an
/// embedding, which depends on its spelling.
///
/// A caption is split at white space, ASCII letters become lower case, and a word "ann" is read as "#ann#": trigrams
/// `#an`, `ann`, `nn#`, each numbered 1 + XXH64 mod `buckets`; 0 is padding. Trigrams are of bytes of UTF-8: bring text
/// to one normal form (NFC) before. Result: int64 (captions, `words`, most trigrams of a word). Trigrams that meet in a
/// bucket are one to the model: of t different ones a share of about 1 - exp(-t / buckets) meets another, a third of
/// 3,500. Cost: O(characters). Throws argument_error for no caption, one without a word and one of more than `words`
/// words. Reference: Bojanowski et al. 2017, "Enriching word vectors with subword information".
struct trigram_tokens {
  std::int64_t buckets = 8192;  ///< into which trigrams are hashed
  std::size_t words = 16;       ///< of a caption at most

  /// Rows that an embedding table of these tokens needs.
  [[nodiscard]] std::int64_t rows() const noexcept { return buckets + 1; }

  /// The tokens of captions.
  [[nodiscard]] at::Tensor operator()(std::span<const std::string> captions) const {
    if (captions.empty()) detail::refuse(function, "captions", "is empty; wanted at least one");
    std::vector<std::vector<std::string>> split;
    split.reserve(captions.size());
    std::size_t longest = 0;
    for (const std::string& caption : captions) {
      split.push_back(words_of(caption));
      if (split.back().empty())
        detail::refuse(function, "captions", "\"" + caption + "\" holds no word; wanted at least one");
      if (split.back().size() > words)
        detail::refuse(function, "captions",
                       "\"" + caption + "\" has " + std::to_string(split.back().size()) + " words; wanted at most " +
                           std::to_string(words));
      for (const std::string& word : split.back()) longest = std::max(longest, word.size() - 2);
    }
    at::Tensor tokens = at::zeros({static_cast<std::int64_t>(captions.size()), static_cast<std::int64_t>(words),
                                   static_cast<std::int64_t>(longest)},
                                  at::kLong);
    auto* const to = tokens.data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < split.size(); ++i)
      for (std::size_t w = 0; w < split[i].size(); ++w)
        for (std::size_t t = 0; t + 2 < split[i][w].size(); ++t)
          to[(i * words + w) * longest + t] = number_of(std::string_view(split[i][w]).substr(t, 3));
    return tokens;
  }

  /// The words of a caption as they are read: lower case, each between two #.
  [[nodiscard]] static std::vector<std::string> words_of(std::string_view caption) {
    std::vector<std::string> found;
    bool inside = false;
    for (const char c : caption) {
      const auto byte = static_cast<unsigned char>(c);
      const bool space = byte < 0x80 && std::isspace(byte) != 0;
      if (!space && !inside) found.emplace_back("#");
      if (space && inside) found.back() += '#';
      if (!space) found.back() += byte < 0x80 ? static_cast<char>(std::tolower(byte)) : c;
      inside = !space;
    }
    if (inside) found.back() += '#';
    return found;
  }

 private:
  static constexpr std::string_view function = "trigram_tokens";

  [[nodiscard]] std::int64_t number_of(std::string_view trigram) const {
    return 1 +
           static_cast<std::int64_t>(hash_of(std::as_bytes(std::span(trigram))) % static_cast<std::uint64_t>(buckets));
  }
};

}  // namespace telltale
