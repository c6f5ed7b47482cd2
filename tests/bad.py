"""Every kind of bad input: files that lie, are broken, hostile or simply odd, made on demand."""

import io
import struct
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from types import MappingProxyType

from mutagen.flac import FLAC
from mutagen.id3 import APIC, ID3, TALB, TIT2, TPE1, TXXX, Encoding
from mutagen.mp4 import MP4

from tests.media import MUSIC, SILENCE, Sound, ffmpeg, make, session_folder

Maker = Callable[[Path], Path]


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# Not audio at all.


def empty(folder: Path) -> Path:
    return write(folder, "empty.mp3", b"")


def text(folder: Path) -> Path:
    return write(folder, "text.mp3", b"This is no music, only words about it.\n" * 200)


def page(folder: Path) -> Path:
    return write(folder, "page.mp3", b"<!doctype html><title>404 Not Found</title>\n" * 50)


def archive(folder: Path) -> Path:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as file:
        file.writestr("track.mp3", make("mp3").read_bytes())
    return write(folder, "album.mp3", into.getvalue())


def noise(folder: Path) -> Path:
    return write(folder, "noise.mp3", Random(1).randbytes(40_000))


def zeros(folder: Path) -> Path:
    return write(folder, "zeros.mp3", bytes(100_000))


def picture(folder: Path) -> Path:
    chunk = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde"
    return write(folder, "picture.mp3", chunk + bytes(500))


def tag_only(folder: Path) -> Path:
    """An ID3 tag with nothing after it."""
    path = write(folder, "tag only.mp3", b"")
    tags = ID3()
    tags.add(TIT2(Encoding.UTF8, ["Nothing"]))
    tags.save(path)
    return path


# Playlists: harmless as text, harmful when a player follows them.

PLAYLISTS: Mapping[str, str] = MappingProxyType(
    {
        "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n",
        "m3u": "#EXTM3U\n#EXTINF:123,Song\n{target}\n",
        "ffconcat": "ffconcat version 1.0\nfile '{target}'\n",
        "concat": "file '{target}'\n",
        "pls": "[playlist]\nNumberOfEntries=1\nFile1={target}\nVersion=2\n",
        "asx": '<asx version="3.0"><entry><ref href="{target}"/></entry></asx>\n',
        "xspf": '<?xml version="1.0"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/">'
        "<trackList><track><location>{target}</location></track></trackList></playlist>\n",
        "mpd": '<?xml version="1.0"?>\n<MPD type="static" mediaPresentationDuration="PT9S">'
        '<Period><AdaptationSet mimeType="audio/mp4"><Representation id="1">'
        "<BaseURL>{target}</BaseURL></Representation></AdaptationSet></Period></MPD>\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns={target}\nc=IN IP4 127.0.0.1\n"
        "m=audio 9 RTP/AVP 0\n",
        "ram": "{target}\n",
        "smil": '<smil><body><audio src="{target}"/></body></smil>\n',
    }
)


def playlist(folder: Path, kind: str, target: str, *, name: str = "") -> Path:
    """A playlist of that kind, renamed .mp3, that names `target`: a path or an address."""
    return write(folder, name or f"{kind}.mp3", PLAYLISTS[kind].format(target=target).encode())


# Named otherwise than they are: these are good sound, and must be accepted.


def mislabelled(folder: Path) -> list[Path]:
    pairs = (("wav", "mp3"), ("mp3", "flac"), ("m4a", "ogg"), ("flac", "wav"), ("ogg", "m4a"))
    named = [make(form, MUSIC, to=folder / f"really {form}.{end}") for form, end in pairs]
    return [
        *named,
        make("mp3", MUSIC, to=folder / "no ending"),
        make("opus", MUSIC, to=folder / "x.jpg"),
    ]


# Broken.


def truncated(folder: Path, form: str, *, share: float = 0.5) -> Path:
    """The first part of a good file."""
    path = make(form, MUSIC)
    content = path.read_bytes()
    return write(folder, f"half{path.suffix}", content[: int(len(content) * share)])


