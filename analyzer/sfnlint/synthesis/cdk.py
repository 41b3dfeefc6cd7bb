"""Policies as statements of the AWS CDK, in TypeScript and in Python.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam.PolicyStatement.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.symbol import Symbol
from sfnlint.synthesis.comments import comment
from sfnlint.synthesis.generated_policy import GeneratedPolicy, Placeholder, Resource, Statement
from sfnlint.synthesis.trust import PRINCIPAL, trust_of

_REFERENCE = lazy_pattern(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9.]+)?")
_PSEUDO_PARAMETERS: Mapping[Symbol, str] = {
    PARTITION: "PARTITION",
    REGION: "REGION",
    ACCOUNT: "ACCOUNT_ID",
}


def lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield calls of `addToRolePolicy` in TypeScript."""
    for statement in policy.statements:
        yield from (f"// {line}" for line in comment(statement))
        yield "stateMachine.addToRolePolicy(new iam.PolicyStatement({"
        yield f"  sid: {_quoted(statement.sid)},"
        yield f"  actions: {_list(list(map(_quoted, statement.actions)), '  ')},"
        resources = [_typescript(resource, policy) for resource in statement.resources]
        yield f"  resources: {_list(resources, '  ')},"
        if statement.conditions:
            yield f"  conditions: {{ StringEquals: {{ {_conditions(statement)} }} }},"
        yield "}));"


def trust_lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield the property `assumedBy` of a role in TypeScript."""
    trust = trust_of(policy.machine)
    yield f'assumedBy: new iam.ServicePrincipal("{PRINCIPAL}", {{'
    yield "  conditions: {"
    yield f'    StringEquals: {{ "aws:SourceAccount": {_typescript(trust.account, policy)} }},'
    yield f'    ArnLike: {{ "aws:SourceArn": {_typescript(trust.machines, policy)} }},'
    yield "  },"
    yield "}),"


def python_lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield calls of `add_to_role_policy` in Python."""
    for statement in policy.statements:
        yield from (f"# {line}" for line in comment(statement))
        yield "state_machine.add_to_role_policy(iam.PolicyStatement("
        yield f"    sid={_quoted(statement.sid)},"
        yield f"    actions={_list(list(map(_quoted, statement.actions)), '    ')},"
        resources = [_python(resource, policy) for resource in statement.resources]
        yield f"    resources={_list(resources, '    ')},"
        if statement.conditions:
            yield f'    conditions={{"StringEquals": {{{_conditions(statement)}}}}},'
        yield "))"


def python_trust_lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield the argument `assumed_by` of a role in Python."""
    trust = trust_of(policy.machine)
    yield f'assumed_by=iam.ServicePrincipal("{PRINCIPAL}", conditions={{'
    yield f'    "StringEquals": {{"aws:SourceAccount": {_python(trust.account, policy)}}},'
    yield f'    "ArnLike": {{"aws:SourceArn": {_python(trust.machines, policy)}}},'
    yield "}),"


def _conditions(statement: Statement) -> str:
    return ", ".join(
        f"{_quoted(key)}: {json.dumps(values[0] if len(values) == 1 else values)}"
        for key, values in statement.conditions
    )


def placeholder(placeholder: Placeholder) -> str:
    """Return the variable for a placeholder in TypeScript."""
    first, *others = (word.lower() for word in placeholder.words)
    return first + "".join(word.capitalize() for word in others)


def python_placeholder(placeholder: Placeholder) -> str:
    """Return the variable for a placeholder in Python."""
    return "_".join(placeholder.words).lower()


def _typescript(resource: Resource, policy: GeneratedPolicy) -> str:
    def expression(part: Symbol) -> str:
        name, _, attribute = part.name.partition(".")
        return f'cdk.Fn.getAtt("{name}", "{attribute}")' if attribute else f'cdk.Fn.ref("{name}")'

    written = _expressions(resource, policy, expression, placeholder)
    if not any(is_expression for _, is_expression in written):
        return _quoted("".join(text for text, _ in written))
    escaped = (
        f"${{{text}}}" if is_expression else re.sub(r"[`\\$]", r"\\\g<0>", text)
        for text, is_expression in written
    )
    return f"`{''.join(escaped)}`"


def _python(resource: Resource, policy: GeneratedPolicy) -> str:
    def expression(part: Symbol) -> str:
        name, _, attribute = part.name.partition(".")
        return f"cdk.Fn.get_att('{name}', '{attribute}')" if attribute else f"cdk.Fn.ref('{name}')"

    written = _expressions(resource, policy, expression, python_placeholder)
    if not any(is_expression for _, is_expression in written):
        return _quoted("".join(text for text, _ in written))
    escaped = (
        f"{{{text}}}"
        if is_expression
        else _quoted(text)[1:-1].replace("{", "{{").replace("}", "}}")
        for text, is_expression in written
    )
    return f'f"{"".join(escaped)}"'


def _expressions(
    resource: Resource,
    policy: GeneratedPolicy,
    expression: Callable[[Symbol], str],
    variable: Callable[[Placeholder], str],
) -> list[tuple[str, bool]]:
    """Return the parts of a resource, each with whether it is an expression of the language."""
    written: list[tuple[str, bool]] = []
    for part in resource.reference:
        if isinstance(part, Placeholder):
            written.append((variable(part), True))
        elif not isinstance(part, Symbol):
            written.append((str(part), False))
        elif part in _PSEUDO_PARAMETERS:
            written.append((f"cdk.Aws.{_PSEUDO_PARAMETERS[part]}", True))
        elif policy.is_of_terraform or not _REFERENCE.fullmatch(part.name):
            written.append((variable(Placeholder.of_reference(part.name)), True))
        else:
            written.append((expression(part), True))
    return written


def _list(values: Sequence[str], indent: str) -> str:
    if len(values) == 1:
        return f"[{values[0]}]"
    items = "".join(f"{indent}  {value},\n" for value in values)
    return f"[\n{items}{indent}]"


def _quoted(string: str) -> str:
    return json.dumps(string, ensure_ascii=False)
