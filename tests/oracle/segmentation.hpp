// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/backend/label_maps.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/segmentation.hpp>

// Maps and masks of images, and what scorers make of them, written as one would on paper: pixel by pixel, class by
// class, in long double.
namespace oracle {

using numbers = std::vector<double>;

template <class Scalar, class Label = std::uint8_t>
struct segmented_world {
  std::size_t n, k, h, w;
  telltale::stored_as form;
  std::optional<int> ignored = 99;
  std::vector<Scalar> maps;
  std::vector<Label> masks;

  /// Masks are two blobs and noise on other classes, a tenth of the pixels ignored; maps lean to the mask by `sure`.
  segmented_world(std::size_t images, std::size_t classes, std::size_t height, std::size_t width,
                  telltale::stored_as stored = telltale::stored_as::logits, std::uint64_t seed = 1, double sure = 2)
      : n(images), k(classes), h(height), w(width), form(stored), maps(n * k * h * w), masks(n * h * w) {
    telltale::random_stream random(seed, 7);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t p = 0; p < h * w; ++p) {
        const std::size_t row = p / w, column = p % w;
        std::size_t label = row + column < (h + w) / 3 ? 1 : 0;
        if (random.uniform() < 0.1) label = random.below(k);
        const bool counts = random.uniform() >= 0.1 || p == 0;
        masks[i * h * w + p] = static_cast<Label>(counts ? label : 99);
        std::vector<long double> z(k);
        long double sum = 0;
        for (std::size_t c = 0; c < k; ++c) {
          z[c] = 2 * random.normal() + (c == label ? sure : 0);
          sum += std::exp(z[c]);
        }
        for (std::size_t c = 0; c < k; ++c)
          maps[at(i, c, p)] = static_cast<Scalar>(form == telltale::stored_as::logits          ? z[c]
                                                  : form == telltale::stored_as::probabilities ? std::exp(z[c]) / sum
                                                                                               : z[c] - std::log(sum));
      }
  }

  [[nodiscard]] std::size_t pixels() const { return h * w; }
  [[nodiscard]] std::size_t at(std::size_t i, std::size_t c, std::size_t p) const { return (i * k + c) * h * w + p; }
  [[nodiscard]] telltale::map_format format() const { return {k, h, w}; }
  [[nodiscard]] telltale::label_maps truth() const { return {std::span<const Label>(masks), n, h, w, ignored}; }
  [[nodiscard]] telltale::segmentation<telltale::eigen<Scalar>> seen() const {
    return {{std::span<const Scalar>(maps), n, k, h * w}, format(), truth(), form};
  }

  [[nodiscard]] bool counts(std::size_t i, std::size_t p) const {
    return static_cast<int>(masks[i * h * w + p]) != ignored;
  }
  [[nodiscard]] std::size_t label(std::size_t i, std::size_t p) const {
    return static_cast<std::size_t>(masks[i * h * w + p]);
  }

  [[nodiscard]] long double probability(std::size_t i, std::size_t c, std::size_t p) const {
    const auto stored = static_cast<long double>(maps[at(i, c, p)]);
    if (form == telltale::stored_as::probabilities) return stored;
    if (form == telltale::stored_as::log_probabilities) return std::exp(stored);
    long double sum = 0;
    for (std::size_t d = 0; d < k; ++d) sum += std::exp(static_cast<long double>(maps[at(i, d, p)]) - stored);
    return 1 / sum;
  }
  [[nodiscard]] std::size_t predicted(std::size_t i, std::size_t p) const {
    std::size_t best = 0;
    for (std::size_t c = 1; c < k; ++c)
      if (maps[at(i, c, p)] > maps[at(i, best, p)]) best = c;
    return best;
  }

  [[nodiscard]] long double log_likelihood(std::size_t i, std::size_t p) const {
    return std::log(probability(i, label(i, p), p));
  }
  [[nodiscard]] long double margin(std::size_t i, std::size_t p) const {
    long double others = 0;
    for (std::size_t c = 0; c < k; ++c) others += c == label(i, p) ? 0 : probability(i, c, p);
    return log_likelihood(i, p) - std::log(others);
  }
  [[nodiscard]] long double minus_entropy(std::size_t i, std::size_t p) const {
    long double sum = 0;
    for (std::size_t c = 0; c < k; ++c) sum += probability(i, c, p) * std::log(probability(i, c, p));
    return sum;
  }
  [[nodiscard]] long double is_right(std::size_t i, std::size_t p) const { return predicted(i, p) == label(i, p); }

  /// A pixel beside one of another class, neither of them ignored.
  [[nodiscard]] bool at_boundary(std::size_t i, std::size_t p) const {
    const auto row = static_cast<long>(p / w), column = static_cast<long>(p % w);
    const long steps[4][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    return std::any_of(std::begin(steps), std::end(steps), [&](const auto& step) {
      const long r = row + step[0], c = column + step[1];
      if (r < 0 || c < 0 || r >= static_cast<long>(h) || c >= static_cast<long>(w)) return false;
      const std::size_t q = static_cast<std::size_t>(r) * w + static_cast<std::size_t>(c);
      return counts(i, p) && counts(i, q) && label(i, p) != label(i, q);
    });
  }

  /// The mean of `of(image, pixel)` over pixels that are not ignored, or over those at a boundary.
  [[nodiscard]] numbers mean(const std::function<long double(std::size_t, std::size_t)>& of,
                             bool boundary = false) const {
    numbers out;
    for (std::size_t i = 0; i < n; ++i) {
      long double sum = 0, count = 0;
      for (std::size_t p = 0; p < pixels(); ++p) {
        if (!counts(i, p) || (boundary && !at_boundary(i, p))) continue;
        sum += of(i, p);
        count += 1;
      }
      out.push_back(static_cast<double>(sum / count));
    }
    return out;
  }

  enum class over { but_the_first, all, in_the_mask };

  /// Dice - 1 of every image.
  [[nodiscard]] numbers dice(bool hard, over classes, long double smoothing) const {
    numbers out;
    for (std::size_t i = 0; i < n; ++i) {
      long double sum = 0, count = 0;
      for (std::size_t c = 0; c < k; ++c) {
        long double shared = 0, given = 0, size = 0;
        for (std::size_t p = 0; p < pixels(); ++p) {
          if (!counts(i, p)) continue;
          const long double q = hard ? static_cast<long double>(predicted(i, p) == c) : probability(i, c, p);
          const long double y = label(i, p) == c;
          shared += q * y;
          given += q;
          size += y;
        }
        if ((classes == over::but_the_first && c == 0) || (classes == over::in_the_mask && size == 0)) continue;
        sum += (2 * shared + smoothing) / (given + size + smoothing);
        count += 1;
      }
      out.push_back(static_cast<double>(sum / count - 1));
    }
    return out;
  }
};

}  // namespace oracle