def headless(folder: Path, form: str) -> Path:
    """A good file without its first 200 bytes."""
    path = make(form, MUSIC)
    return write(folder, f"headless{path.suffix}", path.read_bytes()[200:])


def header_only(folder: Path, form: str) -> Path:
    path = make(form, MUSIC)
    return write(folder, f"header{path.suffix}", path.read_bytes()[:120])


def with_a_hole(folder: Path, form: str) -> Path:
    """A good file with a tenth of it zeroed in the middle: damaged, but most of it plays."""
    path = make(form, MUSIC)
    content = bytearray(path.read_bytes())
    start, size = len(content) * 6 // 10, len(content) // 10
    content[start : start + size] = bytes(size)
    return write(folder, f"hole{path.suffix}", bytes(content))


def corrupted(content: bytes, seed: int) -> bytes:
    """Seeded damage for fuzzing: flipped, inserted, removed or repeated bytes, or an early end."""
    chance = Random(seed)
    broken = bytearray(content)
    way = seed % 5
    if way == 4:
        del broken[chance.randrange(1, max(2, len(broken))) :]
        return bytes(broken)
    reach = min(len(broken), 600) if chance.random() < 0.5 else len(broken)
    for _ in range(chance.choice((1, 4, 20, 200))):
        at = chance.randrange(max(1, min(reach, len(broken))))
        if way == 0:
            broken[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            broken[at] = chance.choice((0, 255, 127, 128))
        elif way == 2:
            broken[at:at] = chance.randbytes(chance.randrange(1, 12))
        else:
            size = chance.randrange(1, 40)
            broken[at : at + size] = broken[at : at + size] * chance.choice((0, 2))
    return bytes(broken)


# Locked.


def drms(folder: Path) -> Path:
    """A .m4p as the iTunes store sold it: the sample entry says `drms`."""
    return write(folder, "bought.m4p", _lock(b"drms", b"itun"))


def enca(folder: Path) -> Path:
    """An MP4 under common encryption: the sample entry says `enca`."""
    return write(folder, "rented.m4a", _lock(b"enca", b"cenc"))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _lock(entry: bytes, scheme: bytes) -> bytes:
    content = make("m4a", MUSIC).read_bytes()
    frma = _box(b"frma", b"mp4a")
    schm = _box(b"schm", struct.pack(">I4sI", 0, scheme, 0x10000))
    schi = _box(b"schi", _box(b"tenc", struct.pack(">IBBBB16s", 0, 0, 0, 1, 8, bytes(range(16)))))
    sinf = _box(b"sinf", frma + schm + schi)
    start, end = _find_box(content, (*_TO_STSD, b"stsd"))
    stsd = content[start:end]
    size = struct.unpack(">I", stsd[16:20])[0]
    locked = struct.pack(">I4s", size + len(sinf), entry) + stsd[24 : 16 + size] + sinf
    changed = struct.pack(">I", len(stsd) + len(sinf)) + stsd[4:16] + locked + stsd[16 + size :]
    content = _replace_box(content, (*_TO_STSD, b"stsd"), changed)
    # What the key would open is noise without it.
    start, end = _find_box(content, (b"mdat",))
    return content[: start + 8] + Random(3).randbytes(end - start - 8) + content[end:]


_TO_STSD = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def _find_box(content: bytes, path: tuple[bytes, ...]) -> tuple[int, int]:
    start, end = 0, len(content)
    for kind in path:
        while True:
            size, found = struct.unpack(">I4s", content[start : start + 8])
            if found == kind:
                break
            start += size
        end = start + size
        inside = start
        start += 8
    return inside, end


def _replace_box(content: bytes, path: tuple[bytes, ...], box: bytes) -> bytes:
    """Put another box in a box's place and mend its parents' sizes (`moov` must be last)."""
    start, end = _find_box(content, path)
    more = len(box) - (end - start)
    changed = bytearray(content[:start] + box + content[end:])
    for depth in range(1, len(path)):
        at, _ = _find_box(content, path[:depth])
        size = struct.unpack(">I", content[at : at + 4])[0]
        changed[at : at + 4] = struct.pack(">I", size + more)
    return bytes(changed)


# Odd lengths.


def silent(folder: Path) -> Path:
    return make("flac", SILENCE, to=folder / "silent.flac")


def no_frames(folder: Path) -> Path:
    """A WAV with a good header and no sound."""
    return make("wav", Sound(seconds=0.0), to=folder / "nothing.wav")


def very_short(folder: Path) -> Path:
    return make("wav", Sound(seconds=0.01), to=folder / "blink.wav")


def ten_hours(folder: Path) -> Path:
    """Ten hours of silence in less than half a megabyte."""
    kept = session_folder() / "ten hours.flac"
    if not kept.exists():
        command = [ffmpeg(), "-loglevel", "error", "-f", "lavfi", "-t", "36000"]
        command += ["-i", "anullsrc=r=8000:cl=mono", "-c:a", "flac", "-compression_level", "0"]
        subprocess.run([*command, "-frame_size", "16384", str(kept)], check=True, timeout=120)
    return write(folder, "ten hours.flac", kept.read_bytes())


def unknown_length_wav(folder: Path) -> Path:
    """A WAV as a live recording leaves it: its sizes say 4 GB."""
    content = bytearray(make("wav", MUSIC).read_bytes())
    at = content.index(b"data")
    content[4:8] = content[at + 4 : at + 8] = b"\xff\xff\xff\xff"
    return write(folder, "live.wav", bytes(content))


def unknown_length_flac(folder: Path) -> Path:
    """A FLAC whose header does not know how many samples follow."""
    content = bytearray(make("flac", MUSIC).read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    return write(folder, "stream.flac", bytes(content))


def lying_length_mp3(folder: Path) -> Path:
    """An MP3 whose Xing header promises an hour."""
    content = bytearray(make("mp3", MUSIC).read_bytes())
    at = content.index(b"Xing" if b"Xing" in content else b"Info")
    content[at + 8 : at + 12] = struct.pack(">I", 3600 * 44100 // 1152)
    return write(folder, "promises.mp3", bytes(content))


# Odd tags: the sound is good, and must be accepted.


def _tagged(folder: Path, name: str, *frames: object) -> Path:
    path = make("mp3", MUSIC, to=folder / name)
    tags = ID3()
    for frame in frames:
        tags.add(frame)
    tags.save(path)
    return path


def long_tag(folder: Path) -> Path:
    return _tagged(folder, "long tag.mp3", TIT2(Encoding.UTF8, ["long " * 200_000]))


def many_tags(folder: Path) -> Path:
    frames = [TXXX(Encoding.UTF8, f"key {n}", ["value"]) for n in range(5000)]
    return _tagged(folder, "many tags.mp3", *frames)


def huge_picture(folder: Path) -> Path:
    picture = APIC(Encoding.UTF8, "image/jpeg", 3, "", b"\xff\xd8\xff\xe0" + bytes(8_000_000))
    return _tagged(folder, "huge picture.mp3", picture)


def nul_tag(folder: Path) -> Path:
    title = TIT2(Encoding.UTF8, ["before\0after", "second"])
    return _tagged(folder, "nul.mp3", title, TPE1(Encoding.UTF8, ["\x07bell\x1b[31mred\r\nline"]))


def latin_tag(folder: Path) -> Path:
    """Latin-1 bytes where the tag says UTF-8, as old programs wrote them."""
    path = make("mp3", MUSIC, to=folder / "latin.mp3")
    body = b"\x03" + "Björk – Jóga".encode("cp1252")
    frame = b"TIT2" + struct.pack(">I", len(body)) + b"\0\0" + body
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return write(folder, path.name, b"ID3\x04\0\0" + size + frame + path.read_bytes())


def old_tag(folder: Path) -> Path:
    """Only an ID3v1 tag at the end, in Latin-1."""
    content = make("mp3 no xing", MUSIC).read_bytes()
    fields = (("Déjà vu", 30), ("Café Müller", 30), ("Übersee", 30), ("1999", 4), ("", 30))
    tag = b"TAG" + b"".join(value.encode("latin-1").ljust(size, b"\0") for value, size in fields)
    return write(folder, "old.mp3", content + tag + b"\x0c")


def endless_tag(folder: Path) -> Path:
    """An ID3 tag that says it is 250 MB long."""
    sound = make("mp3 no xing", MUSIC).read_bytes()
    return write(folder, "endless.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + sound)


def rude_tags(folder: Path) -> Path:
    """Markup, mentions, direction marks and path tricks for those who print tags."""
    title = TIT2(Encoding.UTF8, ["<script>alert(1)</script> @everyone [x](http://x) `;rm -rf`"])
    artist = TPE1(Encoding.UTF8, ["../../../etc/passwd\u202egpj.exe"])
    return _tagged(folder, "rude.mp3", title, artist, TALB(Encoding.UTF8, ["=cmd|' /C calc'!A0"]))


def long_comment(folder: Path) -> Path:
    path = make("flac", MUSIC, to=folder / "long comment.flac")
    tags = FLAC(path)
    tags["title"] = "x" * 1_000_000
    tags.save()
    return path


def long_atom(folder: Path) -> Path:
    path = make("m4a", MUSIC, to=folder / "long atom.m4a")
    tags = MP4(path)
    tags["\xa9nam"] = ["y" * 1_000_000]
    tags.save()
    return path


REJECTED: Mapping[str, Maker] = MappingProxyType(
    {
        maker.__name__: maker
        for maker in (
            empty, text, page, archive, noise, zeros, picture, tag_only,
            drms, enca, silent, no_frames,
        )
    }
)  # fmt: skip
"""Files that no mix can use: each is turned down with a sentence, and the rest goes on."""

ODD: Mapping[str, Maker] = MappingProxyType(
    {
        maker.__name__: maker
        for maker in (
            unknown_length_wav, unknown_length_flac, long_tag, many_tags,
            huge_picture, nul_tag, latin_tag, old_tag, rude_tags, long_comment, long_atom,
        )
    }
)  # fmt: skip
"""Files with good sound and something odd about them: each is mixed."""

EITHER: Mapping[str, Maker] = MappingProxyType(
    {maker.__name__: maker for maker in (endless_tag, very_short, ten_hours, lying_length_mp3)}
)
"""Files that may be mixed or turned down, but never hang, crash or take much memory."""

HOSTILE_LABELS = (
    "../../../../tmp/escaped.mp3",
    "..\\..\\windows\\win.ini.mp3",
    "/etc/passwd",
    "line one\nline two\r\n.mp3",
    "nul\0byte.mp3",
    "🎧🔥👩‍👩‍👧 party 🎶.mp3",
    "x" * 300 + ".mp3",
    "界" * 300 + ".mp3",
    "song\u202e3pm.exe",
    "\u200f\u200e\u2066hidden\u2069.mp3",
    "-i.mp3",
    "--version",
    "file:secret.mp3",
    "http://127.0.0.1/x.mp3",
    "concat:a.mp3|b.mp3",
    "%(title)s %n %s {0} ${HOME} $(id) `id`.mp3",
    'quote\'s "double" and \\back.mp3',
    "CON.mp3",
    " .mp3",
    "",
    ".",
    "..",
    "~root.mp3",
    "<img src=x onerror=alert(1)>.mp3",
    "\ud800 lone surrogate.mp3",
)
"""Names as people or attackers give them; only ever labels."""


def named_on_disk(folder: Path) -> list[Path]:
    """Good tracks under the worst names that a file system takes."""
    names = [
        "-i.mp3", "line one\nline two.mp3", "🎧 party 🎶.mp3", "界" * 80 + ".mp3",
        "song\u202e3pm.mp3", "a:b.mp3", "quote's \"double\".mp3", "%s {0} $(id).mp3", " .mp3",
    ]  # fmt: skip
    return [make("mp3", MUSIC, to=folder / name) for name in names]
