// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Context.h>

namespace telltale::detail {

/// Torch's default generators, of the host and of one device, seeded for as long as this object lives, and then as they
/// were found.
///
/// Initialisers of torch::nn and layers like dropout draw from these generators and from no other, so that there is no
/// way to seed one module alone. They belong to the process: a lock keeps two such objects apart, but not a thread of
/// the user's that draws meanwhile.
class seeded_generators {
 public:
  seeded_generators(std::uint64_t seed, const at::Device& device) : hold_(lock()) {
    generators_.push_back(at::globalContext().defaultGenerator(at::kCPU));
    if (!device.is_cpu()) generators_.push_back(at::globalContext().defaultGenerator(device));
    for (at::Generator& generator : generators_) {
      found_.push_back(generator.get_state());
      generator.set_current_seed(seed);
      seeded_.push_back(generator.get_state());
    }
  }

  seeded_generators(const seeded_generators&) = delete;
  seeded_generators& operator=(const seeded_generators&) = delete;
  ~seeded_generators() {
    for (std::size_t i = 0; i < generators_.size(); ++i) generators_[i].set_state(found_[i]);
  }

  /// Whether anything has been drawn since.
  [[nodiscard]] bool drawn_from() const {
    for (std::size_t i = 0; i < generators_.size(); ++i)
      if (!at::equal(generators_[i].get_state(), seeded_[i])) return true;
    return false;
  }

 private:
  static std::recursive_mutex& lock() {
    static std::recursive_mutex one;
    return one;
  }

  std::lock_guard<std::recursive_mutex> hold_;
  std::vector<at::Generator> generators_;
  std::vector<at::Tensor> found_, seeded_;
};

/// Runs what may draw from torch's default generators, seeded and under their lock; where it is known not to draw
/// (`draws` is false), without. Finds out whether it does.
template <class Run>
at::Tensor run_seeded(bool& draws, std::uint64_t seed, const at::Device& device, const Run& run) {
  if (!draws) return run();
  const seeded_generators seeded(seed, device);
  at::Tensor result = run();
  draws = seeded.drawn_from();
  return result;
}

}  // namespace telltale::detail
