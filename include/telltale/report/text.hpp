// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/metric/evaluation.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/conventions.hpp>
#include <telltale/report/finding.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/section.hpp>

namespace telltale::report {

/// How a table is laid out: columns of the terminal, whether escape sequences for bold and dim may be used, and
/// whether each attack's figures averaged over targets follow the pooled ones.
struct text_style {
  std::size_t width = 80;  ///< columns
  bool colour = false;     ///< escape sequences for bold and dim
  bool averaged = false;   ///< a second table, of figures averaged over targets
};

/// The style for what is behind a file descriptor: its width if it is a terminal, 100 columns otherwise; colour only on
/// a terminal that is not "dumb" and without the environment variable NO_COLOR (no-color.org).
[[nodiscard]] inline text_style style_for(int descriptor) {
  text_style style{100, false, false};
  if (::isatty(descriptor) == 0) return style;
  struct winsize size {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  const char* const terminal = std::getenv("TERM");
  const char* const plain = std::getenv("NO_COLOR");
  style.colour = terminal != nullptr && std::string_view(terminal) != "dumb" && (plain == nullptr || *plain == '\0');
  return style;
}

}  // namespace telltale::report

namespace telltale::report::detail {

/// False positives, and the realised FPR where it is not the one asked for.
[[nodiscard]] inline std::string rests_on(const metric::operating_point& point) {
  std::string text = thousands(point.false_positives) + " FP";
  if (point.false_positives > 0 && notably_differ(point.realised_fpr, point.fpr))
    text += " " + percent(point.realised_fpr) + "%";
  return text;
}

[[nodiscard]] inline std::vector<std::vector<std::string>> cells_of(const metric::evaluation& got) {
  std::vector<std::vector<std::string>> cells;
  cells.push_back({fixed(got.auc.value, 3), interval_fixed(got.auc)});
  for (const metric::operating_point& point : got.tpr_at_fpr)
    if (point.resolvable)
      cells.push_back({percent(point.tpr.value), interval_percent(point.tpr), rests_on(point)});
    else
      cells.push_back({"n/r"});
  const metric::estimate_at_cut& verdict = got.balanced_accuracy;
  cells.push_back({percent(verdict.value) + (verdict.in_sample ? "*" : ""),
                   verdict.in_sample ? "ranking only" : interval_percent(verdict)});
  return cells;
}

[[nodiscard]] inline std::vector<std::vector<std::string>> header_of(const metric::evaluation& got) {
  std::vector<std::vector<std::string>> header{{"", "AUC"}};
  for (const metric::operating_point& point : got.tpr_at_fpr)
    header.push_back({"TPR, % at", short_percent(point.fpr) + " % FPR"});
  header.push_back({"balanced", "accuracy, %"});
  return header;
}

class text_writer {
 public:
  explicit text_writer(const text_style& style) : style_(style) {}

  void line(std::string_view text) { text_.append(text).push_back('\n'); }
  void bold(std::string_view text) {
    for (const std::string& part : wrapped(text, std::max<std::size_t>(20, style_.width)))
      line(style_.colour ? "\x1b[1m" + part + "\x1b[0m" : part);
  }
  void paragraph(std::string_view text, std::size_t indent = 0) {
    const std::size_t width = style_.width > indent + 20 ? style_.width - indent : 20;
    bool first = true;
    for (const std::string& part : wrapped(text, width)) {
      line(std::string(first || indent == 0 ? 0 : indent, ' ') + part);
      first = false;
    }
  }

  /// The widest layout that fits: intervals beside their values, below them, or one line for each figure.
  void table(const text_table& table) {
    for (const bool beside : {true, false}) {
      const std::vector<std::size_t> widths = column_widths(table, beside);
      std::size_t total = 0, longest = 0;
      for (const std::size_t width : widths) total += width + 2;
      for (const text_row& row : table.rows) longest = std::max(longest, columns_of(row.name));
      const std::size_t least = beside ? longest : std::min<std::size_t>(longest, 14);
      if (total + least > style_.width) continue;
      rows(table, widths, std::min(longest, style_.width - total), beside);
      return;
    }
    list(table);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  // Beside: "value interval" on the first line, what it rests on below.
  static std::vector<std::string> stacked(const std::vector<std::string>& cell, bool beside) {
    if (cell.size() >= 2 && cell[1].empty()) {
      std::vector<std::string> lines = cell;
      lines.erase(lines.begin() + 1);
      return lines;
    }
    if (!beside || cell.size() < 2) return cell;
    const bool is_interval = cell[1].find_first_of("-0123456789") == 0;
    std::vector<std::string> lines{cell[0] + (is_interval ? " (" + cell[1] + ")" : " " + cell[1])};
    lines.insert(lines.end(), cell.begin() + 2, cell.end());
    return lines;
  }

  static std::vector<std::size_t> column_widths(const text_table& table, bool beside) {
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < table.header.size(); ++c) {
      std::size_t width = 0;
      for (const std::string& text : table.header[c]) width = std::max(width, columns_of(text));
      for (const text_row& row : table.rows)
        if (row.remark.empty())
          for (const std::string& text : stacked(row.cells[c], beside)) width = std::max(width, columns_of(text));
      widths.push_back(width);
    }
    return widths;
  }

  static std::string padded(std::string_view text, std::size_t width, bool right) {
    const std::size_t columns = columns_of(text);
    const std::string space(columns < width ? width - columns : 0, ' ');
    return right ? space + std::string(text) : std::string(text) + space;
  }

  void put(std::string text, bool dim) {
    text.erase(text.find_last_not_of(' ') + 1);
    line(dim && style_.colour ? "\x1b[2m" + text + "\x1b[0m" : text);
  }

