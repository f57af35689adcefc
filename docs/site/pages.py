# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""What a page of the documentation consists of: headings, links, fenced blocks; and where it lies on the site."""
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^( *)(`{3,}|~{3,})([\w+-]*)[^\n`]*\n(.*?)^ *\2`* *$", re.S | re.M)
COMMENT = re.compile(r"<!--.*?-->", re.S)
CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)", re.S)
HEADING = re.compile(r"^(#{1,6}) +(.+?) *#* *$", re.M)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*([^()\s]+)\s*\)")


@dataclass
class Block:
    line: int  # of the opening fence, from 1
    language: str
    text: str
    before: str  # the line before the fence
    indent: str


@dataclass
class Link:
    start: int
    end: int
    line: int
    image: bool
    label: str
    target: str


def all_pages(root=ROOT):
    """Every page of the site, the front page first."""
    pages = sorted(root.glob("*.md")) + sorted((root / "docs").rglob("*.md"))
    return sorted(pages, key=lambda page: page != root / "README.md")


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def blanked(text, *patterns):
    """The text with what matches replaced by filler of the same length and lines, so that offsets stay."""
    for pattern in patterns:
        text = pattern.sub(lambda found: re.sub(r"[^\n]", "\0", found[0]), text)
    return text


def prose(text):
    """The text without fenced blocks, comments and code spans."""
    return blanked(text, FENCE, COMMENT, CODE_SPAN)


def slug(heading):
    """The anchor that code hosts give a heading."""
    plain = LINK.sub(lambda link: link[2], heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def headings(text):
    """(offset of the end of the line, level, heading, anchor) of every heading."""
    seen = {}
    for found in HEADING.finditer(blanked(text, FENCE, COMMENT)):
        anchor = slug(found[2])
        seen[anchor] = seen.get(anchor, -1) + 1
        yield found.end(), len(found[1]), found[2], anchor + (f"-{seen[anchor]}" if seen[anchor] else "")


def title(text):
    return next((heading for _, level, heading, _ in headings(text) if level == 1), "")


def links(text):
    plain = prose(text)
    for found in LINK.finditer(plain):
        yield Link(found.start(), found.end(), line_of(text, found.start()), bool(found[1]),
                   text[found.start(2):found.end(2)], found[3])


def blocks(text):
    for found in FENCE.finditer(text):
        line = line_of(text, found.start())
        before = text.split("\n")[line - 2].strip() if line > 1 else ""
        yield Block(line, found[3], found[4], before, found[1])


def external(target):
    return re.match(r"[a-z]+:", target) is not None


def resolved(page, target, root=ROOT):
    """(file or folder in the repository, anchor) of a relative link."""
    path, _, anchor = target.partition("#")
    return ((page.parent / path).resolve() if path else page), anchor


def page_id(page, root=ROOT):
    """The name of a page on the site: docs/how_to/x.md is how_to_x, docs/how_to/README.md how_to_overview."""
    parts = list(page.relative_to(root).with_suffix("").parts)
    if parts == ["README"]:
        return "index"
    if parts == ["docs", "README"]:
        return "documentation"
    if parts[0] == "docs":
        parts = parts[1:]
    if parts[-1] == "README":
        parts[-1] = "overview"  # concepts.html would be Doxygen's own list
    return "_".join(parts).lower().replace("-", "_")


def source_id(file, root=ROOT):
    """The name of the page that shows a file of the repository."""
    return "source_" + re.sub(r"\W", "_", file.relative_to(root).as_posix())


def shown(page, root=ROOT):
    """How a page is named in messages."""
    return page.relative_to(root) if page.is_relative_to(root) else page
