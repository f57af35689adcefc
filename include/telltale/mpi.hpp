// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The MPI wing, whole: a campaign over the ranks of an MPI program.

#include <telltale/mpi/headers.hpp>
