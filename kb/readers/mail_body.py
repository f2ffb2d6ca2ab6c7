"""What a mail says itself: subject, sender, day, and the text that was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses

from kb.datatypes import Block, Problem, RawDocument
from kb.errors import ReadError
from kb.readers import html, mail_parts, plain
from kb.readers.pieces import plain_year, tidy
from kb.text import words as words_of

_REPLY = re.compile(r"^(?:(?:re|rv|fwd?|rép|enc|res|aw|wg)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_SAVED = re.compile(r"[<\"]?saved by\b", re.IGNORECASE)
_QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)
_LAST = 4  # blocks at the end in which short lines are a signature, not headings


def document(message: EmailMessage, parts: mail_parts.Parts, *, name: str) -> RawDocument | None:
    """The mail as a document by its sender; None if nothing was written."""
    blocks: list[Block] = []
    links: list[str] = []
    warnings: list[Problem] = []
    for forms in parts.written:
        try:
            inner = _text(forms, name=name)
        except ReadError:
            continue  # no text in this form
        blocks += inner.blocks
        links += inner.links
        warnings += inner.warnings
    if not blocks:
        return None
    headers = {key: mail_parts.header(message, key) for key in ("from", "to", "cc", "date")}
    sender = mail_parts.raw_header(message, "from")
    if _SAVED.match(sender):  # a web page that a browser saved as a mail
        sender = headers["from"] = ""
    subject = mail_parts.header(message, "subject")
    title = tidy(_REPLY.sub("", subject))
    top = [Block(title, "title")] if title else []
    # To whom it went stays out of the text: addresses of others are nothing to be kept.
    said = [f"{key.capitalize()}: {headers[key]}" for key in ("from", "date") if headers[key]]
    head = [Block(tidy("; ".join(said)), "head")] if said else []
    return RawDocument(
        (*head, *top, *_as_letter(blocks)),
        format="mail",
        title=title or None,
        authors=_senders(sender),
        year=plain_year(headers["date"]),
        links=tuple(dict.fromkeys(links)),
        metadata=tuple(
            (key, value) for key, value in (*headers.items(), ("subject", subject)) if value
        ),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def words(doc: RawDocument) -> int:
    """How many words were written, without the headers."""
    return sum(len(words_of(b.text)) for b in doc.blocks if b.kind not in ("title", "head"))


def _text(forms: dict[str, list[EmailMessage]], *, name: str) -> RawDocument:
    """The text of a part: plain unless the HTML says far more. ReadError if there is none."""
    shown = _plain(forms.get("plain", []), name=name)
    said = _size(shown.blocks)
    page = _page(forms.get("html", []), name=name)
    if _size(page.blocks) > 3 * said:  # a plain text that only says that there is another
        return page
    if not said:
        raise ReadError("no_text")
    return shown


def _plain(parts: list[EmailMessage], *, name: str) -> RawDocument:
    blocks: list[Block] = []
    warnings: list[Problem] = []
    for part in parts:
        decoded = mail_parts.text(part)
        blocks += plain.blocks_of(_QUOTED.sub("", _unflowed(decoded.text, part)))
        warnings += plain.notes(decoded, name)
    return RawDocument(tuple(blocks), warnings=tuple(warnings))


def _page(parts: list[EmailMessage], *, name: str) -> RawDocument:
    found = RawDocument(())
    for part in parts:
        try:
            page = html.read_text(mail_parts.text(part).text, name=name)
        except ReadError as error:
            if error.code != "no_text":
                found = replace(found, warnings=(*found.warnings, error.problem(name)))
            continue
        found = replace(
            found,
            blocks=(*found.blocks, *page.blocks),
            links=(*found.links, *page.links),
            warnings=(*found.warnings, *page.warnings),
        )
    return found


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _unflowed(text: str, part: EmailMessage) -> str:
    """Lines that a space at their end says go on (format=flowed, RFC 3676) joined."""
    lines = text.replace("\r\n", "\n").split("\n")
    try:
        flowed = str(part.get_param("format", "")).lower() == "flowed"
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        flowed = False
    if not flowed:
        return "\n".join(lines)
    joined: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and joined and _depth(line) == _depth(joined[-1]):
            joined[-1] += _QUOTED.sub("", line)
        else:
            joined.append(line)
        goes_on = line.endswith(" ") and line != "-- "
    return "\n".join(joined)


def _depth(line: str) -> int:
    match = _QUOTED.match(line)
    return match.group().count(">") if match else 0


def _as_letter(blocks: list[Block]) -> list[Block]:
    """A greeting is no title, what stands at the end no heading."""
    first = next((i for i, block in enumerate(blocks) if block.kind == "paragraph"), 0)
    done = []
    for i, block in enumerate(blocks):
        guessed = block.kind == "heading" and block.level == 2 and not block.cells
        greeting = i < first and block.text.endswith((":", ","))
        if block.kind == "title" or (guessed and (greeting or i == 0 or i >= len(blocks) - _LAST)):
            block = replace(block, kind="paragraph", level=0)
        done.append(block)
    return done


def _senders(value: str) -> tuple[str, ...]:
    """Names of the senders; the address of one who gives none."""
    found = []
    for named, address in getaddresses([value]):
        shown = mail_parts.decoded(named).strip("\"' ") or address
        if shown:
            found.append(tidy(shown))
    if not found and value:  # an address against the rules
        found = [tidy(mail_parts.decoded(value.partition("<")[0]).strip("\"' ")) or tidy(value)]
    return tuple(dict.fromkeys(found))
