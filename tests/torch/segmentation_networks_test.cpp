// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Type-I, Type-II and the structured loss map: what their networks see, and what they make of it.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/anatomy.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/observation/floored.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/scorer/pixel_map.hpp>
#include <telltale/torch/published/segmentation.hpp>

#include "oracle/rule_inputs.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using oracle::has;
using oracle::refusal;

namespace {

constexpr std::size_t classes = 3, height = 10, width = 12, size = height * width;
constexpr int ignore = 255;
constexpr map_format format{classes, height, width};

using answers = segmentation<libtorch>;
using behind_argmax = segmentation_behind<argmax, answers>;
using labels_alone = segmentation<libtorch, access_to::label>;
using tensor_features = features<libtorch>;
using labelled = labelled_records<tensor_features>;

static_assert(Scorer<output_map, answers> && !Scorer<output_map, behind_argmax> &&
              !Scorer<output_map, segmentation<eigen<float>>>);
static_assert(Scorer<predicted_map, answers> && Scorer<predicted_map, behind_argmax> &&
              Scorer<predicted_map, labels_alone> && Scorer<with_truth<predicted_map>, labels_alone> &&
              Scorer<score_map<correctness>, behind_argmax> && !Scorer<score_map<loss>, behind_argmax>);
static_assert(with_truth<output_map>::holds == knowledge::truth &&
              telltale::detail::holds_of<output_map> == knowledge::nothing &&
              score_map<loss>::holds == knowledge::truth &&
              telltale::detail::holds_of<predicted_map> == knowledge::nothing);
static_assert(anatomy_of<published::type_ii>().scorer == "output map with the truth" &&
              anatomy_of<published::type_ii>().owns == (knowledge::truth | knowledge::labelled_records) &&
              anatomy_of<published::type_i>().owns == knowledge::labelled_records);

// n images with masks of a rectangle each of two classes on a background, and logits of noise.
struct world {
  at::Tensor logits;  // (n, classes, size), float
  std::vector<std::uint8_t> masks;
  std::size_t n;

  world(std::size_t images, std::uint64_t seed) : n(images) {
    random_stream random(seed);
    logits = at::empty({static_cast<std::int64_t>(n), classes, size}, at::kFloat);
    for (float& z : std::span(logits.data_ptr<float>(), n * classes * size)) z = static_cast<float>(random.normal());
    masks.assign(n * size, 0);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t top = random.below(5), left = random.below(6);
      for (std::size_t r = top; r < top + 5; ++r)
        for (std::size_t c = left; c < left + 6; ++c)
          masks[i * size + r * width + c] = static_cast<std::uint8_t>(1 + i % 2);
    }
  }

  [[nodiscard]] label_maps truth() const { return {std::span<const std::uint8_t>(masks), n, height, width, ignore}; }
  [[nodiscard]] answers seen() const { return {logits, format, truth()}; }
  [[nodiscard]] std::vector<membership> member() const {
    std::vector<membership> all;
    for (std::size_t i = 0; i < n; ++i) all.push_back(i / 2 % 2 == 0 ? membership::in : membership::out);
    return all;
  }

  // Raises the logit of the class that a mask says: the image's own where it was learned, else that of another image,
  // so that answers to members and to others look alike and only the truth tells them apart.
  void answer(bool members_learned, bool others_learned) {
    auto* const z = logits.data_ptr<float>();
    for (std::size_t i = 0; i < n; ++i) {
      const bool learned = i / 2 % 2 == 0 ? members_learned : others_learned;
      const std::uint8_t* const mask = masks.data() + (learned ? i : (i + 4) % n) * size;
      for (std::size_t p = 0; p < size; ++p) z[(i * classes + mask[p]) * size + p] += 2;
    }
  }
};

template <class Score, class Batch>
at::Tensor map_of(const Batch& batch, const Score& score = {}) {
  tensor_features out;
  score(batch, out);
  return out.values;
}

template <class Attack, class Batch>
std::vector<double> evidence_of(const Batch& asked, const Batch& known, const std::vector<membership>& member) {
  return Attack{}(asked, owning(labelled{{map_of<typename Attack::scorer>(known)}, member})).values;
}

template <class Attack, class Batch>
double auc(const Batch& asked, const Batch& known, const std::vector<membership>& member) {
  return metric::roc_curve(evidence_of<Attack>(asked, known, member), member).auc();
}

