// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/torch/generator/averaged_weights.hpp>
#include <telltale/torch/generator/train_generator.hpp>
#include <telltale/torch/train/seeded_generators.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;

namespace {

// Pictures of one pixel by the length of the caption, through one weight a channel; it notes what it was shown.
struct length_generator {
  explicit length_generator(double begin = 0) {
    at::NoGradGuard without_graph;
    layer->weight.fill_(begin);
    layer->bias.fill_(0);
  }

  at::Tensor losses(const at::Tensor& images, std::span<const std::string> captions, std::span<random_stream> draws) {
    std::vector<float> lengths;
    for (std::size_t i = 0; i < captions.size(); ++i) {
      lengths.push_back(static_cast<float>(captions[i].size()));
      seen.push_back(images[static_cast<std::int64_t>(i)][0][0][0].item<float>());
      withheld += captions[i].empty();
      drawn.push_back(draws[i]());
    }
    const at::Tensor x = at::tensor(lengths).unsqueeze(1).to(images.device());
    return (layer->forward(x) - images.flatten(1)).square().mean(1);
  }
  [[nodiscard]] auto module() const { return layer.ptr(); }
  [[nodiscard]] std::string text() const { return "length"; }

  ::torch::nn::Linear layer{1, 3};
  std::vector<float> seen{};
  std::vector<std::uint64_t> drawn{};
  int withheld = 0;
};

captioned_images few_pictures(std::int64_t count = 5) {
  captioned_images data{at::empty({count, 3, 1, 1}), {}};
  for (std::int64_t i = 0; i < count; ++i) {
    data.images[i].fill_(0.1 * static_cast<double>(i + 1));
    data.captions.emplace_back(static_cast<std::size_t>(i + 1), 'a');
  }
  return data;
}

at::Tensor weights_of(const length_generator& target) {
  return at::cat({target.layer->weight.flatten(), target.layer->bias}).detach().clone();
}

std::filesystem::path fresh_folder(const std::string& name) {
  const auto folder = std::filesystem::temp_directory_path() / name;
  std::filesystem::remove_all(folder);
  return folder;
}

}  // namespace

DOCTEST_TEST_CASE("every record is used once a pass, withheld captions and draws follow the recipe's seed") {
  const captioned_images data = few_pictures();
  length_generator target;
  train_generator(target, data, {.steps = 6, .batch_size = 5, .no_caption = 0});
  DOCTEST_CHECK(target.withheld == 0);
  DOCTEST_REQUIRE(target.seen.size() == 30);
  std::vector<float> first(target.seen.begin(), target.seen.begin() + 5);
  bool another_order = false;
  for (std::size_t pass = 0; pass < 6; ++pass) {
    std::vector<float> records(target.seen.begin() + std::ptrdiff_t(5 * pass),
                               target.seen.begin() + std::ptrdiff_t(5 * pass + 5));
    another_order = another_order || records != first;
    std::sort(records.begin(), records.end());
    for (std::size_t i = 0; i < 5; ++i) DOCTEST_CHECK(records[i] == doctest::Approx(0.1 * double(i + 1)));
  }
  DOCTEST_CHECK(another_order);
  std::vector<std::uint64_t> draws = target.drawn;
  std::sort(draws.begin(), draws.end());
  DOCTEST_CHECK(std::unique(draws.begin(), draws.end()) == draws.end());  // no stream is used twice

  // A batch that is larger than the data goes through them more than once, and over the end of a pass.
  length_generator large;
  train_generator(large, data, {.steps = 5, .batch_size = 8, .no_caption = 0});
  std::map<float, int> uses;
  for (const float each : large.seen) ++uses[each];
  for (const auto& [record, count] : uses) DOCTEST_CHECK(count == 8);

  length_generator often;
  train_generator(often, data, {.steps = 400, .batch_size = 10, .no_caption = 0.3, .seed = 4});
  DOCTEST_CHECK(std::abs(often.withheld - 1200) < 4 * std::sqrt(4000 * 0.3 * 0.7));
}

DOCTEST_TEST_CASE("warm-up, clipping and weight decay are those of the recipe: a twin that does them by hand") {
  oracle::for_each_device([](const at::Device& device) {
    captioned_images data = few_pictures(4);
    data.images = data.images.to(device);
    length_generator target(0.5), twin(0.5);
    target.layer->to(device), twin.layer->to(device);
    const generator_recipe recipe{.steps = 12,
                                  .batch_size = 4,
                                  .learning_rate = 0.05,
                                  .weight_decay = 0.2,
                                  .warm_up = 8,
                                  .clip = 0.3,
                                  .average = 0.6,
                                  .no_caption = 0};
    train_generator(target, data, recipe);
    // Every batch holds all four records, so that its order does not matter.
    std::vector<at::Tensor> weights{twin.layer->weight, twin.layer->bias}, average, mean, square;
    for (const at::Tensor& each : weights) {
      average.push_back(each.detach().clone());
      mean.push_back(at::zeros_like(each));
      square.push_back(at::zeros_like(each));
    }
    for (int step = 0; step < 12; ++step) {
      std::vector<random_stream> draws(4, random_stream(1));
      for (at::Tensor& each : weights) each.mutable_grad() = at::Tensor();
      twin.losses(data.images, data.captions, draws).mean().backward();
      const double norm =
          std::sqrt((weights[0].grad().square().sum() + weights[1].grad().square().sum()).item<double>());
      const double rate = 0.05 * std::min(1.0, (step + 1) / 8.0), keep = std::min(0.6, (1.0 + step) / (10.0 + step));
      at::NoGradGuard without_graph;
      for (std::size_t p = 0; p < 2; ++p) {
        const at::Tensor gradient = weights[p].grad() * std::min(1.0, 0.3 / (norm + 1e-6));
        mean[p] = 0.9 * mean[p] + 0.1 * gradient;
        square[p] = 0.999 * square[p] + 0.001 * gradient * gradient;
        if (p == 0) weights[p].mul_(1 - rate * 0.2);
        const at::Tensor m = mean[p] / (1 - std::pow(0.9, step + 1)), v = square[p] / (1 - std::pow(0.999, step + 1));
        weights[p].sub_(rate * m / (v.sqrt() + 1e-8));
        average[p] = keep * average[p] + (1 - keep) * weights[p];
      }
    }
    DOCTEST_CHECK(at::allclose(target.layer->weight, average[0], 1e-4, 1e-6));
    DOCTEST_CHECK(at::allclose(target.layer->bias, average[1], 1e-4, 1e-6));
    DOCTEST_CHECK(!at::allclose(target.layer->weight, weights[0], 1e-3, 1e-4));  // the average is not the last step's
    DOCTEST_CHECK(!target.layer->is_training());
  });
}

