// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The MPI wing, whole: a campaign over the ranks of an MPI program.

#include <telltale/mpi/communicator.hpp>
#include <telltale/mpi/headers.hpp>
#include <telltale/mpi/over_ranks.hpp>
#include <telltale/mpi/packing.hpp>
#include <telltale/mpi/ranked_store.hpp>
#include <telltale/mpi/run.hpp>
#include <telltale/mpi/together.hpp>
