// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/scorer/dice.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"
#include "torch/segmentation_pictures.hpp"

using namespace telltale;

namespace {

constexpr unet_shape small{.levels = 2, .width = 4};

template <class Module>
at::Tensor numbers_of(Module& module) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& each : module->parameters()) all.push_back(each.detach().cpu().flatten());
  for (const at::Tensor& each : module->buffers()) all.push_back(each.to(at::kFloat).cpu().flatten());
  return at::cat(all).clone();
}

std::filesystem::path fresh_folder(const std::string& name) {
  const auto folder = std::filesystem::temp_directory_path() / name;
  std::filesystem::remove_all(folder);
  return folder;
}

template <class Model>
double dice_of(Model& model, const images_with_masks& data) {
  return quality_of(observe_segmentation(model, data).view()).dice;
}

template <class Scorer>
std::vector<double> scored(const Scorer& scorer, const observed_segmentation& observed) {
  const auto batch = observed.view();
  std::vector<double> out(batch.subjects());
  scorer(batch, std::span<double>(out));
  return out;
}

// One image, written down: every pixel and class by itself.
double loss_by_hand(const at::Tensor& logits, const at::Tensor& mask, std::int64_t ignored, double smoothing) {
  const std::int64_t classes = logits.size(0), height = logits.size(1), width = logits.size(2);
  std::vector<double> both(static_cast<std::size_t>(classes)), share(both), size(both);
  double entropy = 0, pixels = 0;
  for (std::int64_t r = 0; r < height; ++r)
    for (std::int64_t c = 0; c < width; ++c) {
      const auto label = mask[r][c].item<std::int64_t>();
      if (label == ignored) continue;
      double sum = 0;
      for (std::int64_t k = 0; k < classes; ++k) sum += std::exp(logits[k][r][c].item<double>());
      for (std::int64_t k = 0; k < classes; ++k) {
        const double q = std::exp(logits[k][r][c].item<double>()) / sum;
        const auto at_ = static_cast<std::size_t>(k);
        share[at_] += q;
        if (k != label) continue;
        both[at_] += q;
        size[at_] += 1;
        entropy -= std::log(q);
        ++pixels;
      }
    }
  double dice = 0;
  for (std::size_t k = 1; k < both.size(); ++k)
    dice += (2 * both[k] + smoothing) / (share[k] + size[k] + smoothing) / static_cast<double>(classes - 1);
  return entropy / pixels + 1 - dice;
}

}  // namespace

DOCTEST_TEST_CASE("the loss is that of the formula, pixel by pixel, and of the scorers that attack it") {
  oracle::for_each_device([](const at::Device& device) {
    const telltale::detail::seeded_generators seeded(5, at::kCPU);
    for (const std::int64_t classes : {2, 4}) {
      const at::Tensor maps = at::randn({5, classes, 6, 7}, at::kDouble) * 3;
      at::Tensor masks = at::randint(classes, {5, 6, 7}, at::kLong);
      masks.masked_fill_(at::rand({5, 6, 7}) < 0.2, 255);
      const at::Tensor losses = segmentation_loss{}(maps.to(device), masks.to(device), 255).cpu();
      const at::Tensor entropy = segmentation_loss{.dice = 0}(maps.to(device), masks.to(device), 255).cpu();
      const at::Tensor overlap = segmentation_loss{.cross_entropy = 0, .smoothing = 3}(maps, masks, 255);
      const observed_segmentation observed{maps, masks, stored_as::logits, 255};
      const auto by_loss = scored(mean_over_pixels<telltale::loss>{}, observed),
                 by_dice = scored(dice<>{.smoothing = 3}, observed);
      for (std::int64_t i = 0; i < 5; ++i) {
        const auto at_ = static_cast<std::size_t>(i);
        DOCTEST_CHECK(losses[i].item<double>() ==
                      doctest::Approx(loss_by_hand(maps[i], masks[i], 255, 1)).epsilon(1e-12));
        DOCTEST_CHECK(entropy[i].item<double>() == doctest::Approx(-by_loss[at_]).epsilon(1e-12));
        DOCTEST_CHECK(overlap[i].item<double>() == doctest::Approx(-by_dice[at_]).epsilon(1e-12));
      }
    }
  });
}

