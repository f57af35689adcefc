// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Draws the pictures of the seven lessons in docs/learn from the models of examples/: the same images, networks and
// seeds as the programs that the lessons quote, so that picture and printed output speak of one thing.
#include <cstdio>
#include <filesystem>
#include <string>

#include <telltale/metric/auc_clustered.hpp>
#include <telltale/metric/pooled.hpp>
#include <telltale/report/picture.hpp>
#include <telltale/report/svg.hpp>
#include <telltale/study/leave_one_out.hpp>

#include "lesson.hpp"

using namespace lesson;
namespace report = telltale::report;

namespace {

using answers_view = classification<eigen<float>, access_to::confidence>;

std::filesystem::path folder;

void write(const char* name, const std::string& picture) {
  report::write_svg(folder / (std::string(name) + ".svg"), picture);
}

report::attack_result curve_of(std::string name, std::span<const double> scores, std::span<const membership> member) {
  report::attack_result result;
  result.name = std::move(name);
  result.evaluation = metric::evaluate(scores, member);
  result.curve = report::draw(metric::roc_curve(scores, member));
  return result;
}

template <class Scorer>
std::vector<double> scored(const Scorer& scorer, const Classification auto& answers) {
  std::vector<double> scores(answers.subjects());
  scorer(answers, scores);
  return scores;
}

/// Lessons 1, 2, 3 and 5: one network that was trained on the first half of the images.
void one_network(const images& data) {
  const train::network target = train_on(data, {first_half()}).front();
  const std::vector<float> logits = ask(target, data.features), other_logits = ask(target, data.other_features);
  const answers_view answers({logits, records, classes}, data.truth);
  const answers_view unseen({other_logits, records, classes}, data.other_truth);
  const std::vector<membership> member = members_first();
  const std::vector<double> margin = scored(logit_margin{}, answers);
  write("1_margins", report::histogram_chart(report::histogram_of(margin, member), "margins", "logit margin"));

  const std::vector<double> of_population = scored(loss{}, unseen);
  where::population_quantile five_percent;
  five_percent.fpr = 0.05;
  const evidence verdicts =
      compose(loss{}, threshold{five_percent})(answers, owning(population{signals{of_population}}));
  write("2_threshold", report::histogram_chart(report::histogram_of(verdicts.values, member), "threshold",
                                               "population below", verdicts.cut));

  // Members are the first half: `count` records of each kind stand around its end.
  report::rate_series by_count{.name = "AUC of the logit margin", .points = {}};
  for (const std::size_t count : {25, 50, 100, 200, 500}) {
    const std::span<const double> some = std::span(margin).subspan(half - count, 2 * count);
    const auto of_some = std::span(member).subspan(half - count, 2 * count);
    by_count.points.push_back({static_cast<double>(2 * count), metric::evaluate(some, of_some).auc});
  }
  write("3_intervals",
        report::series_chart({by_count},
                             {.x = "records judged", .y = "AUC", .logarithmic_x = true, .low = 0.4, .high = 0.8},
                             "intervals", "An AUC and its 95 % interval, by the number of records"));
  write("3_roc", report::roc_chart({curve_of("logit margin", margin, member)}, "roc",
                                   "How many members the logit margin finds", {.epsilons = {}}));

  const auto labels = argmax{}(answers);
  write("5_defence",
        report::roc_chart({curve_of("margin", margin, member),
                           curve_of("margin, temperature 4", scored(logit_margin{}, temperature{4}(answers)), member),
                           curve_of("correctness, argmax", scored(correctness{}, labels), member)},
                          "defence", "What two release policies leave", {.epsilons = {}}));
}

/// Lessons 4 and 7: 33 networks, each trained on half of the images by the plan of lesson 4.
void many_networks(const images& data) {
  constexpr std::size_t models = 33;
  const auto plan = membership_plan::draw(1, models, records, plan_rule::fixed_size{half});
  std::vector<double> margins;
  std::vector<std::vector<membership>> member(models);
  for (std::size_t model = 0; model < models; ++model) {
    const auto mask = plan.keep(model);
    const std::vector<float> logits = ask(train_on(data, {{mask.begin(), mask.end()}}).front(), data.features);
    const std::vector<double> margin = scored(logit_margin{}, answers_view({logits, records, classes}, data.truth));
    margins.insert(margins.end(), margin.begin(), margin.end());
    for (const std::uint8_t in : mask) member[model].push_back(in ? membership::in : membership::out);
  }
  const auto row = [](const std::vector<double>& all, std::size_t model) {
    return std::span(all).subspan(model * records, records);
  };
  std::vector<std::span<const double>> rows;
  for (std::size_t model = 0; model < models; ++model) rows.push_back(row(margins, model));
  const auto keep = plan.keeps();
  std::vector<double> lira(margins.size());
  study::leave_one_out(gaussian_likelihood_ratio<>{}, shadow_models<double>(rows, keep), std::span(lira));
  write("4_lira", report::roc_chart({curve_of("LiRA, 32 shadows", row(lira, 0), member[0]),
                                     curve_of("one threshold for all", row(margins, 0), member[0])},
                                    "lira", "One threshold for all, and one question a record", {.epsilons = {}}));

  const char* const names[classes] = {"T-shirt", "trouser", "pullover", "dress", "coat",
                                      "sandal",  "shirt",   "sneaker",  "bag",   "boot"};
  std::vector<report::class_vulnerability> of_classes;
  for (std::size_t c = 0; c < classes; ++c) {
    std::vector<std::vector<double>> values(models);
    std::vector<std::vector<membership>> in(models);
    metric::pooled_scores pooled;
    std::size_t count = 0;
    for (std::size_t model = 0; model < models; ++model)
      for (std::size_t i = 0; i < records; ++i)
        if (data.truth[i] == static_cast<int>(c)) {
          values[model].push_back(row(lira, model)[i]);
          in[model].push_back(member[model][i]);
          count += model == 0;
        }
    for (std::size_t model = 0; model < models; ++model) {
      pooled.scores.emplace_back(values[model]);
      pooled.member.emplace_back(in[model]);
    }
    of_classes.push_back({names[c], count, metric::auc_clustered(pooled)});
  }
  write("7_classes", report::class_chart(of_classes, "AUC of LiRA, every model once as target"));
}

/// Lesson 6: canaries with wrong labels, in or out by a coin, as in its program.
void canaries() {
  images data;
  random_stream coin(1);
  std::vector<std::uint8_t> mask(records);
  std::vector<membership> tossed(records);
  for (std::size_t i = 0; i < records; ++i) {
    data.truth[i] = (data.truth[i] + 1 + static_cast<int>(coin.below(classes - 1))) % static_cast<int>(classes);
    mask[i] = static_cast<std::uint8_t>(coin() & 1);
    tossed[i] = mask[i] ? membership::in : membership::out;
  }
  const std::vector<float> logits = ask(train_on(data, {mask}).front(), data.features);
  const std::vector<double> margin = scored(logit_margin{}, answers_view({logits, records, classes}, data.truth));
  write("6_epsilon", report::roc_chart({curve_of("canaries", margin, tossed)}, "epsilon",
                                       "Canaries against what a promise would allow", {.epsilons = {1, 2, 4}}));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: learn_pictures FOLDER\n", stderr);
    return 2;
  }
  folder = argv[1];
  const images data;
  one_network(data);
  many_networks(data);
  canaries();
  return 0;
}
