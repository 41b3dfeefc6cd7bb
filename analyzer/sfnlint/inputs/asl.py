"""Plain ASL files, with policies in files of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from sfnlint.asl.machine import Machine, is_machine, looks_like_machine
from sfnlint.iam.policy import Policy, PolicyKind, parse_policy
from sfnlint.place import Place, Span, value_at
from sfnlint.source import EmbeddedDocument, Piece, TextDocument, embed
from sfnlint.subject import InputProblem, MachineType, Reading, Role, Subject
from sfnlint.symbol import Symbol, Symbols

_WRAPPERS = (
    ("PolicyDocument",),
    ("PolicyVersion", "Document"),
    ("Role", "AssumeRolePolicyDocument"),
)
"""Where the answers of get-role-policy, get-policy-version and get-role hold a document.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
"""


class SuppliedRole(NamedTuple):
    """What the user says belongs to a plain definition.

    Attributes:
        policies: the role's policies, one document each.
        trust: its trust policy.
        type: the machine's type.

    """

    policies: Sequence[TextDocument] = ()
    trust: TextDocument | None = None
    type: MachineType | None = None

    @property
    def documents(self) -> list[TextDocument]:
        """All of them."""
        return [*self.policies, *([self.trust] if self.trust else [])]


def matches(data: object, *, named: bool = False) -> bool:
    """Whether data is a state machine's definition and nothing around it.

    A file that was named may lack StartAt or States: one that was found is then something else.
    """
    return looks_like_machine(data) if named else is_machine(data)


def read(
    document: TextDocument | EmbeddedDocument, given: SuppliedRole, symbols: Symbols | None = None
) -> Reading:
    """One machine, and the role that the given policies make.

    Args:
        document: the definition.
        given: what belongs to it.
        symbols: what the marker characters in the definition stand for.

    """
    reading = Reading()
    symbols = symbols or Symbols()
    data = document.data
    if not isinstance(data, dict):
        return reading
    role = None
    if (given.policies or given.trust) and is_machine(data):
        role = read_role(given, symbols, reading.problems)
    machine = Machine(document, data)
    reading.subjects.append(Subject(machine, role, symbols, Place(document), type=given.type))
    return reading


def filled(document: TextDocument, symbols: Symbols) -> EmbeddedDocument | None:
    """The JSON that a text becomes when its `${placeholders}` are filled in; None if it does not.

    A definition that a template fills in may have placeholders where JSON has a number.
    """
    if document.format == "yaml" or "${" not in document.text:
        return None
    found = re.finditer(r"\$\{([\w.:-]+)\}", document.text)
    return put_in(
        document, ((Span(*match.span()), symbols.mark(Symbol(match[1]))) for match in found)
    )


def put_in(document: TextDocument, texts: Iterable[tuple[Span, str]]) -> EmbeddedDocument | None:
    """The document that `replaced` makes; None if it cannot be read."""
    embedded = replaced(document, texts)
    return embedded if embedded.error is None else None


def replaced(document: TextDocument, texts: Iterable[tuple[Span, str]]) -> EmbeddedDocument:
    """The document that a text becomes when parts of it are replaced.

    Args:
        document: the text.
        texts: parts of it in their order, each with what stands there instead.

    """
    pieces: list[Piece] = []
    end = 0
    for span, text in texts:
        pieces.append(_stretch(document, end, span.start))
        pieces.append(Piece(text, Place(document, (), "text", span)))
        end = span.end
    pieces.append(_stretch(document, end, len(document.text)))
    return embed(pieces, document.format)


def _stretch(document: TextDocument, start: int, end: int) -> Piece:
    return Piece(document.text[start:end], Place(document, (), "text", Span(start, end)))


def read_role(given: SuppliedRole, symbols: Symbols, problems: list[InputProblem]) -> Role:
    """The role that policies in files of their own make; what cannot be read becomes a trouble."""
    policies = [read_policy(document, symbols, "identity", problems) for document in given.policies]
    trust = read_policy(given.trust, symbols, "trust", problems) if given.trust else None
    names = ", ".join(document.file for document in given.policies)
    known = [policy for policy in policies if policy is not None]
    return Role(
        f"the role with {names}" if names else "the role",
        policies=known,
        complete=bool(known) and len(known) == len(policies) and all(p.complete for p in known),
        trust=trust,
    )


def read_policy(
    document: TextDocument, symbols: Symbols, kind: PolicyKind, problems: list[InputProblem]
) -> Policy | None:
    """The policy in a file of its own; None when there is none, which becomes a trouble."""
    if document.data is None:
        return None
    place = _unwrapped(document)
    data = value_at(place.document.data, place.path)
    if not isinstance(data, dict) or "Statement" not in data:
        message = "this file holds no policy document: an object with a Statement is expected"
        problems.append(InputProblem("malformed-policy", message, place))
        return None
    policy = parse_policy(place, symbols, data, name=document.file, kind=kind)
    problems += [InputProblem("malformed-policy", *problem) for problem in policy.problems]
    return policy


def _unwrapped(document: TextDocument) -> Place:
    """The policy document itself, without what the AWS command line puts around it."""
    place = Place(document)
    for route in _WRAPPERS:
        inner = place.at(*route)
        data = value_at(inner.document.data, inner.path)
        if isinstance(data, str):
            return decoded(inner, data)
        if isinstance(data, dict):
            return inner
    return place


def decoded(place: Place, text: str) -> Place:
    """A policy document that stands in a text: the API sends it as percent-encoded JSON."""
    plain = unquote(text) if text.startswith("%7B") else text
    whole = Span(0, len(text)) if plain == text else None
    return Place(embed([Piece(plain, Place(place.document, place.path, "value", whole))]))