DOCTEST_TEST_CASE("a run that is stopped at several lengths, or killed, has the bytes of one go") {
  const captioned_images data = few_pictures();
  const auto trained = [&](std::size_t steps, const generator_options& options, double begin = 0,
                           std::uint64_t seed = 1) {
    length_generator target(begin);
    const auto result = train_generator(target, data, {.steps = steps, .batch_size = 3, .seed = seed}, options);
    return std::pair(weights_of(target), result);
  };
  const auto [once, result] = trained(620, {});
  DOCTEST_CHECK(result.steps == 620);
  DOCTEST_CHECK(result.resumed == 0);
  DOCTEST_CHECK(at::equal(once, trained(620, {}).first));
  DOCTEST_CHECK(!at::equal(once, trained(620, {}, 0, 2).first));

  const auto folder = fresh_folder("telltale_generator_test");
  const auto [at_40, of_40] = trained(40, {.folder = folder});
  DOCTEST_CHECK(at::equal(at_40, trained(40, {}).first));
  const auto [later, of_later] = trained(620, {.folder = folder}, 9);  // other first weights, which the file replaces
  DOCTEST_CHECK(of_later.resumed == 40);
  DOCTEST_CHECK(at::equal(later, once));
  DOCTEST_CHECK(of_later.last_loss == result.last_loss);
  for (const char* name : {"step-40.pt", "step-500.pt", "step-620.pt"})
    DOCTEST_CHECK(std::filesystem::exists(folder / name));

  // Shorter than what is there: from the one before. What is there already is taken.
  const auto [between, of_between] = trained(60, {.folder = folder});
  DOCTEST_CHECK(of_between.resumed == 40);
  DOCTEST_CHECK(at::equal(between, trained(60, {}).first));
  const auto [again, of_again] = trained(40, {.folder = folder});
  DOCTEST_CHECK(of_again.resumed == 40);
  DOCTEST_CHECK(at::equal(again, at_40));

  struct killed {};
  const auto other = fresh_folder("telltale_generator_killed_test");
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(trained(620, {.folder = other,
                                                          .progress =
                                                              [](std::size_t done, std::size_t) {
                                                                if (done == 555) throw killed();
                                                              }})),
                          killed);
  const auto [resumed, of_resumed] = trained(620, {.folder = other});
  DOCTEST_CHECK(of_resumed.resumed == 500);
  DOCTEST_CHECK(at::equal(resumed, once));

  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(trained(620, {.folder = other}, 0, 2)),
                               doctest::Contains("is the checkpoint of another training"), file_error);
  std::filesystem::resize_file(other / "step-620.pt", 700);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(trained(620, {.folder = other})),
                               doctest::Contains("step-620.pt: is no whole checkpoint"), file_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(trained(5, {.folder = other / "step-500.pt" / "run"})),
                               doctest::Contains("cannot be made"), file_error);
  std::filesystem::remove_all(folder);
  std::filesystem::remove_all(other);
}

DOCTEST_TEST_CASE("what cannot be trained on is refused in one sentence") {
  length_generator target;
  const auto refused = [&](const captioned_images& data, const generator_recipe& recipe) {
    train_generator(target, data, recipe);
  };
  const captioned_images data = few_pictures();
  DOCTEST_CHECK_THROWS_WITH_AS(refused({data.images, {"a", "b"}}, {}), doctest::Contains("train_generator: captions: "),
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused({at::zeros({5, 1, 4, 4}), data.captions}, {}),
                               "train_generator: images: are no batch of pictures: wanted floats (n, 3, height, width)",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused({data.images * 255, data.captions}, {}),
                               "train_generator: images: have pixels outside [-1, 1]", argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused({data.images, {"a", "b", "", "c", "d"}}, {}),
                               "train_generator: captions: caption 2 is empty, which stands for no caption",
                               argument_error);
  at::Tensor broken = data.images.clone();
  broken[3].fill_(std::numeric_limits<float>::quiet_NaN());
  DOCTEST_CHECK_THROWS_AS(refused({broken, data.captions}, {}), argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused(data, {.steps = 0}), "train_generator: steps: is 0; wanted at least 1",
                               argument_error);
  DOCTEST_CHECK_THROWS_AS(refused(data, {.batch_size = 0}), argument_error);
  DOCTEST_CHECK_THROWS_AS(refused(data, {.learning_rate = -1}), argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused(data, {.average = 1}),
                               "train_generator: average: is 1.000000; wanted a value in [0, 1)", argument_error);
  DOCTEST_CHECK_THROWS_AS(refused(data, {.no_caption = 1.5}), argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused(data, {.steps = 500, .learning_rate = 1e30, .warm_up = 0, .clip = 0}),
                               doctest::Contains("is not finite; a lower learning rate may help"), error);
}
