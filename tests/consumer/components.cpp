// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Calls that need every library of a component to link. Which components are there is defined by whoever compiles it.
#include <cstdio>
#include <vector>

#include <telltale/telltale.hpp>

#ifdef WITH_REPORT
#include <telltale/io/idx.hpp>
#include <telltale/report/json.hpp>
#endif
#ifdef WITH_IMAGES
#include <telltale/images/emoji.hpp>
#include <telltale/images/read_image.hpp>
#endif
#ifdef WITH_XTENSOR
#include <telltale/xtensor.hpp>
#endif
#ifdef WITH_MPI
#include <telltale/mpi.hpp>
#endif
#ifdef WITH_TORCH
#include <ATen/ATen.h>

#include <telltale/torch/backend.hpp>
#endif

/// What is not there is refused by name, and the next call is made all the same.
[[maybe_unused]] static void refused(void (*call)()) {
  try {
    call();
  } catch (const telltale::file_error& error) {
    std::puts(error.what());
  }
}

int main() {
#ifdef WITH_REPORT
  refused([] { static_cast<void>(telltale::io::read_idx("nowhere.gz")); });
  std::printf("report: %s\n", telltale::report::number(0.5).dump().c_str());
#endif
#ifdef WITH_IMAGES
  refused([] { static_cast<void>(telltale::images::read_emoji({.font = "nowhere"})); });
  refused([] { static_cast<void>(telltale::images::read_image("nowhere")); });
  std::puts("images: there");
#endif
#ifdef WITH_XTENSOR
  const xt::xtensor<double, 2> logits{{1, 2, -3}, {-1, 1, 0}};
  std::printf("xtensor: %zu\n", logits.dimension());
#endif
#ifdef WITH_MPI
  int version = 0, part = 0;
  MPI_Get_version(&version, &part);
  std::printf("mpi: %d\n", version);
#endif
#ifdef WITH_TORCH
  const at::Tensor tensor = at::tensor({1.0F, 2.0F, -3.0F, -1.0F, 1.0F, 0.0F}).view({2, 3});
  const std::vector<int> truth{1, 2};
  const telltale::classification<telltale::libtorch> answers(tensor, truth);
  std::printf("torch: %zu records\n", answers.subjects());
#endif
  return 0;
}
