// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/column.hpp>
#include <telltale/backend/tile.hpp>

namespace telltale {

/// The CPU backend: primitives on blocks of class scores, from which scorers are written as formulas.
///
/// A primitive takes a block z (rows x classes) and mostly the true classes y of its rows, and returns a column, one
/// double a row. On probabilities it works with their logarithms, so that one formula serves logits, log-probabilities
/// and probabilities. exp runs in the precision of the storage, every sum in double.
/// Cost: O(rows x classes), no allocation but where said; one exp for each class of each row at most.
template <class Scalar>
struct eigen {
  static constexpr std::string_view name = "eigen";
  using scalar = Scalar;
  using view = batch_view<Scalar>;
  using tensor = batch_view<Scalar>;
  using block = tile<Scalar>;
  using label_block = label_tile;
  using labels = std::span<const int>;

  /// z_y: the score of the true class, log p_y when probabilities are stored.
  [[nodiscard]] static column gather(const block& z, labels y) {
    column out(z.rows());
    for (std::size_t i = 0; i < z.rows(); ++i) out[i] = double(z.at(i, std::size_t(y[i])));
    return z.form() == stored_as::probabilities ? log(std::move(out)) : out;
  }

  /// log sum_c e^(z_c); exactly 0 when probabilities or their logarithms are stored.
  [[nodiscard]] static column logsumexp(const block& z) {
    if (z.form() != stored_as::logits) {
      column zero(z.rows());
      for (std::size_t i = 0; i < z.rows(); ++i) zero[i] = 0;
      return zero;
    }
    return log_of_sum(z);
  }

  /// log p_y = z_y - log sum_c e^(z_c), exact however close p_y is to 1; the stored value itself on probabilities.
  ///
  /// With t the largest score it is (z_y - t) - log(1 + rest), where rest sums e^(z_c - t) over all classes but that
  /// one.
  [[nodiscard]] static column log_probability(const block& z, labels y) {
    if (z.form() != stored_as::logits) return gather(z, y);
    column top(z.rows()), rest(z.rows());
    for (std::size_t g = 0; g < z.groups(); ++g) {
      const Scalar* const group = z.group(g);
      const pack t = largest(group, z.classes());
      lanes_of_doubles below = lanes_of_doubles::Zero();
      pack ties = pack::Zero();
      for (std::size_t c = 0; c < z.classes(); ++c) {
        const pack d = at(group, c) - t, e = d.exp();
        for (int lane = 0; lane < int(lanes); ++lane) {
          const bool is_top = d[lane] == 0;
          below[lane] += double(is_top ? 0 : e[lane]);
          ties[lane] += Scalar(is_top ? 1 : 0);
        }
      }
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        top[g * lanes + lane] = double(t[int(lane)]);
        rest[g * lanes + lane] = below[int(lane)] + double(ties[int(lane)]) - 1;
      }
    }
    return gather(z, y) - top - log1p(std::move(rest));
  }

  /// log sum_{c != y} e^(z_c): what the target gives to all other classes together. No floor: the true class is left
  /// out of the sum, not subtracted from it.
  [[nodiscard]] static column logsumexp_except(const block& z, labels y) {
    if (z.classes() == 2) {
      column other(z.rows());
      for (std::size_t i = 0; i < z.rows(); ++i) other[i] = double(z.at(i, std::size_t(1 - y[i])));
      return z.form() == stored_as::probabilities ? log(std::move(other)) : other;
    }
    return without(z, y, [&] { return log_of_sum(z); });
  }

  /// max_{c != y} z_c, the logarithm of the probability when probabilities are stored.
  [[nodiscard]] static column max_except(const block& z, labels y) {
    column out = without(z, y, [&] {
      return by_group(z, [&](const Scalar* group) -> lanes_of_doubles {
        return largest(group, z.classes()).template cast<double>();
      });
    });
    return z.form() == stored_as::probabilities ? log(std::move(out)) : out;
  }

