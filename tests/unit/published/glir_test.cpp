// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/published/glir.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/observation/updates.hpp>

#include <doctest/doctest.h>

using namespace telltale;

namespace {

/// Softmax regression with three classes on four features and a constant: 15 parameters. The gradients of the classes
/// add up to zero, so that 5 coordinates say nothing new.
struct softmax_regression {
  static constexpr std::size_t classes = 3, inputs = 5, parameters = classes * inputs;

  explicit softmax_regression(std::uint64_t seed) : random(seed), weights(parameters) {
    for (double& w : weights) w = 0.5 * random.normal();
  }

  struct record {
    std::vector<double> x;
    std::size_t y;
  };
  record draw() {
    record r{std::vector<double>(inputs, 1.0), random.below(classes)};
    for (std::size_t d = 0; d + 1 < inputs; ++d) r.x[d] = random.normal() + (d == r.y ? 1 : 0);
    return r;
  }
  [[nodiscard]] std::vector<double> gradient(const record& r) const {
    std::vector<double> p(classes), g;
    double total = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      for (std::size_t d = 0; d < inputs; ++d) p[c] += weights[c * inputs + d] * r.x[d];
      total += p[c] = std::exp(p[c]);
    }
    for (std::size_t c = 0; c < classes; ++c)
      for (const double x : r.x) g.push_back((p[c] / total - (c == r.y ? 1 : 0)) * x);
    return g;
  }

  random_stream random;
  std::vector<double> weights;
};

struct for_softmax : preset::leemann_2023 {
  static constexpr coordinates::independent coordinates{};
};

/// The AUC of GLiR on batches of 12 over three steps of SGD; half of the subjects asked about are the batch of every
/// step, or none is in it.
template <class Scalar>
double area(bool any_member) {
  softmax_regression model(31);
  const std::size_t n = 12, steps = 3, background = 1500, trials = 40, d = softmax_regression::parameters;
  std::vector<double> evidences;
  std::vector<membership> member;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    std::vector<softmax_regression::record> subjects, people;
    for (std::size_t i = 0; i < 2 * n; ++i) subjects.push_back(model.draw());
    for (std::size_t i = 0; i < background; ++i) people.push_back(model.draw());
    std::vector<softmax_regression::record> batch(subjects.begin(), subjects.begin() + std::ptrdiff_t(n));
    if (!any_member)
      for (auto& r : batch) r = model.draw();
    std::vector<Scalar> of_subjects(2 * n * steps * d), of_people(background * steps * d);
    std::vector<std::vector<Scalar>> means(steps, std::vector<Scalar>(d));
    std::vector<released_update<Scalar>> released;
    for (std::size_t step = 0; step < steps; ++step) {
      const auto place = [&](const auto& records, std::vector<Scalar>& rows) {
        for (std::size_t i = 0; i < records.size(); ++i) {
          const std::vector<double> g = model.gradient(records[i]);
          for (std::size_t k = 0; k < d; ++k) rows[(i * steps + step) * d + k] = Scalar(g[k]);
        }
      };
      place(subjects, of_subjects);
      place(people, of_people);
      std::vector<double> mean(d);
      for (const auto& r : batch) {
        const std::vector<double> g = model.gradient(r);
        for (std::size_t k = 0; k < d; ++k) mean[k] += g[k] / double(n);
      }
      for (std::size_t k = 0; k < d; ++k) {
        means[step][k] = Scalar(mean[k]);
        model.weights[k] -= 0.1 * mean[k];
      }
      released.push_back({means[step], n});
    }
    const updates<eigen<Scalar>> observed({of_subjects, 2 * n, steps, d}, released);
    const auto owned = owning(population(batch_view<Scalar>(of_people, background, steps, d)));
    const evidence got = published::glir_with<for_softmax>{}(observed, owned);
    CHECK(got.dropped == steps * softmax_regression::inputs);
    CHECK(got.ranks_only());
    evidences.insert(evidences.end(), got.values.begin(), got.values.end());
    for (std::size_t i = 0; i < 2 * n; ++i) member.push_back(i < n ? membership::in : membership::out);
  }
  return metric::roc_curve(evidences, member).auc();
}

}  // namespace

TEST_CASE("GLiR tells the records of a batch of softmax regression, and tells nothing where none is in it") {
  // 480 subjects of each kind. The batch is the same in every step and the model hardly moves, so that further steps
  // bring no news: the formula's mu for d = 10, n = 12 and gradients of average length is that of one step, 0.894, an
  // AUC of Phi(0.894 / sqrt 2) = 0.736. Gradients here are no Gaussians; the tolerance is four standard errors.
  const double members = area<double>(true);
  CHECK(std::abs(members - 0.736) < 4 * std::sqrt(0.736 * 0.264 / 480));
  CHECK(members == doctest::Approx(area<float>(true)).epsilon(1e-3));
  // Two-sample standard error of an AUC at its null: sqrt((a + b + 1) / (12 a b)) = 0.0186.
  CHECK(std::abs(area<double>(false) - 0.5) < 4 * 0.0186);
}
