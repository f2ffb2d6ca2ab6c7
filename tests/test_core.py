"""Settings, messages in both languages, and the plain form of records."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import config, messages
from kb.datatypes import DatedName, Entity, Passage, Problem, Understood
from kb.errors import KBError, NoIndexError, UsageError
from kb.wire import from_plain, to_plain


def test_every_message_stands_in_both_languages_with_the_same_blanks() -> None:
    """Spanish and English have the same codes, each with the same {blanks}."""
    es, en = messages.catalogue("es"), messages.catalogue("en")
    assert es.keys() == en.keys()

    def blanks(message: messages.Message) -> set[str]:
        return {
            name.partition(":")[0]
            for part in message
            for _, name, _, _ in string.Formatter().parse(part)
            if name
        }

    differ = [code for code in es if blanks(es[code]) != blanks(en[code])]
    assert not differ
    same = [code for code in es if es[code].error == en[code].error]
    assert not [code for code in same if len(re.findall(r"[^\W\d_]{3,}", es[code].error)) > 1]


def test_an_error_says_what_and_what_to_do_in_either_language() -> None:
    """The remedy names the command with the path that was meant."""
    error = NoIndexError("no_index", path="indexes/demo")
    assert "kb ingest" in error.text("en")
    assert "indexes/demo" in error.text("es")
    assert error.text("es") != error.text("en")


def test_every_code_that_the_program_raises_has_a_message() -> None:
    """A string given as a code to an error or Problem in kb/ or api/ is in the catalogue."""
    import ast

    known = messages.catalogue("en")
    root = Path(__file__).resolve().parent.parent
    missing = []
    for path in [*(root / "kb").rglob("*.py"), *(root / "api").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = {"Problem": 1}.get(node.func.id, 0 if node.func.id.endswith("Error") else None)
            if place is None or node.func.id in dir(__builtins__) or len(node.args) <= place:
                continue
            code = node.args[place]
            wanted = isinstance(code, ast.Constant) and isinstance(code.value, str)
            if wanted and code.value.isidentifier() and code.value not in known:
                missing.append(f"{path.name}: {code.value}")
    assert not missing


def test_settings_come_from_caller_then_environment_then_file(tmp_path: Path) -> None:
    """What is given wins over KB_..., which wins over kb.toml."""
    toml = tmp_path / "kb.toml"
    toml.write_text('workers = 3\nocr = "off"\nencoder = "one"\n')
    env = {"KB_CONFIG": str(toml), "KB_ENCODER": "two", "LANG": "es_MX.UTF-8"}
    settings = config.load(environ=env, workers=5)
    assert (settings.workers, settings.encoder, settings.ocr) == (5, "two", "off")
    assert settings.ui_lang == "es"


@pytest.mark.parametrize(
    ("env", "toml"),
    [({"KB_WORKERS": "many"}, ""), ({"KB_OCR": "perhaps"}, ""), ({}, "colour = 1"), ({}, "= ?")],
)
def test_a_setting_that_makes_no_sense_is_refused(
    tmp_path: Path, env: dict[str, str], toml: str
) -> None:
    """The error names the setting and the choices."""
    (tmp_path / "kb.toml").write_text(toml)
    with pytest.raises(UsageError):
        config.load(environ={"KB_CONFIG": str(tmp_path / "kb.toml"), **env})


def test_plain_form_leaves_empty_options_out_and_renames_from() -> None:
    """Optional keys appear only when there is something; from_ is "from" in JSON."""
    bare = Entity("Chile", "COUNTRY", "CL", "Chile", "Chile", 0, 5)
    assert "names" not in to_plain(bare)
    dated = Entity(
        "SNI", "PROGRAM", "snii", "SNII", "SNII", 0, 3, names=(DatedName("SNI", "es", 1984, 2022),)
    )
    plain = to_plain(dated)
    assert plain["names"] == [{"name": "SNI", "lang": "es", "from": 1984, "to": 2022}]
    assert from_plain(Entity, plain) == dated


def test_problems_are_rendered_only_for_people() -> None:
    """With a language a problem is text; without, it can be restored."""
    problem = Problem("a.pdf", "no_index", (("path", "x"),))
    assert set(to_plain(problem, lang="es")) == {"source", "code", "error", "remedy"}
    assert from_plain(Problem, to_plain(problem)) == problem


_TEXT = st.text(max_size=20)


@given(
    st.builds(
        Passage, _TEXT, _TEXT, st.integers(0, 9), st.integers(0, 9), _TEXT, _TEXT,
        st.tuples(_TEXT, _TEXT), st.none() | st.integers(1, 9), st.tuples(st.integers(1, 9)),
        st.none() | _TEXT,
    )
)  # fmt: skip
def test_records_survive_the_round_trip(passage: Passage) -> None:
    """from_plain(to_plain(x)) == x, whatever the text."""
    assert from_plain(Passage, to_plain(passage)) == passage
    assert from_plain(Understood, to_plain(Understood(years=(2015,)))) == Understood(years=(2015,))


def test_errors_travel_between_processes() -> None:
    """Pickled and restored, an error keeps its code and params."""
    import pickle

    error = pickle.loads(pickle.dumps(NoIndexError("no_index", path="x")))
    assert isinstance(error, KBError)
    assert error.params == {"path": "x"}


def test_the_front_door_opens_on_every_public_name() -> None:
    """Each name of kb.__all__ is there, and none is the name of a room."""
    import kb

    rooms = {path.stem for path in Path(kb.__file__).parent.iterdir()}
    assert not rooms & set(kb.__all__)
    for name in kb.__all__:
        assert getattr(kb, name) is not None
    with pytest.raises(AttributeError):
        _ = kb.nothing
