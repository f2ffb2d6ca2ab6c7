"""The student's word pieces: what English needs of the teacher's, and Spanish ones.

Pieces are chosen by how often they would be used: English ones by cutting the words of a
frequency list with the teacher's tokenizer, Spanish ones by training a WordPiece vocabulary on
the words of a Spanish list and of the training pairs. Lower case and no accents, as the teacher
reads. A new piece starts as the mean of the teacher's pieces that it was cut into before.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Rows of the embedding table in all: with them the fp16 model stays under 50 MB.
SIZE = 34_400
#: How many of them are English pieces of the teacher, single characters and marks included.
ENGLISH = 19_200
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_LATIN = 0x250


def build(
    teacher: dict[str, Any], spanish: Iterable[str], english: Iterable[str]
) -> tuple[dict[str, Any], list[list[int]]]:
    """The student's tokenizer.json, and for each of its rows the teacher's rows it starts from.

    `teacher` is the teacher's tokenizer.json; `spanish` and `english` are training texts.
    """
    from tokenizers import Tokenizer

    old: dict[str, int] = teacher["model"]["vocab"]
    tokenizer = Tokenizer.from_str(json.dumps(teacher))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    used = _usage(tokenizer, _counts("en", english, tokenizer))
    keep = {piece for piece in old if _is_basic(piece)}
    ranked = sorted(old.keys() - keep, key=lambda piece: (-used[piece], piece))
    keep.update(ranked[: ENGLISH - len(keep)])
    kept = sorted(keep, key=lambda piece: old[piece])
    new = _spanish_pieces(tokenizer, _counts("es", spanish, tokenizer), keep, SIZE - len(kept))
    starts = [[old[piece]] for piece in kept]
    for piece in new:
        cut = tokenizer.encode(piece.removeprefix("##"), add_special_tokens=False).ids
        starts.append(cut)
    vocab = {piece: row for row, piece in enumerate([*kept, *new])}
    return _renumbered(teacher, vocab), starts


def initial_rows(table: NDArray[np.float32], starts: list[list[int]]) -> NDArray[np.float32]:
    """(len(starts), dim): each row the mean of the teacher's rows that it starts from."""
    import numpy as np

    return np.stack([table[rows].mean(axis=0) for rows in starts])


def _is_basic(piece: str) -> bool:
    """Marks of the model, and single characters that occur in English or Spanish text."""
    plain = piece.removeprefix("##")
    if piece in _SPECIAL:
        return True
    return len(plain) == 1 and (ord(plain) < _LATIN or 0x2010 <= ord(plain) <= 0x20BF)


def _counts(lang: str, texts: Iterable[str], tokenizer: Any) -> Counter[str]:
    """How often each word occurs in a thousand million: three quarters by a list of the language
    at large, one quarter in `texts`, which are of few fields."""
    import wordfreq

    counts: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(_words(text, tokenizer))
    total = sum(seen.values())
    for word, count in seen.items():
        if count > 1:
            counts[word] += round(count / total * 2.5e8)
    for word, share in wordfreq.get_frequency_dict(lang, wordlist="large").items():
        for part in _words(word, tokenizer):
            counts[part] += round(share * 7.5e8)
    return counts


def _words(text: str, tokenizer: Any) -> list[str]:
    normal = tokenizer.normalizer.normalize_str(text)
    return [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal)]


def _usage(tokenizer: Any, counts: Counter[str]) -> Counter[str]:
    used: Counter[str] = Counter()
    words = list(counts)
    for word, found in zip(
        words, tokenizer.encode_batch(words, add_special_tokens=False), strict=True
    ):
        for piece in found.tokens:
            used[piece] += counts[word]
    return used


def _spanish_pieces(tokenizer: Any, counts: Counter[str], have: set[str], size: int) -> list[str]:
    """The `size` pieces that Spanish uses most of those that are not there yet."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.trainers import WordPieceTrainer

    spanish = Tokenizer(WordPiece(unk_token="[UNK]"))  # noqa: S106 (a mark, no password)
    spanish.normalizer = tokenizer.normalizer
    spanish.pre_tokenizer = tokenizer.pre_tokenizer
    trainer = WordPieceTrainer(
        vocab_size=6 * size,
        min_frequency=10,
        special_tokens=["[UNK]"],
        show_progress=False,
        limit_alphabet=200,
    )
    common = [(word, count // 100) for word, count in counts.items() if count >= 100]
    spanish.train_from_iterator((" ".join([word] * min(n, 20_000)) for word, n in common), trainer)
    used = _usage(spanish, counts)
    ranked = sorted(used, key=lambda piece: (-used[piece], piece))
    return [piece for piece in ranked if piece not in have and piece != "[UNK]"][:size]


def _renumbered(teacher: dict[str, Any], vocab: dict[str, int]) -> dict[str, Any]:
    """The teacher's tokenizer.json with another vocabulary."""
    made: dict[str, Any] = json.loads(json.dumps(teacher))
    made["model"]["vocab"] = vocab
    made["truncation"] = made["padding"] = None
    for token in made["added_tokens"]:
        token["id"] = vocab[token["content"]]
    for token in made["post_processor"].get("special_tokens", {}).values():
        token["ids"] = [vocab[piece] for piece in token["tokens"]]
    for mark in ("cls", "sep"):
        if mark in made["post_processor"]:
            made["post_processor"][mark][1] = vocab[made["post_processor"][mark][0]]
    return made
