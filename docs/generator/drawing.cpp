// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "drawing.hpp"

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string_view>
#include <vector>

#include <telltale/report/svg/drawing.hpp>
#include <telltale/report/svg/style.hpp>

#include "markdown.hpp"

namespace generator {
namespace {

namespace svg = telltale::report::svg;

// User units are pixels of a narrow screen.
constexpr double width = 380, margin = 12, line = 18, gap = 40;
constexpr double left = 214, right_at = 252, right = width - right_at - margin;

// Smaller than the style of reports, which is for charts: boxes, arrows and text.
constexpr std::string_view style =
    R"css(svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:14px;fill:var(--ink)}
.ground{fill:var(--paper)}.box{fill:var(--panel);stroke:var(--muted)}.owned{fill:var(--tint);stroke:var(--accent)}
.core{fill:var(--panel);stroke:var(--c0);stroke-width:2}.backend{fill:none;stroke:var(--muted);stroke-dasharray:4 4}
.title{font-weight:600;font-size:15px}
.head{fill:var(--muted);font-size:12px}.flow{stroke:var(--ink);stroke-width:1.5;fill:none}.tip{fill:var(--ink)}
.from{stroke:var(--accent);stroke-width:1.5;fill:none}.from-tip{fill:var(--accent)}
)css";

std::vector<std::string> wrapped(const std::string& text, std::size_t most) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > most)
      lines.push_back(word);
    else
      lines.back() += " " + word;
  }
  return lines;
}

// A picture that is filled first and sized afterwards: how high it gets depends on how its words wrap.
class picture {
 public:
  double y = margin;

  // A box with a small heading; returns its height. `most` characters a line.
  double box(double x, double top, double wide, std::string_view look, const std::string& head,
             const std::vector<std::string>& lines) {
    const double height = 14 + line + line * double(lines.size());
    shapes_.push_back({x, top, wide, height, std::string(look)});
    texts_.push_back({x + 10, top + 18, head, "head"});
    for (std::size_t i = 0; i < lines.size(); ++i)
      texts_.push_back({x + 10, top + 18 + line * double(i + 1), lines[i], ""});
    return height;
  }

  void frame(double top, double bottom) { shapes_.push_back({margin - 6, top, left + 12, bottom - top, "backend"}); }
  void title(const std::string& name) {
    texts_.push_back({margin, y + 12, name, "title"});
    y += 26;
  }
  void note(double x, double at, const std::string& text) { texts_.push_back({x, at, text, "head"}); }

  // Down from `y` over the gap, with what flows there.
  void flow(const std::string& what, double x = margin + 24) {
    arrows_.push_back({x, y, x, y + gap, false});
    texts_.push_back({x + 10, y + gap / 2 + 5, what, "head"});
    y += gap;
  }
  // From the adversary's box to the left one.
  void give(double at) { arrows_.push_back({right_at, at, margin + left, at, true}); }

  [[nodiscard]] std::string take(const std::string& name, const std::string& description) const {
    const double height = y + margin;
    svg::drawing made(width, height, "anatomy", name, description);
    made.rectangle(0, 0, width, height, "ground");
    for (const shape& one : shapes_)
      made.element(
          "rect",
          {{"x", one.x}, {"y", one.y}, {"width", one.width}, {"height", one.height}, {"rx", 6.0}, {"class", one.look}});
    for (const arrow& one : arrows_) arrow_of(made, one);
    for (const caption& one : texts_) made.text(one.x, one.y, one.words, one.look, "start");
    std::string text = made.take();
    // As wide as it is meant to be read, where the page does not say otherwise.
    const std::size_t inside = text.find('>');
    text.insert(inside, " width=\"" + svg::coordinate(width) + "\" height=\"" + svg::coordinate(height) + "\"");
    const std::size_t content = text.find('>') + 1;
    return text.substr(0, content) + "<style>" + std::string(svg::palette()) + std::string(style) + "</style>" +
           text.substr(content) + "\n";
  }

