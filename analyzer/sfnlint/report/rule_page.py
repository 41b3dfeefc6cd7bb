"""The page of a rule in Markdown: docs/rules/, and the help in SARIF."""

from __future__ import annotations

from sfnlint.rule import Rule


def rule_page(rule: Rule) -> str:
    """Return the page of a rule."""
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
