"""What the tests of the sandbox run in children."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kb.datatypes import Block, RawDocument, ReadResult
from kb.readers import limits


class Odd:
    """Not a record: its pickle is not accepted."""


def work(item: tuple[str, str]) -> Any:
    name, what = item
    if what == "good":
        return ReadResult((RawDocument((Block(name),)),))
    if what == "raise":
        raise ValueError("malo")
    if what == "crash":
        ctypes.string_at(0)
    if what == "exit":
        os._exit(7)
    if what == "memory":
        return len([bytearray(50_000_000) for _ in range(1000)])
    if what == "loop":
        while True:
            pass
    if what == "sleep":
        time.sleep(600)
    if what == "pages":
        for page in range(4):
            limits.still_at(page)
            time.sleep(0.8)
        return "done"
    if what == "big":
        return "x" * 3_000_000
    if what == "odd":
        return Odd()
    if what == "noise":
        print("ruido")
        print("más ruido", file=sys.stderr)
        return os.getpid()
    return _escape(what)


def _escape(what: str) -> str:
    """Try what no reader may do; "free" if it worked."""
    kind, _, target = what.partition(":")
    try:
        if kind == "write":
            Path(target).write_text("x", encoding="utf-8")
        elif kind == "temporary":
            import tempfile

            with tempfile.NamedTemporaryFile() as file:
                file.write(b"x")
        elif kind == "remove":
            os.remove(target)
        elif kind == "connect":
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        elif kind == "run":
            subprocess.run([target], check=False)
    except PermissionError:
        return "refused"
    return "free"
