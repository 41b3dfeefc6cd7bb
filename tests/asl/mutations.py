"""Mutations of state machines, each with the only finding that it must produce.

A mutation changes a definition in place. Other modules of mutations have lists of the same form;
`test_mutations.py` runs all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
Data = dict[str, Any]


class Mutation(NamedTuple):
    """A kind of mistake.

    Attributes:
        name: the name of its test.
        rule: the identifier of the only rule that must have a finding.
        apply: changes a definition whose top level has a state of type `kind`, and returns the
            path of the finding's value or key; None if this machine cannot be changed so.
        kind: a type of state that the machine must have at its top level.
        language: the machine's query language; None for any.

    """

    name: str
    rule: str
    apply: Callable[[Data], Path | None]
    kind: str = "Pass"
    language: str | None = None


def scopes(machine: Data, path: Path = ()) -> Iterator[tuple[Path, Data]]:
    """Every scope of a machine with its path, except scopes of EXPRESS child executions."""
    yield path, machine
    for name, state in machine["States"].items():
        for index, branch in enumerate(state.get("Branches", ())):
            yield from scopes(branch, (*path, "States", name, "Branches", index))
        for field in ("ItemProcessor", "Iterator"):
            processor = state.get(field, {})
            config = processor.get("ProcessorConfig", {})
            if processor and config.get("ExecutionType") != "EXPRESS":
                yield from scopes(processor, (*path, "States", name, field))


def states(machine: Data, kind: str | None = None) -> Iterator[tuple[Path, Data]]:
    """The states of a machine, of one type or of all, with their paths, innermost first."""
    found = [
        ((*path, "States", name), state)
        for path, scope in scopes(machine)
        for name, state in scope["States"].items()
        if kind is None or state["Type"] == kind
    ]
    yield from sorted(found, key=lambda pair: -len(pair[0]))


def on(kind: str, change: Callable[[Data], Path]) -> Callable[[Data], Path | None]:
    """A mutation of the innermost state of a type."""

    def apply(machine: Data) -> Path | None:
        for path, state in states(machine, kind):
            return path + change(state)
        return None

    return apply


def put(field: str, value: object, *without: str, at: Path | None = None) -> Callable[[Data], Path]:
    """A change of one field, which also removes the fields `without`."""

    def change(state: Data) -> Path:
        for name in without:
            state.pop(name, None)
        state[field] = value
        return (field,) if at is None else at

    return change


def both(first: Callable[[Data], Path], second: Callable[[Data], Path]) -> Callable[[Data], Path]:
    """Two changes; the finding is at the second one."""

    def change(state: Data) -> Path:
        first(state)
        return second(state)

    return change


def drop(*fields: str) -> Callable[[Data], Path]:
    """A change that removes fields."""

    def change(state: Data) -> Path:
        for field in fields:
            state.pop(field, None)
        return ()

    return change


def rename(old: str, new: str) -> Callable[[Data], Path]:
    """A change of a field's name."""

    def change(state: Data) -> Path:
        state[new] = state.pop(old)
        return (new,)

    return change


def retrier(**fields: object) -> Callable[[Data], Path]:
    """A change that gives a state one retrier."""
    return put(
        "Retry", [{"ErrorEquals": ["Custom"], **fields}], at=("Retry", 0, *list(fields)[-1:])
    )


def rule(**fields: object) -> Callable[[Data], Path]:
    """A change that gives a JSONPath Choice one more rule."""

    def change(state: Data) -> Path:
        put("Choices", [], "Output", "QueryLanguage")(state)
        state["Choices"] = [{**fields, "Next": state["Default"]}]
        return ("Choices", 0)

    return change


def _duplicate_name(machine: Data) -> Path | None:
    """Give the only state of a nested scope the name of an outer state."""
    outer = next(iter(machine["States"]))
    for path, scope in scopes(machine):
        if path and len(scope["States"]) == 1:
            [state] = scope["States"].values()
            scope["States"] = {outer: state}
            scope["StartAt"] = outer
            return (*path, "States", outer)
    return None


