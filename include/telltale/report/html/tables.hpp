// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/report/audit.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/html/page.hpp>
#include <telltale/report/section.hpp>

namespace telltale::report::html {

inline constexpr std::string_view dash = "\xe2\x80\x93";  ///< an en dash in UTF-8, for what there is no figure of

/// A cell: a value, and lines below it in small type.
[[nodiscard]] inline std::string cell(std::string_view value, const std::vector<std::string>& below,
                                      bool best = false) {
  std::string out = best ? "<td class=\"best\"><b>" : "<td>";
  out += escaped(value) + (best ? "</b>" : "");
  for (const std::string& text : below)
    if (!text.empty()) out += tag("span", text, "class=\"sub\"");
  return out + "</td>";
}

/// The figures of one evaluation as cells; the k-th is marked where `best[k]`.
[[nodiscard]] inline std::string cells(const metric::evaluation& got, const std::vector<bool>& best) {
  std::size_t k = 0;
  const auto is_best = [&] { return k < best.size() && best[k]; };
  std::string out = cell(fixed(got.auc.value, 3), {interval_fixed(got.auc, dash)}, is_best());
  for (const metric::operating_point& point : got.tpr_at_fpr) {
    ++k;
    if (!point.resolvable) {
      out += cell("n/r", {"not resolvable"});
      continue;
    }
    std::string behind = thousands(point.false_positives) + " false positive" + (point.false_positives == 1 ? "" : "s");
    std::string realised;
    if (point.false_positives > 0 && notably_differ(point.realised_fpr, point.fpr))
      realised = "at FPR " + percent(point.realised_fpr) + " %";
    out += cell(percent(point.tpr.value) + " %", {interval_percent(point.tpr, dash), behind, realised}, is_best());
  }
  ++k;
  const metric::estimate_at_cut& verdict = got.balanced_accuracy;
  out += cell(percent(verdict.value) + " %" + (verdict.in_sample ? "*" : ""),
              {verdict.in_sample ? "ranking only" : interval_percent(verdict, dash)}, is_best());
  return out;
}

/// Which attack is the best in each column, by what is sure: the lower limit. Nothing is best that is not better than
/// guessing, nor what was measured at the best threshold of the same scores.
[[nodiscard]] inline std::vector<std::vector<bool>> best_cells(const std::vector<const metric::evaluation*>& rows) {
  std::vector<std::vector<bool>> best(rows.size());
  std::size_t columns = 0;
  for (const metric::evaluation* row : rows) columns = std::max(columns, row->tpr_at_fpr.size() + 2);
  const auto sure = [](const metric::evaluation& row, std::size_t column) {
    if (column == 0) return row.auc.low > 0.5 ? row.auc.low : -1.0;
    if (column == row.tpr_at_fpr.size() + 1)
      return !row.balanced_accuracy.in_sample && row.balanced_accuracy.low > 0.5 ? row.balanced_accuracy.low : -1.0;
    if (column > row.tpr_at_fpr.size()) return -1.0;
    const metric::operating_point& point = row.tpr_at_fpr[column - 1];
    return point.resolvable && point.tpr.low > point.fpr ? point.tpr.low : -1.0;
  };
  for (std::size_t c = 0; c < columns; ++c) {
    double most = -1;
    for (const metric::evaluation* row : rows) most = std::max(most, sure(*row, c));
    for (std::size_t r = 0; r < rows.size(); ++r) best[r].push_back(most >= 0 && sure(*rows[r], c) == most);
  }
  return best;
}

/// The header of a table of figures: AUC, a column for each FPR, balanced accuracy. `first` names the rows.
[[nodiscard]] inline std::string figures_header(const metric::evaluation& got, std::string_view first) {
  std::string out = "<thead><tr>" + tag("th", first, "scope=\"col\"") + tag("th", "AUC", "scope=\"col\"");
  for (const metric::operating_point& point : got.tpr_at_fpr)
    out += "<th scope=\"col\">TPR at<br>" + escaped(short_percent(point.fpr)) + " % FPR</th>";
  return out + "<th scope=\"col\">balanced<br>accuracy</th></tr></thead>\n";
}

/// The figures of every attack, pooled or averaged over targets; an attack that was stopped has a row that says so.
[[nodiscard]] inline std::string figures_table(const std::vector<attack_result>& attacks, bool averaged) {
  std::vector<const metric::evaluation*> rows;
  for (const attack_result& attack : attacks)
    if (!attack.stopped_by_type && (!averaged || attack.averaged))
      rows.push_back(averaged ? &*attack.averaged : &attack.evaluation);
  const std::vector<std::vector<bool>> best = best_cells(rows);
  const std::size_t columns = rows.empty() ? 2 : rows.front()->tpr_at_fpr.size() + 2;
  std::string out = "<div class=\"scroll\"><table>\n";
  if (!rows.empty()) out += figures_header(*rows.front(), "attack");
  out += "<tbody>\n";
  std::size_t next = 0;
  for (const attack_result& attack : attacks) {
    const std::string name = "<tr><th scope=\"row\">" + escaped(attack.name) + "</th>";
    if (attack.stopped_by_type)
      out += name + "<td class=\"stopped\" colspan=\"" + std::to_string(columns) +
             "\"><span class=\"badge\">stopped by type</span>lacks " + tag("code", attack.lacking) + "</td></tr>\n";
    else if (!averaged || attack.averaged) {
      out += name + cells(*rows[next], best[next]) + "</tr>\n";
      ++next;
    }
  }
  return out + "</tbody></table></div>\n";
}

/// A table of a further section.
[[nodiscard]] inline std::string section_table(const text_table& got) {
  std::string out = "<div class=\"scroll\"><table>\n<thead><tr><th></th>";
  for (const std::vector<std::string>& lines : got.header) {
    std::string head;
    for (const std::string& line : lines)
      if (!line.empty()) head += (head.empty() ? "" : "<br>") + escaped(line);
    out += "<th scope=\"col\">" + head + "</th>";
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const text_row& row : got.rows) {
    out += "<tr>" + tag("th", row.name, "scope=\"row\"");
    if (!row.remark.empty())
      out += "<td class=\"stopped\" colspan=\"" + std::to_string(got.header.size()) + "\">" + escaped(row.remark) +
             "</td>";
    else
      for (const std::vector<std::string>& lines : row.cells)
        out += cell(lines.empty() ? "" : lines.front(), {lines.begin() + (lines.empty() ? 0 : 1), lines.end()});
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

/// The parts of every attack in words.
[[nodiscard]] inline std::string anatomy_table(const std::vector<attack_result>& attacks) {
  std::string out = "<div class=\"scroll\"><table class=\"words\">\n<thead><tr>";
  for (const char* column : {"attack", "question", "access", "knowledge", "scorer", "rule"})
    out += tag("th", column, "scope=\"col\"");
  out += "</tr></thead>\n<tbody>\n";
  for (const attack_result& attack : attacks) {
    out += "<tr><th scope=\"row\">" + escaped(attack.name) + tag("span", attack.citation, "class=\"sub\"") + "</th>";
    const anatomy_text& parts = attack.anatomy;
    for (const std::string* part : {&parts.question, &parts.access, &parts.knowledge, &parts.scorer, &parts.rule})
      out += tag("td", *part);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

/// Keys and values as they were given.
[[nodiscard]] inline std::string settings_table(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::string out = "<div class=\"scroll\"><table class=\"words\"><tbody>\n";
  for (const auto& [key, value] : settings)
    out += "<tr>" + tag("th", key, "scope=\"row\"") + "<td>" + tag("code", value) + "</td></tr>\n";
  return out + "</tbody></table></div>\n";
}

}  // namespace telltale::report::html
