// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/io/npy.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

namespace segmentation_test {

using tool_test::bench;
using tool_test::outcome;

inline constexpr std::size_t n = 40, classes = 3, height = 6, width = 5, pixels = height * width;
inline constexpr int ignored = 9;

inline const std::string command = "segmentation --outputs O.npy --masks M.npy --ignore 9";

/// Forty images of three classes, some pixels ignored; members, those of an odd number, are answered better.
struct world {
  std::vector<float> logits, probabilities;
  std::vector<std::int64_t> masks;
  std::vector<std::uint8_t> member;

  world() {
    telltale::random_stream random(5);
    for (std::size_t i = 0; i < n; ++i) {
      member.push_back(static_cast<std::uint8_t>(i % 2));
      const std::size_t cut = 1 + random.below(width - 2);
      for (std::size_t p = 0; p < pixels; ++p) {
        const bool right = p % width > cut;
        masks.push_back(random.below(12) == 0 ? ignored : right ? 1 + static_cast<int>(p / width / 3) : 0);
      }
      for (std::size_t c = 0; c < classes; ++c)
        for (std::size_t p = 0; p < pixels; ++p) {
          const bool is_true = masks[i * pixels + p] == static_cast<int>(c);
          logits.push_back(
              static_cast<float>(random.normal() + (is_true ? 1.2 + 0.8 * static_cast<double>(i % 2) : 0)));
        }
    }
    probabilities.resize(logits.size());
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t p = 0; p < pixels; ++p) {
        double sum = 0;
        for (std::size_t c = 0; c < classes; ++c) sum += std::exp(double{logits[at(i, c, p)]});
        for (std::size_t c = 0; c < classes; ++c)
          probabilities[at(i, c, p)] = static_cast<float>(std::exp(double{logits[at(i, c, p)]}) / sum);
      }
  }

  static std::size_t at(std::size_t image, std::size_t c, std::size_t p) { return (image * classes + c) * pixels + p; }

  [[nodiscard]] bench laid_out() const {
    bench b;
    b.floats32("O.npy", logits, {n, classes, height, width});
    b.floats32("P.npy", probabilities, {n, classes, height, width});
    telltale::io::write_npy(b.path("M.npy"), masks, {n, height, width});
    telltale::io::write_npy(b.path("L.npy"), predicted(), {n, height, width});
    b.flags("K.npy", member);
    return b;
  }

  [[nodiscard]] std::vector<std::int64_t> predicted() const {
    std::vector<std::int64_t> labels;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t p = 0; p < pixels; ++p) {
        std::size_t best = 0;
        for (std::size_t c = 1; c < classes; ++c)
          if (logits[at(i, c, p)] > logits[at(i, best, p)]) best = c;
        labels.push_back(static_cast<std::int64_t>(best));
      }
    return labels;
  }

  [[nodiscard]] int truth(std::size_t i, std::size_t p) const { return static_cast<int>(masks[i * pixels + p]); }
  [[nodiscard]] double p_true(std::size_t i, std::size_t p) const {
    return probabilities[at(i, static_cast<std::size_t>(truth(i, p)), p)];
  }
  [[nodiscard]] bool at_boundary(std::size_t i, std::size_t p) const {
    const auto differs = [&](std::size_t q) { return truth(i, q) != ignored && truth(i, q) != truth(i, p); };
    const std::size_t x = p % width, y = p / width;
    return (x > 0 && differs(p - 1)) || (x + 1 < width && differs(p + 1)) || (y > 0 && differs(p - width)) ||
           (y + 1 < height && differs(p + width));
  }

  /// The signal by its definition, pixel by pixel.
  [[nodiscard]] double signal(const std::string& name, std::size_t i) const {
    if (name.starts_with("log-"))
      return -std::log(1e-9 - signal(name == "log-mean-loss" ? "mean-loss" : name.substr(4), i));
    if (name == "likelihood") return std::exp(signal("mean-loss", i));
    if (name == "boundary-likelihood") return std::exp(signal("boundary-loss", i));
    if (name == "dice" || name == "hard-dice") return dice(i, name == "hard-dice") - 1;
    const std::vector<std::int64_t> labels = predicted();
    double sum = 0, count = 0;
    for (std::size_t p = 0; p < pixels; ++p) {
      if (truth(i, p) == ignored || (name == "boundary-loss" && !at_boundary(i, p))) continue;
      ++count;
      const double q = p_true(i, p);
      if (name == "mean-loss" || name == "boundary-loss") sum += std::log(q);
      if (name == "margin") sum += std::log(q / (1 - q));
      if (name == "pixel-accuracy") sum += labels[i * pixels + p] == truth(i, p) ? 1 : 0;
      for (std::size_t c = 0; name == "entropy" && c < classes; ++c) {
        const double share = probabilities[at(i, c, p)];
        sum += share * std::log(share);
      }
    }
    return sum / count;
  }

  [[nodiscard]] double dice(std::size_t i, bool hard) const {
    const std::vector<std::int64_t> labels = predicted();
    double sum = 0;
    for (std::size_t c = 1; c < classes; ++c) {
      double both = 0, given = 0, size = 0;
      for (std::size_t p = 0; p < pixels; ++p) {
        if (truth(i, p) == ignored) continue;
        const double q = hard ? (labels[i * pixels + p] == static_cast<int>(c) ? 1 : 0) : probabilities[at(i, c, p)];
        const bool is_true = truth(i, p) == static_cast<int>(c);
        both += is_true ? q : 0;
        given += q;
        size += is_true ? 1 : 0;
      }
      sum += (2 * both + 1) / (given + size + 1);
    }
    return sum / (classes - 1);
  }
};

/// Refused with one line; earlier outputs stay.
inline void check_refused(const bench& b, const std::string& words, const std::string& place, const std::string& why) {
  for (const char* name : {"OUT.npy", "OUT2.npy", "OUT.json", "OUT.html"}) b.write_bytes(name, "earlier");
  INFO(words);
  CHECK(b.run(words).flaw_as_refusal("telltale: " + place, why) == "");
  for (const char* name : {"OUT.npy", "OUT2.npy", "OUT.json", "OUT.html"}) CHECK(b.bytes(name) == "earlier");
}

}  // namespace segmentation_test
