# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# What Doxygen reads of a header. Usage: awk -f header_filter.awk HEADER
#
# Line for line the header, so that Doxygen's line numbers are the header's, but
# - without its namespaces `detail`, which are not for users;
# - what it declares is in the group of its folder;
# - the labels of docs/site/documented.md begin a paragraph each, and an indented formula is set as it stands;
# - < and # are characters, never the beginning of a tag or a link.
FNR == 1 {
  folder = FILENAME
  if (!sub(/^.*include\/telltale\//, "", folder)) folder = ""
  levels = split(folder, part, "/")
  group = levels == 1 ? "core" : part[1] == "torch" && levels > 2 ? "torch_" part[2] : part[1]
}

# Outside of code between backticks, which may go on from the line before.
function as_text(comment, pieces, i, n, out) {
  n = split(comment, pieces, "`")
  for (i = 1; i <= n; ++i) {
    if (!in_code) {
      gsub(/</, "\\\\<", pieces[i])
      gsub(/#/, "\\\\#", pieces[i])
      gsub(/ al\. /, " al.\\&#160;", pieces[i])  # no end of the first sentence
      pieces[i] = labelled(pieces[i])
    }
    out = out (i > 1 ? "`" : "") pieces[i]
    if (i < n) in_code = !in_code
  }
  return out
}

function labelled(text, label) {
  while (match(text, /(^| )(Threat model|Formula|Range|Shapes|Cost|Memory|Policies|Presets|Anatomy|References?): /)) {
    label = substr(text, RSTART, RLENGTH)
    gsub(/^ |: $/, "", label)
    text = substr(text, 1, RSTART - 1) " \\part{" label "} " substr(text, RSTART + RLENGTH)
  }
  if (match(text, /(^|[.)] )Throws /)) sub(/Throws /, "\\thrown ", text)
  return text
}

/^namespace ([a-z_]+::)*detail \{$/ && !hidden { hidden = $2 }

{
  line = hidden ? "" : $0
  if (/^}  \/\/ namespace / && $4 == hidden) hidden = ""
}

# The policies of rules and scorers, many small types, have a page beside the rules and scorers themselves.
line ~ /^namespace [a-z_:]+ \{$/ {
  policies = (group == "rule" || group == "scorer") && $2 != "telltale" ? "_policies" : ""
  line = line " /** \\in_group{" group policies "} */"
}
line ~ /^}  \/\/ namespace / { line = "/** @} */ " line }

# A formula on lines of its own: three spaces deep, in no list.
{
  comment = line ~ /^ *\/\/\/( |$)/
  formula = comment && !list && (line ~ /^ *\/\/\/   [^ ]/ || (was_formula && line ~ /^ *\/\/\/   /))
  list = comment && (line ~ /^ *\/\/\/ ([-*]|[0-9]+\.) / || (list && line ~ /^ *\/\/\/  /))
  if (line !~ /^ *\/\/\/ ./) in_code = 0
  code = comment && line ~ /^ *\/\/\/     /
  if (was_formula && !formula) held = held "</pre>"
  if (formula) gsub(/</, "\\\\<", line)
  if (formula && !was_formula) sub(/\/\/\/ /, "/// <pre class=\"formula\">", line)
  if (comment && !formula && !code && match(line, /^ *\/\/\/ /))
    line = substr(line, 1, RLENGTH) as_text(substr(line, RLENGTH + 1))
  if (NR > 1) print held
  held = line
  was_formula = formula
}

END { print held }
