// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace telltale::report::html {

/// How a page looks, on a wide screen, a narrow one and on paper; needs `svg::palette()`.
[[nodiscard]] inline std::string_view style() {
  return R"css(*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:960px;margin:0 auto;padding:48px 24px 64px}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.015em;margin:.2em 0 .4em}
h2{font-size:1.35rem;line-height:1.3;letter-spacing:-.01em;margin:3.2rem 0 .6rem;padding-top:1.2rem;border-top:1px solid var(--rule)}
h3{font-size:1.02rem;margin:2rem 0 .5rem}
p{margin:.5em 0;max-width:72ch}
.eyebrow{color:var(--accent);font-weight:600;font-size:.82rem;letter-spacing:.06em;text-transform:uppercase;margin:0}
.lead,.muted{color:var(--muted)}
.lead{font-size:1.05rem}
.meaning{background:var(--panel);border-left:3px solid var(--rule);padding:.6em .9em;margin:1em 0;font-size:.95rem}
.finding{background:var(--tint);border-left:4px solid var(--accent);border-radius:0 8px 8px 0;padding:22px 26px;margin:28px 0;display:grid;grid-template-columns:auto 1fr;gap:4px 28px;align-items:center}
.finding .figure{font-size:3.2rem;font-weight:700;line-height:1.05;letter-spacing:-.03em;color:var(--accent);white-space:nowrap}
.finding p{margin:.15em 0;max-width:none}
.finding .says{font-size:1.15rem;line-height:1.45}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:16px;margin:20px 0}
.card{background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:16px 18px}
.card h3{margin:0 0 .3rem;font-size:.95rem}
.card p{margin:0;font-size:.92rem;line-height:1.55}
.scroll{overflow-x:auto;margin:16px 0}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:right;padding:8px 10px;border-bottom:1px solid var(--rule);vertical-align:top;white-space:nowrap}
thead th{color:var(--muted);font-weight:600;font-size:.82rem;line-height:1.35;border-bottom:2px solid var(--rule);vertical-align:bottom}
th:first-child,td:first-child,table.words th,table.words td{text-align:left}
table.words td,table.words th,tbody th{white-space:normal}
tbody th{font-weight:600}
td .sub,th .sub{display:block;color:var(--muted);font-size:.8rem;font-weight:400;line-height:1.45}
td.best b{color:var(--accent)}
.stopped{text-align:left;color:var(--muted)}
.stopped code{color:var(--ink)}
.badge{display:inline-block;border:1px solid var(--rule);background:var(--panel);border-radius:99px;padding:0 .7em;font-size:.82rem;margin-right:.6em;color:var(--ink)}
code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em;overflow-wrap:anywhere}
figure{margin:20px 0}
figcaption{color:var(--muted);font-size:.88rem;margin-top:6px;max-width:80ch}
.plot{overflow-x:auto}
.plot .chart{min-width:640px}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(270px,1fr));gap:14px 20px}
.key{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin:0 .35em 0 .9em;vertical-align:-.05em;opacity:.75}
.records{display:grid;grid-template-columns:repeat(auto-fill,minmax(96px,1fr));gap:14px}
.records figure{margin:0}
.records img{display:block;width:100%;height:auto;image-rendering:pixelated;border-radius:6px;border:1px solid var(--rule);background:#000}
.records figcaption{font-size:.76rem;line-height:1.35;margin-top:4px}
.records b{color:var(--ink);font-weight:600}
details{margin:14px 0}
summary{cursor:pointer;color:var(--muted);font-size:.92rem}
summary:hover{color:var(--ink)}
ul{padding-left:1.2em;max-width:76ch}
li{margin:.3em 0}
footer{margin-top:3.5rem;padding-top:1rem;border-top:1px solid var(--rule);color:var(--muted);font-size:.85rem}
@media (max-width:640px){main{padding:28px 16px 48px}h1{font-size:1.55rem}.finding{grid-template-columns:1fr;padding:18px}.finding .figure{font-size:2.6rem}}
@media print{body{font-size:10.5pt}main{max-width:none;padding:0}h2{break-after:avoid}figure,.card,.finding,tr{break-inside:avoid}.plot,.scroll{overflow:visible}.plot .chart{min-width:0}a{color:inherit}}
)css";
}

}  // namespace telltale::report::html
