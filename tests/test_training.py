"""The training of the encoder: what is learned from, and that it is learned."""

from __future__ import annotations

import csv
import json
import lzma
from pathlib import Path

import numpy as np
import torch

from training.data import SOURCES, Pair, public_pairs, written_passages, written_sentences
from training.heldout import is_heldout
from training.leakage import key, keys_of_tests, leaks

WORDS = ["red", "norte", "ciencia", "becas", "retorno", "agua", "suelo", "salud", "datos"]


def _write_pairs(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as out:
        out.writelines("\t".join(row) + "\n" for row in rows)
    return path


def test_only_named_sources_are_read(tmp_path: Path) -> None:
    """A source without an entry in the table of licences gives nothing, and so do pairs that
    cannot be translations of each other."""
    path = _write_pairs(
        tmp_path / "pairs.xz",
        [
            ("The network grew.", "La red creció.", "europarl_slice"),
            ("dog", "perro", "some_dictionary"),
            ("Yes, of course, that is what we all said then.", "Sí", "europarl_slice"),
            ("Excel", "Excel", "europarl_slice"),
        ],
    )
    found = public_pairs(path)
    assert [pair for pairs in found.values() for pair in pairs] == [
        Pair("The network grew.", "La red creció.")
    ]


def test_each_source_states_its_licence() -> None:
    """What may be trained on is said of each source."""
    assert all(source.licence and source.take > 0 for source in SOURCES.values())


def test_a_text_of_a_test_set_is_found_whatever_its_marks(tmp_path: Path) -> None:
    """Case, accents and punctuation do not hide a test sentence, nor does a paragraph."""
    for lang in ("en", "es"):
        body = {"context": "El Niño llegó. Llovió mucho.", "qas": [{"question": "¿Quién llegó?"}]}
        for name in ("xquad", "xquad-r"):
            data = {"data": [{"paragraphs": [body]}]}
            (tmp_path / f"{name}.{lang}.json").write_text(json.dumps(data), encoding="utf-8")
        with (tmp_path / f"stsb-{lang}-test.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerow(["A man is running fast", "A dog sleeps here", "0.4"])
    (tmp_path / "tatoeba.spa-eng.spa").write_text("Me voy a casa.\n", encoding="utf-8")
    tests = keys_of_tests(tmp_path)
    assert leaks(["¡ME VOY A CASA!"], tests)
    assert leaks(["Algo más. Llovio  mucho! Y otra cosa."], tests)
    assert leaks(["a man is running... FAST"], tests)
    assert not leaks(["Me voy a mi casa.", "El niño"], tests)


def test_short_texts_are_nobodys() -> None:
    """Fewer than six letters and digits cannot be told from chance."""
    assert key("¿Sí, no?") == ""
    assert key("Ñandú 7") == "nandu7"


def test_what_was_written_is_whole() -> None:
    """Every written passage has both languages and its questions; sentences have no twin."""
    passages = list(written_passages())
    assert len(passages) > 400
    for one in passages:
        assert one.passage.en
        assert one.passage.es
        assert len(one.questions) >= 3
    assert 0.05 < np.mean([is_heldout(one.passage.en) for one in passages]) < 0.15
    sentences = list(written_sentences())
    assert len({pair.en for pair in sentences}) == len(sentences) > 2000


def test_exchanged_texts_bring_the_whole_vocabulary() -> None:
    """Whole words of the vocabulary come into sentences and lists; its pieces and marks do not."""
    from training.exchanged import exchanged

    sentence = "the staff of the network met in the north"
    vocabulary = {
        word: n for n, word in enumerate(["[CLS]", "##ing", "quartz", "heron", "of", "7"])
    }
    made = list(exchanged([sentence, "Too short."], vocabulary, 300, seed=3))
    assert made == list(exchanged([sentence, "Too short."], vocabulary, 300, seed=3))
    assert len(made) == 300
    found = {word for text in made for word in text.split()}
    assert found == {"quartz", "heron", *sentence.split()}
    lists = [text for text in made if set(text.split()) <= {"quartz", "heron"}]
    kept = [word for text in made if text not in lists for word in text.split()]
    assert 0.2 < len(lists) / len(made) < 0.4
    assert 0.6 < sum(word in sentence.split() for word in kept) / len(kept) < 0.8


def test_the_student_is_the_bert_of_transformers(tmp_path: Path) -> None:
    """Its vectors are those of sentence-transformers' way of running the exported folder."""
    from support_tokenizer import tiny_tokenizer
    from transformers import BertModel

    from training.export import export
    from training.student import Encoder, load

    torch.manual_seed(1)
    model = Encoder(60, dim=24, heads=12, wide=48, layers=2)
    export(model.state_dict(), tiny_tokenizer(WORDS), tmp_path / "m")
    again = load(tmp_path / "m")
    pieces = torch.tensor([[2, 7, 8, 9, 3, 0], [2, 5, 6, 10, 11, 3]])
    mask = pieces != 0
    with torch.no_grad():
        states = BertModel.from_pretrained(tmp_path / "m", dtype=torch.float32)(
            pieces, mask
        ).last_hidden_state
        mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        want = torch.nn.functional.normalize(mean, dim=1)
        assert torch.allclose(again(pieces, mask), want, atol=1e-5)
        assert torch.allclose(model(pieces, mask), want, atol=2e-3)  # fp16 on the way


def test_batches_hold_every_text_once_and_keep_their_shape() -> None:
    """Each text is read in a pass; all batches of a length have one shape."""
    from training.texts import LENGTHS, batches, padded

    lengths = np.random.default_rng(0).integers(3, 200, 500)
    made = batches(lengths, order=np.random.default_rng(1), pieces=1024)
    assert set(np.concatenate(made)) == set(range(500))
    for batch in made:
        assert len(batch) == 1024 // padded(int(lengths[batch].max()))
    assert len({(len(b), padded(int(lengths[b].max()))) for b in made}) <= len(LENGTHS)


def test_distilling_brings_the_languages_together() -> None:
    """After a few passes over ten words the Spanish text lies where the teacher put the English
    one; before, it does not."""
    from support_tokenizer import tiny_tokenizer
    from tokenizers import Tokenizer

    from training.distil import Lessons, Rates, distil
    from training.student import Encoder
    from training.texts import Pieces, encode

    torch.manual_seed(0)
    english = ["grid", "north", "science", "grants", "return", "water", "soil", "health"]
    tokenizer = Tokenizer.from_str(json.dumps(tiny_tokenizer(WORDS + english)))
    rng = np.random.default_rng(0)
    teacher = rng.normal(size=(8, 24)).astype(np.float32)
    teacher /= np.linalg.norm(teacher, axis=1, keepdims=True)
    spanish = Pieces(tokenizer, WORDS[:8], longest=8)
    lessons = Lessons(
        texts=Pieces(tokenizer, WORDS[:8] + english, longest=8),
        target=np.tile(np.arange(8), 2),
        often=np.array([4.0] * 8 + [1.5] * 8, dtype=np.float32),
        spanish=np.arange(16) < 8,
        teacher=teacher,
        asked=Pieces(tokenizer, ["que agua", "que suelo"], longest=8),
        answer=np.array([5, 6]),
    )
    model = Encoder(80, dim=24, heads=12, wide=48, layers=2)
    before = (encode(model, spanish) * teacher).sum(axis=1).mean()
    state = distil(
        model,
        lessons,
        minutes=5,
        passes=300,
        rates=Rates(3e-3, 1e-2),
        pieces=64,
        log=lambda _: None,
    )
    model.load_state_dict(state)
    after = (encode(model, spanish) * teacher).sum(axis=1)
    assert before < 0.5
    assert after.min() > 0.9


def test_alignment_moves_only_the_new_rows() -> None:
    """The rows of English stay; a Spanish word goes to its translation."""
    from training.align import align

    rng = np.random.default_rng(0)
    table = rng.normal(size=(40, 16)).astype(np.float32) * 0.1
    words = rng.integers(1, 20, 6000)
    moved, right = align(
        table, [[w] for w in words], [[w + 20] for w in words], first_new=20, passes=40
    )
    assert np.array_equal(moved[:20], table[:20])
    gone = {int(w) + 20 for w in words}
    nearest = {
        row: int(np.argmin(((moved[:20] - moved[row]) ** 2).sum(axis=1))) for row in sorted(gone)
    }
    assert nearest == {row: row - 20 for row in nearest}
    assert right < 0.5  # twenty words, a thousand texts: the same word is there many times
