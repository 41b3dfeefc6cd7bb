"""The languages of `sfn-lint policy --as`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sfnlint.named_tuple import NamedTuple
from sfnlint.synthesis import cdk, cloudformation, policy_json, terraform
from sfnlint.synthesis.generated_policy import GeneratedPolicy, Placeholder

_Lines = Callable[[GeneratedPolicy], Iterator[str]]


class Language(NamedTuple):
    """A language that policies are written in.

    Attributes:
        suffix: the ending of a file in this language.
        comment: the beginning of a comment; empty if the language has none.
        policy: yields the lines of a policy.
        trust: yields the lines of the trust policy.
        placeholder: returns a placeholder as the language has it.

    """

    suffix: str
    comment: str
    policy: _Lines
    trust: _Lines
    placeholder: Callable[[Placeholder], str]


_CLOUDFORMATION = Language(
    ".yaml",
    "# ",
    cloudformation.lines,
    cloudformation.trust_lines,
    cloudformation.placeholder,
)
LANGUAGES = {
    "json": Language(
        ".json", "", policy_json.lines, policy_json.trust_lines, policy_json.placeholder
    ),
    "cloudformation": _CLOUDFORMATION,
    "sam": _CLOUDFORMATION._replace(policy=cloudformation.sam_lines),
    "terraform": Language(
        ".tf", "# ", terraform.lines, terraform.trust_lines, terraform.placeholder
    ),
    "cdk": Language(".ts", "// ", cdk.lines, cdk.trust_lines, cdk.placeholder),
    "cdk-python": Language(
        ".py", "# ", cdk.python_lines, cdk.python_trust_lines, cdk.python_placeholder
    ),
}
