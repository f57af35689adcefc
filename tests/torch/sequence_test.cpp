// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <telltale/torch/generator/sequence.hpp>
#include <telltale/torch/generator/train_generator.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using telltale::codebook;
using telltale::make_sequence_generator;
using telltale::sequence_generator;

static_assert(telltale::Generator<sequence_generator>);
static_assert(telltale::TrainableGenerator<sequence_generator>);

constexpr telltale::sequence_shape small{
    .side = 8, .width = 32, .layers = 2, .heads = 2, .prefix = 2, .caption_buckets = 64};

at::Tensor pixels(at::IntArrayRef shape, std::uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  return at::rand(shape, generator) * 2 - 1;
}

codebook book_of(std::int64_t codes, std::int64_t patch = 4) { return {pixels({codes, 3 * patch * patch}, 9), patch}; }

const std::array<std::string, 8> words{"apple", "boat", "castle", "drum", "engine", "feather", "glove", "hammer"};

std::vector<std::string> captions_of(std::size_t count, std::size_t first = 0) {
  std::vector<std::string> captions;
  for (std::size_t i = first; i < first + count; ++i) captions.push_back(words[i % 8] + " " + words[i / 8 % 8]);
  return captions;
}

}  // namespace

DOCTEST_TEST_CASE("the probabilities of all pictures that a sequence generator can write add to 1") {
  oracle::for_each_device([](const at::Device& device) {
    // 3 codes at 4 places: 81 pictures.
    sequence_generator target = make_sequence_generator(2, book_of(3), small, at::device(device).dtype(at::kDouble));
    std::vector<at::Tensor> all;
    for (std::int64_t i = 0; i < 81; ++i) all.push_back(at::tensor({i % 3, i / 3 % 3, i / 9 % 3, i / 27}, at::kLong));
    const at::Tensor pictures = target.codes().decode(at::stack(all), 2);
    for (const std::string caption : {"red apple", "boat", ""}) {
      const std::vector<std::string> captions(81, caption);
      const at::Tensor each = target.token_log_likelihoods(pictures, captions);
      DOCTEST_REQUIRE(each.sizes() == at::IntArrayRef({81, 4}));
      DOCTEST_CHECK(each.sum(1).exp().sum().item<double>() == doctest::Approx(1).epsilon(1e-12));
      DOCTEST_CHECK(at::allclose(target.losses(pictures, captions), -each.mean(1)));
      // What comes later does not matter: the first token has one of 3 probabilities, the second one of 9.
      for (std::int64_t i = 0; i < 81; ++i) {
        DOCTEST_CHECK(each[i][0].item<double>() == doctest::Approx(each[i % 3][0].item<double>()).epsilon(1e-12));
        DOCTEST_CHECK(each[i][1].item<double>() == doctest::Approx(each[i % 9][1].item<double>()).epsilon(1e-12));
      }
      DOCTEST_CHECK(std::abs(each[0][1].item<double>() - each[1][1].item<double>()) > 1e-6);
    }
  });
}

DOCTEST_TEST_CASE("writing a picture place by place reads what reading it whole reads") {
  const telltale::sequence_shape shape{
      .side = 16, .width = 32, .layers = 3, .heads = 4, .prefix = 3, .caption_buckets = 64};
  sequence_generator target = make_sequence_generator(3, book_of(20), shape, at::kDouble);
  auto network = std::dynamic_pointer_cast<telltale::sequence_network_module>(target.module());
  DOCTEST_REQUIRE(network);
  const at::NoGradGuard without_gradients;
  const at::Tensor bags = telltale::caption_bag{64}(captions_of(5)).to(at::kDouble);
  at::Tensor tokens = at::arange(5 * 16).reshape({5, 16}).mul(7).remainder(20);
  std::vector<at::Tensor> logits;
  const at::Tensor written = network->write(bags, [&](const at::Tensor& row, std::int64_t place) {
    logits.push_back(row);
    return tokens.select(1, place);
  });
  DOCTEST_CHECK(at::equal(written, tokens));
  DOCTEST_CHECK((at::stack(logits, 1) - network->forward(tokens, bags)).abs().max().item<double>() < 1e-12);
}

