// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Observations of a text-to-image generator on LibTorch: its primitives against naive loops, and what is refused.
#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/generator/observed.hpp>

#include "oracle/rule_inputs.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using oracle::has;
using oracle::refusal;

namespace {

at::Tensor noise(std::uint64_t seed, at::IntArrayRef shape, const at::TensorOptions& options) {
  random_stream random(seed);
  const at::Tensor all = at::empty(shape, at::kDouble);
  for (double& number : std::span<double>(all.data_ptr<double>(), static_cast<std::size_t>(all.numel())))
    number = random.normal();
  return all.to(options);
}

/// The numbers that a primitive computes on, as doubles, row by row.
std::vector<std::vector<double>> rows_of(const at::Tensor& tensor) {
  const at::Tensor host = tensor.flatten(0, -2).to(at::kCPU, at::kDouble).contiguous();
  std::vector<std::vector<double>> rows;
  for (std::int64_t i = 0; i < host.size(0); ++i) {
    const double* from = host.data_ptr<double>() + i * host.size(1);
    rows.emplace_back(from, from + host.size(1));
  }
  return rows;
}

void check_near(const std::vector<double>& got, const std::vector<double>& wanted, double tolerance = 1e-12) {
  DOCTEST_REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    DOCTEST_CHECK(std::abs(got[i] - wanted[i]) <= tolerance * std::max(1.0, std::abs(wanted[i])));
}

/// Wang et al. 2004 with uniform windows, window by window, from the definition of mean and covariance.
double slow_similarity(const std::vector<double>& a, const std::vector<double>& b, const picture_format& f) {
  const double c1 = std::pow(0.01 * f.range, 2), c2 = std::pow(0.03 * f.range, 2);
  double total = 0, windows = 0;
  for (std::size_t c = 0; c < f.channels; ++c)
    for (std::size_t top = 0; top + 7 <= f.height; ++top)
      for (std::size_t left = 0; left + 7 <= f.width; ++left) {
        const auto each = [&](const auto& work) {
          for (std::size_t y = top; y < top + 7; ++y)
            for (std::size_t x = left; x < left + 7; ++x) work((c * f.height + y) * f.width + x);
        };
        double m = 0, n = 0, v = 0, w = 0, s = 0;
        each([&](std::size_t i) { m += a[i] / 49, n += b[i] / 49; });
        each([&](std::size_t i) {
          v += (a[i] - m) * (a[i] - m) / 48, w += (b[i] - n) * (b[i] - n) / 48, s += (a[i] - m) * (b[i] - n) / 48;
        });
        total += (2 * m * n + c1) * (2 * s + c2) / ((m * m + n * n + c1) * (v + w + c2));
        ++windows;
      }
  return total / windows;
}

/// A generator that paints all pixels of picture j of a caption with its length / 10 + j / 100.
struct painter {
  std::int64_t side = 8;
  [[nodiscard]] at::Tensor generate(std::span<const std::string> captions, const generating& how) const {
    const auto n = static_cast<std::int64_t>(captions.size()), r = static_cast<std::int64_t>(how.pictures);
    at::Tensor all = at::empty({n, r, 3, side, side});
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < r; ++j)
        all[i][j].fill_(static_cast<double>(captions[static_cast<std::size_t>(i)].size()) / 10 +
                        static_cast<double>(j) / 100);
    return all;
  }
};
static_assert(Generator<painter> && Generation<generation<libtorch>>);

const auto mean_colour = [](const at::Tensor& pictures) { return pictures.mean({2, 3}); };
const auto lengths = [](std::span<const std::string> captions) {
  at::Tensor all = at::ones({static_cast<std::int64_t>(captions.size()), 3});
  for (std::size_t i = 0; i < captions.size(); ++i)
    all[static_cast<std::int64_t>(i)][0] = static_cast<double>(captions[i].size());
  return all;
};

}  // namespace

