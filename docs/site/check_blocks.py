#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Checks that what the pages show is what the code is, prints and understands.

usage: check_blocks.py blocks [PAGE...]
       check_blocks.py commands --tool telltale=PATH [--tool telltale-model=PATH] [PAGE...]
       check_blocks.py outputs --programs FOLDER [--wing] [PAGE...]

blocks: a block of C++, CMake or Python, and any block after <!-- from PATH -->, stands word for word in that file; a
line `// ...` or `# ...` in it stands for lines left out. Every block names its language; text must not be code.
commands: the sub-command, options, first argument and `--set` keys of every command of our tools, in bash blocks and in
code between backticks, are known to the tool's own --help.
outputs: a block after <!-- output of NAME --> is what the program NAME of FOLDER prints, or consecutive lines of it.
The lessons of the LibTorch wing are run with --wing, the others without.
"""
import argparse
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pages as doc

OMITTED = {"cpp": "// ...", "cmake": "# ...", "python": "# ..."}
OTHER = {"bash", "text", "json", "csv", "yaml", "html"}
COMPILED = {"cpp": (".cpp", ".hpp"), "cmake": ("CMakeLists.txt", ".cmake", ".cmake.in"), "python": (".py",)}
CODE = re.compile(r"^\s*(#include|import |from \w+ import|def |template <|using )|;\s*(//.*)?$", re.M)


class Findings:
    def __init__(self):
        self.wrong, self.counts = 0, {}

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def complain(self, page, line, text):
        self.wrong += 1
        print(f"{doc.shown(page)}:{line}: {text}")

    def exit(self):
        print(", ".join(f"{count} {what}" for what, count in self.counts.items()) or "nothing to check", end="")
        print(f"; {self.wrong} wrong")
        sys.exit(1 if self.wrong or not self.counts else 0)


def lines_of(text):
    """Lines without trailing blanks and common indent, nor blank lines at either end."""
    lines = [line.rstrip() for line in textwrap.dedent(text.expandtabs()).split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def at(source, start, wanted):
    """How many of the wanted lines stand in the source from its line `start` on."""
    found = lines_of("\n".join(source[start:start + len(wanted)]))
    return next((i for i, (a, b) in enumerate(zip(found, wanted)) if a != b), min(len(found), len(wanted)))


def missing_line(source, wanted, first=0):
    """(the first of the wanted lines that does not follow, -1 if all do; where the search for what follows begins)"""
    if not wanted:
        return -1, first
    best = 0
    for start in range(first, len(source)):
        if not source[start].strip():
            continue
        found = at(source, start, wanted)
        if found == len(wanted):
            return -1, start + len(wanted)
        best = max(best, found)
    return best, first


def check_source(page, block, found):
    marker = re.fullmatch(r"<!-- from (\S+) -->", block.before)
    if not marker:
        return found.complain(page, block.line, f"{block.language} without <!-- from PATH --> on the line before")
    file = doc.ROOT / marker[1]
    if not file.is_file() or not marker[1].endswith(COMPILED.get(block.language, "")):
        return found.complain(page, block.line, f"{marker[1]} is no {block.language} file of the repository")
    source = [line.rstrip() for line in file.read_text(encoding="utf-8").split("\n")]
    segments, begins = [[]], [0]
    for i, line in enumerate(block.text.split("\n")):
        if line.strip() in OMITTED.values():
            segments.append([])
            begins.append(i + 1)
        else:
            segments[-1].append(line)
    if not any(line.strip() for segment in segments for line in segment):
        return found.complain(page, block.line, "an empty block")
    follows = 0
    for segment, begin in zip(segments, begins):
        wanted = lines_of("\n".join(segment))
        missing, follows = missing_line(source, wanted, follows)
        if missing >= 0:
            blank = next(i for i, line in enumerate(segment) if line.strip())
            line = block.line + 1 + begin + blank + missing
            return found.complain(page, line, f"not in {marker[1]}: {wanted[missing].strip()}")


def blocks(pages, found):
    for page in pages:
        for block in doc.blocks(page.read_text(encoding="utf-8")):
            found.count(f"blocks of {block.language or 'no language'}")
            if block.language in OMITTED or block.before.startswith("<!-- from "):
                check_source(page, block, found)
            elif block.language not in OTHER:
                found.complain(page, block.line, f"a block of language '{block.language}': say one of "
                               + ", ".join(sorted(OTHER | set(OMITTED))))
            elif block.language == "text" and not block.before.startswith("<!--") and CODE.search(block.text):
                found.complain(page, block.line, "code that is called text: name its language and its source")


class Tool:
    def __init__(self, program):
        self.program, self.helps = program, {}

    def help(self, *command):
        if command not in self.helps:
            run = subprocess.run([self.program, *command, "--help"], capture_output=True, text=True, timeout=60)
            self.helps[command] = run.stdout if run.returncode == 0 else ""
        return self.helps[command]

    def commands(self):
        listed = re.search(r"^Commands:\n((?:  \S.*\n|\s{4,}.*\n)+)", self.help(), re.M)
        return re.findall(r"^  (\S+)", listed[1], re.M) if listed else []

    def refusal(self, words):
        """What is wrong with the command line of these words, or nothing."""
        command = words[:1] if words and not words[0].startswith("-") else []
        if command and command[0] not in self.commands():
            return f"no command {command[0]}"
        text, words = self.help(*command), words[len(command):]
        known = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text.split("\n\n", 1)[-1]))
        choices = re.search(r"^Positionals:\n  [A-Z]+ +([a-z][\w-]*(?:, [\w-]+)* or [\w-]+)$", text, re.M)
        if choices and words and not words[0].startswith("-") and not words[0].isupper():
            if words[0] not in re.findall(r"[\w-]+", choices[1]):
                return f"no {words[0]} for {' '.join(command)}"
        for word, value in zip(words, words[1:] + [""]):
            option = re.match(r"--?[a-z][a-z-]*", word)
            if option and option[0] not in known:
                return f"no option {option[0]} of {' '.join(command) or 'the tool'}"
            if word == "--set" and not re.search(rf"(--set |\b){re.escape(value.split('=')[0])}=", text):
                return f"no setting {value} of {' '.join(command)}"
        return ""


def command_lines(text):
    """The words of every command that a shell would run in a block."""
    pending = ""
    for line in text.replace("\\\n", " ").split("\n"):
        lexer = shlex.shlex(pending + line, posix=True, punctuation_chars="|&;()")
        lexer.whitespace_split, lexer.commenters = True, "#"
        try:
            words = list(lexer)
        except ValueError:  # a quotation that goes on
            pending += line + "\n"
            continue
        pending, command = "", []
        for word in words + [";"]:
            if re.fullmatch(r"[|&;()]+", word):
                yield command
                command = []
            else:
                command.append(word)


def checked_command(words, tools, page, line, found):
    for i, word in enumerate(words):
        name = word.rsplit("/", 1)[-1]
        if re.fullmatch(r"\w+=.*", word):
            continue
        if name in tools and not word.endswith("/"):
            found.count(f"commands of {name}")
            if (wrong := tools[name].refusal(words[i + 1:])):
                found.complain(page, line, f"{wrong}: {shlex.join(words)[:100]}")
        return


def commands(pages, found, tools):
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for block in doc.blocks(text):
            if block.language == "bash":
                for words in command_lines(block.text):
                    checked_command(words, tools, page, block.line, found)
        for span in doc.CODE_SPAN.finditer(doc.blanked(text, doc.FENCE, doc.COMMENT)):
            code = re.sub(r"\s+", " ", span[2])
            if re.match(r"telltale(-model)? [a-z-]+ .*--", code) and "..." not in code:
                checked_command(shlex.split(code), tools, page, doc.line_of(text, span.start()), found)


def outputs(pages, found, folder, wing):
    for page in pages:
        for block in doc.blocks(page.read_text(encoding="utf-8")):
            marker = re.fullmatch(r"<!-- output of (?:example: )?(\S+) -->", block.before)
            if not marker:
                if block.before.startswith("<!-- output"):
                    found.complain(page, block.line, f"not understood: {block.before}")
                continue
            source = doc.ROOT / "examples" / f"{marker[1]}.cpp"
            if not source.is_file():
                found.complain(page, block.line, f"no lesson {source.relative_to(doc.ROOT)}")
                continue
            if ("#include <telltale/torch" in source.read_text(encoding="utf-8")) != wing:
                continue
            found.count("outputs")
            with tempfile.TemporaryDirectory() as empty:
                run = subprocess.run([Path(folder).resolve() / marker[1]], capture_output=True, text=True, cwd=empty)
            printed = [line.rstrip() for line in run.stdout.split("\n")]
            missing, _ = missing_line(printed, lines_of(block.text))
            if run.returncode:
                found.complain(page, block.line, f"{marker[1]} exits with {run.returncode}")
            elif missing >= 0:
                found.complain(page, block.line + 1 + missing,
                               f"{marker[1]} does not print this: {lines_of(block.text)[missing]}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["blocks", "commands", "outputs"])
    arguments.add_argument("pages", nargs="*", type=Path)
    arguments.add_argument("--tool", action="append", default=[], metavar="NAME=PATH")
    arguments.add_argument("--programs", metavar="FOLDER")
    arguments.add_argument("--wing", action="store_true")
    asked = arguments.parse_intermixed_args()
    pages, found = [page.resolve() for page in asked.pages] or doc.all_pages(), Findings()
    if asked.what == "blocks":
        blocks(pages, found)
    elif asked.what == "commands":
        tools = {name: Tool(path) for name, path in (tool.split("=", 1) for tool in asked.tool)}
        commands(pages, found, tools)
    else:
        outputs(pages, found, asked.programs, asked.wing)
    found.exit()


if __name__ == "__main__":
    main()
