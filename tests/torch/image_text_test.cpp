// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/script.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <telltale/torch/image_text/dual_encoder.hpp>
#include <telltale/torch/image_text/info_nce.hpp>
#include <telltale/torch/image_text/towers.hpp>
#include <telltale/torch/image_text/train_dual_encoder.hpp>
#include <telltale/torch/image_text/trigrams.hpp>
#include <telltale/torch/model/traced.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;

namespace {

at::Tensor random_images(std::int64_t count, std::uint64_t seed = 7) {
  const telltale::detail::seeded_generators seeded(seed, at::kCPU);
  return at::rand({count, 3, 32, 32}) * 2 - 1;
}

// Twelve pictures of four things, which a dual encoder can learn in seconds.
named_images few_pairs() {
  named_images pairs{random_images(12), {}, {"{}", "a picture of {}"}};
  const std::vector<std::string> things{"red apple", "blue whale", "green tree", "old car"};
  for (std::int64_t i = 0; i < 12; ++i) {
    pairs.images[i].mul_(0.3).add_(0.45 * static_cast<double>(i % 4) - 0.7);
    pairs.names.push_back(things[static_cast<std::size_t>(i % 4)]);
  }
  return pairs;
}

std::vector<at::Tensor> bytes_of(const auto& encoder) {
  std::vector<at::Tensor> copies;
  for (const at::Tensor& p : encoder->parameters()) copies.push_back(p.detach().cpu().clone());
  return copies;
}

bool equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!at::equal(a[i], b[i])) return false;
  return true;
}

}  // namespace

DOCTEST_TEST_CASE("trigrams of words: numbers, padding, spelling") {
  const trigram_tokens tokens{8192, 4};
  const std::vector<std::string> captions{"Ann  Lee", "ann"};
  const at::Tensor t = tokens(captions);
  DOCTEST_CHECK(t.sizes() == at::IntArrayRef{2, 4, 3});
  // XXH64 by the Python package xxhash 4.1.0, modulo 8,192: "#an" 3606, "ann" 3774, "nn#" 3795.
  DOCTEST_CHECK(t[0][0][0].item<std::int64_t>() == 3607);
  DOCTEST_CHECK(t[0][0][1].item<std::int64_t>() == 3775);
  DOCTEST_CHECK(t[0][0][2].item<std::int64_t>() == 3796);
  DOCTEST_CHECK(at::equal(t[0][0], t[1][0]));  // case is folded
  DOCTEST_CHECK(t[1][1].eq(0).all().item<bool>());
  DOCTEST_CHECK(trigram_tokens::words_of(" a\tB-c ") == std::vector<std::string>{"#a#", "#b-c#"});
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(tokens(std::vector<std::string>{"one", " "})),
                               "trigram_tokens: captions: \" \" holds no word; wanted at least one", argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(tokens(std::vector<std::string>{"a b c d e"})),
                               "trigram_tokens: captions: \"a b c d e\" has 5 words; wanted at most 4", argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(tokens(std::vector<std::string>{})), argument_error);
}

DOCTEST_TEST_CASE("text towers: the bag knows no order, the transformer does, and padding changes neither") {
  const telltale::detail::seeded_generators seeded(3, at::kCPU);
  const trigram_tokens tokens;
  trigram_bag bag(tokens.rows());
  trigram_transformer transformer(tokens.rows());
  bag->eval(), transformer->eval();
  const at::NoGradGuard without_gradients;
  const std::vector<std::string> two{"maria lopez", "lopez maria"}, longer{"maria lopez", "extraordinarily long"};
  const auto apart = [&](auto& tower, const std::vector<std::string>& captions) {
    const at::Tensor rows = tower->forward(tokens(captions));
    return (rows[0] - rows[1]).abs().max().template item<double>();
  };
  DOCTEST_CHECK(apart(bag, two) < 1e-6);
  DOCTEST_CHECK(apart(transformer, two) > 1e-3);
  const auto first = [&](auto& tower, const std::vector<std::string>& captions) {
    return tower->forward(tokens(captions))[0];
  };
  DOCTEST_CHECK(at::allclose(first(bag, two), first(bag, longer), 0, 1e-6));
  DOCTEST_CHECK(at::allclose(first(transformer, two), first(transformer, longer), 0, 1e-6));
}

