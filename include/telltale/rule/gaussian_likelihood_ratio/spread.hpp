// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <string_view>

namespace telltale {
namespace detail {

/// What is known of the scores of one record and query under the IN or the OUT models.
struct score_group {
  double count;
  double mean;
  double centre;   ///< the mean, or what a policy of `centre` put in its place
  double squares;  ///< sum of the squared deviations from the mean
};

/// Two groups of one record and query with the spread of both together.
inline void join_spreads(score_group& in, score_group& out) {
  const double mean_square = (in.squares + out.squares) / (in.count + out.count);
  in.squares = in.count * mean_square;
  out.squares = out.count * mean_square;
}

template <class Policy>
inline constexpr bool joins_hypotheses = requires { Policy::joins_hypotheses; };

}  // namespace detail

/// How wide the Gaussian of a record is. Every spread is a population standard deviation: squares over n (ddof 0).
///
/// A policy says `own` (each record and query has its own; then nothing else is asked), `joins_queries` (one pool for
/// all queries instead of one each), `out_takes_in` (the IN spread serves both hypotheses), and has a type `pool`:
/// `add(group)` puts the scores of one record and query in, `join(other)` another pool, and `spread()` is that of all
/// of them. One that is `own` and has a pool as well says by `takes_own(count, models)` which cells keep their own
/// spread: those with that many scores, of so many models. One that has a member `joins_hypotheses` gives both
/// hypotheses the spread of their scores together, each about its own mean.
namespace spread {

/// One of each record and query: sqrt(sum (s - mean)^2 / n). Noisy with few models.
struct per_record {
  static constexpr std::string_view name = "per record";
  static constexpr bool own = true, joins_queries = false, out_takes_in = false;
};

/// One of each record and query for both hypotheses: sqrt((sum_in (s - mean_in)^2 + sum_out (s - mean_out)^2) /
/// models). Twice as many scores as `per_record` has, and the ratio of likelihoods is monotone in the score. For models
/// whose spread hardly depends on one record.
struct per_record_of_both : per_record {
  static constexpr std::string_view name = "per record, of both hypotheses";
  static constexpr bool joins_hypotheses = true;
};

/// One for all records: the squares about each record's own centre, added up. For few models.
struct pooled_centred {
  static constexpr std::string_view name = "pooled after centring";
  static constexpr bool own = false, joins_queries = false, out_takes_in = false;

  class pool {
   public:
    void add(const detail::score_group& group) noexcept {
      const double shift = group.mean - group.centre;
      squares_ += group.squares + group.count * shift * shift;
      count_ += group.count;
    }
    void join(const pool& other) noexcept {
      squares_ += other.squares_;
      count_ += other.count_;
    }
    [[nodiscard]] double spread() const noexcept { return std::sqrt(squares_ / count_); }

   private:
    double squares_ = 0, count_ = 0;
  };
};

/// `per_record` from 32 models on, IN and OUT together; `pooled_centred` with fewer.
struct centred_below_32_models : pooled_centred {
  static constexpr std::string_view name = "pooled after centring below 32 models";
  static constexpr bool own = true;

  [[nodiscard]] static constexpr bool takes_own(double, std::size_t models) noexcept { return models >= 32; }
};

/// `pooled_centred` of IN and OUT together: one number for all records and both hypotheses.
struct pooled_centred_of_both : pooled_centred {
  static constexpr std::string_view name = "pooled after centring, of both hypotheses";
  static constexpr bool out_takes_in = true, joins_hypotheses = true;
};

/// One for all records and queries: the standard deviation of all entries. It includes the differences between
/// records, and is therefore too wide; kept because published code takes it.
struct pooled_raw {
  static constexpr std::string_view name = "pooled raw";
  static constexpr bool own = false, joins_queries = true, out_takes_in = false;

  // Moments are merged pairwise (Chan, Golub, LeVeque 1983), since sums of squares would cancel.
  class pool {
   public:
    void add(const detail::score_group& group) noexcept {
      const double count = count_ + group.count, shift = group.mean - mean_;
      squares_ += group.squares + shift * shift * (count_ / count) * group.count;
      mean_ += shift * (group.count / count);
      count_ = count;
    }
    void join(const pool& other) noexcept {
      if (other.count_ > 0) add({other.count_, other.mean_, other.mean_, other.squares_});
    }
    [[nodiscard]] double spread() const noexcept { return std::sqrt(squares_ / count_); }

   private:
    double count_ = 0, mean_ = 0, squares_ = 0;
  };
};

/// `pooled_raw` of the IN scores, used for OUT as well: what the released code of Carlini et al. 2022 computes.
struct pooled_raw_of_in : pooled_raw {
  static constexpr std::string_view name = "pooled raw of IN";
  static constexpr bool out_takes_in = true;
};

/// One for all records and queries: the standard deviation of what is left of all entries after centring, about the
/// mean of what is left (which is 0 only if centres are means). What TensorFlow Privacy calls a fixed variance.
struct pooled_residuals {
  static constexpr std::string_view name = "pooled residuals";
  static constexpr bool own = false, joins_queries = true, out_takes_in = false;

  class pool {
   public:
    void add(const detail::score_group& group) noexcept {
      entries_.add({group.count, group.mean - group.centre, 0, group.squares});
    }
    void join(const pool& other) noexcept { entries_.join(other.entries_); }
    [[nodiscard]] double spread() const noexcept { return entries_.spread(); }

   private:
    pooled_raw::pool entries_;
  };
};

/// `per_record` from 64 models on, IN and OUT together; `pooled_raw` with fewer.
struct own_from_64_models : pooled_raw {
  static constexpr std::string_view name = "own from 64 models";
  static constexpr bool own = true;

  [[nodiscard]] static constexpr bool takes_own(double, std::size_t models) noexcept { return models >= 64; }
};

/// `per_record` where a record has 32 scores or more under the hypothesis; `pooled_raw` where it has fewer.
struct own_from_32_scores : pooled_raw {
  static constexpr std::string_view name = "own from 32 scores";
  static constexpr bool own = true;

  [[nodiscard]] static constexpr bool takes_own(double count, std::size_t) noexcept { return count >= 32; }
};

}  // namespace spread
}  // namespace telltale
