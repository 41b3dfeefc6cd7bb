"""Grants.decide: AWS's evaluation logic by examples and compared with a reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from call_limit import limit_calls
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import PLACE, condition_met, covers, matches

from sfnlint.iam.conditions import RequestContext
from sfnlint.iam.decision import Decision, Limit, Uncertainty, Verdict
from sfnlint.iam.evaluate import Grants
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Policy, PolicyKind
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.symbol import Symbol, Symbols

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
UNKNOWN_QUEUE = Pattern.of([Symbol("Queue")])
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"

Data = dict[str, Any]


def allow(actions: object = "sqs:SendMessage", resources: object = QUEUE, **more: object) -> Data:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: object = "sqs:SendMessage", resources: object = QUEUE, **more: object) -> Data:
    return {**allow(actions, resources, **more), "Effect": "Deny"}


def policy(*statements: object, kind: PolicyKind = "identity", version: str = "") -> Policy:
    data = {"Version": version or "2012-10-17", "Statement": list(statements)}
    return parse_policy(PLACE, Symbols(), data, kind=kind)


def decide(
    *statements: object,
    action: str = "sqs:SendMessage",
    resource: str | Pattern = QUEUE,
    context: RequestContext | None = None,
    **more: Any,
) -> Decision:
    pattern = Pattern.literal(resource) if isinstance(resource, str) else resource
    return Grants([policy(*statements)], **more).decide(action, pattern, context or {})


def boundary_of(*statements: object) -> Limit:
    return Limit("permissions boundary", (policy(*statements),))


def without(statement: Data, name: str, **more: object) -> Data:
    return {**{key: value for key, value in statement.items() if key != name}, **more}


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([], DENIED),
        ([allow()], ALLOWED),
        ([allow("SQS:sendmessage")], ALLOWED),
        ([allow("sqs:*")], ALLOWED),
        ([allow("*", "*")], ALLOWED),
        ([allow(["sqs:GetQueueUrl", "sqs:Send?essage"])], ALLOWED),
        ([allow("sqs:SendMessages")], DENIED),
        ([allow("sns:*", "*")], DENIED),
        ([allow(resources=QUEUE.upper())], DENIED),
        ([allow(resources=[QUEUE + "2", QUEUE])], ALLOWED),
        ([allow(resources=[])], DENIED),
        # An explicit Deny wins, in whatever order.
        ([allow(), deny()], DENIED),
        ([deny("*", "*"), allow()], DENIED),
        ([allow(), deny(resources=QUEUE + "2")], ALLOWED),
        ([allow(), deny("sqs:DeleteMessage")], ALLOWED),
        # The colon inside of fields.
        ([allow(resources="arn:aws:sqs:*:orders")], UNKNOWN),
        ([allow(), deny(resources="arn:aws:sqs:*:orders")], UNKNOWN),
        # NotAction and NotResource are complements.
        ([without(allow(), "Action", NotAction="iam:*")], ALLOWED),
        ([without(allow(), "Action", NotAction="sqs:*")], DENIED),
        ([allow(), without(deny(), "Action", NotAction="iam:*")], DENIED),
        ([allow(), without(deny(), "Action", NotAction="sqs:*")], ALLOWED),
        ([without(allow(), "Resource", NotResource=QUEUE + "2")], ALLOWED),
        ([without(allow(), "Resource", NotResource=[QUEUE + "2", QUEUE])], DENIED),
        ([without(allow(), "Resource", NotResource="arn:aws:sqs:*:orders")], UNKNOWN),
        ([allow(), without(deny(), "Resource", NotResource=QUEUE)], ALLOWED),
        ([allow(), without(deny(), "Resource", NotResource=QUEUE + "2")], DENIED),
        # Conditions about which nothing is known.
        ([allow(Condition={"Bool": {"aws:SecureTransport": "true"}})], UNKNOWN),
        ([allow(), deny(Condition={"Bool": {"aws:SecureTransport": "false"}})], UNKNOWN),
        # A malformed statement is never certain.
        ([allow(Conditions={})], UNKNOWN),
        ([without(allow(), "Effect")], UNKNOWN),
        (["text"], UNKNOWN),
        ([without(allow(), "Resource")], UNKNOWN),
        ([allow(NotAction="iam:*")], UNKNOWN),
        ([allow(), deny(Condition="text")], UNKNOWN),
        ([allow(Condition={"StringEquals": {"aws:RequestedRegion": {}}})], UNKNOWN),
    ],
)
def test_one_call(statements: Sequence[object], verdict: Verdict) -> None:
    assert decide(*statements).verdict is verdict


def test_a_decision_names_what_it_rests_on() -> None:
    decision = decide(allow("sqs:GetQueueUrl"), allow(), deny(resources=QUEUE + "2"))
    assert [one.place.path for one in decision.allow] == [("Statement", 1)]
    decision = decide(allow(), deny("sqs:*"))
    assert decision.deny is not None
    assert decision.deny.place.path == ("Statement", 1)
    context: RequestContext = {"iam:passedtoservice": None}
    condition = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    decision = decide(
        allow(resources=QUEUE + "2"),
        allow(Condition=condition),
        allow(resources="*2", Condition=condition),
        context=context,
    )
    assert decision.verdict is DENIED
    assert [(one.statement.place.path[-1], one.kind) for one in decision.misses] == [
        (0, "resource"),
        (1, "condition"),
    ]
    assert [str(item.pattern) for item in decision.misses[0].resources] == [QUEUE + "2"]
    assert decision.misses[1].condition is not None
    assert decision.misses[1].condition.key == "iam:PassedToService"


def test_symbols() -> None:
    region = Symbol("AWS::Region")
    jobs = "arn:aws:sqs:eu-west-1:123456789012:"
    free = Pattern.of([jobs, "train-", Symbol("$.name", "free")])
    assert decide(allow(resources=jobs + "train-*"), resource=free).verdict is ALLOWED
    assert decide(allow(resources=jobs + "*"), resource=free).verdict is ALLOWED
    assert decide(allow(resources=jobs + "train-a*"), resource=free).verdict is UNKNOWN
    assert decide(allow(resources=jobs + "test-*"), resource=free).verdict is DENIED
    assert decide(allow(), deny(resources=jobs + "x-*"), resource=free).verdict is DENIED
    both = [allow(resources=jobs + "train-*"), deny(resources=jobs + "train-a")]
    assert decide(*both, resource=free).verdict is UNKNOWN
    resource = Pattern.of(["arn:aws:sqs:", region, ":123456789012:orders"])
    assert decide(allow(), resource=resource).verdict is UNKNOWN
    assert (
        decide(allow(), resource=resource, symbol_values={region: "eu-west-1"}).verdict is ALLOWED
    )
    assert decide(allow(), resource=resource, symbol_values={region: "us-east-1"}).verdict is DENIED


def test_statements_that_suffice_only_together() -> None:
    jobs = "arn:aws:sqs:eu-west-1:123456789012:"
    free = Pattern.of([jobs, Symbol("$.name", "free")])
    parts = [allow(resources=jobs + end) for end in ("", "?", "??*")]
    assert decide(*parts, resource=free).verdict is ALLOWED
    assert len(decide(*parts, resource=free).allow) == 3
    assert decide(*parts[1:], resource=free).verdict is UNKNOWN
    unsure = {**parts[0], "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    assert decide(unsure, *parts[1:], resource=free).verdict is UNKNOWN


def test_case() -> None:
    grants = Grants([policy(allow("sagemaker:CreateModel", "arn:aws:sagemaker:*:*:model/Mine"))])
    resource = Pattern.literal("arn:aws:sagemaker:eu-west-1:123456789012:model/mine")
    assert grants.decide("sagemaker:CreateModel", resource, {}).verdict is DENIED
    assert grants.decide("sagemaker:CreateModel", resource, {}, fold=True).verdict is ALLOWED


def test_policy_variables_need_their_version() -> None:
    text = "arn:aws:s3:::bucket/${aws:userid}"
    for version, wanted in (("2012-10-17", UNKNOWN), ("2008-10-17", DENIED)):
        grants = Grants([policy(allow("s3:GetObject", text), version=version)])
        other = Pattern.literal("arn:aws:s3:::bucket/me")
        assert grants.decide("s3:GetObject", other, {}).verdict is wanted
    grants = Grants([policy(allow("s3:GetObject", text), version="2008-10-17")])
    assert grants.decide("s3:GetObject", Pattern.literal(text), {}).verdict is ALLOWED
    # A variable is nobody's symbol, whatever its name; a placeholder is the same everywhere.
    for name, wanted in (("aws:userid", UNKNOWN), ("Bucket", ALLOWED), ("AWS::Region", ALLOWED)):
        own = Pattern.of(["arn:aws:s3:::", Symbol(name), "/a"])
        statement = allow("s3:GetObject", "arn:aws:s3:::${" + name + "}/*")
        assert decide(statement, action="s3:GetObject", resource=own).verdict is wanted
    escaped = allow("s3:GetObject", "arn:aws:s3:::bucket/${*}${?}${$}")
    assert decide(escaped, action="s3:GetObject", resource="arn:aws:s3:::bucket/*?$").verdict is (
        ALLOWED
    )
    assert decide(escaped, action="s3:GetObject", resource="arn:aws:s3:::bucket/ab$").verdict is (
        DENIED
    )


@pytest.mark.parametrize(
    ("own", "boundary", "verdict"),
    [
        ([allow()], [allow()], ALLOWED),
        ([allow()], [], DENIED),
        ([], [allow("*", "*")], DENIED),
        ([allow()], [allow("*", "*"), deny()], DENIED),
        ([allow()], [allow(Condition={"Bool": {"aws:SecureTransport": "true"}})], UNKNOWN),
        ([allow()], [allow("*", "*"), deny(resources="arn:aws:sqs:*:orders")], UNKNOWN),
        ([allow(resources="arn:aws:sqs:*:orders")], [allow("*", "*")], UNKNOWN),
        ([allow(resources="arn:aws:sqs:*:orders")], [], DENIED),
    ],
)
def test_a_boundary_cuts(own: list[Data], boundary: list[Data], verdict: Verdict) -> None:
    decision = decide(*own, limits=[boundary_of(*boundary)])
    assert decision.verdict is verdict
    assert (decision.limit is not None) is (verdict is DENIED and bool(own))


def test_resource_policies_suffice_within_the_boundary() -> None:
    of_queue = [
        policy(allow(Principal={"AWS": "arn:aws:iam::123456789012:role/r"}), kind="resource")
    ]
    assert decide(resource_policies=of_queue).verdict is ALLOWED
    assert decide(deny("sqs:*"), resource_policies=of_queue).verdict is DENIED
    nothing = boundary_of(allow("sns:*", "*"))
    assert decide(resource_policies=of_queue, limits=[nothing]).verdict is DENIED


def test_unread_policies_may_allow_more() -> None:
    unread = [Uncertainty("the policy is not in the files")]
    assert decide(unread_policies=unread).verdict is UNKNOWN
    assert decide(unread_policies=unread).uncertainties == tuple(unread)
    assert decide(allow(), unread_policies=unread).verdict is ALLOWED
    assert decide(allow(), deny(), unread_policies=unread).verdict is DENIED
    assert decide(allow(resources=QUEUE + "2"), unread_policies=unread).verdict is UNKNOWN
    nothing = boundary_of(allow("sns:*", "*"))
    denied = decide(unread_policies=unread, limits=[nothing])
    assert (denied.verdict, denied.limit) == (DENIED, nothing)


def test_unread_limits_may_only_take_away() -> None:
    unread = [Uncertainty("the permissions boundary is not in the files")]
    assert decide(unread_limits=unread).verdict is DENIED
    allowed = decide(allow(), unread_limits=unread)
    assert (allowed.verdict, allowed.uncertainties) == (UNKNOWN, tuple(unread))
    assert len(allowed.allow) == 1
    assert decide(allow(), deny(), unread_limits=unread).verdict is DENIED


def test_a_limit_names_the_statement_that_denies_and_keeps_what_it_takes_away() -> None:
    limit = boundary_of(allow("*", "*"), deny())
    decision = decide(allow(), limits=[limit])
    assert (decision.verdict, decision.limit) == (DENIED, limit)
    assert decision.deny is limit.policies[0].statements[1]
    assert len(decision.allow) == 1
    partly_read = boundary_of(allow("sns:*", "*"))
    [document] = partly_read.policies
    partly_read = partly_read._replace(policies=(document._replace(complete=False),))
    decision = decide(allow(), limits=[partly_read])
    assert decision.verdict is UNKNOWN
    [uncertainty] = decision.uncertainties
    assert "cannot be read completely" in uncertainty.message


@pytest.mark.parametrize(
    ("resource", "verdict"), [(QUEUE, DENIED), (QUEUE + "2", ALLOWED), (UNKNOWN_QUEUE, UNKNOWN)]
)
def test_a_limit_of_one_resource(resource: str | Pattern, verdict: Verdict) -> None:
    limit = boundary_of()._replace(resource=Pattern.literal(QUEUE))
    assert decide(allow(resources="*"), resource=resource, limits=[limit]).verdict is verdict
    assert decide(resource=resource, limits=[limit]).verdict is DENIED


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([allow()], UNKNOWN),
        ([allow(resources=QUEUE + "2")], DENIED),
        ([allow("sqs:DeleteMessage")], DENIED),
        ([allow(), deny()], UNKNOWN),
        ([deny()], DENIED),
    ],
)
def test_statements_that_may_not_exist(statements: list[Data], verdict: Verdict) -> None:
    document = policy(*statements)
    uncertain = tuple(item._replace(certain=False) for item in document.statements)
    document = document._replace(statements=uncertain)
    decision = Grants([document]).decide("sqs:SendMessage", Pattern.literal(QUEUE), {})
    assert decision.verdict is verdict
    assert not decision.misses
    assert bool(decision.uncertainties) is (verdict is UNKNOWN)


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ([allow(Condition={"Bool": {"aws:SecureTransport": "true"}})], "aws:SecureTransport"),
        ([allow(resources="arn:aws:sqs:*:orders")], "resource"),
        ([allow(Condition="x")], "read completely"),
        ([allow(), deny(Condition={"Bool": {"aws:SecureTransport": "true"}})], "aws:Sec"),
    ],
)
def test_the_reason_of_an_unknown_verdict(statements: list[Data], reason: str) -> None:
    decision = decide(*statements)
    assert decision.verdict is UNKNOWN
    assert reason in decision.uncertainties[0].message
    assert decision.uncertainties[0].place is not None


def test_policies_that_are_unknown_or_malformed() -> None:
    symbols = Symbols()
    open_ = parse_policy(PLACE, symbols, symbols.mark(Symbol("Document")))
    assert Grants([open_]).decide("sqs:SendMessage", Pattern.literal(QUEUE), {}).verdict is UNKNOWN
    assert not open_.problems
    malformed = parse_policy(PLACE, symbols, {"Statements": []})
    assert len(malformed.problems) == 2
    decision = Grants([malformed]).decide("sqs:SendMessage", Pattern.literal(QUEUE), {})
    assert decision.verdict is UNKNOWN


# Against a reference: policies in which nothing is left open.

ACTIONS = st.sampled_from(["s:A", "s:B", "S:a", "s:*", "s:?", "*", "t:A"])
RESOURCES = st.sampled_from(
    [
        "*",
        "arn:p:s:r:1:x",
        "arn:p:s:r:1:*",
        "arn:p:s:*:1:x",
        "arn:p:s:*:x",
        "arn:p:s:r:1:?/*",
        "arn:p:s:r:1:x/y",
        "arn:p:s:r:1:x*:z",
        "arn:*",
        "*:x",
        "arn:p",
        "arn:p:s",
        "arn:p:s:r",
        "arn:p:s:r:1",
        "arn:p:s:*",
        "arn:p:s:r:*",
        "arn:p:*:r",
        "arn:p:s:r?1",
        "arn:p:s:*:1",
        "arn:p:s:*r:*",
    ]
)
CONDITIONS = st.sampled_from(
    [{}]
    + [
        {operator: {"k": values}}
        for operator in ("StringEquals", "StringNotLike", "StringLikeIfExists", "Null")
        for values in (["true"], ["v", "w"])
        if operator != "Null" or values == ["true"]
    ]
)


@st.composite
def statements(draw: st.DrawFn) -> Data:
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(
            st.lists(ACTIONS, min_size=1, max_size=2)
        ),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(
            st.lists(RESOURCES, min_size=1, max_size=2)
        ),
        "Condition": draw(CONDITIONS),
    }


def applies(one: Data, action: str, resource: str, value: str | None, wide: bool) -> bool:
    actions: list[str] = one.get("Action") or one["NotAction"]
    resources: list[str] = one.get("Resource") or one["NotResource"]
    named = any(matches(Pattern.wild(pattern.lower()).parts, action.lower()) for pattern in actions)
    covered = any(covers(pattern, resource, wide) for pattern in resources)
    values = None if value is None else [value]
    return (
        named is ("Action" in one)
        and covered is ("Resource" in one)
        and all(condition_met(name, keys["k"], values) for name, keys in one["Condition"].items())
    )


def answer(
    own: list[Data],
    boundary: list[Data] | None,
    call: tuple[str, str, str | None],
    wide: bool,
) -> bool:
    allowed = True
    for document in [own] if boundary is None else [own, boundary]:
        effects = {one["Effect"] for one in document if applies(one, *call, wide)}
        allowed = allowed and effects == {"Allow"}
    return allowed


@settings(max_examples=500, deadline=None)
@given(
    st.lists(statements(), max_size=4),
    st.none() | st.lists(statements(), max_size=2),
    st.sampled_from(["s:A", "s:Ab", "t:A"]),
    st.sampled_from(["arn:p:s:r:1:x", "arn:p:s:r:1:x/y", "arn:p:s:r:1:x:z", "arn:p:t:r:1:x"]),
    st.sampled_from([None, "v", "x", "true"]),
)
def test_concrete_policies(
    own: list[Data], boundary: list[Data] | None, action: str, resource: str, value: str | None
) -> None:
    context = {"k": None if value is None else Pattern.literal(value)}
    limits = [] if boundary is None else [Limit("permissions boundary", (policy(*boundary),))]
    decision = Grants([policy(*own)], limits=limits).decide(
        action, Pattern.literal(resource), context
    )
    call = (action, resource, value)
    answers = {answer(own, boundary, call, wide) for wide in (True, False)}
    if decision.verdict is not UNKNOWN:
        assert answers == {decision.verdict is ALLOWED}
    else:
        # In at least one statement, the answer depends on how far a wildcard of an ARN reaches.
        assert any(
            len({applies(one, *call, wide) for wide in (True, False)}) > 1
            for one in [*own, *(boundary or [])]
        )


def test_thousands_of_statements_need_few_calls() -> None:
    many = [allow(f"sqs:Action{i}", f"{QUEUE}-{i}-*") for i in range(500)]
    many += [allow("sqs:*", f"{QUEUE}-{i}-*") for i in range(500)]
    resource = Pattern.of([f"{QUEUE}-", Symbol("$.name", "free")])
    parsed = policy(*many)
    with limit_calls(5_000_000):
        grants = Grants([parsed])
        for index in range(2):
            assert grants.decide(f"sqs:Action{index}", resource, {}).verdict is UNKNOWN


def test_thousands_of_decisions_need_few_calls() -> None:
    grants = Grants([policy(allow("sqs:*", QUEUE + "-*"), deny("sqs:DeleteQueue", "*"))])
    with limit_calls(2_000_000):
        for index in range(1_000):
            resource = Pattern.of([f"{QUEUE}-{index}-", Symbol("$.name", "free")])
            assert grants.decide("sqs:SendMessage", resource, {}).verdict is ALLOWED


ROLE_ARN = "arn:aws:iam::111122223333:role/r"
PROTECTED = ("arn:p:s:r:1:x", "arn:p:s:r:1:x/*")


@st.composite
def statements_of_resource(draw: st.DrawFn) -> Data:
    # Short ARNs are completed only in identity policies.
    written = st.sampled_from(["*", "arn:p:s:r:1:x", "arn:p:s:*:1:x*", "arn:p:s:r:1:x/?"])
    resources = draw(st.lists(written, min_size=1, max_size=2))
    statement = draw(statements())
    negated = "NotResource" in statement
    return {
        **statement,
        "NotResource" if negated else "Resource": resources,
        "Principal": draw(st.sampled_from(["*", {"AWS": ROLE_ARN}])),
    }


@settings(max_examples=500, deadline=None)
@given(
    st.lists(statements(), max_size=2),
    st.none() | st.lists(statements(), max_size=2),
    st.lists(statements_of_resource(), max_size=2),
    st.none() | st.lists(statements(), max_size=2),
    st.sampled_from(["s:A", "s:Ab", "t:A"]),
    st.sampled_from(["arn:p:s:r:1:x", "arn:p:s:r:1:x/y", "arn:p:s:r:1:y", "arn:p:t:r:1:x"]),
)
def test_concrete_resource_policies(
    own: list[Data],
    boundary: list[Data] | None,
    of_resource: list[Data],
    of_key: list[Data] | None,
    action: str,
    resource: str,
) -> None:
    """The policies of a resource, of which one may be a key, beside those of the role."""
    limits = [] if boundary is None else [boundary_of(*boundary)]
    key = Pattern.literal(PROTECTED[0])
    if of_key is not None:
        of_key = [one for one in of_key if one["Effect"] == "Allow"]
        limits.append(Limit("key policy", (policy(*of_key),), key))
    protecting = policy(*of_resource, kind="resource")._replace(
        protected=tuple(map(Pattern.wild, PROTECTED))
    )
    decision = Grants([policy(*own)], limits=limits, resource_policies=[protecting]).decide(
        action, Pattern.literal(resource), {"k": None}
    )
    here = [
        one for one in of_resource if any(covers(pattern, resource, False) for pattern in PROTECTED)
    ]
    answers: set[bool | None] = set()
    for wide in (True, False):

        def effects(*statements: Data, wide: bool = wide) -> set[str]:
            return {
                one["Effect"] for one in statements if applies(one, action, resource, None, wide)
            }

        allowed: bool | None = effects(*own, *here) == {"Allow"}
        if allowed and boundary is not None and effects(*boundary) != {"Allow"}:
            everybody = [one for one in here if one["Principal"] == "*"]
            is_open = "Deny" not in effects(*boundary) and "Allow" in effects(*everybody)
            allowed = None if is_open else False
        if allowed is not False and of_key is not None and resource == PROTECTED[0]:
            allowed = allowed if "Allow" in effects(*of_key) else False
        answers.add(allowed)
    if decision.verdict is not UNKNOWN:
        assert answers == {decision.verdict is ALLOWED}
    elif None not in answers:
        # In at least one statement, the answer depends on how far a wildcard of an ARN reaches.
        assert any(
            len({applies(one, action, resource, None, wide) for wide in (True, False)}) > 1
            for one in [*own, *here, *(boundary or []), *(of_key or [])]
        )


def test_decisions_are_settled_if_no_statement_names_the_actions() -> None:
    grants = Grants([policy(allow("sqs:SendMessage"), deny("sqs:Purge*", "arn:aws:sqs:*:*:a"))])
    assert grants.is_settled(("sqs:DeleteQueue", "sqs:ReceiveMessage"))
    assert not grants.is_settled(("sqs:DeleteQueue", "sqs:SendMessage"))
    assert not grants.is_settled(("sqs:PurgeQueue",))


def test_actions_with_the_same_statements_share_decisions() -> None:
    grants = Grants([policy(allow(["sqs:SendMessage", "sqs:DeleteMessage"]))])
    queue = Pattern.literal(QUEUE)
    first = grants.decide("sqs:SendMessage", queue, {})
    assert grants.decide("sqs:DeleteMessage", queue, {}) is first
    assert grants.decide("sqs:DeleteMessage", Pattern.literal(QUEUE + "2"), {}) is not first


@settings(max_examples=60, deadline=None)
@given(
    own=st.lists(statements(), min_size=1, max_size=3),
    limit=st.none() | st.lists(statements(), max_size=2),
    calls=st.lists(
        st.tuples(
            st.lists(st.sampled_from(["s:A", "s:B", "t:A"]), min_size=1, max_size=2).map(tuple),
            st.sampled_from(["arn:p:s:r:1:x", "ARN:p:s:r:1:x", "arn:p:s:r:1:x/y"]),
            st.sampled_from([None, "v", "true"]),
            st.booleans(),
        ),
        min_size=2,
        max_size=8,
    ),
)
def test_decisions_do_not_depend_on_earlier_decisions(
    own: list[Data],
    limit: list[Data] | None,
    calls: list[tuple[tuple[str, ...], str, str | None, bool]],
) -> None:
    limits = [] if limit is None else [boundary_of(*limit)]
    policies = [policy(*own)]
    grants = Grants(policies, limits=limits)
    for actions, resource, value, fold in calls:
        context: RequestContext = {"k": None if value is None else Pattern.literal(value)}
        call = (actions, Pattern.literal(resource), context, fold)
        assert grants.decide_all(*call) == Grants(policies, limits=limits).decide_all(*call)
