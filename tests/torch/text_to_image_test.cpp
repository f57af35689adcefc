// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Attacks that read generated pixels with a convolutional network.
#include <ATen/ATen.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/generator/observed.hpp>
#include <telltale/torch/published/text_to_image.hpp>

#include "oracle/rule_inputs.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using oracle::has;
using oracle::refusal;
using published::i_p_learned;
using published::ii_p_learned;

namespace {

using labelled = labelled_records<features<libtorch>>;
using seen = generation<libtorch>;

static_assert(Scorer<generated_pixels, seen> && Scorer<pixel_difference, seen> &&
              !Scorer<pixel_difference, generation<eigen<float>>> &&
              !Scorer<pixel_difference, classification<libtorch>>);
static_assert(std::is_invocable_v<ii_p_learned, const seen&, const adversary<labelled>&> &&
              !std::is_invocable_v<ii_p_learned, const seen&, const adversary<>&>);
static_assert(i_p_learned::scorer::holds == knowledge::caption &&
              i_p_learned::rule::needs == knowledge::labelled_records);
static_assert(ii_p_learned::scorer::holds == (knowledge::record | knowledge::caption) &&
              ii_p_learned::scorer::needs == access_to::generation);

at::Tensor normals(std::uint64_t seed, at::IntArrayRef shape) {
  random_stream random(seed);
  const at::Tensor all = at::empty(shape);
  for (float& number : std::span<float>(all.data_ptr<float>(), static_cast<std::size_t>(all.numel())))
    number = static_cast<float>(random.normal());
  return all;
}

struct world {
  observed_generation observed;
  std::vector<membership> member;

  [[nodiscard]] labelled owned_by(const auto& scorer) const {
    features<libtorch> values;
    scorer(observed.view(), values);
    return {values, member};
  }
};

/// Two pictures each of 8 x 8; of a member, every other one, they are the query with `noise`, of others with
/// `other_noise`; all pictures of members also have `stripes` of that height.
world made(std::uint64_t seed, std::int64_t n, double noise, double other_noise, double stripes,
           const at::Device& device) {
  world some;
  const at::Tensor of = at::empty({n, 1, 1, 1, 1}), lines = at::zeros({n, 1, 1, 1, 8});
  for (std::int64_t i = 0; i < n; ++i) {
    const bool in = i % 2 == 0;
    some.member.push_back(in ? membership::in : membership::out);
    of[i].fill_(in ? noise : other_noise);
    for (std::int64_t column = 0; in && column < 8; column += 2) lines.select(4, column)[i].fill_(stripes);
  }
  const at::Tensor x = 0.5 * normals(seed, {n, 3, 8, 8});
  some.observed.queries = x.to(device);
  some.observed.generated = (x.unsqueeze(1) + of * normals(seed + 1, {n, 2, 3, 8, 8}) + lines).to(device);
  return some;
}

template <class Attack>
metric::estimate auc_of(const world& known, const world& asked) {
  const evidence found = Attack{}(asked.observed.view(), owning(known.owned_by(typename Attack::scorer{})));
  DOCTEST_CHECK(found.cut == 0);
  return metric::evaluate(found.values, asked.member).auc;
}

}  // namespace

DOCTEST_TEST_CASE("features of generated pictures are pictures, the mean of r") {
  oracle::for_each_device([](const at::Device& device) {
    const world some = made(1, 5, 0.3, 0.4, 0.5, device);
    features<libtorch> pixels, difference;
    generated_pixels{}(some.observed.view(), pixels);
    pixel_difference{}(some.observed.view(), difference);
    const at::Tensor& y = some.observed.generated;
    const at::Tensor mean = (y.select(1, 0) + y.select(1, 1)) / 2;
    DOCTEST_REQUIRE(pixels.values.sizes() == at::IntArrayRef({5, 3, 8, 8}));
    DOCTEST_CHECK((pixels.values - mean).abs().max().item<double>() < 1e-6);
    DOCTEST_REQUIRE(difference.values.sizes() == at::IntArrayRef({5, 3, 8, 8}));
    DOCTEST_CHECK((difference.values - (some.observed.queries - mean)).abs().max().item<double>() < 1e-6);
    DOCTEST_CHECK(pixels.values.device() == device);
  });
}

