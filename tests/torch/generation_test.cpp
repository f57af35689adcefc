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

#include <telltale/telltale.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/generator/observed.hpp>

#include "oracle/generation.hpp"
#include "oracle/rule_inputs.hpp"
#include "oracle/scikit_image.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using oracle::has;
using oracle::refusal;

namespace {

at::Tensor normals(std::uint64_t seed, at::IntArrayRef shape, const at::TensorOptions& options) {
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
        const at::Tensor a = normals(1, {n, d}, options), b = normals(2, {n, r, d}, options);
        const auto x = rows_of(a), y = rows_of(b);
        std::vector<double> squares, absolutes, cosines, deviations;
        for (std::size_t row = 0; row < y.size(); ++row) {
          const auto& one = x[row / static_cast<std::size_t>(r)];
          squares.push_back(double(oracle::squared_distance(one, y[row])));
          absolutes.push_back(double(oracle::absolute_distance(one, y[row])));
          cosines.push_back(double(oracle::cosine(one, y[row])));
        }
        for (auto row = y.begin(); row != y.end(); row += r)
          deviations.push_back(double(oracle::squared_deviation({row, row + r})));
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
          const auto length = double(std::sqrt(oracle::product(row, row)));
          for (const double value : row) wanted_unit.push_back(value / length);
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
      const at::Tensor a = normals(3, {6, pixels}, options) * format.range / 4;
      // From alike to unlike, and an equal one, whose similarity is 1 exactly.
      at::Tensor b = a.unsqueeze(1) + normals(4, {6, r, pixels}, options) * at::arange(6, options).reshape({6, 1, 1}) *
                                          (format.range / 10);
      const auto x = rows_of(a), y = rows_of(b);
      std::vector<double> similarities, grain, out(y.size());
      for (std::size_t row = 0; row < y.size(); ++row) {
        const auto& one = x[row / static_cast<std::size_t>(r)];
        similarities.push_back(double(
            oracle::structural_similarity(one, y[row], format.channels, format.height, format.width, format.range)));
        grain.push_back(double(oracle::neighbour_difference(y[row], format.channels, format.height, format.width)));
      }
      libtorch::structural_similarities(a, b, format, out);
      check_near(out, similarities, 1e-11);
      DOCTEST_CHECK(out[0] == doctest::Approx(1).epsilon(1e-12));
      DOCTEST_CHECK(out.back() < 0.9);
      libtorch::neighbour_differences(b, format, out);
      check_near(out, grain);
    }
  });
}

DOCTEST_TEST_CASE("structural similarity on tensors is scikit-image's") {
  oracle::for_each_device([](const at::Device& device) {
    for (const oracle::scikit_image::similarity& of : oracle::scikit_image::similarities) {
      const auto [first, second] = oracle::scikit_image::pair_of(of.channels, of.height, of.width, of.share, of.seed);
      const auto picture = [&, &s = of](const std::vector<double>& values) {
        return (at::tensor(values, at::kDouble) * s.scale + s.shift).unsqueeze(0).to(device);
      };
      std::vector<double> out(1);
      libtorch::structural_similarities(picture(first), picture(second), {of.channels, of.height, of.width, of.range},
                                        out);
      check_near(out, {of.value}, 1e-11);
    }
  });
}

