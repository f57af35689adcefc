// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/published/catalogue.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/observation/gradients.hpp>
#include <telltale/observation/updates.hpp>

#include <doctest/doctest.h>

using namespace telltale;

namespace {

using answers = classification<eigen<double>, access_to::confidence>;
using labels_only = classification<eigen<double>, access_to::label>;
using shadows = adversary<shadow_models<float>>;
using both = adversary<shadow_models<float>, population<>>;

template <class Attack, class Batch, class Owned>
concept runs = requires(const Attack& attack, const Batch& batch, const Owned& owned) { attack(batch, owned); };

static_assert(runs<published::gap, labels_only, adversary<>> && runs<published::gap, answers, adversary<>>);
static_assert(runs<published::yeom, answers, adversary<labelled_records<>>> &&
              !runs<published::yeom, labels_only, adversary<labelled_records<>>> &&
              !runs<published::yeom, answers, adversary<>>);
static_assert(runs<published::attack_p, answers, both> && !runs<published::attack_p, answers, shadows>);
static_assert(runs<published::lira_online, answers, shadows> && runs<published::lira_offline, answers, both> &&
              !runs<published::lira_online, labels_only, shadows> &&
              runs<published::lira_online_with<preset::carlini_2022>, answers, shadows>);
static_assert(runs<published::rmia_online, answers, both> && !runs<published::rmia_offline, answers, shadows>);

using people = adversary<population<>>;
using labelled = adversary<labelled_records<>>;
static_assert(runs<published::attack_r, answers, shadows> && !runs<published::attack_r, answers, people> &&
              runs<published::attack_r_with<estimate::gaussian>, answers, both>);
static_assert(runs<published::difficulty_calibration, answers, shadows> &&
              runs<published::score_offset, answers, shadows> && !runs<published::score_offset, labels_only, shadows>);
static_assert(runs<published::song_mittal_confidence, answers, labelled> &&
              runs<published::song_mittal_entropy, answers, labelled> &&
              runs<published::song_mittal_modified_entropy, answers, labelled> &&
              runs<published::privacy_risk_score, answers, labelled> &&
              !runs<published::privacy_risk_score, answers, people>);
static_assert(runs<published::shokri, answers, labelled> && runs<published::salem, answers, labelled> &&
              runs<published::salem_with_correctness, answers, labelled> &&
              !runs<published::salem, labels_only, labelled> && !runs<published::shokri, answers, shadows>);
static_assert(runs<published::qmia, answers, people> && !runs<published::qmia, answers, labelled> &&
              runs<published::qmia_with<conditional::linear_quantile>, answers, people>);

using head = softmax_head<eigen<double>>;
using steps = updates<eigen<double>>;
using background = adversary<population<batch_view<double>>>;
static_assert(runs<published::gradient_norm, head, adversary<>> &&
              !runs<published::gradient_norm, answers, adversary<>> &&
              !runs<published::gradient_norm, steps, adversary<>>);
static_assert(runs<published::glir, steps, background> &&
              runs<published::glir, steps, adversary<population<batch_view<float>>>> &&
              !runs<published::glir, steps, adversary<>> && !runs<published::glir, answers, background> &&
              !runs<published::glir, head, background> &&
              runs<published::glir_with<preset::leemann_2023_code>, steps, background>);

std::vector<std::string_view> allowed(access_to reveals, knowledge owns) {
  std::vector<std::string_view> names;
  published::for_each_allowed(reveals, owns, [&](const auto& listed) { names.push_back(listed.name); });
  return names;
}

}  // namespace

TEST_CASE("the catalogue lists each composition with its anatomy") {
  std::size_t count = 0;
  published::for_each([&](const auto& listed) {
    ++count;
    CHECK_FALSE(listed.name.empty());
    CHECK(listed.citation.find("20") != std::string_view::npos);
    CHECK_FALSE(listed.parts.scorer.empty());
    CHECK_FALSE(listed.parts.rule.empty());
  });
  CHECK(count == 45);
  constexpr anatomy lira = anatomy_of<published::lira_online>();
  CHECK(lira.access == access_to::confidence);
  CHECK(lira.owns == (knowledge::truth | knowledge::shadow_models));
  CHECK(lira.scorer == "logit margin");
  CHECK(lira.rule == "Gaussian likelihood ratio");
}

