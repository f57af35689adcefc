// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/backend/eigen/pairs.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>

#include "oracle/generation.hpp"
#include "oracle/scikit_image.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::numbers;

namespace {

// subjects x r rows of numbers in an array of any layout: rows side by side, columns side by side, or rows a little
// apart; `at(i, j)` is row (i, j) again.
template <class Scalar>
struct rows {
  std::size_t n, r, d;
  int layout;
  std::vector<Scalar> array;

  rows(std::size_t subjects, std::size_t each, std::size_t columns, int laid, std::uint64_t seed)
      : n(subjects), r(each), d(columns), layout(laid), array(n * (r * d + 3), std::numeric_limits<Scalar>::max()) {
    random_stream random(seed);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < r; ++j)
        for (std::size_t k = 0; k < d; ++k) array[place(i, j, k)] = Scalar(random.normal());
  }

  [[nodiscard]] std::size_t place(std::size_t i, std::size_t j, std::size_t k) const {
    if (layout == 0) return (i * r + j) * d + k;
    if (layout == 1) return (k * r + j) * n + i;
    return i * (r * d + 3) + j * d + k;
  }
  [[nodiscard]] batch_view<Scalar> view() const {
    return batch_view<Scalar>(array.data(), n, r, d, place(1, 0, 0), place(0, 1, 0), place(0, 0, 1));
  }
  [[nodiscard]] numbers at(std::size_t i, std::size_t j) const {
    numbers row(d);
    for (std::size_t k = 0; k < d; ++k) row[k] = double(array[place(i, j, k)]);
    return row;
  }
  [[nodiscard]] std::vector<numbers> of(std::size_t i) const {
    std::vector<numbers> all;
    for (std::size_t j = 0; j < r; ++j) all.push_back(at(i, j));
    return all;
  }
};

constexpr picture_format small{2, 8, 9, 2};

