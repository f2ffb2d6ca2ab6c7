"""The int8 copy of an encoder: near the exact vectors, made once, made anew when broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from support_bert import DIM, LONGEST, vector, write_bert

from kb import embed, embed_graph, embed_int8
from kb.config import Settings
from kb.embed import load_encoder
from kb.embed_folder import batches, is_plain_bert, read_json, tokenizer, weights
from kb.embed_onnx import OnnxEncoder
from kb.errors import UsageError

TEXTS = [
    "energy network",
    "",
    "¿red de talento?",
    "a network of people abroad " * 20,
    "b",
    "energía y red",
    "niño 你好 🙂",
    "talento",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bert") / "tiny"
    write_bert(place)
    return place


@pytest.fixture(scope="module")
def expected(folder: Path) -> NDArray[np.float64]:
    cut = tokenizer(folder)
    return np.array([vector(weights(folder), one.ids) for one in cut.encode_batch(TEXTS)])


@pytest.fixture(scope="module")
def encoder(folder: Path) -> OnnxEncoder:
    return OnnxEncoder(folder, "0" * 64, threads=2)


def copies(place: Path) -> list[Path]:
    return sorted(place.glob("kb-int8-*.onnx"))


def cosines(a: NDArray[np.float32], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return (a * b).sum(axis=1)


def test_float32_graph_is_exact(folder: Path, expected: NDArray[np.float64]) -> None:
    """The graph without rounding gives the vectors that are computed by hand."""
    plain = embed_graph.model(weights(folder), read_json(folder / "config.json"))
    opened = embed_int8.session(plain)
    assert embed_int8.arithmetic(opened) == "float32"
    cut = tokenizer(folder)
    for text, want in zip(TEXTS, expected, strict=True):
        ids = np.array([cut.encode(text).ids], np.int64)
        np.testing.assert_allclose(opened.run(["vector"], {"ids": ids})[0][0], want, atol=2e-6)


def test_int8_is_near(encoder: OnnxEncoder, expected: NDArray[np.float64]) -> None:
    """Cosine above .9999 with the exact vectors, though a channel is eight times the others."""
    vectors = encoder.encode(TEXTS)
    assert encoder.runs_on == "onnxruntime int8"
    assert encoder.dim == DIM
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    near = cosines(vectors, expected)
    assert near.min() > 0.9999
    assert near.mean() < 0.9999999  # it is the rounded copy that ran


def test_smoothing_helps(
    folder: Path, expected: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one scale for channels of unlike size the vectors stray further."""
    smooth = cosines(run(embed_int8.build(folder), folder), expected).mean()
    monkeypatch.setattr(embed_graph, "_smoothing", lambda channel, weight: np.ones_like(channel))
    plain = cosines(run(embed_int8.build(folder), folder), expected).mean()
    assert 1 - smooth < 0.8 * (1 - plain)


def run(model: bytes, folder: Path) -> NDArray[np.float32]:
    opened, cut = embed_int8.session(model), tokenizer(folder)
    return np.concatenate(
        [opened.run(["vector"], {"ids": np.array([cut.encode(t).ids])})[0] for t in TEXTS]
    )


def test_a_vector_is_the_same_in_any_company(encoder: OnnxEncoder) -> None:
    """Alone, in another order, among many: the same to the last bits, whatever is beside it."""
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode(TEXTS), alone, atol=1e-6)
    np.testing.assert_allclose(encoder.encode(TEXTS[::-1])[::-1], alone, atol=1e-6)
    many = [f"{a} {b}" for a in "abcdefgh" for b in "stuvwxyz"] + TEXTS
    np.testing.assert_allclose(encoder.encode(many)[-len(TEXTS) :], alone, atol=1e-6)
    np.testing.assert_array_equal(encoder.encode(many), encoder.encode(many))


def test_long_texts_are_cut(encoder: OnnxEncoder, folder: Path, tmp_path: Path) -> None:
    """At max_seq_length, special tokens included; else at the tokenizer's model_max_length."""
    words = ["red"] * (LONGEST - 2)
    whole, longer = encoder.encode([" ".join(words), " ".join([*words, "energy"])])
    np.testing.assert_array_equal(whole, longer)
    place = tmp_path / "tiny"
    shutil.copytree(folder, place)
    (place / "sentence_bert_config.json").write_text("{}")
    (place / "tokenizer_config.json").write_text('{"model_max_length": 7}')
    assert len(tokenizer(place).encode("a b c d e f g h i").ids) == 7
    (place / "tokenizer_config.json").write_text('{"model_max_length": 1e30}')
    assert len(tokenizer(place).encode("a " * 90).ids) == 64


def test_batches_hold_every_text_once() -> None:
    """Texts of one length, at most `tokens` of them unless one text alone is longer."""
    lengths = [3, 9, 3, 3, 40, 9, 3, 3]
    found = batches(lengths, tokens=12)
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    assert found == [[4], [1], [5], [0, 2, 3, 6], [7]]
    assert batches([], tokens=12) == []


