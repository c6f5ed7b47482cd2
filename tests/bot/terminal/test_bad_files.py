"""Bad files beside good ones: a sentence each, the rest goes on, and nothing foreign is opened."""

import asyncio
import os
import socket
import stat
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
from mutagen.id3 import ID3, TIT2, Encoding

from tests import bad
from tests.bot.terminal.program import Shell
from tests.media import MUSIC, Sound, ffmpeg, make

GOOD = Sound(wave="music", seconds=3.0)
CUT_OFF = ("mp3", "m4a", "flac", "ogg", "opus", "wav", "aiff", "wma", "mkv", "webm", "mp4")

SENTENCES = {
    "empty": "is empty. Send it again.",
    "text": "is a text, not a sound file.",
    "page": "is a web page, not a sound file: its download went wrong. Fetch the track again.",
    "archive": "is a ZIP archive. Unpack it and send the tracks themselves.",
    "noise": "is not a sound file that I know. Send MP3, M4A, OGG, Opus, FLAC, WAV, AIFF, WMA, "
    "MP4, MOV, WebM or MKV.",
    "zeros": "holds nothing but zeros: its download broke. Send it again.",
    "picture": "is a picture, not a sound file. Send it as the cover.",
    "tag_only": "has tags but no sound: it is cut off or damaged. Send it again.",
    "drms": "is protected (DRM), so only its shop's own player can open it.",
    "enca": "is encrypted, so I cannot open it. Send a copy without protection.",
    "silent": "is silent: there is nothing to hear in it.",
    "no_frames": "is damaged: there is no sound in it that can be played.",
    "ten_hours": "is longer than 240 minutes, the most for one track.",
    "lying_length_mp3": "is cut off or damaged: only 8 of its 3600 seconds can be played. "
    "Send it again.",
    "endless_tag": "has tags but no sound: it is cut off or damaged. Send it again.",
}
PLAYLIST = "is a playlist or a text that names other files. Send the tracks themselves."
DEVICE = "is a device or a pipe, not a file with sound in it."


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bad-files-data")


@pytest.fixture
def shell(tmp_path: Path, data: Path) -> Shell:
    make("mp3", GOOD, to=tmp_path / "good.mp3")
    return Shell(tmp_path, {"TAPEDECK_DATA": str(data)})


def folder(parent: Path, name: str) -> Path:
    path = parent / name
    path.mkdir()
    return path


def odd_places(parent: Path) -> dict[str, str]:
    """What is no regular file, by its path, with what is said of it."""
    os.mkfifo(parent / "pipe.mp3")
    (parent / "loop.mp3").symlink_to("loop.mp3")
    (parent / "dangling.mp3").symlink_to("nowhere.mp3")
    with (parent / "sparse.mp3").open("wb") as file:
        file.write(make("mp3", GOOD).read_bytes())
        try:
            file.truncate(8 << 40)
        except OSError:
            file.truncate(0)
    with socket.socket(socket.AF_UNIX) as unix:
        home = Path.cwd()
        # The name of a socket may have 100 bytes only.
        os.chdir(parent)
        unix.bind("socket.mp3")
        os.chdir(home)
    places = {
        str(parent): "is a folder, not a file. Name the tracks in it.",
        str(parent / "pipe.mp3"): DEVICE,
        str(parent / "socket.mp3"): DEVICE,
        "/dev/zero": DEVICE,
        "/dev/null": DEVICE,
        str(parent / "missing.mp3"): "is not there. Look at how it is spelled.",
        str(parent / "dangling.mp3"): "is not there. Look at how it is spelled.",
        str(parent / "loop.mp3"): "is a link that leads to itself. Name the file that it stands "
        "for.",
        str(parent / "sparse.mp3"): "disk has less than that free.",
    }
    if (parent / "sparse.mp3").stat().st_size == 0:
        del places[str(parent / "sparse.mp3")]
    if os.geteuid() != 0:
        locked = make("mp3", GOOD, to=parent / "locked.mp3")
        locked.chmod(0)
        places[str(locked)] = "may not be read by me. Look at its permissions."
    if Path("/proc/self/mem").exists():
        places["/proc/self/mem"] = "cannot be read: input/output error. Look at its disk."
    return places


