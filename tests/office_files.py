"""Makers of small ODT, PPTX and mails for the tests of their readers; people are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP

from tests.readers_files import zip_of

_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("style", "style"), ("meta", "meta"), ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
ODF = (
    f'{_ODF} xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def odt_parts(
    body: str, *, styles: str = "", margins: str = "", meta: str = "", head: str = ""
) -> dict[str, str]:
    """The parts of an ODT; `styles` are automatic ones, `margins` heads and feet of a page."""
    content = (
        f'<?xml version="1.0"?>{head}<office:document-content {ODF}><office:automatic-styles>'
        f"{styles}</office:automatic-styles><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>"
    )
    page = (
        f"<office:document-styles {ODF}><office:styles/><office:master-styles>"
        f"<style:master-page>{margins}</style:master-page></office:master-styles>"
        "</office:document-styles>"
    )
    about = f"<office:document-meta {ODF}><office:meta>{meta}</office:meta></office:document-meta>"
    return {"mimetype": ODT_TYPE, "content.xml": content, "styles.xml": page, "meta.xml": about}


def odt_of(body: str, **more: str) -> bytes:
    """An ODT whose text is this."""
    return zip_of(odt_parts(body, **more))


P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def rels(*items: tuple[str, str, str]) -> str:
    """Relations of a part: (id, kind, target)."""
    found = "".join(
        f'<Relationship Id="{key}" Type="{_REL}/{kind}" Target="{target}"/>'
        for key, kind, target in items
    )
    return f"<Relationships {_RELS}>{found}</Relationships>"


def shape(
    paragraphs: str | Sequence[str],
    *,
    holder: str = "",
    at: tuple[int, int, int, int] | None = None,
) -> str:
    """A shape with text; `holder` are attributes of its placeholder, `at` left, top, width, height.

    A paragraph is text or DrawingML.
    """
    texts = [paragraphs] if isinstance(paragraphs, str) else paragraphs
    written = "".join(
        t if t.startswith("<") else f"<a:p><a:r><a:t>{t}</a:t></a:r></a:p>" for t in texts
    )
    ph = f"<p:ph {holder}/>" if holder else ""
    place = (
        f'<a:xfrm><a:off x="{at[0]}" y="{at[1]}"/><a:ext cx="{at[2]}" cy="{at[3]}"/></a:xfrm>'
        if at
        else ""
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/><p:nvPr>{ph}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr><p:txBody><a:bodyPr/>{written}</p:txBody></p:sp>"
    )


def slide_of(shapes: str, *, attributes: str = "", head: str = "") -> str:
    """The XML of a slide."""
    return (
        f'<?xml version="1.0"?>{head}<p:sld {P} {attributes}><p:cSld><p:spTree><p:nvGrpSpPr/>'
        f"<p:grpSpPr/>{shapes}</p:spTree></p:cSld></p:sld>"
    )


def pptx_of(slides: Sequence[str], *, parts: Mapping[str, str] | None = None) -> bytes:
    """A presentation of these slides, in reverse order of their files' names."""
    count = len(slides)
    files = [f"slide{count - i}.xml" for i in range(count)]
    listed = "".join(f'<p:sldId id="{256 + i}" r:id="rId{i}"/>' for i in range(count))
    members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": rels(("rId1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": (
            f"<p:presentation {P}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
        ),
        "ppt/_rels/presentation.xml.rels": rels(
            *((f"rId{i}", "slide", f"slides/{name}") for i, name in enumerate(files))
        ),
    }
    members.update({f"ppt/slides/{n}": s for n, s in zip(files, slides, strict=True)})
    return zip_of({**members, **(parts or {})})


def mail_of(
    text: str = "",
    *,
    subject: str = "Currículum para la red",
    sender: str = "Inés Núñez <ines@example.org>",
    attached: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """A mail as programs send it, with these attachments."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = "red@example.org"
    message["Subject"] = subject
    message["Date"] = "Mon, 03 Feb 2020 10:00:00 -0600"
    message["Message-ID"] = "<1@example.org>"
    message.set_content(text)
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="x", filename=name)
    return message.as_bytes()
