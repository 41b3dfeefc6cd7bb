"""JSONata conditions of Choice rules as the same rules with comparison operators.

Operators and their precedence: https://docs.jsonata.org/comparison-operators
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sfnlint.asl.jsonata_lexer import JsonataSyntaxError, Lexer, Token, UnresolvedError

_COMPARISONS = {
    "=": "Equals",
    "!=": "Equals",
    "<": "LessThan",
    "<=": "LessThanEquals",
    ">": "GreaterThan",
    ">=": "GreaterThanEquals",
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OTHER_OPERATORS = frozenset((":=", ";", "?", ":", "~>", "?:", "??", "in", "@", "#", "^", "|"))
_MAX_DEPTH = 10


def condition_rule(text: str) -> Mapping[str, object]:
    """Convert a condition into a Choice rule.

    The variables of the rule are parts of the expression. A part that is not understood is a
    Boolean variable.

    Args:
        text: the expression, without `{% %}`.

    """
    try:
        return _rule(text, _tokens(text), _MAX_DEPTH)
    except (JsonataSyntaxError, UnresolvedError):
        return {"Variable": text, "BooleanEquals": True}


def _tokens(text: str) -> list[Token]:
    lexer = Lexer(text)
    tokens: list[Token] = []
    is_operand = False
    while (token := lexer.next(infix=is_operand)).kind != "end":
        tokens.append(token)
        is_operand = token.kind != "operator" or token.text in (")", "]", "}")
    return tokens


def _rule(text: str, tokens: Sequence[Token], depth: int) -> Mapping[str, object]:
    unknown = {"Variable": _written(text, tokens), "BooleanEquals": True}
    outside = _outside_brackets(tokens)
    words = [tokens[index].text for index in outside if tokens[index].kind == "operator"]
    if depth == 0 or not _OTHER_OPERATORS.isdisjoint(words):
        return unknown
    for word, operator in (("or", "Or"), ("and", "And")):
        if word in words:
            parts = _split(tokens, [index for index in outside if tokens[index].text == word])
            return {operator: [_rule(text, part, depth - 1) for part in parts]}
    comparisons = [
        index
        for index in outside
        if tokens[index].kind == "operator" and tokens[index].text in _COMPARISONS
    ]
    if len(comparisons) == 1:
        left, right = _split(tokens, comparisons)
        return _comparison(text, left, tokens[comparisons[0]].text, right)
    if not comparisons and tokens and tokens[-1].text == ")" and tokens[-1].kind == "operator":
        if outside == [0, len(tokens) - 1]:
            return _rule(text, tokens[1:-1], depth - 1)
        if outside == [0, 1, len(tokens) - 1] and tokens[0][:2] == ("variable", "not"):
            return {"Not": _rule(text, tokens[2:-1], depth - 1)}
    return unknown


def _outside_brackets(tokens: Sequence[Token]) -> list[int]:
    """The indexes of the tokens outside brackets, and of the outermost brackets."""
    depth = 0
    result = []
    for index, token in enumerate(tokens):
        is_operator = token.kind == "operator"
        if is_operator and token.text in (")", "]", "}"):
            depth -= 1
        if depth == 0:
            result.append(index)
        if is_operator and token.text in ("(", "[", "{"):
            depth += 1
    return result


def _split(tokens: Sequence[Token], at: Sequence[int]) -> list[Sequence[Token]]:
    starts = [0, *(index + 1 for index in at)]
    return [tokens[start:end] for start, end in zip(starts, [*at, len(tokens)], strict=True)]


def _written(text: str, tokens: Sequence[Token]) -> str:
    return " ".join(text[token.start : token.end] for token in tokens)


def _comparison(
    text: str, left: Sequence[Token], operator: str, right: Sequence[Token]
) -> Mapping[str, object]:
    left_is_constant = _constant(left) is not None
    right_is_constant = _constant(right) is not None
    are_variables = not left_is_constant and not right_is_constant
    if left_is_constant or (are_variables and _written(text, left) > _written(text, right)):
        left, right, operator = right, left, _MIRRORED.get(operator, operator)
    constant = _constant(right)
    rule: dict[str, object] = {"Variable": _written(text, left)}
    if constant is None:
        rule[f"Numeric{_COMPARISONS[operator]}Path"] = _written(text, right)
    else:
        kind, value = constant
        name = "IsNull" if kind == "Null" else kind + _COMPARISONS[operator]
        rule[name] = value
    return {"Not": rule} if operator == "!=" else rule


def _constant(tokens: Sequence[Token]) -> tuple[str, object] | None:
    """The type and the value of a literal; None for any other expression."""
    negative = len(tokens) == 2 and tokens[0].text == "-" and tokens[1].kind == "number"
    if not negative and len(tokens) != 1:
        return None
    kind, text = tokens[-1][:2]
    if kind == "number":
        return "Numeric", -float(text) if negative else float(text)
    if kind == "string":
        return None if "\\" in text else ("String", text[1:-1])
    if kind == "value":
        return ("Null", True) if text == "null" else ("Boolean", text == "true")
    return None
