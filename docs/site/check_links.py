#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Finds links that lead nowhere, and markup that Doxygen did not understand.

usage: check_links.py pages         relative links of the Markdown pages: file, and anchor of a page
       check_links.py site FOLDER   every href and src of the built site, and what its search and navigation lead to

Links to other hosts are not followed.
"""
import html
import re
import sys
from pathlib import Path
from urllib.parse import unquote

import pages as doc

# Commands of Doxygen and marks of Markdown as text of a page.
LEFT_OVER = re.compile(r"\\(?:ilinebr|anchor|htmlonly|endhtmlonly|part|thrown|in_group|details)\b|\{#\w+\}")


def broken_in_pages(pages):
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    anchors = {page: {anchor for *_, anchor in doc.headings(text)} for page, text in texts.items()}
    count = 0
    for page, text in texts.items():
        if [level for _, level, *_ in doc.headings(text)].count(1) != 1:
            yield f"{doc.shown(page)}: not exactly one title of a single #"
        for link in doc.links(text):
            if doc.external(link.target):
                continue
            count += 1
            file, anchor = doc.resolved(page, link.target)
            if not file.exists():
                yield f"{doc.shown(page)}:{link.line}: no {link.target}"
            elif anchor and anchor not in anchors.get(file, ()):
                yield f"{doc.shown(page)}:{link.line}: no heading #{anchor} in {doc.shown(file)}"
    print(f"{count} links of {len(texts)} pages")


def broken_in_site(folder):
    ids, links = {}, {}
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if (left := LEFT_OVER.search(text)):
            yield f"{page.relative_to(folder)}: not understood: {left[0]}"
        ids[page] = set(re.findall(r'\b(?:id|name)="([^"]+)"', text))
        links[page] = set(re.findall(r'\b(?:href|src|data)="([^"]*)"', text))
    for script in [folder / "navtreedata.js", *folder.glob("search/*_*.js")]:
        text = script.read_text(encoding="utf-8")
        links[script] = set(re.findall(r"""['"]((?:\.\./)?[\w-]+\.html(?:#\w+)?)['"]""", text))
    for page, found in links.items():
        base = folder if page.name == "navtreedata.js" else page.parent
        for link in found:
            if doc.external(link) or link.startswith("//"):
                continue
            path, _, anchor = html.unescape(link).partition("#")
            file = (base / unquote(path)).resolve() if path else page
            if not file.is_file():
                yield f"{page.relative_to(folder)}: no {link}"
            elif anchor and file in ids and unquote(anchor) not in ids[file]:
                yield f"{page.relative_to(folder)}: no anchor {link}"
    print(f"{sum(map(len, links.values()))} links of {len(ids)} pages of the site")


def lost_code(page, built):
    """Code between backticks that does not stand as code on the site: Doxygen took its page for something else."""
    def plain(code):
        return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]*>", "", code))).strip()

    there = {plain(code) for code in re.findall("<code>(.*?)</code>", built.read_text(encoding="utf-8"), re.S)}
    text = page.read_text(encoding="utf-8")
    for span in doc.CODE_SPAN.finditer(doc.blanked(text, doc.FENCE, doc.COMMENT)):
        if re.sub(r"\s+", " ", span[2]).strip().replace("\\|", "|") not in there:
            yield f"{doc.shown(page)}:{doc.line_of(text, span.start())}: not on the site: {span[0]}"


def main():
    if sys.argv[1:] == ["pages"]:
        broken = list(broken_in_pages(doc.all_pages()))
    elif len(sys.argv) == 3 and sys.argv[1] == "site":
        folder = Path(sys.argv[2]).resolve()
        broken = list(broken_in_site(folder))
        for page in doc.all_pages():
            broken += lost_code(page, folder / f"{doc.page_id(page)}.html")
    else:
        sys.exit(__doc__)
    print("\n".join(sorted(broken) + [f"{len(broken)} broken"]))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