async def test_every_bad_file_has_its_sentence_and_the_good_ones_are_mixed(shell: Shell) -> None:
    expected = odd_places(folder(shell.folder, "odd"))
    for name, maker in {**bad.REJECTED, **bad.EITHER}.items():
        if name in SENTENCES:
            expected[str(maker(shell.folder))] = SENTENCES[name]
    for form in CUT_OFF:
        where = folder(shell.folder, form)
        expected[str(bad.truncated(where, form))] = "is cut off"
        if form != "mp3":  # in an MP3 the next frame is as good a start
            expected[str(bad.headless(where, form))] = "is not a sound file that I know."
        expected[str(bad.header_only(where, form))] = ""
    odd = [maker(folder(shell.folder, f"odd-{name}")) for name, maker in bad.ODD.items()]
    given = [str(shell.folder / "good.mp3"), *expected, *map(str, odd), "good.mp3"]
    result = (await shell.run("mixtape", *given, "--no-video", "--json")).result
    reasons = {item["source"]: item["reason"] for item in result["rejected"]}
    assert set(reasons) == set(expected)
    for source, words in expected.items():
        assert words in reasons[source], (source, reasons[source])
        assert reasons[source].endswith(".") and reasons[source][0].islower()
    mixed = [track["source"] for track in result["tracks"]]
    good = str(shell.folder / "good.mp3")
    assert mixed == [good, *map(str, odd), good]
    assert all(len(track["title"]) <= 200 for track in result["tracks"])


async def test_when_all_are_bad_each_is_named_in_one_sentence(shell: Shell) -> None:
    names = [maker(shell.folder).name for maker in (bad.empty, bad.text, bad.silent)]
    ended = await shell.run("mixtape", *names, "--json", "--out", "out")
    assert ended.refusal == (
        "None of the 3 files can be used: empty.mp3 is empty. Send it again; text.mp3 is a text, "
        "not a sound file; silent.flac is silent: there is nothing to hear in it."
    )
    jobs = set(shell.data.glob("jobs/*"))
    ended = await shell.run("mixtape", "empty.mp3")
    assert set(shell.data.glob("jobs/*")) == jobs
    assert ended.refusal == "empty.mp3 is empty. Send it again."
    assert list((shell.folder / "out").iterdir()) == []


# Files that name others.