def _long_name(machine: Data) -> Path | None:
    *_, (path, scope) = scopes(machine)
    name = "n" * 81
    old = list(scope["States"])[-1]
    if scope["StartAt"] != old or len(scope["States"]) != 1:
        return None
    scope["States"] = {name: scope["States"][old]}
    scope["StartAt"] = name
    return (*path, "States", name)


def _field(name: str, value: object) -> Callable[[Data], Path | None]:
    """A mutation of one field of the machine's innermost state that uses JSONPath."""

    def apply(machine: Data) -> Path | None:
        kinds = ("Succeed", "Pass") if name == "InputPath" else ("Pass",)
        for path, state in states(machine):
            if str(state.get("InputPath")).startswith("$$"):
                continue  # its input is the context object
            if state["Type"] in kinds and state.get("QueryLanguage", "JSONPath") == "JSONPath":
                state[name] = value
                return (*path, name)
        return None

    return apply


def _payload(name: str, value: object, **others: object) -> Callable[[Data], Path | None]:
    """A mutation that gives the innermost Pass state that uses JSONPath another payload."""

    def apply(machine: Data) -> Path | None:
        path = _field("Parameters", {"list": [{name: value, **others}]})(machine)
        return None if path is None else (*path, "list", 0, name)

    return apply


def _text_for_end(machine: Data) -> Path | None:
    for path, state in states(machine):
        if "End" in state:
            state["End"] = "true"
            return (*path, "End")
    return None


def _other_processor(state: Data) -> Path:
    other = "Iterator" if "ItemProcessor" in state else "ItemProcessor"
    only = {"StartAt": "only here", "States": {"only here": {"Type": "Succeed"}}}
    return put(other, only)(state)


def _two_selectors(machine: Data) -> Path | None:
    for at, state in states(machine, "Map"):
        if state.get("QueryLanguage") != "JSONata":
            return (*at, *both(put("ItemSelector", {}), put("Parameters", {"a": 1}))(state))
    return None


def _distributed(change: Callable[[Data], Path], *route: str) -> Callable[[Data], Path | None]:
    """A mutation of a Map, which is made a Distributed Map if it is not."""

    def apply(machine: Data) -> Path | None:
        for path, state in states(machine, "Map"):
            field = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
            config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
            if "DISTRIBUTED" in str(state[field].get("ProcessorConfig")):
                state[field]["ProcessorConfig"] = config
                return path + change(state) + route
        return None

    return apply


def _other_reader(machine: Data) -> Path | None:
    for path, state in states(machine, "Map"):
        if "ItemReader" in state:
            state["ItemReader"]["Resource"] = "arn:aws:states:::s3:listBuckets"
            return (*path, "ItemReader", "Resource")
    return None


def _inline(machine: Data) -> Path | None:
    """A Distributed Map with such a field, without its Mode."""
    for path, state in states(machine, "Map"):
        processor = state["ItemProcessor" if "ItemProcessor" in state else "Iterator"]
        first = next((name for name in state if name in _DISTRIBUTED), None)
        if first is not None:
            del processor["ProcessorConfig"]
            return (*path, first)
    return None


def _machine(**fields: object) -> Callable[[Data], Path | None]:
    def apply(machine: Data) -> Path | None:
        machine.update(fields)
        return (list(fields)[-1],)

    return apply


