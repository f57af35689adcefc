// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// DP-SGD audited: 1,000 canaries whose gradients are orthogonal rows of a Hadamard matrix, each in or out by a coin, in
// 20 trainings. What the audit certifies at 95 % may not pass what the accountant promises; and clipping that is broken
// in a known way is found.
#include <torch/torch.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/epsilon/lower_bound.hpp>
#include <telltale/metric/epsilon/one_run.hpp>
#include <telltale/metric/epsilon/strategy/bonferroni.hpp>
#include <telltale/torch/dp_sgd/dp_sgd.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using namespace telltale;

constexpr std::int64_t dimensions = 1024, canaries = 1000;
constexpr double delta = 1e-5;

// Row i has the entries (-1)^(bits that i and column have in common): rows are orthogonal, of norm 32.
at::Tensor hadamard_rows() {
  at::Tensor rows = at::empty({canaries, dimensions}, at::kDouble);
  auto* const entry = rows.data_ptr<double>();
  for (std::int64_t i = 0; i < canaries; ++i)
    for (std::int64_t d = 0; d < dimensions; ++d)
      entry[i * dimensions + d] = std::popcount(std::uint64_t(i & d)) % 2 == 0 ? 1 : -1;
  return rows;
}

// A canary's loss is -10 (canary . theta): its gradient is -10 times itself, far above the bound of 1.
struct ThetaImpl : ::torch::nn::Module {
  at::Tensor theta;
  ThetaImpl() { theta = register_parameter("theta", at::zeros({dimensions}, at::kDouble)); }
  at::Tensor forward(const at::Tensor& x) { return (x * theta).sum(1); }
};
TORCH_MODULE(Theta);

struct negated {
  at::Tensor operator()(const at::Tensor& answers, const at::Tensor&) const { return -10 * answers; }
};

// The mistake of a published implementation: every number of a gradient is bounded by C, not its norm. Of a row of
// equal magnitudes that leaves 32 C.
struct per_coordinate : clipping::with_bound {
  explicit per_coordinate(double bound) : with_bound("per_coordinate", bound) {}
  [[nodiscard]] at::Tensor factors(const at::Tensor& squared_norms) const {
    const at::Tensor largest = squared_norms.sum(1, true).sqrt() / std::sqrt(double(dimensions));
    return (bound() / largest).clamp_max(1).expand_as(squared_norms);
  }
};

struct audited {
  double certified, promised;
};

template <class ClippingPart>
audited audit(const at::Device& device, ClippingPart clipping, double multiplier, double rate, int steps,
              std::uint64_t seed) {
  const at::Tensor rows = hadamard_rows().to(device);
  random_stream coin(seed, 77);
  std::vector<membership> tossed;
  std::vector<std::int64_t> in;
  for (std::int64_t i = 0; i < canaries; ++i) {
    tossed.push_back(coin() & 1 ? membership::in : membership::out);
    if (tossed.back() == membership::in) in.push_back(i);
  }
  const at::Tensor members = rows.index_select(0, at::tensor(in, at::kLong).to(device));
  Theta model;
  model->to(device);
  ::torch::optim::SGD optimiser(model->parameters(), 1.0);
  dp_sgd training(model, members, at::zeros({members.size(0)}, members.options()), clipping,
                  gaussian_noise(multiplier, random_source::seeded{seed}),
                  poisson_sampling(rate, random_source::seeded{seed}), accounting::privacy_loss{}, negated{}, 512);
  for (int step = 0; step < steps; ++step) training.step(optimiser);
  DOCTEST_REQUIRE(training.route().ghost);
  const at::Tensor scores = rows.mv(model->theta.detach()).cpu();
  const std::span<const double> evidence(scores.data_ptr<double>(), std::size_t(canaries));
  return {metric::epsilon::lower_bound<metric::epsilon::one_run>(evidence, tossed,
                                                                 metric::epsilon::strategy::bonferroni{}, delta)
              .low,
          training.spent().epsilon(delta)};
}

}  // namespace

// With 1,000 canaries the audit cannot certify more than 3.1 even where every guess is right; promises must lie below
// that, or the comparison could not fail.
DOCTEST_TEST_CASE("an audit of DP-SGD never certifies more than the accountant promises") {
  oracle::for_each_device([](const at::Device& device) {
    double most = 0, most_sampled = 0, promised = 0, promised_sampled = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const audited whole = audit(device, clipping::flat(1), 2.0, 1, 1, seed);
      const audited sampled = audit(device, clipping::per_layer(1), 2.0, 0.5, 4, seed);
      DOCTEST_CHECK(whole.certified <= whole.promised);
      DOCTEST_CHECK(sampled.certified <= sampled.promised);
      most = std::max(most, whole.certified);
      most_sampled = std::max(most_sampled, sampled.certified);
      promised = whole.promised;
      promised_sampled = sampled.promised;
    }
    DOCTEST_CHECK(promised == doctest::Approx(1.9931).epsilon(0.01));  // the analytic Gaussian mechanism, sigma 2
    DOCTEST_CHECK(promised_sampled < 3);
    DOCTEST_CHECK(most > 0.2);  // the audit is not asleep
    DOCTEST_CHECK(most_sampled > 0.2);
    DOCTEST_MESSAGE("promised ", promised, " and ", promised_sampled, ", certified at most ", most, " and ",
                    most_sampled);
  });
}

DOCTEST_TEST_CASE("the audit finds clipping by coordinate") {
  oracle::for_each_device([](const at::Device& device) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const audited broken = audit(device, per_coordinate(1), 2.0, 1, 1, seed);
      DOCTEST_CHECK(broken.certified > broken.promised);
    }
  });
}
