"""Terraform configurations: root modules in `*.tf` and `*.tf.json` files.

A configuration is read as the CloudFormation template with the same resources; the places lead back
into the files. https://developer.hashicorp.com/terraform/language
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sfnlint.iam.decision import Uncertainty
from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.terraform import unchecked_machines, variables
from sfnlint.inputs.terraform.cloudformation_template import (
    machine_with_unknown_role,
    template_of,
)
from sfnlint.inputs.terraform.configured_resource import (
    ConfiguredResource,
    MachineConditions,
)
from sfnlint.inputs.terraform.creation_order import CreationOrder
from sfnlint.inputs.terraform.evaluation import EvaluationBudget, Evaluator
from sfnlint.inputs.terraform.files import ModuleFolders, documents_of, file_name, unread_files
from sfnlint.inputs.terraform.instances import BlockInstance
from sfnlint.inputs.terraform.managed_policy import managed_policy
from sfnlint.inputs.terraform.missing_modules import PassedDefinition, passed_definitions
from sfnlint.inputs.terraform.module import Module
from sfnlint.inputs.terraform.module_scope import ConfigurationContext, ModuleScope
from sfnlint.inputs.terraform.policy_document import policy_document
from sfnlint.inputs.terraform.references import Step
from sfnlint.inputs.terraform.resource_types import MACHINE
from sfnlint.inputs.terraform.role_references import RoleReferences
from sfnlint.inputs.terraform.symbol_names import symbol_names
from sfnlint.inputs.terraform.template_values import PlacedTemplate, ValuePlace
from sfnlint.inputs.terraform.values import (
    ObjectValue,
    StringValue,
    TerraformValue,
    literal,
    place_at,
)
from sfnlint.place import Route
from sfnlint.source import TextDocument
from sfnlint.source.faults import NOT_READ
from sfnlint.source.hcl_parser import read_template
from sfnlint.source.hcl_syntax import Expression
from sfnlint.subject import InputProblem, Reading, Subject
from sfnlint.symbol import Symbols

_CONSEQUENCE = "missing permissions are not reported for the roles of this configuration"
_ScopedInstance = tuple[ModuleScope, BlockInstance]


class ConfigurationReading(Reading):
    """The result of reading a configuration.

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
    folders: ModuleFolders, root: Path, context: ExternalContext | None = None
) -> ConfigurationReading:
    """Read the state machines of a configuration with their roles.

    Args:
        folders: reads the modules.
        root: the folder of the root module.
        context: values and policies from the configuration of the linter.

    """
    return _Configuration(folders, root).read_template(context)


