"""Nearest rows by exact inner product (FAISS flat): with rows of unit length, the cosine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.datatypes import Vectors


class FaissIndex:
    """Vectors by row id. Scores are inner products, higher is better, ties by row."""

    def __init__(self, dim: int, *, index: Any = None) -> None:
        import faiss

        self.dim = dim
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dim)) if index is None else index

    @classmethod
    def load(cls, path: Path) -> FaissIndex:
        """The index that `save` wrote; RuntimeError if the file is none."""
        import faiss

        index = faiss.read_index(str(path))
        return cls(index.d, index=index)

    def save(self, path: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def rows(self) -> list[int]:
        """All row ids, ascending."""
        import faiss

        return sorted(faiss.vector_to_array(self._index.id_map).tolist())

    def add(self, rows: Sequence[int], vectors: Vectors) -> None:
        """Add vectors (len(rows), dim); a row must not be there yet."""
        import numpy as np

        if len(rows):
            self._index.add_with_ids(
                np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(rows, dtype=np.int64)
            )

    def remove(self, rows: Sequence[int]) -> int:
        """Take rows out; how many were there."""
        import faiss
        import numpy as np

        if not len(rows):
            return 0
        selector = faiss.IDSelectorBatch(np.asarray(rows, dtype=np.int64))
        return int(self._index.remove_ids(selector))

    def search(
        self, vector: Vectors, *, k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The k nearest (row, score) to `vector` (dim,), among `allowed` rows if given."""
        import faiss
        import numpy as np

        k = min(k, len(self) if allowed is None else len(allowed), len(self))
        if k < 1:
            return []
        params = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.asarray(allowed, dtype=np.int64))
            params = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # SWIG
        asked = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, self.dim)
        scores, rows = self._index.search(asked, k, params=params)
        found = [
            (int(row), float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if row != -1  # fewer than k are allowed
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """float32 (len(rows), dim), in the order of `rows`; RuntimeError for one not there."""
        import numpy as np

        if not len(rows):
            return np.zeros((0, self.dim), dtype=np.float32)
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found