// Of an AUC with `half` members and as many others at chance: the null variance of the Mann-Whitney statistic,
// (n + m + 1) / (12 n m).
double null_deviation(std::size_t half) {
  return std::sqrt(static_cast<double>(2 * half + 1) / static_cast<double>(12 * half * half));
}

at::Tensor softmax_of(const world& w) {
  return at::softmax(w.logits.to(at::kDouble), 1).reshape({static_cast<std::int64_t>(w.n), classes, height, width});
}

}  // namespace

DOCTEST_TEST_CASE("an output map holds the softmax of the logits, or the probabilities that are stored") {
  oracle::for_each_device([](const at::Device& device) {
    const world w(4, 1);
    const at::Tensor wanted = softmax_of(w).to(device), z = w.logits.to(device);
    const at::Tensor maps = map_of<output_map>(answers(z, format));
    DOCTEST_CHECK((maps.scalar_type() == at::kFloat));
    DOCTEST_CHECK(maps.device() == z.device());
    DOCTEST_CHECK(at::allclose(maps.to(at::kDouble), wanted, 0, 1e-6));
    const at::Tensor p = wanted.flatten(2);
    const at::Tensor stored = map_of<output_map>(answers(p, format, {}, stored_as::probabilities));
    DOCTEST_CHECK((stored.scalar_type() == at::kDouble));
    DOCTEST_CHECK(at::equal(stored, wanted));
    DOCTEST_CHECK(at::allclose(map_of<output_map>(answers(at::log(p), format, {}, stored_as::log_probabilities)),
                               wanted, 0, 1e-14));
  });
}

DOCTEST_TEST_CASE("a score map is the map of every pixel's score that the core makes on Eigen") {
  world w(5, 2);
  for (std::size_t p = 0; p < size; p += 7) w.masks[2 * size + p] = ignore;
  const std::vector<float> z(w.logits.data_ptr<float>(), w.logits.data_ptr<float>() + w.logits.numel());
  const segmentation<eigen<float>> core({z, w.n, classes, size}, format, w.truth());
  const auto check = [&]<class Score>(Score) {
    std::vector<double> wanted(w.n * size);
    pixel_map<Score>{}(core, wanted);
    oracle::for_each_device([&](const at::Device& device) {
      const at::Tensor at_device = w.logits.to(device),
                       map = map_of<score_map<Score>>(answers(at_device, format, w.truth()));
      DOCTEST_CHECK(map.sizes() == at::IntArrayRef({5, 1, height, width}));
      DOCTEST_CHECK(map.device() == at_device.device());
      const at::Tensor host = map.to(at::kCPU, at::kDouble).contiguous();
      for (std::size_t k = 0; k < wanted.size(); ++k)
        DOCTEST_CHECK(host.data_ptr<double>()[k] == doctest::Approx(wanted[k]).epsilon(1e-5));
      DOCTEST_CHECK(host[2][0].reshape({-1})[7].item<double>() == 0);
    });
  };
  check(loss{});
  check(correctness{});
}

DOCTEST_TEST_CASE("a predicted map is the one-hot argmax, from scores, behind argmax and from stored labels alike") {
  world w(4, 3);
  w.logits[0].fill_(1);  // all classes tie: the first is the prediction
  const at::Tensor maps = map_of<predicted_map>(w.seen());
  std::vector<int> labels;
  for (std::size_t i = 0; i < w.n; ++i)
    for (std::size_t p = 0; p < size; ++p) {
      const float* const z = w.logits.data_ptr<float>() + i * classes * size + p;
      std::size_t best = 0;
      for (std::size_t c = 1; c < classes; ++c) best = z[c * size] > z[best * size] ? c : best;
      labels.push_back(static_cast<int>(best));
    }
  const at::Tensor wanted = at::one_hot(at::tensor(std::vector<std::int64_t>(labels.begin(), labels.end())), classes)
                                .reshape({4, height, width, classes})
                                .permute({0, 3, 1, 2})
                                .to(at::kFloat);
  DOCTEST_CHECK(at::equal(maps, wanted));
  DOCTEST_CHECK(at::equal(map_of<predicted_map>(at_every_pixel{argmax{}}(w.seen())), wanted));
  DOCTEST_CHECK(at::equal(map_of<predicted_map>(labels_alone(labels, format)), wanted));
  DOCTEST_CHECK(maps[0][0].min().item<float>() == 1);
}

