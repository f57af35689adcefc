// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <vector>

/// What a test of the wing runs on: the CPU, and a CUDA device where there is one. What ran nowhere but on the CPU is
/// said once, by the test program itself.
namespace oracle {

[[nodiscard]] inline std::vector<at::Device> devices() {
  std::vector<at::Device> present{at::Device(at::kCPU)};
  if (at::hasCUDA() && at::globalContext().hasCUDA()) present.emplace_back(at::kCUDA, at::DeviceIndex{0});
  return present;
}

template <class Test>
void for_each_device(const Test& test) {
  for (const at::Device& device : devices()) test(device);
}

/// Only kernels that give the same bytes again, as long as it lives: what a seed promises holds there and not beyond.
class deterministic_kernels {
 public:
  deterministic_kernels() : found_(at::globalContext().deterministicCuDNN()) {
    at::globalContext().setDeterministicCuDNN(true);
  }
  deterministic_kernels(const deterministic_kernels&) = delete;
  deterministic_kernels& operator=(const deterministic_kernels&) = delete;
  ~deterministic_kernels() { at::globalContext().setDeterministicCuDNN(found_); }

 private:
  bool found_;
};

}  // namespace oracle
