// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace telltale::report {

/// A row of a table: its name, and for each column up to three lines (value, interval, what it rests on), or one
/// remark instead of all columns.
struct text_row {
  std::string name;
  std::vector<std::vector<std::string>> cells;  ///< one for each column; the lines of a cell from the top
  std::string remark;                           ///< in the place of all cells, where it is not empty
};

/// A table whose columns have a header of two lines each.
struct text_table {
  std::vector<std::vector<std::string>> header;  ///< of each column, the rows' names included
  std::vector<text_row> rows;                    ///< from the top
};

/// A part of a report beside the figures of an attack: groups, bounds on epsilon, a comparison.
///
/// Texts are plain UTF-8; every writer escapes them.
struct section {
  std::string title;               ///< of the table
  std::string meaning;             ///< what does this mean, to somebody who has never read a ROC curve
  text_table content;              ///< the table
  std::vector<std::string> notes;  ///< conventions, one sentence each
};

}  // namespace telltale::report