DOCTEST_TEST_CASE("an image without a labelled pixel, as a crop can be, costs nothing and moves nothing") {
  const at::Tensor maps = at::randn({1, 3, 4, 4}).requires_grad_();
  const at::Tensor loss = segmentation_loss{}(maps, at::full({1, 4, 4}, 255, at::kLong), 255);
  DOCTEST_CHECK(loss.item<double>() == 0);
  loss.sum().backward();
  DOCTEST_CHECK(maps.grad().abs().max().item<double>() == 0);
}

DOCTEST_TEST_CASE("training is Adam on the mean loss at the rates of the cosine: a twin that does it by hand") {
  oracle::for_each_device([](const at::Device& device) {
    const images_with_masks data = oracle::discs(4, 3);
    unet begun = make_unet(4, small), net = make_unet(4, small, at::TensorOptions(at::kFloat).device(device)),
         twin = make_unet(4, small, at::TensorOptions(at::kFloat).device(device));
    const auto result = train_segmentation(net, data, {.epochs = 5, .batch_size = 9, .learning_rate = 0.01});
    // One batch holds all images, so that their order does not matter but by rounding.
    ::torch::optim::Adam adam(twin->parameters(), ::torch::optim::AdamOptions(0.01));
    double last = 0;
    for (int epoch = 0; epoch < 5; ++epoch) {
      for (auto& group : adam.param_groups())
        group.options().set_lr(0.01 * (1 + std::cos(std::numbers::pi * epoch / 5)) / 2);
      adam.zero_grad();
      const at::Tensor maps = twin->forward(data.images.to(device)), masks = data.masks.to(device);
      const at::Tensor q = at::softmax(maps, 1).select(1, 1), y = masks.to(at::kFloat);
      const at::Tensor covered = (2 * (q * y).sum({1, 2}) + 1) / (q.sum({1, 2}) + y.sum({1, 2}) + 1);
      const at::Tensor loss = at::cross_entropy_loss(maps, masks) + 1 - covered.mean();
      last = loss.item<double>();
      loss.backward();
      adam.step();
    }
    DOCTEST_CHECK(result.epochs == 5);
    DOCTEST_CHECK(result.kept == 5);
    DOCTEST_CHECK(!result.best_dice.has_value());
    DOCTEST_CHECK(result.last_loss == doctest::Approx(last).epsilon(1e-4));
    // Adam divides by the gradient's size, so that rounding shows where a gradient is nearly 0.
    DOCTEST_CHECK(((numbers_of(net) - numbers_of(twin)).abs() > 1e-4).to(at::kDouble).mean().item<double>() < 0.02);
    DOCTEST_CHECK((numbers_of(net) - numbers_of(begun)).abs().max().item<double>() > 5e-3);
    DOCTEST_CHECK(!net->is_training());
  });
}

DOCTEST_TEST_CASE("it learns: the loss falls and members are covered, others less") {
  const images_with_masks members = oracle::discs(8, 1), others = oracle::discs(32, 2);
  unet net = make_unet(1);
  std::vector<double> losses;
  const double begun = dice_of(net, members);
  const auto once = train_segmentation(net, members, {.epochs = 1, .learning_rates = train::schedule::constant});
  const auto result = train_segmentation(net, members, {.epochs = 40, .batch_size = 4});
  const double inside = dice_of(net, members), outside = dice_of(net, others);
  DOCTEST_MESSAGE("Dice ", begun, ", members ", inside, ", others ", outside, "; loss ", once.last_loss, " to ",
                  result.last_loss);
  DOCTEST_CHECK(result.last_loss < once.last_loss / 2);
  DOCTEST_CHECK(inside > 0.9);
  DOCTEST_CHECK(inside > begun + 0.3);
  DOCTEST_CHECK(inside >= outside);
}

