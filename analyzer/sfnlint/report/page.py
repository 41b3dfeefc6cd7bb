"""A rule's page in Markdown."""

from __future__ import annotations

from sfnlint.rule import Rule


def markdown(rule: Rule) -> str:
    """The whole page, as it stands in docs/rules and in SARIF's help."""
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
