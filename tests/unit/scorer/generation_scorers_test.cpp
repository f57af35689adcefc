// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/scorer/embedding_difference.hpp>
#include <telltale/scorer/faithfulness.hpp>
#include <telltale/scorer/generated_embedding.hpp>
#include <telltale/scorer/picture_spread.hpp>
#include <telltale/scorer/reconstruction.hpp>
#include <telltale/scorer/smoothness.hpp>
#include <telltale/scorer/typicality.hpp>

#include "oracle/generated_world.hpp"
#include "oracle/generation.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::generated_world;
using oracle::numbers;

namespace {

template <class Scalar>
numbers row(const std::vector<Scalar>& of, std::size_t columns, std::size_t index) {
  return numbers(of.begin() + std::ptrdiff_t(index * columns), of.begin() + std::ptrdiff_t((index + 1) * columns));
}

template <class Score, class Batch>
numbers scored(const Score& score, const Batch& batch) {
  numbers out(batch.subjects() * detail::width_of(score, batch));
  score(batch, std::span<double>(out));
  return out;
}

using compared = std::function<long double(const numbers&, const numbers&)>;

// Compare for every picture, then over them, on paper.
template <class Over, class Scalar>
numbers on_paper(const generated_world<Scalar>& world, const std::vector<Scalar>& subjects,
                 const std::vector<Scalar>& pictures, const compared& compare) {
  const std::size_t columns = subjects.size() / world.n;
  numbers scores;
  for (std::size_t i = 0; i < world.n; ++i) {
    const numbers own = row(subjects, columns, i);
    std::vector<numbers> rows;
    for (std::size_t j = 0; j < world.r; ++j) rows.push_back(row(pictures, columns, i * world.r + j));
    long double sum = 0, best = -1e30L;
    for (const numbers& y : rows) {
      sum += compare(own, y);
      best = std::max(best, compare(own, y));
    }
    scores.push_back(double(std::is_same_v<Over, over::mean>   ? sum / (long double)(world.r)
                            : std::is_same_v<Over, over::best> ? best
                                                               : compare(own, oracle::mean_of(rows))));
  }
  return scores;
}

double farthest(const numbers& a, const numbers& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

template <class Over, class Scalar>
double farthest_of_all(const generated_world<Scalar>& world) {
  const auto batch = world.observed();
  const picture_format& f = world.format;
  const auto pixels = (long double)(f.pixels());
  const compared l1 = [&](const auto& x, const auto& y) { return -oracle::absolute_distance(x, y) / pixels; };
  const compared l2 = [&](const auto& x, const auto& y) { return -std::sqrt(oracle::squared_distance(x, y) / pixels); };
  const compared ssim = [&](const auto& x, const auto& y) {
    return oracle::structural_similarity(x, y, f.channels, f.height, f.width, (long double)(f.range));
  };
  const compared distance = [](const auto& x, const auto& y) { return -std::sqrt(oracle::squared_distance(x, y)); };
  const compared cosine = oracle::cosine;
  const compared grain = [&](const auto&, const auto& y) {
    return -oracle::neighbour_difference(y, f.channels, f.height, f.width);
  };
  const compared typical = [&](const auto&, const auto& y) {
    long double best = -2;
    for (std::size_t k = 0; k < world.m; ++k)
      best = std::max(best, oracle::cosine(y, row(world.reference_embeddings, world.d, k)));
    return best;
  };
  const auto& [x, y] = std::tie(world.queries, world.generated);
  const auto& [ex, ey] = std::tie(world.query_embeddings, world.generated_embeddings);
  const auto &et = world.caption_embeddings, &ec = world.retrieved_caption_embeddings;
  return std::max(
      {farthest(scored(reconstruction<compare::pixel_l1, Over>{}, batch), on_paper<Over>(world, x, y, l1)),
       farthest(scored(reconstruction<compare::pixel_l2, Over>{}, batch), on_paper<Over>(world, x, y, l2)),
       farthest(scored(reconstruction<compare::pixel_ssim, Over>{}, batch), on_paper<Over>(world, x, y, ssim)),
       farthest(scored(reconstruction<compare::semantic_l2, Over>{}, batch), on_paper<Over>(world, ex, ey, distance)),
       farthest(scored(reconstruction<compare::semantic_cosine, Over>{}, batch), on_paper<Over>(world, ex, ey, cosine)),
       farthest(scored(faithfulness<between::picture_and_caption, Over>{}, batch),
                on_paper<Over>(world, et, ey, cosine)),
       farthest(scored(faithfulness<between::captions, Over>{}, batch), on_paper<Over>(world, et, ec, cosine)),
       farthest(scored(smoothness<Over>{}, batch), on_paper<Over>(world, x, y, grain)),
       farthest(scored(typicality<Over>{}, batch), on_paper<Over>(world, ex, ey, typical))});
}

template <class Work>
std::string refusal(const Work& work) {
  try {
    work();
  } catch (const argument_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

// What a score says once `change` was made to the arrays of a world with `pictures` pictures each.
template <class Score, class Change>
std::string refused(const Score& score, const Change& change, std::size_t pictures = 2) {
  generated_world<float> world(6, pictures, 5, 0.5, 1, 3);
  generation_arrays<eigen<float>> arrays = world.arrays();
  change(world, arrays);
  return refusal([&] { static_cast<void>(scored(score, generation<eigen<float>>(arrays))); });
}

bool mentions(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE_TEMPLATE("every score of a generation is its formula, over one picture or several", Scalar, float, double) {
  // The mean picture is stored as the pictures are.
  const double tight = 1e-13, rounded = std::is_same_v<Scalar, float> ? 1e-6 : 1e-13;
  for (const std::size_t r : std::vector<std::size_t>{1, 2, 5}) {
    const generated_world<Scalar> world(6, r, 7, 0.5, 1, 10 + r);
    CHECK(farthest_of_all<over::mean>(world) < tight);
    CHECK(farthest_of_all<over::best>(world) < tight);
    CHECK(farthest_of_all<over::mean_picture>(world) < rounded);
  }
}

TEST_CASE("the spread of the pictures is their distance from their mean") {
  const generated_world<double> world(5, 4, 6, 0.5, 1, 2);
  const numbers pixels = scored(picture_spread<>{}, world.observed()),
                embeddings = scored(picture_spread<seen_as::embeddings>{}, world.observed());
  for (std::size_t i = 0; i < 5; ++i) {
    std::vector<numbers> y, e;
    for (std::size_t j = 0; j < 4; ++j) {
      y.push_back(row(world.generated, world.format.pixels(), i * 4 + j));
      e.push_back(row(world.generated_embeddings, 6, i * 4 + j));
    }
    const auto count = (long double)(world.format.pixels());
    CHECK(pixels[i] == doctest::Approx(double(-std::sqrt(oracle::squared_deviation(y) / count))).epsilon(1e-13));
    CHECK(embeddings[i] == doctest::Approx(double(-std::sqrt(oracle::squared_deviation(e)))).epsilon(1e-13));
  }
}

TEST_CASE("vectors for learned rules: unit embeddings, and squared differences that sum to the squared distance") {
  const generated_world<double> world(4, 3, 5, 0.5, 1, 8);
  const auto batch = world.observed();
  const auto unit = [&](const std::vector<double>& of, std::size_t index) {
    numbers x = row(of, 5, index);
    const double length = std::sqrt(double(oracle::product(x, x)));
    for (double& value : x) value /= length;
    return x;
  };
  const auto mean_unit = [&](const std::vector<double>& of, std::size_t i) {
    return oracle::mean_of({unit(of, 3 * i), unit(of, 3 * i + 1), unit(of, 3 * i + 2)});
  };
  const auto apart = [&](const std::vector<double>& subject, const std::vector<double>& made, std::size_t i,
                         std::size_t k) {
    double sum = 0;
    for (std::size_t j = 0; j < 3; ++j) sum += std::pow(unit(subject, i)[k] - unit(made, 3 * i + j)[k], 2) / 3;
    return doctest::Approx(-sum).epsilon(1e-12);
  };
  const numbers alone = scored(generated_embedding{}, batch), query = scored(embedding_difference<>{}, batch),
                cross = scored(embedding_difference<between::picture_and_caption>{}, batch),
                same = scored(embedding_difference<between::captions>{}, batch);
  REQUIRE(alone.size() == 20);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t k = 0; k < 5; ++k) {
      const double made = mean_unit(world.generated_embeddings, i)[k];
      CHECK(alone[i * 5 + k] == doctest::Approx(made).epsilon(1e-13));
      CHECK(query[i * 5 + k] == apart(world.query_embeddings, world.generated_embeddings, i, k));
      CHECK(cross[i * 5 + k] == apart(world.caption_embeddings, world.generated_embeddings, i, k));
      CHECK(same[i * 5 + k] == apart(world.caption_embeddings, world.retrieved_caption_embeddings, i, k));
    }
  // Of rows of length 1, |a - b|^2 = 2 - 2 cos.
  const numbers cosines = scored(faithfulness<>{}, batch);
  for (std::size_t i = 0; i < 4; ++i) {
    const numbers of_one = row(cross, 5, i);
    CHECK(std::accumulate(of_one.begin(), of_one.end(), 0.0) == doctest::Approx(2 * cosines[i] - 2).epsilon(1e-12));
  }
}

TEST_CASE("a part that was not collected is named") {
  using semantic = reconstruction<>;
  using pixel = reconstruction<compare::pixel_l2>;
  CHECK(mentions(refused(semantic{}, [](auto&, auto& arrays) { arrays.query_embeddings = {}; }),
                 "query_embeddings: was not collected"));
  CHECK(mentions(refused(semantic{}, [](auto&, auto& arrays) { arrays.generated_embeddings = {}; }),
                 "generated_embeddings: was not collected"));
  CHECK(mentions(refused(pixel{}, [](auto&, auto& arrays) { arrays.queries = {}; }), "queries: was not collected"));
  CHECK(mentions(refused(pixel{}, [](auto&, auto& arrays) { arrays.generated = {}; }), "generated: was not collected"));
  CHECK(mentions(refused(smoothness<>{}, [](auto&, auto& arrays) { arrays.generated = {}; }),
                 "generated: was not collected"));
  CHECK(mentions(refused(faithfulness<>{}, [](auto&, auto& arrays) { arrays.caption_embeddings = {}; }),
                 "caption_embeddings: was not collected"));
  CHECK(mentions(
      refused(faithfulness<between::captions>{}, [](auto&, auto& arrays) { arrays.retrieved_caption_embeddings = {}; }),
      "retrieved_caption_embeddings: was not collected"));
  CHECK(mentions(refused(typicality<>{}, [](auto&, auto& arrays) { arrays.reference_embeddings = {}; }),
                 "reference_embeddings: was not collected"));
  CHECK(mentions(refused(generated_embedding{}, [](auto&, auto& arrays) { arrays.generated_embeddings = {}; }),
                 "generated_embeddings: was not collected"));
}

TEST_CASE("what a score cannot be taken of is refused in a sentence") {
  const auto nothing = [](auto&, auto&) {};
  CHECK(mentions(refused(picture_spread<>{}, nothing, 1), "holds 1 picture of each caption; wanted at least 2"));
  CHECK(mentions(refused(picture_spread<seen_as::embeddings>{}, nothing, 1), "wanted at least 2"));
  const auto as_pictures = [](std::size_t channels, std::size_t height, std::size_t width) {
    return [=](auto&, auto& arrays) { arrays.format = {channels, height, width, 2}; };
  };
  CHECK(mentions(refused(reconstruction<compare::pixel_ssim>{}, as_pictures(6, 6, 6)),
                 "has pictures of 6 x 6 pixels; wanted at least 7 x 7"));
  CHECK(mentions(refused(reconstruction<compare::pixel_ssim>{}, as_pictures(3, 72, 1)), "72 x 1 pixels"));
  CHECK(mentions(refused(smoothness<>{}, as_pictures(216, 1, 1)), "1 x 1 pixels, which have no neighbours"));
  const generated_world<float> world(6, 2, 5, 0.5, 1, 3);
  numbers few(5);
  CHECK(mentions(refusal([&] { reconstruction<>{}(world.observed(), std::span<double>(few)); }),
                 "out: has 5 elements; wanted 6"));
  CHECK(mentions(refusal([&] { embedding_difference<>{}(world.observed(), std::span<double>(few)); }),
                 "out: has 5 elements; wanted 30"));
}

TEST_CASE("embeddings that are all the same are refused, and other ties are legal") {
  const auto constant = [](std::vector<float>& rows) {
    for (std::size_t k = 5; k < rows.size(); ++k) rows[k] = rows[k - 5];
  };
  const auto encoder = [&](auto& world, auto&) {
    for (std::vector<float>* const rows :
         {&world.query_embeddings, &world.generated_embeddings, &world.caption_embeddings,
          &world.retrieved_caption_embeddings, &world.reference_embeddings})
      constant(*rows);
  };
  const std::string sentence = "holds the same embedding for every row";
  CHECK(mentions(refused(reconstruction<>{}, encoder), "query_embeddings: " + sentence));
  CHECK(mentions(refused(reconstruction<compare::semantic_cosine>{}, encoder), "query_embeddings: " + sentence));
  CHECK(mentions(refused(faithfulness<>{}, encoder), "caption_embeddings: " + sentence));
  CHECK(mentions(refused(faithfulness<between::captions>{}, encoder), "caption_embeddings: " + sentence));
  CHECK(mentions(refused(typicality<>{}, encoder), "reference_embeddings: " + sentence));
  // A generator that gives every query back is no broken encoder.
  generated_world<float> copies(6, 1, 5, 0, 0, 3);
  for (const double score : scored(reconstruction<>{}, copies.observed())) CHECK(score == 0);
  // One that always makes the same picture is none either.
  generated_world<float> same(6, 1, 5, 0.5, 1, 3);
  constant(same.generated_embeddings);
  const numbers scores = scored(reconstruction<>{}, same.observed());
  CHECK(scores[0] != scores[1]);
}

TEST_CASE("a mean of embeddings that cancel has no direction") {
  generated_world<float> world(4, 2, 5, 0.5, 1, 3);
  for (std::size_t k = 0; k < 5; ++k) world.generated_embeddings[5 + k] = -world.generated_embeddings[k];
  CHECK(mentions(refusal([&] {
                   static_cast<void>(
                       scored(reconstruction<compare::semantic_cosine, over::mean_picture>{}, world.observed()));
                 }),
                 "every value must be finite"));
  CHECK(scored(reconstruction<compare::semantic_cosine>{}, world.observed()).size() == 4);
}
