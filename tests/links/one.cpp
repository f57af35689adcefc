// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "everything.hpp"

int other();

int main() { return other(); }
