#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Counts public entities of the library whose comment lacks what docs/site/documented.md asks for.

usage: check_documented.py XMLDIR [--folder scorer --folder torch/rule ...] [--list] [--source DIR]

XMLDIR is Doxygen's XML of include/telltale (EXTRACT_ALL = YES); the bodies of functions are read from the headers,
since only they show what a function refuses. Exit status: 0 none lacks anything, 1 some do, 2 the XML cannot be judged.
"""
import argparse
import collections
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

INCLUDE = "include/telltale/"
# What documented.md's table asks of the parts of a folder, and how a label is spelt where it has more than one form.
LABELS = {
    "observation": ["Threat model", "Shapes", "Cost", "Throws"],
    "scorer": ["Threat model", "Formula", "Range", "Cost", "Throws", "Reference"],
    "rule": ["Threat model", "Formula", "Range", "Cost", "Throws", "Reference"],
    "release": ["Threat model", "Formula", "Cost", "Throws", "Reference"],
    "published": ["Anatomy", "Range", "Reference"],
    "metric": ["Formula", "Range", "Cost", "Throws"],
    "accounting": ["Formula", "Range", "Cost", "Throws"],
}
# The members by which a type of the folder shows that it is one of the folder's parts, not a policy or a helper.
MARK = {"observation": ["reveals"], "scorer": ["needs", "operator()"], "rule": ["needs"], "release": ["operator()"]}
# Members by which a type shows that it is a part of an attack, or a fitted one: what core/ prescribes holds for those.
PART = {"name", "needs", "reveals", "cut"}
SPELT = {"Throws": r"\b[Tt]hrows\b", "Cost": r"\b(Cost|Memory):|\bO\(", "Reference": r"\bReferences?:"}
REFUSES = re.compile(r"\bthrow\b|\brefuse\w*\(|\bcheck_\w+\(|\.at\([^(),]*\)")
REFERS = r"\b([Aa]s|[Ss]ee|[Tt]h(?:at|ose) of) "
LOOPS = re.compile(r"\b(?:for|while) \(")
DEFAULTED = re.compile(r"=\s*(default|delete)\b")


class Entity:
    """A class, concept, function, variable, alias, enum or enumerator, with its comment."""

    def __init__(self, kind, scope, name, node, file, line, comment):
        self.kind, self.scope, self.name, self.file, self.line = kind, scope, name, file, line
        self.node = node
        self.text = " ".join(text_of(part) for part in comment).strip()
        self.code = [text_of(code) for part in comment for code in part.iter("computeroutput")]
        self.folder = folder_of(file)

    def full(self):
        return f"{self.scope}::{self.name}" if self.scope else self.name

    def names(self):
        """Identifiers that the comment names in code: `cut`, `fit(bag)`, `using backend`."""
        return {named for code in self.code if (named := identifier(code))}


def text_of(node):
    return re.sub(r"\s+", " ", "".join(node.itertext()))


def folder_of(file):
    """scorer for scorer/prompts_won/ballot.hpp, torch/scorer for torch/scorer/pia.hpp."""
    parts = file.removeprefix(INCLUDE).split("/")[:-1]
    return "/".join(parts[:2] if parts[:1] == ["torch"] else parts[:1])


def identifier(code):
    """cut of `cut`, fit of `fit(bag)`, backend of `using backend`; nothing of `value >= cut`."""
    head = re.sub(r"<.*>$", "", re.split(r"[(\[]", code)[0].strip())
    return re.findall(r"\w+", head)[-1] if re.fullmatch(r"[\w:<>&*, ]*\w", head) else None


def comment_of(node):
    return [c for tag in ("briefdescription", "detaileddescription") if (c := node.find(tag)) is not None]


def is_public(scope, file):
    return (scope.split("::")[0] == "telltale" and "detail" not in scope.split("::") and file.startswith(INCLUDE)
            and "/detail/" not in file)


def unfit(folder, source):
    """Why the XML would say less than the headers do; nothing where it says it all."""
    settings, index = folder / "Doxyfile.xml", folder / "index.xml"
    if not settings.exists() or not re.search(r"id='EXTRACT_ALL'[^\n]*<value>YES", settings.read_text()):
        return "not made with EXTRACT_ALL = YES, without which what has no comment is hidden"
    headers = [h for h in (source / INCLUDE).rglob("*.hpp") if "detail" not in h.relative_to(source).parts]
    if not headers:
        return f"no header in {source / INCLUDE}"
    listed = collections.Counter(re.findall(r'kind="file"><name>([^<]+)</name>', index.read_text()))
    if unread := collections.Counter(h.name for h in headers) - listed:
        return f"made without a header named {min(unread)}"
    late = [h for h in headers if h.stat().st_mtime > index.stat().st_mtime]
    return f"older than {min(late)}, whose lines may have moved" if late else None


def read(folder):
    """All public entities, and the comments of the scopes around them."""
    entities, scopes, seen = [], {}, set()
    for path in sorted(folder.glob("*telltale*.xml")):
        compound = xml.parse(path).getroot().find("compounddef")
        if compound is None or compound.get("kind") not in ("class", "struct", "union", "namespace", "concept"):
            continue
        scope, name = split(compound.findtext("compoundname"))
        where = compound.find("location")
        file, line = where.get("file"), int(where.get("line") or 0)
        whole = Entity(compound.get("kind"), scope, name, compound, file, line, comment_of(compound))
        scopes[whole.full()] = whole
        if whole.kind != "namespace" and compound.get("prot", "public") == "public" and is_public(whole.full(), file):
            entities.append(whole)
        for member in compound.iter("memberdef"):
            where = member.find("location")
            file, line = where.get("file"), int(where.get("line"))
            if member.get("prot") != "public" or member.get("id") in seen or not is_public(whole.full(), file):
                continue
            seen.add(member.get("id"))
            name = member.findtext("name")
            made = Entity(member.get("kind"), whole.full(), name, member, file, line, comment_of(member))
            entities.append(made)
            if made.kind == "enum":
                scopes[made.full()] = made
            for value in member.findall("enumvalue"):
                name = value.findtext("name")
                entities.append(Entity("enumerator", made.full(), name, value, file, line, comment_of(value)))
    hidden = {e.full() for e in scopes.values() if e.node.get("prot", "public") != "public"}
    return [e for e in entities if not any(e.full().startswith(h + "::") for h in hidden)], scopes


def split(qualified):
    """Scope and name, where a specialisation's arguments may hold :: themselves."""
    bare = re.sub(r"<.*>", lambda found: "\0" * len(found.group()), qualified)
    cut = bare.rfind("::")
    return (qualified[:cut], qualified[cut + 2:]) if cut >= 0 else ("", qualified)


