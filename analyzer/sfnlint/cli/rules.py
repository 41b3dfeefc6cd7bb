"""`sfn-lint rules`, `sfn-lint explain`, and which rules a word means."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sfnlint.cli.usage import UsageError, is_coloured, write
from sfnlint.rule import all_rules, named


def chosen(given: Iterable[str]) -> set[str]:
    """The identifiers of the rules that identifiers, prefixes and names mean.

    Args:
        given: words, or several of them separated by commas.

    Raises:
        UsageError: a word means no rule.

    """
    found: set[str] = set()
    for word in (word.strip() for words in given for word in words.split(",")):
        meant = named(word)
        if not meant:
            raise UsageError(_unknown(word))
        found |= meant
    return found


def explain(word: str) -> int:
    """Print the page of a rule."""
    from sfnlint.report.text import painted

    for rule in all_rules().values():
        if word.lower() in (rule.id.lower(), rule.name):
            title, page = f"{rule.id} {rule.name} ({rule.severity})", rule.doc.rstrip()
            if is_coloured():
                title = painted(title, rule.severity)
                page = re.sub(r"^\w+:$", lambda match: painted(match[0], "bold"), page, flags=re.M)
            write([title, "", page, "", rule.url])
            return 0
    several = sorted(named(word.upper()), key=lambda identifier: identifier[2:])
    if several:
        raise UsageError(f"{word} means several rules: {', '.join(several)}")
    raise UsageError(_unknown(word))


def listing(form: str) -> int:
    """Print every rule, as "text" or as "json"."""
    rules = all_rules().values()
    if form == "json":
        import json

        entries = [
            {
                "rule": rule.id,
                "name": rule.name,
                "severity": rule.severity,
                "summary": rule.summary,
                "url": rule.url,
            }
            for rule in rules
        ]
        write([json.dumps(entries, indent=2)])
    else:
        from sfnlint.report.text import painted

        width = max(len(rule.name) for rule in rules)
        coloured = is_coloured()
        write(
            f"{painted(rule.id, rule.severity) if coloured else rule.id}  "
            f"{rule.name:<{width}}  {rule.summary}"
            for rule in rules
        )
    return 0


def _unknown(word: str) -> str:
    from sfnlint.rule import nearest_rule

    near = nearest_rule(word)
    return f"there is no rule {word!r}" + (f"; did you mean {near}?" if near else "")
