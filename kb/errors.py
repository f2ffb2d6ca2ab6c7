"""Every error a user can meet, with its exit code and a message in both languages.

KBError
├── UsageError            a command or value makes no sense                      exit 2
│   ├── UnknownValueError an id, name or filter value that nothing bears         exit 2
│   └── NotYetError       named in the contract, not there yet                   exit 2
├── ReadError             one file cannot be read; the others go on              exit 3
├── NoIndexError          no index where one is asked for                        exit 1
├── IndexMismatchError    index made by another model or schema                  exit 1
├── IndexBusyError        another process is writing to the index                exit 1
├── StoreError            the store is damaged or not ours                       exit 1
└── MissingPartError      a package or system program that is not installed      exit 1
"""

from __future__ import annotations

from kb.datatypes import Problem

Param = str | int | float


class KBError(Exception):
    """An error with a message code; texts in kb/data/messages, rendered by `kb.messages`."""

    exit_code = 1

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def text(self, lang: str = "en") -> str:
        """What went wrong and what to do, in `lang` (es or en)."""
        from kb.messages import render

        message = render(self.code, lang=lang, **self.params)
        return f"{message.error} {message.remedy}".strip()

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (_rebuild, (type(self), self.code, self.params))


class UsageError(KBError):
    exit_code = 2


class UnknownValueError(UsageError):
    """`nearest` in params lists the closest valid values, comma-separated."""


class NotYetError(UsageError):
    pass


class ReadError(KBError):
    exit_code = 3

    def problem(self, source: str) -> Problem:
        """The same as a record for reports."""
        return Problem(source, self.code, tuple(self.params.items()))


class NoIndexError(KBError):
    pass


class IndexMismatchError(KBError):
    pass


class IndexBusyError(KBError):
    pass


class StoreError(KBError):
    pass


class MissingPartError(KBError):
    pass


def _rebuild(cls: type[KBError], code: str, params: dict[str, Param]) -> KBError:
    return cls(code, **params)