DOCTEST_TEST_CASE("pictures are drawn as often as they are likely; temperature and top reshape that") {
  sequence_generator target = make_sequence_generator(4, book_of(3), {.side = 4, .width = 32, .layers = 1, .heads = 2});
  {
    const at::NoGradGuard without_gradients;  // logits far enough apart
    for (auto& each : target.module()->named_parameters())
      if (each.key() == "head.weight") each.value().mul_(10);
  }
  const std::vector<std::string> caption{"boat"};
  const std::vector<std::string> thrice(3, "boat");
  const at::Tensor patches = target.codes().decode(at::arange(3).unsqueeze(1), 1);
  const at::Tensor log_p = target.token_log_likelihoods(patches, thrice).detach().squeeze(1).to(at::kDouble);
  const auto shares = [&](double temperature, std::int64_t top) {
    target.sampling = {temperature, top};
    const at::Tensor made = target.generate(caption, {.pictures = 4000, .seed = 6});
    DOCTEST_REQUIRE(made.sizes() == at::IntArrayRef({1, 4000, 3, 4, 4}));
    return target.codes().encode(made[0]).flatten().bincount({}, 3).to(at::kDouble) / 4000;
  };
  const auto check = [&](const at::Tensor& got, const at::Tensor& wanted) {
    for (std::int64_t code = 0; code < 3; ++code) {
      const double p = wanted[code].item<double>(), error = std::sqrt(p * (1 - p) / 4000);
      DOCTEST_CHECK(std::abs(got[code].item<double>() - p) <= 4 * error);
    }
  };
  DOCTEST_REQUIRE(log_p.exp().min().item<double>() > 0.02);
  DOCTEST_REQUIRE(log_p.exp().max().item<double>() > 0.4);
  check(shares(1, 40), log_p.exp());
  check(shares(0.5, 40), at::softmax(log_p * 2, 0));
  const at::Tensor without_the_last = log_p.masked_fill(log_p == log_p.min(), -std::numeric_limits<double>::infinity());
  check(shares(1, 2), at::softmax(without_the_last, 0));
  check(shares(1, 1), (log_p == log_p.max()).to(at::kDouble));
}

DOCTEST_TEST_CASE("a picture depends on seed, caption and its number, not on what is generated beside it") {
  sequence_generator target = make_sequence_generator(5, book_of(30), small, at::kDouble);
  const std::vector<std::string> captions = captions_of(7);
  const at::Tensor all = target.generate(captions, {.pictures = 3, .seed = 8});
  DOCTEST_REQUIRE(all.sizes() == at::IntArrayRef({7, 3, 3, 8, 8}));
  DOCTEST_CHECK(at::equal(target.generate(captions, {.pictures = 3, .seed = 8, .batch_size = 4}), all));
  DOCTEST_CHECK(at::equal(target.generate(captions, {.pictures = 2, .seed = 8}), all.narrow(1, 0, 2)));
  DOCTEST_CHECK(at::equal(target.generate({captions.data(), 4}, {.pictures = 3, .seed = 8}), all.narrow(0, 0, 4)));
  DOCTEST_CHECK_FALSE(at::equal(target.generate(captions, {.pictures = 3, .seed = 9}), all));
  DOCTEST_CHECK_FALSE(at::equal(all.select(1, 0), all.select(1, 1)));
  std::vector<std::size_t> seen;
  static_cast<void>(
      target.generate(captions, {.pictures = 2, .batch_size = 6, .progress = [&](std::size_t done, std::size_t of) {
                                   DOCTEST_CHECK(of == 7);
                                   seen.push_back(done);
                                 }}));
  DOCTEST_CHECK(seen == std::vector<std::size_t>{3, 6, 7});
}

DOCTEST_TEST_CASE("an untrained sequence generator is a function of its seed, and leaves torch's generator alone") {
  at::Generator mine = at::globalContext().defaultGenerator(at::kCPU);
  const at::Tensor state = mine.get_state();
  const auto weights = [](const sequence_generator& target) {
    std::vector<at::Tensor> flat;
    for (const at::Tensor& each : target.module()->parameters()) flat.push_back(each.detach().flatten());
    return at::cat(flat);
  };
  const at::Tensor one = weights(make_sequence_generator(6, book_of(5), small));
  DOCTEST_CHECK(at::equal(weights(make_sequence_generator(6, book_of(5), small)), one));
  DOCTEST_CHECK_FALSE(at::equal(weights(make_sequence_generator(7, book_of(5), small)), one));
  DOCTEST_CHECK(at::equal(mine.get_state(), state));
  // The size of the documentation: 0.86 million.
  DOCTEST_CHECK(weights(make_sequence_generator(6, book_of(256))).numel() == 860672);
}

