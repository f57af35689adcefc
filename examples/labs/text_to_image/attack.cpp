// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "attack.hpp"

#include <telltale/core/random.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/published/text_to_image.hpp>
#include <telltale/rule/learned.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/embedding_difference.hpp>
#include <telltale/scorer/faithfulness.hpp>
#include <telltale/scorer/generated_embedding.hpp>
#include <telltale/scorer/given_features.hpp>
#include <telltale/scorer/joined.hpp>
#include <telltale/scorer/picture_spread.hpp>
#include <telltale/scorer/reconstruction.hpp>
#include <telltale/scorer/typicality.hpp>
#include <telltale/torch/published/text_to_image.hpp>

#include <algorithm>
#include <cmath>

namespace text_to_image {

using namespace telltale;

std::vector<auxiliary_draw> draw_auxiliary(std::span<const membership> member, double share, std::size_t draws,
                                           std::uint64_t seed) {
  std::vector<std::int64_t> sides[2];
  for (std::size_t i = 0; i < member.size(); ++i)
    sides[member[i] == membership::in].push_back(static_cast<std::int64_t>(i));
  std::vector<auxiliary_draw> all(draws);
  for (std::size_t k = 0; k < draws; ++k) {
    random_stream draw(seed, 0x6175'7800 + k);
    for (std::vector<std::int64_t> side : sides) {
      draw.shuffle(side);
      const auto known =
          side.begin() + std::max<std::ptrdiff_t>(2, std::llround(share * static_cast<double>(side.size())));
      all[k].known.insert(all[k].known.end(), side.begin(), known);
      all[k].tested.insert(all[k].tested.end(), known, side.end());
    }
  }
  return all;
}

std::vector<membership> jury::members_of(const std::vector<std::int64_t>& which) const {
  std::vector<membership> chosen;
  for (const std::int64_t i : which) chosen.push_back(member_[static_cast<std::size_t>(i)]);
  return chosen;
}

void jury::note(const std::string& name, std::size_t draw, const telltale::evidence& judged) {
  const std::vector<membership> truth = members_of(draws_[draw].tested);
  const metric::evaluation got = metric::evaluate(judged.values, truth, {.fprs = {0.1}, .cut = judged.cut});
  const double share = 1 / static_cast<double>(draws_.size());
  const auto add = [&](const char* measure, double value) {
    out_.found[{target_, setting_, name, measure}] += share * value;
  };
  add("AUC", got.auc.value);
  add("accuracy", got.balanced_accuracy.value);
  add("TPR at 0.1", got.tpr_at_fpr[0].tpr.value);
  if (draw == 0) evidence_[name] = judged.values;
}

namespace {

using best_cut = threshold<where::best_balanced_accuracy>;
using logistic = learned<learner::logistic_regression<ridge::squared>>;

using pixel_scores = joined<reconstruction<compare::pixel_l2>, reconstruction<compare::pixel_ssim>>;
using all_scores = joined<typicality<>, reconstruction<compare::semantic_l2>, faithfulness<>, pixel_scores>;

}  // namespace

void attack_simply(jury& judged, const observed_generation& seen) {
  const generation<libtorch> asked = seen.view();
  judged("I-P", published::i_p{}, asked);
  judged("I-S", published::i_s{}, asked);
  judged("II-P", published::ii_p{}, asked);
  judged("II-P, L1", attack<reconstruction<compare::pixel_l1>, best_cut>{}, asked);
  judged("II-P, SSIM", attack<reconstruction<compare::pixel_ssim>, best_cut>{}, asked);
  judged("II-P, mean picture", attack<reconstruction<compare::pixel_l2, over::mean_picture>, best_cut>{}, asked);
  judged("II-S", published::ii_s{}, asked);
  judged("II-S, best picture", attack<reconstruction<compare::semantic_l2, over::best>, best_cut>{}, asked);
  judged("III-S", published::iii_s{}, asked);
  judged("III-S, same modality", published::iii_s_same_modality{}, asked);
  judged("IV", published::iv{}, asked);
  judged("IV and II-P", attack<all_scores, logistic>{}, asked);
  if (asked.pictures() < 2) return;
  judged("spread, pixels", attack<picture_spread<seen_as::pixels>, best_cut>{}, asked);
  judged("spread, embeddings", attack<picture_spread<seen_as::embeddings>, best_cut>{}, asked);
}

void attack_by_distance(jury& judged, const observed_generation& seen, const std::string& name) {
  judged(name, published::ii_s{}, seen.view());
}

void attack_as_published(jury& judged, const observed_generation& seen, bool networks_on_pixels) {
  const generation<libtorch> asked = seen.view();
  judged("I-S, network", published::i_s_learned{}, asked);
  judged("II-S, network", published::ii_s_learned{}, asked);
  judged("III-S, network", published::iii_s_learned{}, asked);
  judged("IV, network", published::iv_learned{}, asked);
  if (!networks_on_pixels) return;
  judged("I-P, network", published::i_p_learned{}, asked);
  judged("II-P, network", published::ii_p_learned{}, asked);
}

void attack_with_few(jury& judged, const observed_generation& seen) {
  const generation<libtorch> asked = seen.view();
  using vectors = joined<generated_embedding, embedding_difference<between::pictures>,
                         embedding_difference<between::picture_and_caption>>;
  judged("II-P", published::ii_p{}, asked);
  judged("II-S", published::ii_s{}, asked);
  judged("IV", published::iv{}, asked);
  judged("IV, all numbers, logistic", attack<vectors, logistic>{}, asked);
  judged("IV and II-P", attack<all_scores, logistic>{}, asked);
}

void attack_blindly(jury& judged, const observed_generation& seen) {
  const at::Tensor both = at::cat({seen.query_embeddings, seen.caption_embeddings}, 1).to(at::kDouble).contiguous();
  const std::span<const double> values(both.data_ptr<double>(), static_cast<std::size_t>(both.numel()));
  judged.signal("embeddings of query and caption", attack<given_features, logistic>{}, {values.begin(), values.end()});
  const at::Tensor similar = (seen.query_embeddings * seen.caption_embeddings).sum(1).to(at::kDouble).contiguous();
  const double* const cosine = similar.data_ptr<double>();
  judged.signal("cosine of query and caption", attack<faithfulness<>, best_cut>{}, {cosine, cosine + similar.size(0)});
}

}  // namespace text_to_image