 private:
  struct shape {
    double x, y, width, height;
    std::string look;
  };
  struct caption {
    double x, y;
    std::string words, look;
  };
  struct arrow {
    double x1, y1, x2, y2;
    bool given;
  };

  static void arrow_of(svg::drawing& made, const arrow& one) {
    const bool down = one.x1 == one.x2;
    made.line(one.x1, one.y1, down ? one.x2 : one.x2 + 6, down ? one.y2 - 6 : one.y2, one.given ? "from" : "flow");
    svg::polyline tip;
    tip.to(one.x2, one.y2);
    tip.to(down ? one.x2 - 5 : one.x2 + 9, down ? one.y2 - 9 : one.y2 - 5);
    tip.to(down ? one.x2 + 5 : one.x2 + 9, down ? one.y2 - 9 : one.y2 + 5);
    tip.close();
    made.path(tip.commands(), one.given ? "from-tip" : "tip");
  }

  std::vector<shape> shapes_;
  std::vector<caption> texts_;
  std::vector<arrow> arrows_;
};

constexpr std::size_t left_letters = 26, right_letters = 12, whole_letters = 46;

// A part on the left, and beside it what the adversary must have for it; both of one height.
void part(picture& made, std::string_view look, const std::string& head, const std::string& value,
          const std::string& owned_head, const std::string& owned) {
  std::vector<std::string> lines = wrapped(value, left_letters), from = wrapped(owned, right_letters);
  const std::size_t height = std::max(lines.size(), from.size());
  lines.resize(height);
  if (!from.empty()) {
    from.resize(height);
    made.box(right_at, made.y, right, "owned", owned_head, from);
    made.give(made.y + 24);
  }
  made.y += made.box(margin, made.y, left, look, head, lines);
}

// The rule, for which a class may have to be known beside what the adversary owns.
void rule_part(picture& made, const shown_attack& attack) {
  const bool both = !attack.known_to_rule.empty() && !attack.world.empty();
  part(made, "core", "decision rule", attack.rule,
       both                   ? "knows, owns"
       : attack.world.empty() ? "knows"
                              : "owns",
       both ? attack.known_to_rule + "; " + attack.world : attack.known_to_rule + attack.world);
}

}  // namespace

std::string drawing(const shown_attack& attack) {
  picture made;
  made.title(attack.name);
  part(made, "box", "target", attack.asked_of, "", "");
  made.flow("reveals " + attack.access);
  const double from = made.y - 8;
  part(made, "box", "observation", attack.observation, "", "");
  made.flow("batch by batch");
  part(made, "core", "scorer", attack.scorer, "knows", attack.known_to_scorer);
  const bool tensors = attack.signal != "numbers";
  if (tensors) {
    made.flow("a tensor a subject");
    rule_part(made, attack);
  }
  made.y += 26;
  made.note(margin + 4, made.y - 9, "backend: " + listed(attack.backends, " or "));
  made.frame(from, made.y);
  if (!tensors) {
    made.flow("numbers, larger means member");
    rule_part(made, attack);
  }
  made.flow("evidence, with its cut");
  part(made, "box", "verdict", "member, or not", "", "");
  return made.take("Anatomy of " + attack.name, sentence(attack));
}

std::string drawing(const shown_defence& defence) {
  picture made;
  const double wide = width - 2 * margin;
  made.y += made.box(margin, made.y, wide, "box", "what goes in", wrapped(defence.before, whole_letters));
  made.flow("");
  std::vector<std::string> lines;
  for (const auto& [name, value] : defence.parts)
    for (const std::string& words : wrapped(name + ": " + value, whole_letters)) lines.push_back(words);
  made.y += made.box(margin, made.y, wide, "core", defence.kind + " policy: " + defence.name, lines);
  made.flow("");
  made.y += made.box(margin, made.y, wide, "box", "what comes out", wrapped(defence.after, whole_letters));
  return made.take("Anatomy of " + defence.name, sentence(defence));
}

}  // namespace generator
