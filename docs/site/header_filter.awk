# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# What Doxygen reads of a header: line for line the header, without its namespaces `detail`, which are not for users, and
# with what it declares in the group of its folder. Usage: awk -f header_filter.awk HEADER
FNR == 1 {
  folder = FILENAME
  if (!sub(/^.*include\/telltale\//, "", folder)) folder = ""
  levels = split(folder, part, "/")
  group = levels == 1 ? "core" : part[1] == "torch" && levels > 2 ? "torch_" part[2] : part[1]
}

/^namespace ([a-z_]+::)*detail \{$/ && !hidden { hidden = $2 }

{
  line = hidden ? "" : $0
  if (/^}  \/\/ namespace / && $4 == hidden) hidden = ""
}

line ~ /^namespace [a-z_:]+ \{$/ { line = line " /** \\in_group{" group "} */" }
line ~ /^}  \/\/ namespace / { line = "/** @} */ " line }

{ print line }
