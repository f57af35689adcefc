// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <oracle/well_formed.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/report/picture.hpp>
#include <telltale/report/svg.hpp>
#include <unit/report/fixture.hpp>

#include <doctest/doctest.h>

using namespace telltale::report;

// Values: the bound of Kairouz et al. evaluated independently at delta 1e-5 for this project's notes on the literature.
TEST_CASE("the bound of differential privacy has its known values") {
  const double fprs[]{0.001, 0.01, 0.1};
  const double quarter[]{0.00129403, 0.01285025, 0.12841254}, one[]{0.00272828, 0.02719282, 0.27183818};
  for (int i = 0; i < 3; ++i) {
    CHECK(std::abs(dp_bound(0.25, 1e-5, fprs[i]) - quarter[i]) < 5e-9);
    CHECK(std::abs(dp_bound(1, 1e-5, fprs[i]) - one[i]) < 5e-9);
  }
  CHECK(dp_bound(0, 0, 0.3) == doctest::Approx(0.3));  // perfect privacy: guessing
  CHECK(dp_bound(1, 0, 1) == 1);
  CHECK(dp_bound(800, 0, 0) == 0);  // e^800 overflows; at no false positive nothing is found without delta
  // The upper branch: 1 - e^-1 (1 - 0.9) by hand.
  CHECK(dp_bound(1, 0, 0.9) == doctest::Approx(1 - 0.1 / std::exp(1.0)));
}

TEST_CASE("a bound refuses what is no epsilon or delta or rate") {
  CHECK_THROWS_AS(static_cast<void>(dp_bound(-1, 0, 0.5)), telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(dp_bound(std::numeric_limits<double>::infinity(), 0, 0.5)),
                  telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(dp_bound(1, 1.5, 0.5)), telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(dp_bound(1, 0, std::numeric_limits<double>::quiet_NaN())),
                  telltale::argument_error);
}

TEST_CASE("pictures are well formed and name what they show") {
  const audit made = fixture::audit();
  const std::string roc = roc_chart(made.targets[0].attacks);
  CHECK(oracle::fault_of(roc) == "");
  CHECK(roc.find("loss &lt;threshold&gt;") != std::string::npos);
  CHECK(roc.find("\xce\xb5 = 4") != std::string::npos);
  CHECK(roc.find("nan") == std::string::npos);
  CHECK(roc.find("inf") == std::string::npos);
  CHECK(oracle::fault_of(svg::standalone(roc)) == "");

  const std::string scores = histogram_chart(made.targets[0].attacks[1].histogram, "h", "a <b>", 150.0);
  CHECK(oracle::fault_of(scores) == "");
  CHECK(scores.find(">cut<") != std::string::npos);
  CHECK(histogram_chart(made.targets[0].attacks[1].histogram, "h", "a", 1e9).find(">cut<") == std::string::npos);

  const std::string classes = class_chart(made.classes, made.vulnerability_measure);
  CHECK(oracle::fault_of(classes) == "");
  CHECK(classes.find(">boot<") < classes.find(">shirt &amp; tie<"));  // the most vulnerable first
}

TEST_CASE("a legend is ordered by the rate it tells") {
  const audit made = fixture::audit();
  std::vector<attack_result> reversed{made.targets[0].attacks[1], made.targets[0].attacks[0]};
  const std::string roc = roc_chart(reversed);
  CHECK(roc.find("class=\"name\" text-anchor=\"start\">LiRA<") <
        roc.find("class=\"name\" text-anchor=\"start\">loss &lt;threshold&gt;<"));
  // 2 of 200 non-members may be accused, 199 and 198; members above 197 have i + 60.5 > 197: 137 to 199, 63 of 200.
  CHECK(roc.find("31.5 % found at 1 % false positives") != std::string::npos);
}

TEST_CASE("a legend speaks of bounds only where some are drawn") {
  const audit made = fixture::audit();
  const auto roc = [&](std::vector<double> epsilons) {
    return roc_chart(made.targets[0].attacks, "roc", "title", {.epsilons = std::move(epsilons)});
  };
  CHECK(roc({1}).find("privacy allows") != std::string::npos);
  CHECK(roc({}).find("privacy allows") == std::string::npos);
}

TEST_CASE("extreme scores and an attack without a curve can be drawn") {
  const std::vector<double> tied(4, 0.0), huge{-1e308, 1e308, 0.0, 1.0};
  const std::vector<telltale::membership> member{telltale::membership::in, telltale::membership::out,
                                                 telltale::membership::in, telltale::membership::out};
  for (const auto& scores : {tied, huge}) {
    const std::string picture = histogram_chart(histogram_of(scores, member), "h", "x");
    CHECK(oracle::fault_of(picture) == "");
    CHECK(picture.find("nan") == std::string::npos);
  }
  CHECK_THROWS_AS(static_cast<void>(roc_chart({fixture::stopped("LiRA")})), telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(class_chart({}, "x")), telltale::argument_error);
}

TEST_CASE("a histogram holds every score and counts what lies beyond") {
  std::vector<double> scores;
  std::vector<telltale::membership> member;
  for (int i = 0; i < 1000; ++i) {
    scores.push_back(i);
    member.push_back(i % 4 == 0 ? telltale::membership::in : telltale::membership::out);
  }
  const score_histogram got = histogram_of(scores, member, 10, 0.05);
  std::size_t in = 0, out = 0;
  for (std::size_t b = 0; b < 10; ++b) {
    in += got.members[b];
    out += got.nonmembers[b];
  }
  CHECK(in == 250);
  CHECK(out == 750);
  CHECK(got.low == 49);  // element floor(0.05 * 999) from either end
  CHECK(got.high == 950);
  CHECK(got.below == 49);
  CHECK(got.above == 49);
  scores[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(static_cast<void>(histogram_of(scores, member)), telltale::argument_error);
}

TEST_CASE("the FPRs of a band begin where the data resolve and end at 1") {
  const std::vector<double> fprs = band_fprs(1000, 4);
  REQUIRE(fprs.size() == 4);
  CHECK(fprs[0] == 0.001);
  CHECK(fprs[1] == doctest::Approx(0.01));
  CHECK(fprs[2] == doctest::Approx(0.1));
  CHECK(fprs[3] == 1);
}

TEST_CASE("the band of one target is the exact interval around its curve") {
  const drawn_curve drawn = fixture::attack("x", 60.5).curve;
  REQUIRE(!drawn.band.empty());
  for (const band_point& point : drawn.band) {
    CHECK(point.low <= svg::tpr_of(drawn, point.fpr));
    CHECK(point.high <= 1);
    CHECK(point.low < point.high);
  }
  CHECK(drawn.nonmembers == 200);
}

TEST_CASE("ticks are round numbers within the range") {
  CHECK(svg::round_ticks(0, 0.55, 6).size() == 6);
  CHECK(svg::round_ticks(0, 0.55, 6)[0] == 0);
  CHECK_FALSE(std::signbit(svg::round_ticks(0, 0.55, 6)[0]));
  CHECK(svg::decade_ticks(0.002, 30).size() == 4);   // 0.01 to 10
  CHECK(svg::decade_ticks(0.015, 0.9).size() == 5);  // 0.02, 0.05, 0.1, 0.2, 0.5
  CHECK(svg::round_ticks(-3, 7, 5) == std::vector<double>{-2, 0, 2, 4, 6});
}

TEST_CASE("sixteen series can be told apart") {
  std::set<std::string> seen;
  for (std::size_t k = 0; k < 16; ++k) seen.insert(telltale::report::svg::series_class(k));
  CHECK(seen.size() == 16);
}
