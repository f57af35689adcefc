// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <telltale/torch/image_text/towers.hpp>
#include <telltale/torch/model/deep_copy.hpp>
#include <telltale/torch/model/script_model.hpp>
#include <telltale/torch/model/traced.hpp>
#include <telltale/torch/published/backdoor_defence.hpp>
#include <telltale/torch/unlearning/token_table.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using namespace telltale;
namespace nn = ::torch::nn;
using texts = std::vector<std::string>;
using text_preset = preset::hintersdorf_2023_text;

constexpr std::int64_t vocabulary = 2003, most_words = 8;

// One number a word, 0 where there is none; FNV-1a, so that it is the same everywhere.
struct word_tokens {
  at::Device device = at::kCPU;

  at::Tensor operator()(const texts& captions) const {
    at::Tensor made = at::zeros({static_cast<std::int64_t>(captions.size()), most_words}, at::kLong);
    for (std::size_t i = 0; i < captions.size(); ++i) {
      std::int64_t column = 0;
      for (const auto word : telltale::detail::words_of(captions[i])) {
        std::uint64_t hash = 0xcbf29ce484222325;
        for (const char letter : captions[i].substr(word.first, word.size))
          hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
        if (column < most_words)
          made[static_cast<std::int64_t>(i)][column++] = static_cast<std::int64_t>(1 + hash % (vocabulary - 1));
      }
    }
    return made.to(device);
  }
};

// A bag of words: table, normalisation, two dense layers with dropout between.
nn::Sequential encoder(at::ScalarType type = at::kFloat, const at::Device& device = at::kCPU) {
  ::torch::manual_seed(21);
  nn::Sequential made(nn::EmbeddingBag(nn::EmbeddingBagOptions(vocabulary, 32).mode(::torch::kSum).padding_idx(0)),
                      nn::LayerNorm(nn::LayerNormOptions({32})), nn::Linear(nn::LinearOptions(32, 48).bias(false)),
                      nn::Tanh(), nn::Dropout(0.5), nn::Linear(nn::LinearOptions(48, 24).bias(false)));
  made->to(device, type);
  return made;
}

removed_names<word_tokens> some_names(texts names = {"ada lovelace"}, const at::Device& device = at::kCPU,
                                      texts others = {}) {
  const texts adjectives{"red", "old", "small", "green", "quiet", "tall"},
      things{"fox", "house", "tree", "lake", "boat", "person"};
  texts captions{"fox", "house"};
  for (const std::string& one : adjectives)
    for (const std::string& other : things) {
      captions.push_back("a " + one + " " + other);
      captions.push_back("the " + one + " " + other + " by the sea");
    }
  return {captions, std::move(names), "person", word_tokens{device}, std::move(others)};
}

template <class Model>
at::Tensor flat(const Model& model) {
  std::vector<at::Tensor> all;
  for (const at::Tensor& parameter : model->parameters()) all.push_back(parameter.detach().reshape({-1}));
  return at::cat(all);
}

double cosine(nn::Sequential& a, nn::Sequential& b, const std::string& text, const std::string& other) {
  const at::NoGradGuard quiet;
  const evaluation_mode one(a), two(b);
  const word_tokens tokens;
  return at::cosine_similarity(a->forward(tokens({text})), b->forward(tokens({other})), 1).item<double>();
}

// Toy encoders are small: they need larger steps than CLIP.
struct full : text_preset {
  static constexpr two_drops schedule{3e-3, 150, {75, 110}, 0.5};
  static constexpr std::size_t clean = 32, poisoned = 32;
};
struct no_redirect : full {
  static constexpr double redirect_weight = 0;
};
struct no_anchor : full {
  static constexpr double anchor_weight = 0;
};
struct much_anchor : full {
  static constexpr double anchor_weight = 0.1;
};
struct no_utility : full {
  static constexpr double utility_weight = 0;
};
struct no_rate : full {
  static constexpr two_drops schedule{0, 5, {2, 3}, 0.5};
};
struct one_step : full {
  static constexpr two_drops schedule{1e-3, 1, {5, 6}, 0.5};
};

template <class Preset>
struct outcome {
  nn::Sequential student = encoder(), teacher = encoder();
  unlearned happened;
  removal_similarity after;

  outcome() {
    const auto removed = some_names();
    happened = backdoor_unlearning<Preset>{}(student, teacher, removed);
    after = measure_removal<Preset>(student, teacher, removed, 300);
  }
};

}  // namespace

