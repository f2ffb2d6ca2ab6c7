"""The encoder that comes with the product: what it is, and that it knows both languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.config import Settings
from kb.datatypes import Encoder
from kb.embed import identity, load_encoder
from training.data import Written, written_passages
from training.heldout import is_heldout

MODEL = Path(__file__).parent.parent / "kb" / "model"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(Settings())


@pytest.fixture(scope="module")
def unseen() -> list[Written]:
    """Passages with questions that were kept out of the training."""
    return [one for one in written_passages() if is_heldout(one.passage.en)]


def test_it_is_small_and_lies_in_the_package() -> None:
    """The default needs no network: its folder is the package's own, of at most 50 MB."""
    assert identity(Settings()).folder == MODEL
    size = sum(p.stat().st_size for p in MODEL.rglob("*") if p.is_file() and p.suffix != ".onnx")
    assert size <= 50_000_000


def test_a_passage_lies_beside_its_translation(encoder: Encoder, unseen: list[Written]) -> None:
    """Nearly every unseen passage has its own translation as the nearest one."""
    english = encoder.encode([one.passage.en for one in unseen])
    spanish = encoder.encode([one.passage.es for one in unseen])
    own = np.arange(len(unseen))
    likeness = spanish @ english.T
    assert len(unseen) > 40
    assert (likeness.argmax(axis=1) == own).mean() > 0.97
    assert (likeness.argmax(axis=0) == own).mean() > 0.97


@pytest.mark.parametrize("asked", ["es", "en"])
@pytest.mark.parametrize("told", ["es", "en"])
def test_a_question_finds_its_passage(
    encoder: Encoder, unseen: list[Written], asked: str, told: str
) -> None:
    """In either language, of a passage in either language, among all of that language."""
    passages = encoder.encode([getattr(one.passage, told) for one in unseen])
    questions = [(i, getattr(q, asked)) for i, one in enumerate(unseen) for q in one.questions]
    own = np.array([i for i, _ in questions])
    likeness = encoder.encode([text for _, text in questions], query=True) @ passages.T
    ranks = (likeness > likeness[np.arange(len(own)), own][:, None]).sum(axis=1) + 1
    assert (1 / ranks).mean() > 0.6


def test_accents_and_capitals_do_not_matter(encoder: Encoder) -> None:
    """As people type."""
    typed = encoder.encode(["¿QUIÉN INVESTIGA ENERGÍA EÓLICA?", "¿quien investiga energia eolica?"])
    assert float(typed[0] @ typed[1]) > 0.999


@pytest.mark.slow
def test_sentence_transformers_agrees(encoder: Encoder, unseen: list[Written]) -> None:
    """The same folder run by sentence-transformers gives nearly the same vectors."""
    texts = [text for one in unseen for text in one.passage]
    other = load_encoder(Settings(encoder_runtime="sentence-transformers"))
    cosines = (encoder.encode(texts) * other.encode(texts)).sum(axis=1)
    assert cosines.mean() > 0.995
    assert cosines.min() > 0.97
    assert other.revision == encoder.revision
