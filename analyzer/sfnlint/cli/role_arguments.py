"""The options and arguments of the commands about roles, and those that commands share."""

from __future__ import annotations

import argparse

PERMISSIONS = """\
examples:
  sfn-lint permissions template.yaml
  sfn-lint permissions template.yaml --machine Orders --state Train
  sfn-lint permissions job.asl.json --policy role.json --format json

exit status:
  0  table printed
  2  wrong usage, no state machine, or something could not be read
"""
DIFF = """\
examples:
  sfn-lint diff --base main
  sfn-lint diff --base HEAD~1 template.yaml --fail-on new-grant
  sfn-lint diff old/template.yaml new/template.yaml --format markdown

exit status:
  0  compared
  1  there is a change of a kind that --fail-on names
  2  wrong usage, or something could not be checked
"""
POLICY = """\
examples:
  sfn-lint policy job.asl.json > policy.json
  sfn-lint policy template.yaml --machine Orders --as cloudformation
  sfn-lint policy infrastructure --as terraform --output-dir policies
  sfn-lint policy template.yaml --trust

exit status:
  0  the policy is complete
  1  names or needs are unknown
  2  wrong usage, no state machine, or something could not be read
"""


def add_role_files(command: argparse.ArgumentParser, *, trust: bool = True) -> None:
    """Add the options that supply the role of plain definitions.

    Args:
        command: the parser of the command.
        trust: whether the command reads the trust policy.

    """
    machine = command.add_argument_group(
        "plain definitions",
        "These apply to ASL files that no [[machine]] of the configuration names.",
    )
    machine.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="FILE",
        help="a policy of the execution role; can be repeated",
    )
    if trust:
        machine.add_argument(
            "--trust", metavar="FILE", help="the trust policy of the execution role"
        )
    machine.add_argument(
        "--type", choices=["STANDARD", "EXPRESS"], help="the type of the state machines"
    )


def add_policy(policy: argparse.ArgumentParser) -> None:
    """Add the options of `sfn-lint policy`."""
    policy.add_argument("paths", nargs="+", metavar="PATH", help="files and folders")
    policy.add_argument("--machine", metavar="NAME", help="only this state machine")
    policy.add_argument(
        "--as",
        dest="language",
        choices=["json", "cloudformation", "sam", "terraform", "cdk", "cdk-python"],
        default="json",
        help="the language of the policy (default: json)",
    )
    policy.add_argument(
        "--trust", action="store_true", help="print the trust policy of the role instead"
    )
    policy.add_argument(
        "--diff",
        action="store_true",
        help="print the difference from the policies that the role has",
    )
    policy.add_argument(
        "--include",
        choices=["documented"],
        help="also allow what is only documented, or possibly needed",
    )
    policy.add_argument(
        "--allow-wildcards", action="store_true", help="write * for names that are unknown"
    )
    policy.add_argument(
        "--output-dir", metavar="DIR", help="write a file for each state machine to this folder"
    )
    policy.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="text, or JSON with states and sources of each statement (default: text)",
    )
    add_role_files(policy, trust=False)


def add_permissions(permissions: argparse.ArgumentParser) -> None:
    """Add the options of `sfn-lint permissions`."""
    permissions.add_argument("paths", nargs="+", metavar="PATH", help="files and folders")
    permissions.add_argument("--machine", metavar="NAME", help="only this state machine")
    permissions.add_argument("--state", metavar="NAME", help="only this state")
    permissions.add_argument(
        "--action", metavar="ACTION", help="only this action; * and ? are wildcards"
    )
    permissions.add_argument(
        "--format", choices=["text", "markdown", "json"], default="text", help="default: text"
    )
    add_output_file(permissions)
    add_role_files(permissions)


def add_diff(diff: argparse.ArgumentParser) -> None:
    """Add the options of `sfn-lint diff`."""
    diff.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="the old and the new file or folder; with --base, files and folders to compare with "
        "the revision (default: the current folder)",
    )
    diff.add_argument("--base", metavar="REVISION", help="compare with this git revision")
    diff.add_argument(
        "--fail-on",
        action="append",
        default=[],
        metavar="KINDS",
        help="exit with status 1 for these changes, separated by commas: new-grant, new-need, "
        "new-finding",
    )
    diff.add_argument(
        "--format", choices=["text", "markdown", "json"], default="text", help="default: text"
    )
    add_output_file(diff)


def add_output_file(group: argparse._ActionsContainer) -> None:
    """Add `--output-file`."""
    group.add_argument(
        "--output-file", metavar="FILE", help="write to this file instead of standard output"
    )