DOCTEST_TEST_CASE("pairs on tensors are compared as their definitions say") {
  oracle::for_each_device([](const at::Device& device) {
    for (const at::ScalarType type : {at::kFloat, at::kDouble})
      // 300 x 3 x 100 numbers are more than one part on the CPU.
      for (const auto& [n, r, d] : {std::array<std::int64_t, 3>{5, 1, 7}, {4, 3, 1}, {300, 3, 100}}) {
        const auto options = at::TensorOptions(type).device(device);
        const at::Tensor a = noise(1, {n, d}, options), b = noise(2, {n, r, d}, options);
        const auto x = rows_of(a), y = rows_of(b);
        std::vector<double> squares, absolutes, cosines, deviations;
        for (std::size_t row = 0; row < y.size(); ++row) {
          const auto& one = x[row / static_cast<std::size_t>(r)];
          double square = 0, absolute = 0, product = 0, length = 0, other = 0;
          for (std::size_t k = 0; k < one.size(); ++k) {
            square += (one[k] - y[row][k]) * (one[k] - y[row][k]);
            absolute += std::abs(one[k] - y[row][k]);
            product += one[k] * y[row][k], length += one[k] * one[k], other += y[row][k] * y[row][k];
          }
          squares.push_back(square), absolutes.push_back(absolute);
          cosines.push_back(product / std::sqrt(length * other));
        }
        for (std::size_t i = 0; i < x.size(); ++i) {
          double total = 0;
          for (std::size_t k = 0; k < x[0].size(); ++k) {
            const auto count = static_cast<std::size_t>(r);
            double mean = 0;
            for (std::size_t j = 0; j < count; ++j) mean += y[i * count + j][k] / double(r);
            for (std::size_t j = 0; j < count; ++j) total += std::pow(y[i * count + j][k] - mean, 2) / double(r);
          }
          deviations.push_back(total);
        }
        std::vector<double> out(y.size()), of_subjects(x.size());
        libtorch::squared_distances(a, b, out);
        check_near(out, squares);
        libtorch::absolute_distances(a, b, out);
        check_near(out, absolutes);
        libtorch::pair_cosines(a, b, out);
        check_near(out, cosines);
        libtorch::squared_deviations(b, of_subjects);
        check_near(of_subjects, deviations);
        std::vector<double> unit(static_cast<std::size_t>(b.numel())), wanted_unit;
        libtorch::unit_rows(b, unit);
        for (const auto& row : y) {
          double square = 0;
          for (const double value : row) square += value * value;
          for (const double value : row) wanted_unit.push_back(value / std::sqrt(square));
        }
        check_near(unit, wanted_unit);
        const tensor_view mean = libtorch::averaged(b);
        DOCTEST_CHECK(mean.subjects() == static_cast<std::size_t>(n));
        DOCTEST_CHECK(mean.queries() == 1);
        DOCTEST_CHECK((mean.rows() - b.to(at::kDouble).mean(1)).abs().max().item<double>() < 1e-6);
        DOCTEST_CHECK((mean.rows().scalar_type() == type));
      }
    // A cosine has no scale: neither squares that overflow nor squares that vanish.
    std::vector<double> one(1);
    const auto options = at::TensorOptions(at::kDouble).device(device);
    libtorch::pair_cosines(at::full({1, 2}, 1e200, options), at::full({1, 2}, 1e-200, options), one);
    DOCTEST_CHECK(one[0] == doctest::Approx(1).epsilon(1e-12));
  });
}

DOCTEST_TEST_CASE("pictures on tensors are compared as their definitions say") {
  oracle::for_each_device([](const at::Device& device) {
    for (const auto& [r, format] :
         {std::pair<std::int64_t, picture_format>{2, {3, 9, 12, 2}}, {1, {1, 7, 7, 255}}, {3, {3, 32, 32, 1}}}) {
      const auto options = at::TensorOptions(at::kFloat).device(device);
      const auto pixels = static_cast<std::int64_t>(format.pixels());
      const at::Tensor a = noise(3, {6, pixels}, options) * format.range / 4;
      // From alike to unlike, and an equal one, whose similarity is 1 exactly.
      at::Tensor b = a.unsqueeze(1) + noise(4, {6, r, pixels}, options) * at::arange(6, options).reshape({6, 1, 1}) *
                                          (format.range / 10);
      const auto x = rows_of(a), y = rows_of(b);
      std::vector<double> similarities, roughness, out(y.size());
      for (std::size_t row = 0; row < y.size(); ++row) {
        similarities.push_back(slow_similarity(x[row / static_cast<std::size_t>(r)], y[row], format));
        double total = 0, pairs = 0;
        for (std::size_t c = 0; c < format.channels; ++c)
          for (std::size_t i = 0; i < format.height; ++i)
            for (std::size_t j = 0; j < format.width; ++j) {
              const auto at = [&](std::size_t v, std::size_t h) {
                return y[row][(c * format.height + v) * format.width + h];
              };
              if (j + 1 < format.width) total += std::abs(at(i, j) - at(i, j + 1)), ++pairs;
              if (i + 1 < format.height) total += std::abs(at(i, j) - at(i + 1, j)), ++pairs;
            }
        roughness.push_back(total / pairs);
      }
      libtorch::structural_similarities(a, b, format, out);
      check_near(out, similarities, 1e-11);
      DOCTEST_CHECK(out[0] == doctest::Approx(1).epsilon(1e-12));
      DOCTEST_CHECK(out.back() < 0.9);
      libtorch::neighbour_differences(b, format, out);
      check_near(out, roughness);
    }
  });
}

