// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// What the pages of docs/anatomy show of attacks on a classifier, one function a page.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <telltale/telltale.hpp>

namespace anatomy_classifier {

using namespace telltale;
using answers = classification<eigen<float>, access_to::confidence>;
using known_members = std::span<const membership>;

evidence gap(std::span<const int> predicted, std::span<const int> truth) {
  const classification<eigen<float>, access_to::label> target(predicted, truth);
  const evidence found = published::gap{}(target);  // 1 where the prediction is right; needs nothing else
  return found;
}

evidence yeom(const answers& target, const answers& shadow, known_members member_of_shadow) {
  const std::vector<double> losses = published::yeom{}.score(shadow);  // a model whose members are known
  const evidence found = published::yeom{}(target, owning(labelled_records<>{signals{losses}, member_of_shadow}));
  return found;
}

evidence song_mittal(const answers& target, const answers& shadow, known_members member_of_shadow) {
  const published::song_mittal_modified_entropy attack;
  const std::vector<double> scores = attack.score(shadow);
  const labelled_records<> known{signals{scores, 1, shadow.host_labels()}, member_of_shadow};  // with their classes
  const evidence found = attack(target, owning(known));
  const evidence risk = published::privacy_risk_score{}(target, owning(known));
  return found.values.size() == risk.values.size() ? found : risk;
}

evidence salem(const answers& target, const answers& shadow, known_members member_of_shadow) {
  const published::salem attack;
  const std::vector<double> posteriors = attack.score(shadow);  // the three largest of each record
  const evidence found = attack(target, owning(labelled_records<>{signals{posteriors, 3}, member_of_shadow}));
  return found;
}

evidence shokri(const answers& target, const answers& shadow, known_members member_of_shadow) {
  const published::shokri attack;
  const std::vector<double> posteriors = attack.score(shadow);
  const signals seen{posteriors, shadow.classes(), shadow.host_labels()};  // one attack model a class
  const evidence found = attack(target, owning(labelled_records<>{seen, member_of_shadow}));
  return found;
}

evidence attack_p(const answers& target, const answers& others) {
  const std::vector<double> of_others = published::attack_p{}.score(others);  // records that the target never saw
  const evidence found = published::attack_p{}(target, owning(population<>{signals{of_others}}));
  return found;
}

evidence qmia(const answers& target, std::span<const double> features, std::span<const double> of_others,
              std::size_t d) {
  const auto attack = compose(joined(logit_margin{}, given_features{features, d}), quantile_regression{});
  const evidence found = attack(target, owning(population<>{signals{of_others, 1 + d}}));  // margin, then features
  return found;
}

evidence attack_r(const answers& target, per_model<float> losses, per_model<std::uint8_t> keep) {
  const shadow_models<float> shadows(losses, keep);  // log p_y of every record by every model; which it was trained on
  const evidence found = published::attack_r{}(target, owning(shadows));
  return found;
}

evidence difficulty_calibration(const answers& target, per_model<float> losses, per_model<std::uint8_t> keep) {
  const evidence found = published::difficulty_calibration{}(target, owning(shadow_models<float>{losses, keep}));
  return found;
}

evidence score_offset(const answers& target, per_model<float> losses, per_model<std::uint8_t> keep) {
  const evidence found = published::score_offset{}(target, owning(shadow_models<float>{losses, keep}));
  return found;
}

evidence lira(const answers& target, per_model<float> margins, per_model<std::uint8_t> keep) {
  const shadow_models<float> shadows(margins, keep);  // logit margins of every record by every model
  const evidence found = published::lira_online{}(target, owning(shadows));
  const evidence from_out_models = published::lira_offline{}(target, owning(shadows));
  return found.ranks_only() ? from_out_models : found;
}

evidence rmia(const answers& target, const answers& others, per_model<float> confidences,
              per_model<float> confidences_of_others, per_model<std::uint8_t> keep) {
  const published::rmia_online attack;
  const std::vector<double> by_target = attack.score(others);
  const population people(signals{by_target}, confidences_of_others);  // by the target, and by every shadow model
  const evidence found = attack(target, owning(shadow_models<float>{confidences, keep}, people));
  return found;
}

evidence gradient_norm(batch_view<float> logits, batch_view<float> features, std::span<const int> labels) {
  const softmax_head<eigen<float>> head(logits, features, labels);
  const evidence found = published::gradient_norm{}(head);  // no gradient is ever formed
  return found;
}

evidence glir(batch_view<float> gradients, std::span<const float> mean_gradient, batch_view<float> background) {
  const std::vector<released_update<float>> released{{mean_gradient, 16}};  // one a step: the mean of 16 gradients
  const updates<eigen<float>> target(gradients, released);                  // subjects x steps x dimensions
  const auto people = population(background);                               // likewise, of people in no batch
  const evidence found = published::glir{}(target, owning(people));
  return found;
}

evidence argmax(const answers& target) {
  const auto seen = telltale::argmax{}(target);   // an observation again, which reveals labels
  const evidence found = published::gap{}(seen);  // compiles
  static_assert(!Scorer<loss, decltype(seen)>);   // what needs confidences does not
  return found;
}

evidence top_k(const answers& target, const labelled_records<>& known) {
  const auto seen = telltale::top_k{3}(target);  // three probabilities; the rest is spread evenly
  const evidence found = published::yeom{}(seen, owning(known));
  return found;
}

evidence rounding(const answers& target, const labelled_records<>& known) {
  const auto seen = floored(telltale::rounding{2}(target), 1e-3);  // two decimals; 0 and 1 become finite margins
  const evidence found = published::yeom{}(seen, owning(known));
  return found;
}

evidence noise(const answers& target, const labelled_records<>& known) {
  const auto seen = telltale::noise{0.1}(target);      // sigma; asked twice it answers the same
  const std::size_t touched = seen.records_touched();  // records in which a probability was clipped
  const evidence found = published::yeom{}(seen, owning(known));
  return touched > found.values.size() ? evidence{} : found;
}

evidence temperature(const answers& target, const labelled_records<>& known) {
  const auto seen = telltale::temperature{4}(target);  // flatter
  const evidence found = published::yeom{}(seen, owning(known));
  return found;
}

}  // namespace anatomy_classifier
