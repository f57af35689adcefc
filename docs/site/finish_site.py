#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""What Doxygen cannot be told: names in the pages lead to the reference, the navigation says names without their scope,
and the search knows every word of the titles and headings of the pages, not just the first of a title.

usage: finish_site.py OUT       OUT/html and OUT/xml as Doxygen left them
"""
import json
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import pages as doc

KINDS = {"class", "struct", "concept", "typedef", "function", "variable", "enum", "namespace"}

# In code; not a part of an entity (&lt;), of a member's call, of an option or of a file's name.
NAME = re.compile(r"(?<![&:./-])\b[A-Za-z_][\w:]*(?![\w./])")


def addresses(index):
    """Where each name of namespace telltale is documented: in full and, where one thing has it, with less before it."""
    full = {}
    for compound in xml.parse(index).getroot():
        name, kind = compound.findtext("name"), compound.get("kind")
        if not name.startswith("telltale") or kind not in KINDS:
            continue
        if kind != "namespace":  # `telltale::io` in a page is the target of CMake
            full[name.removeprefix("telltale::")] = compound.get("refid") + ".html"
        else:
            for member in compound.iter("member"):
                if member.get("kind") in KINDS:
                    page, _, anchor = member.get("refid").rpartition("_1")
                    scope = name.removeprefix("telltale").removeprefix("::")
                    full.setdefault((scope + "::" if scope else "") + member.findtext("name"), f"{page}.html#{anchor}")
    short = {}
    for name, address in full.items():
        parts = name.split("::")
        for first in range(1, len(parts)):
            short.setdefault("::".join(parts[first:]), set()).add(address)
    # A plain word in code (`loss`, `label`) may be an option or a file as well: only what looks like a name of ours.
    known = {name: found.pop() for name, found in short.items() if len(found) == 1} | full
    return {name: address for name, address in known.items() if re.search("_|[A-Z]|::", name)}


def linked(text, known):
    def link(name):
        address = known.get(name[0].removeprefix("telltale::"))
        return f'<a class="el" href="{address}">{name[0]}</a>' if address else name[0]

    def links(code):
        return f"<code>{NAME.sub(link, code[1])}</code>"

    # Not inside of a link that is there already.
    parts = re.split(r"(<a [^>]*>.*?</a>)", text, flags=re.S)
    return "".join(part if i % 2 else re.sub(r"<code>([^<]*)</code>", links, part) for i, part in enumerate(parts))


def searched(pages):
    """Entries of Doxygen's search, by first letter: (key, text, address, page) from every word of a heading on."""
    entries = {}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        address = doc.page_id(page)
        for _, level, heading, anchor in doc.headings(text):
            plain = doc.LINK.sub(lambda link: link[2], heading).replace("`", "").replace("*", "")
            for word in re.finditer(r"\w[\w-]*", plain):
                if (level == 1 and word.start() == 0) or len(word[0]) < 3:
                    continue  # Doxygen's own, or not worth a line
                rest = plain[word.start():].lower()
                key = "".join(c if c.isalnum() else f"_{ord(c):02x}" for c in rest)
                where = f"../{address}.html" + (f"#{address}_{anchor}" if level > 1 else "")
                entries.setdefault(rest[0], []).append((key, plain, where, doc.title(text) if level > 1 else ""))
    return entries


def add_to_search(folder, entries):
    letters = re.search(r'0: "([^"]*)"', (folder / "searchdata.js").read_text(encoding="utf-8"))[1]
    for letter, found in entries.items():
        if letter not in letters:
            continue
        lines = "".join(f"  [{json.dumps(f'{key}_{10000 + i}')},[{json.dumps(text)},[{json.dumps(where)},1,"
                        f"{json.dumps(page)}]]],\n" for i, (key, text, where, page) in enumerate(found))
        rewrite(folder / f"all_{letters.index(letter):x}.js", lambda text: text.replace("[\n", "[\n" + lines, 1))
    for script in folder.glob("*.js"):  # Doxygen takes pages for source files, too
        rewrite(script, lambda text: re.sub(r"^  \[.*_8md\.html.*\n", "", text, flags=re.M))


def rewrite(file, change):
    before = file.read_text(encoding="utf-8")
    after = change(before)
    if after != before:
        file.write_text(after, encoding="utf-8")


def titled(text):
    """`x Class Template Reference` is x, a class template."""
    text = text.replace('<div class="title">telltale::', '<div class="title">')
    kinds = "Class|Struct|Concept|Namespace|File|Directory"
    return re.sub(rf'(<div class="title">.*?) ((?:{kinds})(?: Template)?) Reference',
                  lambda title: f'{title[1]} <span class="kind">{title[2].lower()}</span>', text)


def plain_names(script):
    """The tree says `spread::pooled`, not `telltale::spread::pooled< ... >`."""
    return re.sub(r'^(\s*\[ ")(?:telltale::)?([\w:]+)(?:< [^"]* >)?"', r'\1\2"', script, flags=re.M)


def main():
    out = Path(sys.argv[1])
    html, known = out / "html", addresses(out / "xml/index.xml")
    pages = [doc.ROOT / page.relative_to(out / "pages") for page in sorted((out / "pages").rglob("*.md"))]
    for page in pages:
        rewrite(html / f"{doc.page_id(page)}.html", lambda text: linked(text, known))
    add_to_search(html / "search", searched(pages))
    for script in html.glob("*.js"):
        rewrite(script, plain_names)
    for page in html.glob("*.html"):
        rewrite(page, titled)
        # A type whose nested types are not for users: Doxygen leads to a list that it does not print.
        rewrite(page, lambda text: text if 'name="nested-classes"' in text else
                text.replace('<a href="#nested-classes">Classes</a> &#124;\n', ""))


if __name__ == "__main__":
    main()
