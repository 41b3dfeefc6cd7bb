"""Files from which a template engine makes the template or the definition.

Jinja (cookiecutter), Go templates (Helm), Handlebars, EJS, ERB, Terraform's templates, and names in
percent signs that a script replaces: as they stand, such files are neither YAML nor JSON. What an
expression gives is a symbol; the tags around a part that is there or not, or many times, are passed
over, as if it were there once. Where a part is there instead of another, nothing is read.
"""

from __future__ import annotations

import re

from sfnlint.inputs.replacements import fill_placeholders, replace
from sfnlint.place import Place, Span
from sfnlint.source import EmbeddedDocument, TextDocument
from sfnlint.subject import InputProblem
from sfnlint.symbol import Symbol, Symbols

_TAG = re.compile(
    r"\{\{(?!resolve:)(?P<braces>[^{}\n]{1,300}+)\}\}"
    r"|\{%(?P<jinja>[^{}\n]{1,300}?)%\}"
    r"|\{#(?P<comment>[^{}\n]{0,300}?)#\}"
    r"|<%(?P<erb>[^<>\n]{1,300}?)%>"
    r"|(?<!\$)\$\{(?P<dollar>[^{}]{1,300}+)\}"
    r"|(?<!%)%\{(?P<percent>[^{}]{1,300}+)\}"
    r"|(?<![%\w])%%?(?P<name>[A-Z][A-Z0-9_]{2,60})%%?(?![%\w])"
)
_PART = re.compile(r"#?(?:if|unless|with|set|raw|for|each|range|end\w*)\b|/")
"""Begins what stands around a part that is there or not, or many times, or sets a variable."""
_OTHER = re.compile(r"#|\^|>|!|(?:else|elif|macro|include|import|extends|block|define|template)\b")
_EXPRESSION = re.compile(r"[\w.$\[]")


def read(
    document: TextDocument, symbols: Symbols
) -> tuple[TextDocument | EmbeddedDocument, InputProblem | None]:
    """Replace the placeholders and template tags in a file with an error.

    Args:
        document: the file.
        symbols: receives the symbols of placeholders and expressions.

    Returns:
        The document to read, which is the file itself if the error remains; and the problem to
        report instead of that error, if template tags cause it.

    """
    filled = fill_placeholders(document, symbols)
    if filled is not None:
        return filled, None
    texts: list[tuple[Span, str]] = []
    has_branches = False
    for found in _TAG.finditer(document.text):
        inner = found[found.lastgroup or 0].strip("-~ \t\n")
        is_value = found.lastgroup in ("braces", "dollar", "name") or inner.startswith("=")
        name = inner.lstrip("= ")
        is_part = found["comment"] is not None or _PART.match(name) is not None
        is_other = not is_part and _OTHER.match(name) is not None
        has_branches = has_branches or is_other
        if is_part or is_other:
            texts.append((Span(*found.span()), ""))
        elif is_value and _EXPRESSION.match(name):
            texts.append((Span(*found.span()), symbols.mark(Symbol(name))))
    if not texts:
        return document, None
    source = replace(document, texts)
    if source.error is None and not has_branches:
        # What stands twice may be there once, under two conditions.
        source.problems = []
        message = "what its expressions give is taken as unknown"
        return source, _trouble(message, Place(document, (), "text", texts[0][0]))
    if _line(source) == _line(document):
        return document, None
    message = "nothing was checked: check what it makes"
    return document, _trouble(message, Place(document, (), "text", texts[0][0]))


def _line(source: TextDocument | EmbeddedDocument) -> int | None:
    """The line of what keeps a text from being read."""
    if source.error is None:
        return None
    located = source.error.place.locate()
    return located.root.line_column(located.span.start)[0]


def _trouble(message: str, place: Place) -> InputProblem:
    start = "this is a file for a template engine, which was not run; "
    return InputProblem("template-engine", start + message, place)