DOCTEST_TEST_CASE("a network of one channel, the foreground's logit, is trained as one of two") {
  const images_with_masks data = oracle::discs(6, 4);
  ::torch::nn::Sequential net(::torch::nn::Conv2d(::torch::nn::Conv2dOptions(3, 1, 5).padding(2)));
  train_segmentation(net, data, {.epochs = 60, .batch_size = 6, .learning_rate = 0.05});
  DOCTEST_CHECK(dice_of(net, data) > 0.8);
}

DOCTEST_TEST_CASE("it is a function of seed and data, and leaves torch's generators alone, dropout or not") {
  const images_with_masks data = oracle::discs(6, 5);
  const auto trained = [&](std::uint64_t seed) {
    ::torch::nn::Sequential net(::torch::nn::Conv2d(::torch::nn::Conv2dOptions(3, 4, 3).padding(1)),
                                ::torch::nn::Dropout(0.5),
                                ::torch::nn::Conv2d(::torch::nn::Conv2dOptions(4, 2, 3).padding(1)));
    {
      at::NoGradGuard without_graph;
      for (at::Tensor each : net->parameters()) each.copy_(at::linspace(-0.3, 0.4, each.numel()).view(each.sizes()));
    }
    const at::Tensor before = at::globalContext().defaultGenerator(at::kCPU).get_state().clone();
    train_segmentation(net, data, {.epochs = 3, .batch_size = 4, .seed = seed});
    DOCTEST_CHECK(at::equal(before, at::globalContext().defaultGenerator(at::kCPU).get_state()));
    return numbers_of(net);
  };
  DOCTEST_CHECK(at::equal(trained(1), trained(1)));
  DOCTEST_CHECK(!at::equal(trained(1), trained(2)));
}

DOCTEST_TEST_CASE("every epoch shows every image once, in an order of its own") {
  // Images of one pixel that say which they are, to a network that notes what it sees.
  struct noting : ::torch::nn::Module {
    noting() { weight = register_parameter("weight", at::ones({1})); }
    at::Tensor forward(const at::Tensor& images) {
      for (std::int64_t i = 0; i < images.size(0); ++i) seen.push_back(images[i][0][0][0].item<float>());
      return at::cat({images * weight, -images * weight}, 1);
    }
    at::Tensor weight;
    std::vector<float> seen{};
  };
  images_with_masks data{at::arange(7, at::kFloat).view({7, 1, 1, 1}), at::zeros({7, 1, 1}, at::kLong)};
  auto net = std::make_shared<noting>();
  train_segmentation(net, data, {.epochs = 5, .batch_size = 3});
  DOCTEST_REQUIRE(net->seen.size() == 35);
  bool another_order = false;
  for (std::ptrdiff_t epoch = 0; epoch < 5; ++epoch) {
    std::vector<float> mine(net->seen.begin() + 7 * epoch, net->seen.begin() + 7 * epoch + 7);
    another_order = another_order || !std::equal(mine.begin(), mine.end(), net->seen.begin());
    std::sort(mine.begin(), mine.end());
    for (std::size_t i = 0; i < 7; ++i) DOCTEST_CHECK(mine[i] == static_cast<float>(i));
  }
  DOCTEST_CHECK(another_order);
}

