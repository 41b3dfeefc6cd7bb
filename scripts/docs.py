"""Writes what is generated in docs/: a page for each rule, and their table.

python scripts/docs.py           write
python scripts/docs.py --check   say what differs, and exit with 1
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from sfnlint.rule import Rule, all_rules

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "rules"


def page(rule: Rule) -> str:
    """A rule's page in Markdown."""
    sections = rule.page
    language = "json" if sections["Bad"].lstrip().startswith("{") else "yaml"
    sources = "\n".join(f"- <{line.strip()}>" for line in sections["Source"].split("\n"))
    return f"""# {rule.id} {rule.name}

{rule.summary}. Severity: {rule.severity}.

## Why

{sections["Why"]}

## Bad

```{language}
{sections["Bad"]}
```

## Good

```{language}
{sections["Good"]}
```

## Source

{sources}
"""


def table() -> str:
    """The table of all rules in Markdown."""
    rows = "\n".join(
        f"| [{rule.id}]({rule.id}.md) | {rule.name} | {rule.severity} | {rule.summary} |"
        for rule in all_rules().values()
    )
    return f"""# Rules

Each rule has one identifier, everywhere the same. Its first letter is its severity: **E**, the
deployment or an execution will fail; **W**, it works until the day it does not, or it is a
security risk; **I**, worth knowing.

| rule | name | severity | what it says |
| --- | --- | --- | --- |
{rows}
"""


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated file with its content."""
    yield FOLDER / "README.md", table()
    for rule in all_rules().values():
        yield FOLDER / f"{rule.id}.md", page(rule)


def main() -> int:
    """Write or check the generated files."""
    wanted = dict(pages())
    stale = [path for path in FOLDER.glob("*.md") if path not in wanted]
    if "--check" in sys.argv[1:]:
        wrong = stale + [
            path
            for path, text in wanted.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        for path in wrong:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make docs`")
        return bool(wrong)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
