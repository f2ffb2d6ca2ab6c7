"""What runs in a child of the sandbox: one item, its result sent through a pipe."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kb.config import Limits
from kb.readers import confine
from kb.readers import limits as counted

#: Messages: (STILL, page), (DONE, pickled result), (FAILED, code, params).
STILL, DONE, FAILED = "still", "done", "failed"


def run(
    pipe: Connection,
    func: Callable[[Any], Any],
    item: Any,
    limits: Limits,
    folder: str,
    current: str,
) -> None:
    """Call `func(item)` under the limits and send what it returns."""
    _quiet(Path(folder))
    _die_with_parent(pipe, folder)
    confine.settle(Path(folder), current=current)
    confine.limit_resources(limits)
    confine.forbid_the_rest(Path(folder))
    allowed = [limits.seconds + 5]

    def still(page: int) -> None:
        pipe.send((STILL, page))
        if sys.platform != "win32":
            allowed[0] += 3 * limits.seconds_per_ocr_page
            confine.set_cpu(allowed[0])

    counted.on_still(still)
    try:
        result = func(item)
        payload = dumps(result)
    except MemoryError:
        result = None  # room to answer
        pipe.send((FAILED, "out_of_memory", ()))
    except RecursionError:
        pipe.send((FAILED, "too_deep", ()))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must know
        detail = f"{type(error).__name__}: {error}"[:200]
        pipe.send((FAILED, "reader_failed", (("detail", detail),)))
    else:
        if len(payload) > max_payload(limits):
            params = (("size", len(payload)), ("limit", max_payload(limits)))
            pipe.send((FAILED, "output_too_large", params))
        else:
            pipe.send((DONE, payload))
    pipe.close()
    os._exit(0)  # no clean-up of libraries that a bad file may have upset


class _Pickler(pickle.Pickler):
    """Writes subclasses of plain values (a library's own strings and numbers) as plain values."""

    def reducer_override(self, obj: Any) -> Any:
        for plain in (str, int, float):
            if isinstance(obj, plain) and type(obj) not in (plain, bool):
                return plain, (plain.__str__(obj) if plain is str else plain(obj),)
        return NotImplemented


def dumps(value: Any) -> bytes:
    """A result as the parent accepts it."""
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def max_payload(limits: Limits) -> int:
    """Bytes of a pickled result: text, and as much again for where it stands."""
    return 4 * limits.output


def _quiet(folder: Path) -> None:
    """What libraries print goes to a file of the child's folder; the parent logs its end."""
    sink = os.open(folder / "stderr.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(sink, number)
    os.close(sink)


def _die_with_parent(pipe: Connection, folder: str) -> None:
    """The parent sends nothing: when its end closes, it is gone, and so should this process be.

    An interrupt from the keyboard reaches the whole group; the parent alone decides.
    """
    if hasattr(os, "setsid"):
        os.setsid()  # its own group, so that the parent can end tesseract with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        try:
            pipe.poll(None)
            pipe.recv_bytes()
        except (EOFError, OSError):
            pass
        shutil.rmtree(folder, ignore_errors=True)
        if hasattr(os, "killpg"):
            os.killpg(os.getpgid(0), signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
