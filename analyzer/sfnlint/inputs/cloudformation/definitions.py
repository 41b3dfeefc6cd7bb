"""The definitions of a template's machines: in it, in a text of it, or in files beside it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.asl.machine import Machine, looks_like_machine
from sfnlint.inputs.cloudformation.includes import include_location
from sfnlint.inputs.cloudformation.intrinsics import Resolver, intrinsic
from sfnlint.inputs.cloudformation.local_files import FileNotReadError, LocalFiles
from sfnlint.inputs.cloudformation.substitutions import filled, substituted_pieces, undefined, used
from sfnlint.inputs.cloudformation.template import Template, has_macro
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.paths import is_local_path
from sfnlint.place import Document, Place
from sfnlint.source import DocumentView, EmbeddedDocument, TextDocument, embed
from sfnlint.subject import InputProblem, InputProblemKind
from sfnlint.symbol import MARKER, Symbols


class DefinitionReader:
    """Reads the definitions of a template's machines.

    Args:
        template: the template.
        files: the files that it may name; none when None.
        symbols: what the marker characters in its values stand for.
        troubles: where to say what cannot be read.

    """

    def __init__(
        self,
        template: Template,
        files: LocalFiles | None,
        symbols: Symbols,
        problems: list[InputProblem],
    ) -> None:
        self._template = template
        self._files = files
        self._symbols = symbols
        self._troubles = problems

    def read(self, name: str, resolver: Resolver) -> Machine | None:
        """The definition of a machine; None when it is not shown or cannot be read, which is said.

        Args:
            name: the logical id.
            resolver: works values out in a combination of the template's conditions.

        """
        properties = self._template.properties(name)
        value, _ = resolver.tree(properties.get("DefinitionSubstitutions", {}), ())
        substitutions = {key: resolver.text(one) or "" for key, one in as_object(value).items()}
        document: Document | None = None
        path = ("Resources", name, "Properties", "Definition")
        written, at = properties.get("Definition"), self._template.place(name, "Definition")
        location = include_location(written)
        if location is not None and is_local_path(location) and self._files is not None:
            included = self._file(name, "Definition", location)
            if included is None or not self._is_read(included):
                return None
            written, at = included.data, Place(included)
            value, moved = resolver.tree(written, (), substitutions)
            document = DocumentView(included, value, moved)
        elif "Definition" in properties:
            document = self._object(written, path, resolver, substitutions)
        elif "DefinitionString" in properties:
            data = properties["DefinitionString"]
            path = (*path[:-1], "DefinitionString")
            function, argument = intrinsic(data)
            if function == "Fn::ToJsonString":
                document = self._object(argument, (*path, function), resolver, substitutions)
            else:
                pieces = resolver.pieces(data, path)
                if pieces:
                    embedded = embed(substituted_pieces(pieces, substitutions))
                    if not self._is_read(embedded):
                        return None
                    document = embedded
        elif "DefinitionS3Location" in properties:
            document = self._external(name, resolver, substitutions)
            if document is None:
                return None
        if "DefinitionS3Location" not in properties and not has_macro(written):
            texts = [written, properties.get("DefinitionString")]
            self._check_substitutions(name, at, written, texts)
        if document is None or not looks_like_machine(document.data):
            self._elsewhere(name, properties)
            return None
        data = document.data
        return Machine(document, data) if isinstance(data, dict) else None

    def _external(
        self, name: str, resolver: Resolver, substitutions: Mapping[str, str]
    ) -> Document | None:
        """A definition in a file of its own; None when it cannot be read, which is said."""
        location = self._template.properties(name)["DefinitionS3Location"]
        file = resolver.text(location)
        if self._files is not None:
            file = self._files.asset(location) or file
        place = self._template.place(name, "DefinitionS3Location")
        if file is None or self._files is None or not is_local_path(file):
            self._elsewhere(name, self._template.properties(name))
            return None
        document = self._file(name, "DefinitionS3Location", file)
        if document is None:
            return None
        whole = filled(document, substitutions, self._symbols)
        if not self._is_read(whole if isinstance(whole, EmbeddedDocument) else document):
            return None
        if not looks_like_machine(whole.data):
            called = self._template.called(name)
            message = f"the definition of {called}, {file}, is no state machine"
            self._trouble("definition-not-found", message, place)
            return None
        self._check_substitutions(name, Place(document), document.data, document.text)
        return whole

    def _file(self, name: str, field: str, file: str) -> TextDocument | None:
        """A file that holds a definition; None when it is not read, which is said."""
        if self._files is None:
            return None
        try:
            return self._files.read(file)
        except FileNotReadError as error:
            kind: InputProblemKind = (
                "definition-file-missing" if error.missing else "definition-not-found"
            )
            message = f"the definition of {self._template.called(name)}, {file}, {error}"
            self._trouble(kind, message, self._template.place(name, field))
            return None

    def _check_substitutions(
        self, name: str, definition: Place, data: object, texts: object
    ) -> None:
        """Say which placeholders nothing fills in, and which substitutions nothing uses."""
        properties = self._template.properties(name)
        fields = ("DefinitionSubstitutions", "DefinitionS3Location", "Definition")
        known = as_object(properties.get("DefinitionSubstitutions"))
        if any(one.startswith("Fn::") for one in known):
            return
        for one, path in undefined(data, known):
            field = next((field for field in fields if field in properties), "")
            place = self._template.place(name, field)
            called = self._template.called(name)
            message = f"DefinitionSubstitutions of {called} lacks {one}, which its definition uses"
            problem = InputProblem("undefined-substitution", message, place, definition.at(*path))
            self._troubles.append(problem)
        # A definition that depends on a condition may use what another one does not.
        if isinstance(properties.get("DefinitionS3Location", ""), dict):
            return
        names = used(texts) if known else ()
        for one in known:
            if one not in names:
                called = self._template.called(name)
                message = f"the definition of {called} does not use ${{{one}}}"
                place = self._template.place(name, "DefinitionSubstitutions", one).key()
                self._trouble("unused-substitution", message, place)

    def _object(
        self,
        data: object,
        path: tuple[str | int, ...],
        resolver: Resolver,
        substitutions: Mapping[str, str],
    ) -> DocumentView:
        value, moved = resolver.tree(data, path, substitutions)
        return DocumentView(self._template.document, value, moved, path)

    def _is_read(self, embedded: EmbeddedDocument | TextDocument) -> bool:
        self._troubles += map(InputProblem.of, embedded.problems)
        if embedded.error is not None and MARKER.search(embedded.text):
            message = "this definition is put together from parts that are not in this file"
            self._trouble("definition-not-found", message, embedded.error.place)
        elif embedded.error is not None:
            self._trouble("unreadable", embedded.error.message, embedded.error.place)
        return embedded.error is None

    def _elsewhere(self, name: str, properties: Mapping[str, object]) -> None:
        for field in ("DefinitionS3Location", "DefinitionString", "Definition"):
            if field in properties:
                called = self._template.called(name)
                message = f"the definition of {called} is not in this file; it was not checked"
                self._trouble("definition-not-found", message, self._template.place(name, field))
                return

    def _trouble(self, kind: InputProblemKind, message: str, place: Place) -> None:
        self._troubles.append(InputProblem(kind, message, place))
