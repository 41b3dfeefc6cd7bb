"""Reads the definitions of a template's state machines: objects, strings, or files beside it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sfnlint.asl.definition_files import may_be_definition
from sfnlint.asl.machine import Machine, looks_like_machine
from sfnlint.inputs.cloudformation.includes import include_location
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.local_files import FileNotReadError, LocalFiles
from sfnlint.inputs.cloudformation.substitutions import (
    substitute_in_file,
    substitute_in_pieces,
    undefined_names,
    used_names,
)
from sfnlint.inputs.cloudformation.template import Template, function_call, has_macro
from sfnlint.inputs.cloudformation.uploaded_files import UploadedFile
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.paths import is_local_path
from sfnlint.messages import shortened
from sfnlint.place import Document, Place, Route
from sfnlint.source import DocumentView, EmbeddedDocument, TextDocument, embed
from sfnlint.subject import InputProblem, InputProblemKind
from sfnlint.symbol import MARKER, Symbols


class DefinitionReader:
    """Reads the definitions of a template's state machines.

    Args:
        template: the template.
        files: the files that it may name; none when None.
        symbols: the symbols of the marker characters in its values.
        problems: where problems are appended.

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
        self._problems = problems

    def read(self, name: str, resolver: Resolver) -> Machine | None:
        """Return the definition of a machine; None when it cannot be read, with a problem.

        Args:
            name: the logical id.
            resolver: resolves values in a combination of the template's conditions.

        """
        properties = self._template.properties(name)
        value, _ = resolver.resolve(properties.get("DefinitionSubstitutions", {}), ())
        substitutions = {
            key: resolver.string(substitution) or ""
            for key, substitution in as_object(value).items()
        }
        document: Document | None = None
        route = ("Resources", name, "Properties", "Definition")
        written = properties.get("Definition")
        place = self._template.property_place(name, "Definition")
        location = include_location(written)
        if location is not None and is_local_path(location) and self._files is not None:
            file = self._file(name, "Definition", location)
            included = None if file is None else self._readable(file)
            if included is None:
                return None
            written, place = included.data, Place(included)
            value, moved = resolver.resolve(written, (), substitutions)
            document = DocumentView(included, value, moved)
        elif "Definition" in properties:
            document = self._object(written, route, resolver, substitutions)
        elif "DefinitionString" in properties:
            data = properties["DefinitionString"]
            route = (*route[:-1], "DefinitionString")
            function, argument = function_call(data)
            if function == "Fn::ToJsonString":
                document = self._object(argument, (*route, function), resolver, substitutions)
            else:
                pieces = resolver.pieces(data, route)
                if pieces:
                    embedded = embed(substitute_in_pieces(pieces, substitutions))
                    document = self._readable(embedded, name)
                    if document is None:
                        return None
        elif "DefinitionS3Location" in properties:
            return _machine(self._file_definition(name, resolver, substitutions))
        if "DefinitionS3Location" not in properties and not has_macro(written):
            strings = [written, properties.get("DefinitionString")]
            self._check_substitutions(name, place, written, strings)
        if document is None or not looks_like_machine(document.data):
            self._report_not_found(name, properties)
            return None
        return _machine(document)

    def _file_definition(
        self, name: str, resolver: Resolver, substitutions: Mapping[str, str]
    ) -> Document | None:
        """The definition of a DefinitionS3Location; None when it cannot be read, with a problem."""
        location = self._template.properties(name)["DefinitionS3Location"]
        file = resolver.string(location)
        if self._files is not None:
            file = self._files.asset(location) or file
        if file is None or self._files is None or not is_local_path(file):
            return self._uploaded_definition(name, location, resolver, substitutions)
        document = self._file(name, "DefinitionS3Location", file)
        if document is None:
            return None
        definition = self._substituted(document, substitutions)
        if definition is None:
            return None
        if not may_be_definition(Path(file).name, definition.data):
            machine = self._template.display_name(name)
            message = (
                f"definition file '{shortened(file)}' of state machine '{machine}' does not "
                "contain a state machine definition"
            )
            place = self._template.property_place(name, "DefinitionS3Location")
            self._add("definition-not-found", message, place)
            return None
        self._check_substitutions(name, Place(document), document.data, document.text)
        return definition

    def _uploaded_definition(
        self,
        name: str,
        location: object,
        resolver: Resolver,
        substitutions: Mapping[str, str],
    ) -> Document | None:
        """The definition in the file that is uploaded to a bucket; None without such a file."""
        function, argument = function_call(location)
        branch = resolver.if_branch(argument) if function == "Fn::If" else None
        uploaded = UploadedFile()
        if self._files is not None:
            uploaded = self._files.uploaded(location if branch is None else branch[1])
        definition = None
        if uploaded.path is not None and self._files is not None:
            file = self._files.relative(uploaded.path)
            document = self._file(name, "DefinitionS3Location", file)
            definition = None if document is None else self._substituted(document, substitutions)
        if definition is None or not looks_like_machine(definition.data):
            self._report_not_found(name, self._template.properties(name), uploaded.similar)
            return None
        machine = self._template.display_name(name)
        message = (
            f"the definition of state machine '{machine}' is in a bucket; the file whose path "
            f"ends its key, '{shortened(definition.file)}', was checked"
        )
        place = self._template.property_place(name, "DefinitionS3Location")
        self._add("definition-not-found", message, place)
        return definition

    def _substituted(
        self, document: TextDocument, substitutions: Mapping[str, str]
    ) -> Document | None:
        """A definition file with its substitutions; None with a problem if it has an error."""
        substituted = substitute_in_file(document, substitutions, self._symbols)
        parsed = substituted if isinstance(substituted, EmbeddedDocument) else document
        readable = self._readable(parsed)
        return substituted if readable is parsed else readable

    def _file(self, name: str, field: str, file: str) -> TextDocument | None:
        """A file with a definition; None when it cannot be read, with a problem."""
        if self._files is None:
            return None
        try:
            return self._files.read(file)
        except FileNotReadError as error:
            kind: InputProblemKind = (
                "definition-file-missing" if error.missing else "definition-not-found"
            )
            machine = self._template.display_name(name)
            message = f"definition file '{shortened(file)}' of state machine '{machine}' {error}"
            self._add(kind, message, self._template.property_place(name, field))
            return None

    def _check_substitutions(
        self, name: str, definition: Place, data: object, strings: object
    ) -> None:
        """Report placeholders without a substitution, and substitutions without a placeholder."""
        properties = self._template.properties(name)
        machine = self._template.display_name(name)
        fields = ("DefinitionSubstitutions", "DefinitionS3Location", "Definition")
        defined = as_object(properties.get("DefinitionSubstitutions"))
        if any(key.startswith("Fn::") for key in defined):
            return
        for placeholder, route in undefined_names(data, defined):
            field = next((field for field in fields if field in properties), "")
            place = self._template.property_place(name, field)
            message = (
                f"DefinitionSubstitutions of state machine '{machine}' lacks '{placeholder}', "
                "which its definition uses"
            )
            self._problems.append(
                InputProblem("undefined-substitution", message, place, definition.at(*route))
            )
        # The definition file of another condition may use a substitution that this one does not.
        if isinstance(properties.get("DefinitionS3Location", ""), dict):
            return
        used = used_names(strings) if defined else ()
        for substitution in defined:
            if substitution not in used:
                message = (
                    f"the definition of state machine '{machine}' does not use "
                    f"'${{{substitution}}}'"
                )
                place = self._template.property_place(name, "DefinitionSubstitutions", substitution)
                self._add("unused-substitution", message, place.key())

    def _object(
        self, data: object, route: Route, resolver: Resolver, substitutions: Mapping[str, str]
    ) -> DocumentView:
        value, moved = resolver.resolve(data, route, substitutions)
        return DocumentView(self._template.document, value, moved, route)

    def _readable(
        self, document: EmbeddedDocument | TextDocument, name: str = ""
    ) -> EmbeddedDocument | TextDocument | None:
        """A definition without syntax errors; None when it cannot be read, with a problem.

        Args:
            document: the definition.
            name: the logical id of its machine, if the template contains it.

        """
        if document.error is None:
            self._problems += map(InputProblem.of, document.problems)
            return document
        if MARKER.search(document.text):
            message = "parts of this definition are not in this file, so it was not checked"
            self._add("definition-not-found", message, document.error.place)
            return None
        # Most definitions can be parsed: without its patterns, a run starts faster
        # (benchmarks/compare.py).
        from sfnlint.inputs import template_engines

        if name and template_engines.is_placeholder(document.text):
            machine = self._template.display_name(name)
            message = (
                f"the definition of state machine '{machine}' is the placeholder "
                f"'{shortened(document.text.strip())}', so it was not checked"
            )
            place = self._template.property_place(name, "DefinitionString")
            self._add("definition-not-found", message, place)
            return None
        source, note = template_engines.read(document, self._symbols, "definition")
        problems = [source.error] if source.error else source.problems
        self._problems += [note] if note else map(InputProblem.of, problems)
        return None if source.error else source

    def _report_not_found(
        self, name: str, properties: Mapping[str, object], similar: str = ""
    ) -> None:
        hint = f"; its key differs from the path of '{shortened(similar)}' only in letter case"
        for field in ("DefinitionS3Location", "DefinitionString", "Definition"):
            if field in properties:
                machine = self._template.display_name(name)
                message = (
                    f"the definition of state machine '{machine}' is not in this file, so it was "
                    f"not checked{hint if similar else ''}"
                )
                place = self._template.property_place(name, field)
                self._add("definition-not-found", message, place)
                return

    def _add(self, kind: InputProblemKind, message: str, place: Place) -> None:
        self._problems.append(InputProblem(kind, message, place))


def _machine(document: Document | None) -> Machine | None:
    data = None if document is None else document.data
    return Machine(document, data) if document is not None and isinstance(data, dict) else None
