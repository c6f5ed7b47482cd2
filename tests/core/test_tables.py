"""Tables of clips are read as people have them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.tables import Column, Record, decode_table, read_table, write_table

A, B = "https://youtu.be/aaa?t=5", "https://www.youtube.com/watch?v=bbb&list=x"
START, END, LABEL, SOURCE = Column.START, Column.END, Column.LABEL, Column.SOURCE


def read(text: str) -> list[dict[str, str]]:
    """The cells that say something, by their columns."""
    return [
        {column.value: cell for column, cell in record.cells.items() if cell}
        for record in read_table(text)
    ]


WANTED = [
    {"source": A, "start": "1:00", "end": "1:30", "label": "Intro"},
    {"source": B, "start": "90", "end": "1m40s"},
]
TABLES = {
    "comma": f"url,start,end,label\n{A},1:00,1:30,Intro\n{B},90,1m40s,\n",
    "semicolon": f"url;start;end;label\n{A};1:00;1:30;Intro\n{B};90;1m40s\n",
    "tab": f"url\tstart\tend\tlabel\n{A}\t1:00\t1:30\tIntro\n{B}\t90\t1m40s\n",
    "bar": f"{A} | 1:00 | 1:30 | Intro\n{B} | 90 | 1m40s\n",
    "no header": f"{A},1:00,1:30,Intro\n{B},90,1m40s\n",
    "byte order mark": f"\ufeffurl,start,end,label\n{A},1:00,1:30,Intro\n{B},90,1m40s\n",
    "case and order": f"LABEL, End ,START,Video URL\nIntro,1:30,1:00,{A}\n,1m40s,90,{B}\n",
    "other names": f"Title;Link;From;To;Notes\nIntro;{A};1:00;1:30;x\n;{B};90;1m40s;\n",
    "quotes": f'"url","start","end","label"\n"{A}","1:00","1:30","Intro"\n"{B}","90","1m40s",""\n',
    "comments and blanks":
        f"# mine\n\nurl,start,end,label\n\n// no\n{A},1:00,1:30,Intro\n \n{B},90,1m40s\n\n",
    "carriage returns": f"url,start,end,label\r\n{A},1:00,1:30,Intro\r\n{B},90,1m40s\r\n",
    "old carriage returns": f"url,start,end,label\r{A},1:00,1:30,Intro\r{B},90,1m40s\r",
    "spaces": f"{A} 1:00 1:30 Intro\n{B} 90 1m40s\n",
    "words between": f"{A} 1:00 - 1:30 Intro\n{B}   90 to 1m40s\n",
    "one line": f"{A} 1:00 1:30 Intro {B} 90 1m40s",
    "one line with commas": f"url,start,end,label {A},1:00,1:30,Intro {B},90,1m40s",
    "spreadsheet": f"sep=;\nurl;start;end;label\n{A};1:00;1:30;Intro\n{B};90;1m40s;\n",
    "json": json.dumps({"urls": [
        {"url": A, "start": "1:00", "end": "1:30", "label": "Intro"},
        {"url": B, "start": 90, "end": "1m40s", "note": None},
    ]}),
    "json list": json.dumps([[A, "1:00", "1:30", "Intro"], {"LINK": B, "From": 90, "To": "1m40s"}]),
}  # fmt: skip


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES.keys())
def test_reads_tables_of_every_kind(text: str) -> None:
    assert read(text) == WANTED


def test_all_columns_have_names() -> None:
    text = "file,start,length,title,crossfade,volume\na.mp3,1,2,T,0,-3 dB\n"
    assert read(text) == [
        {"source": "a.mp3", "start": "1", "length": "2", "label": "T", "fade": "0", "gain": "-3 dB"}
    ]


def test_places_are_lines_of_the_file() -> None:
    text = f'# one\nurl,start,end,label\n{A},1,2,"two\nlines"\n\n{B},3,4\n'
    assert [record.place for record in read_table(text)] == ["line 3", "line 6"]
    assert read(text)[0]["label"] == "two\nlines"


def test_names_of_files_may_have_spaces_and_commas() -> None:
    assert read('"My song, live.mp3",0:10,0:20\n') == [
        {"source": "My song, live.mp3", "start": "0:10", "end": "0:20"}
    ]
    assert read("My song.mp3 0:10 0:20 the best part\n") == [
        {"source": "My song.mp3", "start": "0:10", "end": "0:20", "label": "the best part"}
    ]
    assert read('"My song.mp3" 5 7\n') == [{"source": "My song.mp3", "start": "5", "end": "7"}]


def test_decimal_commas_stand_between_semicolons() -> None:
    assert read(f"{A};1:02,5;1:03,75;x\n") == [
        {"source": A, "start": "1:02,5", "end": "1:03,75", "label": "x"}
    ]


def test_times_alone_are_of_the_one_file() -> None:
    assert read("1:00,1:30,Intro\n2:00-2:30\n") == [
        {"start": "1:00", "end": "1:30", "label": "Intro"},
        {"start": "2:00-2:30"},
    ]


def test_a_length_and_an_open_end_stay_what_they_are() -> None:
    assert read(f"{A},1:00+30,,x\n{A},1:00\n{A}\n") == [
        {"source": A, "start": "1:00+30", "label": "x"},
        {"source": A, "start": "1:00"},
        {"source": A},
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"urls": [{"url": "x"', "line 1, column"),
        ('{"songs": 3}', "no list of clips"),
        ('[{"url": ]', "cannot be read"),
        ("x" * 200_001, "too long"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_table_is_told(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_table(text)


def test_files_are_read_in_the_codings_of_spreadsheets() -> None:
    text = "url;label\nhttps://a.test/x;Späte Nacht – 夜\n"
    assert decode_table(text.encode("utf-16")) == text
    assert decode_table(text.encode("utf-8-sig")) == text
    assert decode_table("a;Späte\n".encode("cp1252")) == "a;Späte\n"
    for content, words in ((b"a" * 300_000, "too large"), (b"a\0b", "no table")):
        with pytest.raises(UserError, match=words):
            decode_table(content)


TIMES = st.sampled_from(["", "1:00", "90", "1m30s", "0:05+3", "2:00.5"])
LABELS = st.text("abcÄé ,;\t|\"'#–夜", max_size=12).map(str.strip)


@given(st.lists(st.tuples(st.sampled_from([A, B, "a b.mp3"]), TIMES, TIMES, LABELS), min_size=1))
def test_what_is_written_is_read_again(rows: list[tuple[str, str, str, str]]) -> None:
    records = [Record("", dict(zip((SOURCE, START, END, LABEL), row, strict=True))) for row in rows]
    again = read_table(write_table(records))
    keys = (SOURCE, START, END, LABEL)
    assert [[each.cells.get(key, "") for key in keys] for each in again] == [
        [each.cells[key] for key in keys] for each in records
    ]


@given(st.text(max_size=300))
def test_any_text_is_rows_or_a_sentence(text: str) -> None:
    try:
        records = read_table(text)
    except UserError as error:
        assert str(error).endswith((".", "…"))
        return
    assert all(isinstance(cell, str) for record in records for cell in record.cells.values())