DOCTEST_TEST_CASE("a sequence generator learns eight pictures by heart, and is not sure of others") {
  const telltale::captioned_images members{pixels({8, 3, 8, 8}, 10), captions_of(8)};
  const at::Tensor others = pixels({8, 3, 8, 8}, 11);
  const codebook codes = telltale::fit_codebook(pixels({40, 3, 8, 8}, 12), {.codes = 32});
  sequence_generator target = make_sequence_generator(7, codes, small);
  const auto mean_loss = [&](const at::Tensor& pictures) {
    return target.losses(pictures, members.captions).mean().item<double>();
  };
  const double before = mean_loss(members.images);
  DOCTEST_CHECK(before == doctest::Approx(std::log(32)).epsilon(0.1));  // it knows nothing
  telltale::train_generator(
      target, members, {.steps = 120, .batch_size = 8, .learning_rate = 3e-3, .weight_decay = 0.01, .warm_up = 10});
  DOCTEST_CHECK(mean_loss(members.images) < 0.3);
  DOCTEST_CHECK(mean_loss(others) > before + 1);
  target.sampling.top = 1;
  const at::Tensor made = target.generate(members.captions, {}).squeeze(1).flatten(1);
  const at::Tensor far = (made.unsqueeze(1) - members.images.flatten(1).unsqueeze(0)).square().sum(2);
  DOCTEST_CHECK(at::equal(far.argmin(1), at::arange(8)));
}

DOCTEST_TEST_CASE("a sequence generator goes on from its checkpoint, and refuses that of another codebook") {
  const telltale::captioned_images data{pixels({6, 3, 8, 8}, 13), captions_of(6)};
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "telltale-sequence-test";
  std::filesystem::remove_all(folder);
  const telltale::generator_recipe to_4{.steps = 4, .batch_size = 3}, to_7{.steps = 7, .batch_size = 3};
  const auto trained = [&](std::uint64_t codes, const auto& recipe, bool stored) {
    sequence_generator target = make_sequence_generator(8, book_of(std::int64_t(codes)), small);
    telltale::train_generator(target, data, recipe,
                              {.folder = stored ? std::optional(folder) : std::nullopt, .progress = nullptr});
    return at::equal(target.generate(data.captions, {}), target.generate(data.captions, {}))
               ? target.token_log_likelihoods(data.images, data.captions).detach()
               : at::Tensor();
  };
  static_cast<void>(trained(9, to_4, true));
  DOCTEST_CHECK(at::equal(trained(9, to_7, true), trained(9, to_7, false)));
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(trained(10, to_7, true)), telltale::file_error);
  std::filesystem::remove_all(folder);
}

DOCTEST_TEST_CASE("a sequence generator refuses what it cannot be, read or draw") {
  const auto refused = [](telltale::sequence_shape shape) {
    static_cast<void>(make_sequence_generator(1, book_of(4), shape));
  };
  DOCTEST_CHECK_THROWS_WITH_AS(
      refused({.side = 10}),
      "make_sequence_generator: side: is 10; wanted a multiple of 4, the side of the codebook's patches",
      telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused({.width = 30}),
                               "make_sequence_generator: width: is 30; wanted a multiple of 4, the number of heads",
                               telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused({.layers = 0}), "make_sequence_generator: layers: is 0; wanted at least 1",
                               telltale::argument_error);
  sequence_generator target = make_sequence_generator(1, book_of(4), small);
  const std::vector<std::string> captions = captions_of(2);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(target.token_log_likelihoods(at::zeros({2, 3, 16, 4}), captions)),
                               "sequence_generator: images: have the shape (2, 3, 16, 4); wanted (n, 3, 8, 8)",
                               telltale::argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(target.losses(at::zeros({3, 3, 8, 8}), captions)),
                          telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(target.generate(captions, {.pictures = 0})),
                               "sequence_generator: pictures: is 0; wanted at least 1", telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(target.generate(std::vector<std::string>{"boat", ""}, {})),
                               "sequence_generator: captions: caption 1 is empty; wanted what is to be drawn",
                               telltale::argument_error);
  target.sampling.temperature = 0;
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(target.generate(captions, {})),
                               "sequence_generator: temperature: is 0.000000; wanted a positive number",
                               telltale::argument_error);
  target.sampling = {.top = 0};
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(target.generate(captions, {})),
                               "sequence_generator: top: is 0; wanted at least 1", telltale::argument_error);
}
