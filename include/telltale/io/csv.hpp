// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tables of numbers as text: `read_csv`, `write_csv`; of numbers and ids: `read_csv_text`, `write_csv_text`.
#include <telltale/io/csv_read.hpp>
#include <telltale/io/csv_text.hpp>
#include <telltale/io/csv_write.hpp>
