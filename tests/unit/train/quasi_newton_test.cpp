// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
// Heads at the minimum of their loss. The oracle is Newton's method with the full Hessian, one scalar at a time.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/train/detail/head_loss.hpp>
#include <telltale/train/detail/narrow_product.hpp>
#include <telltale/train/detail/pool_curvature.hpp>
#include <telltale/train/detail/softmax_on_line.hpp>
#include <telltale/train/detail/wide_rows.hpp>
#include <telltale/train/train_many.hpp>

#include "oracle/newton_softmax.hpp"
#include "unit/train/clusters.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

train::recipe to_the_minimum(double tolerance, double decay) {
  return {.optimiser = train::quasi_newton{tolerance},
          .weight_decay = decay,
          .batch_size = train::full_batch,
          .epochs = 500};
}

template <class Scalar>
auto heads_of(const clusters<Scalar>& task, const train::recipe& chosen, const train::execution& how = {}) {
  return train::train_many(task.data(), task.keep, train::softmax_regression(task.dimensions, task.classes), chosen,
                           how);
}

template <class Scalar>
oracle::numbers parameters_of(const train::trained<Scalar>& head) {
  return {head.model.parameters().begin(), head.model.parameters().end()};
}

// Everything that quasi_newton promises of each head; `rounding`: what Scalar adds to gradients.
template <class Scalar>
void check_against_newton(const clusters<Scalar>& task, double tolerance, double decay, double rounding) {
  const oracle::dense_network twin{{task.dimensions, task.classes}};
  const auto heads = heads_of(task, to_the_minimum(tolerance, decay));
  for (std::size_t m = 0; m < heads.size(); ++m) {
    const auto x = task.rows(task.own(m));
    const auto y = task.labels_of(task.own(m));
    const oracle::numbers best = oracle::newton_minimum(twin, x, y, decay), found = parameters_of(heads[m]);
    const double least = oracle::penalised_loss(twin, best, x, y, decay),
                 reached = oracle::penalised_loss(twin, found, x, y, decay),
                 gradient = oracle::norm(oracle::penalised_gradient(twin, found, x, y, decay));
    CHECK(heads[m].reached);
    CHECK(reached >= least * (1 - 1e-12));
    CHECK(reached - least <= tolerance * reached + 1e-14);
    CHECK(gradient <= std::sqrt(2 * decay * tolerance * reached) + rounding);
    CHECK(std::abs(heads[m].gradient_norm - gradient) <= rounding);
    // Strong convexity: no further from the minimum than the gradient over the decay.
    CHECK(oracle::distance(found, best) <= gradient / decay + 1e-11);
    CHECK(heads[m].loss == doctest::Approx(twin.loss(found, x, y)).epsilon(1e-5));
  }
}

std::string message_of(const clusters<float>& task, const train::network_shape& shape, const train::recipe& chosen,
                       const train::execution& how = {}) {
  try {
    static_cast<void>(train::train_many(task.data(), task.keep, shape, chosen, how));
  } catch (const error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a head is the minimum that Newton's method with the full Hessian finds") {
  for (const double tolerance : {1e-3, 1e-12}) {
    check_against_newton(clusters<double>(60, 5, 4, 3, 1.0), tolerance, 0.05, 1e-12);
    check_against_newton(clusters<double>(60, 5, 4, 3, 1.0), tolerance, 1e-4, 1e-12);
    check_against_newton(clusters<double>(70, 7, 2, 3, 0.5), tolerance, 1e-3, 1e-12);
    check_against_newton(clusters<double>(40, 30, 3, 2, 0.5), tolerance, 1e-3,
                         1e-12);  // separable: fewer IN than inputs
  }
  for (const double tolerance : {1e-3, 1e-6}) {
    check_against_newton(clusters<float>(60, 5, 4, 3, 1.0), tolerance, 0.05, 3e-6);
    check_against_newton(clusters<float>(70, 7, 2, 3, 0.5), tolerance, 1e-3, 3e-6);
    check_against_newton(clusters<float>(40, 30, 3, 2, 0.5), tolerance, 1e-2, 3e-6);
  }
}

TEST_CASE("a head of one record a class, of a class that it never saw, and of one class has its minimum too") {
  clusters<double> task(60, 6, 3, 3, 2.0);
  for (std::size_t m = 0; m < 3; ++m) {
    task.masks[m].assign(60, 0);
    std::vector<int> seen(3);
    for (std::size_t i = 0; i < 60; ++i) {
      const auto y = static_cast<std::size_t>(task.labels[i]);
      if (m == 0 && seen[y]++ == 0) task.masks[m][i] = 1;  // one record a class
      if (m == 1 && y != 2) task.masks[m][i] = 1;          // none of class 2
      if (m == 2 && y == 1) task.masks[m][i] = 1;          // class 1 alone
    }
    task.keep[m] = task.masks[m];
  }
  check_against_newton(task, 1e-10, 1e-2, 1e-12);
}

TEST_CASE("a head is where momentum descent comes to after very long") {
  const clusters<double> task(60, 5, 4, 2, 1.0);
  const auto heads = heads_of(task, to_the_minimum(1e-13, 0.02));
  const auto slow = heads_of(task, {.optimiser = train::momentum_sgd{.learning_rate = 0.3},
                                    .weight_decay = 0.02,
                                    .batch_size = train::full_batch,
                                    .epochs = 8000});
  for (std::size_t m = 0; m < 2; ++m) {
    CHECK(oracle::distance(parameters_of(heads[m]), parameters_of(slow[m])) < 1e-6);
    CHECK(heads[m].accuracy == slow[m].accuracy);
    CHECK(heads[m].epochs < 40);
  }
}

TEST_CASE("the bytes of a head depend on neither threads, nor heads trained beside, nor the seed") {
  const clusters<float> task(300, 37, 5, 20, 0.5);
  train::recipe chosen = to_the_minimum(1e-4, 1e-3);
  const auto reference = heads_of(task, chosen, {.threads = 1});
  const auto many = heads_of(task, chosen, {.threads = 3});
  for (std::size_t m = 0; m < 20; ++m) CHECK(many[m].model == reference[m].model);
  const std::vector<std::size_t> some{19, 4};
  chosen.seed = 99;
  const auto few = heads_of(task, chosen, {.threads = 2, .which = some});
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(few[i].model == reference[some[i]].model);
    CHECK(few[i].gradient_norm == reference[some[i]].gradient_norm);
    CHECK(few[i].epochs == reference[some[i]].epochs);
  }
  CHECK_FALSE(reference[0].model == reference[1].model);
}

