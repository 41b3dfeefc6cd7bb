"""Machines that Step Functions accepts, made up by hypothesis.

Every state of a machine can be reached and leads to an end, every variable is assigned before it
is read, and names are unique in the machine: whatever a rule says of one is a false alarm.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Data = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

STATE_TYPES = ("Task", "Parallel", "Map", "Pass", "Wait", "Choice", "Succeed", "Fail")
LANGUAGES = ("JSONPath", "JSONata")
DEEPEST = 2

_WORDS = st.sampled_from(
    ["Train", "Wait for it", "No", "on/off~", "$.x", "Prüfung", "End", "a" * 70, "{% x %}", "训练"]
)
_SECONDS = st.sampled_from([1, 60, 3600, 99999999])
_PATHS = st.sampled_from(
    ["$", "$.a", "$.a.b-c[0]", "$['a b']", '$["a"].b', "$.list[-1]", "$.été", "$.a_b[10]"]
)
_WIDE_PATHS = st.sampled_from(
    [
        "$..a",
        "$.list[*].id",
        "$.list[0:2]",
        "$.list[?(@.n > 1 && @.s == 'x')]",
        "$.list[0,1]",
        "$.*",
    ]
)
_CONTEXT_PATHS = st.sampled_from(["$$.Execution.Id", "$$.State.Name", "$$.Execution.Input.a", "$$"])
_INTRINSICS = st.sampled_from(
    [
        "States.Format('{} of {}', $.a, 2)",
        r"States.Format('it\'s \{{}\}', $.a)",
        "States.StringToJson($.text)",
        "States.JsonToString($)",
        "States.Array()",
        "States.Array(1, 'x', null, true, $.a)",
        "States.ArrayPartition($.list, 4)",
        "States.ArrayContains($.list, 'x')",
        "States.ArrayRange(1, 9, 2)",
        "States.ArrayGetItem($.list, 0)",
        "States.ArrayLength(States.Array(1, 2))",
        "States.ArrayUnique($.list)",
        "States.Base64Encode('text')",
        "States.Base64Decode($.code)",
        "States.Hash($.a, 'SHA-256')",
        "States.JsonMerge($.a, $.b, false)",
        "States.MathRandom(1, 10)",
        "States.MathAdd($.n, -1)",
        "States.StringSplit($.text, ',')",
        "States.UUID()",
    ]
)
_TEXT_CALLS = [
    "States.JsonToString($)",
    "States.ArrayGetItem($.errors, 0)",
    "States.Base64Encode($.error)",
    "States.Base64Decode($.error)",
    "States.Hash($.error, 'MD5')",
    "States.UUID()",
]
_EXPRESSIONS = st.sampled_from(
    [
        "{% $states.input.a %}",
        "{%$states.input%}",
        "{% $states.context.Execution.Id & '/x' %}",
        "{% $sum($states.input.list.n) + 1 %}",
        "{% $states.input.list[n > 1].{'id': id} %}",
        "{% $map($states.input.list, function($v, $i) { $v + $i }) %}",
        "{% ($x := 3; $x * $states.input.n) %}",
        "{% $exists($states.input.a) ? $uuid() : 'none' %}",
    ]
)
_LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(-1, 1),
    st.sampled_from(["", "text", "{}", "a: b", "50 $"]),
)
_ERRORS = st.sampled_from(["States.Timeout", "States.TaskFailed", "Custom.Error", "Lambda.Unknown"])


@dataclass
class _Maker:
    draw: Draw
    language: str
    names: int = 0
    variables: int = 0
    must: list[str] = field(default_factory=list)

    def name(self) -> str:
        self.names += 1
        return f"{self.draw(_WORDS)} {self.names}"

    def chance(self) -> bool:
        return bool(self.draw(st.booleans()))

    # Scopes

    def scope(self, depth: int, known: Sequence[str]) -> Data:
        """A scope; `known` are the variables that it can read."""
        own: list[str] = []
        states: Data = {}
        first = self._first(known)
        if first is not None:
            states[self.name()], own = first
        kinds = [*self.must, *self.draw(st.lists(st.sampled_from(STATE_TYPES), max_size=4))]
        self.must.clear()
        # One state ends the scope, and stands last.
        ends = [kind for kind in kinds if kind in ("Succeed", "Fail")][:1]
        kinds = [kind for kind in kinds if kind not in ("Succeed", "Fail")]
        kinds += ends if ends or kinds else ["Pass"]
        names = [self.name() for _ in kinds]
        for index, (name, kind) in enumerate(zip(names, kinds, strict=True)):
            states[name] = self.state(kind, names[index + 1 :], depth, [*known, *own])
        order = list(states)
        for here, there in itertools.pairwise(order):
            self._lead(states[here], there)
        for name, kind in zip(names, kinds, strict=True):
            if kind == "Choice" and "Default" not in states[name]:
                # A Choice that came last needs a state to lead to.
                states[last := self.name()] = {"Type": "Succeed"}
                self._lead(states[name], last)
        last = list(states)[-1]
        if states[last]["Type"] not in ("Succeed", "Fail"):
            states[last]["End"] = True
        return {"StartAt": order[0], "States": states}

    def _first(self, known: Sequence[str]) -> tuple[Data, list[str]] | None:
        """A state that assigns variables for all that follow."""
        if not self.chance():
            return None
        self.variables += 1
        name = f"variable_{self.variables}"
        value = self.draw(_EXPRESSIONS if self.language == "JSONata" else _LITERALS)
        return {"Type": "Pass", "Assign": {name: value}}, [name]

    def _lead(self, state: Data, target: str) -> None:
        if state["Type"] != "Choice":
            state["Next"] = target
            return
        state["Default"] = target
        for rule in state["Choices"]:
            rule.setdefault("Next", target)

    # States

    def state(self, kind: str, later: Sequence[str], depth: int, known: Sequence[str]) -> Data:
        """A state without its transition; `later` are names that it may lead to by other ways."""
        language = self.language
        state: Data = {"Type": kind}
        if self.language == "JSONPath" and self.chance():
            language = self.draw(st.sampled_from(LANGUAGES))
            state["QueryLanguage"] = language
        jsonata = language == "JSONata"
        if self.chance():
            state["Comment"] = "why"
        make: dict[str, Callable[[Data, bool, Sequence[str]], None]] = {
            "Task": self._task,
            "Pass": self._pass,
            "Wait": self._wait,
            "Fail": self._fail,
            "Choice": self._choice,
        }
        if kind == "Parallel":
            count = self.draw(st.integers(1, 2))
            state["Branches"] = [self._inner(depth, known) for _ in range(count)]
        elif kind == "Map":
            self._map(state, jsonata, depth, known)
        elif kind in make:
            make[kind](state, jsonata, known)
        self._data(state, jsonata, known)
        if kind in ("Task", "Parallel", "Map") and self.chance():
            state["Retry"] = self._retry()
            if later and self.chance():
                state["Catch"] = self._catch(jsonata, later)
        return state

    def _inner(self, depth: int, known: Sequence[str]) -> Data:
        if depth >= DEEPEST:
            name = self.name()
            return {"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}}
        return self.scope(depth + 1, known)

    def value(self, jsonata: bool, known: Sequence[str] = ()) -> tuple[str, Any]:
        """The ending of a name in a payload, and a value that may stand there."""
        if self.chance():
            return "", self.draw(_LITERALS)
        if jsonata:
            if known and self.chance():
                return "", "{% $" + self.draw(st.sampled_from(list(known))) + " %}"
            return "", self.draw(_EXPRESSIONS)
        if known and self.chance():
            return ".$", "$" + self.draw(st.sampled_from(list(known)))
        return ".$", self.draw(st.one_of(_PATHS, _WIDE_PATHS, _CONTEXT_PATHS, _INTRINSICS))

    def payload(self, jsonata: bool, known: Sequence[str] = ()) -> Data:
        """An object with values of the language at several depths."""
        ending, value = self.value(jsonata, known)
        inner_ending, inner = self.value(jsonata, known)
        return {
            "first" + ending: value,
            "nested": {"list": [{"x" + inner_ending: inner}, 1, "text"], "empty": {}},
        }

    def _data(self, state: Data, jsonata: bool, known: Sequence[str]) -> None:
        """The fields of input and output that the state may have."""
        kind = state["Type"]
        if kind == "Fail":
            return
        if jsonata:
            if kind in ("Parallel",) and self.chance():
                state["Arguments"] = self.payload(True, known)
            if self.chance():
                state["Output"] = self.value(True, known)[1]
            return
        for name in ("InputPath", "OutputPath"):
            if self.chance():
                state[name] = self.draw(st.one_of(st.none(), _PATHS, _CONTEXT_PATHS))
        if kind in ("Task", "Parallel", "Map", "Pass") and self.chance():
            state["ResultPath"] = self.draw(st.one_of(st.none(), _PATHS))
        if kind in ("Parallel", "Pass") and self.chance():
            state["Parameters"] = self.payload(False, known)
        if kind in ("Task", "Parallel", "Map") and self.chance():
            state["ResultSelector"] = self.payload(False, known)

    def _task(self, state: Data, jsonata: bool, known: Sequence[str]) -> None:
        field_name = "Arguments" if jsonata else "Parameters"
        choice = self.draw(st.integers(0, 3))
        if choice == 0:
            state["Resource"] = "arn:aws:lambda:us-east-1:123456789012:function:train:live"
            if self.chance():
                state[field_name] = self.payload(jsonata, known)
        elif choice == 1:
            state["Resource"] = "arn:aws:states:::lambda:invoke.waitForTaskToken"
            token = (
                {"token": "{% $states.context.Task.Token %}"}
                if jsonata
                else {"token.$": "$$.Task.Token"}
            )
            state[field_name] = {
                "FunctionName": "train",
                "Payload": {**token, **self.payload(jsonata, known)},
            }
            state["TimeoutSeconds"] = 600
        elif choice == 2:
            state["Resource"] = "arn:aws:states:us-east-1:123456789012:activity:train"
        else:
            state["Resource"] = "arn:aws:states:::aws-sdk:s3:listBuckets"
            state[field_name] = {}
        self._limits(state, jsonata)
        if self.chance():
            role = "arn:aws:iam::123456789012:role/other"
            if self.chance():
                state["Credentials"] = {"RoleArn": role}
            elif jsonata:
                state["Credentials"] = {"RoleArn": "{% $states.input.role %}"}
            else:
                state["Credentials"] = {"RoleArn.$": "$.role"}

    def _limits(self, state: Data, jsonata: bool) -> None:
        if "TimeoutSeconds" in state or not self.chance():
            return
        if self.chance():
            state["TimeoutSeconds"], state["HeartbeatSeconds"] = 600, 60
        elif jsonata:
            state["TimeoutSeconds"] = "{% $states.input.seconds %}"
        else:
            state["TimeoutSecondsPath"] = "$.seconds"
            if self.chance():
                state["HeartbeatSecondsPath"] = "$$.Execution.Input.beat"

    def _pass(self, state: Data, jsonata: bool, known: Sequence[str]) -> None:
        if not jsonata and self.chance():
            state["Result"] = self.draw(st.one_of(_LITERALS, st.just({"a": [1, {"b": None}]})))

    def _wait(self, state: Data, jsonata: bool, known: Sequence[str]) -> None:
        fields: list[Data] = [
            {"Seconds": self.draw(st.sampled_from([0, 1, 99999999]))},
            {"Timestamp": "2026-08-18T17:33:00Z"},
            {"Timestamp": "2026-08-18T17:33:00.25+02:00"},
        ]
        if jsonata:
            fields += [{"Seconds": "{% $states.input.n %}"}, {"Timestamp": "{% $states.input.t %}"}]
        else:
            fields += [{"SecondsPath": "$.n"}, {"TimestampPath": "$.at.time"}]
        state.update(self.draw(st.sampled_from(fields)))

    def _fail(self, state: Data, jsonata: bool, known: Sequence[str]) -> None:
        if self.chance():
            state["Error"] = "{% $states.input.e %}" if jsonata and self.chance() else "Failed"
        elif not jsonata and self.chance():
            state["ErrorPath"] = self.draw(st.sampled_from(["$.error", *_TEXT_CALLS]))
        if self.chance():
            state["Cause"] = "no reason"
        elif not jsonata and self.chance():
            state["CausePath"] = "States.Format('because of {}', $.cause)"

    def _choice(self, state: Data, jsonata: bool, known: Sequence[str]) -> None:
        count = self.draw(st.integers(1, 3))
        state["Choices"] = [self._rule(jsonata, index) for index in range(count)]

    def _rule(self, jsonata: bool, index: int) -> Data:
        if jsonata:
            if self.chance():
                own = {"Output": self.payload(True)}
                return own | {"Condition": f"{{% $states.input.text = 'n{index}' %}}"}
            if not self.chance():
                return {
                    "Condition": f"{{% $exists($states.input.a) and $states.input.n > {index} %}}"
                }
            return {"Condition": "{% $states.input.n = " + str(index) + " %}", "Comment": "why"}
        # No two rules compare the same, so that none hides another.
        number = {"Variable": f"$.n{index}", "NumericEquals": index}
        tests: list[Data] = [
            number,
            {"Variable": f"$.n{index}", "StringMatches": f"{index}*"},
            {"Variable": f"$.n{index}", "IsPresent": True},
            {"Variable": f"$.n{index}", "TimestampLessThan": "2026-08-18T17:33:00Z"},
            {"Variable": f"$.n{index}", "StringEqualsPath": "$.other"},
            {"Variable": "$$.Execution.Name", "StringEquals": f"n{index}"},
        ]
        first, second = self.draw(st.sampled_from(tests)), {"Not": dict(number)}
        wrap: list[Data] = [first, {"And": [first, second]}, {"Or": [first, second]}]
        wrap.append({"Not": {"And": [first, second]}})
        return dict(self.draw(st.sampled_from(wrap)))

    def _map(self, state: Data, jsonata: bool, depth: int, known: Sequence[str]) -> None:
        distributed = self.chance()
        if distributed:
            # A Distributed Map's executions do not see the variables outside.
            processor = self._inner(depth, [])
            kind = self.draw(st.sampled_from(["STANDARD", "EXPRESS"]))
            processor["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
            if kind == "EXPRESS":
                name = self.name()
                processor["StartAt"] = name
                processor["States"] = {name: {"Type": "Pass", "End": True}}
            self._distributed(state, jsonata, known)
        else:
            processor = self._inner(depth, known)
            if self.chance():
                processor["ProcessorConfig"] = {"Mode": "INLINE"}
        # The old name of the field; what it holds is the same.
        state["Iterator" if self.draw(st.integers(0, 3)) == 0 else "ItemProcessor"] = processor
        if "ItemReader" not in state and self.chance():
            if jsonata:
                state["Items"] = self.draw(st.sampled_from([[1, 2], "{% $states.input.list %}"]))
            else:
                state["ItemsPath"] = "$.list"
        if self.chance():
            state["ItemSelector"] = self.payload(jsonata, known)
        if self.chance():
            state["MaxConcurrency"] = self.draw(st.sampled_from([0, 1, 1000]))
        elif not jsonata and self.chance():
            state["MaxConcurrencyPath"] = "$.limits.parallel[0]"
        elif not jsonata and self.chance():
            state["MaxConcurrencyPath"] = "$.count"

    def _distributed(self, state: Data, jsonata: bool, known: Sequence[str]) -> None:
        arguments = "Arguments" if jsonata else "Parameters"
        if self.chance():
            self.names += 1
            state["Label"] = f"label{self.names}"
        if self.chance():
            config: list[Data] = [
                {"InputType": "JSON"},
                {"InputType": "JSONL", "MaxItems": 10},
                {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "TAB"},
                {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"]},
                {"InputType": "PARQUET"},
                {"InputType": "MANIFEST", "ManifestType": "ATHENA_DATA"},
                {"InputType": "JSON", "ItemsPointer": "/all/items"},
                {"InputType": "JSON", "MaxItems": "{% $states.input.n %}"}
                if jsonata
                else {"InputType": "JSON", "MaxItemsPath": "$.n"},
            ]
            state["ItemReader"] = {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": self.draw(st.sampled_from(config)),
                arguments: {"Bucket": "data", "Key": "items"},
            }
            if self.chance():
                state["ItemReader"] = {
                    "Resource": "arn:aws:states:::s3:listObjectsV2",
                    arguments: self.payload(jsonata, known) | {"Bucket": "data"},
                }
        if self.chance():
            state["ItemBatcher"] = {"BatchInput": self.payload(jsonata), "MaxItemsPerBatch": 10}
            if self.chance():
                state["ItemBatcher"]["MaxInputBytesPerBatch"] = 262144
            elif not jsonata:
                state["ItemBatcher"] = {"MaxItemsPerBatchPath": "$.n"}
        if self.chance():
            writer: Data = {"WriterConfig": {"OutputType": "JSONL", "Transformation": "FLATTEN"}}
            place = {
                "Resource": "arn:aws:states:::s3:putObject",
                arguments: {"Bucket": "data", "Prefix": "results"},
            }
            state["ResultWriter"] = self.draw(st.sampled_from([writer, place, writer | place]))
        for name, value in (("ToleratedFailurePercentage", 12.5), ("ToleratedFailureCount", 3)):
            if self.chance():
                state[name] = self.draw(st.sampled_from([0, value]))
            elif not jsonata and self.chance():
                state[name + "Path"] = "$.limits.failures"

    def _retry(self) -> list[Data]:
        retrier: Data = {"ErrorEquals": [self.draw(_ERRORS)]}
        if self.chance():
            retrier |= {"IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1.5}
        if self.chance():
            retrier |= {"MaxDelaySeconds": 60, "JitterStrategy": "FULL", "BackoffRate": 2}
        rest: Data = {"ErrorEquals": ["States.ALL"]}
        return [retrier, rest] if self.chance() else [retrier]

    def _catch(self, jsonata: bool, later: Sequence[str]) -> list[Data]:
        catcher: Data = {"ErrorEquals": ["States.ALL"], "Next": self.draw(st.sampled_from(later))}
        if jsonata and self.chance():
            catcher["Output"] = "{% $states.errorOutput.Cause %}"
        elif not jsonata and self.chance():
            catcher["ResultPath"] = "$.error"
        return [catcher]


@st.composite
def machines(draw: Draw, language: str | None = None, must: Sequence[str] = ()) -> Data:
    """Definitions.

    Args:
        draw: given by hypothesis.
        language: the machine's query language; either when None.
        must: types of states of which the machine certainly has one at its top level.

    """
    language = language or draw(st.sampled_from(LANGUAGES))
    maker = _Maker(draw, language, must=list(must))
    machine = maker.scope(0, ())
    if language == "JSONata" or maker.chance():
        machine["QueryLanguage"] = language
    if maker.chance():
        machine |= {"Comment": "what it is for", "Version": "1.0", "TimeoutSeconds": 3600}
    return machine
