"""Modules import only from the layers below theirs, and the start of the CLI stays light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import networkx as nx
import pytest

from sfnlint.cli.arguments import COMMANDS, parser
from sfnlint.lazy_pattern import lazy_pattern

ENGINE = Path(__file__).parent.parent / "analyzer" / "sfnlint"
RULES = ENGINE.parent.parent / "rules" / "sfnlint_rules"
LAYERS = [
    "data_dates",
    "lazy_pattern",
    "named_tuple",
    "place",
    "edit",
    "symbol",
    "source",
    "finding",
    "messages",
    "failures",
    "iam",
    "asl",
    "dataflow",
    "catalog",
    "subject",
    "options",
    "inputs",
    "organization",
    "analysis",
    "rule",
    "suppression",
    "loader",
    "result",
    "engine",
    "discovery",
    "report",
    "synthesis",
    "comparison",
    "fixing",
    "baseline",
    "config",
    "toml_lines",
    "config_file",
    "cli",
    "__main__",
]
MODULES = sorted(ENGINE.rglob("*.py"))
INPUTS = ENGINE / "inputs"
INPUT_FILES = sorted(INPUTS.rglob("*.py"))
# The plug-in of cfn-lint is a front end, which cfn-lint wants to find beside the rules.
RULE_FILES = sorted(set(RULES.rglob("*.py")) - set(RULES.glob("*cfn_lint*.py")))


def imported(file: Path) -> set[str]:
    """The parts of the engine that a module imports, `sfnlint.iam.policy` as `iam`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "sfnlint":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.removeprefix("sfnlint."))
        elif isinstance(node, ast.Import):
            names |= {alias.name.removeprefix("sfnlint.") for alias in node.names}
    return {name.partition(".")[0] for name in names} & set(LAYERS)


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ENGINE)))
def test_imports_point_downwards(file: Path) -> None:
    part = file.relative_to(ENGINE).parts[0].removesuffix(".py")
    if part == "__init__":
        return
    allowed = set(LAYERS[: LAYERS.index(part) + 1])
    assert imported(file) <= allowed


INPUT_LAYERS = {
    "cloudformation": set(),
    "sam": {"cloudformation"},
    "cdk": {"cloudformation", "sam"},
    "serverless": {"cloudformation"},
    "terraform": {"cloudformation"},
    "deployed": set(),
}
"""The packages of `inputs/` that each package imports; the modules beside them import none."""


@pytest.mark.parametrize("file", INPUT_FILES, ids=lambda file: str(file.relative_to(INPUTS)))
def test_formats_import_only_the_formats_below_them(file: Path) -> None:
    package = file.relative_to(INPUTS).parts[0]
    formats = {
        name.split(".")[2]
        for name in imported_modules(file)
        if name.startswith("sfnlint.inputs.") and name.split(".")[2] in {*INPUT_LAYERS, "asl"}
    }
    assert formats - {package} <= INPUT_LAYERS.get(package, set())


def test_few_modules_are_shared_by_the_formats() -> None:
    assert len(list(INPUTS.glob("*.py"))) <= 12


def test_terraform_imports_only_the_entry_point_of_cloudformation() -> None:
    names = {
        name for file in (INPUTS / "terraform").rglob("*.py") for name in imported_modules(file)
    }
    used = {name for name in names if name.startswith("sfnlint.inputs.cloudformation.")}
    assert used == {"sfnlint.inputs.cloudformation.reader"}


def module_files() -> Mapping[str, Path]:
    """The modules of the engine and of the rules by their names."""
    files = {}
    for root in (ENGINE, RULES):
        for file in root.rglob("*.py"):
            parts = file.relative_to(root.parent).with_suffix("").parts
            files[".".join(parts).removesuffix(".__init__")] = file
    return files


def imported_modules(file: Path) -> Iterator[str]:
    """The modules that a module imports anywhere, in functions and for type checking included."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in ALL_MODULES else node.module


ALL_MODULES = module_files()


def test_there_are_no_import_cycles() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, file in ALL_MODULES.items():
        graph.add_edges_from((name, other) for other in imported_modules(file))
    components = map(sorted, nx.strongly_connected_components(graph))
    assert [modules for modules in components if len(modules) > 1] == []


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda file: file.name)
def test_rules_know_no_file_format_and_print_nothing(file: Path) -> None:
    assert not imported(file) & {
        "source",
        "options",
        "inputs",
        "engine",
        "discovery",
        "report",
        "config",
        "cli",
    }
    assert "print(" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", [*MODULES, *RULES.rglob("*.py")], ids=lambda file: file.name)
def test_no_module_is_long(file: Path) -> None:
    assert file.read_text(encoding="utf-8").count("\n") <= 400


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (
            ["--version"],
            [
                *("cfnlint", "networkx", "jsonschema", "yaml", "pathspec", "shutil"),
                *("sfnlint.engine", "sfnlint.catalog", "sfnlint.iam", "sfnlint.report"),
            ],
        ),
        (
            ["check", "definition.asl.json"],
            [
                *("cfnlint", "networkx", "jsonschema", "yaml", "pathspec", "tree_sitter"),
                *(
                    "difflib",
                    "sfnlint.asl.jsonata",
                    "sfnlint.inputs.cloudformation.reader",
                    "sfnlint.inputs.terraform.plan",
                ),
            ],
        ),
    ],
)
def test_start_is_light(arguments: list[str], absent: list[str], tmp_path: Path) -> None:
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    (tmp_path / "definition.asl.json").write_text(definition)
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print(*sorted(set({absent!r}) & set(sys.modules))))\n"
        "from sfnlint.cli import main\n"
        f"main({arguments!r})"
    )
    environment = {"PYTHONPATH": f"{ENGINE.parent}:{RULES.parent}"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=True
    )
    # The imported modules are printed on the last line; without this line, there are none.
    assert done.stdout.endswith("\n\n") or done.stdout == "\n"


@pytest.mark.parametrize("pattern", [r"a+b", r"a+b(?="], ids=["valid", "invalid"])
def test_lazy_patterns_are_compiled_when_they_are_used(pattern: str) -> None:
    lazy = lazy_pattern(pattern, re.IGNORECASE)
    if pattern == r"a+b":
        assert lazy.fullmatch("AAB")
        assert lazy.sub("x", "aab-Ab") == "x-x"
        assert not lazy.match("c")
    else:
        with pytest.raises(re.error):
            lazy.match("aab")


def test_every_lazy_pattern_can_be_compiled() -> None:
    names = [name for name, file in ALL_MODULES.items() if "= lazy_pattern(" in file.read_text()]
    assert names
    for name in names:
        for value in vars(import_module(name)).values():
            if type(value) is type(lazy_pattern("")):
                assert value.groups >= 0


@pytest.mark.parametrize("command", COMMANDS)
def test_only_the_named_command_gets_its_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    helps = []
    for words in ([command], COMMANDS):
        with pytest.raises(SystemExit):
            parser(words).parse_args([command, "--help"])
        helps.append(capsys.readouterr().out)
    assert helps[0] == helps[1]
    with pytest.raises(SystemExit):
        parser([]).parse_args([command, "--help"])
    assert len(capsys.readouterr().out) < len(helps[0])
