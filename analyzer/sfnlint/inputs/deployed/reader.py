"""What is deployed, as the AWS command line prints it.

`aws stepfunctions describe-state-machine` gives a machine, and
`aws iam get-account-authorization-details` the roles of an account:
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sfnlint.asl.machine import Machine, is_machine
from sfnlint.asl.machine_settings import MachineSetting, SettingName
from sfnlint.inputs.deployed.roles import Accounts
from sfnlint.inputs.policy_files import SuppliedRole, read_role
from sfnlint.inputs.reader import InputDocument, LoadedUnit, Reader, RunContext
from sfnlint.place import Document, Place, Span
from sfnlint.source import DocumentView, Piece, TextDocument, embed
from sfnlint.subject import InputProblem, MachineType, Reading, Role, Subject
from sfnlint.symbol import Symbols

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.?+)*+"?+|[{}\[\]]', re.DOTALL)
_MARK = re.compile(r"stateMachineArn|RoleDetailList")
_MOST = 10_000
"""How many values may stand one after the other in a file."""
_TYPES: dict[str, MachineType] = {"STANDARD": "STANDARD", "EXPRESS": "EXPRESS"}
_SETTINGS: Sequence[tuple[SettingName, str, str, tuple[object, ...]]] = (
    ("logging", "loggingConfiguration", "level", ("OFF", None)),
    ("tracing", "tracingConfiguration", "enabled", (False, None)),
    ("encryption", "encryptionConfiguration", "type", ("AWS_OWNED_KEY", None)),
)
"""Each with the member that says whether it is on, and what it then is not."""


class DeploymentReader(Reader):
    """Keeps the machines and accounts of all files: a role may be in another file."""

    def __init__(self) -> None:
        self._deployment = Deployment()
        self._last: tuple[TextDocument, list[Answer]] | None = None

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is an output of the AWS CLI about machines or accounts."""
        if not isinstance(document.source, TextDocument):
            return False
        self._last = document.source, answers(document.source)
        return bool(self._last[1])

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Keep the machines and accounts of a document for `finish`."""
        found = self._last[1] if self._last else answers(document.original)
        self._deployment.add(document.original, found, context.supplied_role(document.path))
        return None

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        """Yield all machines as one unit, since machines of several files may share a role."""
        files = self._deployment.files
        if files:
            with context.guard(files[0].file):
                yield LoadedUnit(self._deployment.read(context), files)


class Answer(NamedTuple):
    """What the command line printed about one machine, or one account.

    Attributes:
        place: where it is.
        data: what it says.

    """

    place: Place
    data: Mapping[str, Any]


class Deployment:
    """The machines and the accounts that some files show.

    Attributes:
        files: those files.

    """

    def __init__(self) -> None:
        self.files: list[TextDocument] = []
        self._machines: list[tuple[Answer, SuppliedRole]] = []
        self._missing: set[str] = set()
        self._symbols = Symbols(in_template=False)
        self._accounts = Accounts(self._symbols)

    def add(self, file: TextDocument, answers: Iterable[Answer], given: SuppliedRole) -> None:
        """Take what a file shows.

        Args:
            file: the file.
            answers: what stands in it.
            given: what the user says of the role of a machine in it.

        """
        self.files.append(file)
        for answer in answers:
            if _is_account(answer.data):
                self._accounts.add(answer.place, answer.data)
            else:
                self._machines.append((answer, given))

    def read(self, context: RunContext) -> Reading:
        """All machines, each with its role."""
        reading = Reading()
        for answer, given in self._machines:
            role = subject = None
            with context.guard(answer.place.document.file):
                role = self._role(answer, given, reading)
                subject = self._subject(answer, role, reading)
            if subject is not None:
                reading.subjects.append(subject)
            elif role is not None:
                role.shared_with = role.shared_with or str(answer.data["stateMachineArn"])
        return reading

    def _role(self, answer: Answer, given: SuppliedRole, reading: Reading) -> Role | None:
        """The role of a machine; None when no file shows it, which is reported once."""
        if given.policies or given.trust:
            return read_role(given, self._symbols, reading.problems)
        arn = answer.data["roleArn"]
        role = self._accounts.role(arn, reading.problems)
        if role is None and arn not in self._missing:
            self._missing.add(arn)
            message = f"the role {arn} is not in {self._accounts.described()}"
            place = answer.place.at("roleArn")
            reading.problems.append(InputProblem("role-not-found", message, place))
        return role

    def _subject(self, answer: Answer, role: Role | None, reading: Reading) -> Subject | None:
        """The machine; None when its definition cannot be read, which is said."""
        arn = str(answer.data["stateMachineArn"])
        document = _definition(answer, reading)
        if document is None:
            return None
        data = document.data
        if not isinstance(data, dict) or not is_machine(data):
            message = f"the definition of {arn} is not in this answer; it was not checked"
            name = answer.place.at("stateMachineArn")
            reading.problems.append(InputProblem("definition-not-found", message, name))
            return None
        return Subject(
            Machine(document, data),
            role,
            self._symbols,
            answer.place.at("stateMachineArn"),
            arn,
            arn.split(":")[6] or None,
            _TYPES.get(str(answer.data.get("type"))),
            settings=_settings(answer),
            arn=arn,
        )


def _definition(answer: Answer, reading: Reading) -> Document | None:
    """The definition; None when it cannot be read, which is said.

    It is a text, if nobody made an object of it to read it.
    """
    place, written = answer.place.at("definition"), answer.data.get("definition")
    if isinstance(written, dict):
        return DocumentView(place.document, written, {}, place.path)
    text = str(written or "{}")
    document = embed([Piece(text, place._replace(within=Span(0, len(text))))])
    if document.error is not None:
        reading.problems.append(InputProblem.of(document.error))
        return None
    reading.problems += map(InputProblem.of, document.problems)
    return document


def answers(file: TextDocument) -> list[Answer]:
    """The machines and accounts of a file: one, a list of them, or one after the other."""
    places = [Place(file)]
    if file.error is not None and file.format == "json" and _MARK.search(file.text):
        places = [Place(one) for one in _several(file)]
    found = []
    for place in places:
        data = place.document.data
        for index, one in enumerate(data) if isinstance(data, list) else [(None, data)]:
            if isinstance(one, dict) and (_is_machine(one) or _is_account(one)):
                found.append(Answer(place if index is None else place.at(index), one))
    return found


def _several(file: TextDocument) -> Sequence[Document]:
    """The values of a text that holds one after the other; none when they cannot be read."""
    found: list[Document] = []
    depth = start = 0
    for match in _TOKEN.finditer(file.text):
        if match[0] in ("{", "["):
            start = match.start() if depth == 0 else start
            depth += 1
        elif match[0] in ("}", "]"):
            depth -= 1
            if depth < 0:
                return ()
            if depth == 0:
                span = Span(start, match.end())
                place = Place(file, (), "text", span)
                one = embed([Piece(file.text[start : span.end], place)])
                if one.error is not None or len(found) == _MOST:
                    return ()
                found.append(one)
    return found if depth == 0 else ()


def _is_machine(data: Mapping[str, Any]) -> bool:
    arn = data.get("stateMachineArn")
    return (
        isinstance(arn, str)
        and arn.count(":") >= 6
        and ":stateMachine:" in arn
        and isinstance(data.get("roleArn"), str)
    )


def _is_account(data: Mapping[str, Any]) -> bool:
    return isinstance(data.get("RoleDetailList"), list)


def _settings(answer: Answer) -> Mapping[SettingName, MachineSetting] | None:
    if not any(field in answer.data for _, field, _, _ in _SETTINGS):
        return None
    found: dict[SettingName, MachineSetting] = {}
    for name, field, member, off in _SETTINGS:
        value = answer.data.get(field)
        if isinstance(value, dict) and value.get(member) not in off:
            found[name] = MachineSetting(answer.place.at(field))
    return found