def test_the_copy_is_made_once(folder: Path, tmp_path: Path) -> None:
    """Beside the weights, for these weights; a broken one is made anew, none is left half."""
    place = tmp_path / "tiny"
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("*.onnx"))
    first = embed_int8.ready(place, "1" * 64)
    (copy,) = copies(place)
    made = copy.stat().st_mtime_ns
    embed_int8.ready(place, "1" * 64)
    assert copy.stat().st_mtime_ns == made
    whole = copy.read_bytes()
    for broken in (whole[: len(whole) // 2], b"", b"not a model"):
        copy.write_bytes(broken)
        again = embed_int8.ready(place, "1" * 64)
        assert copy.read_bytes() == whole
        given = {"ids": np.array([[2, 5, 3]])}
        np.testing.assert_array_equal(again.run(None, given)[0], first.run(None, given)[0])
    embed_int8.ready(place, "2" * 64)
    assert len(copies(place)) == 2
    assert not [path for path in place.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="POSIX permissions")
def test_a_folder_that_cannot_be_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the user's cache holds the copy; if that cannot be written either, memory."""
    place, cache = tmp_path / "tiny", tmp_path / "cache"
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("*.onnx"))
    keep = embed_int8._keep
    monkeypatch.setattr(
        embed_int8, "_keep", lambda model, path: path.parent != place and keep(model, path)
    )
    embed_int8.ready(place, "1" * 64, cache=cache)
    assert (len(copies(place)), len(copies(cache))) == (0, 1)
    blocked = tmp_path / "file"
    blocked.write_text("")
    opened = embed_int8.ready(place, "1" * 64, cache=blocked / "cache")
    assert embed_int8.arithmetic(opened) == "int8"
    assert keep(b"x", blocked / "cache" / "y.onnx") is False


def test_a_model_that_int8_harms_keeps_float32(
    folder: Path, expected: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vectors that stray from the exact ones are refused at the making."""
    monkeypatch.setattr(embed_int8, "AGREEMENT", 1.1)
    made = embed_int8.build(folder)
    assert embed_int8.arithmetic(embed_int8.session(made)) == "float32"
    np.testing.assert_allclose(run(made, folder), expected, atol=2e-6)


def test_processors_that_overflow_take_the_exact_way(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same numbers by the slower multiplication."""
    made = embed_int8.build(folder)
    fast = run(made, folder)
    asked = []
    monkeypatch.setattr(embed_int8, "_is_exact", lambda opened: asked.append(opened) or False)
    np.testing.assert_allclose(run(made, folder), fast, atol=1e-6)
    assert asked


def test_the_runtime_can_be_chosen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """auto takes onnxruntime unless there is a GPU; onnx refuses what it cannot run."""
    assert load_encoder(Settings(encoder=str(folder))).runs_on == "onnxruntime int8"
    monkeypatch.setattr(embed, "_has_gpu", lambda: True)
    chosen = Settings(encoder=str(folder), encoder_runtime="onnx")
    assert load_encoder(chosen).runs_on == "onnxruntime int8"
    with pytest.raises(UsageError, match="KB_ENCODER_RUNTIME"):
        load_encoder(Settings(encoder="hub/name", encoder_runtime="onnx"))


def test_no_driver_no_torch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Torch is asked for a GPU only where a driver's device lies."""
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it now fails
    monkeypatch.setattr(embed, "_GPU_DEVICES", (str(tmp_path / "none"),))
    assert embed._has_gpu() is False
    monkeypatch.setattr(embed, "_GPU_DEVICES", (str(tmp_path),))
    with pytest.raises(ImportError):
        embed._has_gpu()


def test_the_command_writes_the_copy(folder: Path, tmp_path: Path) -> None:
    """`python -m kb.embed_int8 FOLDER --to FILE`; a folder of another kind is refused."""
    target = tmp_path / "copy.onnx"
    command = [sys.executable, "-m", "kb.embed_int8"]
    done = subprocess.run(
        [*command, str(folder), "--to", str(target)], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert embed_int8.arithmetic(embed_int8.session(target)) == "int8"
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    assert not is_plain_bert(other)
    done = subprocess.run([*command, str(other)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "onnxruntime" in done.stderr


@pytest.mark.slow
def test_both_ways_of_running_agree(folder: Path) -> None:
    """sentence-transformers and the int8 copy, for the default model and for the tiny one."""
    for name in (Settings().encoder, str(folder)):
        exact = load_encoder(Settings(encoder=name, encoder_runtime="sentence-transformers"))
        small = load_encoder(Settings(encoder=name, encoder_runtime="onnx"))
        assert (exact.model, exact.revision, exact.dim) == (small.model, small.revision, small.dim)
        near = (exact.encode(TEXTS) * small.encode(TEXTS)).sum(axis=1)
        assert near.min() > 0.98
        assert near.mean() > 0.99