DOCTEST_TEST_CASE("a traced tower answers as the module, whatever the batch, and keeps parts and parameters") {
  const trigram_tokens tokens;
  auto encoder = make_dual_encoder(5, tokens);
  auto words = make_dual_encoder([](std::uint64_t) { return image_tower(); },
                                 [&](std::uint64_t) { return trigram_transformer(tokens.rows()); }, 5);
  const std::vector<std::string> short_ones{"ann lee", "bob", "a b c"},
      long_ones{"extraordinary", "the quick brown fox", "x", "maria magdalena", "zoe"};
  const auto file = std::filesystem::temp_directory_path() / "telltale_traced_test.pt";
  const auto check = [&](auto& tower, const at::Tensor& example, const at::Tensor& others) {
    const at::NoGradGuard without_gradients;
    traced(tower, example).module().save(file.string());
    script_model read = script_model::load(file);
    DOCTEST_CHECK(at::allclose(read(others), tower->forward(others), 1e-5, 1e-6));
    DOCTEST_CHECK(read.parameters().size() == tower->parameters().size());
  };
  check(encoder->text, tokens(short_ones), tokens(long_ones));
  check(words->text, tokens(short_ones), tokens(long_ones));
  check(encoder->image, random_images(3), random_images(7));
  const script_model read = script_model::load(file);
  std::size_t norms = 0;
  for (const auto& part : read.modules()) norms += part.type()->name()->name().find("GroupNorm") != std::string::npos;
  DOCTEST_CHECK(norms == 3);
  std::filesystem::remove(file);

  struct sized : ::torch::nn::Module {
    at::Tensor forward(const at::Tensor& x) { return x * static_cast<double>(x.size(0)); }
  };
  auto of_size = std::make_shared<sized>();
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(traced(of_size, at::ones({3, 2}))),
                               "traced: module: answers fewer records otherwise than its trace does; wanted a forward "
                               "without sizes taken as numbers and without branches on values",
                               argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(traced(of_size, at::ones({1, 2}))), argument_error);
}

DOCTEST_TEST_CASE("the contrastive loss equals its definition, pair by pair") {
  oracle::for_each_device([](const at::Device& device) {
    const telltale::detail::seeded_generators seeded(11, at::kCPU);
    const at::Tensor images = at::randn({5, 3}, at::kDouble), texts = at::randn({5, 3}, at::kDouble);
    const double scale = 4;
    const std::vector<std::int64_t> names{0, 1, 0, 2, 3};
    for (const bool masked : {false, true}) {
      double sum = 0;
      const auto z = [&](std::int64_t i, std::int64_t j) {
        return scale * (images[i].dot(texts[j]) / images[i].norm() / texts[j].norm()).item<double>();
      };
      for (std::int64_t i = 0; i < 5; ++i) {
        double row = 0, column = 0;
        for (std::int64_t j = 0; j < 5; ++j) {
          if (masked && i != j && names[static_cast<std::size_t>(i)] == names[static_cast<std::size_t>(j)]) continue;
          row += std::exp(z(i, j)), column += std::exp(z(j, i));
        }
        sum += std::log(row) - z(i, i) + std::log(column) - z(i, i);
      }
      const at::Tensor mask = masked ? at::tensor(names).to(device) : at::Tensor();
      const at::Tensor loss = info_nce(images.to(device), texts.to(device), at::tensor(scale).to(device), mask);
      DOCTEST_CHECK(loss.item<double>() == doctest::Approx(sum / 10).epsilon(1e-10));
    }
  });
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(info_nce(at::ones({1, 3}), at::ones({1, 3}), at::ones({}))),
                          argument_error);
  DOCTEST_CHECK(top_1(at::eye(3), at::eye(3)) == 1.0);
  DOCTEST_CHECK(top_1(at::eye(3), at::eye(3).flip({0})) == doctest::Approx(1.0 / 3));
}

