"""The plan of a delivery: whatever comes, each file fits, nothing is lost, floors hold."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.delivery import PLAYED, Codec, Coding, Preference, Rung, Why
from core.fitting import (
    FLOORS,
    MOST_PARTS,
    Material,
    Part,
    Picture,
    Plan,
    estimate_size,
    list_codings,
    plan_delivery,
)

MIB = 1 << 20
HOUR = Material(
    size=110_000_000, seconds=3600, rate=245, starts=tuple(range(0, 3600, 240)), tags=300_000
)
TEN = Material(size=18_300_000, seconds=600, rate=245, starts=(0, 130, 240, 370, 480), tags=300_000)
STILL = Picture(height=1080, rate=225_000, group=550_000)
FILM = replace(TEN, size=32_000_000, rate=192, picture=STILL)
TRIED = replace(FILM, picture=replace(STILL, again=((1080, 200_000), (720, 80_000))))
MOVING = replace(TEN, size=160_000_000, rate=192, picture=Picture(height=1080, rate=2_000_000))


def plan(
    material: Material,
    limit: float,
    preference: Preference = Preference.PARTS,
    plays: frozenset[str] = PLAYED,
) -> Plan:
    return plan_delivery(material, limit=round(limit), preference=preference, plays=plays)


@pytest.mark.parametrize(
    ("material", "limit", "plays", "expected"),
    [
        (TEN, 18_300_000, PLAYED, None),
        (TEN, 18_000_000, PLAYED, Coding(codec=Codec.MP3, rate=224)),
        (TEN, 13_000_000, PLAYED, Coding(codec=Codec.MP3, rate=160)),
        (TEN, 10 * MIB, PLAYED, Coding(codec=Codec.OPUS, rate=128)),
        (TEN, 10 * MIB, frozenset({"mp3", "m4a"}), Coding(codec=Codec.AAC, rate=120)),
        (TEN, 10 * MIB, frozenset({"mp3"}), Coding(codec=Codec.MP3, rate=128)),
        (TEN, 4_200_000, PLAYED, Coding(codec=Codec.OPUS, rate=48)),
        (FILM, 30_000_000, PLAYED, Coding(codec=Codec.AAC, rate=144)),
        (FILM, 16_000_000, PLAYED, Coding(codec=Codec.AAC, rate=144, height=1080, picture=44)),
        (FILM, 10_400_000, PLAYED, Coding(codec=Codec.AAC, rate=96, height=720, picture=22)),
        (FILM, 7_000_000, PLAYED, Coding(codec=Codec.AAC, rate=64, height=480, picture=11)),
        (TRIED, 10_400_000, PLAYED, Coding(codec=Codec.AAC, rate=96, height=1080, picture=27)),
        (MOVING, 36_000_000, PLAYED, Coding(codec=Codec.AAC, rate=160, height=480, picture=300)),
    ],
)
def test_the_best_coding_that_fits_is_taken(
    material: Material, limit: int, plays: frozenset[str], expected: Coding | None
) -> None:
    found = plan(material, limit, plays=plays)
    assert found.coding == expected
    assert found.rung is (Rung.SMALLER if expected else Rung.AS_IS)


def test_an_hour_becomes_parts_of_fair_sound_at_chapter_borders() -> None:
    found = plan(HOUR, 10 * MIB)
    assert (found.rung, found.split) == (Rung.PARTS, 0)
    assert found.coding == Coding(codec=Codec.OPUS, rate=104)
    assert [part.start for part in found.parts] == [0, 720, 1440, 2160, 2880]


def test_who_prefers_a_link_gets_one_only_where_one_piece_is_not_enough() -> None:
    assert plan(TEN, 10 * MIB, Preference.LINK).rung is Rung.SMALLER
    assert plan(HOUR, 10 * MIB, Preference.LINK) == Plan(rung=Rung.LINK, why=Why.WISH)


def test_sound_gets_poorer_before_a_chapter_is_split() -> None:
    """25 minutes fit into 10 MiB at 48 kb/s only: better than cutting the song in two."""
    long = replace(HOUR, seconds=3000, starts=(0, 1500))
    found = plan(long, 10 * MIB)
    assert found.coding == Coding(codec=Codec.OPUS, rate=48)
    assert (found.parts, found.split) == ((Part(0, 1500), Part(1500, 3000)), 0)


def test_a_chapter_that_is_too_long_by_itself_is_split_where_it_is_quiet() -> None:
    levels = [0.8] * 100
    levels[37] = 0.1
    long = replace(HOUR, starts=(0, 600), levels=tuple(levels))
    found = plan(long, 10 * MIB)
    assert found.split == 1
    cuts = [part.end for part in found.parts]
    assert 37.5 * 36 in cuts


def test_ten_hours_become_a_link_rather_than_fifty_messages() -> None:
    material = replace(HOUR, size=1_100_000_000, seconds=36_000, starts=tuple(range(0, 36000, 300)))
    assert plan(material, 10 * MIB) == Plan(rung=Rung.LINK, why=Why.PARTS)


def test_nothing_is_encoded_at_more_than_it_had() -> None:
    low = replace(TEN, size=7_400_000, rate=88)
    assert max(coding.rate for coding in list_codings(low, PLAYED)) == 88
    assert plan(low, 7_300_000).coding == Coding(codec=Codec.OPUS, rate=88)


def test_what_is_poorer_than_the_floor_is_cut_at_the_floor() -> None:
    voice = replace(HOUR, size=14_700_000, rate=32)
    found = plan(voice, 10 * MIB)
    assert (found.coding, len(found.parts)) == (Coding(codec=Codec.OPUS, rate=48), 3)


@st.composite
def materials(draw: st.DrawFn) -> Material:
    seconds = draw(st.floats(1, 40_000))
    rate = draw(st.floats(32, 1500))
    shares = draw(st.lists(st.floats(0.001, 0.999), max_size=30))
    picture = draw(
        st.none()
        | st.builds(
            Picture,
            height=st.sampled_from([240, 360, 720, 1080, 2160]),
            rate=st.floats(10_000, 8_000_000),
            group=st.just(0) | st.integers(5_000, 900_000),
        )
    )
    return Material(
        size=round(seconds * (rate * 125 + (picture.rate / 8 if picture else 0))) + 1000,
        seconds=seconds,
        rate=rate,
        starts=(0.0, *sorted({share * seconds for share in shares})),
        tags=draw(st.integers(0, 400_000)),
        levels=tuple(draw(st.lists(st.floats(0, 1), max_size=50))),
        picture=picture,
    )


LIMITS = st.integers(10_000, 2_000_000_000)
PLAYS = st.sampled_from([PLAYED, frozenset({"mp3", "m4a"}), frozenset({"mp3"}), frozenset({"ogg"})])


@given(materials(), LIMITS, st.sampled_from(Preference), PLAYS)
@settings(max_examples=400, deadline=None)
def test_every_file_fits_nothing_is_lost_and_floors_hold(
    material: Material, limit: int, preference: Preference, plays: frozenset[str]
) -> None:
    found = plan(material, limit, preference, plays)
    assert found == plan(material, limit, preference, plays)
    if found.rung in (Rung.AS_IS, Rung.LINK):
        assert (found.rung is Rung.AS_IS) is (material.size <= limit)
        assert found.parts == () and found.coding is None
        assert (found.why is None) is (found.rung is Rung.AS_IS)
        return
    coding = found.coding
    assert coding is not None
    assert FLOORS[coding.codec] <= coding.rate <= max(material.rate, FLOORS[coding.codec])
    ending = {Codec.MP3: "mp3", Codec.AAC: "m4a", Codec.OPUS: "ogg"}[coding.codec]
    assert ending in plays or material.picture is not None
    for part in found.parts:
        assert estimate_size(material, coding, part.seconds) <= limit * (1 + 1e-6)
        assert part.seconds > 0
    starts = [part.start for part in found.parts]
    assert [*starts, material.seconds] == [0.0, *(part.end for part in found.parts)]
    if found.rung is Rung.SMALLER:
        assert len(found.parts) == 1
        return
    assert preference is Preference.PARTS
    assert 2 <= len(found.parts) <= MOST_PARTS
    outside = set(starts) - set(material.starts)
    assert bool(outside) <= bool(found.split)


@given(materials(), LIMITS, PLAYS)
@settings(max_examples=200, deadline=None)
def test_a_chapter_is_split_only_when_it_is_too_long_for_every_coding(
    material: Material, limit: int, plays: frozenset[str]
) -> None:
    found = plan(material, limit, Preference.PARTS, plays)
    if found.split:
        edges = [*material.starts, material.seconds]
        longest = max(end - start for start, end in pairwise(edges))
        codings = list(list_codings(material, plays))
        fitting = [c for c in codings if estimate_size(material, c, longest) <= limit * 0.999]
        # Where one coding could keep the chapters whole, it would make too many parts.
        for coding in fitting:
            assert estimate_size(material, coding, material.seconds / MOST_PARTS) < limit
            assert len(_greedy(edges, material, coding, limit)) > MOST_PARTS


def _greedy(edges: list[float], material: Material, coding: Coding, limit: int) -> list[float]:
    cuts = [0.0]
    for before, after in pairwise(edges[1:]):
        if estimate_size(material, coding, after - cuts[-1]) > limit * (1 + 1e-6):
            cuts.append(before)
    return cuts


@given(materials(), LIMITS, st.integers(1, 1_000_000), PLAYS)
@settings(max_examples=150, deadline=None)
def test_a_lower_limit_never_gives_a_better_rung(
    material: Material, limit: int, less: int, plays: frozenset[str]
) -> None:
    order = list(Rung)
    high, low = (plan(material, most, plays=plays) for most in (limit, max(limit - less, 1)))
    assert order.index(low.rung) >= order.index(high.rung)
