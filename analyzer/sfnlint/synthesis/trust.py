"""The trust policy of an execution role.

https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
"""

from __future__ import annotations

from typing import Any

from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.named_tuple import NamedTuple
from sfnlint.result import AnalysedMachine
from sfnlint.symbol import Symbol
from sfnlint.synthesis.generated_policy import Resource

PRINCIPAL = "states.amazonaws.com"


class Trust(NamedTuple):
    """The machines that may assume a role.

    Attributes:
        account: the account, as the parts of a string.
        machines: the ARN of the machines, as a resource.

    """

    account: Resource
    machines: Resource


def trust_of(machine: AnalysedMachine) -> Trust:
    """Return who may assume the role of a machine: Step Functions, for this machine.

    A name that the service generates is not known before the role exists, so that the machines
    are all those of the account and Region then.
    """
    subject = machine.combinations[0]
    role = subject.role
    values = machine.analyses[role].known_values.of_role if role is not None else {}
    name = subject.name or "*"
    parts = subject.symbols.split(name)
    if any(
        isinstance(part, Symbol) and part.kind != "open" for part in subject.symbols.split(name)
    ):
        parts = iter(["*"])
    written = ["arn:", PARTITION, ":states:", REGION, ":", ACCOUNT, ":stateMachine:", *parts]
    known = [values.get(part, part) if isinstance(part, Symbol) else part for part in written]
    return Trust(
        Resource((values.get(ACCOUNT, ACCOUNT),), (ACCOUNT,)),
        Resource(tuple(known), tuple(written)),
    )


def trust_document(account: Any, machines: Any) -> dict[str, Any]:
    """Return a trust policy.

    Args:
        account: the account as the language writes it.
        machines: the ARN of the machines as the language writes it.

    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": PRINCIPAL},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account},
                    "ArnLike": {"aws:SourceArn": machines},
                },
            }
        ],
    }
