// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace telltale::report::svg {

/// How many colours a picture has before they repeat.
inline constexpr std::size_t colours = 8;

/// The classes of the k-th series of a picture: its colour, dashes for every second one, so that neighbours differ
/// without colour too, and dots where the colours repeat.
[[nodiscard]] inline std::string series_class(std::size_t k) {
  return "s" + std::to_string(k % colours) + (k % 2 == 1 ? " dashed" : "") + (k / colours % 2 == 1 ? " dotted" : "");
}

/// Colours for light and for dark surroundings; pictures and page share them.
///
/// The eight of Okabe and Ito 2008, which colour-blind readers can tell apart, with yellow darkened on light ground and
/// all of them lightened on dark ground.
[[nodiscard]] inline std::string_view palette() {
  return R"css(:root{color-scheme:light dark;
--paper:#ffffff;--panel:#f6f8fa;--ink:#17202b;--muted:#5a6675;--rule:#d9dfe6;--grid:#e8ecf0;--accent:#b34700;--tint:#fdf3ec;
--c0:#0072b2;--c1:#d98e00;--c2:#008f68;--c3:#c0609a;--c4:#d55e00;--c5:#3a9fd8;--c6:#8f7d00;--c7:#3b4350}
@media (prefers-color-scheme:dark){:root{
--paper:#12161c;--panel:#1a2029;--ink:#e7ebf0;--muted:#9aa6b4;--rule:#323c48;--grid:#252d37;--accent:#ff9d5c;--tint:#2a2019;
--c0:#4aa8e0;--c1:#f0b030;--c2:#2cc79a;--c3:#e39cc4;--c4:#ff8540;--c5:#8ad0f7;--c6:#e0d44a;--c7:#c9d1dc}}
@media print{:root{color-scheme:light;
--paper:#ffffff;--panel:#f6f8fa;--ink:#000000;--muted:#444c56;--rule:#c5ccd3;--grid:#e4e8ec;--accent:#b34700;--tint:#ffffff;
--c0:#0072b2;--c1:#d98e00;--c2:#008f68;--c3:#c0609a;--c4:#d55e00;--c5:#3a9fd8;--c6:#8f7d00;--c7:#3b4350}}
)css";
}

/// What every class of a picture looks like; needs `palette()`.
[[nodiscard]] inline std::string_view style() {
  return R"css(.chart{display:block;width:100%;height:auto;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:13px;fill:var(--ink)}
.chart .axis{stroke:var(--muted);stroke-width:1;fill:none}.chart .grid{stroke:var(--grid);stroke-width:1}
.chart .tick{fill:var(--muted);font-size:12px}.chart .note{fill:var(--muted);font-size:11.5px}
.chart .name{font-weight:600;font-size:13px}
.chart .halo{stroke:var(--paper);stroke-width:4px;stroke-linejoin:round;paint-order:stroke}
.chart .guess{stroke:var(--muted);stroke-width:1.2;fill:none}
.chart .bound{stroke:var(--muted);stroke-width:1.1;stroke-dasharray:1.5 3.5;stroke-linecap:round;fill:none}
.chart .unseen{fill:var(--grid);opacity:.75}
.chart .s0{stroke:var(--c0);fill:var(--c0)}.chart .s1{stroke:var(--c1);fill:var(--c1)}.chart .s2{stroke:var(--c2);fill:var(--c2)}
.chart .s3{stroke:var(--c3);fill:var(--c3)}.chart .s4{stroke:var(--c4);fill:var(--c4)}.chart .s5{stroke:var(--c5);fill:var(--c5)}
.chart .s6{stroke:var(--c6);fill:var(--c6)}.chart .s7{stroke:var(--c7);fill:var(--c7)}
.chart .curve{fill:none;stroke-width:2.1;stroke-linejoin:round}.chart .curve.dashed{stroke-dasharray:7 3}
.chart .curve.dotted{stroke-dasharray:2 3}.chart .curve.dashed.dotted{stroke-dasharray:9 3 2 3}
.chart .band{stroke:none;opacity:.12}
.chart .reach{stroke-width:2;stroke-linecap:round;opacity:.5}.chart .mark{stroke:var(--paper);stroke-width:1.5}
.chart .in{fill:var(--c4);opacity:.55}.chart .out{fill:var(--c0);opacity:.45}
.chart .in-edge{fill:none;stroke:var(--c4);stroke-width:1.6}.chart .out-edge{fill:none;stroke:var(--c0);stroke-width:1.6}
.chart .whisker{stroke:var(--c0);stroke-width:2.2;stroke-linecap:round;opacity:.55}.chart .dot{fill:var(--c0);stroke:var(--paper);stroke-width:1.5}
.chart .cut{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:4 3}
)css";
}

/// A picture as a file of its own: with its colours inside.
[[nodiscard]] inline std::string standalone(std::string_view picture) {
  const std::size_t inside = picture.find('>') + 1;
  std::string text(picture.substr(0, inside));
  text.append("<style>").append(palette()).append(style()).append("</style>").append(picture.substr(inside));
  return text + "\n";
}

}  // namespace telltale::report::svg
