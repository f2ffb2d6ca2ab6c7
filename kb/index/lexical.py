"""Words to rows by BM25 (tantivy; Robertson & Zaragoza 2009), one index for each language.

Each language has its own stemmer, document frequencies and lengths, so that what one language
brings in does not change the scores of the other. A passage stands in the index of its language;
mixed and other ones in both. Folding and stemming are ours (accents off, ñ kept; Snowball), for
passages and questions alike; tantivy sees words parted by blanks. No text is kept in it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb import text as texts
from kb.datatypes import Passage
from kb.stopwords import is_stopword

LANGS = ("es", "en")
_STEMMERS = {"es": "spanish", "en": "english"}
#: What a question word is worth in each field.
BOOSTS = {"body": 1.0, "section": 0.3, "title": 0.3}
_TOKENIZER = "kb_words"
_HEAP = 64_000_000
#: Above so many allowed rows it is cheaper to take more hits and drop those not allowed.
_MANY_ALLOWED = 4_000


@lru_cache(maxsize=200_000)
def stem(word: str, *, lang: str) -> str:
    """The stem of a folded word; languages without a stemmer here keep the word."""
    stemmer = _stemmer(lang)
    return word if stemmer is None else str(stemmer.stemWord(word))


@lru_cache(maxsize=4)
def _stemmer(lang: str) -> Any:
    import snowballstemmer

    name = _STEMMERS.get(lang)
    return snowballstemmer.stemmer(name) if name else None


def channels(lang: str) -> tuple[str, ...]:
    """The languages whose index holds a passage of language `lang`."""
    return (lang,) if lang in LANGS else LANGS


def _stems(text: str, *, lang: str) -> str:
    return " ".join(stem(word, lang=lang) for word in texts.words(text))


class TantivyIndex:
    """The indexes of all languages, in sub-folders of `folder`; made if not there.

    `add` and `remove` count once `commit` has run. A search sees the state of the last commit.
    """

    def __init__(self, folder: Path) -> None:
        import tantivy

        self.folder = folder
        self._schema = _schema()
        self._writers: dict[str, Any] = {}
        self._indexes: dict[str, Any] = {}
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        for lang in LANGS:
            (folder / lang).mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(self._schema, path=str(folder / lang))
            index.register_tokenizer(_TOKENIZER, analyzer)
            self._indexes[lang] = index

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether every language has its index in `folder`."""
        return all((folder / lang / "meta.json").is_file() for lang in LANGS)

    @classmethod
    def open(cls, folder: Path) -> TantivyIndex:
        """The index for asking, also from a read-only place.

        tantivy puts a lock beside the files that it reads: where it may not, the files are
        linked into a temporary folder that goes with the index.
        """
        if all(os.access(folder / lang, os.W_OK) for lang in LANGS):
            return cls(folder)
        scratch = tempfile.TemporaryDirectory(prefix="kb-lexical-")
        for lang in LANGS:
            (Path(scratch.name) / lang).mkdir()
            for path in (folder / lang).iterdir():
                if not path.name.endswith(".lock"):
                    (Path(scratch.name) / lang / path.name).symlink_to(path.absolute())
        opened = cls(Path(scratch.name))
        opened._scratch = scratch
        return opened

    @classmethod
    def clone(cls, source: Path, folder: Path) -> TantivyIndex:
        """A copy of the index in `source` that can change without `source` changing.

        Segments never change once written, so they are linked; what names them is copied.
        """
        for lang in LANGS:
            (folder / lang).mkdir(parents=True)
            for path in sorted((source / lang).iterdir()):
                if path.name.endswith(".lock"):
                    continue
                if path.name.endswith(".json"):
                    shutil.copy2(path, folder / lang / path.name)
                else:
                    os.link(path, folder / lang / path.name)
        return cls(folder)

    def add(self, entries: Sequence[tuple[int, Passage, str]]) -> None:
        """Add (row, passage, title of its document); a row must not be there yet."""
        import tantivy

        for row, passage, title in entries:
            section = " ".join(passage.section)
            for lang in channels(passage.lang):
                entry = tantivy.Document()
                entry.add_unsigned("row", row)
                entry.add_text("body", _stems(passage.text, lang=lang))
                entry.add_text("section", _stems(section, lang=lang))
                entry.add_text("title", _stems(title, lang=lang))
                entry.add_text("exact", " ".join(texts.words(passage.text)))
                self._writer(lang).add_document(entry)

    def remove(self, rows: Sequence[int]) -> int:
        """Take rows out; how many there are to take is known once committed, so `len(rows)`."""
        import tantivy

        if rows:
            # delete_documents_by_term takes numbers for signed ones and finds no unsigned row.
            asked = tantivy.Query.term_set_query(self._schema, "row", list(rows))
            for lang in LANGS:
                self._writer(lang).delete_documents_by_query(asked)
        return len(rows)

    def commit(self) -> None:
        """Make what was added and removed count, on disk and for searches."""
        for lang, writer in self._writers.items():
            writer.commit()
            writer.wait_merging_threads()
            self._indexes[lang].reload()
        self._writers.clear()

    def _writer(self, lang: str) -> Any:
        if lang not in self._writers:
            self._writers[lang] = self._indexes[lang].writer(_HEAP, 1)
        return self._writers[lang]

    def __len__(self) -> int:
        return len(self.rows())

    def rows(self) -> list[int]:
        """All row ids, ascending."""
        import tantivy

        found: set[int] = set()
        for lang in LANGS:
            found.update(self._collect(lang, tantivy.Query.all_query()))
        return sorted(found)

    def search(
        self, query: str, *, k: int, lang: str, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The k best (row, score) of language `lang` that share a word with `query`.

        Among `allowed` rows if given. Scores are BM25 sums over fields; higher is better.
        """
        import tantivy

        terms = self._terms(query, lang=lang)
        if not terms or k < 1 or (allowed is not None and not len(allowed)):
            return []
        occur, build = tantivy.Occur, tantivy.Query
        asked = build.boolean_query(
            [
                (occur.Should, self._boosted(build.term_query(self._schema, name, term, "freq"), b))
                for term in terms
                for name, b in BOOSTS.items()
            ]
        )
        if allowed is None:
            return self._best(lang, asked, k)
        if len(allowed) <= _MANY_ALLOWED:
            among = build.term_set_query(self._schema, "row", list(allowed))
            only = build.const_score_query(among, 0.0)
            return self._best(
                lang, build.boolean_query([(occur.Must, asked), (occur.Must, only)]), k
            )
        kept = set(allowed)
        limit = 4 * k
        while True:
            found = self._best(lang, asked, limit)
            within = [pair for pair in found if pair[0] in kept]
            if len(within) >= k or len(found) < limit:
                return within[:k]
            limit *= 4

    def frequencies(self, words: Sequence[str], *, lang: str) -> tuple[int, dict[str, int]]:
        """How many passages the index of `lang` has, and how many of them hold each word."""
        searcher = self._indexes[lang].searcher()
        found = {word: searcher.doc_freq("body", stem(word, lang=lang)) for word in words}
        return searcher.num_docs, found

    def search_phrase(self, phrase: str) -> list[int]:
        """Rows, ascending, whose passage has the words of `phrase` in a row (accents aside)."""
        import tantivy

        words = texts.words(phrase)
        if not words:
            return []
        if len(words) == 1:
            asked = tantivy.Query.term_query(self._schema, "exact", words[0])
        else:
            asked = tantivy.Query.phrase_query(self._schema, "exact", list(words))
        found: set[int] = set()
        for lang in LANGS:
            found.update(self._collect(lang, asked))
        return sorted(found)

    def _terms(self, query: str, *, lang: str) -> list[str]:
        """Stems of the words that carry meaning (of all words if none does), each once."""
        words = texts.words(query)
        carrying = [word for word in words if not is_stopword(word)]
        return list(dict.fromkeys(stem(word, lang=lang) for word in carrying or words))

    def _best(self, lang: str, asked: Any, limit: int) -> list[tuple[int, float]]:
        searcher = self._indexes[lang].searcher()
        hits = searcher.search(asked, limit=limit, count=False).hits
        rows = searcher.fast_field_values("row", [address for _, address in hits])
        found = [(int(row), float(score)) for row, (score, _) in zip(rows, hits, strict=True)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _collect(self, lang: str, asked: Any) -> Iterable[int]:
        searcher = self._indexes[lang].searcher()
        if not searcher.num_docs:
            return []
        hits = searcher.search(asked, limit=searcher.num_docs, count=False).hits
        rows: list[int] = searcher.fast_field_values("row", [address for _, address in hits])
        return rows

    @staticmethod
    def _boosted(query: Any, boost: float) -> Any:
        import tantivy

        return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", indexed=True, fast=True)
    for name in BOOSTS:
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field("exact", tokenizer_name=_TOKENIZER, index_option="position")
    return builder.build()
