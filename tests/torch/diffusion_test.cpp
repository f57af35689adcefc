// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <telltale/torch/generator/caption_bag.hpp>
#include <telltale/torch/generator/diffusion.hpp>
#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/generator/train_generator.hpp>
#include <telltale/torch/train/seeded_generators.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;

static_assert(Generator<diffusion_generator>);
static_assert(TrainableGenerator<diffusion_generator>);

namespace {

const std::vector<std::string> eight{"red apple",  "blue whale",   "green tree", "old car",
                                     "night moon", "yellow house", "small dog",  "grey stone"};

// Eight pictures of smooth colours with a patch each.
captioned_images eight_pictures(const at::Device& device = at::kCPU) {
  const telltale::detail::seeded_generators seeded(5, at::kCPU);
  at::Tensor coarse = at::rand({8, 3, 4, 4}) * 2 - 1;
  return {at::upsample_nearest2d(coarse, {16, 16}).to(device), eight};
}

// Trained for a moment, so that captions and levels matter to it.
diffusion_generator somewhat_trained(const at::Device& device = at::kCPU) {
  auto target = make_diffusion(3, {.width = 16}, at::TensorOptions(at::kFloat).device(device));
  train_generator(target, eight_pictures(device), {.steps = 40, .batch_size = 16, .warm_up = 5});
  return target;
}

at::Tensor all_weights(const diffusion_generator& target) {
  std::vector<at::Tensor> flat;
  for (const at::Tensor& each : target.module()->parameters()) flat.push_back(each.detach().cpu().flatten());
  return at::cat(flat).clone();
}

// The first noise of picture j of caption i, as the contract says.
at::Tensor first_noise(std::uint64_t seed, std::uint64_t i, std::uint64_t j) {
  random_stream stream(train::detail::number_for(seed, train::detail::purpose::draws_of_an_answer, 0), i << 32 | j);
  at::Tensor noise = at::empty({3, 16, 16});
  for (std::int64_t k = 0; k < noise.numel(); ++k) noise.data_ptr<float>()[k] = static_cast<float>(stream.normal());
  return noise;
}

}  // namespace

DOCTEST_TEST_CASE("captions as hashed bags") {
  const caption_bag bag;
  const std::vector<std::string> captions{"Ann", "ann a", "", "a  ANN"};
  const at::Tensor bags = bag(captions);
  DOCTEST_CHECK(bags.sizes() == at::IntArrayRef{4, 1025});
  // XXH64 by the Python package xxhash 4.1.0, modulo 1,024: "#ann#" 89, "#an" 534, "ann" 702, "nn#" 723, "#a#" 78.
  for (const std::int64_t bucket : {89, 534, 702, 723}) {
    DOCTEST_CHECK(bags[0][bucket].item<double>() == doctest::Approx(0.5));
    DOCTEST_CHECK(bags[1][bucket].item<double>() == doctest::Approx(1 / std::sqrt(8)));
  }
  DOCTEST_CHECK(bags[1][78].item<double>() == doctest::Approx(2 / std::sqrt(8)));  // a word and its own trigram
  DOCTEST_CHECK(bags[0].count_nonzero().item<std::int64_t>() == 4);
  DOCTEST_CHECK(bags[2][1024].item<double>() == 1);
  DOCTEST_CHECK(bags[2].count_nonzero().item<std::int64_t>() == 1);
  DOCTEST_CHECK(at::equal(bags[1], bags[3]));
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(bag(std::vector<std::string>{" \t"})),
                               "caption_bag: captions: \" \t\" holds no word; wanted at least one", argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(bag(std::vector<std::string>{})), argument_error);
}

