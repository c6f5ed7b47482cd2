"""Form: the bars that fit, and sections that fill them."""

import pytest

from core.music.chance import Chance
from core.music.form import plan_sections, set_clock
from core.music.metre import METRES, Metre


@pytest.mark.parametrize("energy", [-1, 0, 1])
def test_sections_fill_any_number_of_bars(energy: int) -> None:
    for bars in range(1, 520):
        sections = plan_sections(bars, energy=energy)
        at = 0
        for section in sections:
            assert section.bar == at and section.bars > 0 and 1 <= section.intensity <= 5
            at += section.bars
        assert at == bars


def test_longer_pieces_have_more_of_a_form() -> None:
    names = {bars: [each.name for each in plan_sections(bars, energy=0)] for bars in (4, 16, 80)}
    assert names[4] == ["A"]
    assert names[16] == ["intro", "A", "B", "A", "outro"]
    assert names[80][0] == "intro" and names[80][-1] == "outro"
    assert {"A", "B", "bridge"} <= set(names[80]) and names[80].count("A") >= 3


def test_the_fullest_section_comes_late_and_the_bridge_is_thin() -> None:
    sections = plan_sections(80, energy=0)
    inner = [each for each in sections if each.name not in ("intro", "outro")]
    assert max(inner, key=lambda each: (each.intensity, each.bar)) is inner[-1]
    bridge = next(each for each in inner if each.name == "bridge")
    assert bridge.intensity < min(each.intensity for each in inner if each.name == "B")


@pytest.mark.parametrize("metre", METRES.values(), ids=METRES)
@pytest.mark.parametrize("seconds", [5.0, 7.3, 30.0, 61.27, 600.0])
@pytest.mark.parametrize("tempo", [50.0, 87.5, 120.0, 200.0])
def test_a_given_tempo_and_length_are_kept(metre: Metre, seconds: float, tempo: float) -> None:
    clock = set_clock(seconds, metre, tempo=tempo, range_=(60, 70), chance=Chance(1))
    assert clock.tempo == pytest.approx(tempo, rel=1e-5)
    assert clock.seconds(clock.end) == pytest.approx(seconds, abs=0.002)
    last = clock.end - (clock.bars - 1) * metre.bar
    assert clock.bars >= 1 and (clock.bars == 1 or clock.seconds(last) >= 1.4)


def test_without_a_tempo_one_is_taken_that_ends_well() -> None:
    for seconds in (12.0, 30.0, 95.5, 240.0):
        clock = set_clock(
            seconds, METRES["4/4"], tempo=None, range_=(90, 106), chance=Chance(5)
        )  # fmt: skip
        assert 90 <= clock.tempo <= 106.01
        last = clock.seconds(clock.end - (clock.bars - 1) * METRES["4/4"].bar)
        assert 1.4 <= last <= 3.6