class Library:
    """All entities, and the questions that need more than one of them."""

    def __init__(self, entities, scopes, source):
        self.entities, self.scopes, self.source = entities, scopes, source
        self.lines = {}
        self.by_name, self.groups = collections.defaultdict(list), collections.defaultdict(list)
        self.members = collections.defaultdict(list)
        self.prescribed = collections.defaultdict(set)
        for e in entities:
            self.by_name[e.name].append(e)
            self.groups[e.scope, e.name].append(e)
            self.members[e.scope].append(e)
            if e.kind == "concept":
                for sentence in re.findall(r"(?:Required|Optional)\b.*", e.text):
                    self.prescribed[e.folder] |= {n for c in e.code if c in sentence and (n := identifier(c))}

    def body(self, e):
        """The function from its name to the end of its body, without comments."""
        where = e.node.find("location")
        start, end = int(where.get("bodystart") or 0), int(where.get("bodyend") or 0)
        if start <= 0:
            return ""
        if e.file not in self.lines:
            self.lines[e.file] = (self.source / e.file).read_text().splitlines()
        code = "\n".join(self.lines[e.file][e.line - 1:max(end, start)])
        return re.sub(r"//[^\n]*", "", code)

    def type_of(self, e):
        """The class or enumeration that it is a member of."""
        owner = self.scopes.get(e.scope)
        return owner if owner is not None and owner.kind != "namespace" else None

    def around(self, e):
        """The comments of the type, the types and the namespaces around it (not of telltale itself)."""
        scope = e.scope
        while "::" in scope:
            if scope in self.scopes:
                yield self.scopes[scope]
            scope = split(scope)[0]

    def needs_none(self, e):
        """What documented.md lets go without a comment of its own, whoever names it."""
        if e.kind == "concept":
            return e.scope.endswith("::req") and "_" in e.name
        if e.name.startswith(("operator", "~")) or "<" in e.name:
            return True
        if e.kind == "friend":
            return re.search(r"class|struct", e.node.findtext("type") or "") is not None
        if e.kind != "function":
            return False
        is_guide = e.full() in self.scopes
        is_defaulted = DEFAULTED.search(self.body(e)) is not None and "{" not in self.body(e)
        return is_guide or is_defaulted or e.node.find("reimplements") is not None

    def has_purpose(self, e):
        group = self.groups[e.scope, e.name] if e.kind in ("function", "friend") else [e]
        if e.kind == "variable":  # of several on one line Doxygen gives the comment to the last
            group = [m for m in self.members[e.scope] if m.kind == "variable" and (m.file, m.line) == (e.file, e.line)]
        if any(g.text for g in group) or self.needs_none(e):
            return True
        if self.type_of(e) is None:
            return False
        if any(e.name in a.names() for a in self.around(e)):
            return True
        beside = {m.name for m in self.members[e.scope]}
        here = self.prescribed[e.folder] | self.prescribed[e.folder.removeprefix("torch/")]
        if beside & PART:
            here = here | self.prescribed["core"]
        if "reveals" in beside:
            here = here | self.prescribed["observation"]
        return e.name in here

    def texts(self, e, depth=2):
        """The comments that may answer for it: its own, its overloads', its type's, and those that it refers to."""
        own = list(self.groups[e.scope, e.name]) if e.kind == "function" else [e]
        told = own + (list(self.around(e)) if self.type_of(e) is not None else [])
        for text in own if depth else []:
            for code in text.code:
                if re.search(REFERS + re.escape(code), text.text) and (name := identifier(code)):
                    told += [t for other in self.by_name[name] if other is not e for t in self.texts(other, depth - 1)]
        return told

    def says(self, e, label):
        pattern = SPELT.get(label, rf"\b{label}:")
        told = self.texts(e)
        if label == "Throws" and e.kind in ("class", "struct"):
            told += self.members[e.full()]
        return any(re.search(pattern, t.text) for t in told)

    def is_attack(self, e):
        """An alias of attack<...>, or of another such alias."""
        if e.kind != "typedef" or self.type_of(e) is not None:
            return False
        first = re.match(r"(?:\w+::)*(\w+)", text_of(e.node.find("type")))
        if first is None:
            return False
        return first[1] == "attack" or any(self.is_attack(x) for x in self.by_name[first[1]] if x is not e)

    def wanted(self, e):
        top = e.folder.removeprefix("torch/")
        if e.kind in ("class", "struct") and top in MARK:
            shown = {m.name for m in self.members[e.full()]}
            if {"name", *MARK[top]} <= shown and "<" not in e.name and Path(e.file).parent.name == top:
                return LABELS[top]
        if top == "published" and self.is_attack(e):
            return LABELS[top]
        if top in ("metric", "accounting") and e.kind == "function" and self.type_of(e) is None:
            returned = text_of(e.node.find("type")).strip()
            if re.fullmatch(r"(?:\w+ )*(?:double|float|Real|estimate\w*)", returned):
                return LABELS[top]
            if not e.name.startswith("operator") and not re.search(r"void|string", returned):
                return ["Cost", "Throws"]
        return []

    def lacks(self, e):
        missing = [] if self.has_purpose(e) else ["purpose"]
        for label in self.wanted(e):
            if label == "Throws" and e.node.get("noexcept") == "yes":
                continue
            if not self.says(e, label):
                missing.append(label)
        if e.kind == "function" and e.node.get("noexcept") != "yes" and "Throws" not in missing:
            if REFUSES.search(self.body(e)) and not self.says(e, "Throws"):
                missing.append("Throws")
        if e.kind == "function" and e.folder != "report" and "Cost" not in missing:
            if len(LOOPS.findall(self.body(e))) > 1 and not self.says(e, "Cost"):
                missing.append("Cost")
        return missing


