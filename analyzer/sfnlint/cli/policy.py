"""`sfn-lint policy`: the policy that a state machine needs."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import ERROR, FINDINGS, OK
from sfnlint.cli.machines import analysed_machines, machine_names
from sfnlint.cli.output import print_message, write_lines
from sfnlint.messages import counted, listed, quoted
from sfnlint.report.escaping import escape_controls
from sfnlint.synthesis.documents import policy_document, trust_policy
from sfnlint.synthesis.generated_policy import GeneratedPolicy
from sfnlint.synthesis.languages import LANGUAGES, Language
from sfnlint.synthesis.policy_diff import diff_lines
from sfnlint.synthesis.sizes import MOST_INLINE, managed_policies
from sfnlint.synthesis.statements import generate

_VERSION = 1
_MOST_NAMES = 10


def run(options: argparse.Namespace) -> int:
    """Print the policies that state machines need.

    Returns:
        The exit status.

    Raises:
        UsageError: an option or the configuration is wrong, or there is no such machine.

    """
    if options.format == "json" and options.language != "json":
        raise UsageError("--format json describes policies in JSON; omit --as")
    if options.format == "json" and options.output_dir:
        raise UsageError("--format json prints all policies; omit --output-dir")
    if options.diff and (options.format, options.language) != ("text", "json"):
        raise UsageError("--diff compares policies in JSON; omit --as and --format")
    if options.diff and (options.trust or options.output_dir):
        raise UsageError("--diff prints the difference of a policy; omit --trust and --output-dir")
    machines, status = analysed_machines(options, trust=False)
    if len(machines) > 1 and options.format == "text" and not options.output_dir:
        names = listed(quoted(machine_names(machines)), _MOST_NAMES)
        raise UsageError(
            f"there are several state machines; add --machine or --output-dir: {names}"
        )
    policies = [
        generate(
            machine,
            documented=options.include == "documented",
            wildcards=options.allow_wildcards,
        )
        for machine in machines
    ]
    if options.format == "json":
        document = {
            "version": _VERSION,
            "policies": [_json(policy, trust=options.trust) for policy in policies],
        }
        write_lines([json.dumps(document, indent=2)])
    else:
        _write(policies, options)
    if status != OK:
        return ERROR
    only_trust = options.trust and options.format == "text"
    if only_trust or all(policy.is_complete for policy in policies):
        return OK
    return FINDINGS


def _write(policies: Sequence[GeneratedPolicy], options: argparse.Namespace) -> None:
    """Write the policies, or the trust policies, to standard output or to files."""
    language = LANGUAGES[options.language]
    write = language.trust if options.trust else language.policy
    write = diff_lines if options.diff else write
    files = _file_names(policies, options) if options.output_dir else [None] * len(policies)
    for policy, file in zip(policies, files, strict=True):
        whose = f"state machine '{policy.name}'"
        if not (options.trust or options.diff or policy.statements):
            print_message(f"{whose} needs no permission")
            for note in _notes(policy, language):
                print_message(note)
            continue
        notes = [] if options.trust else list(_notes(policy, language))
        open_notes = notes if language.comment else []
        lines = [f"{language.comment}{escape_controls(note)}" for note in open_notes]
        write_lines([*lines, *write(policy)], file)
        if file:
            print_message(f"{whose}: '{file}' written")
        for note in notes:
            print_message(note)


def _file_names(policies: Sequence[GeneratedPolicy], options: argparse.Namespace) -> list[str]:
    """Return a file name for each policy.

    Raises:
        UsageError: the folder cannot be created.

    """
    folder = Path(options.output_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "invalid name"
        raise UsageError(f"cannot create folder '{folder}': {reason}") from None
    suffix = LANGUAGES[options.language].suffix
    used: set[str] = set()
    files = []
    for policy in policies:
        base = re.sub(r"[^\w.-]+", "-", policy.name).strip("-.") or "policy"
        name, number = base, 1
        # Some file systems ignore the case of names.
        while name.lower() in used:
            number += 1
            name = f"{base}-{number}"
        used.add(name.lower())
        files.append(str(folder / f"{name}{suffix}"))
    return files


def _notes(policy: GeneratedPolicy, language: Language) -> Iterator[str]:
    """Yield what the user must know about a policy."""
    placeholders: dict[tuple[str, str], list[str]] = {}
    for state, action, placeholder, why in policy.open:
        if placeholder is None:
            yield f"the policy is not complete: the needs of state '{state}' are unknown: {why}"
            continue
        whose = f"state '{state}'" if state is not None else "the settings of the machine"
        name = language.placeholder(placeholder)
        placeholders.setdefault((name, why), []).append(f"{action} of {whose}")
    for (name, why), users in placeholders.items():
        yield f"replace {name}: {why} ({listed(list(dict.fromkeys(users)), brief=True)})"
    parts = len(managed_policies(policy))
    if parts > 1:
        yield (
            f"the policy exceeds the {MOST_INLINE:,} characters of the inline policies of a role, "
            f"so it is split into {counted(parts, 'managed policy', 'managed policies')}"
        )


def _json(policy: GeneratedPolicy, *, trust: bool) -> dict[str, Any]:
    statements = policy.statements
    described: dict[str, Any] = {
        "file": policy.machine.summary.file,
        "machine": policy.machine.summary.machine,
        "complete": policy.is_complete,
        "policy": policy_document(statements, policy.symbols) if statements else None,
        "trust": trust_policy(policy) if trust else None,
        "statements": [
            {
                "sid": statement.sid,
                "states": list(statement.states),
                "purposes": list(statement.purposes),
                "sources": list(statement.sources),
            }
            for statement in statements
        ],
        "open": [
            {
                "state": state,
                "action": action,
                "placeholder": None if placeholder is None else str(placeholder),
                "why": why,
            }
            for state, action, placeholder, why in policy.open
        ],
    }
    parts = managed_policies(policy)
    if len(parts) > 1:
        described["managed_policies"] = [policy_document(part, policy.symbols) for part in parts]
    return described
