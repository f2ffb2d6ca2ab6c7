"""What a child may do while it reads a file: limits of the system, and a hook on what Python does.

Everything here holds for the process that calls it and cannot be taken back.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kb.config import Limits

#: A child may write this much into its own folder (page pictures for text recognition).
FILE_SIZE = 512_000_000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PROGRAMS = ("tesseract", "tesseract.exe")
#: Events that change files: where their arguments have (path, descriptor of its folder).
_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.truncate": ((0, None),),
    "shutil.move": ((0, None), (1, None)),
}
_NETWORK = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "urllib.Request",
)
_PROCESS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile")


def limit_resources(limits: Limits) -> None:
    """Memory, processor time, file size, no core dumps; nothing where the system has no limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the limit
        return
    if sys.platform == "linux":
        _lower(resource.RLIMIT_DATA, limits.memory)
    _lower(resource.RLIMIT_FSIZE, FILE_SIZE)
    _lower(resource.RLIMIT_CORE, 0)
    set_cpu(limits.seconds + 5)


def set_cpu(seconds: float) -> None:
    """Processor seconds from the start of the process; may be raised again later."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(seconds) + 1
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _lower(which: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def settle(folder: Path, *, current: str) -> None:
    """Make `folder` the place for temporary files; `current` is the parent's current folder,
    which a fork of the server need not have."""
    import tempfile

    os.chdir(current)
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.putenv(name, str(folder))
    tempfile.tempdir = str(folder)
    os.putenv("OMP_THREAD_LIMIT", "1")  # of tesseract: the workers share the cores already


def forbid_the_rest(folder: Path) -> None:
    """From now on Python code may write in `folder` alone, run tesseract alone, call nobody."""
    sys.addaudithook(_hook(os.path.realpath(folder)))


def _hook(folder: str) -> Callable[[str, tuple[Any, ...]], None]:
    inside = folder + os.sep

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = args[:3]
            if isinstance(path, int) or not _writes(mode, flags):
                return
            _check(path, folder, inside)
        elif event in _CHANGES:
            for at, beside in _CHANGES[event]:
                opened = args[beside] if beside is not None and beside < len(args) else -1
                _check(_below(args[at], opened), folder, inside)
        elif event in _NETWORK:
            raise PermissionError(f"a reader tried to reach the network ({event})")
        elif event == "subprocess.Popen":
            program = os.path.basename(os.fsdecode(args[0] or args[1][0]))
            if program not in _PROGRAMS:
                raise PermissionError(f"a reader tried to run {program}")
        elif event in _PROCESS and not _runs_tesseract(args):
            raise PermissionError(f"a reader tried to run a program ({event})")

    return hook


def _writes(mode: Any, flags: Any) -> bool:
    if isinstance(mode, str):
        return any(char in mode for char in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)


def _below(path: Any, opened: Any) -> Any:
    """A path given relative to an open folder, as a whole one where the system tells."""
    if not isinstance(opened, int) or opened < 0 or not isinstance(path, (str, bytes)):
        return path
    try:
        return os.path.join(os.readlink(f"/proc/self/fd/{opened}"), os.fsdecode(path))
    except OSError:
        return None


def _check(path: Any, folder: str, inside: str) -> None:
    if not isinstance(path, (str, bytes, os.PathLike)):
        return
    real = os.path.realpath(os.fsdecode(path))
    if real not in (folder, os.devnull) and not real.startswith(inside):
        raise PermissionError(f"a reader tried to write {real}")


def _runs_tesseract(args: tuple[Any, ...]) -> bool:
    with contextlib.suppress(TypeError, IndexError):
        return os.path.basename(os.fsdecode(args[0])) in _PROGRAMS
    return False
