"""All documentation: links have targets, commands exist, examples are run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_doc_pages import PAGES

from sfnlint.cli.arguments import all_arguments, parser

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WRITTEN = [file for file in DOCUMENTS if file.parent.name != "rules"]
RUN = {
    **{f"docs/{page}.md": {"console"} for page in PAGES},
    "README.md": {"console", "toml", "python"},  # test_readme.py
    "docs/evaluator.md": {"python", "text"},  # iam/test_docs.py
    "docs/messages.md": {"text"},  # test_messages.py
}
"""By page, the blocks that a test runs; everywhere, those with `file=` are files of the page, and
those with `quote=` are parts of the file that they name."""
CHECKED = {"yaml hooks", "yaml workflow", "yaml gitlab"}
"""Blocks that test_hooks_and_action.py reads, and test_all_front_ends.py."""
NOT_RUN = {
    # Installation and usage: the commands are checked below.
    ("README.md", "sh"): 4,
    # Changes to a definition; scripts/messages.py writes the page.
    ("docs/messages.md", "diff"): 30,
    # Needs the AWS CDK; tested by hand.
    ("docs/cdk.md", "python"): 1,
}


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def blocks(file: Path) -> Iterator[tuple[str, str]]:
    yield from FENCE.findall(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", WRITTEN, ids=name)
def test_every_block_is_run(file: Path) -> None:
    run = RUN.get(name(file), set())
    left: dict[tuple[str, str], int] = {}
    for kind, _ in blocks(file):
        is_run = kind in run | CHECKED or (" file=" in kind and "console" in run)
        if not is_run and " quote=" not in kind:
            left[name(file), kind] = left.get((name(file), kind), 0) + 1
    assert left == {key: count for key, count in NOT_RUN.items() if key[0] == name(file)}


QUOTES = [
    (file, kind.partition(" quote=")[2], content)
    for file in WRITTEN
    for kind, content in blocks(file)
    if " quote=" in kind
]


def values(data: object) -> Iterator[object]:
    """All values in data, including data itself."""
    yield data
    children = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for child in children:
        yield from values(child)


@pytest.mark.parametrize(("file", "path", "content"), QUOTES, ids=lambda part: str(part)[-40:])
def test_quotes_are_current(file: Path, path: str, content: str) -> None:
    """Quotes on a page are in the named file: JSON as a value, other text verbatim."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".json"):
        assert json.loads(content) in values(json.loads(text))
    else:
        assert content in text


def prose(file: Path) -> str:
    return FENCE.sub("", file.read_text(encoding="utf-8"))


def anchors(file: Path) -> set[str]:
    """The anchors of a page's headings on GitHub."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", prose(file), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading))
        anchor = words.strip().lower().replace(" ", "-")
        number = sum(one == anchor or one.startswith(f"{anchor}-") for one in found)
        found.add(f"{anchor}-{number}" if anchor in found else anchor)
    return found


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_links(file: Path) -> None:
    for target in LINK.findall(prose(file)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        other = (file.parent / path).resolve() if path else file
        assert other.exists(), target
        assert other.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(other), target


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {file.name for file in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages <= set(LINK.findall(index))


def commands(file: Path) -> Iterator[str]:
    """All strings that look like commands, in blocks and in prose."""
    for kind, content in blocks(file):
        if kind in ("sh", "console"):
            yield from re.findall(r"(?:^|[ /])(sfn-lint [^#|\n&]+)", content, re.MULTILINE)
    yield from re.findall(r"`(sfn-lint [a-z][^`]*)`", prose(file))
    yield from re.findall(r"^    (sfn-lint .+)$", prose(file), re.MULTILINE)


@pytest.mark.parametrize("file", WRITTEN, ids=name)
def test_commands_exist(file: Path) -> None:
    main = parser()
    [subcommands] = [one for one in main._actions if one.choices is not None]
    known = {option for action in all_arguments(main) for option in action.option_strings}
    for command in commands(file):
        _, first, *rest = shlex.split(command)
        assert first in (subcommands.choices or ()) or first in known, command
        options = {word.partition("=")[0] for word in rest if word.startswith("--")} - {"--"}
        assert options <= known, command
