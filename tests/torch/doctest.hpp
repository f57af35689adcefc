// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Included last, after LibTorch: its logging defines CHECK and kin, and either set of macros would replace the other.
#ifdef DOCTEST_LIBRARY_INCLUDED
#error "include torch/doctest.hpp alone, and last"
#endif
#define DOCTEST_CONFIG_NO_SHORT_MACRO_NAMES
#include <doctest/doctest.h>