DOCTEST_TEST_CASE("a training that was cut off goes on with the bytes of one go, batch norms and early stopping too") {
  const images_with_masks data = oracle::discs(6, 6), validation = oracle::discs(6, 7);
  const segmentation_recipe recipe{.epochs = 24, .batch_size = 4};
  struct killed {};
  for (const bool stops : {false, true}) {
    const unet_shape shape{.levels = 2, .width = 4, .norm = stops ? norm_layer::batch : norm_layer::group};
    const std::optional<best_on> stop = stops ? std::optional<best_on>(best_on{validation, 12}) : std::nullopt;
    unet once = make_unet(1, shape);
    const auto whole = train_segmentation(once, data, recipe, {}, {.stop = stop});
    const auto folder = fresh_folder("telltale_segmentation_test");
    unet cut = make_unet(1, shape), again = make_unet(1, shape), taken = make_unet(1, shape);
    const auto die = [](std::size_t done, std::size_t) {
      if (done == 14) throw killed();
    };
    DOCTEST_CHECK_THROWS_AS(
        train_segmentation(cut, data, recipe, {}, {.folder = folder, .progress = die, .stop = stop}), killed);
    DOCTEST_CHECK(std::filesystem::exists(folder / "epoch-10.pt"));
    std::vector<std::size_t> looked;
    const auto resumed = train_segmentation(
        again, data, recipe, {},
        {.folder = folder, .each_epoch = [&](std::size_t epoch) { looked.push_back(epoch); }, .stop = stop});
    DOCTEST_CHECK(resumed.resumed == 10);
    DOCTEST_CHECK(resumed.epochs == whole.epochs);
    DOCTEST_CHECK(resumed.kept == whole.kept);
    DOCTEST_CHECK(resumed.best_dice == whole.best_dice);
    DOCTEST_CHECK(resumed.last_loss == whole.last_loss);
    DOCTEST_CHECK(at::equal(numbers_of(again), numbers_of(once)));
    DOCTEST_CHECK(looked.front() == 10);
    DOCTEST_CHECK(looked.back() == whole.epochs);
    const auto there = train_segmentation(taken, data, recipe, {}, {.folder = folder, .stop = stop});
    DOCTEST_CHECK(there.resumed == whole.epochs);
    DOCTEST_CHECK(at::equal(numbers_of(taken), numbers_of(once)));

    // Another seed, other masks or another network: another training.
    const auto refused = [&](const images_with_masks& of, const segmentation_recipe& by, std::uint64_t begun) {
      unet other = make_unet(begun, shape);
      DOCTEST_CHECK_THROWS_WITH_AS(train_segmentation(other, of, by, {}, {.folder = folder, .stop = stop}),
                                   doctest::Contains("is the checkpoint of another training"), file_error);
    };
    images_with_masks relabelled = data;
    relabelled.masks = 1 - data.masks;
    refused(relabelled, recipe, 1);
    refused(data, {.epochs = 24, .batch_size = 4, .seed = 2}, 1);
    refused(data, recipe, 2);
    std::filesystem::remove_all(folder);
  }
}

DOCTEST_TEST_CASE("it can be looked at before the first and after each epoch, in evaluation mode") {
  const images_with_masks data = oracle::discs(4, 8);
  unet net = make_unet(1, {.levels = 2, .width = 4, .norm = norm_layer::batch});
  std::vector<std::size_t> epochs;
  std::vector<at::Tensor> seen;
  const auto look = [&](std::size_t epoch) {
    DOCTEST_CHECK(!net->is_training());
    epochs.push_back(epoch);
    seen.push_back(numbers_of(net));
  };
  const at::Tensor begun = numbers_of(net);
  train_segmentation(net, data, {.epochs = 3}, {}, {.each_epoch = look});
  DOCTEST_CHECK(epochs == std::vector<std::size_t>{0, 1, 2, 3});
  DOCTEST_CHECK(at::equal(seen.front(), begun));
  DOCTEST_CHECK(at::equal(seen.back(), numbers_of(net)));
  DOCTEST_CHECK(!at::equal(seen[1], seen[2]));
}

DOCTEST_TEST_CASE("early stopping keeps the epoch of the best Dice on other images, the first of equals") {
  const images_with_masks data = oracle::discs(4, 9), validation = oracle::discs(12, 10);
  std::vector<double> dices;
  std::vector<at::Tensor> weights;
  unet twin = make_unet(3, small), net = make_unet(3, small);
  const segmentation_recipe recipe{.epochs = 30, .batch_size = 2, .learning_rate = 0.02};
  train_segmentation(twin, data, recipe, {}, {.each_epoch = [&](std::size_t) {
                       dices.push_back(dice_of(twin, validation));
                       weights.push_back(numbers_of(twin));
                     }});
  std::size_t best = 1, last = 1;
  for (; last < 30 && last - best < 2;) {
    ++last;
    if (dices[last] > dices[best]) best = last;
  }
  const auto result = train_segmentation(net, data, recipe, {}, {.stop = best_on{validation, 2}});
  DOCTEST_MESSAGE("best epoch ", best, " of ", last, ", Dice ", dices[best], ", last ", dices[30]);
  DOCTEST_REQUIRE(last < 30);  // otherwise it would not have stopped early
  DOCTEST_CHECK(result.kept == best);
  DOCTEST_CHECK(result.epochs == last);
  DOCTEST_CHECK(result.best_dice.value_or(0) == doctest::Approx(dices[best]));
  DOCTEST_CHECK(at::equal(numbers_of(net), weights[best]));
}