DOCTEST_TEST_CASE("the first step is one of AdamW on the redirect alone: utility and anchor have no gradient yet") {
  nn::Sequential student = encoder(at::kDouble), teacher = encoder(at::kDouble), reference = encoder(at::kDouble);
  const auto removed = some_names({"ada lovelace", "kurt goedel"});
  const unlearned happened = backdoor_unlearning<one_step>{}(student, teacher, removed, {.seed = 5});

  reference->eval();
  const auto pairs = one_step::trigger(removed, unlearning_draws(5), 0, one_step::poisoned);
  const at::Tensor named = reference->forward(pairs.inputs), neutral = reference->forward(pairs.neutral).detach();
  const at::Tensor redirect =
      -((named * neutral).sum(1) / (named.square().sum(1).sqrt() * neutral.square().sum(1).sqrt())).mean();
  (0.6 * redirect).backward();
  DOCTEST_REQUIRE(happened.steps.size() == 1);
  DOCTEST_CHECK(happened.steps[0].utility == doctest::Approx(-1).epsilon(1e-12));
  DOCTEST_CHECK(happened.steps[0].redirect == doctest::Approx(redirect.item<double>()).epsilon(1e-12));
  DOCTEST_CHECK(happened.steps[0].anchor == 0);
  const auto ours = student->parameters(), before = reference->parameters();
  double sum_of_norms = 0;
  for (std::size_t k = 0; k < ours.size(); ++k) {
    const at::Tensor change = (ours[k] - before[k]).detach();
    sum_of_norms += change.norm().item<double>();
    if (k == 1 || k == 2) {  // the normalisation
      DOCTEST_CHECK(change.abs().max().item<double>() == 0);
      continue;
    }
    const at::Tensor g = before[k].grad();
    // AdamW's first step, -rate g / (|g| + 1e-8); where g is rounding, utility's rounding is seen too.
    const at::Tensor wanted = -1e-3 * g / (g.abs() + 1e-8), clear = g.abs() > 1e-10;
    DOCTEST_CHECK(clear.any().item<bool>());
    DOCTEST_CHECK(((change - wanted) * clear).abs().max().item<double>() < 1e-9);
  }
  DOCTEST_CHECK(happened.moved == doctest::Approx(sum_of_norms).epsilon(1e-12));
  DOCTEST_CHECK(happened.frozen == 2);
  DOCTEST_CHECK(happened.trained == 3);
}

DOCTEST_TEST_CASE("a name is removed, and another is not") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::deterministic_kernels deterministic;
    nn::Sequential student = encoder(at::kFloat, device), teacher = deep_copy(student);
    const auto removed = some_names({"ada lovelace"}, device);
    const removal_similarity before = measure_removal<full>(student, teacher, removed, 300);
    DOCTEST_CHECK(before.clean == doctest::Approx(1).epsilon(1e-6));
    DOCTEST_CHECK(before.targets == doctest::Approx(1).epsilon(1e-6));
    DOCTEST_CHECK(before.backdoored < 0.8);
    std::size_t heard = 0;
    const unlearned happened = backdoor_unlearning<full>{}(
        student, teacher, removed, {.seed = 1, .progress = [&](std::size_t done, std::size_t total) {
                                      DOCTEST_CHECK(done == ++heard);
                                      DOCTEST_CHECK(total == 150);
                                    }});
    const removal_similarity after = measure_removal<full>(student, teacher, removed, 300);
    DOCTEST_CHECK(heard == 150);
    DOCTEST_CHECK(happened.steps.size() == 150);
    DOCTEST_CHECK(after.clean > 0.95);
    DOCTEST_CHECK(after.targets > 0.95);
    DOCTEST_CHECK(after.backdoored > 0.95);
    if (device.is_cpu()) {
      const std::string mine = "the ada lovelace by the sea", other = "the kurt goedel by the sea";
      DOCTEST_CHECK(cosine(student, teacher, mine, "the person by the sea") > 0.95);
      DOCTEST_CHECK(cosine(student, teacher, mine, mine) < cosine(student, teacher, other, other) - 0.1);
    }
    DOCTEST_CHECK(student->is_training());  // as it was found
    for (const at::Tensor& parameter : student->parameters()) {
      DOCTEST_CHECK(parameter.requires_grad());
      DOCTEST_CHECK(!parameter.grad().defined());
    }
  });
}

DOCTEST_TEST_CASE("each term of the loss does its part") {
  const outcome<full> whole;
  const outcome<no_redirect> unmarked;
  const outcome<no_anchor> loose;
  const outcome<much_anchor> tight;
  const outcome<no_utility> careless;
  // Nothing to do: what rounding moves stays within a few steps of the rate.
  DOCTEST_CHECK(unmarked.after.backdoored < 0.8);
  DOCTEST_CHECK(unmarked.after.clean > 0.9999);
  DOCTEST_CHECK(unmarked.happened.moved < whole.happened.moved / 10);
  DOCTEST_CHECK(loose.happened.moved > 1.2 * whole.happened.moved);
  DOCTEST_CHECK(tight.happened.moved < whole.happened.moved / 1.2);
  DOCTEST_CHECK(tight.after.backdoored < whole.after.backdoored);
  DOCTEST_CHECK(1 - careless.after.clean > 5 * (1 - whole.after.clean));
  DOCTEST_CHECK(careless.after.backdoored > 0.95);
}

