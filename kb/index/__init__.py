"""Both indexes of a folder: opened together, made from the store, never the truth.

`open_index` is for asking, `sync` brings the indexes up to the store (the caller holds the lock).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.config import Settings
from kb.datatypes import Encoder
from kb.errors import IndexBusyError, IndexMismatchError, StoreError
from kb.index import lock, manifest
from kb.index.lexical import TantivyIndex
from kb.index.manifest import Manifest
from kb.index.vectors import FaissIndex
from kb.store import Store

__all__ = ["FaissIndex", "Manifest", "Opened", "TantivyIndex", "open_index", "store_path", "sync"]

_VECTORS = "vectors.faiss"
_LEXICAL = "lexical"
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Opened:
    """One generation of the indexes and the store. Rows that the store no longer has may turn up
    while another process is writing: whoever asks drops them."""

    store: Store
    vectors: FaissIndex
    lexical: TantivyIndex
    manifest: Manifest
    folder: Path

    def is_current(self) -> bool:
        """Whether no newer generation has been made since."""
        return manifest.read(self.folder) == self.manifest


def store_path(folder: Path) -> Path:
    return folder / "kb.sqlite3"


def open_index(settings: Settings) -> Opened:
    """Open the index for asking.

    Indexes that lag behind the store (a writer was killed) are mended first. While another
    process writes, the last whole generation is opened as it is.

    Raises NoIndexError, IndexMismatchError (another model or schema), IndexBusyError (the very
    first ingest has not ended), StoreError.
    """
    folder = settings.index
    store = Store.open(store_path(folder))
    check_model(store, settings)
    have = manifest.read(folder)
    if (
        store.meta("erase") == "1"
        or have is None
        or have.store_version != store.version()
        or not _is_whole(folder, have)
    ):
        _mend(folder)
    for _ in range(5):  # a writer may replace the generation between two steps
        have = manifest.read(folder)
        if have is None:
            break
        try:
            return open_generation(store, folder)
        except (OSError, RuntimeError, ValueError):
            if manifest.read(folder) == have:
                _mend(folder, rebuild=True)
    store.close()
    raise IndexBusyError("no_index_yet", path=str(folder))


def open_generation(store: Store, folder: Path) -> Opened:
    """The current generation as it is; OSError, RuntimeError or ValueError if it is damaged."""
    have = manifest.read(folder)
    if have is None:
        raise FileNotFoundError(folder / manifest.CURRENT)
    return Opened(store, *_load(folder, have), have, folder)


def check_model(store: Store, settings: Settings) -> None:
    """Raise IndexMismatchError if the store's vectors are not of the model that is set."""
    from kb.embed import identity

    revision = store.meta("revision")
    if revision is not None and revision != identity(settings).revision:
        raise IndexMismatchError(
            "index_model",
            path=str(settings.index),
            have=store.meta("encoder") or "?",
            want=settings.encoder,
        )


def claim_model(store: Store, encoder: Encoder, *, name: str) -> int:
    """Make `encoder` the model whose vectors count; its number in the store."""
    from kb import store_vectors

    with store.transaction() as con:
        number = store_vectors.model_id(con, encoder)
        for key, value in (
            ("model_id", number),
            ("encoder", name),
            ("model", encoder.model),
            ("revision", encoder.revision),
            ("dim", encoder.dim),
        ):
            store.set_meta(key, str(value))
    return number


def sync(store: Store, folder: Path, *, rebuild: bool = False) -> Manifest:
    """Bring the indexes up to the store and return what is current; the caller holds the lock.

    A new generation takes over what did not change, unless `rebuild` asks for all of it anew
    (no byte of what was removed is left then). So does a person to be forgotten.
    """
    erase = store.meta("erase") == "1"
    made = _sync(store, folder, rebuild=rebuild or erase)
    if erase and store.erase():
        store.set_meta("erase", "0")
    store.flush()
    return made


def _sync(store: Store, folder: Path, *, rebuild: bool) -> Manifest:
    have = manifest.read(folder)
    wanted = Manifest(
        generation=have.generation + 1 if have else 1,
        store_version=store.version(),
        model=store.meta("model") or "",
        revision=store.meta("revision") or "",
        dim=int(store.meta("dim") or 1),
        rows=0,
    )
    usable = (
        have is not None
        and not rebuild
        and _is_whole(folder, have)
        and (have.revision, have.model, have.dim, have.layout)
        == (wanted.revision, wanted.model, wanted.dim, wanted.layout)
    )
    if usable and have is not None and have.store_version == wanted.store_version:
        return have
    target = manifest.generation_folder(folder, wanted.generation)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    vectors = FaissIndex(wanted.dim)
    lexical: TantivyIndex | None = None
    if usable and have is not None:
        source = manifest.generation_folder(folder, have.generation)
        try:
            vectors = FaissIndex.load(source / _VECTORS)
            lexical = TantivyIndex.clone(source / _LEXICAL, target / _LEXICAL)
        except (OSError, RuntimeError, ValueError):  # a damaged cache is made anew
            vectors, lexical = FaissIndex(wanted.dim), None
            shutil.rmtree(target / _LEXICAL, ignore_errors=True)
    if lexical is None:
        lexical = TantivyIndex(target / _LEXICAL)
    rows = store.passage_rows()
    _update(store, rows, vectors, lexical)
    vectors.save(target / _VECTORS)
    made = Manifest(
        wanted.generation,
        wanted.store_version,
        wanted.model,
        wanted.revision,
        wanted.dim,
        len(rows),
    )
    manifest.write(folder, made)
    for old in folder.glob("gen-*"):
        if old != target:
            shutil.rmtree(old, ignore_errors=True)  # a reader keeps the files that it has open
    return made


def _update(store: Store, rows: Sequence[int], vectors: FaissIndex, lexical: TantivyIndex) -> None:
    have, wanted = set(vectors.rows()), set(rows)
    gone = sorted(have - wanted)
    vectors.remove(gone)
    lexical.remove(gone)
    for chunk in _chunks([row for row in rows if row not in have]):
        try:
            vectors.add(chunk, store.vectors(chunk))
        except KeyError as error:
            raise StoreError(
                "store_damaged", path=str(store.path.parent), detail=f"no vector for {error}"
            ) from error
        found = store.passages(chunk)
        lexical.add([(row, found[row].passage, found[row].title or "") for row in chunk])
    lexical.commit()


def _chunks(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


def _is_whole(folder: Path, have: Manifest) -> bool:
    place = manifest.generation_folder(folder, have.generation)
    return have.layout == manifest.LAYOUT and (place / _VECTORS).is_file()


def _load(folder: Path, have: Manifest) -> tuple[FaissIndex, TantivyIndex]:
    place = manifest.generation_folder(folder, have.generation)
    if not TantivyIndex.exists(place / _LEXICAL):
        raise FileNotFoundError(place / _LEXICAL)
    return FaissIndex.load(place / _VECTORS), TantivyIndex.open(place / _LEXICAL)


def _mend(folder: Path, *, rebuild: bool = False) -> None:
    """Bring the indexes up to the store, unless another process is at it or nothing may be
    written here: then what is there has to do."""
    try:
        with lock.writing(folder):
            store = Store.open(store_path(folder), create=True)
            try:
                sync(store, folder, rebuild=rebuild)
            finally:
                store.close()
    except (IndexBusyError, OSError):
        return