DOCTEST_TEST_CASE_TEMPLATE("every primitive gives what it gives on Eigen", Scalar, float, double) {
  oracle::for_each_device([](const at::Device& device) {
    constexpr auto type = std::is_same_v<Scalar, float> ? at::kFloat : at::kDouble;
    const picture_format format{3, 8, 10, 2};
    const std::int64_t n = 40, r = 3, d = 240;
    const at::Tensor one = normals(9, {n, d}, type), several = one.unsqueeze(1) + normals(10, {n, r, d}, type);
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

DOCTEST_TEST_CASE_TEMPLATE("every scorer of a generation gives what it gives on Eigen", Scalar, float, double) {
  oracle::for_each_device([](const at::Device& device) {
    constexpr auto type = std::is_same_v<Scalar, float> ? at::kFloat : at::kDouble;
    const std::int64_t n = 30, r = 3, d = 11, m = 17;
    observed_generation all;
    all.queries = normals(11, {n, 3, 8, 9}, type);
    all.generated = all.queries.unsqueeze(1) + normals(12, {n, r, 3, 8, 9}, type);
    all.query_embeddings = normals(13, {n, d}, type);
    all.generated_embeddings = all.query_embeddings.unsqueeze(1) + normals(14, {n, r, d}, type);
    all.caption_embeddings = normals(15, {n, d}, type);
    all.reference_embeddings = normals(16, {m, d}, type);
    generation_arrays<eigen<Scalar>> host;
    const auto host_view = [](const at::Tensor& of, std::int64_t rows, std::int64_t each) {
      const auto extent = [](std::int64_t count) { return static_cast<std::size_t>(count); };
      return batch_view<Scalar>({of.data_ptr<Scalar>(), extent(of.numel())}, extent(rows), extent(each),
                                extent(of.numel() / (rows * each)));
    };
    host.queries = host_view(all.queries, n, 1);
    host.generated = host_view(all.generated, n, r);
    host.format = {3, 8, 9, 2};
    host.query_embeddings = host_view(all.query_embeddings, n, 1);
    host.generated_embeddings = host_view(all.generated_embeddings, n, r);
    host.caption_embeddings = host_view(all.caption_embeddings, n, 1);
    host.reference_embeddings = host_view(all.reference_embeddings, m, 1);
    const retrieved_captions<eigen<Scalar>> retrieved(host.generated_embeddings, host.reference_embeddings);
    host.retrieved_caption_embeddings = retrieved.embeddings();

    for (at::Tensor* part : {&all.queries, &all.generated, &all.query_embeddings, &all.generated_embeddings,
                             &all.caption_embeddings, &all.reference_embeddings})
      *part = part->to(device);
    generation_arrays<libtorch> there = all.arrays();
    const retrieved_captions<libtorch> looked_up(there.generated_embeddings, there.reference_embeddings);
    there.retrieved_caption_embeddings = looked_up.embeddings();
    DOCTEST_CHECK(std::equal(retrieved.captions().begin(), retrieved.captions().end(), looked_up.captions().begin()));

    const generation<eigen<Scalar>> ours(host);
    const generation<libtorch> theirs(there);
    const auto check = [&]<class Score>(Score scorer) {
      DOCTEST_INFO(std::string(Score::name));
      std::vector<double> wanted(ours.subjects() * telltale::detail::width_of(scorer, ours)), got(wanted.size());
      scorer(ours, std::span(wanted));
      scorer(theirs, std::span(got));
      check_near(got, wanted, std::is_same_v<Scalar, float> ? 1e-6 : 1e-12);
    };
    check(reconstruction<compare::pixel_l1>{});
    check(reconstruction<compare::pixel_l2, over::best>{});
    check(reconstruction<compare::pixel_ssim, over::mean_picture>{});
    check(reconstruction<compare::semantic_l2>{});
    check(reconstruction<compare::semantic_cosine, over::best>{});
    check(faithfulness<between::picture_and_caption>{});
    check(faithfulness<between::captions, over::mean_picture>{});
    check(picture_spread<seen_as::pixels>{});
    check(picture_spread<seen_as::embeddings>{});
    check(smoothness<>{});
    check(typicality<>{});
    check(generated_embedding{});
    check(embedding_difference<between::pictures>{});
    check(embedding_difference<between::picture_and_caption>{});
    check(embedding_difference<between::captions>{});
  });
}

DOCTEST_TEST_CASE("rows that are not finite are found, and rows of a bank gathered") {
  oracle::for_each_device([](const at::Device& device) {
    const auto options = at::TensorOptions(at::kFloat).device(device);
    at::Tensor some = normals(5, {4, 2, 3}, options);
    DOCTEST_CHECK(!libtorch::first_nonfinite(some));
    DOCTEST_CHECK(!libtorch::first_nonfinite(tensor_view()));
    some[3][1][0] = std::numeric_limits<float>::infinity();
    DOCTEST_CHECK(libtorch::first_nonfinite(some) == 7u);
    some[1][0][2] = std::numeric_limits<float>::quiet_NaN();
    DOCTEST_CHECK(libtorch::first_nonfinite(some) == 2u);

    const at::Tensor bank = normals(6, {5, 3}, options);
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
      observe(target, normals(7, {2, 3, 8, 8}, at::kFloat), captions, mean_colour, lengths, how);
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
  const at::Tensor queries = normals(8, {2, 3, 8, 8}, at::kFloat);
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
