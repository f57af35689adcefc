// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/version.hpp>