  /// 1 where the true class is the predicted label (the first of the largest scores), else 0.
  [[nodiscard]] static column is_predicted(const block& z, labels y) {
    column out(z.rows());
    for (std::size_t g = 0; g < z.groups(); ++g) {
      const Scalar* const group = z.group(g);
      // Downwards with >=, so that the first of equal maxima stays. A float counts classes exactly up to 16 million.
      Scalar best[lanes], label[lanes];
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        best[lane] = group[(z.classes() - 1) * lanes + lane];
        label[lane] = Scalar(z.classes() - 1);
      }
      for (std::size_t c = z.classes() - 1; c-- > 0;)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const Scalar value = group[c * lanes + lane];
          const bool better = value >= best[lane];
          label[lane] = better ? Scalar(c) : label[lane];
          best[lane] = better ? value : best[lane];
        }
      for (std::size_t lane = 0; lane < lanes && g * lanes + lane < z.rows(); ++lane)
        out[g * lanes + lane] = label[lane] == Scalar(y[g * lanes + lane]);
    }
    return out;
  }
  [[nodiscard]] static column is_predicted(const label_block& z, labels y) {
    column out(z.rows());
    for (std::size_t i = 0; i < z.rows(); ++i) out[i] = z.label(i) == y[i];
    return out;
  }

  /// -sum_c p_c log p_c in nats, 0 log 0 being 0.
  [[nodiscard]] static column entropy(const block& z) {
    return by_group(z, [&](const Scalar* group) -> lanes_of_doubles {
      lanes_of_doubles sum = lanes_of_doubles::Zero(), moment = lanes_of_doubles::Zero();
      if (z.form() == stored_as::probabilities) {
        const pack least = pack::Constant(std::numeric_limits<Scalar>::min());
        for (std::size_t c = 0; c < z.classes(); ++c) {
          const pack p = at(group, c), logarithm = p.max(least).log();
          moment -= (p * logarithm).template cast<double>();
        }
        return moment;
      }
      // With d = z - max: H = log(sum e^d) - sum(d e^d) / sum(e^d), where nothing large cancels.
      const pack top = largest(group, z.classes());
      for (std::size_t c = 0; c < z.classes(); ++c) {
        const pack d = (at(group, c) - top).max(Scalar(-80)), e = d.exp();
        sum += e.template cast<double>();
        moment += (d * e).template cast<double>();
      }
      return sum.log() - moment / sum;
    });
  }

  /// sum_{c != y} q_c^2 of the softmax q among the wrong classes: how concentrated they are, in (0, 1].
  [[nodiscard]] static column concentration_except(const block& z, labels y) {
    return without(z, y, [&] {
      return by_group(z, [&](const Scalar* group) -> lanes_of_doubles {
        lanes_of_doubles sum = lanes_of_doubles::Zero(), squares = lanes_of_doubles::Zero();
        const pack top = largest(group, z.classes());
        for (std::size_t c = 0; c < z.classes(); ++c) {
          const lanes_of_doubles e = weight(z, group, c, top).template cast<double>();
          sum += e;
          squares += e.square();
        }
        return squares / sum.square();
      });
    });
  }

  /// -sum_{c != y} p_c log(1 - p_c), where `rest` is 1 - p_y and `truth` is p_y as the scorer knows them exactly.
  ///
  /// With q the softmax among the wrong classes p_c = rest q_c. Only the largest of them can pass 1/2; its complement
  /// is p_y + rest (1 - q_c), a sum of positive terms, so that neither a p_c near 0 nor one near 1 cancels.
  [[nodiscard]] static column surprise_except(const block& z, labels y, const column& rest, const column& truth) {
    return without(z, y, [&] {
      column out(z.rows());
      for (std::size_t g = 0; g < z.groups(); ++g) {
        const Scalar* const group = z.group(g);
        Scalar* const below = z.spare();  // weights of the classes below the top, 0 for the top
        const pack top = largest(group, z.classes());
        lanes_of_doubles sum_below = lanes_of_doubles::Zero();
        pack ties = pack::Zero();
        for (std::size_t c = 0; c < z.classes(); ++c) {
          const pack w = weight(z, group, c, top);
          for (int lane = 0; lane < int(lanes); ++lane) {
            const bool is_top = group[c * lanes + std::size_t(lane)] == top[lane];
            const Scalar kept = is_top ? Scalar(0) : w[lane];
            below[c * lanes + std::size_t(lane)] = kept;
            sum_below[lane] += double(kept);
            ties[lane] += Scalar(is_top ? 1 : 0);
          }
        }
        lanes_of_doubles scale, total;
        pack scale_in_storage;
        for (int lane = 0; lane < int(lanes); ++lane) {
          const std::size_t i = std::min(g * lanes + std::size_t(lane), z.rows() - 1);
          const double top_weight = z.form() == stored_as::probabilities ? double(top[lane]) : 1.0;
          const double others = sum_below[lane] + (double(ties[lane]) - 1) * top_weight;
          scale[lane] = rest[i] / (others + top_weight);
          scale_in_storage[lane] = Scalar(scale[lane]);
          const double p = scale[lane] * top_weight, complement = truth[i] + scale[lane] * others;
          total[lane] = -double(ties[lane]) * p * (complement < 0.5 ? std::log(complement) : std::log1p(-p));
        }
        for (std::size_t c = 0; c < z.classes(); ++c) {
          const pack w = at(below, c), complement = 1 - scale_in_storage * w, logarithm = complement.log();
          for (int lane = 0; lane < int(lanes); ++lane) {
            // -log(1 - p) / p by Kahan's correction; it tends to 1 as p does to 0.
            const Scalar lost = 1 - complement[lane];
            const double p = scale[lane] * double(w[lane]);
            total[lane] += p * p * double(lost > 0 ? -logarithm[lane] / lost : Scalar(1));
          }
        }
        for (std::size_t lane = 0; lane < lanes; ++lane) out[g * lanes + lane] = total[int(lane)];
      }
      return out;
    });
  }

 private:
  static constexpr std::size_t lanes = block::lanes;
  using pack = Eigen::Array<Scalar, int(lanes), 1>;
  using lanes_of_doubles = Eigen::Array<double, int(lanes), 1>;

  [[nodiscard]] static Eigen::Map<const pack> at(const Scalar* group, std::size_t c) {
    return Eigen::Map<const pack>(group + c * lanes);
  }

  [[nodiscard]] static pack largest(const Scalar* group, std::size_t classes) {
    pack top = at(group, 0);
    for (std::size_t c = 1; c < classes; ++c) top = top.max(at(group, c));
    return top;
  }

  // e^(z_c - top), or the probability itself where it is what is stored.
  [[nodiscard]] static pack weight(const block& z, const Scalar* group, std::size_t c, const pack& top) {
    if (z.form() == stored_as::probabilities) return at(group, c);
    return (at(group, c) - top).exp();
  }

  // Padded rows are computed and not returned.
  template <class Kernel>
  [[nodiscard]] static column by_group(const block& z, const Kernel& kernel) {
    column out(z.rows());
    for (std::size_t g = 0; g < z.groups(); ++g) {
      Eigen::Map<lanes_of_doubles> to(out.data() + g * lanes);
      to = kernel(z.group(g));
    }
    return out;
  }

  [[nodiscard]] static column log_of_sum(const block& z) {
    return by_group(z, [&](const Scalar* group) -> lanes_of_doubles {
      lanes_of_doubles sum = lanes_of_doubles::Zero();
      if (z.form() == stored_as::probabilities) {
        for (std::size_t c = 0; c < z.classes(); ++c) sum += at(group, c).template cast<double>();
        return sum.log();
      }
      const pack top = largest(group, z.classes());
      for (std::size_t c = 0; c < z.classes(); ++c) {
        const pack e = (at(group, c) - top).exp();
        sum += e.template cast<double>();
      }
      return top.template cast<double>() + sum.log();
    });
  }

  // Runs `f` while the true class of each row holds a value that no sum and no maximum sees.
  template <class Function>
  [[nodiscard]] static column without(const block& z, labels y, const Function& f) {
    Scalar saved[block::most_rows];
    const Scalar neutral = z.form() == stored_as::probabilities ? Scalar(0) : -std::numeric_limits<Scalar>::infinity();
    for (std::size_t i = 0; i < z.rows(); ++i) saved[i] = std::exchange(z.at(i, std::size_t(y[i])), neutral);
    column out = f();
    for (std::size_t i = 0; i < z.rows(); ++i) z.at(i, std::size_t(y[i])) = saved[i];
    return out;
  }
};

}  // namespace telltale