class _Configuration:
    """A configuration with all its modules; also reads the files that functions name."""

    def __init__(self, folders: ModuleFolders, root: Path) -> None:
        self.folders = folders
        self.root = root
        self.references = RoleReferences()
        self.conditions = MachineConditions()
        self.passed: dict[str, list[PassedDefinition]] = {}
        self.places: dict[Route, ValuePlace] = {}
        self.variable_defaults: dict[str, str] = {}
        self.pseudo_parameters: dict[str, str] = {}
        self.budget = EvaluationBudget()
        self.scopes: list[ModuleScope] = []
        self.variable_files = folders.variable_files(root)
        unsure = folders.variables_set_by_option(root) if self.variable_files else ()
        values = variables.values_set(self.variable_files, self._constant)
        shared = ConfigurationContext(
            self,
            folders.called_module,
            {
                "aws_iam_policy": self._managed_policy,
                "aws_iam_policy_document": policy_document,
                "template_file": self._template_file,
            },
            {name: value for name, value in values.items() if name not in unsure},
            self.variable_defaults,
            self.pseudo_parameters,
            self.budget,
            self.scopes,
        )
        ModuleScope(shared, folders.module(root))

    def _constant(self, node: Expression, document: TextDocument) -> TerraformValue:
        """Return the value of an expression in a file that can refer to nothing."""
        names = _TemplateVariables(ObjectValue(place_at(document, 0, 0)))
        return Evaluator(document, names, self.budget, self).evaluate(node, {})

    # Files that functions name

    def read(self, name: StringValue) -> TextDocument | None:
        """Return a file that a function names; None when it is not available."""
        path = file_name(name, self.variable_defaults)
        return None if path is None else self.folders.read(self.root, path)

    def matching(self, folder: str, pattern: str) -> list[str] | None:
        """Return the files of a folder that a pattern matches; None when they are not known."""
        return self.folders.matching(self.root, folder, pattern)

    def rendered(self, document: TextDocument, values: ObjectValue) -> TerraformValue | None:
        """Return a template file with its variables filled in; None when it is not known."""
        evaluator = Evaluator(document, _TemplateVariables(values), self.budget, self)
        value = evaluator.evaluate(read_template(document.text), {})
        return value if isinstance(value, StringValue) else None

    def _template_file(self, data_source: BlockInstance, attribute: str) -> TerraformValue | None:
        """Return an attribute of `data.template_file`.

        https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file
        """
        template = data_source.value("template")
        values = data_source.value("vars") or ObjectValue(data_source.place)
        is_template = isinstance(template, StringValue) and isinstance(values, ObjectValue)
        if attribute != "rendered" or not is_template:
            return None
        text = literal(template)
        if text is not None and "${" not in text and "%{" not in text:
            return template
        document = template.place.document  # type: ignore[union-attr]
        is_file = isinstance(document, TextDocument) and text == document.text
        return self.rendered(document, values) if is_file else None  # type: ignore[arg-type]

    def _managed_policy(self, data_source: BlockInstance, attribute: str) -> TerraformValue | None:
        """Return an attribute of `data.aws_iam_policy`."""
        return managed_policy(data_source, attribute, self.scopes)

    # The template

    def read_template(self, context: ExternalContext | None) -> ConfigurationReading:
        resources = list(self._resources())
        # Definitions are large, and the work that may be done is limited.
        resources.sort(key=lambda resource: resource.type == MACHINE)
        data = {**template_of(resources), "Conditions": self.conditions.written}
        types = {resource.address: resource.type for resource in resources}
        first = self.scopes[0].module.documents[0]
        self.places[()] = ValuePlace(place_at(first, 0, 0))
        reading = cloudformation.read(
            PlacedTemplate(first.file, data, self.places),
            context=context,
            symbols=Symbols(symbol_names(types, self.pseudo_parameters)),
            late_policies=CreationOrder(resources, self.references).late_policies,
        )
        other_machine = machine_with_unknown_role(data["Resources"])
        granting = [resource for resource in resources if resource.may_grant_to_role()]
        unread = [*unread_files((scope.module for scope in self.scopes), self.variable_files)]
        for resource in granting:
            reason = f"'{resource.address}' may grant permissions to the role"
            unread.append(Uncertainty(reason, resource.instance.place))
        if self.budget.expressions <= 0:
            unread.append(Uncertainty("the configuration has too many expressions"))
        by_address = {resource.address: resource.instance for resource in resources}
        for subject in reading.subjects:
            subject.place = by_address[subject.logical_id or ""].place
            if subject.role is not None:
                subject.role.shared_with = subject.role.shared_with or other_machine
        self._complete_roles(reading.subjects, by_address, unread)
        for subject in reading.subjects:
            if subject.role is not None and subject.role.unread_policies:
                # Another policy may allow the same.
                subject.not_awaited = ()
        reading.problems += self._problems(resources, reading)
        documents = [*documents_of(scope.module for scope in self.scopes), *self.variable_files]
        return ConfigurationReading(reading.subjects, reading.problems, documents)

    def _complete_roles(
        self,
        subjects: Iterable[Subject],
        by_address: Mapping[str, BlockInstance],
        unread: Sequence[Uncertainty],
    ) -> None:
        """Add the places of roles, and why they may have more policies."""
        passed_on = dict(self._roles_passed_on())
        roles = {subject.role for subject in subjects}
        assumed = {known.role for subject in subjects for known in subject.assumed.values()}
        for role in roles | assumed:
            if role is None:
                continue
            role.unread_policies += unread
            if role.logical_id in passed_on:
                role.unread_policies.append(passed_on[role.logical_id])
            declared = by_address.get(role.logical_id)
            if declared is not None and role in roles:
                role.place = declared.place
                if not declared.known:
                    message = f"the files do not show how many {role.label} there are"
                    role.unread_policies.append(Uncertainty(message, declared.place))

    def _resources(self) -> Iterator[ConfiguredResource]:
        """Yield the resources and data sources of all modules, and the calls of missing modules.

        Each definition that such a call passes is a state machine.
        """
        for scope, call in self._missing_modules():
            passed = self.passed[call.address] = passed_definitions(scope, call)
            for definition in passed or (None,):
                address = call.address
                if definition is not None and len(passed) > 1:
                    steps = [definition.argument, *definition.route]
                    address = ".".join([address, *map(str, steps)])
                yield ConfiguredResource(
                    scope, call, self.places, self.references, self.conditions, definition, address
                )
        for scope in self.scopes:
            for block_type in ("resource", "data"):
                for key, _ in scope.module.of_type(block_type):
                    for instance in scope.instances(key) if len(key) == 3 else ():
                        yield ConfiguredResource(
                            scope, instance, self.places, self.references, self.conditions
                        )

    def _missing_modules(self) -> Iterator[_ScopedInstance]:
        """Yield the calls of modules that are not in the files; the others are called."""
        # The list grows while modules are called.
        for scope in self.scopes:
            for key, _ in scope.module.of_type("module"):
                for call in scope.instances(key):
                    if scope.child(call) is None:
                        yield scope, call

    def _roles_passed_on(self) -> Iterator[tuple[str, Uncertainty]]:
        """Yield roles that modules outside of the files receive, and why these may add policies."""
        for scope, call in self._missing_modules():
            for role in self.references.roles(scope, call.declared.block.body):
                message = f"'{call.address}' receives the role, and its module is not in the files"
                yield role, Uncertainty(message, call.place)

    def _module_of(self, folder: str, call: BlockInstance) -> Module | None:
        """Return the local module that a call calls; None when it is not in the files."""
        source = literal(call.value("source"))
        is_local = source is not None and source.startswith(("./", "../"))
        return self.folders.called_module(folder, str(source)) if is_local else None

    def _problems(
        self, resources: Iterable[ConfiguredResource], reading: Reading
    ) -> Iterator[InputProblem]:
        modules = (scope.module for scope in self.scopes)
        for document in (*documents_of(modules), *self.variable_files):
            for problem in [document.error] if document.error else document.problems:
                message = f"{problem.message}; {_CONSEQUENCE}"
                not_read = problem.kind in NOT_READ
                yield InputProblem("terraform-not-read", message, problem.place, not_read=not_read)
        for scope, call in self._missing_modules():
            yield from unchecked_machines.of_missing_module(scope, call, self.passed[call.address])
        yield from unchecked_machines.not_created(self.scopes, self._module_of)
        yield from unchecked_machines.with_unreadable_file(resources, reading)


class _TemplateVariables:
    """The names that a template file can refer to; see `NameLookup`."""

    prefix = ""

    def __init__(self, values: ObjectValue) -> None:
        self._values = values

    def lookup(self, steps: Sequence[Step]) -> tuple[TerraformValue | None, int]:
        return self._values.get(str(steps[0])), 1
