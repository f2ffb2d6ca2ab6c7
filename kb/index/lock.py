"""One writer at a time: a lock on a file of the index folder, let go when the process ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import IndexBusyError

NAME = "lock"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the lock of the index in `folder`; IndexBusyError if another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusyError("index_busy", path=str(folder)) from None
        yield