@asynccontextmanager
async def counting() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server on loopback that gives everybody music, and knows who came."""
    hits: list[bytes] = []
    sound = make("wav", MUSIC).read_bytes()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hits.append(await reader.readline())
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: audio/wav\r\n\r\n" + sound)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/secret.wav", hits


def disguises(place: Path, target: str) -> Iterator[Path]:
    """Playlists of every kind that name `target`: plain, behind a tag, behind sound, as a cover."""
    for kind, words in bad.PLAYLISTS.items():
        plain = bad.playlist(place, kind, target)
        yield plain
        tagged = bad.write(place, f"tagged {kind}.mp3", plain.read_bytes())
        tags = ID3()
        tags.add(TIT2(Encoding.UTF8, ["Fine"]))
        tags.save(tagged)
        yield tagged
        for mark in (b"\xef\xbb\xbf", b"\n\n", b"\0" * 8):
            content = mark + words.format(target=target).encode()
            yield bad.write(place, f"marked {mark.hex()} {kind}.mp3", content)
    stream = bad.PLAYLISTS["m3u8"].format(target=target).encode()
    for name, head in (
        ("webm", b"\x1a\x45\xdf\xa3"), ("ogg", b"OggS\0"), ("m4a", b"\0\0\0\x18ftypM4A "),
        ("wav", b"RIFF\xff\xff\xff\xffWAVE"), ("flac", b"fLaC"), ("aiff", b"FORM\0\0\xff\xffAIFF"),
    ):  # fmt: skip
        yield bad.write(place, f"head.{name}", head + stream)
    yield bad.write(place, "elsewhere.m4a", elsewhere(target))


def elsewhere(target: str) -> bytes:
    """An MP4 that says its sound lies in another file (ISO 14496-12, 8.7.2)."""
    content = make("m4a", MUSIC).read_bytes()
    entry = b"url " + bytes(4) + target.encode() + b"\0"
    entry = struct.pack(">I", len(entry) + 4) + entry
    dref = b"dref" + struct.pack(">II", 0, 1) + entry
    path = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
    return bad._replace_box(content, path, struct.pack(">I", len(dref) + 4) + dref)


async def test_a_file_that_names_another_opens_nothing(shell: Shell) -> None:
    secret = make("wav", MUSIC, to=shell.folder / "secret.wav")
    os.utime(secret, (1, 1))
    async with counting() as (address, hits):
        given: list[Path] = []
        for index, target in enumerate((address, str(secret), "secret.wav", f"file:{secret}")):
            given += disguises(folder(shell.folder, f"to-{index}"), target)
        given = [path for path in given if path.name != "elsewhere.m4a"] + given[-1:]
        cover = bad.playlist(shell.folder, "m3u8", address)
        for some in (given[:199], given[199:]):
            options = ("--cover", str(cover), "--no-video", "--json")
            result = (await shell.run("mixtape", "good.mp3", *map(str, some), *options)).result
            assert hits == []
            mixed = [Path(track["source"]).name for track in result["tracks"]]
            # Its sound is in it all the same: where else it points to is not looked at.
            assert set(mixed) <= {"good.mp3", "elsewhere.m4a"}
            assert len(result["rejected"]) == len(some) + 2 - len(mixed)
            reasons = {item["source"]: item["reason"] for item in result["rejected"]}
            assert reasons.pop(str(cover)).startswith(
                "cannot be the cover. This is no picture that can be used here"
            )
            assert {reasons[name] for name in reasons if "/m3u" in name} <= {PLAYLIST}
    # The file was made for this test and read by nobody since (relatime writes a first reading).
    assert secret.stat().st_atime == 1


# A full disk.


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of that size, where we may mount one."""
    place = Path(f"/tmp/tapedeck-small-{os.getpid()}")
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=20)
    except FileNotFoundError:
        done = None
    if done is None or done.returncode != 0:
        place.rmdir()
        pytest.skip("only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True, timeout=20)
        place.rmdir()


async def test_a_disk_without_room_is_told_before_the_work(shell: Shell) -> None:
    with small_disk(16) as disk:
        make("wav", Sound(wave="noise", seconds=60.0), to=shell.folder / "large.wav")
        data, out = disk / "data", shell.folder / "out"
        for tracks in (("good.mp3",), ("good.mp3", "large.wav", "large.wav", "large.wav")):
            ended = await shell.run("mixtape", *tracks, "--out", "out", TAPEDECK_DATA=str(data))
            assert "The disk is too full: the mix needs about 15" in ended.refusal
            assert "Free some space and try again." in ended.refusal
            assert list(out.iterdir()) == [] == list(data.glob("jobs/*"))


async def test_a_disk_that_fills_up_meanwhile_is_told_and_left_clean(shell: Shell) -> None:
    with small_disk(310) as disk:
        data = disk / "data"
        given = ("mixtape", *["good.mp3"] * 9, "--crossfade", "0", "--out", "out")
        began = asyncio.get_running_loop().time()
        async with shell.start(*given, TAPEDECK_DATA=str(data)) as process:
            assert process.stderr is not None
            async with asyncio.timeout(60):
                while b"mixing" not in (line := await process.stderr.readline()):
                    assert line, "it ended too early"
            fill(disk / "fill")
            async with asyncio.timeout(60):
                _, words = await process.communicate()
        assert asyncio.get_running_loop().time() - began < 30
        assert process.returncode == 1
        assert words.decode() == (
            "The disk is full, so nothing could be made. Free some space and try again.\n"
        )
        assert list(data.glob("jobs/*")) == []
    assert list((shell.folder / "out").iterdir()) == []


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        free = os.statvfs(path).f_bavail * os.statvfs(path).f_frsize
        for size in (free - (4 << 20), free - (1 << 20)):
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, size)
        file.seek(0, os.SEEK_END)
        with suppress(OSError):
            while True:
                file.write(bytes(4096))


async def test_an_encoder_that_meets_a_full_disk_is_no_bug(shell: Shell) -> None:
    """The same without being root: what ffmpeg writes goes to a device that is always full."""
    liar = shell.folder / "ffmpeg"
    liar.write_text(
        f"#!{sys.executable}\nimport os, sys\ngiven = sys.argv[1:]\n"
        "if 'libmp3lame' in given:\n"
        "    given[-1] = given[-1].replace('file:mix.mp3', 'file:/dev/full')\n"
        f"os.execv({ffmpeg()!r}, ['ffmpeg', *given])\n"
    )
    liar.chmod(liar.stat().st_mode | stat.S_IXUSR)
    given = ["good.mp3"] * 9  # ffmpeg 5 only notices once it has a few hundred kilobytes
    command = ("mixtape", *given, "--no-video", "--out", "o")
    ended = await shell.run(*command, TAPEDECK_FFMPEG=str(liar))
    assert ended.refusal.startswith("The disk is full")
    assert list((shell.folder / "o").iterdir()) == []


async def test_a_full_folder_for_the_result_gets_all_or_nothing(shell: Shell) -> None:
    with small_disk(1) as disk:
        (disk / "mix.cue").write_text("older")
        fill(disk / "fill")
        ended = await shell.run(
            "mixtape", "good.mp3", "--no-video", "--title", "Mix", "--out", str(disk)
        )
        assert f"I could not write {disk}/mix." in ended.refusal
        assert "no space left" in ended.refusal
        assert sorted(path.name for path in disk.iterdir()) == ["fill", "mix.cue"]
        assert (disk / "mix.cue").read_text() == "older"