TEST_CASE("a record outside the mask moves a head by no more than the tolerance leaves") {
  const double decay = 0.01, tolerance = 1e-8;
  const clusters<double> task(60, 6, 3, 1, 0.5);
  clusters<double> changed = task;
  changed.keep.assign(changed.masks.begin(), changed.masks.end());
  for (std::size_t i = 0; i < 60; ++i)
    if (!task.masks[0][i]) {
      for (std::size_t d = 0; d < 6; ++d) changed.values[i * 6 + d] = 100;
      changed.labels[i] = 0;
    }
  const auto before = heads_of(task, to_the_minimum(tolerance, decay)),
             after = heads_of(changed, to_the_minimum(tolerance, decay));
  CHECK(oracle::distance(parameters_of(before[0]), parameters_of(after[0])) <=
        (before[0].gradient_norm + after[0].gradient_norm) / decay);
}

TEST_CASE("a head that did not come to its minimum says so") {
  const clusters<float> task(200, 20, 4, 3, 0.5);
  train::recipe chosen = to_the_minimum(1e-6, 1e-3);
  chosen.epochs = 3;
  for (const auto& head : heads_of(task, chosen)) {
    CHECK_FALSE(head.reached);
    CHECK(head.epochs == 3);
    CHECK(std::isfinite(head.gradient_norm));
  }
  // Beyond what float can tell apart the descent ends by itself.
  chosen = to_the_minimum(1e-15, 1e-3);
  for (const auto& head : heads_of(task, chosen)) {
    CHECK_FALSE(head.reached);
    CHECK(head.gradient_norm < 1e-4);
  }
}

TEST_CASE("what has no single minimum to go to is refused") {
  const clusters<float> task(20, 4, 2, 2, 1.0);
  const auto head = train::softmax_regression(4, 2);
  const train::recipe good = to_the_minimum(1e-4, 1e-3);
  CHECK(message_of(task, head, good) == "nothing was thrown");
  train::recipe bad = good;
  bad.weight_decay = 0;
  CHECK(mentions(message_of(task, head, bad), "train::recipe: weight_decay: is 0"));
  bad = good;
  bad.batch_size = 10;
  CHECK(mentions(message_of(task, head, bad), "batch_size: is 10 of 20 records"));
  bad.batch_size = 20;
  CHECK(message_of(task, head, bad) == "nothing was thrown");
  bad = good;
  bad.stop = train::stopping{};
  CHECK(mentions(message_of(task, head, bad), "stop: is set"));
  bad = good;
  bad.learning_rates = train::schedule::cosine;
  CHECK(mentions(message_of(task, head, bad), "learning_rates: has a schedule"));
  for (const double tolerance : {0.0, 1.0, -1e-3, std::numeric_limits<double>::quiet_NaN()})
    CHECK(mentions(message_of(task, head, to_the_minimum(tolerance, 1e-3)), "train::recipe: tolerance: is"));
  CHECK(mentions(message_of(task, train::multilayer_perceptron(4, {3}, 2), good), "shape: has hidden layers"));
  CHECK(mentions(message_of(task, head, good, {.plan = train::strategy::stacked}), "strategy: is stacked"));
}