DOCTEST_TEST_CASE("beside a map stands the truth, one channel a class, and both are 0 at ignored pixels") {
  world w(3, 4);
  w.masks[size + 5] = ignore;
  const at::Tensor both = map_of<with_truth<output_map>>(w.seen()), alone = map_of<output_map>(w.seen());
  DOCTEST_CHECK(both.sizes() == at::IntArrayRef({3, 2 * classes, height, width}));
  for (std::int64_t i = 0; i < 3; ++i)
    for (std::size_t p = 0; p < size; ++p) {
      const int label = w.masks[static_cast<std::size_t>(i) * size + p];
      const auto row = static_cast<std::int64_t>(p / width), column = static_cast<std::int64_t>(p % width);
      for (int c = 0; c < int(classes); ++c) {
        const float share = both[i][c][row][column].item<float>(),
                    truth = both[i][static_cast<std::int64_t>(classes) + c][row][column].item<float>();
        DOCTEST_CHECK(share == (label == ignore ? 0 : alone[i][c][row][column].item<float>()));
        DOCTEST_CHECK(truth == (label == c ? 1 : 0));
      }
    }
  DOCTEST_CHECK(at::equal(map_of<with_truth<predicted_map>>(w.seen()).narrow(1, classes, classes),
                          both.narrow(1, classes, classes)));
}

DOCTEST_TEST_CASE("maps are made of what a release leaves") {
  const world w(3, 5);
  const at_every_pixel noisy{noise{0.2, 7}};
  const at::Tensor maps = map_of<output_map>(noisy(w.seen()));
  DOCTEST_CHECK(at::allclose(maps.sum(1), at::ones({3, height, width}), 0, 1e-5));
  // The core's numbers behind the same noise: minus the loss of the true class is the log of its channel.
  const std::vector<float> z(w.logits.data_ptr<float>(), w.logits.data_ptr<float>() + w.logits.numel());
  const segmentation<eigen<float>> core({z, w.n, classes, size}, format, w.truth());
  std::vector<double> loss_at(w.n * size);
  pixel_map<loss>{}(noisy(core), loss_at);
  for (std::size_t k = 0; k < loss_at.size(); ++k) {
    const auto i = static_cast<std::int64_t>(k / size), p = static_cast<std::int64_t>(k % size);
    const double share = maps[i][w.masks[k]].reshape({-1})[p].item<double>();
    DOCTEST_CHECK(std::log(share) == doctest::Approx(loss_at[k]).epsilon(1e-4));
  }
  // A probability of 0 has no loss, but a floor by name: -log 1e-30 = 69.08 (the known answer of He et al.'s code).
  at::Tensor hard = at::zeros({1, classes, size}, at::kDouble);
  hard.select(1, 0).fill_(1);
  std::vector<std::uint8_t> truth(size, 0);
  truth[3] = 1;
  const answers sure(hard, format, {std::span<const std::uint8_t>(truth), 1, height, width}, stored_as::probabilities);
  DOCTEST_CHECK(has(refusal([&] { map_of<score_map<loss>>(sure); }), "image 0: pixel 3"));
  const at::Tensor bounded = map_of<score_map<loss>>(floored(sure, 1e-30)).reshape({-1});
  DOCTEST_CHECK(bounded[3].item<double>() == doctest::Approx(-30 * std::log(10.0)).epsilon(1e-6));
  DOCTEST_CHECK(std::abs(bounded[4].item<double>()) < 1e-12);
}