TEST_CASE("the catalogue allows what access and knowledge allow") {
  using names = std::vector<std::string_view>;
  CHECK(allowed(access_to::label, knowledge::truth) == names{"gap"});
  CHECK(allowed(access_to::label, knowledge::truth | knowledge::shadow_models | knowledge::population) == names{"gap"});
  CHECK(allowed(access_to::logits, knowledge::nothing).empty());
  CHECK(allowed(access_to::label, knowledge::identity) == names{"IDIA"});
  CHECK(allowed(access_to::embedding, knowledge::identity) == names{"removal mark"});
  CHECK(allowed(access_to::confidence, knowledge::labelled_records) == names{"Salem", "global entropy"});
  CHECK(allowed(access_to::confidence, knowledge::truth | knowledge::labelled_records) ==
        names{"gap", "Yeom", "Song-Mittal confidence", "Song-Mittal entropy", "Song-Mittal modified entropy",
              "privacy risk score", "Salem", "Shokri", "global entropy", "global pixel accuracy", "global Dice",
              "global Dice tuned", "global pixel loss", "global boundary loss", "global margin"});
  CHECK(allowed(access_to::parameters, knowledge::truth | knowledge::population) == names{"gap", "attack-P"});
  CHECK(allowed(access_to::confidence, knowledge::truth | knowledge::record | knowledge::population) ==
        names{"gap", "attack-P", "QMIA"});
  CHECK(allowed(access_to::parameters, knowledge::truth | knowledge::record) == names{"gap", "gradient norm"});
  CHECK(allowed(access_to::update, knowledge::truth | knowledge::record | knowledge::population) == names{"GLiR"});
  CHECK(allowed(access_to::update, knowledge::truth | knowledge::record).empty());
  CHECK(allowed(access_to::confidence, knowledge::truth | knowledge::shadow_models) ==
        names{"gap", "attack-R", "difficulty calibration", "score offset", "LiRA offline", "LiRA online",
              "LiRA on Dice", "LiRA on pixel loss", "LiRA on boundary loss"});
  CHECK(allowed(access_to::generation, knowledge::caption | knowledge::labelled_records) ==
        names{"I-P", "I-S", "I-S learned", "III-S", "III-S same modality", "III-S learned", "picture spread"});
  CHECK(allowed(access_to::generation, knowledge::record | knowledge::caption | knowledge::labelled_records).size() ==
        12);
  CHECK(allowed(access_to::generation, knowledge::record | knowledge::caption).empty());
  CHECK(allowed(access_to::logits, knowledge::truth | knowledge::shadow_models | knowledge::population) ==
        names{"gap", "attack-P", "attack-R", "difficulty calibration", "score offset", "LiRA offline", "LiRA online",
              "LiRA on Dice", "LiRA on pixel loss", "LiRA on boundary loss", "RMIA offline", "RMIA online",
              "RMIA on pixel loss", "RMIA on boundary loss"});
}

TEST_CASE("the published attacks run from class scores to evidence") {
  // Logits of two records, two classes: margins 4.2 and -1; LiRA's known answer of the peers' note for the first.
  const std::vector<double> logits{4.2, 0, 1, 0};
  const std::vector<int> truth{0, 1};
  const answers target(batch_view<double>(logits, 2, 2), truth);
  const std::vector<std::vector<float>> scores{{3, 1}, {4, 0}, {5, 1}, {6, 0}, {0, 2}, {1, 3}, {2, 2}, {1, 3}};
  const std::vector<std::vector<std::uint8_t>> keep{{1, 1}, {1, 1}, {1, 0}, {1, 0}, {0, 1}, {0, 1}, {0, 0}, {0, 0}};
  const std::vector<std::span<const float>> by_model(scores.begin(), scores.end());
  const std::vector<std::span<const std::uint8_t>> seen(keep.begin(), keep.end());
  const shadow_models<float> shadow{by_model, seen};

  const evidence online = published::lira_online{}(target, owning(shadow));
  CHECK(online.values[0] == doctest::Approx(9.745854634062923).epsilon(1e-12));
  CHECK(online.cut == 0);
  CHECK(online.says_member(0));
  const evidence offline = published::lira_offline{}(target, owning(shadow));
  CHECK(offline.values[0] == doctest::Approx(12.712613934884073).epsilon(1e-12));
  CHECK(offline.ranks_only());

  const evidence correct = published::gap{}(target);
  CHECK(correct.values == std::vector<double>{1, 0});
  CHECK(correct.says_member(0));
  CHECK_FALSE(correct.says_member(1));

  // log p_y = -log(1 + e^-margin): known members at -0.02 make the first record a member.
  const std::vector<double> known{-0.02};
  const std::vector<membership> member{membership::in};
  const evidence by_loss = published::yeom{}(target, owning(labelled_records<>(signals{known}, member)));
  CHECK(by_loss.values[0] == doctest::Approx(-std::log1p(std::exp(-4.2))).epsilon(1e-14));
  CHECK(by_loss.says_member(0));
  CHECK_FALSE(by_loss.says_member(1));
}