DOCTEST_TEST_CASE("the cosine schedule") {
  const noise_schedule schedule;
  // The formula in Python's floats.
  DOCTEST_CHECK(schedule.alpha_bar(10) == doctest::Approx(0.9993687184016583).epsilon(1e-12));
  DOCTEST_CHECK(schedule.alpha_bar(100) == doctest::Approx(0.972092737113969).epsilon(1e-12));
  DOCTEST_CHECK(schedule.alpha_bar(500) == doctest::Approx(0.49384359044063775).epsilon(1e-12));
  DOCTEST_CHECK(schedule.alpha_bar(990) == doctest::Approx(0.00024285722793500594).epsilon(1e-9));
  DOCTEST_CHECK(schedule.alpha_bar(0) == 0.9999);
  DOCTEST_CHECK(schedule.alpha_bar(999) == 1e-4);
  for (std::int64_t t = 1; t < 1000; ++t) DOCTEST_CHECK(schedule.alpha_bar(t) <= schedule.alpha_bar(t - 1));
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(schedule.alpha_bar(1000)),
                               "noise_schedule: level: is 1000; wanted 0 to 999", argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(schedule.alpha_bar(-1)), argument_error);
}

DOCTEST_TEST_CASE("a diffusion target is a function of its seed, and begins by predicting nothing") {
  auto target = make_diffusion(1), same = make_diffusion(1), other = make_diffusion(2);
  DOCTEST_CHECK(all_weights(target).numel() == 582'508);
  DOCTEST_CHECK(at::equal(all_weights(target), all_weights(same)));
  DOCTEST_CHECK(!at::equal(all_weights(target), all_weights(other)));
  DOCTEST_CHECK(target.text() != other.text());
  const at::Tensor noisy = first_noise(1, 0, 0).unsqueeze(0);
  const std::vector<std::string> caption{"red apple"};
  for (const std::int64_t level : {0, 400, 999})  // v = 0
    DOCTEST_CHECK(
        at::allclose(target.predicted_noise(noisy, level, caption), std::sqrt(1 - target.alpha_bar(level)) * noisy));
  auto large = make_diffusion(1, {.side = 32, .width = 8});
  DOCTEST_CHECK(large.generate(caption, {.pictures = 2}).sizes() == at::IntArrayRef{1, 2, 3, 32, 32});
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(make_diffusion(1, {.side = 18})),
                               "diffusion_network: side: is 18; wanted a multiple of 4 of at least 8", argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(make_diffusion(1, {.width = 12})), argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(make_diffusion(1, {.caption_buckets = 0})), argument_error);
}

DOCTEST_TEST_CASE("the loss is (v_hat - v)^2 at the level and with the noise of each record's own stream") {
  oracle::for_each_device([](const at::Device& device) {
    auto target = somewhat_trained(device);
    const captioned_images data = eight_pictures();
    std::vector<random_stream> draws;
    for (std::uint64_t i = 0; i < 8; ++i) draws.emplace_back(77, i);
    const at::Tensor losses = target.losses(data.images, data.captions, draws).cpu();
    DOCTEST_CHECK(losses.requires_grad());
    for (std::int64_t i = 0; i < 8; ++i) {
      random_stream own(77, static_cast<std::uint64_t>(i));
      const auto level = static_cast<std::int64_t>(own.below(1000));
      at::Tensor noise = at::empty({1, 3, 16, 16});
      for (std::int64_t k = 0; k < noise.numel(); ++k) noise.data_ptr<float>()[k] = static_cast<float>(own.normal());
      const at::Tensor x = data.images.narrow(0, i, 1);
      const double a = target.alpha_bar(level);
      const at::Tensor noisy = std::sqrt(a) * x + std::sqrt(1 - a) * noise;
      const std::vector<std::string> caption{data.captions[static_cast<std::size_t>(i)]};
      // By the noise that it predicts: v_hat - v = (e_hat - e) / sqrt(a).
      const at::Tensor seen = target.predicted_noise(noisy, level, caption).cpu();
      const double loss = (seen - noise).square().mean().item<double>() / a;
      DOCTEST_CHECK(losses[i].item<double>() == doctest::Approx(loss).epsilon(a < 0.01 ? 0.05 : 1e-3));
    }
  });
}