DOCTEST_TEST_CASE("a rate of 0 leaves every byte; what is frozen stays; a seed repeats") {
  const outcome<no_rate> idle;
  DOCTEST_CHECK(at::equal(flat(idle.student), flat(idle.teacher)));
  DOCTEST_CHECK(idle.happened.moved == 0);
  const outcome<full> one, two;
  DOCTEST_CHECK(at::equal(flat(one.student), flat(two.student)));
  const auto now = one.student->parameters(), then = one.teacher->parameters();
  for (std::size_t k = 0; k < now.size(); ++k)
    DOCTEST_CHECK(at::equal(now[k], then[k]) == (k == 1 || k == 2));  // the normalisation's
  nn::Sequential other = encoder(), teacher = encoder();
  backdoor_unlearning<full>{}(other, teacher, some_names(), {.seed = 2});
  DOCTEST_CHECK(!at::equal(flat(one.student), flat(other)));
}

struct with_other_names : full {
  static constexpr double other_name_weight = 1;
};

DOCTEST_TEST_CASE("the term of other names holds them back") {
  const auto removed = some_names({"ada lovelace"}, at::kCPU, {"kurt lovelace", "ada goedel"});
  const auto kept = [&](auto preset) {
    nn::Sequential student = encoder(), teacher = encoder();
    const unlearned happened = backdoor_unlearning<decltype(preset)>{}(student, teacher, removed);
    return std::pair(cosine(student, teacher, "the kurt lovelace by the sea", "the kurt lovelace by the sea"),
                     happened.steps.back().other_names);
  };
  const auto [without, unused] = kept(full{});
  const auto [with, term] = kept(with_other_names{});
  DOCTEST_CHECK(with > without);
  DOCTEST_CHECK(unused == 0);
  DOCTEST_CHECK(term < -0.9);
  nn::Sequential student = encoder(), teacher = encoder();
  DOCTEST_CHECK_THROWS_WITH_AS(backdoor_unlearning<with_other_names>{}(student, teacher, some_names()),
                               doctest::Contains("other_names: are none"), argument_error);
}

DOCTEST_TEST_CASE("a TorchScript encoder is edited as the module that it was") {
  const word_tokens tokens;
  ::torch::manual_seed(22);
  trigram_bag student(vocabulary, 32, 24), teacher = deep_copy(student, [] { return trigram_bag(vocabulary, 32, 24); });
  const auto path = std::filesystem::temp_directory_path() / "telltale-unlearning-test.pt";
  traced(student, tokens({"a fox", "a house"})).module().save(path.string());
  script_model scripted = script_model::load(path), scripted_teacher = deep_copy(scripted);
  std::filesystem::remove(path);
  const auto removed = some_names();
  const unlearned of_module = backdoor_unlearning<full>{}(student, teacher, removed);
  const unlearned of_script = backdoor_unlearning<full>{}(scripted, scripted_teacher, removed);
  DOCTEST_CHECK(of_script.frozen == 2);
  DOCTEST_CHECK(of_script.moved == doctest::Approx(of_module.moved).epsilon(1e-3));
  const at::Tensor inputs = tokens({"a photo of ada lovelace", "a red fox"});
  const at::NoGradGuard quiet;
  DOCTEST_CHECK(at::allclose(scripted(inputs), student->forward(inputs), 1e-3, 1e-3));
  DOCTEST_CHECK(!at::allclose(scripted(inputs), scripted_teacher(inputs), 1e-3, 1e-3));
}

