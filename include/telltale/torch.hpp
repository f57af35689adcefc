// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The LibTorch wing. It brings LibTorch, which the rest of the library does without.

#include <telltale/torch/backend.hpp>
#include <telltale/torch/backend/primitives.hpp>
#include <telltale/torch/backend/tensor_block.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