DOCTEST_TEST_CASE_TEMPLATE("every primitive gives what it gives on Eigen", Scalar, float, double) {
  oracle::for_each_device([](const at::Device& device) {
    constexpr auto type = std::is_same_v<Scalar, float> ? at::kFloat : at::kDouble;
    const picture_format format{3, 8, 10, 2};
    const std::int64_t n = 40, r = 3, d = 240;
    const at::Tensor one = noise(9, {n, d}, type), several = one.unsqueeze(1) + noise(10, {n, r, d}, type);
    const auto host_view = [&](const at::Tensor& of) {
      return batch_view<Scalar>({of.data_ptr<Scalar>(), static_cast<std::size_t>(of.numel())}, std::size_t(n),
                                static_cast<std::size_t>(of.numel() / (n * d)), std::size_t(d));
    };
    const auto a = host_view(one), b = host_view(several);
    const at::Tensor there = one.to(device), those = several.to(device);
    const auto check = [&](std::size_t numbers, const auto& host, const auto& other) {
      std::vector<double> wanted(numbers), got(numbers);
      host(wanted), other(got);
      check_near(got, wanted);
    };
    using cpu = eigen<Scalar>;
    check(
        120, [&](auto& out) { cpu::squared_distances(a, b, out); },
        [&](auto& out) { libtorch::squared_distances(there, those, out); });
    check(
        120, [&](auto& out) { cpu::absolute_distances(a, b, out); },
        [&](auto& out) { libtorch::absolute_distances(there, those, out); });
    check(
        120, [&](auto& out) { cpu::pair_cosines(a, b, out); },
        [&](auto& out) { libtorch::pair_cosines(there, those, out); });
    check(
        40, [&](auto& out) { cpu::squared_deviations(b, out); },
        [&](auto& out) { libtorch::squared_deviations(those, out); });
    check(
        120 * 240, [&](auto& out) { cpu::unit_rows(b, out); }, [&](auto& out) { libtorch::unit_rows(those, out); });
    check(
        120, [&](auto& out) { cpu::structural_similarities(a, b, format, out); },
        [&](auto& out) { libtorch::structural_similarities(there, those, format, out); });
    check(
        120, [&](auto& out) { cpu::neighbour_differences(b, format, out); },
        [&](auto& out) { libtorch::neighbour_differences(those, format, out); });
    const auto mean = cpu::averaged(b);
    check(
        120, [&](auto& out) { cpu::squared_distances(mean, b, out); },
        [&](auto& out) { libtorch::squared_distances(libtorch::averaged(those), those, out); });
  });
}

DOCTEST_TEST_CASE("rows that are not finite are found, and rows of a bank gathered") {
  oracle::for_each_device([](const at::Device& device) {
    const auto options = at::TensorOptions(at::kFloat).device(device);
    at::Tensor some = noise(5, {4, 2, 3}, options);
    DOCTEST_CHECK(!libtorch::first_nonfinite(some));
    DOCTEST_CHECK(!libtorch::first_nonfinite(tensor_view()));
    some[3][1][0] = std::numeric_limits<float>::infinity();
    DOCTEST_CHECK(libtorch::first_nonfinite(some) == 7u);
    some[1][0][2] = std::numeric_limits<float>::quiet_NaN();
    DOCTEST_CHECK(libtorch::first_nonfinite(some) == 2u);

    const at::Tensor bank = noise(6, {5, 3}, options);
    const std::vector<int> index{4, 0, 0, 2, 1, 4};
    const at::Tensor gathered = libtorch::gathered(bank, index, 3, 2);
    DOCTEST_REQUIRE(gathered.sizes() == at::IntArrayRef({3, 2, 3}));
    for (std::int64_t i = 0; i < 6; ++i)
      DOCTEST_CHECK(at::equal(gathered[i / 2][i % 2], bank[index[static_cast<std::size_t>(i)]]));
    const tensor_view group = libtorch::in_one_group(bank);
    DOCTEST_CHECK(group.subjects() == 1);
    DOCTEST_CHECK(group.queries() == 5);
    DOCTEST_CHECK(at::equal(group.rows(), bank));
  });
}

