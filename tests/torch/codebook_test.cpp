// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <telltale/torch/generator/codebook.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using telltale::codebook;
using telltale::fit_codebook;

at::Tensor noise(at::IntArrayRef shape, std::uint64_t seed = 5) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  return at::rand(shape, generator) * 2 - 1;
}

// Pictures of 8 x 8 whose 4 patches are drawn from a few, plus a little noise; which of them is each patch's group.
struct grouped {
  at::Tensor pictures, patches, group;
};

grouped draw_grouped(std::int64_t groups, std::int64_t pictures) {
  const at::Tensor from = noise({groups, 12}, 1), group = at::arange(pictures * 16).remainder(groups);
  const at::Tensor patches = (from.index_select(0, group) + noise({pictures * 16, 12}, 2) * 0.01) * 0.9;
  return {patches.reshape({pictures, 4, 4, 3, 2, 2}).permute({0, 3, 1, 4, 2, 5}).reshape({pictures, 3, 8, 8}), patches,
          group};
}

}  // namespace

DOCTEST_TEST_CASE("a picture is cut into patches row by row, channel by channel, and put together again") {
  oracle::for_each_device([](const at::Device& device) {
    const at::Tensor pictures = noise({5, 3, 4, 6}).to(device);
    const at::Tensor patches = codebook::patches_of(pictures, 2, 3);
    DOCTEST_REQUIRE(patches.sizes() == at::IntArrayRef({5 * 6, 12}));
    for (std::int64_t n = 0; n < 5; ++n)
      for (std::int64_t row = 0; row < 2; ++row)
        for (std::int64_t column = 0; column < 3; ++column)
          DOCTEST_CHECK(at::equal(patches[(n * 2 + row) * 3 + column],
                                  pictures[n].narrow(1, row * 2, 2).narrow(2, column * 2, 2).flatten()));
    // With every patch a centre nothing is lost.
    const codebook all(patches.clone(), 2);
    DOCTEST_CHECK(at::equal(all.decode(all.encode(pictures), 2), pictures));
  });
}

DOCTEST_TEST_CASE("each patch is written as its nearest centre: the plain loop in double") {
  oracle::for_each_device([](const at::Device& device) {
    const codebook book(noise({7, 12}, 3).to(device), 2);
    const at::Tensor pictures = noise({40, 3, 4, 4}, 4).to(device), tokens = book.encode(pictures);
    DOCTEST_REQUIRE(tokens.sizes() == at::IntArrayRef({40, 4}));
    const at::Tensor patches = codebook::patches_of(pictures, 2, 3).to(at::kDouble),
                     far = (patches.unsqueeze(1) - book.centres().to(at::kDouble).unsqueeze(0)).square().sum(2);
    DOCTEST_CHECK(at::equal(tokens.flatten(), far.argmin(1)));
    DOCTEST_CHECK(book.codes() == 7);
    DOCTEST_CHECK(book.channels() == 3);
  });
}

DOCTEST_TEST_CASE("k-means finds groups that lie apart: every centre is the mean of one") {
  const grouped data = draw_grouped(10, 50);
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const codebook book = fit_codebook(data.pictures, {.codes = 10, .patch = 2, .seed = seed});
    const at::Tensor code = book.encode(data.pictures).flatten();
    for (std::int64_t group = 0; group < 10; ++group) {
      const at::Tensor mine = data.group == group, codes = code.masked_select(mine);
      DOCTEST_CHECK((codes == codes[0]).all().item<bool>());
      const at::Tensor mean = data.patches.index({mine}).mean(0);
      DOCTEST_CHECK((book.centres()[codes[0].item<std::int64_t>()] - mean).abs().max().item<double>() < 1e-6);
    }
  }
}

DOCTEST_TEST_CASE("what k-means ends with is a fixed point, and better than what it began with") {
  const at::Tensor pictures = noise({60, 3, 8, 8}, 6);
  const at::Tensor patches = codebook::patches_of(pictures, 4, 3);
  const auto error_of = [&](const codebook& book) {
    return (book.decode(book.encode(pictures), 2) - pictures).square().mean().item<double>();
  };
  const codebook begun = fit_codebook(pictures, {.codes = 12, .rounds = 1}),
                 ended = fit_codebook(pictures, {.codes = 12, .rounds = 200});
  DOCTEST_CHECK(error_of(ended) < error_of(begun));
  const at::Tensor code = ended.encode(pictures).flatten();
  for (std::int64_t k = 0; k < 12; ++k) {
    const at::Tensor mine = code == k;
    DOCTEST_REQUIRE(mine.any().item<bool>());
    DOCTEST_CHECK((patches.index({mine}).mean(0) - ended.centres()[k]).abs().max().item<double>() < 1e-5);
  }
}

DOCTEST_TEST_CASE("a codebook is a function of pictures and seed, and leaves torch's generator alone") {
  const at::Tensor pictures = noise({30, 3, 8, 8}, 7);
  at::Generator mine = at::globalContext().defaultGenerator(at::kCPU);
  const at::Tensor state = mine.get_state();
  const codebook one = fit_codebook(pictures, {.codes = 8, .rounds = 1, .seed = 4}),
                 same = fit_codebook(pictures, {.codes = 8, .rounds = 1, .seed = 4}),
                 other = fit_codebook(pictures, {.codes = 8, .rounds = 1, .seed = 5});
  DOCTEST_CHECK(at::equal(one.centres(), same.centres()));
  DOCTEST_CHECK_FALSE(at::equal(one.centres(), other.centres()));
  DOCTEST_CHECK(at::equal(mine.get_state(), state));
}

DOCTEST_TEST_CASE("a codebook refuses what it cannot write") {
  const at::Tensor pictures = noise({3, 3, 8, 8}, 8);
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(fit_codebook(at::ones({4, 3, 8, 8}), {.codes = 4})),
      "fit_codebook: pictures: hold 1 different patches; wanted at least 4, the number of codes",
      telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(fit_codebook(pictures, {.codes = 1})),
                               "fit_codebook: codes: is 1; wanted at least 2", telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(fit_codebook(pictures, {.codes = 4, .rounds = 0})),
                               "fit_codebook: rounds: is 0; wanted at least 1", telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(fit_codebook(pictures, {.codes = 4, .patch = 3})),
      "codebook: pictures: have the shape (3, 3, 8, 8); wanted (n, 3, height, width), sides multiples of 3",
      telltale::argument_error);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(fit_codebook(at::Tensor(), {})), telltale::argument_error);
  at::Tensor holed = pictures.clone();
  holed[1][2][3][4] = std::numeric_limits<double>::quiet_NaN();
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(fit_codebook(holed, {.codes = 4})),
                               "codebook: pictures: hold a pixel that is not finite", telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(codebook(noise({4, 10}), 2),
                               "codebook: centres: have the shape (4, 10); wanted (at least 2, channels x 4)",
                               telltale::argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(codebook(at::Tensor(), 2),
                               "codebook: centres: are undefined; wanted (at least 2, "
                               "channels x 4)",
                               telltale::argument_error);
  const codebook book(noise({4, 12}), 2);
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(book.decode(at::zeros({2, 5}, at::kLong), 2)),
                               "codebook::decode: tokens: have the shape (2, 5); wanted (pictures, 2 rows of patches)",
                               telltale::argument_error);
}