DOCTEST_TEST_CASE("images are chosen by number, repeated or not, with all that belongs to them") {
  const images_with_masks data{at::arange(4, at::kFloat).view({4, 1, 1, 1}), at::arange(4, at::kLong).view({4, 1, 1}),
                               4, 9};
  const std::vector<std::int64_t> which{3, 0, 3}, beyond{4}, below{-1};
  const images_with_masks some = chosen(data, which);
  DOCTEST_CHECK(at::equal(some.images.flatten(), at::tensor({3.F, 0.F, 3.F})));
  DOCTEST_CHECK(at::equal(some.masks.flatten(), at::tensor(which, at::kLong)));
  DOCTEST_CHECK(some.classes == 4);
  DOCTEST_CHECK(some.ignored == std::optional<std::int64_t>(9));
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(chosen(data, beyond)), "chosen: which: names image 4; there are 4",
                               argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(chosen(data, below)), argument_error);
}

DOCTEST_TEST_CASE("what cannot be trained on is refused in one sentence") {
  const images_with_masks data = oracle::discs(3, 1);
  const auto refused = [&](const images_with_masks& of, const segmentation_recipe& recipe, const std::string& why) {
    unet net = make_unet(1, small);
    DOCTEST_CHECK_THROWS_WITH_AS(train_segmentation(net, of, recipe), doctest::Contains(why.c_str()), argument_error);
  };
  refused({data.images, data.masks.narrow(1, 0, 8)}, {},
          "train_segmentation: masks: have the shape (3, 8, 16) and hold Long; wanted Long (3, 16, 16), a label for "
          "every pixel");
  refused({data.images, data.masks.to(at::kInt)}, {}, "and hold Int; wanted Long (3, 16, 16)");
  refused({data.images, data.masks, 1}, {}, "train_segmentation: classes: is 1; wanted at least 2");
  refused({data.images.to(at::kByte), data.masks}, {}, "wanted floats (n, channels, height, width)");
  refused({at::Tensor(), data.masks}, {}, "train_segmentation: images: are undefined");
  at::Tensor labels = data.masks.clone();
  labels[1][2][3] = 2;
  refused({data.images, labels}, {},
          "masks: image 1 has label 2 at row 2, column 3; wanted 0 to 1, or the label that says ignore");
  refused({data.images, labels, 2, 255}, {}, "wanted 0 to 1, or 255 to ignore it");
  labels[1].fill_(255);
  refused({data.images, labels, 2, 255}, {}, "masks: image 1 is ignored at every pixel");
  at::Tensor broken = data.images.clone();
  broken[2][0][0][0] = std::numeric_limits<float>::quiet_NaN();
  refused({broken, data.masks}, {}, "images: record 2 has a value that is not finite");
  refused({data.images, data.masks, 3}, {}, "wanted a map of every pixel for each of 3 classes");
  refused(data, {.epochs = 0}, "epochs: is 0.000000; wanted at least 1");
  refused(data, {.batch_size = 0}, "batch_size");
  refused(data, {.learning_rate = -1}, "learning_rate");
  refused(data, {.loss = {.cross_entropy = 0, .dice = 0}}, "loss.dice: is 0.000000; wanted a weight above 0 for it");
  refused(data, {.loss = {.smoothing = 0}}, "loss.smoothing: is 0.000000; wanted a positive number");
  unet net = make_unet(1, small);
  DOCTEST_CHECK_THROWS_WITH_AS(train_segmentation(net, data, {}, {}, {.stop = best_on{data, 0}}),
                               "train_segmentation: stop.patience: is 0; wanted at least 1", argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(train_segmentation(net, data, {.learning_rate = 1e30}),
                               doctest::Contains("is not finite; a lower learning rate may help"), error);
}