DOCTEST_TEST_CASE("a generator is asked and seen with pixels and embeddings") {
  painter target;
  const std::vector<std::string> captions{"sun", "a red cat"};
  generating how;
  how.pictures = 2;
  const observed_generation observed =
      observe(target, noise(7, {2, 3, 8, 8}, at::kFloat), captions, mean_colour, lengths, how);
  const generation<libtorch> seen = observed.view();
  DOCTEST_CHECK(seen.subjects() == 2);
  DOCTEST_CHECK(seen.pictures() == 2);
  DOCTEST_CHECK(seen.dimensions() == 3);
  DOCTEST_CHECK(seen.format() == picture_format{3, 8, 8, 2});
  DOCTEST_CHECK(seen.generated().rows().size(1) == 192);
  DOCTEST_CHECK(seen.generated().rows()[3][100].item<float>() == doctest::Approx(0.91f));
  DOCTEST_CHECK(seen.generated_embeddings().rows()[1][2].item<float>() == doctest::Approx(0.31f));
  DOCTEST_CHECK(seen.caption_embeddings().rows()[1][0].item<float>() == 9);
  // The tensors are shared, not copied.
  DOCTEST_CHECK(seen.generated().rows().data_ptr() == observed.generated.data_ptr());

  // Without query pictures there are generated ones and captions still.
  const observed_generation blind = observe(target, at::Tensor(), captions, mean_colour, lengths, how);
  DOCTEST_CHECK(blind.view().subjects() == 2);
  DOCTEST_CHECK(has(refusal([&] { (void)blind.view().query_embeddings(); }), "query_embeddings: was not collected"));
  DOCTEST_CHECK(has(refusal([&] { (void)observe(target, at::Tensor(), captions, how).view().caption_embeddings(); }),
                    "caption_embeddings: was not collected"));
}

DOCTEST_TEST_CASE("observations that do not fit are refused") {
  painter target;
  const std::vector<std::string> captions{"sun", "moon"};
  const at::Tensor queries = noise(8, {2, 3, 8, 8}, at::kFloat);
  const auto message = [&](const at::Tensor& some, std::span<const std::string> texts, const generating& how = {}) {
    return refusal([&] { (void)observe(target, some, texts, how).view(); });
  };
  DOCTEST_CHECK(message(queries, captions) == "nothing was thrown");
  DOCTEST_CHECK(has(message(queries, {}), "captions: is empty"));
  DOCTEST_CHECK(has(message(queries[0].unsqueeze(0), captions), "captions: has 2 elements; wanted 1"));
  DOCTEST_CHECK(has(message(queries, captions, {.pictures = 0}), "how.pictures: is 0"));
  DOCTEST_CHECK(has(message(queries.narrow(3, 0, 7), captions), "generated: has the shape (2, 1, 3, 8, 8); the query"));
  DOCTEST_CHECK(has(message(queries.flatten(2), captions), "queries: has the shape (2, 3, 64)"));
  at::Tensor broken = queries.clone();
  broken[1][2][3][4] = std::numeric_limits<float>::quiet_NaN();
  DOCTEST_CHECK(has(message(broken, captions), "queries: subject 1 has a pixel that is not finite"));

  struct one_picture {
    [[nodiscard]] at::Tensor generate(std::span<const std::string>, const generating&) const {
      return at::zeros({2, 3, 8, 8});
    }
  } wrong;
  DOCTEST_CHECK(has(refusal([&] { (void)observe(wrong, queries, captions); }),
                    "target: answers with shape (2, 3, 8, 8); wanted (2, 1, channels, height, width)"));
  observed_generation grey = observe(target, queries, captions);
  const auto nowhere = [](const at::Tensor& pictures) { return pictures.mean({2, 3}) * 0; };
  embed_pictures(grey, nowhere);
  DOCTEST_CHECK(has(refusal([&] { (void)grey.view(); }), "embedding that is all zero"));
}