TEST_CASE("features too large for their numbers name the lowest head whatever the threads") {
  clusters<float> task(40, 4, 2, 5, 1.0);
  for (float& v : task.values) v *= 1e30F;
  const std::string one = message_of(task, train::softmax_regression(4, 2), to_the_minimum(1e-4, 1e-3), {.threads = 1});
  CHECK(mentions(one, "train_many: model 0 diverged"));
  CHECK(message_of(task, train::softmax_regression(4, 2), to_the_minimum(1e-4, 1e-3), {.threads = 3}) == one);
}

TEST_CASE("the loss along a line has the derivatives that differences show") {
  train::detail::head_loss<double> loss;
  random_stream stream(3);
  const Eigen::Index rows = 700;  // more than a block, and no record in a row of zeros
  std::vector<int> labels(rows);
  for (int& y : labels) y = static_cast<int>(stream.below(3));
  loss.start(labels, 3);
  CHECK(loss.at(0).loss == doctest::Approx(std::log(3.0)).epsilon(1e-14));
  for (Eigen::Index c = 0; c < 3; ++c)
    for (Eigen::Index r = 0; r < rows; ++r) {
      loss.logits()(r, c) = 3 * stream.normal();
      loss.direction()(r, c) = stream.normal();
    }
  loss.logits_are_new();
  loss.direction_is_new();
  const double t = 0.7, h = 1e-4;
  const auto above = loss.at(t + h), below = loss.at(t - h), here = loss.at(t);
  CHECK(here.slope == doctest::Approx((above.loss - below.loss) / (2 * h)).epsilon(1e-7));
  CHECK(here.curvature == doctest::Approx((above.slope - below.slope) / (2 * h)).epsilon(1e-6));
  double slow = 0, squares = 0;
  for (Eigen::Index r = 0; r < rows; ++r) {
    oracle::numbers z;
    for (Eigen::Index c = 0; c < 3; ++c) z.push_back(loss.logits()(r, c) + t * loss.direction()(r, c));
    const oracle::numbers p = oracle::dense_network::softmax(z);
    slow -= std::log(p[static_cast<std::size_t>(labels[static_cast<std::size_t>(r)])]) / static_cast<double>(rows);
    for (const double q : p) squares += q * q / static_cast<double>(rows);
  }
  CHECK(here.loss == doctest::Approx(slow).epsilon(1e-12));
  CHECK(loss.spread() == doctest::Approx((1 - squares) / 2).epsilon(1e-12));
}

TEST_CASE_TEMPLATE("the softmax on a line is that of the definition, on every processor", Scalar, float, double) {
  const std::size_t rows = 12, classes = 5;
  random_stream stream(4);
  std::vector<Scalar> z(rows * classes), d(rows * classes);
  for (Scalar& v : z) v = static_cast<Scalar>(20 * stream.normal());
  for (Scalar& v : d) v = static_cast<Scalar>(stream.normal());
  using results = train::detail::softmax_results<Scalar>;
  for (const bool portable : {false, true}) {
    std::vector<Scalar> p(rows * classes), top(rows), total(rows), slope(rows), square(rows);
    const results out{p.data(), top.data(), total.data(), slope.data(), square.data()};
    if (portable)
      train::detail::softmax_on_line_portable(z.data(), d.data(), Scalar(0.3), rows, classes, out);
    else
      train::detail::softmax_on_line(z.data(), d.data(), Scalar(0.3), rows, classes, out);
    for (std::size_t r = 0; r < rows; ++r) {
      oracle::numbers line;
      for (std::size_t c = 0; c < classes; ++c)
        line.push_back(static_cast<double>(z[c * rows + r]) +
                       static_cast<double>(Scalar(0.3)) * static_cast<double>(d[c * rows + r]));
      const oracle::numbers exact = oracle::dense_network::softmax(line);
      double mean = 0, mean_square = 0;
      for (std::size_t c = 0; c < classes; ++c) {
        const auto way = static_cast<double>(d[c * rows + r]);
        mean += exact[c] * way;
        mean_square += exact[c] * way * way;
        CHECK(std::abs(static_cast<double>(p[c * rows + r]) - exact[c]) < 1e-5);
      }
      CHECK(std::abs(static_cast<double>(slope[r]) - mean) < 2e-5);
      CHECK(std::abs(static_cast<double>(square[r]) - mean_square) < 2e-5);
      CHECK(static_cast<double>(top[r]) == doctest::Approx(*std::max_element(line.begin(), line.end())).epsilon(1e-6));
      CHECK(static_cast<double>(total[r]) >= 1);
    }
  }
}