DOCTEST_TEST_CASE("pictures are drawn by DDIM with guidance: a twin that goes by the predicted noise") {
  oracle::for_each_device([](const at::Device& device) {
    auto target = somewhat_trained(device);
    const std::vector<std::string> captions{"blue whale", "old car"}, none{"", ""};
    const auto twin = [&](std::size_t steps, double guidance) {
      at::Tensor x = at::stack({first_noise(6, 0, 0), first_noise(6, 1, 0)}), picture;
      for (std::size_t k = 0; k < steps; ++k) {
        const auto level = std::lround(999.0 * double(steps - k) / double(steps)),
                   next = std::lround(999.0 * double(steps - k - 1) / double(steps));
        const double a = target.alpha_bar(level), b = target.alpha_bar(next);
        const at::Tensor with = target.predicted_noise(x, level, captions).cpu(),
                         without = target.predicted_noise(x, level, none).cpu(),
                         seen = without + guidance * (with - without);
        picture = ((x - std::sqrt(1 - a) * seen) / std::sqrt(a)).clamp(-1, 1);
        x = std::sqrt(b) * picture + std::sqrt((1 - b) / (1 - a)) * (x - std::sqrt(a) * picture);
      }
      return picture;
    };
    for (const auto& [steps, guidance] : {std::pair(std::size_t{1}, 1.0), {2, 2.0}, {5, 1.0}, {7, 3.5}, {4, 0.0}}) {
      target.sampling = {.steps = steps, .guidance = guidance};
      const at::Tensor drawn = target.generate(captions, {.seed = 6}).cpu().select(1, 0);
      DOCTEST_CHECK((drawn - twin(steps, guidance)).abs().max().item<double>() < 2e-2);
      DOCTEST_CHECK((drawn - twin(steps, guidance)).abs().mean().item<double>() < 1e-3);
      DOCTEST_CHECK((drawn - twin(steps, guidance + 1)).abs().mean().item<double>() > 1e-3);
    }
  });
}

DOCTEST_TEST_CASE("picture j of caption i depends on (seed, i, j), not on the batch") {
  auto target = somewhat_trained();
  target.sampling.steps = 3;
  const std::vector<std::string> captions(eight.begin(), eight.begin() + 3);
  std::vector<std::size_t> seen;
  const at::Tensor all =
      target.generate(captions, {.pictures = 3, .seed = 2, .progress = [&](std::size_t done, std::size_t total) {
                                   DOCTEST_CHECK(total == 3);
                                   seen.push_back(done);
                                 }});
  DOCTEST_CHECK(seen == std::vector<std::size_t>{3});
  DOCTEST_CHECK(at::equal(all, target.generate(captions, {.pictures = 3, .seed = 2})));
  DOCTEST_CHECK(at::allclose(all, target.generate(captions, {.pictures = 3, .seed = 2, .batch_size = 2}), 0, 1e-3));
  DOCTEST_CHECK(at::allclose(all.narrow(1, 0, 1), target.generate(captions, {.seed = 2}), 0, 1e-3));
  const std::vector<std::string> first_two(captions.begin(), captions.begin() + 2);
  DOCTEST_CHECK(at::allclose(all.narrow(0, 0, 2), target.generate(first_two, {.pictures = 3, .seed = 2}), 0, 1e-3));
  const auto apart = [](const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().mean().item<double>(); };
  DOCTEST_CHECK(apart(all, target.generate(captions, {.pictures = 3, .seed = 3})) > 0.05);
  DOCTEST_CHECK(apart(all.select(1, 0), all.select(1, 1)) > 0.05);
  DOCTEST_CHECK(all.abs().max().item<double>() <= 1);
  DOCTEST_CHECK(!all.requires_grad());
}

