"""Faults of ARNs in policy documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.iam.partitions import PARTITIONS, partition_of_region
from sfnlint.iam.pattern import Pattern, known_arn_fields
from sfnlint.iam.policy import PlacedPattern
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import nearest
from sfnlint.named_tuple import NamedTuple

_PLACEHOLDER = lazy_pattern(r"[{}<>%$@#()\[\]]|__|[A-Z]{2}_[A-Z]{2}|X{3}|\.\.\.")
"""What a build tool, or the reader of an example, replaces."""
_WRITTEN_NAME = lazy_pattern(r"[^*?]*[a-z][^*?]*")
_REGION = lazy_pattern(
    r"(us|usgov|eu|ap|sa|ca|me|af|il|mx|cn)"
    r"(north|south|east|west|central|northeast|northwest|southeast|southwest)(\d?)[a-f]?"
)
"""The name of a Region or an Availability Zone without hyphens."""
_NOT_ALPHANUMERIC = lazy_pattern(r"[^a-z0-9]")
_NO_PARTITION = lazy_pattern(r"|AWS|Aws|aw|ws|asw|awss|amazon|amazonaws")
"""An empty or miswritten partition; others may be new, or made up for a test."""
_DIGITS = lazy_pattern(r"[0-9-]+")
_BUCKET = lazy_pattern(r"[a-z0-9.-]*[a-z][a-z0-9.-]*")
_ACCOUNT_DIGITS = 12
_REGIONAL_S3 = ("accesspoint", "access-grants", "async-request", "job", "storage-lens")
"""The types of the S3 resources whose ARNs have a Region."""
_IAM_TYPES = (
    "access-report",
    "federated-user",
    "group",
    "instance-profile",
    "mfa",
    "oidc-provider",
    "policy",
    "report",
    "role",
    "root",
    "saml-provider",
    "server-certificate",
    "sms-mfa",
    "user",
)


class ArnFault(NamedTuple):
    """A fault of an ARN.

    Attributes:
        effect: "refused", IAM refuses a policy with this resource; "unmatched", no resource has
            such an ARN.
        problem: the fault, which follows the ARN in a message.
        fix: how to fix it; empty if the fault shows that.

    """

    effect: Literal["refused", "unmatched"]
    problem: str
    fix: str = ""


def resources(document: PolicyDocument) -> Iterator[PlacedPattern]:
    """Yield the resources of a document that nobody is certain to replace before deployment."""
    for statement in document.statements:
        seen = set()
        for item in statement.resources:
            # A resource that AWS completes in two ways is there twice.
            if item.place not in seen and not _PLACEHOLDER.search(_literals(item)):
                seen.add(item.place)
                yield item


def condition_arns(document: PolicyDocument) -> Iterator[PlacedPattern]:
    """Yield the values of the conditions of a document, as `resources` yields its resources."""
    for statement in document.statements:
        for condition in statement.conditions:
            for item in condition.values:
                if not _PLACEHOLDER.search(_literals(item)):
                    yield item


def resource_fault(written: Pattern) -> ArnFault | None:
    """Return the fault of a resource of an identity policy; None if it has none."""
    string = str(written.parts[0]) if written.parts else ""
    if not string.startswith("arn:"):
        literal = written.string
        if literal is None or not _WRITTEN_NAME.fullmatch(literal):
            return None
        fix = "remove the space before it" if literal.lstrip().startswith("arn:") else ""
        return ArnFault("refused", "is neither an ARN nor '*'", fix)
    return _refused(known_arn_fields(written)) or arn_fault(written)


def arn_fault(arn: Pattern) -> ArnFault | None:
    """Return a fault that lets an ARN match nothing; None if there is none."""
    fields = known_arn_fields(arn)
    if fields[:1] != ["arn"]:
        return None
    _, partition, service, region, account, _ = _six(fields)
    if region and "*" not in region and "?" not in region:
        fault = _region_fault(region, partition)
        if fault is not None:
            return fault
    return _account_fault(account, service, region) if account else None


def _refused(fields: list[str | None]) -> ArnFault | None:
    """Return the fault because of which IAM refuses a resource.

    The messages of IAM: https://github.com/getmoto/moto/blob/master/moto/iam/policy_validation.py
    """
    _, partition, service, _, _, resource = _six(fields)
    # A Region that is a symbol is one, too.
    has_region = fields[3:4] not in ([], [""])
    if partition is not None and _NO_PARTITION.fullmatch(partition):
        shown = f"has the partition '{partition}', which does not exist"
        problem = shown if partition else "has no partition"
        return ArnFault("refused", problem, "write 'aws' or the partition of your Region")
    if service == "iam" and has_region:
        return ArnFault("refused", "has a Region, but ARNs of IAM have none")
    if resource is None or resource[:1] in ("", "*", "?"):
        return None
    if service == "s3" and has_region and not resource.startswith(_REGIONAL_S3):
        return ArnFault("refused", "has a Region, but ARNs of buckets and objects have none")
    kind, separator, _ = resource.partition("/")
    if service == "iam" and separator and "*" not in kind and kind not in _IAM_TYPES:
        # IAM may have new types.
        near = nearest(kind.lower(), _IAM_TYPES, cutoff=0.8)
        if near is not None:
            problem = f"has the resource type '{kind}', which IAM does not have"
            return ArnFault("refused", problem, f"write '{near}/'")
    return None


def _six(fields: list[str | None]) -> list[str | None]:
    missing: list[str | None] = [None] * (6 - len(fields))
    return fields + missing


def _region_fault(region: str, partition: str | None) -> ArnFault | None:
    actual = partition_of_region(region)
    if actual is not None:
        if partition in PARTITIONS and partition != actual:
            problem = f"has the partition '{partition}', but '{region}' is a Region of '{actual}'"
            return ArnFault("unmatched", problem)
        return None
    meant = _REGION.fullmatch(_NOT_ALPHANUMERIC.sub("", region.lower()))
    if meant is None:
        return None
    area = meant[1].replace("usgov", "us-gov")
    fix = f"write '{area}-{meant[2]}-{meant[3]}'" if meant[3] else ""
    return ArnFault("unmatched", f"has the Region '{region}', which does not exist", fix)


def _account_fault(account: str, service: str | None, region: str | None) -> ArnFault | None:
    digits = account.replace("-", "")
    if _DIGITS.fullmatch(account) and (len(digits) != _ACCOUNT_DIGITS or digits != account):
        problem = f"has the account '{account}', but account IDs have {_ACCOUNT_DIGITS} digits"
        return ArnFault("unmatched", problem)
    if service == "s3" and not region and _BUCKET.fullmatch(account) and account != "aws":
        return ArnFault("unmatched", f"has '{account}' in place of an account")
    return None


def _literals(item: PlacedPattern) -> str:
    parts = (item.written or item.pattern).parts
    return "".join([part for part in parts if isinstance(part, str)])
