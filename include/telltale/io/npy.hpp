// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Arrays in NumPy's .npy files: `read_npy`, `load_values`, `write_npy`.
#include <telltale/io/npy_read.hpp>
#include <telltale/io/npy_write.hpp>
