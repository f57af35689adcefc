// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// The LibTorch backend gives what the Eigen backend gives, whose own tests hold it against definitions in long double.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <telltale/telltale.hpp>
#include <telltale/torch/backend.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"
#include "unit/scorer/scored.hpp"

namespace {

using namespace telltale;

template <class Scalar>
at::Tensor tensor_of(const std::vector<Scalar>& values, at::IntArrayRef shape, const at::Device& device) {
  const auto type = std::is_same_v<Scalar, float> ? at::kFloat : at::kDouble;
  return at::from_blob(const_cast<Scalar*>(values.data()), shape, type).clone().to(device);
}

void check_same(const std::vector<double>& host, const std::vector<double>& device, double tolerance,
                std::string_view what) {
  DOCTEST_INFO(std::string(what));
  DOCTEST_REQUIRE(host.size() == device.size());
  double worst = 0;
  for (std::size_t i = 0; i < host.size(); ++i)
    worst = std::max(worst, std::abs(host[i] - device[i]) / std::max(1.0, std::abs(host[i])));
  DOCTEST_CHECK(worst <= tolerance);
}

template <class Scorer, class A, class B>
void check_scorer(const A& host, const B& device, double tolerance) {
  const auto score = [](const auto& seen) {
    const Scorer scorer{};
    std::vector<double> out(seen.subjects() * telltale::detail::width_of(scorer, seen));
    scorer(seen, std::span<double>(out));
    return out;
  };
  check_same(score(host), score(device), tolerance, Scorer::name);
}

template <class Scalar>
constexpr double tolerance = std::is_same_v<Scalar, double> ? 1e-12 : 1e-5;

// Answers with ties, equal rows and margins of +-200, and the same as log-probabilities and probabilities, whose rows
// are milder: a probability that rounds to 0 has no finite margin on any backend.
template <class Scalar, class Use>
void for_each_batch(const Use& use) {
  for (const std::size_t classes : {2u, 3u, 10u, 101u}) {
    const scored::hard_batch<Scalar> hard(67, classes, 7);
    use(hard, stored_as::logits);
    scored::hard_batch<Scalar> mild = hard;
    for (Scalar& z : mild.logits) z = std::clamp<Scalar>(z, -8, 8);
    for (const stored_as form : {stored_as::log_probabilities, stored_as::probabilities}) {
      scored::hard_batch<Scalar> stored = mild;
      for (std::size_t i = 0; i < mild.records(); ++i)
        for (std::size_t c = 0; c < classes; ++c)
          stored.logits[i * classes + c] = Scalar(form == stored_as::probabilities ? oracle::confidence(mild.row(i), c)
                                                                                   : oracle::loss(mild.row(i), c));
      use(stored, form);
    }
  }
}

}  // namespace

DOCTEST_TEST_CASE_TEMPLATE("every scorer gives what it gives on Eigen", Scalar, float, double) {
  oracle::for_each_device([](const at::Device& device) {
    for_each_batch<Scalar>([&](const scored::hard_batch<Scalar>& made, stored_as form) {
      DOCTEST_INFO("form ", int(form), ", classes ", made.classes);
      const auto host = made.observed(form);
      const at::Tensor tensor =
          tensor_of(made.logits, {std::int64_t(made.records()), std::int64_t(made.classes)}, device);
      const classification<libtorch> there(tensor, made.truth, form);
      const double tol = tolerance<Scalar>;
      check_scorer<loss>(host, there, tol);
      check_scorer<confidence>(host, there, tol);
      check_scorer<logit_margin>(host, there, tol);
      check_scorer<hinge>(host, there, tol);
      check_scorer<entropy>(host, there, tol);
      check_scorer<modified_entropy>(host, there, tol);
      check_scorer<correctness>(host, there, 0);
      check_scorer<posteriors>(host, there, tol);
      check_scorer<sorted_posteriors<>>(host, there, tol);
      check_scorer<sorted_posteriors<3>>(host, there, tol);
      check_scorer<joined<loss, entropy>>(host, there, tol);
      check_scorer<correctness>(argmax{}(host), argmax{}(there), 0);
    });
  });
}

DOCTEST_TEST_CASE("queries, slices and transposed tensors are read in their own order") {
  oracle::for_each_device([](const at::Device& device) {
    const scored::hard_batch<double> made(92, 5, 3);
    const std::vector<int> truth(made.truth.begin(), made.truth.begin() + 23);
    const classification<eigen<double>> host(batch_view<double>(made.logits, 23, 4, 5), truth);
    const at::Tensor tensor = tensor_of(made.logits, {23, 4, 5}, device),
                     turned = tensor.permute({2, 0, 1}).contiguous().permute({1, 2, 0});
    DOCTEST_REQUIRE(!turned.is_contiguous());
    check_scorer<each_query<logit_margin>>(host, classification<libtorch>(tensor, truth), 1e-12);
    check_scorer<each_query<logit_margin>>(host, classification<libtorch>(turned, truth), 1e-12);
    const at::Tensor second = tensor.select(1, 1);
    const classification<eigen<double>> host_second(batch_view<double>(made.logits.data() + 5, 23, 1, 5, 20, 5, 1),
                                                    truth);
    check_scorer<loss>(host_second, classification<libtorch>(second, truth), 1e-12);
  });
}

DOCTEST_TEST_CASE("predicted labels alone serve the gap attack") {
  const std::vector<int> truth{0, 1, 2, 1}, predicted{0, 2, 2, 1};
  const classification<libtorch, access_to::label> seen(predicted, truth);
  const evidence got = published::gap{}(seen);
  DOCTEST_CHECK(got.values == std::vector<double>{1, 0, 1, 1});
}

DOCTEST_TEST_CASE("what no classifier answers is refused, naming the row") {
  oracle::for_each_device([](const at::Device& device) {
    const std::vector<int> truth{0, 1, 2};
    const auto refusal = [&](const at::Tensor& answers, stored_as form) -> std::string {
      std::vector<double> out(3);
      try {
        loss{}(classification<libtorch>(answers.to(device), truth, form), out);
      } catch (const argument_error& error) {
        return error.what();
      }
      return "accepted";
    };
    at::Tensor logits = at::zeros({3, 4});
    logits[1][2] = std::numeric_limits<float>::quiet_NaN();
    DOCTEST_CHECK(refusal(logits, stored_as::logits) ==
                  "classification: answers: row 1 has a logit that is not finite; logits must be finite");
    const at::Tensor heavy = at::full({3, 4}, 0.3);
    DOCTEST_CHECK(refusal(heavy, stored_as::probabilities).find("row 0 sums to 1.2") != std::string::npos);
    at::Tensor negative = at::full({3, 4}, 0.25);
    negative[2][0] = -0.25;
    negative[2][1] = 0.75;
    DOCTEST_CHECK(refusal(negative, stored_as::probabilities).find("row 2 has a negative") != std::string::npos);
    at::Tensor certain = at::zeros({3, 4});
    certain.select(1, 0).fill_(1);
    DOCTEST_CHECK(refusal(certain, stored_as::probabilities).find("gives a score of -inf") != std::string::npos);
    DOCTEST_CHECK(refusal(at::zeros({3, 4}, at::kLong), stored_as::logits) ==
                  "tensor_view: answers: holds Long; wanted Float or Double");
    DOCTEST_CHECK(
        refusal(at::zeros({3}), stored_as::logits) ==
        "tensor_view: answers: has the shape (3); wanted (subjects, classes) or (subjects, queries, classes)");
    DOCTEST_CHECK(refusal(at::zeros({2, 4}), stored_as::logits) == "classification: truth: has 3 elements; wanted 2");
  });
}
