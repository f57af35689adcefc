// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/look_closer_than_the_average.md.
#include <cstdio>

#include <telltale/telltale.hpp>

using namespace telltale;

void by_group(std::span<const double> scores, std::span<const membership> member, std::span<const std::string> labels) {
  const metric::grouping wards(labels);  // one label a record: integers or std::string
  const auto found = metric::evaluate_groups(scores, member, wards);
  for (const auto& [name, of] : found.groups) std::printf("%s: AUC %.3f\n", name.c_str(), of.auc.value);
  if (found.auc_gap) std::printf("largest difference %.3f\n", found.auc_gap->gap.value);  // with an interval
}

struct one_target {
  std::vector<double> scores, evidence;
  std::vector<std::uint8_t> keep;
  std::vector<membership> member;
  double cut = 0;
};

void by_record(std::span<const one_target> models, std::size_t records, std::size_t r) {
  metric::record_distances distances(records);  // from the scores of models trained with and without each record
  for (const auto& model : models) distances.add(model.scores, model.keep);  // nothing is kept of it
  std::printf("d' %.2f\n", distances.found()[r].distance.value);             // 0 gives nothing away

  metric::record_successes successes(records);  // from verdicts about several targets
  for (const auto& target : models) successes.add(target.evidence, target.cut, target.member);
  if (const auto tpr = successes.found()[r].tpr) std::printf("TPR %.2f\n", tpr->value);  // if a target had the record
}

metric::evaluation resampled(std::span<const double> scores, std::span<const membership> member) {
  metric::resampling_options options;
  options.resampling = {.replicates = 2000, .seed = 1};
  const metric::evaluation found = metric::evaluate_resampled(scores, member, options);  // BCa for the AUC
  return found;
}