def fail(sentence):
    print(sentence, file=sys.stderr)
    return 2


def arguments():
    line = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    line.add_argument("xmldir", type=Path)
    line.add_argument("--source", type=Path, default=Path("."), help="the repository's root (default: here)")
    line.add_argument("--folder", action="append", help="only this folder of include/telltale: scorer, torch/rule, ...")
    line.add_argument("--list", action="store_true", help="print every entity that is checked")
    return line.parse_args()


def main():
    options = arguments()
    if (reason := unfit(options.xmldir, options.source)) is not None:
        return fail(f"{options.xmldir}: {reason}")
    library = Library(*read(options.xmldir), options.source)
    chosen = [e for e in library.entities if not options.folder or any(
        f == e.folder or e.folder.startswith(f + "/") for f in options.folder)]
    if not chosen:
        return fail(f"{options.xmldir}: no public entity of {INCLUDE} in it")
    checked, bad = collections.Counter(), collections.Counter()
    for e in sorted(chosen, key=lambda e: (e.file, e.line, e.full())):
        missing = library.lacks(e)
        checked[e.folder] += 1
        bad[e.folder] += bool(missing)
        if missing:
            print(f"{e.file}:{e.line}: {e.kind} {e.full()} lacks {', '.join(missing)}")
        elif options.list:
            print(f"{e.file}:{e.line}: {e.kind} {e.full()}")
    for folder in sorted(checked):
        print(f"{folder or 'top':>20}: {bad[folder]:4} of {checked[folder]:4} lack something")
    print(f"{sum(bad.values())} of {sum(checked.values())} public entities lack something")
    return 1 if sum(bad.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
