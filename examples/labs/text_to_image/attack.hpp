// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/core/adversary.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/generator/observed.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "figures.hpp"

namespace text_to_image {

/// Which records the adversary knows the membership of, and on which others she is tested.
struct auxiliary_draw {
  std::vector<std::int64_t> known, tested;
};

/// Draws a share of the members and of the others, at least two of each.
[[nodiscard]] std::vector<auxiliary_draw> draw_auxiliary(std::span<const telltale::membership> member, double share,
                                                         std::size_t draws, std::uint64_t seed);

/// Evidence of the records that were tested in the first draw.
using evidence_by_attack = std::map<std::string, std::vector<double>>;

/// Judges attacks on the same records under the same draws, and notes what they came to: the means over draws of the
/// AUC and of the accuracy at the rule's cut, both on tested records alone.
class jury {
 public:
  jury(std::vector<telltale::membership> member, std::vector<auxiliary_draw> draws, figures& out, std::string target,
       std::string setting)
      : member_(std::move(member)),
        draws_(std::move(draws)),
        out_(out),
        target_(std::move(target)),
        setting_(std::move(setting)) {}

  /// One attack: `scorer` + `rule` on an observation.
  template <class Attack, class Batch>
  void operator()(const std::string& name, const Attack& attack, const Batch& batch) {
    using scorer = typename Attack::scorer;
    if constexpr (telltale::detail::gives_of<scorer> == telltale::gives::features) {
      telltale::features<telltale::libtorch> all;
      scorer{}(batch, all);
      over_draws(name, [&](const auxiliary_draw& draw) {
        const auto rows = [&](const std::vector<std::int64_t>& which) {
          return telltale::features<telltale::libtorch>{all.values.index_select(0, at::tensor(which))};
        };
        const std::vector<telltale::membership> known = members_of(draw.known);
        return attack.judge(rows(draw.tested), draw.tested.size(),
                            telltale::owning(telltale::labelled_records{rows(draw.known), known}));
      });
    } else {
      signal(name, attack, attack.score(batch));
    }
  }

  /// The same from the signal of all records, row by row.
  template <class Attack>
  void signal(const std::string& name, const Attack& attack, const std::vector<double>& all) {
    const std::size_t width = all.size() / member_.size();
    over_draws(name, [&](const auxiliary_draw& draw) {
      const auto rows = [&](const std::vector<std::int64_t>& which) {
        std::vector<double> chosen;
        for (const std::int64_t i : which) {
          const auto from = all.begin() + i * static_cast<std::ptrdiff_t>(width);
          chosen.insert(chosen.end(), from, from + static_cast<std::ptrdiff_t>(width));
        }
        return chosen;
      };
      const std::vector<double> tested = rows(draw.tested), known = rows(draw.known);
      const std::vector<telltale::membership> labels = members_of(draw.known);
      return attack.judge(telltale::signals{tested, width}, draw.tested.size(),
                          telltale::owning(telltale::labelled_records{telltale::signals{known, width}, labels}));
    });
  }

  [[nodiscard]] const evidence_by_attack& evidence() const noexcept { return evidence_; }
  [[nodiscard]] const std::vector<auxiliary_draw>& draws() const noexcept { return draws_; }
  [[nodiscard]] std::vector<telltale::membership> members_of(const std::vector<std::int64_t>& which) const;

 private:
  template <class Judge>
  void over_draws(const std::string& name, const Judge& judge) {
    for (std::size_t k = 0; k < draws_.size(); ++k) note(name, k, judge(draws_[k]));
  }
  void note(const std::string& name, std::size_t draw, const telltale::evidence& judged);

  std::vector<telltale::membership> member_;
  std::vector<auxiliary_draw> draws_;
  figures& out_;
  std::string target_, setting_;
  evidence_by_attack evidence_;
};

/// What an adversary without networks tries: thresholds and logistic regressions.
void attack_simply(jury& judged, const telltale::observed_generation& seen);

/// II-S by whatever encoder made the embeddings.
void attack_by_distance(jury& judged, const telltale::observed_generation& seen, const std::string& name);

/// The published rules, all learned: perceptrons on embeddings, and convolutional networks on pixels where wanted.
void attack_as_published(jury& judged, const telltale::observed_generation& seen, bool networks_on_pixels);

/// What is tried with few auxiliary records.
void attack_with_few(jury& judged, const telltale::observed_generation& seen);

/// What needs no target: whether split or encoder carry the answer.
void attack_blindly(jury& judged, const telltale::observed_generation& seen);

}  // namespace text_to_image
