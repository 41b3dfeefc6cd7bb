"""Mutations of the flow, variables, expressions and callbacks of state machines."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from itertools import count
from typing import Any

from asl.mutations import Data, Mutation, Path, states

NUMBERS = count()
CALLBACK = "arn:aws:states:::lambda:invoke.waitForTaskToken"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:train"


def instead(content: Data, *path: str | int) -> Any:
    """A mutation that replaces the fields of a Pass state, except its transition."""

    def apply(machine: Data) -> Path | None:
        if "TimeoutSeconds" in machine:
            return None  # it would end what waits too long
        for at, state in states(machine, "Pass"):
            if "Assign" in state:
                continue
            ways = {name: state[name] for name in ("Next", "End") if name in state}
            state.clear()
            state |= deepcopy(content) | ways
            return (*at, *path)
        return None

    return apply


def task(resource: str, **fields: Any) -> Data:
    return {"Type": "Task", "QueryLanguage": "JSONPath", "Resource": resource, **fields}


def expression(text: str) -> Any:
    content = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": ["{% 1 %}", text]}}
    return instead(content, "Output", "a", 1)


def scope(*contents: Data) -> Data:
    """A scope with a sequence of states."""
    names = [f"own {next(NUMBERS)}" for _ in contents]
    following = [{"Next": name} for name in names[1:]] + [{"End": True}]
    made = {
        name: {**content, **way}
        for name, content, way in zip(names, contents, following, strict=True)
    }
    return {"StartAt": names[0], "States": made}


def inside(data: Data, *path: str | int) -> Any:
    """A mutation that puts a scope into a Parallel state."""
    return instead({"Type": "Parallel", "Branches": [data]}, "Branches", 0, *path)


def written(data: Data, index: int, *path: str | int) -> Any:
    name = list(data["States"])[index]
    return inside(data, "States", name, *path)


def passing(**fields: Any) -> Data:
    return {"Type": "Pass", "QueryLanguage": "JSONata", **fields}


def without_default(machine: Data) -> Path | None:
    for at, state in states(machine, "Choice"):
        # Several rules, and those with "Or" or "Not", may match every value.
        written = json.dumps(state["Choices"]).lower()
        if len(state["Choices"]) == 1 and not re.search(r'"or"|"not"| or |\$not', written):
            del state["Default"]
            return (*at, "Choices")
    return None


def rule_twice(machine: Data) -> Path | None:
    for at, state in states(machine, "Choice"):
        state["Choices"].append(deepcopy(state["Choices"][0]))
        return (*at, "Choices", len(state["Choices"]) - 1)
    return None


RETRY_ALL = [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["States.Timeout"]}]
RETRY_TWICE = [{"ErrorEquals": ["A", "B"]}, {"ErrorEquals": ["C", "B"]}]
RETRY_WILD = [{"ErrorEquals": ["States.TaskFailed"]}, {"ErrorEquals": ["Mine"]}]
TOKEN = {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}}
LITERAL = {"FunctionName": "f", "Payload": {"token": "$$.Task.Token"}}
JOB = {"Cluster": "c", "TaskDefinition": "d"}
EARLY = passing(Assign={"mine": 1, "other": "{% $mine %}"})
LATE = scope(passing(Output="{% $mine %}"), passing(Assign={"mine": 1}))
OUTER = scope(
    passing(Assign={"mine": 1}),
    {"Type": "Parallel", "Branches": [scope(passing(Assign={"mine": 2}))]},
)
INNER = list(OUTER["States"])[1]
DEEPEST = next(iter(OUTER["States"][INNER]["Branches"][0]["States"]))
SIBLINGS: Data = {
    "Type": "Parallel",
    "Branches": [scope(passing(Assign={"mine": 1})), scope(passing(Output="{% $mine %}"))],
}
SIBLING = next(iter(SIBLINGS["Branches"][1]["States"]))
CAUGHT = scope(task(FUNCTION, Assign={"mine.$": "$.a"}), {"Type": "Wait", "SecondsPath": "$mine"})
WAITING = list(CAUGHT["States"])[1]
CAUGHT["States"][next(iter(CAUGHT["States"]))]["Catch"] = [
    {"ErrorEquals": ["States.ALL"], "Next": WAITING}
]

MUTATIONS = [
    Mutation(
        "no token",
        "EF701",
        instead(task(CALLBACK, TimeoutSeconds=9), "Resource"),
        language="JSONPath",
    ),
    Mutation(
        "a token as text",
        "EF701",
        instead(
            task(CALLBACK, TimeoutSeconds=9, Parameters=LITERAL), "Parameters", "Payload", "token"
        ),
        language="JSONPath",
    ),
    Mutation(
        "another context",
        "EF701",
        instead(
            {
                "Type": "Task",
                "QueryLanguage": "JSONata",
                "Resource": CALLBACK,
                "HeartbeatSeconds": 9,
                "Arguments": "{% {'FunctionName': $states.context.State.Name} %}",
            },
            "Resource",
        ),
    ),
    Mutation(
        "no callback",
        "WF702",
        instead(
            task("arn:aws:states:::lambda:invoke", Parameters=TOKEN),
            *("Parameters", "Payload", "token.$"),
        ),
        language="JSONPath",
    ),
    Mutation(
        "no limit",
        "WF703",
        instead(task(CALLBACK, Parameters=TOKEN), "Resource"),
        language="JSONPath",
    ),
    Mutation(
        "an endless job",
        "IF704",
        instead(task("arn:aws:states:::ecs:runTask.sync", Parameters=JOB), "Resource"),
        language="JSONPath",
    ),
    Mutation(
        "States.ALL first",
        "EF213",
        instead(task(FUNCTION, Retry=RETRY_ALL), "Retry", 0, "ErrorEquals", 0),
        language="JSONPath",
    ),
    Mutation(
        "States.ALL in company",
        "EF213",
        instead(
            task(FUNCTION, Retry=[{"ErrorEquals": ["A", "States.ALL"]}]),
            *("Retry", 0, "ErrorEquals", 1),
        ),
        language="JSONPath",
    ),
    Mutation(
        "an error twice",
        "WF214",
        instead(task(FUNCTION, Retry=RETRY_TWICE), "Retry", 1, "ErrorEquals", 1),
        language="JSONPath",
    ),
    Mutation(
        "an error after all others",
        "WF214",
        instead(task(FUNCTION, Retry=RETRY_WILD), "Retry", 1, "ErrorEquals", 0),
        language="JSONPath",
    ),
    Mutation(
        "a slow heartbeat",
        "EF215",
        instead(task(FUNCTION, TimeoutSeconds=9, HeartbeatSeconds=9), "HeartbeatSeconds"),
        language="JSONPath",
    ),
    Mutation("no Default", "WF211", without_default, "Choice"),
    Mutation("a rule twice", "WF212", rule_twice, "Choice"),
    Mutation("an unknown variable", "EF205", expression("{% $unheard %}")),
    Mutation(
        "an unknown variable in a path",
        "EF205",
        instead(
            {"Type": "Wait", "QueryLanguage": "JSONPath", "SecondsPath": "$unheard.of"},
            "SecondsPath",
        ),
        language="JSONPath",
    ),
    Mutation(
        "a sibling's variable",
        "EF206",
        instead(SIBLINGS, "Branches", 1, "States", SIBLING, "Output"),
    ),
    Mutation("a variable in its state", "EF207", instead(EARLY, "Assign", "other")),
    Mutation("a variable too early", "EF207", written(LATE, 0, "Output")),
    Mutation(
        "a variable of one way", "WF208", written(CAUGHT, 1, "SecondsPath"), language="JSONPath"
    ),
    Mutation(
        "an outer variable",
        "EF209",
        written(OUTER, 1, "Branches", 0, "States", DEEPEST, "Assign", "mine"),
    ),
    Mutation("a dollar", "EF210", instead(passing(Assign={"$mine": 1}), "Assign", "$mine")),
    Mutation("no end", "EF160", expression("{% $states.input. %}")),
    Mutation("no bracket", "EF160", expression("{% ($x := 1; [$x, 2) %}")),
    Mutation("a bare name", "EF161", expression("{% 'a' & name %}")),
    Mutation("a dollar alone", "EF161", expression("{% $.name %}")),
    Mutation("two dollars", "EF161", expression("{% $states.input.list[$$.name = name] %}")),
    Mutation("a result too early", "EF162", expression("{% $states.result %}")),
    Mutation("an error elsewhere", "EF162", expression("{% [$states.errorOutput.Cause] %}")),
    Mutation("a wrong field", "EF162", expression("{% $states.inputs %}")),
    Mutation("an evaluation", "EF163", expression("{% $eval('1') %}")),
    Mutation("an unknown function", "EF164", expression("{% 1 ~> $sums() %}")),
    Mutation("text before", "WF165", expression("a {% $states.input.b %}")),
    Mutation("one end", "WF165", expression("{% $states.input.b")),
]
