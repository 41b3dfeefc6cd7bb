"""Files that are templates for a program other than AWS, which writes the template or definition.

Jinja (cookiecutter), Go templates (Helm), Handlebars, EJS, ERB, Terraform's templates, and words
that a script replaces: such files are neither YAML nor JSON. An expression becomes a symbol. The
tags around a conditional or repeated block are left out, as if the block were there once. A file
with alternative blocks (else) is not read.

A word that a script replaces consists of capital letters, digits and underscores, with at least
three letters, or it has marks around it (`__next__`, `@@next@@`, `%next%`, `<NEXT>`, `$NEXT`,
`$(next)`). In JSON, such a word is a value, an element of a list, or members of an object; a file
with unknown members is not read. A quoted word counts where the language needs no string, if it has
marks or an underscore. TRUE, FALSE, NULL, NAN, INF, INFINITY, NONE and UNDEFINED are
mistakes for other values.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from sfnlint.inputs.replacements import fill_placeholders, replace
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import shortened
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route, Span
from sfnlint.source import EmbeddedDocument, TextDocument
from sfnlint.source.document import ParsedText
from sfnlint.subject import InputProblem
from sfnlint.symbol import MARKER, Symbol, Symbols

_COMMENT = lazy_pattern(
    r"(?P<jinja>\{#)|(?P<go>\{\{-?\s?/\*)|(?P<long>\{\{!--)|(?P<short>\{\{!)|(?P<erb><%#)"
)
_COMMENT_ENDS = {
    "jinja": re.compile(r"#\}"),
    "go": re.compile(r"\*/\s?-?\}\}"),
    "long": re.compile(r"--\}\}"),
    "short": re.compile(r"\}\}"),
    "erb": re.compile(r"%>"),
}
_TAG = lazy_pattern(
    r"\{\{\{(?P<raw>[^{}\n]{1,300}+)\}\}\}"
    r"|\{\{(?!resolve:)(?P<braces>[^{}\n]{1,300}+)\}\}"
    r"|\{%(?P<jinja>[^{}\n]{1,300}?)%\}"
    r"|<%(?P<erb>[^<>\n]{1,300}?)%>"
    r"|(?<!\$)\$\{(?P<dollar>[^{}]{1,300}+)\}"
    r"|(?<!%)%\{(?P<percent>[^{}]{1,300}+)\}"
    r"|#\{(?P<hash>[\w.:]{1,100}+)\}#?"
    r"|(?<![%\w])%%?(?P<name>[A-Z][A-Z0-9_]{2,60})%%?(?![%\w])"
)
_VALUES = ("raw", "braces", "dollar", "hash", "name")
"""The groups of tags that insert a value."""
_BLOCK = lazy_pattern(r"#(?!>)|/|(?:if|unless|with|set|raw|for|each|range|end\w*)\b")
"""Begins or ends a conditional or repeated block, or assigns a variable."""
_ALTERNATIVE = lazy_pattern(
    r"[#^>]|(?:else|elif|elsif|when|macro|include|import|extends|block|define|template)\b"
)
"""Begins an alternative to a block, or inserts unknown content."""
_EXPRESSION = lazy_pattern(r"[\w.$\[(&@]")
_MARKED_WORD = lazy_pattern(
    r"(__|@@?|%%?|##?)[A-Za-z]\w{0,100}?\1|<[A-Z][A-Z0-9_]{1,100}>|\$[A-Z][A-Z0-9_]{1,100}"
    r"|\$\(\w{1,100}\)"
)
_DEFINITION = lazy_pattern(r"\[\[\s?[\w.]+\s?\]\]|\{[A-Z][A-Z0-9_]+\}|<[\w. -]+>|\$[\w.]+")
"""A string that can stand for a whole definition, in addition to those in JSON."""
_WORD = lazy_pattern(r"(__|@@?|%%?|##?)(?P<word>[A-Za-z]\w{0,100}?)\1")
_WORD = lazy_pattern(r"[A-Z0-9_]{3,100}")
_CONSTANTS = frozenset(("TRUE", "FALSE", "NULL", "NAN", "INF", "INFINITY", "NONE", "UNDEFINED"))
_JSON_TOKEN = lazy_pattern(r'"(?:[^"\\\n]|\\.)*+"?|[\[\]{},:]|[^\s\[\]{},:"]++')
_NEAR = 200
"""How many characters before a syntax error are searched for a symbol."""

_Document = TextDocument | EmbeddedDocument
_Replacements = list[tuple[Span, str]]


class _Tags(NamedTuple):
    """The tags and comments of a text.

    Attributes:
        replacements: their characters, each with the string that replaces them.
        has_blocks: whether some of them begin or end blocks.
        has_alternatives: whether some of them begin alternatives, or insert unknown content.

    """

    replacements: _Replacements
    has_blocks: bool
    has_alternatives: bool


def read(
    document: _Document, symbols: Symbols, kind: str = "file"
) -> tuple[_Document, InputProblem | None]:
    """Return a document with its placeholders and template tags replaced.

    Args:
        document: a document with a syntax error, or one whose name shows that it is for a template
            engine.
        symbols: where the symbols of placeholders and expressions are kept.
        kind: what messages call the document.

    Returns:
        The document to read, which is the document itself if its error remains; and the problem to
        report instead of that error, if template tags are the reason for it.

    """
    if document.error is None:
        return _with_values(document, symbols, kind)
    if isinstance(document, TextDocument):
        filled = fill_placeholders(document, symbols)
        if filled is not None:
            return filled, None
    tags = _tags(document.text, symbols)
    source = replace(document, tags.replacements) if tags.replacements else document
    words = _words(source.text) if source.error and source.format != "yaml" else []
    if words:
        source = replace(source, [(word.span, word.replacement(symbols)) for word in words])
    if source is document:
        return document, None
    output = "check the script's output instead"
    if tags.replacements:
        output = "check the engine's output instead"
        message = f"this {kind} needs a template engine, which was not run"
        place = Place(document, (), "text", tags.replacements[0][0])
    else:
        message = f"a script must replace '{shortened(words[0].text)}' in this {kind}"
        place = Place(document, (), "text", words[0].span)
    has_members = any(word.is_member for word in words)
    if source.error is None and not tags.has_alternatives and not has_members:
        if tags.replacements:
            # Two blocks with the same key may belong to two conditions.
            source.problems = []
        values = "its expressions are" if tags.replacements else "such words are"
        return source, _problem(f"{message}; {values} unknown values", place)
    not_read = document, _problem(f"{message}; {output}", place)
    if source.error is None:
        return not_read
    if not tags.has_blocks and not tags.has_alternatives:
        # What remains is a mistake, unless it is beside an expression, which may be anything.
        return not_read if tags.replacements and _is_beside_symbol(source) else (source, None)
    remains = _error_at(source) == _error_at(document) and not _is_beside_symbol(source)
    return (document, None) if remains else not_read


def is_placeholder(string: str) -> bool:
    """Whether a whole string is one placeholder, which a program replaces by a definition."""
    string = string.strip()
    is_tag = _TAG.fullmatch(string) is not None or _DEFINITION.fullmatch(string) is not None
    return is_tag or _is_word(string)


def is_quoted_word(string: str) -> bool:
    """Whether a string is a word that a script replaces, such as `RETRY_RULES` or `__rules__`."""
    return _MARKED_WORD.fullmatch(string) is not None or ("_" in string and _is_word(string))


def replace_strings(
    document: ParsedText, strings: Iterable[tuple[Route, str]], symbols: Symbols
) -> tuple[EmbeddedDocument, InputProblem] | None:
    """Return a document with words that a script replaces as unknown values, and the problem.

    Args:
        document: a document without an error.
        strings: paths of whole strings, each with its string; other strings than such words are
            left as they are.
        symbols: where the symbols are kept.

    Returns:
        None if no string is such a word.

    """
    words: dict[Span, tuple[Route, str]] = {}
    for path, word in strings:
        if _MARKED_WORD.fullmatch(word) or ("_" in word and _is_word(word)):
            span, _ = document.find(path, "value", None)
            start = document.text.find(word, *span)
            if start >= 0:
                words[Span(start, start + len(word))] = path, word
    source = replace(
        document,
        [(span, symbols.mark(Symbol(_name(word)))) for span, (_, word) in sorted(words.items())],
    )
    if not words or source.error is not None:
        return None
    path, word = words[min(words)]
    message = f"a script must replace '{shortened(word)}' in this file"
    return source, _problem(f"{message}; such words are unknown values", Place(document, path))


def _with_values(
    document: _Document, symbols: Symbols, kind: str
) -> tuple[_Document, InputProblem | None]:
    """A document without an error, in which the expressions of strings are unknown values."""
    replacements = [
        (Span(*match.span()), symbols.mark(Symbol(_expression(match))))
        for match in _TAG.finditer(document.text)
        if match.lastgroup in ("raw", "braces") or match[0].startswith("<%=")
    ]
    source = replace(document, replacements)
    if not replacements or source.error is not None:
        return document, None
    place = Place(document, (), "text", replacements[0][0])
    message = f"this {kind} needs a template engine, which was not run"
    return source, _problem(f"{message}; its expressions are unknown values", place)


def _tags(text: str, symbols: Symbols) -> _Tags:
    comments = list(_comments(text))
    starts = [comment.start for comment in comments]
    replacements: _Replacements = [(comment, "") for comment in comments]
    has_blocks = has_alternatives = False
    for match in _TAG.finditer(text):
        index = bisect_right(starts, match.start()) - 1
        if index >= 0 and match.start() < comments[index].end:
            continue
        content = _content(match)
        is_value = match.lastgroup in _VALUES or content.startswith("=")
        expression = content.lstrip("= ")
        is_block = _BLOCK.match(expression) is not None
        is_alternative = not is_block and _ALTERNATIVE.match(expression) is not None
        if match.lastgroup == "erb" and not is_value and not is_alternative:
            # In ERB and EJS, any statement may be around a block.
            is_block = True
        elif match.lastgroup == "jinja" and not is_block:
            is_alternative = is_alternative or expression[:1].isalpha()
        has_blocks = has_blocks or is_block
        has_alternatives = has_alternatives or is_alternative
        if is_block or is_alternative:
            replacements.append((Span(*match.span()), ""))
        elif is_value and _EXPRESSION.match(expression):
            replacements.append((Span(*match.span()), symbols.mark(Symbol(expression))))
    return _Tags(sorted(replacements), has_blocks, has_alternatives)


def _content(match: re.Match[str]) -> str:
    return str(match[match.lastgroup or 0]).strip("-~ \t\n")


def _expression(match: re.Match[str]) -> str:
    return _content(match).lstrip("= ")


def _comments(text: str) -> Iterator[Span]:
    end = 0
    endless: set[str | None] = set()
    for match in _COMMENT.finditer(text):
        if match.start() < end or match.lastgroup in endless:
            continue
        close = _COMMENT_ENDS[str(match.lastgroup)].search(text, match.end())
        if close is None:
            endless.add(match.lastgroup)
        else:
            end = close.end()
            yield Span(match.start(), end)


class _BareWord(NamedTuple):
    """A word in JSON that a script replaces.

    Attributes:
        text: the word.
        span: its characters.
        is_member: whether it stands for members of an object.

    """

    text: str
    span: Span
    is_member: bool

    def replacement(self, symbols: Symbols) -> str:
        """Return the JSON that is read instead of the word."""
        symbol = symbols.mark(Symbol(_name(self.text)))
        return f"{symbol}: {symbol}" if self.is_member else symbol


def _words(text: str) -> list[_BareWord]:
    """The words outside of strings that a script replaces, where JSON has a value or a member."""
    words: list[_BareWord] = []
    containers: list[str] = []
    before = ""
    pending: _BareWord | None = None
    for match in _JSON_TOKEN.finditer(text):
        token = match[0]
        if pending is not None and token in ",]}":
            words.append(pending)
        pending = None
        if token in "{[":
            containers.append(token)
        elif token in "]}" and containers:
            containers.pop()
        elif _is_word(token):
            container = containers[-1] if containers else ""
            is_member = container == "{" and before in ("{", ",")
            if is_member or before == ":" or (container == "[" and before in ("[", ",")):
                pending = _BareWord(token, Span(*match.span()), is_member)
        before = token
    return words


def _name(word: str) -> str:
    return word.strip("@_%#<>$()")


def _is_word(string: str) -> bool:
    """Whether a word is a placeholder; see the module's description."""
    if _MARKED_WORD.fullmatch(string):
        return True
    letters = sum(map(str.isalpha, string))
    return _WORD.fullmatch(string) is not None and letters >= 3 and string not in _CONSTANTS


def _is_beside_symbol(source: _Document) -> bool:
    """Whether a syntax error is beside a symbol that may stand for more than a value.

    In JSON, it is at the symbol, or right behind it. In YAML, the symbol is alone on the line of
    the error, or on the line above.
    """
    start = _error_start(source)
    if source.format == "yaml":
        line = source.text.count("\n", 0, start)
        lines = source.text.split("\n")[max(line - 1, 0) : line + 1]
        return any(MARKER.fullmatch(line.strip(" \t-,")) for line in lines)
    before = source.text[max(start - _NEAR, 0) : start].rstrip()
    return MARKER.search(before[-1:] + source.text[start : start + 1]) is not None


def _error_start(source: _Document) -> int:
    error = source.error
    return error.place.within.start if error is not None and error.place.within else 0


def _error_at(source: _Document) -> int | None:
    """The place of a document's syntax error: in YAML, its line; else its offset in the file."""
    if source.error is None:
        return None
    located = source.error.place.locate()
    start = located.span.start
    return located.root.line_column(start)[0] if source.format == "yaml" else start


def _problem(message: str, place: Place) -> InputProblem:
    return InputProblem("template-engine", message, place)
