"""The parts of a mail: what was written, in which form, and what is attached."""

from __future__ import annotations

import base64
import email.policy
import re
from dataclasses import dataclass, field
from email.errors import (
    CloseBoundaryNotFoundDefect,
    MessageError,
    StartBoundaryNotFoundDefect,
)
from email.header import decode_header, make_header
from email.message import EmailMessage, Message

from kb.errors import ReadError
from kb.readers import encodings

_MOST_PARTS = 5_000
_MAX_DEPTH = 60
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError)
#: Seals and receipts: nothing that somebody wrote.
_PASSED_OVER = frozenset((
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "message/delivery-status", "message/disposition-notification", "text/rfc822-headers",
    "application/pgp-encrypted",
))  # fmt: skip
_CUT = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)
_LOCKED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
#: Charsets that programs state without looking: the bytes tell better.
_BY_BYTES = frozenset((
    "us-ascii", "ascii", "unknown-8bit", "utf-8", "utf8", "iso-8859-1", "latin-1", "latin1",
    "windows-1252", "cp1252",
))  # fmt: skip


@dataclass(slots=True)
class Parts:
    """`written`: parts of the text in order, each in the forms that it has, by type; `cut`: the
    mail ends before its parts do."""

    written: list[dict[str, list[EmailMessage]]] = field(default_factory=list)
    attachments: list[EmailMessage] = field(default_factory=list)
    encrypted: bool = False
    cut: bool = False
    count: int = 0


def split(message: EmailMessage) -> Parts:
    """The parts of a mail. ReadError if it has too many or they are nested too deeply."""
    parts = Parts()
    _walk(message, parts, depth=0)
    return parts


def _walk(part: EmailMessage, parts: Parts, *, depth: int, related: bool = False) -> None:
    parts.count += 1
    if parts.count > _MOST_PARTS:
        raise ReadError("mail_many_attachments", count=parts.count, limit=_MOST_PARTS)
    if depth > _MAX_DEPTH:
        raise ReadError("too_deep")
    parts.cut |= any(isinstance(defect, _CUT) for defect in part.defects)
    kind = part.get_content_type()
    if kind in _PASSED_OVER:
        return
    if kind == "multipart/encrypted" or (
        kind in _LOCKED and part.get_param("smime-type", "") != "signed-data"
    ):
        parts.encrypted = True
    elif kind == "message/rfc822" or not part.is_multipart():
        _leaf(part, parts, related=related)
    elif kind == "multipart/alternative":
        _alternative(part, parts, depth=depth)
    else:
        related = kind == "multipart/related"
        for number, child in enumerate(_children(part)):
            if not (related and number and _is_drawn(child)):
                _walk(child, parts, depth=depth + 1, related=related)


def _is_drawn(part: EmailMessage) -> bool:
    """Whether a part is what a page of HTML shows or is styled by: saved web pages carry these."""
    return "content-location" in part and _disposition(part) != "attachment"


def _alternative(part: EmailMessage, parts: Parts, *, depth: int) -> None:
    """Forms of one text; what an attachment is inside one of them is attached."""
    forms: dict[str, list[EmailMessage]] = {}
    for child in _children(part):
        inner = Parts(count=parts.count)
        _walk(child, inner, depth=depth + 1)
        parts.count = inner.count
        parts.encrypted |= inner.encrypted
        parts.cut |= inner.cut
        parts.attachments += [
            item
            for item in inner.attachments
            if item.get_content_maintype() != "text" or filename(item)
        ]
        for kind in {kind for written in inner.written for kind in written} - forms.keys():
            forms[kind] = [text for written in inner.written for text in written.get(kind, ())]
    if forms:
        parts.written.append(forms)


def _leaf(part: EmailMessage, parts: Parts, *, related: bool) -> None:
    kind = part.get_content_type()
    attached = _disposition(part) == "attachment" or bool(filename(part))
    if kind == "text/html" and not attached:
        parts.written.append({"html": [part]})
    elif kind in ("text/plain", "text/enriched") and not attached:
        parts.written.append({"plain": [part]})
    elif part.get_content_maintype() == "multipart":
        parts.written.append({"plain": [part]})  # its boundary is nowhere in it
    elif part.get_content_maintype() != "image" or not related:
        parts.attachments.append(part)  # pictures drawn inside the text are logos


def _children(part: EmailMessage) -> list[EmailMessage]:
    payload = part.get_payload()
    found = payload if isinstance(payload, list) else []
    return [child for child in found if isinstance(child, EmailMessage)]


def _disposition(part: EmailMessage) -> str:
    try:
        return part.get_content_disposition() or ""
    except _BROKEN:
        return ""


def filename(part: EmailMessage) -> str:
    """The name that an attachment bears, "" for none; a mail is named by its subject."""
    try:
        name = mended(part.get_filename() or "")
    except _BROKEN:
        name = ""
    if part.get_content_type() != "message/rfc822":
        return name
    subject = next((header(child, "subject") for child in _children(part)), "")
    name = name or re.sub(r"[/\\]", "-", subject)[:100]
    return f"{name}.eml" if name and not name.lower().endswith(".eml") else name


def content(part: EmailMessage) -> bytes:
    """The bytes of an attachment; of a mail, the mail itself. ReadError if they cannot be had."""
    if part.get_content_type() != "message/rfc822":
        return _payload(part)
    try:
        [inner] = _children(part)
        if not inner.keys() and str(part.get("content-transfer-encoding")).lower() == "base64":
            return base64.b64decode(str(inner.get_payload()))  # against the rules, but done
        return inner.as_bytes(policy=email.policy.compat32)
    except _BROKEN as error:
        raise ReadError("damaged", detail=f"{type(error).__name__}: {error}"[:120]) from error


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def text(part: EmailMessage) -> encodings.Decoded:
    """The text of a part; where the stated charset does not fit, the bytes decide."""
    data = _payload(part)
    try:
        charset = str(part.get_content_charset() or "").lower()
        if charset and charset not in _BY_BYTES:
            return encodings.Decoded(data.decode(charset).replace("\0", ""), charset)
    except _BROKEN:
        pass
    return encodings.decode(data)


def header(message: Message, name: str) -> str:
    """A header as people read it, "" for none; bytes outside ASCII that nobody declared too."""
    return decoded(raw_header(message, name))


def raw_header(message: Message, name: str) -> str:
    """A header in one line as it was sent: addresses are parted before names are decoded."""
    raw = next((str(v) for key, v in message.raw_items() if key.lower() == name), "")
    return re.sub(r"[\r\n]+[ \t]*", " ", mended(raw)).strip()


def decoded(value: str) -> str:
    """Encoded words (RFC 2047) as text."""
    try:
        shown = str(make_header(decode_header(value)))
    except _BROKEN:
        shown = value
    return " ".join(shown.split())


def mended(value: str) -> str:
    """Text whose undeclared bytes the parser kept as surrogates, told by those bytes."""
    if not re.search("[\udc80-\udcff]", value):
        return value
    return encodings.decode(value.encode("utf-8", "surrogateescape")).text
