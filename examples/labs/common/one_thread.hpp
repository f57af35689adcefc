// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dlfcn.h>

namespace lab {

/// Debian's LibTorch multiplies by OpenBLAS, whose threads at::set_num_threads does not limit: two jobs side by side
/// would fight for the processors.
inline void multiply_with_one_thread() {
  using setter = void (*)(int);
  if (const auto set = reinterpret_cast<setter>(::dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(1);
}

}  // namespace lab