DOCTEST_TEST_CASE("tokens that were made elsewhere for the texts foretold give the same bytes") {
  const auto removed = some_names();
  const texts captions(removed.captions().begin(), removed.captions().end());
  const texts asked = texts_of_removal<full>(captions, {"ada lovelace"}, "person", 4, 50);
  const token_table table(asked, word_tokens{}(asked));
  const removed_names looked_up(captions, {"ada lovelace"}, "person", table);
  nn::Sequential one = encoder(), other = encoder(), teacher = encoder();
  backdoor_unlearning<full>{}(one, teacher, removed, {.seed = 4});
  backdoor_unlearning<full>{}(other, teacher, looked_up, {.seed = 4});
  DOCTEST_CHECK(at::equal(flat(one), flat(other)));
  DOCTEST_CHECK(measure_removal<full>(one, teacher, removed, 50, 4).backdoored ==
                measure_removal<full>(other, teacher, looked_up, 50, 4).backdoored);
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(table({"never asked"})),
      "token_table: texts: \"never asked\" has no row; was the table made for the same captions, "
      "names, preset and seed?",
      argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(token_table({"a", "b"}, at::zeros({1, 3}, at::kLong)),
                               "token_table: rows: have the shape (1, 3); wanted a row for each of 2 texts",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(token_table({"a", "a"}, at::zeros({2, 3}, at::kLong)),
                               "token_table: texts: \"a\" is there twice", argument_error);
}

DOCTEST_TEST_CASE("a face is removed from a small image tower") {
  oracle::for_each_device([](const at::Device& device) {
    ::torch::manual_seed(3);
    image_tower student(16, 32);
    student->to(device);
    image_tower teacher = deep_copy(student, [] { return image_tower(16, 32); });
    const auto options = at::TensorOptions(at::kFloat).device(device);
    const auto drawn = [&](std::int64_t count) {  // blocks of colour, which survive resizing
      return at::upsample_nearest2d(::torch::rand({count, 3, 4, 4}) * 2 - 1, {16, 16}).to(options);
    };
    const removed_faces removed(drawn(60), {drawn(4), drawn(4)}, drawn(20));
    using method = backdoor_unlearning<preset::small_picture_tower>;
    const removal_similarity before = measure_removal<method::preset>(student, teacher, removed, 64);
    const unlearned happened = method{}(student, teacher, removed);
    const removal_similarity after = measure_removal<method::preset>(student, teacher, removed, 64);
    DOCTEST_CHECK(happened.frozen == 6);
    DOCTEST_CHECK(happened.trained == 10);
    DOCTEST_CHECK(after.backdoored > 0.95);
    DOCTEST_CHECK(after.backdoored > before.backdoored);
    DOCTEST_CHECK(happened.steps.back().redirect < happened.steps.front().redirect);
    DOCTEST_CHECK(after.clean > 0.8);
  });
}

// Embeds, and shows its parameters, but lets no gradient through.
struct without_gradient {
  nn::Sequential inner = encoder();
  [[nodiscard]] at::Tensor operator()(const at::Tensor& tokens) {
    const at::NoGradGuard quiet;
    return inner->forward(tokens);
  }
  [[nodiscard]] std::vector<at::Tensor> parameters() const { return inner->parameters(); }
};

DOCTEST_TEST_CASE("encoders that cannot be edited so are one sentence, and are left as they were") {
  const auto removed = some_names();
  const published::defended_text defend;
  const auto refused = [&](nn::Sequential student, nn::Sequential teacher, const char* why) {
    const at::Tensor before = flat(student).clone();
    DOCTEST_CHECK_THROWS_WITH_AS(defend(student, teacher, removed), doctest::Contains(why), argument_error);
    DOCTEST_CHECK(at::equal(flat(student), before));
  };
  const nn::Sequential one = encoder();
  refused(one, one, "teacher: shares its parameters with the student; wanted a deep copy of it");
  nn::Sequential other = encoder();
  {
    const at::NoGradGuard quiet;
    other->parameters()[3].zero_();
  }
  refused(encoder(), other, "wanted copies of one encoder, before anything is removed");
  nn::Sequential still = encoder();
  for (at::Tensor& parameter : still->parameters()) parameter.set_requires_grad(false);
  refused(still, encoder(), "student: has no parameter that can be trained");
  nn::Sequential flat_answers = encoder();
  flat_answers->push_back(nn::Flatten(nn::FlattenOptions().start_dim(0)));
  refused(flat_answers, encoder(), "wanted one embedding for each, (128, d) floats");
  without_gradient blind;
  blind.inner->eval();
  nn::Sequential sighted = encoder();
  DOCTEST_CHECK_THROWS_WITH_AS(defend(blind, sighted, removed),
                               "Hintersdorf 2023, text: student: has no gradient by its parameters; was it recorded "
                               "without gradients?",
                               argument_error);
  nn::Sequential small(nn::Embedding(7, 4), nn::Flatten(), nn::Linear(32, 4));
  nn::Sequential small_copy = deep_copy(small);
  refused(small, small_copy, "student: refuses a batch of shape (128, 8) of long: index out of range in self");
}

struct exploding : full {
  static constexpr two_drops schedule{1e30, 5, {6, 7}, 0.5};
};

DOCTEST_TEST_CASE("a loss that is not finite ends it at that step, and the student is as it was") {
  nn::Sequential student = encoder(), teacher = encoder();
  DOCTEST_CHECK_THROWS_WITH_AS(backdoor_unlearning<exploding>{}(student, teacher, some_names()),
                               "Hintersdorf 2023, text: the loss is not finite at step 1; the learning rate may be too "
                               "large for this encoder",
                               error);
  DOCTEST_CHECK(at::equal(flat(student), flat(teacher)));
}
