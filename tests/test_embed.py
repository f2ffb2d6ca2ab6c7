"""Encoders: unit rows in order, prefixes, identity; the int8 way is in test_embed_int8.py."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support_store import document

from kb.config import Settings
from kb.datatypes import Encoder
from kb.embed import HashEncoder, identity, load_encoder, passage_text
from kb.embed_folder import is_plain_bert
from kb.errors import UsageError

TEXTS = [
    "¿Quién nos ayuda con almacenamiento de energía en Alemania?",
    "",
    "A network should stay small enough for the office to know every member. " * 30,
    "a",
    "niño, nino, NIÑO; 46.5% — «comillas» 你好 🙂",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(Settings())


@pytest.fixture(scope="module")
def folder() -> Path:
    found = identity(Settings()).folder
    assert found is not None
    return found


def test_rows_are_unit_float32_in_order(encoder: Encoder) -> None:
    """Shape, type, length; empty texts and no texts; a text alone or among others is the same."""
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    for i, text in enumerate(TEXTS):
        np.testing.assert_allclose(encoder.encode([text])[0], vectors[i], atol=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dim)
    np.testing.assert_array_equal(encoder.encode(TEXTS), vectors)


def test_likeness_has_sense(encoder: Encoder) -> None:
    """A paraphrase is nearer than another topic."""
    a, b, c = encoder.encode(
        ["Scientists who live abroad", "Researchers living in other countries", "A recipe for soup"]
    )
    assert a @ b > a @ c + 0.2


@pytest.mark.slow
def test_models_of_other_kinds_run_in_sentence_transformers(folder: Path, tmp_path: Path) -> None:
    """A folder of another kind (pooling by the first token) gives unit rows too."""
    place = tmp_path / "model"
    shutil.copytree(folder, place)
    pooling = place / "1_Pooling" / "config.json"
    plain = json.loads(pooling.read_text())
    plain |= {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    pooling.write_text(json.dumps(plain))
    assert not is_plain_bert(place)
    found = load_encoder(Settings(encoder=str(place), query_prefix="q: ", threads=1))
    vectors = found.encode(["hola", "hello"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.abs(found.encode(["hola"], query=True)[0] - vectors[0]).max() > 1e-3
    np.testing.assert_allclose(
        found.encode(["hola"], query=True), found.encode(["q: hola"]), atol=1e-5
    )


def test_prefixes_come_from_settings_or_the_model(folder: Path, tmp_path: Path) -> None:
    """What a model's configuration puts before questions and passages is put; settings win."""
    place = tmp_path / "model"
    shutil.copytree(folder, place)
    config = {"prompts": {"query": "query: ", "document": "passage: "}}
    (place / "config_sentence_transformers.json").write_text(json.dumps(config))
    plain = load_encoder(Settings())
    own = load_encoder(Settings(encoder=str(place)))
    np.testing.assert_allclose(own.encode(["hola"]), plain.encode(["passage: hola"]), atol=1e-5)
    np.testing.assert_allclose(
        own.encode(["hola"], query=True), plain.encode(["query: hola"]), atol=1e-5
    )
    bare = load_encoder(Settings(encoder=str(place), query_prefix="", passage_prefix=""))
    np.testing.assert_allclose(bare.encode(["hola"], query=True), plain.encode(["hola"]), atol=1e-5)


def test_identity_follows_the_weights(folder: Path, tmp_path: Path) -> None:
    """A folder with the same weights has the same revision wherever it lies; a prefix for
    passages changes it, since it changes the vectors."""
    place = tmp_path / "elsewhere"
    shutil.copytree(folder, place)
    default = identity(Settings())
    assert default.model == "kb-es-en"
    assert identity(Settings(encoder=str(place))).revision == default.revision
    assert identity(Settings(passage_prefix="p: ")).revision != default.revision
    assert identity(Settings(query_prefix="q: ")).revision == default.revision


@pytest.mark.parametrize("name", ["/no/such/folder", "./nowhere"])
def test_a_missing_model_says_so(name: str) -> None:
    """A folder that is not there is told as such, not looked for on the network."""
    with pytest.raises(UsageError, match="KB_ENCODER"):
        load_encoder(Settings(encoder=name))


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    """A folder without a model is named."""
    with pytest.raises(UsageError, match=r"modules\.json"):
        load_encoder(Settings(encoder=str(tmp_path)))


@hypothesis_settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_hash_encoder_is_unit_and_deterministic(texts: list[str]) -> None:
    """Any text has a row of unit length, the same each time."""
    first, second = HashEncoder().encode(texts), HashEncoder().encode(texts)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1.0, atol=1e-5)


def test_what_is_embedded_is_the_passage() -> None:
    """The text of the passage, whatever its document is called."""
    doc = document("a.txt", ["Uno."], title="Título")
    assert passage_text(doc.passages[0], doc.title) == "Uno."


def test_a_question_needs_no_torch() -> None:
    """The default encoder answers without torch or sentence-transformers being imported."""
    code = (
        "import sys; from kb.config import Settings; from kb.embed import load_encoder;"
        "load_encoder(Settings()).encode(['hola'], query=True);"
        "print(sorted({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