DOCTEST_TEST_CASE(
    "a target that has learned its members is told by what sees the truth, and where answers look alike not by "
    "Type-I") {
  world known(120, 6), asked(120, 7);
  known.answer(true, false);
  asked.answer(true, false);
  const std::vector<membership> member = known.member();
  const double one = auc<published::type_i>(asked.seen(), known.seen(), member),
               two = auc<published::type_ii>(asked.seen(), known.seen(), member),
               map = auc<published::structured_loss_map>(asked.seen(), known.seen(), member);
  DOCTEST_MESSAGE("Type-I " << one << ", Type-II " << two << ", loss map " << map);
  DOCTEST_CHECK(map > 0.95);
  DOCTEST_CHECK(two > 0.95);
  DOCTEST_CHECK(std::abs(one - 0.5) < 3 * null_deviation(60));

  const at_every_pixel hard{argmax{}};
  const double two_of_labels = auc<published::type_ii_of_labels>(hard(asked.seen()), hard(known.seen()), member),
               wrong = auc<published::structured_loss_map_of_labels>(hard(asked.seen()), hard(known.seen()), member);
  DOCTEST_MESSAGE("of labels: Type-II " << two_of_labels << ", where they are right " << wrong);
  DOCTEST_CHECK(wrong > 0.9);
  DOCTEST_CHECK(two_of_labels > 0.9);
  DOCTEST_CHECK(evidence_of<published::type_ii>(asked.seen(), known.seen(), member) ==
                evidence_of<published::type_ii>(asked.seen(), known.seen(), member));
}

DOCTEST_TEST_CASE("answers that do not depend on membership leave every network at chance") {
  // 6 independent pairs of worlds.
  constexpr std::size_t seeds = 6, half = 30;
  double one = 0, two = 0, map = 0, of_labels = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    world known(2 * half, 20 + seed), asked(2 * half, 40 + seed);
    known.answer(true, true);
    asked.answer(true, true);
    const std::vector<membership> member = known.member();
    one += auc<published::type_i>(asked.seen(), known.seen(), member) / seeds;
    two += auc<published::type_ii>(asked.seen(), known.seen(), member) / seeds;
    map += auc<published::structured_loss_map>(asked.seen(), known.seen(), member) / seeds;
    of_labels += auc<published::type_i_of_labels>(asked.seen(), known.seen(), member) / seeds;
  }
  const double deviation = null_deviation(half) / std::sqrt(double(seeds));
  DOCTEST_MESSAGE("Type-I " << one << ", Type-II " << two << ", loss map " << map << ", of labels " << of_labels
                            << ", deviation " << deviation);
  for (const double each : {one, two, map, of_labels}) DOCTEST_CHECK(std::abs(each - 0.5) < 3 * deviation);
}

DOCTEST_TEST_CASE("Type-I asks for no mask, and what needs one says so when there is none") {
  world known(20, 10), asked(20, 11);
  const answers no_masks(asked.logits, format), known_without(known.logits, format);
  DOCTEST_CHECK(evidence_of<published::type_i>(no_masks, known_without, known.member()).size() == 20);
  // A mask that could not be used does not matter to it.
  std::fill(asked.masks.begin(), asked.masks.end(), std::uint8_t{200});
  DOCTEST_CHECK(evidence_of<published::type_i>(asked.seen(), known_without, known.member()) ==
                evidence_of<published::type_i>(no_masks, known_without, known.member()));
  for (const std::string& said : {refusal([&] { map_of<with_truth<output_map>>(no_masks); }),
                                  refusal([&] { map_of<score_map<loss>>(no_masks); })})
    DOCTEST_CHECK(has(said, "masks: were not given"));
}

DOCTEST_TEST_CASE("maps that are no answers and masks that are none are refused, naming the image") {
  world w(3, 12);
  const auto says = [](const auto& work, const std::string& why) {
    const std::string said = refusal(work);
    DOCTEST_INFO(said);
    DOCTEST_CHECK(has(said, why));
  };
  const at::Tensor sums = at::rand({3, classes, size});
  says([&] { map_of<output_map>(answers(sums, format, {}, stored_as::probabilities)); }, "image 0: pixel 0 sums to");
  const at::Tensor before = w.logits.clone();
  w.logits[1][2][17] = NAN;
  says([&] { map_of<output_map>(w.seen()); }, "image 1: pixel 17 has a logit that is not finite");
  says([&] { map_of<predicted_map>(w.seen()); }, "image 1: pixel 17");
  w.logits = before;
  w.masks[2 * size + 14] = 9;
  says([&] { map_of<with_truth<output_map>>(w.seen()); }, "image 2 has label 9 at row 1, column 2");
  std::fill(w.masks.begin(), w.masks.end(), std::uint8_t{ignore});
  says([&] { map_of<with_truth<predicted_map>>(w.seen()); }, "image 0 is ignored at every pixel");
  says([&] { map_of<output_map>(answers(at::zeros({0, classes, size}), format)); }, "holds no image");
}
