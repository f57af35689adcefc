// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/published/text_to_image.hpp>

#include <boost/math/distributions/fisher_f.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/anatomy.hpp>
#include <telltale/metric/auc.hpp>
#include <telltale/metric/roc.hpp>

#include "oracle/generated_world.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::generated_world;

namespace {

using batch = generation<eigen<float>>;
using labelled = adversary<labelled_records<>>;

template <class Attack, class Owned = labelled>
concept runs = requires(const Attack& attack, const batch& observed, const Owned& owned) { attack(observed, owned); };

static_assert(runs<published::i_p> && runs<published::i_s> && runs<published::ii_p> && runs<published::ii_s> &&
              runs<published::iii_s> && runs<published::iii_s_same_modality> && runs<published::iv> &&
              runs<published::i_s_learned> && runs<published::ii_s_learned> && runs<published::iii_s_learned> &&
              runs<published::iv_learned> && runs<published::picture_spread> &&
              runs<published::picture_spread_with<seen_as::pixels>>);
static_assert(!runs<published::ii_s, adversary<>> && !runs<published::iv, adversary<population<>>>);

// Who asks without the query picture needs the caption alone.
static_assert(anatomy_of<published::i_s>().owns == (knowledge::caption | knowledge::labelled_records) &&
              anatomy_of<published::iii_s>().owns == (knowledge::caption | knowledge::labelled_records) &&
              anatomy_of<published::ii_s>().owns ==
                  (knowledge::record | knowledge::caption | knowledge::labelled_records) &&
              anatomy_of<published::iv>().owns == anatomy_of<published::ii_s>().owns &&
              anatomy_of<published::ii_p, batch>().observation == "generation");

// The attack trained on one world's records and asked about those of another that was drawn alike.
template <class Attack, class Scalar = float>
evidence attacked(const Attack& attack, const generated_world<Scalar>& known, const generated_world<Scalar>& asked) {
  const auto known_batch = known.observed();
  const std::vector<double> scores = attack.score(known_batch);
  return attack(asked.observed(), owning(labelled_records<>{signals{scores, scores.size() / known.n}, known.member}));
}

template <class Attack>
metric::estimate auc_of(std::size_t known, std::size_t asked, std::size_t pictures, std::size_t dimensions,
                        double of_member, double of_other, std::uint64_t seed) {
  const generated_world<float> from(known, pictures, dimensions, of_member, of_other, seed),
      to(asked, pictures, dimensions, of_member, of_other, seed + 1000);
  return metric::auc(metric::roc_curve(attacked(Attack{}, from, to).values, to.member));
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

}  // namespace

// Noise of deviation 1 for members and s for others: squared distances are chi-square over d times 1 or s^2, and their
// ratio is F distributed, so that AUC = F_{d,d}(s^2).
TEST_CASE("reconstruction and spread reach the AUC that the noise allows") {
  const double s = 1.25;
  const auto wanted = [&](double freedom) { return boost::math::cdf(boost::math::fisher_f(freedom, freedom), s * s); };
  const auto near = [](const metric::estimate& got, double value) {
    INFO(got.value << " in [" << got.low << ", " << got.high << "], wanted " << value);
    return std::abs(got.value - value) < 2 * std::max(got.high - got.value, got.value - got.low);
  };
  CHECK(near(auc_of<published::ii_s>(60, 4000, 1, 9, 1, s, 1), wanted(9)));
  CHECK(near(auc_of<published::ii_p>(60, 400, 1, 2, 1, 1.04, 2),
             boost::math::cdf(boost::math::fisher_f(216.0, 216.0), 1.04 * 1.04)));
  // Three pictures leave two directions around their mean.
  CHECK(near(auc_of<published::picture_spread>(60, 4000, 3, 9, 1, s, 3), wanted(18)));
}

TEST_CASE("a threshold says member from the value on that tells labelled records apart best") {
  const generated_world<float> known(400, 1, 9, 0.2, 2, 5), asked(400, 1, 9, 0.2, 2, 6);
  const evidence found = attacked(published::ii_s{}, known, asked);
  CHECK_FALSE(found.ranks_only());
  std::size_t right = 0;
  for (std::size_t i = 0; i < 400; ++i) right += found.says_member(i) == (asked.member[i] == membership::in);
  CHECK(right >= 398);
  CHECK(found.values[0] < 0);
}

TEST_CASE_TEMPLATE("without a difference between members and others every attack is at chance", Attack, published::i_p,
                   published::i_s, published::ii_p, published::ii_s, published::iii_s, published::iii_s_same_modality,
                   published::iv, published::picture_spread, published::picture_spread_with<seen_as::pixels>,
                   published::i_s_learned, published::ii_s_learned, published::iii_s_learned, published::iv_learned) {
  constexpr std::size_t worlds = 25;
  double sum = 0, squares = 0;
  for (std::size_t seed = 0; seed < worlds; ++seed) {
    const double area = auc_of<Attack>(60, 80, 2, 6, 1, 1, 50 + seed).value;
    sum += area;
    squares += area * area;
  }
  const double mean = sum / worlds, error = std::sqrt((squares / worlds - mean * mean) / (worlds - 1));
  INFO("mean AUC " << mean << " +- " << error);
  CHECK(error < 0.025);
  CHECK(std::abs(mean - 0.5) < 3.5 * error);
}

TEST_CASE("joined evidence tells members apart by its only part that does, and learned rules learn") {
  // Both are told by the length of a difference alone, so they need width and records.
  CHECK(auc_of<published::iv>(300, 400, 2, 6, 0.5, 1, 7).low > 0.9);
  CHECK(auc_of<published::ii_s_learned>(1000, 400, 2, 3, 0.3, 1.5, 8).low > 0.75);
  CHECK(auc_of<published::iv_learned>(1000, 400, 2, 3, 0.3, 1.5, 9).low > 0.7);
}

TEST_CASE("log-odds are cut at 0") {
  const generated_world<float> known(100, 2, 4, 0.5, 1, 5);
  CHECK(attacked(published::iv{}, known, known).cut == 0);
  CHECK(attacked(published::iii_s_learned{}, known, known).cut == 0);
}

TEST_CASE("the paper's network has three layers") {
  const learner::perceptron_of_three_layers network;
  const std::vector<double> inputs{-1, 1, -0.5, 0.5, 1, -1};
  const std::vector<membership> member{membership::in, membership::out, membership::in};
  const auto fitted = network.fit(std::span<const double>(inputs), std::span(member));
  const auto& layers = fitted.trained().model.shape().layers();
  REQUIRE(layers.size() == 3);
  CHECK(layers[0].outputs == 64);
  CHECK(layers[1].outputs == 32);
  CHECK(std::get<train::adam>(network.recipe.optimiser).learning_rate == 1e-4);
  CHECK(network.recipe.epochs == 200);
  CHECK(learned<learner::perceptron_of_three_layers>::name == "learned perceptron of three layers");
}

TEST_CASE("labelled records that teach nothing are refused in a sentence") {
  generated_world<float> known(20, 1, 4, 0.5, 1, 5);
  const generated_world<float> asked(20, 1, 4, 0.5, 1, 6);
  const auto says = [&](const auto& attack, const std::string& what) {
    const std::string got = refusal([&] { (void)attacked(attack, known, asked); });
    INFO(got);
    return got.find(what) != std::string::npos;
  };
  std::fill(known.member.begin(), known.member.end(), membership::in);
  const std::string one_class = "labelled records: holds 20 members and 0 non-members; wanted at least 1 of each";
  CHECK(says(published::ii_s{}, one_class));
  CHECK(says(published::iv{}, one_class));
  CHECK(says(published::ii_s_learned{}, one_class));
  known = generated_world<float>(20, 1, 4, 0.5, 1, 5);
  for (std::size_t k = 4; k < known.generated_embeddings.size(); ++k)
    known.generated_embeddings[k] = known.generated_embeddings[k - 4];
  CHECK(says(published::i_s_learned{}, "labelled records: column 0 is constant; leave it out"));
}