TEST_CASE("the preconditioner is the inverse where the pool spreads in no more than 16 directions") {
  for (const auto& size : {std::pair<std::size_t, std::size_t>{50, 5}, {3, 9}, {12, 40}}) {
    const std::size_t records = size.first, dimensions = size.second;
    clusters<double> task(records, dimensions, 2, 1, 1.0);
    // Spreads far apart: five passes of the power iteration then separate the directions.
    for (std::size_t i = 0; i < task.values.size(); ++i)
      task.values[i] *= 10 * std::pow(0.05, static_cast<double>(i % dimensions));
    const train::detail::pool_curvature<double> curvature(task.features());
    const auto stride = static_cast<Eigen::Index>(train::detail::wide_rows<double>::stride_of(dimensions));
    const double a = 0.1, decay = 0.01;
    train::detail::class_columns<double> q = train::detail::class_columns<double>::Zero(stride, 2);
    random_stream stream(7);
    for (Eigen::Index c = 0; c < 2; ++c)
      for (std::size_t d = 0; d <= dimensions; ++d) q(static_cast<Eigen::Index>(d), c) = stream.normal();
    train::detail::class_columns<double> solved = q;
    curvature.precondition(a, decay, solved);
    for (Eigen::Index c = 0; c < 2; ++c) {
      oracle::numbers back(dimensions + 1);
      for (std::size_t d = 0; d <= dimensions; ++d) back[d] = decay * solved(static_cast<Eigen::Index>(d), c);
      for (std::size_t r = 0; r < records; ++r) {
        const auto x = [&](std::size_t d) { return d < dimensions ? task.values[r * dimensions + d] : 1.0; };
        double along = 0;
        for (std::size_t d = 0; d <= dimensions; ++d) along += x(d) * solved(static_cast<Eigen::Index>(d), c);
        for (std::size_t d = 0; d <= dimensions; ++d) back[d] += a * along * x(d) / static_cast<double>(records);
      }
      for (std::size_t d = 0; d <= dimensions; ++d)
        CHECK(std::abs(back[d] - q(static_cast<Eigen::Index>(d), c)) < 0.01);
    }
  }
}

TEST_CASE_TEMPLATE("products with few columns are those of the definition, on every processor", Scalar, float, double) {
  using namespace train::detail;
  random_stream stream(5);
  const double rounding = 100 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  for (const std::size_t columns : {2UL, 3UL, 4UL, 5UL, 7UL, 10UL})
    for (const std::size_t width : {1UL, 8UL, 9UL, 40UL, 70UL})
      for (const std::size_t count : {1UL, 4UL, 35UL, 66UL}) {
        const std::size_t stride = rounded_up(width, narrow_stride<Scalar>), rows = rounded_up(count, narrow_rows);
        std::vector<Scalar> x(rows * stride), w(columns * stride), r(columns * rows);
        for (std::size_t i = 0; i < count; ++i)
          for (std::size_t k = 0; k < width; ++k) x[i * stride + k] = static_cast<Scalar>(stream.normal());
        for (std::size_t c = 0; c < columns; ++c)
          for (std::size_t k = 0; k < width; ++k) w[c * stride + k] = static_cast<Scalar>(stream.normal());
        for (Scalar& v : r) v = static_cast<Scalar>(stream.normal());
        std::vector<Scalar> out(columns * rows), portable(columns * rows), g(columns * stride, Scalar{1}), g2 = g;
        multiply(x.data(), rows, stride, w.data(), columns, out.data(), rows);
        multiply_portable(x.data(), rows, stride, w.data(), columns, portable.data(), rows);
        add_transposed(x.data(), rows, stride, r.data(), rows, columns, g.data());
        transposed_portable(x.data(), rows, stride, r.data(), rows, columns, g2.data());
        for (std::size_t c = 0; c < columns; ++c) {
          for (std::size_t i = 0; i < rows; ++i) {
            double exact = 0;
            for (std::size_t k = 0; k < stride; ++k)
              exact += static_cast<double>(x[i * stride + k]) * static_cast<double>(w[c * stride + k]);
            REQUIRE(std::abs(static_cast<double>(out[c * rows + i]) - exact) < rounding);
            REQUIRE(std::abs(static_cast<double>(portable[c * rows + i]) - exact) < rounding);
          }
          for (std::size_t k = 0; k < stride; ++k) {
            double exact = 1;
            for (std::size_t i = 0; i < rows; ++i)
              exact += static_cast<double>(r[c * rows + i]) * static_cast<double>(x[i * stride + k]);
            REQUIRE(std::abs(static_cast<double>(g[c * stride + k]) - exact) < rounding);
            REQUIRE(std::abs(static_cast<double>(g2[c * stride + k]) - exact) < rounding);
          }
        }
      }
}