DOCTEST_TEST_CASE("a network finds members by how their pictures differ from the query") {
  oracle::for_each_device([](const at::Device& device) {
    // The pictures themselves are noise of one kind: I-P has nothing to see but 2 % more variance.
    const world known = made(2, 200, 0.2, 0.4, 0, device), asked = made(4, 200, 0.2, 0.4, 0, device);
    DOCTEST_CHECK(auc_of<ii_p_learned>(known, asked).low > 0.95);
    // Stripes are in what was generated, whatever the query is.
    const world striped = made(6, 200, 0.4, 0.4, 0.5, device), others = made(8, 200, 0.4, 0.4, 0.5, device);
    DOCTEST_CHECK(auc_of<i_p_learned>(striped, others).low > 0.9);
  });
}

DOCTEST_TEST_CASE("a network finds nothing where membership leaves no trace") {
  // Ten worlds, each with its own network, so that their areas are independent.
  for (const bool of_difference : {false, true}) {
    double sum = 0, squares = 0;
    constexpr int worlds = 10;
    for (std::uint64_t w = 0; w < worlds; ++w) {
      const world known = made(100 + 4 * w, 60, 0.3, 0.3, 0, at::kCPU),
                  asked = made(102 + 4 * w, 200, 0.3, 0.3, 0, at::kCPU);
      const double auc =
          of_difference ? auc_of<ii_p_learned>(known, asked).value : auc_of<i_p_learned>(known, asked).value;
      sum += auc / worlds;
      squares += auc * auc / worlds;
    }
    // Under the null each area has mean 1/2 and a deviation of about 0.041 = sqrt((100 + 100 + 1) / (12 * 100 * 100)).
    DOCTEST_INFO("mean ", sum, ", deviation ", std::sqrt(squares - sum * sum));
    DOCTEST_CHECK(std::abs(sum - 0.5) < 3.3 * 0.041 / std::sqrt(double(worlds)));
  }
}

DOCTEST_TEST_CASE("evidence of a network is a function of its input") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::deterministic_kernels same_bytes;
    const world known = made(10, 40, 0.2, 0.4, 0, device), asked = made(12, 20, 0.2, 0.4, 0, device);
    const auto found = [&] {
      return ii_p_learned{}(asked.observed.view(), owning(known.owned_by(pixel_difference{}))).values;
    };
    DOCTEST_CHECK(found() == found());
  });
}

DOCTEST_TEST_CASE("pictures that no network can be taught by are refused") {
  const world known = made(14, 40, 0.2, 0.4, 0, at::kCPU);
  const auto attacked = [&](const world& from, const observed_generation& asked) {
    return refusal([&] { (void)ii_p_learned{}(asked.view(), owning(from.owned_by(pixel_difference{}))); });
  };
  DOCTEST_CHECK(attacked(known, known.observed) == "nothing was thrown");
  observed_generation blind = known.observed;
  blind.queries = at::Tensor();
  DOCTEST_CHECK(has(attacked(known, blind), "queries: was not collected"));
  observed_generation larger = known.observed;
  larger.queries = at::zeros({40, 3, 16, 16});
  larger.generated = at::zeros({40, 2, 3, 16, 16});
  DOCTEST_CHECK(has(attacked(known, larger), "signal: has the shape (40, 3, 16, 16)"));
  world one_kind = known;
  one_kind.member.assign(40, membership::in);
  DOCTEST_CHECK(has(attacked(one_kind, known.observed), "holds 40 members and 0 non-members"));
  one_kind.member.pop_back();
  DOCTEST_CHECK(has(attacked(one_kind, known.observed), "labelled records: has 40 elements; wanted 39"));
  world same = known;
  same.observed.generated = same.observed.queries.unsqueeze(1);
  DOCTEST_CHECK(has(attacked(same, known.observed), "channel 0 is constant"));
  observed_generation embedded;
  embedded.generated_embeddings = normals(16, {40, 2, 4});
  DOCTEST_CHECK(has(attacked(known, embedded), "was not collected"));
}