_PATH_FIELDS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")
_DISTRIBUTED = (
    *("Label", "ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount"),
    *("ToleratedFailureCountPath", "ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
)
_WAITS = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")

_WRITER = {"WriterConfig": {"OutputType": "JSON"}}

MUTATIONS = [
    Mutation("misspelt field", "EF101", on("Task", rename("Resource", "Resorce")), "Task"),
    Mutation("field in the wrong case", "EF101", on("Wait", put("comment", "x")), "Wait"),
    Mutation("field of another type", "EF101", on("Wait", put("Retry", [])), "Wait"),
    Mutation(
        "Next on a Choice",
        "EF101",
        on("Choice", lambda state: put("Next", state["Default"])(state)),
        "Choice",
    ),
    Mutation("unknown field of the machine", "EF101", _machine(TimeOut=5)),
    Mutation("unknown field of a retrier", "EF101", on("Task", retrier(MaxAttempt=1)), "Task"),
    Mutation(
        "misspelt comparison",
        "EF101",
        on("Choice", lambda state: (*rule(Variable="$.a", StringEqual="x")(state), "StringEqual")),
        "Choice",
        "JSONPath",
    ),
    Mutation("no Resource", "EF102", on("Task", drop("Resource", "Arguments")), "Task", "JSONata"),
    Mutation("no Choices", "EF102", on("Choice", drop("Choices")), "Choice"),
    Mutation("no Branches", "EF102", on("Parallel", drop("Branches")), "Parallel"),
    Mutation("no ItemProcessor", "EF102", on("Map", drop("ItemProcessor", "Iterator")), "Map"),
    Mutation("nothing to wait for", "EF102", on("Wait", drop(*_WAITS)), "Wait"),
    Mutation(
        "a reader that is not told what",
        "EF102",
        _distributed(put("ItemReader", {"Resource": "arn:aws:states:::s3:listObjectsV2"})),
        "Map",
    ),
    Mutation(
        "a writer that is not told where",
        "EF102",
        _distributed(put("ResultWriter", {"Resource": "arn:aws:states:::s3:putObject"})),
        "Map",
    ),
    Mutation(
        "half a way to write",
        "EF102",
        _distributed(put("ResultWriter", _WRITER), "WriterConfig"),
        "Map",
    ),
    Mutation(
        "batches without a size",
        "EF102",
        _distributed(put("ItemBatcher", {"BatchInput": {}})),
        "Map",
    ),
    Mutation("no comparison", "EF102", on("Choice", rule(Variable="$.a")), "Choice", "JSONPath"),
    Mutation("no variable", "EF102", on("Choice", rule(StringEquals="a")), "Choice", "JSONPath"),
    Mutation(
        "number in quotes", "EF103", on("Task", put("TimeoutSeconds", 5.5, *_PATH_FIELDS)), "Task"
    ),
    Mutation("list for an object", "EF103", on("Task", put("Assign", [])), "Task"),
    Mutation("number for a name", "EF103", on("Choice", put("Default", 5)), "Choice"),
    Mutation("text for a boolean", "EF103", _text_for_end),
    Mutation("seconds too many", "EF104", on("Wait", put("Seconds", 10**8, *_WAITS)), "Wait"),
    Mutation("rate too low", "EF104", on("Task", retrier(BackoffRate=0.9)), "Task"),
    Mutation("attempts below none", "EF104", on("Map", retrier(MaxAttempts=-1)), "Map"),
    Mutation(
        "percentage above 100",
        "EF104",
        _distributed(put("ToleratedFailurePercentage", 101, "ToleratedFailurePercentagePath")),
        "Map",
    ),
    Mutation(
        "unknown language",
        "EF105",
        on("Succeed", put("QueryLanguage", "JMESPath", "InputPath", "OutputPath")),
        "Succeed",
    ),
    Mutation(
        "time without zone",
        "EF105",
        on("Wait", put("Timestamp", "2026-08-18T17:33:00", *_WAITS)),
        "Wait",
    ),
    Mutation(
        "a month too many",
        "EF105",
        on("Wait", put("Timestamp", "2026-13-18T17:33:00Z", *_WAITS)),
        "Wait",
    ),
    Mutation(
        "an expression for the Resource",
        "EF105",
        on("Task", put("Resource", "{% $states.input.a %}", "Parameters", "Arguments")),
        "Task",
    ),
    Mutation(
        "another source of items",
        "EF105",
        _other_reader,
        "Map",
    ),
    Mutation("label of 41 characters", "EF109", _distributed(put("Label", "a" * 41)), "Map"),
    Mutation("Distributed Map without its mode", "WF125", _inline, "Map"),
    Mutation(
        "a cause that is no text",
        "EF124",
        on(
            "Fail",
            put(
                "CausePath",
                "States.MathAdd($.n, 1)",
                "Cause",
                "QueryLanguage",
                "Error",
                "ErrorPath",
            ),
        ),
        "Fail",
        "JSONPath",
    ),
    Mutation(
        "many causes",
        "EF113",
        on("Fail", put("CausePath", "$.causes[*]", "Cause", "QueryLanguage", "Error", "ErrorPath")),
        "Fail",
        "JSONPath",
    ),
    Mutation("unknown jitter", "EF105", on("Parallel", retrier(JitterStrategy="SOME")), "Parallel"),
    Mutation("no branch", "EF105", on("Parallel", put("Branches", [])), "Parallel"),
    Mutation("no rule", "EF105", on("Choice", put("Choices", [])), "Choice"),
    Mutation(
        "misspelt ARN",
        "EF105",
        on("Task", put("Resource", "aws:states:::lambda:invoke", "Parameters", "Arguments")),
        "Task",
    ),
    Mutation(
        "two comparisons",
        "EF106",
        on(
            "Choice",
            lambda state: (*rule(Variable="$.a", IsNull=True, IsString=True)(state), "IsString"),
        ),
        "Choice",
        "JSONPath",
    ),
    Mutation(
        "two waits",
        "EF106",
        on(
            "Wait",
            both(put("Seconds", 1, *_WAITS, "Output", "QueryLanguage"), put("SecondsPath", "$.a")),
        ),
        "Wait",
        "JSONPath",
    ),
    Mutation("two processors", "EF106", on("Map", _other_processor), "Map"),
    Mutation(
        "two selectors",
        "EF106",
        _two_selectors,
        "Map",
        "JSONPath",
    ),
    Mutation("JSONPath in JSONata", "EF107", on("Pass", put("InputPath", "$")), "Pass", "JSONata"),
    Mutation(
        "JSONata in JSONPath",
        "EF107",
        on("Succeed", put("Output", 1, "QueryLanguage")),
        "Succeed",
        "JSONPath",
    ),
    Mutation("name used again", "EF108", _duplicate_name, "Parallel"),
    Mutation("name too long", "EF109", _long_name, "Parallel"),
    Mutation("label with a space", "EF109", _distributed(put("Label", "a b")), "Map"),
    Mutation(
        "path that is not closed", "EF112", _field("InputPath", "$.a[0"), "Succeed", "JSONPath"
    ),
    Mutation("no path", "EF112", _payload("x.$", "text"), "Pass", "JSONPath"),
    Mutation("result into the context", "EF112", _field("ResultPath", "$$.a"), "Pass", "JSONPath"),
    Mutation("result to many", "EF113", _field("ResultPath", "$.a[*]"), "Pass", "JSONPath"),
    Mutation("field given twice", "EF114", _payload("x.$", "$.a", x=1), "Pass", "JSONPath"),
    Mutation("path as text", "WF115", _payload("x", "$.a"), "Pass", "JSONPath"),
    Mutation("context as input", "WF116", _payload("x.$", "$.Execution.Id"), "Pass", "JSONPath"),
    Mutation("double quotes", "EF117", _payload("x.$", 'States.Array("a")'), "Pass", "JSONPath"),
    Mutation("unknown function", "EF118", _payload("x.$", "States.Uuid()"), "Pass", "JSONPath"),
    Mutation("too few values", "EF119", _payload("x.$", "States.Format('{}')"), "Pass", "JSONPath"),
    Mutation(
        "unknown algorithm", "EF119", _payload("x.$", "States.Hash($.a, 'SHA')"), "Pass", "JSONPath"
    ),
    Mutation(
        "deep merge",
        "EF119",
        _payload("x.$", "States.JsonMerge($.a, $.b, true)"),
        "Pass",
        "JSONPath",
    ),
    Mutation(
        "expression as text", "WF165", _payload("x", "{% $states.input.a %}"), "Pass", "JSONPath"
    ),
    Mutation("misspelt context", "WF120", _payload("x.$", "$$.Exection.Id"), "Pass", "JSONPath"),
    Mutation(
        "misspelt error",
        "WF121",
        on(
            "Task",
            lambda state: (
                *put("Retry", [{"ErrorEquals": ["States.All"]}])(state),
                0,
                "ErrorEquals",
                0,
            ),
        ),
        "Task",
    ),
]
