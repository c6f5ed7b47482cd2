"""mido: a score as a standard MIDI file of type 1."""

from io import BytesIO

from mido import Message, MetaMessage, MidiFile, MidiTrack

from core.music.metre import TICKS
from core.music.score import Score, Voice

_VOLUME, _PAN, _REVERB, _BRIGHTNESS = 7, 10, 91, 74


def write_midi(score: Score) -> bytes:
    """The file: a conductor's track with tempo, metre, key and section markers, then the voices.

    The same score gives the same bytes. All tracks end with the piece, so the file is as long.
    """
    file = MidiFile(type=1, ticks_per_beat=TICKS, charset="utf-8")
    file.tracks.append(_conduct(score))
    for voice in score.voices:
        file.tracks.append(_track(voice, score))
    written = BytesIO()
    file.save(file=written)
    return written.getvalue()


def _conduct(score: Score) -> MidiTrack:
    key = score.key.spell(score.key.tonic) + ("m" if score.key.minor else "")
    events: list[tuple[int, MetaMessage]] = [
        (0, MetaMessage("track_name", name=score.title)),
        (0, MetaMessage("set_tempo", tempo=score.clock.microseconds)),
        (
            0,
            MetaMessage(
                "time_signature",
                numerator=score.metre.beats,
                denominator=score.metre.unit,
                # Clocks (24 in a quarter note) from one click of a metronome to the next.
                clocks_per_click=score.metre.pulse * 24 // TICKS,
            ),
        ),
        (0, MetaMessage("key_signature", key=key)),
    ]
    events += [
        (section.bar * score.metre.bar, MetaMessage("marker", text=section.name))
        for section in score.sections
    ]
    return _lay(events, score.clock.end)


def _track(voice: Voice, score: Score) -> MidiTrack:
    channel = voice.channel
    events: list[tuple[int, Message | MetaMessage]] = [
        (0, MetaMessage("track_name", name=voice.name)),
        (0, Message("program_change", channel=channel, program=voice.program)),
    ]
    controls = ((_VOLUME, voice.volume), (_PAN, voice.pan), (_REVERB, voice.reverb))
    brightness = 44 + score.brightness * 40 // 100
    for number, value in (*controls, (_BRIGHTNESS, brightness)):
        events.append((0, Message("control_change", channel=channel, control=number, value=value)))
    played: list[tuple[int, int, Message]] = []
    for note in voice.notes:
        start = note.start + note.shift
        on = Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)
        off = Message("note_off", channel=channel, note=note.pitch, velocity=0)
        # Of what comes at one time, the ends go first, or a repeated note would be cut.
        played += [(start, 1, on), (start + note.length, 0, off)]
    played.sort(key=lambda event: (event[0], event[1], event[2].note))
    events += [(tick, message) for tick, _, message in played]
    return _lay(events, score.clock.end)


def _lay(
    events: "list[tuple[int, MetaMessage]] | list[tuple[int, Message | MetaMessage]]", end: int
) -> MidiTrack:
    """Absolute ticks become waits; the end of the track comes with that of the piece."""
    track = MidiTrack()
    now = 0
    for tick, message in events:
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(MetaMessage("end_of_track", time=end - now))
    return track
