// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

// Fully connected ReLU networks with softmax cross-entropy, one scalar at a time, written from the definitions: the
// slow twin of telltale/train. Parameters: per layer inputs x outputs weights (one row per input), then the biases.
namespace oracle {

using numbers = std::vector<double>;

struct dense_network {
  std::vector<std::size_t> widths;  // inputs, hidden layers, classes

  std::size_t parameters() const {
    std::size_t sum = 0;
    for (std::size_t l = 0; l + 1 < widths.size(); ++l) sum += (widths[l] + 1) * widths[l + 1];
    return sum;
  }

  // Activations of every layer, the record itself first, the logits last.
  std::vector<numbers> activations(const numbers& theta, const numbers& record) const {
    std::vector<numbers> all{record};
    std::size_t at = 0;
    for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
      const std::size_t in = widths[l], out = widths[l + 1];
      numbers next(out);
      for (std::size_t j = 0; j < out; ++j) {
        next[j] = theta[at + in * out + j];
        for (std::size_t i = 0; i < in; ++i) next[j] += all.back()[i] * theta[at + i * out + j];
        if (l + 2 < widths.size() && next[j] < 0) next[j] = 0;
      }
      all.push_back(next);
      at += (in + 1) * out;
    }
    return all;
  }

  static numbers softmax(const numbers& z) {
    double top = z[0], sum = 0;
    for (const double v : z) top = v > top ? v : top;
    numbers p(z.size());
    for (std::size_t c = 0; c < z.size(); ++c) sum += p[c] = std::exp(z[c] - top);
    for (double& v : p) v /= sum;
    return p;
  }

  double loss(const numbers& theta, const std::vector<numbers>& x, const std::vector<int>& y) const {
    double sum = 0;
    for (std::size_t r = 0; r < x.size(); ++r)
      sum -= std::log(softmax(activations(theta, x[r]).back())[static_cast<std::size_t>(y[r])]);
    return sum / static_cast<double>(x.size());
  }

  // Of the mean loss, by the chain rule.
  numbers gradient(const numbers& theta, const std::vector<numbers>& x, const std::vector<int>& y) const {
    numbers g(theta.size());
    for (std::size_t r = 0; r < x.size(); ++r) {
      const auto a = activations(theta, x[r]);
      numbers delta = softmax(a.back());
      delta[static_cast<std::size_t>(y[r])] -= 1;
      std::size_t end = theta.size();
      for (std::size_t l = widths.size() - 1; l-- > 0;) {
        const std::size_t in = widths[l], out = widths[l + 1], at = end - (in + 1) * out;
        numbers below(in);
        for (std::size_t j = 0; j < out; ++j) {
          for (std::size_t i = 0; i < in; ++i) {
            g[at + i * out + j] += a[l][i] * delta[j] / static_cast<double>(x.size());
            below[i] += theta[at + i * out + j] * delta[j];
          }
          g[at + in * out + j] += delta[j] / static_cast<double>(x.size());
        }
        for (std::size_t i = 0; i < in; ++i)
          if (a[l][i] <= 0) below[i] = 0;
        delta = below;
        end = at;
      }
    }
    return g;
  }
};

// One step of torch.optim.SGD without dampening (velocity starts at 0).
inline void momentum_step(numbers& theta, numbers& velocity, const numbers& g, double rate, double momentum,
                          double decay) {
  for (std::size_t i = 0; i < theta.size(); ++i) {
    velocity[i] = momentum * velocity[i] + g[i] + decay * theta[i];
    theta[i] -= rate * velocity[i];
  }
}

// One step of Kingma and Ba 2015, algorithm 1, step t = 1, 2, ..., with the decay inside the gradient.
inline void adam_step(numbers& theta, numbers& first, numbers& second, const numbers& gradient, int t, double rate,
                      double beta1, double beta2, double epsilon, double decay) {
  for (std::size_t i = 0; i < theta.size(); ++i) {
    const double g = gradient[i] + decay * theta[i];
    first[i] = beta1 * first[i] + (1 - beta1) * g;
    second[i] = beta2 * second[i] + (1 - beta2) * g * g;
    const double m = first[i] / (1 - std::pow(beta1, t)), v = second[i] / (1 - std::pow(beta2, t));
    theta[i] -= rate * m / (std::sqrt(v) + epsilon);
  }
}

// The minimiser of mean loss + decay / 2 ||theta||^2, which is unique where decay > 0 and there is no hidden layer:
// plain gradient descent until the gradient is below `tolerance`.
inline numbers converged(const dense_network& net, const std::vector<numbers>& x, const std::vector<int>& y,
                         double decay, double rate, double tolerance) {
  numbers theta(net.parameters());
  for (int step = 0; step < 200000; ++step) {
    numbers g = net.gradient(theta, x, y);
    double largest = 0;
    for (std::size_t i = 0; i < g.size(); ++i) {
      g[i] += decay * theta[i];
      largest = std::max(largest, std::abs(g[i]));
    }
    if (largest < tolerance) break;
    for (std::size_t i = 0; i < g.size(); ++i) theta[i] -= rate * g[i];
  }
  return theta;
}

}  // namespace oracle
