"""Terraform configurations, as folders of `*.tf` files hold them.

A configuration is shown as a template, as a plan is; its places lead into the files.
https://developer.hashicorp.com/terraform/language
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.terraform import policy_document as terraform_policy_document
from sfnlint.inputs.terraform import variables as terraform_variables
from sfnlint.inputs.terraform.cloudformation_template import (
    ATTACHMENTS,
    MACHINE,
    SHOWN,
    PlacedValue,
    template,
    with_any_role,
)
from sfnlint.inputs.terraform.evaluation import EvaluationBudget, Evaluator
from sfnlint.inputs.terraform.files import ModuleFolders, documents_of, file_name
from sfnlint.inputs.terraform.instances import BlockInstance, is_named
from sfnlint.inputs.terraform.module_scope import ConfigurationContext, ModuleScope
from sfnlint.inputs.terraform.resource_policies import (
    ANY,
    GRANTING,
    leave_open,
    may_grant,
    service_of,
)
from sfnlint.inputs.terraform.role_references import RoleReferences
from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    PlacedTemplate,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    ValuePlace,
    literal,
    place_at,
    shown,
    string_parts,
)
from sfnlint.place import Route
from sfnlint.source import TextDocument
from sfnlint.source.hcl_parser import read_template
from sfnlint.source.hcl_syntax import Expression
from sfnlint.subject import InputProblem, Reading, Subject

_NOT_READ = "nothing is said to be missing in the roles of this configuration"


class Configuration(Reading):
    """What was read of a configuration.

    Attributes:
        documents: its files.

    """

    def __init__(
        self,
        subjects: Iterable[Subject],
        problems: Iterable[InputProblem],
        documents: Sequence[TextDocument],
    ) -> None:
        super().__init__(subjects, problems)
        self.documents = documents


def read(
    folders: ModuleFolders, root: Path, outside: ExternalContext | None = None
) -> Configuration:
    """The machines of a configuration, each with its role.

    Args:
        folders: reads folders.
        root: the folder of the configuration.
        outside: what is known of what it names and does not hold; nothing when None.

    """
    return _Configuration(folders, root).made(outside)


class _Configuration:
    def __init__(self, folders: ModuleFolders, root: Path) -> None:
        self.folders = folders
        self.root = root
        self.defaults: dict[str, str] = {}
        self.budget = EvaluationBudget()
        self.computed = {
            "aws_iam_policy_document": terraform_policy_document.computed,
            "template_file": self._template_file,
        }
        self.places: dict[Route, ValuePlace] = {}
        self.mentions = RoleReferences()
        scopes: list[ModuleScope] = []
        self.values = folders.values(root)
        elsewhere = folders.set_elsewhere(root) if self.values else ()
        given = terraform_variables.given(self.values, self._literal)
        given = {name: value for name, value in given.items() if name not in elsewhere}
        world = ConfigurationContext(
            self, folders.called, self.computed, given, self.defaults, self.budget, scopes
        )
        self.scopes = scopes
        ModuleScope(world, folders.folder(root))

    def _literal(self, node: Expression, document: TextDocument) -> TerraformValue:
        """What a file says where no names are known."""
        nameless = _TemplateNames(ObjectValue(place_at(document, 0, 0)))
        return Evaluator(document, nameless, self.budget, self).evaluate(node, {})

    # Files that functions name

    def read(self, name: StringValue) -> TextDocument | None:
        display_name = file_name(name, self.defaults)
        return None if display_name is None else self.folders.read(self.root, display_name)

    def rendered(self, document: TextDocument, values: ObjectValue) -> TerraformValue | None:
        names = _TemplateNames(values)
        evaluator = Evaluator(document, names, self.budget, self)
        value = evaluator.evaluate(read_template(document.text), {})
        return value if isinstance(value, StringValue) else None

    def _template_file(self, one: BlockInstance, attribute: str) -> TerraformValue | None:
        """What `data.template_file` makes of a file."""
        given = one.value("template")
        values = one.value("vars") or ObjectValue(one.place)
        if (
            attribute != "rendered"
            or not isinstance(given, StringValue)
            or not isinstance(values, ObjectValue)
        ):
            return None
        text = literal(given)
        if text is not None and "${" not in text and "%{" not in text:
            return given
        root = given.place.document
        is_file = isinstance(root, TextDocument) and text == root.text
        return self.rendered(root, values) if is_file else None  # type: ignore[arg-type]

    # The template

    def made(self, outside: ExternalContext | None) -> Configuration:
        instances = list(self._instances())
        resources = [_Resource(one, self.places, self.mentions) for one in instances]
        data = template(resources)
        first = self.scopes[0].folder.documents[0]
        self.places[()] = ValuePlace(place_at(first, 0, 0))
        shown_as = PlacedTemplate(first.file, data, self.places)
        reading = cloudformation.read(shown_as, outside=outside)
        other = with_any_role(data["Resources"])
        whole = all(scope.folder.whole for scope in self.scopes)
        whole = whole and not any(one.error or one.problems for one in self.values)
        granting = {service_of(one.type) for one in resources if one.may_grant()}
        certain = whole and self.budget.left > 0 and ANY not in granting
        doubted = set(self._given_away())
        heads = {one.address: one for one in instances}
        for subject in reading.subjects:
            subject.place = heads[subject.logical_id or ""].place
            # What a configuration shows of the order of resources is not enough.
            subject.not_awaited = ()
            for assumed in subject.assumed.values():
                assumed.role.complete &= certain
            role = subject.role
            if role is not None:
                role.complete &= certain and role.logical_id not in doubted
                role.shared_with = role.shared_with or other
                head = heads.get(role.logical_id)
                if head is not None:
                    role.complete &= head.known
                    role.place = head.place
        leave_open(reading.subjects, granting)
        reading.problems += self._troubles()
        documents = [*documents_of(one.folder for one in self.scopes), *self.values]
        return Configuration(reading.subjects, reading.problems, documents)

    def _instances(self) -> Iterator[BlockInstance]:
        """The resources of all modules, which are called on the way."""
        yield from self._calls()
        for scope in self.scopes:
            for kind in ("resource", "data"):
                for key, _ in scope.folder.of_type(kind):
                    if len(key) == 3:
                        yield from scope.made(key)

    def _calls(self) -> Iterator[BlockInstance]:
        """The calls of modules that are not in the files; those in them are called on the way."""
        for scope in self.scopes:
            for key, _ in scope.folder.of_type("module"):
                yield from (call for call in scope.made(key) if scope.child(call) is None)

    def _given_away(self) -> Iterator[str]:
        """Roles that are given to what is not in the files, which may attach policies to them.

        A module that is not in the files, or one that calls this one and is told a role's name.
        """
        for call in self._calls():
            yield from self.mentions.roles(call.scope, call.written.block.body)
        for _, written in self.scopes[0].folder.of_type("output"):
            body = written.block.body
            value = body.attributes.get("value")
            text = written.file_of("value").text
            if value is not None and not text[: value.value.span.end].endswith(".arn"):
                yield from self.mentions.roles(self.scopes[0], body)

    def _troubles(self) -> Iterator[InputProblem]:
        folders = (scope.folder for scope in self.scopes)
        for document in (*documents_of(folders), *self.values):
            for problem in [document.error] if document.error else document.problems:
                message = f"{problem.message}; {_NOT_READ}"
                yield InputProblem("terraform-not-read", message, problem.place)
        for call in self._calls():
            if _is_given_definition(call):
                if call.value("role_arn") is None:
                    message = (
                        f"the role of {call.address}, which its module makes, is not in these files"
                    )
                    yield InputProblem("role-not-found", message, call.place)
            elif _makes_machine(call):
                message = (
                    f"the state machine of {call.address} is not in these files; it was not checked"
                )
                yield InputProblem("definition-not-found", message, call.place)


def _makes_machine(call: BlockInstance) -> bool:
    """Whether a module that is not in the files is one for a state machine."""
    source = literal(call.value("source")) or ""
    return "step-function" in source or "stepfunction" in source


def _is_given_definition(call: BlockInstance) -> bool:
    """Whether such a module is given its machine's definition.

    https://registry.terraform.io/modules/terraform-aws-modules/step-functions/aws/latest
    """
    return _makes_machine(call) and isinstance(call.value("definition"), StringValue)


class _TemplateNames:
    """The names in a template file: those that it is given."""

    prefix = ""

    def __init__(self, values: ObjectValue) -> None:
        self._values = values

    def lookup(self, steps: Sequence[str | int | None]) -> tuple[TerraformValue | None, int]:
        return self._values.get(str(steps[0])), 1


class _Resource:
    """A resource of a configuration, as `terraform_resources.Resource` describes it."""

    def __init__(
        self, instance: BlockInstance, places: dict[Route, ValuePlace], mentions: RoleReferences
    ) -> None:
        self.instance = instance
        self.address = instance.address
        block = instance.written.block
        self.type = block.labels[0] if block.type in ("resource", "data") else block.type
        if block.type == "data" and self.type in (*SHOWN, *ATTACHMENTS):
            # What is there already is no resource of these files.
            self.type = f"data.{self.type}"
        self._is_call = block.type == "module"
        if self._is_call and _is_given_definition(instance):
            self.type = MACHINE
        self.named = block.type in ("resource", "data") and is_named(instance)
        self._places = places
        self._mentions = mentions
        self._values: dict[str, TerraformValue | None] = {}

    def value(self, argument: str) -> TerraformValue | None:
        """An argument, worked out once."""
        if argument not in self._values:
            self._values[argument] = self.instance.value(argument)
        return self._values[argument]

    def may_grant(self) -> bool:
        """Whether it may grant something to a role by a policy of its own."""
        block = self.instance.written.block
        if block.type != "resource" or self.type.startswith("aws_iam_"):
            return False
        values = {}
        for name in GRANTING:
            value = self.value(name)
            parts = None if value is None else string_parts(value)
            if parts:
                texts = (part.text if isinstance(part.text, str) else "…" for part in parts)
                values[name] = "".join(texts)
        return may_grant(values, {}, {})

    def users(self) -> list[str]:
        if self.instance.written.block.type == "data" or self.type.startswith("aws_iam_role_"):
            # What speaks of a role, but does nothing as it.
            return []
        return sorted(self._mentions.roles(self.instance.scope, self.instance.written.block.body))

    def whole(self) -> PlacedValue:
        return self._entry(UnknownValue(self.instance.place, {}))

    def entry(self, argument: str) -> PlacedValue | None:
        value = self.value(argument) or self._prefixed(argument)
        return None if value is None else self._entry(value, argument)

    def _prefixed(self, argument: str) -> TerraformValue | None:
        """A name that the provider makes up behind a prefix."""
        prefix = self.value(f"{argument}_prefix")
        parts = None if prefix is None else string_parts(prefix)
        if prefix is None or parts is None:
            return prefix
        rest = StringPart({"Ref": f"{self.address}.{argument}"}, prefix.place)
        return StringValue(prefix.place, [*parts, rest])

    def entries(self, argument: str) -> list[PlacedValue]:
        value = self.value(argument)
        if value is None:
            return []
        items = value.items if isinstance(value, ListValue) else [value]
        return [self._entry(one, argument) for one in items]

    def inline(self) -> Iterator[PlacedValue]:
        blocks = self.instance.blocks("inline_policy")
        if blocks is None:
            yield self.doubt("inline_policy")
        for block in blocks or ():
            policy = block.value("policy")
            if policy is not None:
                yield self._entry(policy, "inline_policy")

    def setting(self, block: str) -> tuple[PlacedValue, Mapping[str, PlacedValue] | None] | None:
        blocks = None if self._is_call else self.instance.blocks(block)
        if blocks is None:
            return self.doubt(block), None
        if not blocks:
            return None
        found = blocks[0]
        arguments = {
            name: self._entry(value, block)
            for name in found.written.block.body.attributes
            if (value := found.value(name)) is not None
        }
        return self._entry(UnknownValue(found.place, {}), block), arguments

    def doubt(self, argument: str) -> PlacedValue:
        reference = {"Ref": f"{self.address}.{argument}"}
        return self._entry(UnknownValue(self.instance.place, reference), argument)

    def _entry(self, value: TerraformValue, argument: str = "") -> PlacedValue:
        named = (self.address, argument) if argument else (self.address,)

        def put(at: Route) -> None:
            shown(value, at, self._places, named)

        return PlacedValue(shown(value, (), {}, named), put)
