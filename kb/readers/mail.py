"""E-mail (.eml): what was written is a document by its sender, each attachment one of its own.

An attachment is read like a file of its kind and named "mail.eml#attachment.pdf"; so is a mail
that another carries. Nothing is ever written or fetched.
"""

from __future__ import annotations

import email
import email.policy
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.errors import MessageError
from email.message import EmailMessage

from kb.config import Settings
from kb.datatypes import Problem, RawDocument, ReadResult
from kb.errors import ReadError
from kb.readers import mail_body, mail_parts
from kb.readers.limits import megabytes

_MAX_DEPTH = 3  # mails inside one another
_MOST_ATTACHMENTS = 500
_LEAST_WORDS = 6  # of a mail whose attachments say the rest


@dataclass(slots=True)
class _Found:
    documents: list[RawDocument] = field(default_factory=list)
    failures: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read(
    data: bytes,
    *,
    name: str,
    settings: Settings,
    password: str | None = None,
    mapping: Mapping[str, str] | None = None,
    depth: int = 0,
) -> ReadResult:
    """The mail itself if it says something, and the documents of its attachments."""
    if depth >= _MAX_DEPTH:
        raise ReadError("mail_nested", limit=_MAX_DEPTH)
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        parts = mail_parts.split(message)
    except RecursionError as error:
        raise ReadError("too_deep") from error
    except (MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReadError("damaged", detail=f"{type(error).__name__}: {error}"[:120]) from error
    found = _Found()
    if parts.encrypted:
        found.failures.append(Problem(name, "mail_encrypted"))
    if parts.cut:
        found.warnings.append(Problem(name, "mail_cut"))
    attached = parts.attachments
    if len(attached) > _MOST_ATTACHMENTS:
        params = (("count", len(attached)), ("limit", _MOST_ATTACHMENTS))
        found.failures.append(Problem(name, "mail_many_attachments", params))
    left = settings.limits.inflated
    taken: set[str] = set()
    for number, part in enumerate(attached[:_MOST_ATTACHMENTS], start=1):
        title = _named(part, number, taken)
        try:
            content = mail_parts.content(part)
        except ReadError as problem:
            found.failures.append(problem.problem(f"{name}#{title}"))
            continue
        left -= len(content)
        if left < 0:
            limit = megabytes(settings.limits.inflated)
            over = ReadError("too_large_inflated", size=megabytes(len(data)), limit=limit)
            found.failures.append(over.problem(f"{name}#{title}"))
            break
        inner = _read(content, title, settings=settings, password=password, mapping=mapping,
                      depth=depth)  # fmt: skip
        _add(found, inner, name=name, title=title)
    body = mail_body.document(message, parts, name=name)
    if body is not None and (not attached or mail_body.words(body) >= _LEAST_WORDS):
        found.documents.insert(0, body)
    if not (found.documents or found.failures):
        raise ReadError("no_text")
    return ReadResult(tuple(found.documents), tuple(found.failures), tuple(found.warnings))


def _read(
    content: bytes,
    title: str,
    *,
    settings: Settings,
    password: str | None,
    mapping: Mapping[str, str] | None,
    depth: int,
) -> ReadResult:
    """An attachment; a ZIP in a mail is no ZIP inside another, a mail in a mail is one deeper."""
    from kb.readers import read_bytes
    from kb.readers.sniff import sniff

    deeper = depth if sniff(content, name=title) == "zip" else depth + 1
    return read_bytes(
        content, name=title, settings=settings, password=password, mapping=mapping, depth=deeper
    )


def _add(found: _Found, inner: ReadResult, *, name: str, title: str) -> None:
    """What came of an attachment, named by where it stands."""

    def placed(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        return tuple(
            replace(
                problem,
                source=f"{name}#{title}{problem.source[len(title) :]}"
                if problem.source.startswith(title)
                else f"{name}#{title}",
            )
            for problem in problems
        )

    found.documents += [
        replace(doc, member=f"#{title}{doc.member}", warnings=placed(doc.warnings))
        for doc in inner.documents
    ]
    found.failures += placed(inner.failures)
    found.warnings += placed(inner.warnings)


def _named(part: EmailMessage, number: int, taken: set[str]) -> str:
    """The name of an attachment, without folders and control characters, each once in a mail."""
    stated = re.split(r"[/\\]", mail_parts.filename(part))[-1]
    title = "".join(char if char.isprintable() else "�" for char in stated).strip()[-200:]
    if not title.strip("."):
        kind = part.get_content_type()
        ending = ".eml" if kind == "message/rfc822" else mimetypes.guess_extension(kind) or ""
        title = f"{number}{ending}"
    stem, dot, ending = title.rpartition(".")
    first, count = title, 1
    while title in taken:
        count += 1
        title = f"{stem} ({count}).{ending}" if stem and dot else f"{first} ({count})"
    taken.add(title)
    return title
