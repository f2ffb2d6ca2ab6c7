"""What a person typed as an id, told from what the store holds."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterable, Sequence

from kb.errors import UnknownValueError
from kb.text import fold

_NEAREST = 3
_QUERIES = {
    "doc": "SELECT doc_id, source FROM documents ORDER BY source, doc_id",
    "profile": "SELECT f.profile_id, coalesce(f.name, d.source) FROM profiles f"
    " JOIN documents d ON d.doc_id = f.doc_id ORDER BY d.source, d.doc_id",
    "chapter": "SELECT DISTINCT value, value FROM profile_values WHERE field = 'chapter'"
    " ORDER BY value",
}


def known(con: sqlite3.Connection, field: str, value: str) -> str:
    """The id that `value` is, by itself or by the source (doc) or name (chapter) that it bears.

    Raises UnknownValueError with the nearest ones.
    """
    pairs = [(str(row[0]), str(row[1])) for row in con.execute(_QUERIES[field])]
    asked = fold(value.strip())
    for match in (lambda pair: pair[0] == value, lambda pair: fold(pair[0]) == asked):
        if found := [pair[0] for pair in pairs if match(pair)]:
            return found[0]
    # A name may be borne by two people: only a document's source or a chapter stands for its id.
    if field != "profile" and len(found := [i for i, name in pairs if fold(name) == asked]) == 1:
        return found[0]
    nearest = _nearest(asked, pairs)
    code = "unknown_value" if field == "chapter" else "unknown_id"
    params = {"field": field} if field == "chapter" else {}
    raise UnknownValueError(code, value=value, nearest=", ".join(nearest), **params)


def check_all(con: sqlite3.Connection, field: str, values: Sequence[str]) -> list[str]:
    """Ids for all of `values`, each once, or UnknownValueError before anything is done."""
    return list(dict.fromkeys(known(con, field, value) for value in values))


def _nearest(asked: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Ids whose own letters, or the name they bear, come closest; "id (name)" where they differ."""
    by_text: dict[str, tuple[str, str]] = {}
    for pair in pairs:
        by_text.setdefault(fold(pair[0]), pair)
        by_text.setdefault(fold(pair[1]), pair)
    close: Iterable[str] = difflib.get_close_matches(asked, by_text, n=_NEAREST, cutoff=0.5)
    found = list(dict.fromkeys(by_text[text] for text in close)) or list(pairs[:_NEAREST])
    return [name if name == id_ else f"{id_} ({name})" for id_, name in found]
