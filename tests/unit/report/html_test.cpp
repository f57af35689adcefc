// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <oracle/well_formed.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/report/finding.hpp>
#include <telltale/report/html.hpp>
#include <unit/report/fixture.hpp>

#include <doctest/doctest.h>

using namespace telltale::report;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a report is well formed and self-contained whatever the names hold") {
  const std::string page = html_report(fixture::audit());
  CHECK(oracle::fault_of(page, {"meta", "br", "img"}) == "");
  CHECK(holds(page, "Audit of &lt;model&gt; &quot;A &amp; B&quot;"));
  CHECK(holds(page, "tool --name &#39;&lt;x&gt;&#39; &amp;&amp; true"));
  CHECK_FALSE(holds(page, "<model>"));
  CHECK_FALSE(holds(page, "<script"));
  CHECK_FALSE(holds(page, "<link"));
  CHECK_FALSE(holds(page, "url(http"));
  CHECK_FALSE(holds(page, "src=\"http"));
  CHECK(holds(page, "src=\"data:image/png;base64,"));
}

TEST_CASE("a report says what was stopped and what cannot be resolved and never 0 for either") {
  const std::string page = html_report(fixture::audit());
  CHECK(holds(page, "stopped by type</span>lacks <code>confidence</code>"));
  CHECK(holds(page, "<td>n/r<span class=\"sub\">not resolvable</span>"));
  CHECK(holds(page, "ranking only"));
  CHECK(holds(page, "A limit &amp; no more."));
}

TEST_CASE("the headline takes the surest attack at the smallest rate that is resolved") {
  const audit made = fixture::audit();
  const strongest best = strongest_of(made.targets[0]);
  REQUIRE(best.attack != nullptr);
  CHECK(best.attack->name == "LiRA");
  CHECK(best.point->fpr == 0.01);  // 200 non-members do not resolve 0.001
  const finding found = finding_of(made);
  CHECK(found.figure == "31.5 %");
  CHECK(holds(found.says, "found by LiRA when 1 in 100 non-members may be accused wrongly (95 % interval "));
  CHECK(holds(found.sentences[0], "Guessing would find 1 %: the attack finds 32 times as many."));
  REQUIRE(found.sentences.size() == 3);
  CHECK(holds(found.sentences[1], "1 of 2 attacks are stopped outright"));
  CHECK(holds(found.sentences[2], "not told apart from 0.5"));
}

TEST_CASE("a headline does not claim what the interval does not bear") {
  audit made = fixture::audit();
  made.targets.erase(made.targets.begin(), made.targets.begin() + 2);
  const finding found = finding_of(made);
  CHECK(holds(found.says, "is what the strongest attack"));
  CHECK(holds(found.sentences[0], "no attack that was tried is shown to do better"));

  made.targets[0].attacks = {fixture::stopped("LiRA")};
  CHECK(holds(finding_of(made).says, "No attack has a false-positive rate that these data resolve"));
  CHECK(oracle::fault_of(html_report(made), {"meta", "br", "img"}) == "");
  CHECK(oracle::fault_of(html_report(audit{}), {"meta", "br", "img"}) == "");
}

TEST_CASE("what a rate means is said with its uncertainty") {
  telltale::metric::operating_point point;
  point.fpr = 0.01;
  point.tpr = {0.12, 0.05, 0.2};
  CHECK(holds(meaning_of(point), "1 in 100 of the other records may be accused wrongly"));
  CHECK(holds(meaning_of(point), "finds 12.0 % of the training records, where guessing would find 1 %"));
  point.tpr = {0.02, 0.005, 0.05};
  CHECK(holds(meaning_of(point), "cannot be told from guessing"));
  point.tpr = {0.001, 0, 0.005};
  CHECK(holds(meaning_of(point), "fewer of the training records than guessing"));
}

TEST_CASE("every section of an audit says what it means") {
  const std::string page = html_report(fixture::audit());
  std::size_t said = 0;
  for (std::size_t at = page.find("What does this mean?"); at != std::string::npos;
       at = page.find("What does this mean?", at + 1))
    ++said;
  // Figures, curves and scores of the first and the last target, figures, curves and scores of the second; classes and
  // records; anatomy; conventions.
  CHECK(said == 3 * 3 + 2 + 1 + 1);
}

TEST_CASE("rates are said as people say them") {
  CHECK(one_in(0.001) == "1 in 1,000");
  CHECK(one_in(0.1) == "1 in 10");
  CHECK(one_in(0.03) == "3 %");
}

TEST_CASE("one evaluation makes a small page") {
  std::vector<double> scores;
  std::vector<telltale::membership> member;
  for (int i = 0; i < 100; ++i) {
    scores.push_back(i % 2 == 0 ? i : i - 30.5);
    member.push_back(i % 2 == 0 ? telltale::membership::in : telltale::membership::out);
  }
  const telltale::metric::roc_curve curve(scores, member);
  const telltale::metric::evaluation figures = telltale::metric::evaluate(curve);
  const section extra{"A <section>",
                      "It means & says this.",
                      {{{"", "value"}}, {{"one", {{"1", "0-2"}}, ""}, {"two", {}, "not <measured>"}}},
                      {"A note & no more."}};
  const std::string page = html_report({pictured(curve, scores, member, figures, "a&b.npy")}, {extra});
  CHECK(oracle::fault_of(page, {"meta", "br", "img"}) == "");
  CHECK(holds(page, "<h1>Evaluation of a&amp;b.npy</h1>"));
  CHECK(holds(page, "50 members and 50 non-members"));
  CHECK(holds(page, "A &lt;section&gt;"));
  CHECK(holds(page, "<b>What does this mean?</b> It means &amp; says this."));
  CHECK(holds(page, "not &lt;measured&gt;"));
  CHECK(holds(page, "Shown one training record and one other, this evidence points at the training record"));
  CHECK_THROWS_AS(static_cast<void>(html_report(std::vector<attack_result>{})), telltale::argument_error);
}

// The checker itself, so that a fault cannot pass by its silence.
TEST_CASE("the checker of documents finds faults") {
  CHECK(oracle::fault_of("<a><b></b></a>") == "");
  CHECK(oracle::fault_of("<a><b></a></b>") != "");
  CHECK(oracle::fault_of("<a>x & y</a>") != "");
  CHECK(oracle::fault_of("<a c=d></a>") != "");
  CHECK(oracle::fault_of("<a id=\"x\"/><a id=\"x\"/>") != "");
  CHECK(oracle::fault_of("<a>") != "");
}