DOCTEST_TEST_CASE("it memorises eight pictures, and gives each for its own caption") {
  const captioned_images data = eight_pictures();
  auto target = make_diffusion(1, {.width = 16});
  const auto nearest_is_own = [&] {
    target.sampling = {.steps = 5, .guidance = 2};
    const at::Tensor drawn = target.generate(data.captions, {.seed = 9}).flatten(1);
    const at::Tensor distances = (drawn.unsqueeze(1) - data.images.flatten(1).unsqueeze(0)).square().mean(2);
    return std::pair((distances.argmin(1) == at::arange(8)).sum().item<std::int64_t>(),
                     distances.diagonal().mean().item<double>());
  };
  const auto [before, distance_before] = nearest_is_own();
  const generator_recipe recipe{
      .steps = 120, .batch_size = 32, .learning_rate = 3e-3, .warm_up = 10, .average = 0.9, .no_caption = 0.1};
  generator_recipe short_one = recipe;
  short_one.steps = 20;
  auto beginner = make_diffusion(1, {.width = 16});
  const double early = train_generator(beginner, data, short_one).last_loss;
  const double last = train_generator(target, data, recipe).last_loss;
  const auto [after, distance_after] = nearest_is_own();
  DOCTEST_CHECK(last < 0.7 * early);
  DOCTEST_CHECK(before < 5);
  DOCTEST_CHECK(after == 8);
  DOCTEST_CHECK(distance_after < 0.3 * distance_before);
  DOCTEST_MESSAGE("own picture nearest ", before, ", then ", after, " of 8; distance ", distance_before, ", ",
                  distance_after, "; loss ", early, ", ", last);

  // No caption is another question than any caption.
  const std::vector<std::string> none(8);
  const at::Tensor noisy = at::stack(std::vector<at::Tensor>(8, first_noise(1, 0, 0)));
  DOCTEST_CHECK((target.predicted_noise(noisy, 900, data.captions) - target.predicted_noise(noisy, 900, none))
                    .abs()
                    .mean()
                    .item<double>() > 1e-2);
}

DOCTEST_TEST_CASE("a diffusion target goes on from its checkpoint with the same bytes") {
  const captioned_images data = eight_pictures();
  const auto folder = std::filesystem::temp_directory_path() / "telltale_diffusion_test";
  std::filesystem::remove_all(folder);
  const auto trained = [&](std::size_t steps, const generator_options& options, std::uint64_t seed = 1) {
    auto target = make_diffusion(seed, {.width = 8});
    const auto result = train_generator(target, data, {.steps = steps, .batch_size = 4, .warm_up = 2}, options);
    return std::pair(all_weights(target), result.resumed);
  };
  const at::Tensor once = trained(9, {}).first;
  DOCTEST_CHECK(trained(4, {.folder = folder}).second == 0);
  const auto [resumed, from] = trained(9, {.folder = folder});
  DOCTEST_CHECK(from == 4);
  DOCTEST_CHECK(at::equal(resumed, once));
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(trained(9, {.folder = folder}, 2)),
                               doctest::Contains("is the checkpoint of another training"), file_error);
  std::filesystem::remove_all(folder);
}

DOCTEST_TEST_CASE("what it cannot draw or learn from is refused in one sentence") {
  auto target = make_diffusion(1, {.width = 8});
  const std::vector<std::string> caption{"red apple"};
  const auto refused = [&](const std::vector<std::string>& captions, const generating& how) {
    static_cast<void>(target.generate(captions, how));
  };
  DOCTEST_CHECK_THROWS_WITH_AS(refused({"a", ""}, {}),
                               "diffusion_generator: captions: caption 1 is empty; wanted what is to be drawn",
                               argument_error);
  DOCTEST_CHECK_THROWS_AS(refused({}, {}), argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused(caption, {.pictures = 0}),
                               "diffusion_generator: pictures: is 0; wanted at least 1", argument_error);
  DOCTEST_CHECK_THROWS_AS(refused(caption, {.batch_size = 0}), argument_error);
  target.sampling.steps = 0;
  DOCTEST_CHECK_THROWS_WITH_AS(refused(caption, {}), "diffusion_generator: sampling.steps: is 0; wanted 1 to 1000",
                               argument_error);
  target.sampling = {.guidance = std::nan("")};
  DOCTEST_CHECK_THROWS_AS(refused(caption, {}), argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(
      train_generator(target, {at::zeros({1, 3, 32, 32}), caption}, {.batch_size = 2}),
      "diffusion_generator::losses: pictures: have the shape (2, 3, 32, 32); wanted (n, 3, 16, 16)", argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(target.predicted_noise(at::zeros({1, 3, 16, 16}), 1000, caption)),
                          argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(target.predicted_noise(at::zeros({2, 3, 16, 16}), 10, caption)),
                          argument_error);
}
