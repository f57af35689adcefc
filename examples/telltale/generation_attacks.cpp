// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/attack.hpp>
#include <telltale/published/text_to_image.hpp>
#include <telltale/rule/learned.hpp>
#include <telltale/scorer/joined.hpp>
#include <telltale/scorer/reconstruction.hpp>

#include "generation.hpp"
#include "generation_listed.hpp"

namespace tool {
namespace {

using telltale::attack;
using telltale::Generation;
using telltale::joined;
using telltale::reconstruction;
namespace compare = telltale::compare;
namespace published = telltale::published;
namespace seen_as = telltale::seen_as;

using logistic = telltale::learned<telltale::learner::logistic_regression<telltale::ridge::squared>>;

/// The query picture alone: what an adversary could say of it without asking anybody.
struct query_embedding {
  static constexpr std::string_view name = "query embedding";
  static constexpr auto needs = telltale::access_to::nothing;
  static constexpr auto holds = telltale::knowledge::record;

  [[nodiscard]] static std::size_t width(const Generation auto& batch) { return batch.dimensions(); }

  void operator()(const Generation auto& batch, std::span<double> out) const {
    generation_backend::unit_rows(batch.query_embeddings(), out);
  }
};

}  // namespace

std::vector<generation_attack> generation_attacks_on_arrays() {
  using part = generation_part;
  using pixels =
      joined<reconstruction<compare::pixel_l1>, reconstruction<compare::pixel_l2>, reconstruction<compare::pixel_ssim>>;
  using everything =
      joined<published::iv::scorer, reconstruction<compare::pixel_l2>, reconstruction<compare::pixel_ssim>>;
  const std::vector<part> both_pictures{part::queries, part::generated},
      both_embeddings{part::query_embeddings, part::generated_embeddings},
      with_caption{part::caption_embeddings, part::generated_embeddings},
      captions{part::caption_embeddings, part::generated_captions},
      three_embeddings{part::query_embeddings, part::generated_embeddings, part::caption_embeddings};
  std::vector<part> all_three = three_embeddings;
  all_three.push_back(part::reference_embeddings);
  std::vector<part> all_and_pixels = all_three;
  all_and_pixels.insert(all_and_pixels.end(), both_pictures.begin(), both_pictures.end());
  std::vector<generation_attack> attacks{
      listed<published::i_p>("I-P", "", {part::generated}),
      listed<published::i_s>("I-S", "", {part::generated_embeddings, part::reference_embeddings}),
      listed<attack<published::i_s_learned::scorer, logistic>>("I-S", "logistic", {part::generated_embeddings}),
      listed<published::ii_p>("II-P", "", both_pictures),
      listed<published::text_to_image_with<reconstruction<compare::pixel_ssim>>>("II-P", "SSIM", both_pictures),
      listed<attack<pixels, logistic>>("II-P", "logistic", both_pictures),
      listed<published::ii_s>("II-S", "", both_embeddings),
      listed<attack<published::ii_s_learned::scorer, logistic>>("II-S", "logistic", both_embeddings),
      listed<published::iii_s>("III-S", "", with_caption),
      listed<attack<published::iii_s_learned::scorer, logistic>>("III-S", "logistic", with_caption),
      listed<published::iii_s_same_modality>("III-S-same", "", captions),
      listed<published::iv>("IV", "", all_three),
      listed<attack<published::iv_learned::scorer, logistic>>("IV", "on embeddings", three_embeddings),
      listed<attack<everything, logistic>>("IV", "and pixels", all_and_pixels),
      listed<published::picture_spread_with<seen_as::pixels>>("spread", "of pixels", {part::generated}),
      listed<published::picture_spread>("spread", "of embeddings", {part::generated_embeddings}),
      listed<attack<query_embedding, logistic>>("blind", "", {part::query_embeddings})};
  attacks.back().control = true;
  attacks.back().citation = "a control, which asks the generator nothing";
  return attacks;
}

}  // namespace tool
