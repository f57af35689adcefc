#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Shows that the checks of the pages can fail: each must find what is wrong with a page made for it, and nothing else.

usage: check_checks.py TELLTALE PROGRAMS       the tool, and the folder of the lessons
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import check_links
import pages as doc

HERE = Path(__file__).parent
BLOCKS = """# Blocks

<!-- from docs/site/pages.py -->
```python
ROOT = Path(__file__).resolve().parents[2]
# ...
def line_of(text, offset):
```

<!-- from docs/site/pages.py -->
```python
ROOT = Path(__file__).resolve().parents[2]
COMMENT = 0
```

<!-- from docs/site/pages.py -->
```python
def line_of(text, offset):
# ...
ROOT = Path(__file__).resolve().parents[2]
```

<!-- from docs/site/nowhere.py -->
```python
pass
```

```cpp
int x = 1;
```

```text
int x = 1;
```

```
what language?
```
"""
WRONG_BLOCKS = {13: "not in docs/site/pages.py: COMMENT = 0", 20: "not in docs/site/pages.py: ROOT",
                24: "docs/site/nowhere.py is no", 28: "cpp without", 32: "code that is called text",
                36: "a block of language ''"}

COMMANDS = """# Commands

```bash
telltale score lira-online --target T.npy --set centre=median  # right
telltale scroe --target T.npy
A=1 build/telltale score lira-onlin --target T.npy | cat
telltale score lira-online \\
    --traget T.npy; telltale evaluate --nope
telltale score lira-online --set center=median
```

`telltale demo --owt x`
"""
WRONG_COMMANDS = ["no command scroe", "no lira-onlin for score", "no option --traget", "no option --nope",
                  "no setting center=median", "no option --owt"]

OUTPUTS = """# Outputs

<!-- output of 01_score_one_model -->
```text
nobody prints this
```

<!-- output of 01_nowhere -->
```text
x
```
"""
WRONG_OUTPUTS = ["does not print this: nobody", "no lesson"]

LINKS = """# Links

[right](#links), [wrong](#nowhere), [wrong](nowhere.md), `[code](nowhere.md)`
"""
CODE = "# Code\n\n`right`, `wrong`\n"
SITE = """<code>right</code> <a id="here" href="#here">right</a> <a href="page.html#there">wrong</a>
<img src="nowhere.svg"/> \\ilinebr"""


def expect(what, found, wanted):
    if len(found) != len(wanted) or not all(w in f for f, w in zip(found, wanted)):
        sys.exit(f"{what}: expected {wanted}, found\n" + "\n".join(found))
    print(f"{what}: {len(wanted)} of {len(wanted)} found")


def main():
    tool, programs = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder).resolve() / "page.md"

        def run(text, *arguments):
            page.write_text(text, encoding="utf-8")
            check = subprocess.run([sys.executable, HERE / "check_blocks.py", *arguments, page], capture_output=True,
                                   text=True)
            if check.returncode != 1:
                sys.exit(f"{arguments[0]} exits with {check.returncode}: {check.stdout}{check.stderr}")
            return check.stdout.splitlines()[:-1]

        expect("blocks", run(BLOCKS, "blocks"), [f"{page}:{line}: {text}" for line, text in WRONG_BLOCKS.items()])
        expect("commands", run(COMMANDS, "commands", "--tool", f"telltale={tool}"), WRONG_COMMANDS)
        expect("outputs", run(OUTPUTS, "outputs", "--programs", programs), WRONG_OUTPUTS)
        page.write_text(LINKS, encoding="utf-8")
        expect("links", list(check_links.broken_in_pages([page])), ["no heading #nowhere", "no nowhere.md"])
        (page.parent / "page.html").write_text(SITE, encoding="utf-8")
        (page.parent / "navtreedata.js").write_text('[ "A", "gone.html", null ]', encoding="utf-8")
        expect("links of the site", sorted(check_links.broken_in_site(page.parent)),
               ["navtreedata.js: no gone.html", "page.html: no anchor page.html#there", "page.html: no nowhere.svg",
                "page.html: not understood: \\ilinebr"])
        page.write_text(CODE, encoding="utf-8")
        expect("code", list(check_links.lost_code(page, page.parent / "page.html")), ["not on the site: `wrong`"])
    assert doc.slug("What `x` is: a *map*") == "what-x-is-a-map"


if __name__ == "__main__":
    main()