template <class Primitive>
numbers all_of(std::size_t count, const Primitive& primitive) {
  numbers out(count, std::numeric_limits<double>::quiet_NaN());
  primitive(std::span<double>(out));
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("pairs of rows agree with the formulas, whatever the layout and the width", Scalar, float, double) {
  using B = eigen<Scalar>;
  double worst = 0;
  const auto judge = [&](double got, long double wanted) {
    worst = std::max(worst, std::abs(got - double(wanted)) / std::max(1.0, std::abs(double(wanted))));
  };
  std::size_t compared = 0;
  for (const std::size_t d : std::vector<std::size_t>{1, 2, 3, 4, 7, 8, 9, 16, 65})
    for (std::size_t r = 1; r <= 3; ++r)
      for (const int layout : {0, 1, 2}) {
        const rows<Scalar> a(4, 1, d, layout, d), b(4, r, d, layout, 100 + d);
        const std::size_t count = 4 * r;
        const numbers squared = all_of(count, [&](auto out) { B::squared_distances(a.view(), b.view(), out); }),
                      absolute = all_of(count, [&](auto out) { B::absolute_distances(a.view(), b.view(), out); }),
                      cosines = all_of(count, [&](auto out) { B::pair_cosines(a.view(), b.view(), out); }),
                      deviations = all_of(4, [&](auto out) { B::squared_deviations(b.view(), out); });
        for (std::size_t i = 0; i < 4; ++i) {
          judge(deviations[i], oracle::squared_deviation(b.of(i)));
          for (std::size_t j = 0; j < r; ++j, ++compared) {
            judge(squared[i * r + j], oracle::squared_distance(a.at(i, 0), b.at(i, j)));
            judge(absolute[i * r + j], oracle::absolute_distance(a.at(i, 0), b.at(i, j)));
            judge(cosines[i * r + j], oracle::cosine(a.at(i, 0), b.at(i, j)));
          }
        }
      }
  CHECK(compared == 9 * 3 * 4 * (1 + 2 + 3));
  CHECK(worst < 1e-14);
}

TEST_CASE("cosines of rows whose squares overflow or vanish") {
  const numbers a{3e200, 4e200, 3e-200, 4e-200, 1e-320, 0}, b{4e200, 3e200, 1, 0, 1e300, 0};
  const numbers cosines = all_of(3, [&](auto out) {
    eigen<double>::pair_cosines(batch_view(std::span(a), 3, 2), {std::span(b), 3, 2}, out);
  });
  CHECK(cosines[0] == doctest::Approx(0.96).epsilon(1e-15));
  CHECK(cosines[1] == doctest::Approx(0.6).epsilon(1e-15));
  CHECK(cosines[2] == 1);
}

TEST_CASE_TEMPLATE("rows are checked, averaged, gathered and normalised whatever their layout", Scalar, float, double) {
  using B = eigen<Scalar>;
  for (const int layout : {0, 1, 2}) {
    rows<Scalar> b(5, 3, 19, layout, 7);
    CHECK_FALSE(B::first_nonfinite(b.view()).has_value());
    const auto averaged = B::averaged(b.view());
    const batch_view<Scalar> means = averaged;
    REQUIRE(means.subjects() == 5);
    REQUIRE(means.queries() == 1);
    const auto gathered = B::gathered(b.view(), std::vector<int>{14, 0, 7, 7, 2, 1}, 2, 3);
    const batch_view<Scalar> some = gathered;
    REQUIRE(some.subjects() == 2);
    REQUIRE(some.queries() == 3);
    const numbers units = all_of(15 * 19, [&](auto out) { B::unit_rows(b.view(), out); });
    for (std::size_t k = 0; k < 19; ++k) {
      CHECK(double(means.row(4)[k]) ==
            doctest::Approx(oracle::mean_of(b.of(4))[k]).epsilon(std::numeric_limits<Scalar>::epsilon()));
      CHECK(double(some.row(0)[k]) == b.at(4, 2)[k]);
      CHECK(double(some.row(3)[k]) == b.at(2, 1)[k]);
      CHECK(double(some.row(5)[k]) == b.at(0, 1)[k]);
      CHECK(units[7 * 19 + k] ==
            doctest::Approx(b.at(2, 1)[k] / std::sqrt(double(oracle::product(b.at(2, 1), b.at(2, 1))))).epsilon(1e-14));
    }
    for (const Scalar bad : {std::numeric_limits<Scalar>::quiet_NaN(), -std::numeric_limits<Scalar>::infinity()}) {
      b.array[b.place(3, 1, 18)] = bad;
      CHECK(B::first_nonfinite(b.view()) == 10u);
      CHECK(B::first_directionless(b.view())->row == 10);
      CHECK_FALSE(B::first_directionless(b.view())->finite);
    }
    b.array[b.place(3, 1, 18)] = 1;
    for (std::size_t k = 0; k < 19; ++k) b.array[b.place(0, 2, k)] = 0;
    CHECK(B::first_directionless(b.view())->row == 2);
    CHECK(B::first_directionless(b.view())->finite);
  }
  // Finite values whose sum is not.
  const std::vector<Scalar> large(40, std::numeric_limits<Scalar>::max());
  CHECK_FALSE(B::first_nonfinite(batch_view<Scalar>(large, 2, 20)).has_value());
}

TEST_CASE_TEMPLATE("the nearest of a bank is found for every picture of every subject", Scalar, float, double) {
  using B = eigen<Scalar>;
  for (const int layout : {0, 1, 2}) {
    const rows<Scalar> pictures(6, 2, 5, layout, 3), bank(9, 1, 5, layout, 4);
    std::vector<int> found(12, -1);
    B::nearest(pictures.view(), B::in_one_group(bank.view()), 2, found);
    for (std::size_t i = 0; i < 12; ++i) {
      long double best = -2;
      int wanted = -1;
      for (std::size_t m = 0; m < 9; ++m) {
        const long double here = oracle::cosine(pictures.at(i / 2, i % 2), bank.at(m, 0));
        if (here > best) {
          best = here;
          wanted = int(m);
        }
      }
      CHECK(found[i] == wanted);
    }
  }
}

// Origin: scikit-image, see the header of the recording.
TEST_CASE("structural similarity is scikit-image's") {
  for (const oracle::scikit_image::similarity& of : oracle::scikit_image::similarities) {
    std::pair<numbers, numbers> both =
        oracle::scikit_image::pair_of(of.channels, of.height, of.width, of.share, of.seed);
    for (numbers* const picture : {&both.first, &both.second})
      for (double& pixel : *picture) pixel = pixel * of.scale + of.shift;
    const numbers &first = both.first, &second = both.second;
    const picture_format format{of.channels, of.height, of.width, of.range};
    const numbers got = all_of(1, [&](auto out) {
      eigen<double>::structural_similarities({std::span(first), 1, first.size()}, {std::span(second), 1, second.size()},
                                             format, out);
    });
    CHECK(got[0] == doctest::Approx(of.value).epsilon(1e-11));
    const std::vector<float> narrow(first.begin(), first.end()), narrow_second(second.begin(), second.end());
    const numbers from_float = all_of(1, [&](auto out) {
      eigen<float>::structural_similarities({std::span(narrow), 1, narrow.size()},
                                            {std::span(narrow_second), 1, narrow.size()}, format, out);
    });
    CHECK(std::abs(from_float[0] - of.value) < 1e-6);
  }
  const numbers picture = oracle::scikit_image::pair_of(3, 16, 16, 1, 7).first, dark(64, 10.0), bright(64, 200.0);
  numbers negative(picture);
  for (double& pixel : negative) pixel = 255 - pixel;
  const auto similarity = [](const numbers& a, const numbers& b, const picture_format& format) {
    return all_of(1, [&](auto out) {
      eigen<double>::structural_similarities({std::span(a), 1, a.size()}, {std::span(b), 1, b.size()}, format, out);
    })[0];
  };
  CHECK(similarity(picture, negative, {3, 16, 16, 255}) ==
        doctest::Approx(oracle::scikit_image::of_a_negative).epsilon(1e-11));
  CHECK(similarity(dark, bright, {1, 8, 8, 255}) ==
        doctest::Approx(oracle::scikit_image::of_flat_pictures).epsilon(1e-11));
}

TEST_CASE_TEMPLATE("pictures agree with the formulas, window by window", Scalar, float, double) {
  using B = eigen<Scalar>;
  for (const int layout : {0, 1, 2})
    for (const picture_format& format :
         {small, picture_format{1, 7, 7, 1}, picture_format{3, 7, 12, 3}, picture_format{1, 15, 8, 1}}) {
      const std::size_t pixels = format.pixels();
      const rows<Scalar> a(3, 1, pixels, layout, 1), b(3, 2, pixels, layout, 2);
      const numbers alike = all_of(6, [&](auto out) { B::structural_similarities(a.view(), b.view(), format, out); }),
                    grain = all_of(6, [&](auto out) { B::neighbour_differences(b.view(), format, out); });
      for (std::size_t i = 0; i < 6; ++i) {
        const numbers row = b.at(i / 2, i % 2);
        CHECK(alike[i] ==
              doctest::Approx(double(oracle::structural_similarity(a.at(i / 2, 0), row, format.channels, format.height,
                                                                   format.width, (long double)(format.range))))
                  .epsilon(1e-12));
        CHECK(grain[i] ==
              doctest::Approx(double(oracle::neighbour_difference(row, format.channels, format.height, format.width)))
                  .epsilon(1e-14));
      }
    }
  const std::vector<Scalar> line{1, 4, 2, 2};
  for (const picture_format& format : {picture_format{1, 1, 4, 1}, picture_format{1, 4, 1, 1}})
    CHECK(all_of(1, [&](auto out) {
            B::neighbour_differences({std::span(line), 1, 4}, format, out);
          })[0] == doctest::Approx(5.0 / 3));
}
