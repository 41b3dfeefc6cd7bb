"""Conditions of statements in words, for messages."""

from __future__ import annotations

from sfnlint.iam.policy import Condition
from sfnlint.messages import listed, quoted, shortened

_RELATIONS = {
    "stringequals": "is",
    "stringequalsignorecase": "is",
    "arnequals": "matches",
    "arnlike": "matches",
    "stringlike": "matches",
    "bool": "is",
    "binaryequals": "is",
    "numericequals": "is",
    "numericlessthan": "is less than",
    "numericlessthanequals": "is at most",
    "numericgreaterthan": "is greater than",
    "numericgreaterthanequals": "is at least",
    "dateequals": "is",
    "datelessthan": "is before",
    "datelessthanequals": "is not after",
    "dategreaterthan": "is after",
    "dategreaterthanequals": "is not before",
    "ipaddress": "is in",
    "stringnotequals": "is neither",
    "stringnotequalsignorecase": "is neither",
    "numericnotequals": "is neither",
    "datenotequals": "is neither",
    "stringnotlike": "matches neither",
    "arnnotequals": "matches neither",
    "arnnotlike": "matches neither",
    "notipaddress": "is in neither",
}
"""The demand of an operator on the value; "neither" becomes "not" before a single value.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

_SINGLE = {
    "is neither": "is not",
    "matches neither": "does not match",
    "is in neither": "is not in",
}


def condition_text(condition: Condition) -> str:
    """Return a condition in words: "iam:PassedToService is 'ec2.amazonaws.com' or 'x'".

    Any of the values of a condition suffices; with a negated operator the value must be none
    of them. An unknown operator is named.
    """
    key, values = condition.key, quoted(shortened(str(item.pattern)) for item in condition.values)
    quantifier, _, operator = condition.operator.lower().rpartition(":")
    if operator == "null" and values == ["'true'"]:
        return f"{key} is absent"
    if operator == "null" and values == ["'false'"]:
        return f"{key} is present"
    if_exists = operator.endswith("ifexists")
    relation = _RELATIONS.get(operator.removesuffix("ifexists"))
    if relation is None:
        return f"{key} meets {condition.operator} {listed(values, word='or')}"
    negated = relation in _SINGLE
    if negated and len(values) == 1:
        relation = _SINGLE[relation]
    subject = {"forallvalues": f"every value of {key}", "foranyvalue": f"a value of {key}"}.get(
        quantifier, key
    )
    absent = " or is absent" if if_exists else ""
    return f"{subject} {relation} {listed(values, word='nor' if negated else 'or')}{absent}"
