"""What a person reads in the terminal: names instead of ids, groups instead of lists of records."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from kb.cli import main
from kb.render import show
from kb.render_names import safe, told


@pytest.fixture
def shown(
    capsys: pytest.CaptureFixture[str], tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> object:
    """Run a command on the small index at a width and in a language; what it printed."""
    monkeypatch.setenv("KB_ENCODER", "hash")

    def run(*words: str, lang: str = "es", width: int = 80) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        assert main([*words, "--index", str(tiny_index), "--ui-lang", lang]) == 0
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ["search", "redes de voluntarios"],
        ["experts", "energía en Alemania"],
        ["lessons", "voluntarios"],
        ["answer", "Red Caldas"],
        ["status"],
        ["verify"],
        ["remove"],
        ["forget"],
    ],
    ids=lambda words: words[0],
)
def test_no_line_is_too_wide_and_no_record_is_raw(
    shown: object, words: list[str], lang: str, width: int
) -> None:
    """Nothing of Python's or JSON's braces, no code of an interface's word."""
    out = shown(*words, lang=lang, width=width)  # type: ignore[operator]
    assert out.strip()
    assert max(map(len, out.splitlines())) <= width
    assert not re.search(r"[{}]|None|ui_\w+|\['", out)


def test_a_profile_is_shown_in_words(shown: object) -> None:
    """Country, level of study and languages by name, years before each post, the id to go on."""
    out = shown("experts", "Lucía Núñez Arrieta")  # type: ignore[operator]
    (profile_id,) = re.findall(r"\bp[0-9a-f]{12}\b", out)[:1]
    spanish = shown("profile", profile_id)  # type: ignore[operator]
    for expected in ("Alemania", "doctorado", "alemán (C1)", "2017–hoy", profile_id):
        assert expected in spanish
    english = shown("profile", profile_id, lang="en")  # type: ignore[operator]
    for expected in ("Germany", "doctorate", "German (C1)", "2017–now"):
        assert expected in english


def test_lessons_name_programmes_and_countries(shown: object) -> None:
    """Not their ids."""
    out = shown("lessons", "el instituto abrió capítulos", "-k", "20")  # type: ignore[operator]
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", out)


def test_one_remedy_stands_once_below_the_files_that_need_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Problems of an ingest are grouped by what is to be done."""
    empty = {"code": "file_empty", "error": "Empty.", "remedy": "Delete it."}
    failed = [{"source": name, **empty} for name in ("a.pdf", "b.pdf")]
    show(
        "ingest",
        {"added": 0, "updated": 0, "unchanged": 0, "removed": 0, "passages": 0, "seconds": 1.0,
         "failed": failed, "warnings": []},
        lang="en",
    )  # fmt: skip
    out = capsys.readouterr().out
    assert out.count("Delete it.") == 1
    assert out.index("a.pdf") < out.index("b.pdf") < out.index("Delete it.")


def test_a_reader_that_has_gone_is_no_failure(
    tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kb search ... | head -1` ends with 0."""

    class Gone(io.TextIOBase):
        def write(self, text: str) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return 1

    monkeypatch.setenv("KB_ENCODER", "hash")
    with monkeypatch.context() as inside:
        inside.setattr("sys.stdout", Gone())
        inside.setattr("os.dup2", lambda *_: None)
        code = main(["search", "red", "--index", str(tiny_index)])
    assert code == 0


def test_text_of_a_source_is_no_markup() -> None:
    """Nor does it move the cursor."""
    assert safe("[bold]x[/] \x1b[2J") == "\\[bold]x\\[/] [2J"
    assert told("countries", ["MX", "DE"], "es") == "México, Alemania"
    assert told("willing", "mentor", "en") == "mentor"