DOCTEST_TEST_CASE(
    "a dual encoder learns pairs, the same each time, and goes on from a checkpoint with the same bytes") {
  const named_images pairs = few_pairs();
  const trigram_tokens tokens;
  const contrastive_recipe recipe{.epochs = 6, .batch_size = 6, .warm_up = 2};
  const auto train = [&](const contrastive_recipe& how, const contrastive_options& options, std::uint64_t seed = 5) {
    auto encoder = make_dual_encoder(seed, tokens);
    const auto result = train_dual_encoder(encoder, pairs, tokens, how, options);
    return std::pair(encoder, result);
  };
  const auto [once, result] = train(recipe, {});
  DOCTEST_CHECK(result.steps == 12);
  DOCTEST_CHECK(!once->is_training());
  const auto again = train(recipe, {}).first;
  DOCTEST_CHECK(equal(bytes_of(once), bytes_of(again)));
  contrastive_recipe other = recipe;
  other.seed = 2;
  DOCTEST_CHECK(!equal(bytes_of(once), bytes_of(train(other, {}).first)));

  const auto file = std::filesystem::temp_directory_path() / "telltale_checkpoint_test.pt";
  std::filesystem::remove(file);
  struct killed {};
  contrastive_options cut{file, [](std::size_t done, std::size_t) {
                            if (done == 3) throw killed();
                          }};
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(train(recipe, cut)), killed);
  const auto [resumed, of_resumed] = train(recipe, {file, nullptr}, 99);  // other initial weights, which it replaces
  DOCTEST_CHECK(of_resumed.resumed == 3);
  DOCTEST_CHECK(equal(bytes_of(once), bytes_of(resumed)));
  DOCTEST_CHECK(of_resumed.last_loss == result.last_loss);
  const auto [finished, of_finished] = train(recipe, {file, nullptr});
  DOCTEST_CHECK(of_finished.resumed == 6);
  DOCTEST_CHECK(equal(bytes_of(once), bytes_of(finished)));

  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(train(other, {file, nullptr})),
                               doctest::Contains("is the checkpoint of another training"), file_error);
  std::filesystem::resize_file(file, 1000);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(train(recipe, {file, nullptr})),
                               doctest::Contains("is no whole checkpoint"), file_error);
  std::filesystem::remove(file);
}

DOCTEST_TEST_CASE("what was trained is found: pairs of the training set, by either tower") {
  oracle::for_each_device([](const at::Device& device) {
    named_images pairs = few_pairs();
    pairs.images = pairs.images.to(device);
    const trigram_tokens tokens;
    auto encoder = make_dual_encoder(5, tokens, 32, at::TensorOptions(at::kFloat).device(device));
    train_dual_encoder(encoder, pairs, tokens, {.epochs = 40, .batch_size = 6, .warm_up = 2});
    const std::vector<std::string> names{"red apple", "blue whale", "green tree", "old car"}, one{"{}"};
    const auto on_device = [&](const std::vector<std::string>& captions) { return tokens(captions).to(device); };
    const at::Tensor texts = prompt_embeddings(encoder->text, on_device, one, names);
    DOCTEST_CHECK(texts.sizes() == at::IntArrayRef{1, 4, 64});
    const at::Tensor right = at::arange(12, at::TensorOptions(at::kLong).device(device)).remainder(4);
    DOCTEST_CHECK(top_1(answers_of(encoder->image, pairs.images), texts[0], right) == 1.0);
  });
}

DOCTEST_TEST_CASE("what cannot be trained is refused in one sentence") {
  const trigram_tokens tokens;
  auto encoder = make_dual_encoder(5, tokens);
  named_images pairs = few_pairs();
  const auto train = [&](const contrastive_recipe& how) { train_dual_encoder(encoder, pairs, tokens, how); };
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(train({.batch_size = 13})),
                               "train_dual_encoder: batch_size: is 13; wanted 2 to the number of pairs, which is 12",
                               argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(train({.epochs = 0, .batch_size = 6})), argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(train({.batch_size = 6, .learning_rate = -1})), argument_error);
  pairs.templates = {"a picture"};
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(train({.batch_size = 6})),
                               "filled: prompt: 'a picture'; wanted {} in it exactly once", argument_error);
  pairs = few_pairs();
  pairs.names.pop_back();
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(train({.batch_size = 6})), argument_error);
  pairs = few_pairs();
  pairs.images[4][0][0][0] = std::nan("");
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(train({.batch_size = 6})),
                               doctest::Contains("record 4 has a value that is not finite"), argument_error);
  DOCTEST_CHECK_THROWS_AS(image_tower(30), argument_error);
}
