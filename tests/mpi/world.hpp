// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/mpi/communicator.hpp>

/// All ranks of the test program.
const telltale::mpi::communicator& world();
