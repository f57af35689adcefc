// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/published/catalogue.hpp>

#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/classification.hpp>

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
  CHECK(count == 7);
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
  CHECK(allowed(access_to::confidence, knowledge::truth | knowledge::labelled_records) == names{"gap", "Yeom"});
  CHECK(allowed(access_to::parameters, knowledge::truth | knowledge::population) == names{"gap", "attack-P"});
  CHECK(allowed(access_to::confidence, knowledge::truth | knowledge::shadow_models) ==
        names{"gap", "LiRA offline", "LiRA online"});
  CHECK(allowed(access_to::logits, knowledge::truth | knowledge::shadow_models | knowledge::population) ==
        names{"gap", "attack-P", "LiRA offline", "LiRA online", "RMIA offline", "RMIA online"});
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
