#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Writes what Doxygen reads besides the headers: the pages, the sources they link to, the order of the navigation.

usage: write_pages.py OUT

OUT/pages holds a copy of every page, line for line, in which headings have names and links lead to pages of the site;
OUT/sources a page for every file that a page links to; OUT/html/files the pictures; OUT/layout.xml the order of
the navigation and of what stands on a page of the reference.
"""
import re
import shutil
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pages as doc

# What a folder of docs/ is called, in the order of the navigation. "" is the reference, made from the headers.
SECTIONS = [("learn", "Learn"), ("how_to", "How to"), ("anatomy", "Anatomy"), ("concepts", "Concepts"),
            ("", "Reference"), ("decisions", "Decisions")]
SINGLE = ["docs/what_it_found.md", "docs/speed.md", "docs/supported.md"]
# Languages that Doxygen colours; the others are set plain, or it would take them for C++.
PLAIN = "{.unparsed}"
LANGUAGES = {"cpp": "{.cpp}", "python": "{.py}"}
CODE = {".cpp": "{.cpp}", ".hpp": "{.cpp}", ".py": "{.py}"}
TAGS = "br|sub|sup|kbd"
TARGET = re.compile(r"(?<=\]\()[^()\s]+(?=\))")
FOLDED = re.compile(r"</?(?:details|summary)>")


class Page:
    def __init__(self, path):
        self.path, self.text, self.id = path, path.read_text(encoding="utf-8"), doc.page_id(path)
        self.title = doc.title(self.text)


class Writer:
    def __init__(self, out):
        self.out = out
        self.pages = {page: Page(page) for page in doc.all_pages()}
        self.sources = set()

    def target(self, page, link):
        """Where a link of a page leads on the site."""
        if doc.external(link.target):
            return link.target
        file, anchor = doc.resolved(page.path, link.target)
        if (file / "README.md") in self.pages:
            file = file / "README.md"
        if file in self.pages:
            name = self.pages[file].id
            return f"{name}.html" + (f"#{name}_{anchor}" if anchor else "")
        if file.is_dir():
            self.sources |= {file} | set(self.shown_of(file))
            return doc.source_id(file) + ".html"
        if not file.is_file():
            return link.target  # Doxygen and check_links.py complain
        if file.suffix in (".png", ".svg", ".jpg"):
            return "files/" + self.copied(file)
        self.sources.add(file)
        return doc.source_id(file) + ".html"

    @staticmethod
    def shown_of(folder):
        return sorted(file for file in folder.iterdir() if file.suffix in CODE)

    def source(self, file):
        """The page that shows a file, or the list of a folder's files."""
        head = f"# {file.relative_to(doc.ROOT).as_posix()} {{#{doc.source_id(file)}}}\n\n"
        if file.is_dir():
            return head + "".join(f"- [{shown.name}]({doc.source_id(shown)}.html)\n" for shown in self.shown_of(file))
        fence = "~" * 12
        return head + f"{fence}{CODE.get(file.suffix, PLAIN)}\n{file.read_text(encoding='utf-8')}\n{fence}\n"

    @staticmethod
    def size(picture):
        """A drawing that says no width would be as wide as the page, however small it was drawn."""
        if picture.suffix != ".svg" or not picture.is_file():
            return ""
        drawing = re.match(r"[^>]*<svg[^>]*>", picture.read_text(encoding="utf-8"))
        box = re.search(r'viewBox="0 0 ([\d.]+)', drawing[0]) if drawing and " width=" not in drawing[0] else None
        return f' width="{1.5 * float(box[1]):.0f}"' if box else ""

    def copied(self, file):
        relative = file.relative_to(doc.ROOT).as_posix()
        copy = self.out / "html/files" / relative
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        return relative

    def rewritten(self, page):
        """The page as Doxygen is to read it, line for line."""
        text, changes = page.text, []
        plain = doc.blanked(doc.prose(text), TARGET)
        for link in doc.links(text):
            target = self.target(page, link)
            if link.image:
                # Doxygen would look for the file beside all others and lose its folder.
                size = self.size(doc.resolved(page.path, link.target)[0])
                new = f"\\htmlonly<img src={quoteattr(target)} alt={quoteattr(link.label)}{size}/>\\endhtmlonly"
                changes.append((link.start, link.end, new))
            else:
                changes.append((link.end - 1 - len(link.target), link.end - 1, target))
        for end, level, heading, anchor in doc.headings(text):
            if level == 1 and (number := re.match(r"\d+(?=\.)", heading)):  # Doxygen would begin a list
                dot = text.rfind("\n", 0, end) + len("\n# ") + number.end()
                changes.append((dot, dot, "\\"))
            name = page.id if level == 1 else f"{page.id}_{anchor}"
            if page.id == "index" and level > 1:  # sections of the front page would be the first branches of the tree
                changes.append((end, end, f" \\anchor {name}"))
            else:
                changes.append((end, end, f" {{#{'mainpage' if name == 'index' else name}}}"))
        for found in re.finditer(rf"[@\\]|<(?!/?(?:{TAGS})\b)", doc.blanked(plain, FOLDED)):
            changes.append((found.start(), found.start(), "\\"))
        # Doxygen would close what is folded at the end of its first paragraph.
        for found in FOLDED.finditer(plain):
            kind = "[block]" if "details" in found[0] else ""
            changes.append((found.start(), found.end(), f"\\htmlonly{kind}{found[0]}\\endhtmlonly"))
        # To Doxygen nothing between quotation marks is Markdown.
        for found in re.finditer('"', doc.blanked(plain, FOLDED)):
            changes.append((found.start(), found.end(), "&quot;"))
        # Doxygen takes no emphasis that begins with a bracket, a quotation mark or a point.
        for found in re.finditer(r"(?<![\w*])(\*\*?)(?=[(\"'.\0\[])([^*\n]+)\1(?![\w*])", plain):
            tag = "strong" if len(found[1]) == 2 else "em"
            changes += [(found.start(), found.end(1), f"<{tag}>"), (found.end(2), found.end(), f"</{tag}>")]
        # Doxygen takes `it's` for a quotation that begins at the backtick and ends at the apostrophe.
        for span in doc.CODE_SPAN.finditer(doc.blanked(text, doc.FENCE, doc.COMMENT)):
            if span[1] == "`" and "'" in span[2]:
                changes += [(span.start(), span.start(), "`"), (span.end(), span.end(), "`")]
        for comment in doc.COMMENT.finditer(doc.blanked(text, doc.FENCE)):
            changes.append((comment.start(), comment.end(), "\n" * comment[0].count("\n")))
        # A fence deep in a list is no fence to Doxygen.
        for block in doc.FENCE.finditer(text):
            changes.append((block.start(2), block.end(3), f"\\code{LANGUAGES.get(block[3], PLAIN)}"))
            changes.append((block.end(4) + len(block[1]), block.end(), "\\endcode"))
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def write(self):
        for page in self.pages.values():
            copy = self.out / "pages" / page.path.relative_to(doc.ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(self.rewritten(page), encoding="utf-8")
        (self.out / "sources").mkdir(parents=True, exist_ok=True)
        for file in sorted(self.sources):
            (self.out / "sources" / f"{doc.source_id(file)}.md").write_text(self.source(file), encoding="utf-8")

    def of_folder(self, folder):
        """The pages of a folder: first those that its README links to, in that order."""
        readme = self.pages.get(doc.ROOT / "docs" / folder / "README.md")
        order = []
        if readme:
            order = [doc.resolved(readme.path, link.target)[0] for link in doc.links(readme.text)
                     if not doc.external(link.target)]
        inside = [p for p in self.pages.values() if p.path.parent == doc.ROOT / "docs" / folder and p is not readme]
        rank = {path: place for place, path in reversed(list(enumerate(order)))}
        return readme, sorted(inside, key=lambda p: (rank.get(p.path, len(order)), p.path.name))

    def navigation(self):
        lines = ['<navindex>', '<tab type="mainpage" visible="yes" title="telltale"/>']
        shown = {doc.ROOT / "README.md"}
        if (page := self.pages.get(doc.ROOT / "docs/README.md")):
            lines.append(self.tab(page))
            shown.add(page.path)
        for folder, name in SECTIONS:
            if not folder:
                lines += ['<tab type="usergroup" visible="yes" title="Reference" url="@ref reference">',
                          '<tab type="modules" visible="yes" title="By part" intro=""/>',
                          '<tab type="classlist" visible="yes" title="Types" intro=""/>',
                          '<tab type="concepts" visible="yes" title="Concepts" intro=""/>', '</tab>']
                continue
            readme, inside = self.of_folder(folder)
            head = (readme or inside[0]).id
            lines.append(f'<tab type="usergroup" visible="yes" title={quoteattr(name)} url="@ref {head}">')
            lines += [self.tab(page) for page in inside]
            lines.append('</tab>')
            shown |= {page.path for page in inside} | ({readme.path} if readme else set())
        for name in SINGLE:
            if (page := self.pages.get(doc.ROOT / name)):
                lines.append(self.tab(page))
                shown.add(page.path)
        lines.append('<tab type="usergroup" visible="yes" title="Project" url="@ref contributing">')
        lines += [self.tab(page) for path, page in self.pages.items() if path not in shown]
        lines += ['</tab>', '</navindex>']
        return "\n".join(lines) + "\n"

    @staticmethod
    def tab(page):
        return f'<tab type="user" visible="yes" title={quoteattr(page.title.replace("`", ""))} url="@ref {page.id}"/>'


def main():
    out = Path(sys.argv[1])
    for made in ("html", "xml", "pages", "sources"):
        shutil.rmtree(out / made, ignore_errors=True)
    writer = Writer(out)
    writer.write()
    layout = (Path(__file__).parent / "layout.xml").read_text(encoding="utf-8")
    (out / "layout.xml").write_text(layout.replace("<navindex/>", writer.navigation()), encoding="utf-8")


if __name__ == "__main__":
    main()