  void rows(const text_table& table, const std::vector<std::size_t>& widths, std::size_t name_width, bool beside) {
    for (std::size_t l = 0; l < 2 && !widths.empty(); ++l) {
      std::string text(name_width, ' ');
      for (std::size_t c = 0; c < widths.size(); ++c) text += "  " + padded(table.header[c][l], widths[c], true);
      put(std::move(text), false);
    }
    std::size_t total = name_width;
    for (const std::size_t width : widths) total += width + 2;
    if (!widths.empty()) line(std::string(total, '-'));
    for (const text_row& row : table.rows) {
      const std::vector<std::string> name = wrapped(row.name, name_width);
      if (!row.remark.empty()) {
        for (std::size_t l = 0; l < name.size(); ++l)
          put(padded(name[l], name_width, false) + (l == 0 ? "  " + row.remark : ""), false);
        continue;
      }
      std::size_t height = name.size();
      for (const auto& cell : row.cells) height = std::max(height, stacked(cell, beside).size());
      for (std::size_t l = 0; l < height; ++l) {
        std::string text = padded(l < name.size() ? name[l] : "", name_width, false);
        for (std::size_t c = 0; c < widths.size(); ++c) {
          const std::vector<std::string> cell = stacked(row.cells[c], beside);
          text += "  " + padded(l < cell.size() ? cell[l] : "", widths[c], true);
        }
        put(std::move(text), l > 0 && l >= name.size());
      }
    }
  }

  void list(const text_table& table) {
    for (const text_row& row : table.rows) {
      bold(row.name);
      if (!row.remark.empty()) line("  " + row.remark);
      for (std::size_t c = 0; c < row.cells.size(); ++c) {
        std::string text =
            "  " + table.header[c][0] + (table.header[c][0].empty() ? "" : " ") + table.header[c][1] + ":";
        for (const std::string& part : row.cells[c]) text += part.empty() ? "" : " " + part;
        line(text);
      }
    }
  }

  text_style style_;
  std::string text_;
};

inline void write(text_writer& out, const section& got) {
  out.bold(got.title);
  out.table(got.content);
  out.line("");
  out.paragraph("What does this mean? " + got.meaning);
  if (!got.notes.empty()) out.line("");
  for (const std::string& note : got.notes) out.paragraph(note, 2);
}

[[nodiscard]] inline text_table table_of(const std::vector<attack_result>& attacks, bool averaged) {
  text_table table;
  for (const attack_result& attack : attacks) {
    if (attack.stopped_by_type) {
      table.rows.push_back({attack.name, {}, "stopped by type: lacks " + attack.lacking});
      continue;
    }
    if (averaged && !attack.averaged) continue;
    const metric::evaluation& shown = averaged ? *attack.averaged : attack.evaluation;
    if (table.header.empty()) table.header = header_of(shown);
    table.rows.push_back({attack.name, cells_of(shown), ""});
    // Another set of FPRs cannot stand under this header.
    telltale::detail::check_size("text_report", "tpr_at_fpr", table.rows.back().cells.size(), table.header.size());
  }
  return table;
}

}  // namespace telltale::report::detail

namespace telltale::report {

/// The table of one evaluation with a footnote for each convention, then each further section; every table is followed
/// by what it means. Ends with a line feed.
[[nodiscard]] inline std::string text_report(const metric::evaluation& got, const text_style& style = {},
                                             const std::vector<section>& sections = {}) {
  detail::text_writer out(style);
  out.table({detail::header_of(got), {{"evidence", detail::cells_of(got), ""}}});
  out.line("");
  out.paragraph("What does this mean? " + meaning_of(got));
  out.line("");
  for (const std::string& note : footnotes({&got})) out.paragraph(note, 2);
  for (const section& each : sections) {
    out.line("");
    detail::write(out, each);
  }
  return out.take();
}

/// One section on its own. Ends with a line feed.
[[nodiscard]] inline std::string text_report(const section& got, const text_style& style = {}) {
  detail::text_writer out(style);
  detail::write(out, got);
  return out.take();
}

/// A table for each target of an audit, then a footnote for each convention. Ends with a line feed.
///
/// An FPR that cannot be resolved is "n/r", never 0; an attack that the target's type refuses says what it lacks; a
/// verdict at the best threshold of the same scores carries an asterisk.
/// Throws argument_error when attacks of one target were evaluated at different numbers of FPRs.
[[nodiscard]] inline std::string text_report(const audit& got, const text_style& style = {}) {
  detail::text_writer out(style);
  out.bold(got.title);
  if (!got.data.empty()) out.paragraph(got.data);
  std::vector<const metric::evaluation*> shown;
  for (const target_result& target : got.targets) {
    out.line("");
    out.bold("target: " + target.name);
    if (!target.description.empty()) out.paragraph(target.description);
    out.table(detail::table_of(target.attacks, false));
    bool several = false;
    for (const attack_result& attack : target.attacks) {
      if (!attack.stopped_by_type) shown.push_back(&attack.evaluation);
      if (attack.averaged && !attack.stopped_by_type) {
        several = true;
        if (style.averaged) shown.push_back(&*attack.averaged);
      }
    }
    if (style.averaged && several) {
      out.line("");
      out.bold("target: " + target.name + ", mean over targets of each target's own figures");
      out.table(detail::table_of(target.attacks, true));
    }
  }
  out.line("");
  for (const std::string& note : footnotes(shown)) out.paragraph(note, 2);
  for (const std::string& note : got.notes) out.paragraph("- " + note, 2);
  return out.take();
}

}  // namespace telltale::report
