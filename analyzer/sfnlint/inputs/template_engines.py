"""Reads files from which a template engine creates the template or the definition.

Jinja (cookiecutter), Go templates (Helm), Handlebars, EJS, ERB, Terraform's templates, and names in
percent signs that a script replaces: such files are neither YAML nor JSON. An expression becomes a
symbol. The tags around a conditional or repeated block are left out, as if the block were there
once. A file with alternative blocks (else) is not read.
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
_BLOCK = re.compile(r"#?(?:if|unless|with|set|raw|for|each|range|end\w*)\b|/")
"""Begins or ends a conditional or repeated block, or assigns a variable."""
_ALTERNATIVE = re.compile(
    r"#|\^|>|!|(?:else|elif|macro|include|import|extends|block|define|template)\b"
)
"""Begins an alternative to a block, or inserts unknown content."""
_EXPRESSION = re.compile(r"[\w.$\[]")


def read(
    document: TextDocument, symbols: Symbols
) -> tuple[TextDocument | EmbeddedDocument, InputProblem | None]:
    """Return a file with a syntax error, with its placeholders and template tags replaced.

    Args:
        document: the file.
        symbols: where the symbols of placeholders and expressions are kept.

    Returns:
        The document to read, which is the file itself if the error remains; and the problem to
        report instead of that error, if template tags are the reason for it.

    """
    filled = fill_placeholders(document, symbols)
    if filled is not None:
        return filled, None
    replacements: list[tuple[Span, str]] = []
    has_alternatives = False
    for match in _TAG.finditer(document.text):
        content = match[match.lastgroup or 0].strip("-~ \t\n")
        is_value = match.lastgroup in ("braces", "dollar", "name") or content.startswith("=")
        expression = content.lstrip("= ")
        is_block = match["comment"] is not None or _BLOCK.match(expression) is not None
        is_alternative = not is_block and _ALTERNATIVE.match(expression) is not None
        has_alternatives = has_alternatives or is_alternative
        if is_block or is_alternative:
            replacements.append((Span(*match.span()), ""))
        elif is_value and _EXPRESSION.match(expression):
            replacements.append((Span(*match.span()), symbols.mark(Symbol(expression))))
    if not replacements:
        return document, None
    place = Place(document, (), "text", replacements[0][0])
    source = replace(document, replacements)
    if source.error is None and not has_alternatives:
        # Two blocks with the same key may belong to two conditions.
        source.problems = []
        return source, _problem("its expressions are unknown values", place)
    if _error_line(source) == _error_line(document):
        return document, None
    return document, _problem("check the engine's output instead", place)


def _error_line(source: TextDocument | EmbeddedDocument) -> int | None:
    """The line of a document's syntax error."""
    if source.error is None:
        return None
    located = source.error.place.locate()
    return located.root.line_column(located.span.start)[0]


def _problem(consequence: str, place: Place) -> InputProblem:
    message = f"this file needs a template engine, which was not run; {consequence}"
    return InputProblem("template-engine", message, place)
