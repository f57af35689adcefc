// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <iostream>

#include "torch/devices.hpp"

#define DOCTEST_CONFIG_IMPLEMENT
#include "torch/doctest.hpp"

// Says by name what did not run: a suite that passed without a GPU has not shown that the wing works on one.
int main(int argc, char** argv) {
  if (oracle::devices().size() == 1) std::cout << "not run on CUDA: every case of this suite, for want of a device\n";
  // By default cuDNN convolves float32 in TF32, ten bits of mantissa, which no tolerance of float32 allows for. The
  // case that needs the default asks for it.
  at::globalContext().setAllowTF32CuDNN(false);
  return doctest::Context(argc, argv).run();
}
