// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "oracle/dense_network.hpp"

// The minimum of a softmax regression with weight decay by Newton's method with the full Hessian, from the definitions.
namespace oracle {

inline double penalised_loss(const dense_network& net, const numbers& theta, const std::vector<numbers>& x,
                             const std::vector<int>& y, double decay) {
  double square = 0;
  for (const double v : theta) square += v * v;
  return net.loss(theta, x, y) + decay / 2 * square;
}

inline numbers penalised_gradient(const dense_network& net, const numbers& theta, const std::vector<numbers>& x,
                                  const std::vector<int>& y, double decay) {
  numbers g = net.gradient(theta, x, y);
  for (std::size_t i = 0; i < g.size(); ++i) g[i] += decay * theta[i];
  return g;
}

inline double norm(const numbers& v) {
  double square = 0;
  for (const double x : v) square += x * x;
  return std::sqrt(square);
}

inline double distance(const numbers& a, const numbers& b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

// Gaussian elimination; the matrix is positive definite.
inline numbers solved(std::vector<numbers> a, numbers b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t r = i + 1; r < n; ++r) {
      const double factor = a[r][i] / a[i][i];
      for (std::size_t c = i; c < n; ++c) a[r][c] -= factor * a[i][c];
      b[r] -= factor * b[i];
    }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = i + 1; c < n; ++c) b[i] -= a[i][c] * b[c];
    b[i] /= a[i][i];
  }
  return b;
}

inline numbers newton_minimum(const dense_network& net, const std::vector<numbers>& x, const std::vector<int>& y,
                              double decay) {
  const std::size_t inputs = net.widths[0], classes = net.widths[1];
  numbers theta(net.parameters());
  for (int step = 0; step < 100; ++step) {
    const numbers g = penalised_gradient(net, theta, x, y, decay);
    if (norm(g) < 1e-13) break;
    std::vector<numbers> hessian(theta.size(), numbers(theta.size()));
    for (std::size_t i = 0; i < theta.size(); ++i) hessian[i][i] = decay;
    for (const numbers& record : x) {
      const numbers p = dense_network::softmax(net.activations(theta, record).back());
      const auto value = [&](std::size_t k) { return k < inputs ? record[k] : 1.0; };
      for (std::size_t k = 0; k <= inputs; ++k)
        for (std::size_t l = 0; l <= inputs; ++l)
          for (std::size_t c = 0; c < classes; ++c)
            for (std::size_t e = 0; e < classes; ++e)
              hessian[k * classes + c][l * classes + e] +=
                  value(k) * value(l) * ((c == e ? p[c] : 0) - p[c] * p[e]) / static_cast<double>(x.size());
    }
    const numbers way = solved(std::move(hessian), g);
    const double before = penalised_loss(net, theta, x, y, decay);
    double length = 1;
    numbers next = theta;
    do {
      for (std::size_t i = 0; i < theta.size(); ++i) next[i] = theta[i] - length * way[i];
      length /= 2;
    } while (penalised_loss(net, next, x, y, decay) > before + 1e-14 && length > 1e-9);
    theta = next;
  }
  return theta;
}

}  // namespace oracle
