"""The mix: exact where one track plays, of even power where two do, and tidy in every case."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.measuring import Samples
from core.mixing import BLOCK, ShortSourceError, equal_power, mix
from core.timeline import Segment, Timeline
from tests.core.tapes import Deck, Playing, deck, lay_out, noise, sine

OPEN = 60.0
"""A ceiling, in dBTP, that nothing reaches."""


def mixed(timeline: Timeline, *samples: Samples, ceiling: float = OPEN) -> Samples:
    return np.concatenate(list(mix(timeline, deck(samples, timeline), ceiling=ceiling)))


def power(samples: Samples) -> float:
    """In dB."""
    return float(10 * np.log10((samples.astype(np.float64) ** 2).mean()))


def test_unlike_tracks_keep_their_power_through_a_fade() -> None:
    second = 44100
    timeline = lay_out([12 * second, 12 * second], [10 * second])
    whole = mixed(timeline, noise(12 * second, 1), noise(12 * second, 2))
    levels = [power(whole[at : at + second]) for at in range(0, len(whole) - second + 1, second)]
    assert len(levels) == 14
    assert max(levels) - min(levels) < 0.2
    assert np.mean(levels) == pytest.approx(-20, abs=0.1)


@pytest.mark.parametrize("frames", [1, 2, 3, 100, BLOCK + 7])
def test_the_squares_of_the_factors_sum_to_one(frames: int) -> None:
    fade_in, fade_out = equal_power(0, frames, frames)
    assert fade_in**2 + fade_out**2 == pytest.approx(np.ones((frames, 1)), abs=1e-6)
    assert fade_in == pytest.approx(fade_out[::-1], abs=1e-6)
    assert (np.diff(fade_in[:, 0]) >= 0).all()
    assert fade_in[0] < 0.8 and fade_in[0] == pytest.approx(np.sin(np.pi / 4 / frames), rel=1e-5)


def test_a_fade_in_parts_is_the_same_fade() -> None:
    whole = equal_power(0, 1000, 1000)
    parts = [equal_power(at, 250, 1000) for at in range(0, 1000, 250)]
    for side in (0, 1):
        assert np.array_equal(np.concatenate([part[side] for part in parts]), whole[side])


def test_bodies_are_bit_identical_and_fades_are_what_they_should_be() -> None:
    one, two, three = (noise(frames, frames) for frames in (100_000, 70_000, 50_000))
    whole = mixed(lay_out([100_000, 70_000, 50_000], [20_000, 1]), one, two, three)
    assert len(whole) == 100_000 + 70_000 + 50_000 - 20_001
    assert np.array_equal(whole[:80_000], one[:80_000])
    assert np.array_equal(whole[100_000 : 150_000 - 1], two[20_000 : 70_000 - 1])
    assert np.array_equal(whole[150_000:], three[1:])
    fade_in, fade_out = equal_power(0, 20_000, 20_000)
    expected = one[80_000:] * fade_out + two[:20_000] * fade_in
    assert whole[80_000:100_000] == pytest.approx(expected, abs=1e-6)


def test_gains_are_applied() -> None:
    samples = noise(10_000)
    whole = mixed(lay_out([10_000], [], gain=-20), samples)
    assert whole == pytest.approx(samples * 0.1, abs=1e-7)


def test_gapless_tracks_join_as_one() -> None:
    whole = sine(90_000, 440)
    parts = whole[:30_000], whole[30_000:60_000], whole[60_000:]
    assert np.array_equal(mixed(lay_out([30_000] * 3, [0, 0]), *parts), whole)


def test_the_sum_is_limited() -> None:
    """Two tracks in step add up to +3 dB in the middle of their fade."""
    tone = sine(60_000, 441) * np.float32(0.89)
    timeline = lay_out([60_000, 60_000], [30_000])
    start = timeline.segments[1].start
    same = np.concatenate([tone[start % 100 :], tone])[:60_000]
    assert np.abs(mixed(timeline, tone, same)).max() > 1.2
    assert np.abs(mixed(timeline, tone, same, ceiling=-1)).max() < 0.8914


@settings(max_examples=60, deadline=None)
@given(
    lengths=some.lists(some.integers(0, 3 * BLOCK), min_size=1, max_size=6),
    share=some.floats(0, 1),
)
def test_there_are_exactly_as_many_frames_as_planned(lengths: list[int], share: float) -> None:
    fades = [int(min(pair) // 2 * share) for pair in pairwise(lengths)]
    timeline = lay_out(lengths, fades)
    player = Deck(lambda segment: np.full((segment.length, 2), 0.01, np.float32))
    blocks = list(mix(timeline, player, ceiling=-1))
    assert sum(map(len, blocks)) == timeline.frames
    assert player.most_open <= 2 and player.open == 0 and len(player.opened) == len(lengths)


def test_no_block_is_large() -> None:
    timeline = lay_out([20 * BLOCK, 20 * BLOCK], [5 * BLOCK])
    player = Deck(lambda segment: np.zeros((segment.length, 2), np.float32))
    assert max(map(len, mix(timeline, player, ceiling=-1))) <= 2 * BLOCK


def test_at_most_two_sources_are_open_and_none_is_read_too_far() -> None:
    timeline = lay_out([10_000] * 8, [2000] * 7)
    # Each source has more than its segment needs: what is not asked for is not heard.
    player = Deck(lambda segment: noise(segment.length + 5000))
    for _ in mix(timeline, player, ceiling=-1):
        assert player.open <= 2
    assert player.most_open == 2 and player.open == 0


def test_a_few_missing_frames_are_filled_with_silence() -> None:
    samples = noise(44_100)
    whole = mixed(lay_out([44_100 + 9000], []), samples)
    assert np.array_equal(whole[:44_100], samples) and not whole[44_100:].any()


def failing(lengths: list[int], fades: list[int], short: int) -> tuple[Deck, Iterator[Samples]]:
    """A mix in which track `short` is a second shorter than it was measured."""
    timeline = lay_out(lengths, fades)

    def samples_of(segment: Segment) -> Samples:
        missing = 44_100 if segment.track.source == f"{short}.mp3" else 0
        return noise(segment.length - missing)

    player = Deck(samples_of)
    return player, mix(timeline, player, ceiling=-1)


@pytest.mark.parametrize("short", [0, 1, 2])
@pytest.mark.parametrize("fade", [0, 5000, 60_000])
def test_a_track_that_ends_early_is_named_and_all_is_closed(short: int, fade: int) -> None:
    player, blocks = failing([200_000] * 3, [fade] * 2, short)
    with pytest.raises(ShortSourceError) as caught:
        list(blocks)
    assert caught.value.segment.track.source == f"{short}.mp3"
    assert player.open == 0


@pytest.mark.parametrize("after", range(1, 16))
def test_all_is_closed_when_nobody_listens_any_more(after: int) -> None:
    player, blocks = failing([200_000] * 3, [60_000] * 2, short=-1)
    for _ in range(after):
        next(blocks)
    assert player.open > 0
    blocks.close()  # type: ignore[attr-defined] # it is a generator
    assert player.open == 0


def test_all_is_closed_when_a_source_cannot_be_opened() -> None:
    timeline = lay_out([50_000] * 3, [100, 100])
    opened: list[Playing] = []

    def open_source(segment: Segment) -> Playing:
        if len(opened) == 2:
            raise OSError("too many open files")
        opened.append(Playing(noise(segment.length)))
        return opened[-1]

    with pytest.raises(OSError, match="too many"):
        list(mix(timeline, open_source, ceiling=-1))
    assert all(source.closed for source in opened) and len(opened) == 2
