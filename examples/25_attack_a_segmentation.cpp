// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 25: was this image, with its mask, in the training set of a segmentation network?
//
// An image is a batch of pixels: a score of classifiers becomes one of segmentations by averaging it over them. Which
// one matters more than the rule: the mean logit margin is ruled by the easy pixels inside of objects, and LiRA's
// Gaussians fit the logarithm of a loss. The network here is a perceptron that labels a pixel from the 7 x 7 pixels
// around it.
#include <cstdio>

#include <telltale/images/composed.hpp>
#include <telltale/images/emoji_cutouts.hpp>
#include <telltale/telltale.hpp>

using namespace telltale;
constexpr std::size_t total = 128, side = 16, area = side * side, reach = 3, inputs = 3 * 49, shadows = 16;
std::vector<float> neighbourhoods(std::span<const images::rgb_image> pictures) {  // of each pixel, 0 beyond the edge
  std::vector<float> rows;
  for (const images::rgb_image& picture : pictures)
    for (std::size_t p = 0; p < area; ++p)
      for (std::size_t y = p / side; y <= p / side + 2 * reach; ++y)
        for (std::size_t x = p % side; x <= p % side + 2 * reach; ++x)
          for (std::size_t channel = 0; channel < 3; ++channel) {
            const std::size_t row = y - reach, column = x - reach;  // beyond the first one: very large
            const bool inside = row < side && column < side;
            rows.push_back(inside ? float(picture.bytes()[(row * side + column) * 3 + channel]) / 64 - 2 : 0);
          }
  return rows;
}

int main() {
  // Emoji on random backgrounds. Every model, the target (0) included, is trained on a random half of the images.
  const images::emoji_cutouts cut = images::read_emoji_cutouts();
  std::vector<images::cutout> objects;
  for (std::size_t i = 0; i < total; ++i) objects.push_back(cut.cutouts[i * cut.cutouts.size() / total]);
  const images::composed_pictures made = images::compose(objects, {.side = side});
  const std::vector<float> rows = neighbourhoods(made.pictures);
  const auto plan = membership_plan::draw(/*seed*/ 1, shadows + 1, total, plan_rule::fixed_size{total / 2});
  std::vector<std::vector<std::uint8_t>> kept(shadows + 1);  // of pixels: all of an image or none
  for (std::size_t m = 0; m <= shadows; ++m)
    for (const std::uint8_t in : plan.keep(m)) kept[m].insert(kept[m].end(), area, in);
  const train::features_view<float> features(rows, total * area, inputs);
  const auto trained = train::train_many<float>({features, std::vector<int>(made.masks.begin(), made.masks.end()), 2},
                                                std::vector<std::span<const std::uint8_t>>(kept.begin(), kept.end()),
                                                train::multilayer_perceptron(inputs, {48}, 2),
                                                {.optimiser = train::adam{2e-3}, .batch_size = 64, .epochs = 10});

  // What is attacked: the answers at every pixel (here with the channels last, as strides say) and the true masks.
  std::vector<std::vector<float>> logits(trained.size(), std::vector<float>(2 * total * area));
  for (std::size_t m = 0; m < trained.size(); ++m) trained[m].model.logits(features, logits[m]);
  const label_maps masks(std::span<const std::uint8_t>(made.masks), total, side, side);
  const auto of = [&](std::size_t m) {
    return segmentation<eigen<float>>({logits[m].data(), total, 2, area, 2 * area, 1, 2}, {2, side, side}, masks);
  };
  const auto print = [&](const char* name, std::span<const double> values, std::size_t members_of = 0) {
    std::vector<membership> member;
    for (const std::uint8_t in : plan.keep(members_of)) member.push_back(in ? membership::in : membership::out);
    const auto auc = metric::auc(metric::roc_curve(values, member));
    std::printf("%-34s AUC %.3f [%.3f, %.3f]\n", name, auc.value, auc.low, auc.high);
    return auc;
  };
  const auto lira = [&](const auto& score) {  // every image against models that saw it and models that did not
    const auto attack = compose(score, gaussian_likelihood_ratio<preset::lira_with_few_models>{});
    std::vector<std::vector<double>> scores;
    for (std::size_t m = 1; m <= shadows; ++m) scores.push_back(attack.score(of(m)));
    const std::vector<std::span<const double>> by_shadow(scores.begin(), scores.end());
    return attack(of(0), owning(shadow_models<double>{by_shadow, plan.keeps(plan.shadows_of(0))})).values;
  };
  print("Dice:", published::global_dice{}.score(of(0)));
  print("mean loss:", published::global_loss{}.score(of(0)));
  print("mean loss at the boundary:", published::global_boundary_loss{}.score(of(0)));
  const auto carried_over = print("LiRA on the mean logit margin:", lira(mean_over_pixels<logit_margin>{}));
  print("LiRA on the mean loss:", lira(mean_over_pixels<loss>{}));
  const auto found = lira(minus_log<mean_over_pixels<loss>>{});  // published::lira_on_pixel_loss
  const auto by_log = print("LiRA on the log of the mean loss:", found), control = print("as another's:", found, 1);
  return by_log.low > carried_over.high && control.low < 0.5 && control.high > 0.5 ? 0 : 1;
}

// prints: LiRA on the log of the mean loss: +AUC 0\.9
