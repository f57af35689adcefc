// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// What the pages of docs/anatomy show of attacks on image-text models, generators and segmentation networks that need
// no LibTorch, one function a page.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <telltale/telltale.hpp>

namespace anatomy_pictures {

using namespace telltale;
using view = batch_view<float>;
using maps = segmentation<eigen<float>>;
using made_pictures = generation<eigen<float>>;
using known_members = std::span<const membership>;

metric::drawn_rates idia(view photos, std::span<const int> owner, view names, std::span<const int> true_name,
                         known_members member) {
  const zero_shot<eigen<float>> people(photos, owner, names, true_name);  // cosines; nothing is copied
  const auto votes = argmax{}(people);                                    // the only products
  std::vector<evidence> draws;
  for (std::uint32_t draw = 0; draw < 20; ++draw)  // five photos of each person, without replacement
    draws.push_back(published::idia{}(drawn_photos(votes, {.per_person = 5, .seed = 1, .draw = draw})));
  const metric::drawn_rates found = metric::rates_over_draws(draws, member);  // TPR, FPR, FNR, TNR, accuracy
  return found;
}

evidence removal_mark(view names, view neutral) {
  const compared_texts<eigen<float>> texts(names, neutral);  // prompts with names, and with "person" in their place
  const evidence found = published::removal_mark{}(texts);
  return found;
}

evidence i_p(view pictures, const made_pictures& known, known_members member_of_known) {
  const generation<eigen<float>> target({.generated = pictures, .format = {3, 32, 32, 2}});
  const std::vector<double> of_known = published::i_p{}.score(known);  // another generation<...>
  const evidence found = published::i_p{}(target, owning(labelled_records<>{signals{of_known}, member_of_known}));
  return found;
}

evidence i_s(view of_made, view of_references, const made_pictures& known, known_members member_of_known) {
  generation_arrays<eigen<float>> seen;
  seen.generated_embeddings = of_made;
  seen.reference_embeddings = of_references;  // pictures that nobody asks about
  const generation<eigen<float>> target(seen);
  const std::vector<double> of_known = published::i_s{}.score(known);
  const evidence found = published::i_s{}(target, owning(labelled_records<>{signals{of_known}, member_of_known}));
  return found;
}

evidence ii_p(view queries, view pictures, const made_pictures& known, known_members member_of_known) {
  const generation<eigen<float>> target({.queries = queries, .generated = pictures, .format = {3, 32, 32, 2}});
  const std::vector<double> of_known = published::ii_p{}.score(known);
  const evidence found = published::ii_p{}(target, owning(labelled_records<>{signals{of_known}, member_of_known}));
  return found;
}

evidence ii_s(view of_queries, view of_made, const made_pictures& known, known_members member_of_known) {
  generation_arrays<eigen<float>> seen;
  seen.query_embeddings = of_queries;
  seen.generated_embeddings = of_made;
  const generation<eigen<float>> target(seen);  // checked once; nothing is copied
  const std::vector<double> of_known = published::ii_s{}.score(known);
  const evidence found = published::ii_s{}(target, owning(labelled_records<>{signals{of_known}, member_of_known}));
  return found;
}

evidence iii_s(view of_made, view of_captions, view of_caption_bank, const made_pictures& known,
               known_members member_of_known) {
  const retrieved_captions<eigen<float>> described(of_made, of_caption_bank);  // a captioner without a network
  generation_arrays<eigen<float>> seen;
  seen.generated_embeddings = of_made;
  seen.caption_embeddings = of_captions;
  seen.retrieved_caption_embeddings = described.embeddings();
  const generation<eigen<float>> target(seen);
  const std::vector<double> of_known = published::iii_s{}.score(known);
  const evidence found = published::iii_s{}(target, owning(labelled_records<>{signals{of_known}, member_of_known}));
  return found;
}

evidence iv(const generation_arrays<eigen<float>>& seen, const made_pictures& known, known_members member_of_known) {
  const generation<eigen<float>> target(seen);  // embeddings of queries, generated pictures, captions and references
  const std::vector<double> of_known = published::iv{}.score(known);  // three numbers a record
  const evidence found = published::iv{}(target, owning(labelled_records<>{signals{of_known, 3}, member_of_known}));
  return found;
}

evidence picture_spread(view of_made, const made_pictures& known, known_members member_of_known) {
  generation_arrays<eigen<float>> seen;
  seen.generated_embeddings = of_made;  // two pictures a caption at least
  const generation<eigen<float>> target(seen);
  const published::picture_spread attack;
  const std::vector<double> of_known = attack.score(known);
  const evidence found = attack(target, owning(labelled_records<>{signals{of_known}, member_of_known}));
  return found;
}

evidence global_dice(const maps& target, const maps& shadow, known_members member_of_shadow) {
  const std::vector<double> of_shadow = published::global_dice{}.score(shadow);
  const labelled_records<> known{signals{of_shadow}, member_of_shadow};
  const evidence found = published::global_dice{}(target, owning(known));
  return found;
}

evidence global_loss(const maps& target, const maps& shadow, known_members member_of_shadow) {
  const published::global_boundary_loss attack;
  const std::vector<double> of_shadow = attack.score(shadow);
  const evidence found = attack(target, owning(labelled_records<>{signals{of_shadow}, member_of_shadow}));
  return found;
}

evidence segmentation_lira(const std::function<maps(std::size_t)>& seen_of, std::size_t models,
                           per_model<double> of_shadows, per_model<std::uint8_t> keep) {
  using attack = published::lira_on_boundary_loss;
  std::vector<std::vector<double>> scores;
  for (std::size_t m = 0; m < models; ++m) scores.push_back(attack{}.score(seen_of(m)));  // 8 bytes an image and model
  const std::size_t images = scores[0].size();
  const evidence found = attack{}.judge(signals{scores[0]}, images, owning(shadow_models<double>{of_shadows, keep}));
  return found;
}

std::vector<double> structured_loss_map(view values, std::size_t n, map_format format, std::span<const int> labels) {
  const segmentation<eigen<float>> seen(values, format, label_maps(labels, n, format.height, format.width, 255),
                                        stored_as::probabilities);
  std::vector<double> found(n * format.height * format.width);
  pixel_map<loss>{.threads = 0}(floored(seen, 1e-30), found);  // one image a thread in memory
  return found;
}

std::vector<double> segmentation_defences(const maps& answers) {
  const auto seen = at_every_pixel{argmax{}}(answers);                // mean_over_pixels<loss> no longer compiles on it
  const auto found = published::global_pixel_accuracy{}.score(seen);  // this does
  return found;
}

}  // namespace anatomy_pictures
