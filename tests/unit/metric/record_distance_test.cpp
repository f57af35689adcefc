// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/metric/record_distance.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/core/random.hpp>

#include "oracle/coverage.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;
using telltale::random_stream;

namespace {

using mask = std::vector<std::uint8_t>;

/// Both sums at once, over all models kept in memory.
double slow_distance(const std::vector<std::vector<double>>& scores, const std::vector<mask>& keep,
                     std::size_t record) {
  double mean[2] = {0, 0}, count[2] = {0, 0}, squares = 0;
  for (std::size_t m = 0; m < scores.size(); ++m) {
    mean[keep[m][record]] += scores[m][record];
    ++count[keep[m][record]];
  }
  for (const int side : {0, 1}) mean[side] /= count[side];
  for (std::size_t m = 0; m < scores.size(); ++m) squares += std::pow(scores[m][record] - mean[keep[m][record]], 2);
  return (mean[1] - mean[0]) / std::sqrt(squares / (count[0] + count[1] - 2));
}

}  // namespace

TEST_CASE("the distance of scores small enough for pencil and paper") {
  // IN 3, 4, 5, 6 and OUT 0, 1, 2, 1: means 4.5 and 1, squared deviations 5 and 2, spread^2 = 7/6.
  record_distances models(1);
  for (const double in : {3, 4, 5, 6}) models.add(std::vector<double>{in}, mask{1});
  for (const double out : {0, 1, 2, 1}) models.add(std::vector<float>{static_cast<float>(out)}, mask{0});
  const record_distance found = models.found().front();
  CHECK(found.distance.value == doctest::Approx(3.5 / std::sqrt(7.0 / 6)).epsilon(1e-14));
  CHECK(found.mean_in == 4.5);
  CHECK(found.mean_out == 1);
  CHECK(found.spread == doctest::Approx(std::sqrt(7.0 / 6)).epsilon(1e-14));
  CHECK(found.in == 4);
  CHECK(found.out == 4);
  // Student's t, 6 degrees of freedom, 97.5 %: 2.446912 (tables).
  const double d = found.distance.value, reach = 2.446911851 * std::sqrt(0.5 + d * d / 12);
  CHECK(found.distance.low == doctest::Approx(d - reach).epsilon(1e-9));
  CHECK(found.distance.high == doctest::Approx(d + reach).epsilon(1e-9));
}

TEST_CASE("adding models one at a time equals having them all") {
  const std::size_t records = 40, models = 30;
  std::vector<std::vector<double>> scores;
  std::vector<mask> keep;
  record_distances streamed(records);
  for (std::size_t m = 0; m < models; ++m) {
    random_stream random(61, m);
    scores.emplace_back();
    keep.emplace_back();
    for (std::size_t r = 0; r < records; ++r) {
      keep.back().push_back(static_cast<std::uint8_t>((m + r) % 3 == 0));
      // Far from zero, where sums of squares lose every digit.
      scores.back().push_back(1e8 + random.normal() + 0.1 * static_cast<double>(r * keep.back().back()));
    }
    streamed.add(scores.back(), keep.back());
  }
  const auto found = streamed.found();
  for (std::size_t r = 0; r < records; ++r)
    CHECK(found[r].distance.value == doctest::Approx(slow_distance(scores, keep, r)).epsilon(1e-6));
}

TEST_CASE("intervals cover a known distance with few and with many models") {
  struct setting {
    std::size_t in, out;
    double distance;
  };
  for (const auto& [in, out, truth] :
       {setting{4, 4, 0}, {4, 4, 2}, {8, 24, 1}, {32, 32, 0}, {32, 32, 4}, {128, 128, 2}}) {
    const std::size_t experiments = 4000;
    record_distances models(experiments);  // each record is an experiment
    random_stream random(62, in);
    for (std::size_t m = 0; m < in + out; ++m) {
      std::vector<double> scores(experiments);
      for (double& s : scores) s = 3 * (random.normal() + (m < in ? truth : 0));
      models.add(scores, mask(experiments, m < in));
    }
    oracle::tally found;
    for (const record_distance& record : models.found()) found.add(record.distance, truth);
    MESSAGE(in, " IN and ", out, " OUT models, distance ", truth, ": coverage ", found.held(), ", width ",
            found.width());
    CHECK(found.held() >= 0.95 - 3 * found.error());
    CHECK(found.held() < 0.995);
  }
}

TEST_CASE("models and records that do not fit are refused, and add nothing") {
  CHECK_THROWS_WITH_AS(record_distances(0), doctest::Contains("records"), argument_error);
  record_distances models(2);
  const std::vector<double> fine{1, 2};
  CHECK_THROWS_WITH_AS((void)models.found(),
                       "record_distances::found: keep: record 0 has 0 IN and 0 OUT models; wanted "
                       "at least 2 of each",
                       argument_error);
  CHECK_THROWS_WITH_AS(models.add(fine, mask{1}), doctest::Contains("keep: has 1"), argument_error);
  CHECK_THROWS_WITH_AS(models.add(std::vector<double>{1}, mask{1, 0}), doctest::Contains("scores: has 1"),
                       argument_error);
  CHECK_THROWS_WITH_AS(models.add(std::vector<double>{1, std::nan("")}, mask{1, 0}), doctest::Contains("element 1"),
                       argument_error);
  CHECK_THROWS_WITH_AS(models.add(fine, mask{1, 2}), doctest::Contains("record 1 is 2"), argument_error);
  for (int m = 0; m < 2; ++m) models.add(std::vector<double>{1.0 + m, 2}, mask{1, 1});
  CHECK_THROWS_WITH_AS((void)models.found(), doctest::Contains("record 0 has 2 IN and 0 OUT"), argument_error);
  for (int m = 0; m < 2; ++m) models.add(std::vector<double>{1.0 + m, 2}, mask{0, 0});
  CHECK_THROWS_WITH_AS((void)models.found(), doctest::Contains("record 1 has no spread"), argument_error);
  CHECK_THROWS_WITH_AS((void)models.found(1), doctest::Contains("confidence"), argument_error);
  record_distances far(1);
  for (const double score : {1e300, -1e300, 1e300, -1e300})
    for (const std::uint8_t in : mask{0, 1}) far.add(std::vector<double>{score}, mask{in});
  CHECK_THROWS_WITH_AS((void)far.found(), doctest::Contains("so far apart"), argument_error);
}