TEST_CASE("the published rules of reference models run from class scores to evidence") {
  // One record of margin 4.2, two classes: log p_y = -log(1 + e^-4.2) = -0.01488...; its own signal under the models.
  const std::vector<double> logits{4.2, 0};
  const std::vector<int> truth{0};
  const answers target(batch_view<double>(logits, 1, 2), truth);
  const std::vector<std::vector<float>> scores{{-0.25F}, {-0.5F}, {-0.01F}, {-1.25F}};
  const std::vector<std::vector<std::uint8_t>> keep{{1}, {0}, {0}, {0}};
  const std::vector<std::span<const float>> by_model(scores.begin(), scores.end());
  const std::vector<std::span<const std::uint8_t>> seen(keep.begin(), keep.end());
  const auto owned = owning(shadow_models<float>{by_model, seen});
  const double t = -std::log1p(std::exp(-4.2)), out = -(0.5 + static_cast<double>(0.01F) + 1.25) / 3;
  CHECK(published::attack_r{}(target, owned).values[0] == 2.0 / 3);
  CHECK(published::attack_r{}(target, owned).ranks_only());
  CHECK(published::difficulty_calibration{}(target, owned).values[0] == doctest::Approx(t - out).epsilon(1e-13));
  const evidence offset = published::score_offset{}(target, owned);
  CHECK(offset.values[0] == doctest::Approx(t - (out - 0.25) / 2).epsilon(1e-13));
  CHECK(offset.says_member(0));
}

TEST_CASE("the published rules of labelled records and of features run from class scores to evidence") {
  // Shadow answers of two classes: members are surer. Every rule must call the surest answers members and the least
  // sure ones none.
  std::vector<double> rows;
  std::vector<int> known_class;
  std::vector<membership> member;
  random_stream random(61, 0);
  for (int i = 0; i < 240; ++i) {
    const bool is_in = i % 2 == 0;
    known_class.push_back(i / 2 % 2);
    member.push_back(is_in ? membership::in : membership::out);
    const double z = random.normal() + (is_in ? 3 : 1);
    const std::size_t y = static_cast<std::size_t>(known_class.back());
    std::vector<double> row{0, 0, -1};
    row[y] = z;
    rows.insert(rows.end(), row.begin(), row.end());
  }
  const answers shadow(batch_view<double>(rows, 240, 3), known_class);
  const std::vector<double> asked{8, 0, -1, 0, 8, -1, -4, 0, -1, 0, -4, -1};
  const std::vector<int> asked_class{0, 1, 0, 1};
  const answers target(batch_view<double>(asked, 4, 3), asked_class);
  const auto check = [&](const auto& attack_of) {
    using scorer = typename std::remove_cvref_t<decltype(attack_of)>::scorer;
    std::vector<double> known(240 * detail::width_of(scorer{}, shadow));
    scorer{}(shadow, std::span<double>(known));
    const labelled_records<> owned(signals{known, known.size() / 240, known_class}, member);
    const evidence got = attack_of(target, owning(owned));
    CHECK(got.values[0] > got.values[2]);
    CHECK(got.values[1] > got.values[3]);
    if (got.ranks_only()) return;
    for (const std::size_t i : {0U, 1U}) CHECK(got.says_member(i));
    for (const std::size_t i : {2U, 3U}) CHECK_FALSE(got.says_member(i));
  };
  check(published::song_mittal_confidence{});
  check(published::song_mittal_entropy{});
  check(published::song_mittal_modified_entropy{});
  check(published::privacy_risk_score{});
  check(published::shokri{});
  check(published::shokri_with<learner::logistic_regression<ridge::squared>>{});
  check(published::salem{});
  check(published::salem_with_correctness{});

  // A population whose margins grow with a feature: the same margin is more surprising where the feature is small.
  std::vector<double> people;
  for (int i = 0; i < 200; ++i) {
    const double x = random.normal();
    people.insert(people.end(), {2 * x + random.normal(), x});
  }
  const std::vector<double> of_target{-1, -1, 1, 1};
  const auto attack_of = compose(joined(logit_margin{}, given_features{of_target, 1}), quantile_regression{});
  const std::vector<double> equal{2, 0, -30, 0, 2, -30, 2, 0, -30, 0, 2, -30};
  const evidence got =
      attack_of(answers(batch_view<double>(equal, 4, 3), asked_class), owning(population<>(signals{people, 2, {}})));
  CHECK(got.values[0] > 3);
  CHECK(got.values[2] < 1.5);
  CHECK(got.ranks_only());
}
