"""Containment and overlap of patterns, compared with a reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from call_limit import limit_calls
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import filled, matched, matches, texts

from sfnlint.iam.overlap import may_overlap
from sfnlint.iam.pattern import Pattern, PatternPart, Wildcard
from sfnlint.iam.relation import Relation, _Automaton, relate
from sfnlint.symbol import Symbol, SymbolKind

OPEN, OTHER = Symbol("Open"), Symbol("Other")
MADE, SECOND = Symbol("Made", "generated"), Symbol("Second", "generated")
FREE = Symbol("$.name", "free")

VALUES = {OPEN: texts("a:", 2), OTHER: ["", "a", "b/"], MADE: ["M", "MN"], SECOND: ["S", "ST"]}
"""What fixed symbols can be. A generated name is spelt with letters that no literal has."""

LETTERS = st.sampled_from(["a", "b", ":", "/", "ab"])
WILDCARDS = st.sampled_from([Wildcard.ANY, Wildcard.ONE])
SYMBOLS = st.sampled_from([OPEN, OTHER, MADE, SECOND, FREE])


def patterns(
    *parts: st.SearchStrategy[PatternPart], longest: int = 4
) -> st.SearchStrategy[Pattern]:
    return st.lists(st.one_of(*parts), max_size=longest).map(Pattern.of)


NEEDS = patterns(LETTERS, SYMBOLS)
GRANTS = st.lists(patterns(LETTERS, WILDCARDS, SYMBOLS), max_size=3)


def worlds(*used: Pattern) -> Iterator[dict[Symbol, str]]:
    found = {part for one in used for part in one.parts if isinstance(part, Symbol)}
    fixed = sorted((one for one in found if one.kind != "free"), key=str)
    for values in product(*(VALUES[one] for one in fixed)):
        yield dict(zip(fixed, values, strict=True))


@settings(max_examples=400, deadline=None)
@given(NEEDS, GRANTS)
def test_what_is_certain_is_so_for_all_values(need: Pattern, grants: list[Pattern]) -> None:
    relation = relate(need, grants)
    if relation is Relation.UNKNOWN:
        return
    free = ["", "a", ":", "x/"]
    for values in worlds(need, *grants):
        known = [list(filled(grant, values, free)) for grant in grants]
        for text in ("".join(map(str, one.parts)) for one in filled(need, values, free)):
            if relation is Relation.DISJOINT:
                assert not any(matched(one, text) for ones in known for one in ones)
            else:
                # A grant with a free symbol counts only where it matches whatever that is.
                assert any(all(matched(one, text) for one in ones) for ones in known)


@settings(max_examples=400, deadline=None)
@given(NEEDS, patterns(LETTERS, WILDCARDS, SYMBOLS))
def test_two_patterns_meet_if_they_have_a_text_in_common(need: Pattern, grant: Pattern) -> None:
    free = ["", "a", "b", ":"]
    common = any(
        matched(wild, "".join(map(str, text.parts)))
        for values in worlds(need, grant)
        for text in filled(need, values, free)
        for wild in filled(grant, values, free)
    )
    assert may_overlap(need, grant) or not common


@settings(max_examples=300, deadline=None)
@given(patterns(LETTERS, WILDCARDS), patterns(LETTERS, WILDCARDS))
def test_overlap_of_wildcards_is_exact(one: Pattern, other: Pattern) -> None:
    common = any(matches(one.parts, t) and matches(other.parts, t) for t in texts("ab:/", 6))
    # Two patterns of four parts have a common string, if any, no longer than their characters.
    letters = sum(len(str(part)) for part in (*one.parts, *other.parts))
    if letters <= 6 or common:
        assert may_overlap(one, other) is common
        assert may_overlap(other, one) is common


@given(st.text("ab:/", max_size=8), patterns(LETTERS, WILDCARDS, longest=6))
def test_a_text_is_matched_or_not(text: str, grant: Pattern) -> None:
    expected = Relation.COVERED if matched(grant, text) else Relation.DISJOINT
    assert relate(Pattern.literal(text), [grant]) is expected


ARN_FIELDS = st.tuples(*[st.sampled_from(["a", "", "ab"])] * 4, st.text("a:/", max_size=4))
FIELD = st.sampled_from(["a", "*", "?", "a*", "*b", "", "a*:b*"])
ARN_GRANTS = st.one_of(
    st.lists(FIELD, min_size=1, max_size=6).map(lambda fields: "arn:" + ":".join(fields)),
    st.lists(FIELD, min_size=1, max_size=4).map(":".join),
)


@st.composite
def arns_and_grants(draw: st.DrawFn) -> tuple[str, str]:
    """An ARN, and a grant: any, or one with some of its fields."""
    fields = draw(ARN_FIELDS)
    own = st.tuples(*(st.one_of(st.just(field), FIELD) for field in fields))
    near = own.map(lambda granted: "arn:" + ":".join(granted))
    grants = st.one_of(ARN_GRANTS, near).filter(lambda text: text != "*")
    return "arn:" + ":".join(fields), draw(grants)


@settings(max_examples=500, deadline=None)
@given(arns_and_grants())
def test_an_arn_is_matched_for_certain_only_inside_of_fields(pair: tuple[str, str]) -> None:
    text, grant = pair
    pattern = Pattern.wild(grant)
    relation = relate(Pattern.literal(text), [pattern])
    if matches(pattern.parts, text, crosses=False):
        assert relation is Relation.COVERED
    elif matches(pattern.parts, text):
        assert relation is Relation.UNKNOWN
    else:
        assert relation is Relation.DISJOINT


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([(FREE,), ("a", FREE), (FREE, "a"), (FREE, ":", FREE)]),
    st.lists(patterns(LETTERS, WILDCARDS, longest=3), min_size=1, max_size=3),
)
def test_containment_in_several_grants_is_exact(
    parts: tuple[PatternPart, ...], grants: list[Pattern]
) -> None:
    need = Pattern.of(parts)
    free = texts("ab:/x", 4 if len(parts) < 3 else 2)
    wanted = ["".join(map(str, one.parts)) for one in filled(need, {}, free)]
    found = [any(matched(grant, text) for grant in grants) for text in wanted]
    relation = relate(need, grants)
    if all(found):
        assert relation is Relation.COVERED
    elif any(found):
        assert relation is Relation.UNKNOWN
    else:
        # A grant may be met by longer texts only.
        assert relation is not Relation.COVERED


def wild(*grants: str) -> list[Pattern]:
    return [Pattern.wild(grant) for grant in grants]


def test_grants_that_suffice_only_together() -> None:
    need = Pattern.of([FREE])
    assert relate(need, wild("", "?", "??*")) is Relation.COVERED
    assert relate(need, wild("", "?", "???*")) is Relation.UNKNOWN
    assert relate(need, [*wild("?*"), Pattern(())]) is Relation.COVERED


def test_no_letter_of_a_grant_stands_for_the_others() -> None:
    assert relate(Pattern.of([FREE]), wild("", "\0*", ":*")) is Relation.UNKNOWN


@pytest.mark.parametrize(
    ("need", "grant", "relation"),
    [
        ("Service:*", "Service:a.*", Relation.UNKNOWN),
        ("Service:a.*", "Service:a.*.b", Relation.UNKNOWN),
        ("Service:a.*", "Service:a.*", Relation.COVERED),
        ("*ab", "*ab*", Relation.COVERED),
        ("arn:*", "arn:*", Relation.UNKNOWN),
        ("a*", "b*", Relation.DISJOINT),
    ],
)
def test_a_wildcard_in_a_need_is_any_text(need: str, grant: str, relation: Relation) -> None:
    assert relate(Pattern.wild(need), wild(grant)) is relation


ARN = "arn:aws:sqs:eu-west-1:123456789012:"


@pytest.mark.parametrize(
    ("need", "grant", "relation"),
    [
        ((ARN, "a"), "arn:aws:sqs:*:a", Relation.UNKNOWN),
        ((ARN, "a"), "arn:aws:sqs:*:*:a", Relation.COVERED),
        ((ARN, "a"), "*:a", Relation.UNKNOWN),
        ((ARN, "a"), "*", Relation.COVERED),
        ((ARN, "a:b"), ARN + "*", Relation.COVERED),
        ((ARN, "a/b"), ARN + "a*", Relation.COVERED),
        ((ARN, "a"), "arn:aws?sqs:*:*:a", Relation.UNKNOWN),
        ((ARN, FREE), "arn:aws:sqs:*", Relation.UNKNOWN),
        (("arn:aws:sqs:", FREE, ":1:a"), "arn:aws:sqs:*:1:a", Relation.UNKNOWN),
        (("arn:aws:sqs:", OPEN, ":", OTHER, ":a"), "arn:aws:sqs:*:*:a", Relation.COVERED),
        (("arn:aws:", OPEN), "arn:aws:*", Relation.UNKNOWN),
        ((ARN, MADE), ARN + "a", Relation.DISJOINT),
        ((ARN, MADE), ARN + "a*", Relation.UNKNOWN),
        ((ARN, MADE), ARN + "*", Relation.COVERED),
        ((ARN, MADE, "-a"), ARN + "b-a", Relation.DISJOINT),
        ((ARN, OPEN), ARN + "a", Relation.UNKNOWN),
        ((ARN, OPEN, "a"), ARN + "b", Relation.DISJOINT),
        ((ARN, "A"), ARN + "a", Relation.DISJOINT),
    ],
)
def test_rules_of_arns_and_symbols(
    need: Sequence[PatternPart], grant: str, relation: Relation
) -> None:
    assert relate(Pattern.of(need), wild(grant)) is relation


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("open", "open", Relation.UNKNOWN),
        ("open", "generated", Relation.UNKNOWN),
        ("generated", "open", Relation.UNKNOWN),
        ("generated", "generated", Relation.DISJOINT),
        ("free", "generated", Relation.UNKNOWN),
    ],
)
def test_two_symbols(one: SymbolKind, other: SymbolKind, relation: Relation) -> None:
    need, grant = Pattern((ARN, Symbol("One", one))), Pattern((ARN, Symbol("Other", other)))
    assert relate(need, [grant]) is relation
    same = Relation.UNKNOWN if one == "free" else Relation.COVERED
    assert relate(need, [need]) is same


@pytest.mark.parametrize(
    ("need", "grant"),
    [
        (Pattern.literal("arn:" + "a" * 100_000), "arn:" + "*a" * 40 + "b"),
        (Pattern.literal("a" * 5_000), "*a" * 1_000 + "*b*"),
        (Pattern.of(["a" * 4_000, FREE, "a" * 4_000]), "*a" * 1_000 + "*b"),
        (Pattern.of([OPEN, "a" * 4_000, MADE]), "*a?" * 1_000 + "b*"),
        (Pattern.of([FREE, "a", FREE, "b", FREE]), "*a?b" * 1_500 + "*"),
        (Pattern.of(["a" * 200_000, FREE]), "*a" * 100_000),
        (Pattern.of([FREE, "b"]), "".join(map(chr, range(0x4E00, 0x4E00 + 9_000))) + "*"),
    ],
)
def test_long_patterns_need_few_calls(need: Pattern, grant: str) -> None:
    one, several = wild(grant), wild(grant, "*x" + grant, "?" + grant)
    with limit_calls(5_000_000):
        relate(need, one)
        relate(need, several)


def characters(count: int) -> str:
    """A string of different characters."""
    return "".join(map(chr, range(0x4E00, 0x4E00 + count)))


@pytest.mark.parametrize(("count", "relation"), [(130, Relation.COVERED), (150, Relation.UNKNOWN)])
def test_the_budget_of_a_containment_is_20_000_steps(
    count: int, relation: Relation, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    step = _Automaton.step

    def counted(self: _Automaton, state: int, character: str | Symbol, hard: bool) -> int:
        steps.append(character)
        return step(self, state, character, hard)

    monkeypatch.setattr(_Automaton, "step", counted)
    # About `count` states, each of which has a step for `count` characters.
    assert relate(Pattern.of([FREE]), wild("", "?*", characters(count) + "*")) is relation
    assert 15_000 < len(steps) <= 20_000


@pytest.mark.parametrize(("length", "is_short"), [(10_000, True), (10_001, False)])
def test_patterns_of_10_000_characters_are_compared(length: int, is_short: bool) -> None:
    need = Pattern.of(["a" * (length - 1), FREE])
    assert need.length == length
    covered = Relation.COVERED if is_short else Relation.UNKNOWN
    assert relate(need, wild("a*")) is covered
    # A grant that is too long does not hide the others.
    assert relate(Pattern.of(["b", FREE]), wild("b" + "*a" * length, "b*")) is Relation.COVERED
    long = Pattern.of([Wildcard.ANY, "a" * (length - 2), Wildcard.ANY])
    assert may_overlap(long, Pattern.literal("b")) is not is_short


@given(st.text("a${}*?:", max_size=12))
def test_a_text_without_variables_is_shown_as_written(text: str) -> None:
    shown = str(Pattern.wild(text, variables=False))
    assert len(shown) <= len(text)
    assert shown.replace("*", "") == text.replace("*", "")


def test_parsing_a_pattern_needs_few_calls() -> None:
    with limit_calls(2_000_000):
        Pattern.wild("${" * 50_000)
        Pattern.wild("${*}" * 25_000)
        Pattern.wild("*?" * 50_000)
