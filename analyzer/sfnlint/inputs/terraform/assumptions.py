"""Assumptions about what the files do not show: whether a condition holds, a collection is empty.

A value that depends on a few unknown conditions is evaluated for each of their values, as an
`Fn::If` of a template is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sfnlint.inputs.terraform.values import (
    ConditionalValue,
    ListValue,
    PartialList,
    Question,
    ScalarValue,
    StringValue,
    TemplateReference,
    TerraformValue,
    UnknownCondition,
    UnknownValue,
    is_null,
    literal,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place

_OF_RESOURCE = lazy_pattern(
    r"(?:(?<![\w.])|module\.[\w-]+(?:\[[^\]]*\])?\.)(?!var\.|local\.|module\.)[a-z0-9]+_\w+\.[A-Za-z_]"
)
"""An attribute of a resource: it exists after the apply, whatever the variables are."""
_MAX_COMPARED = 8
"""How many elements of a list an unknown value is compared with."""
Answers = Mapping[Question, bool | None]
"""Answers to questions; None for a question without one."""


class Assumptions:
    """The answers that are assumed while a value is evaluated.

    Attributes:
        used: the questions that were asked since the recording began, with their answers.
        opens_collections: whether questions about collections are asked: whether one is empty.

    """

    def __init__(self) -> None:
        self.used: dict[Question, bool | None] = {}
        self.opens_collections = False
        self._answers: Mapping[Question, bool] = {}

    def answer(self, question: Question) -> bool | None:
        """Return the answer to a question; None where there is none."""
        self.used[question] = answer = self._answer(question)
        return answer

    def _answer(self, question: Question) -> bool | None:
        if question not in self._answers and any(
            is_equal and other.subject == question.subject
            for other, is_equal in self._answers.items()
        ):
            # A value that equals one literal equals no other.
            return False
        return self._answers.get(question)

    def opened(self, value: TerraformValue) -> TerraformValue:
        """Return a collection; an unknown one with an unknown element, or empty, if assumed."""
        name = name_of_input(value) if self.opens_collections else None
        if name is None:
            return value
        answer = self.answer(Question(f"{name} is not empty", f"{name}[*]"))
        if not answer:
            return value if answer is None else PartialList(value.place, [])
        element = UnknownValue(value.place, {"Ref": f"{name}[*]"})
        key = UnknownValue(value.place, {"Ref": f"{name}[*].key"})
        return PartialList(value.place, [element], [key])

    def comparison(
        self,
        operands: Sequence[TerraformValue],
        place: Place,
        reference: TemplateReference,
        *,
        equal: bool,
    ) -> TerraformValue | None:
        """Return whether two values are equal, of which one is not known.

        Args:
            operands: the values.
            place: the comparison.
            reference: identifies its result where that is not assumed.
            equal: whether the condition is that they are equal.

        """
        compared = equality(*operands)
        if compared is None:
            return None
        question, equal_answer = compared
        answer = self.answer(question)
        true_answer = equal_answer == equal
        if answer is None:
            return UnknownCondition(place, reference, question=question, answer=true_answer)
        return ScalarValue(place, answer == true_answer)

    def contains(self, arguments: Sequence[TerraformValue], place: Place) -> ScalarValue | None:
        """Return whether an unknown value equals an element of a list, if that is assumed."""
        items, element = arguments if len(arguments) == 2 else (None, None)
        if not isinstance(items, ListValue) or element is None or len(items.items) > _MAX_COMPARED:
            return None
        compared = [equality(item, element) for item in items.items]
        questions = [question for question, equal in filter(None, compared) if equal]
        answers = [self.answer(question) for question in questions]
        if True in answers:
            return ScalarValue(place, True)
        is_known = None not in answers and len(questions) == len(compared)
        return ScalarValue(place, False) if is_known else None

    def agree_with(self, answers: Answers) -> bool:
        """Return whether the same questions, if they are asked now, have the same answers."""
        return all(self._answer(question) == answer for question, answer in answers.items())

    @contextmanager
    def recording(self) -> Iterator[dict[Question, bool | None]]:
        """Record the questions that are asked meanwhile."""
        outer, self.used = self.used, {}
        try:
            yield self.used
        finally:
            outer.update(self.used)
            self.used = outer

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Assume nothing meanwhile, and do not record what is asked."""
        before = self.used, self._answers, self.opens_collections
        self.used, self._answers, self.opens_collections = {}, {}, False
        try:
            yield
        finally:
            self.used, self._answers, self.opens_collections = before

    def cases(
        self, evaluate: Callable[[], TerraformValue | None], limit: int, *, collections: bool
    ) -> TerraformValue | None:
        """Return a value in all cases of the questions that it depends on.

        Args:
            evaluate: evaluates it.
            limit: how many cases there may be.
            collections: whether unknown collections are taken for empty ones, and for those with an
                unknown element.

        Returns:
            A `ConditionalValue` if it differs. If there are too many cases, the last ones are
            evaluated together, as far as their value is known.

        """
        with self.suspended():
            self.opens_collections = collections
            return _Cases(self, evaluate, limit).value({})

    @contextmanager
    def assuming(self, answers: Mapping[Question, bool]) -> Iterator[dict[Question, bool | None]]:
        """Assume answers meanwhile; record the questions that are asked."""
        before, self._answers = self._answers, answers
        try:
            with self.recording() as used:
                yield used
        finally:
            self._answers = before


def name_of_input(value: TerraformValue) -> str | None:
    """Return the name of an unknown value that does not depend on a resource; None otherwise."""
    if type(value) is not UnknownValue or value.reference.keys() != {"Ref"}:
        return None
    name = str(value.reference["Ref"])
    return None if _OF_RESOURCE.search(name) or name.startswith("AWS::") else name


def equality(first: TerraformValue, second: TerraformValue) -> tuple[Question, bool] | None:
    """Return the question whether an unknown value equals a literal; None for other values.

    Returns:
        The question, and the answer to it that means that they are equal.

    """
    for unknown, known in ((first, second), (second, first)):
        name = name_of_input(unknown)
        text = "null" if is_null(known) else literal(known)
        if name is None or text is None:
            continue
        if isinstance(known, ScalarValue) and isinstance(known.value, bool):
            return Question(name, name), known.value
        written = f'"{text}"' if isinstance(known, StringValue) else text
        return Question(f"{name} == {written}", name, text), True
    return None


class _Cases:
    def __init__(
        self,
        assumptions: Assumptions,
        evaluate: Callable[[], TerraformValue | None],
        limit: int,
    ) -> None:
        self._left = limit
        self._assumptions = assumptions
        self._evaluate = evaluate

    def value(self, answers: Mapping[Question, bool]) -> TerraformValue | None:
        with self._assumptions.assuming(answers) as used:
            value = self._evaluate()
        question = next((asked for asked, answer in used.items() if answer is None), None)
        if question is None or self._left <= 1:
            self._left -= 1
            return value
        yes = self.value({**answers, question: True})
        no = self.value({**answers, question: False})
        if yes is None or is_null(yes) or no is None or is_null(no):
            # The argument is required: the case without it cannot occur.
            return no if yes is None or is_null(yes) else yes
        return ConditionalValue(yes.place, question, yes, no)
