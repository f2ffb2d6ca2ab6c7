"""HTML: what a visitor reads; scripts, frames, navigation and hidden parts are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kb.config import Settings
from kb.datatypes import Problem, RawDocument
from kb.errors import ReadError
from kb.readers import encodings
from kb.readers.html_blocks import BlockWriter
from kb.readers.html_seen import drop_hidden
from kb.readers.pieces import mark_references, plain_year, tidy, title_of, warn
from kb.readers.plain import notes

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_NEVER = [
    "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet",
    "svg", "canvas", "audio", "video", "button", "select", "input", "textarea", "nav", "dialog",
    "datalist", "map",
]  # fmt: skip
_CV_HEAD = re.compile(
    r"contact|skills?|languages?|education|profile|interests|awards|"
    r"habilidades|idiomas|formaci[oó]n|educaci[oó]n|perfil|premios|aptitudes|competencias",
    re.IGNORECASE,
)
#: Elements beside the main content that are left out unless they hold the only h1.
_BESIDE = {"div", "section", "p", "ul", "ol", "table", "span", "a", "h2", "h3", "h4"}
_ASIDE = re.compile(
    r"relat|share|social|promo|advert|banner|cookie|newsletter|breadcrumb|sidebar-nav|"
    r"compart|publicidad|suscri",
    re.IGNORECASE,
)


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """The main content of a page, with its metadata."""
    decoded = encodings.decode(data)
    return read_text(decoded.text, name=name, warnings=notes(decoded, name))


def read_text(
    html: str, *, name: str, warnings: tuple[Problem, ...] = (), format: str = "html"
) -> RawDocument:
    """The same from text."""
    from bs4 import BeautifulSoup

    try:
        soup = BeautifulSoup(html, "lxml")
    except RecursionError as error:
        raise ReadError("too_deep", name=name) from error
    meta = _metadata(soup)
    hidden = drop_hidden(soup)
    for tag in soup.find_all(_NEVER):
        tag.decompose()
    writer = BlockWriter(lang=_lang(soup))
    try:
        writer.walk(soup.body or soup, kinds=_kinds(soup))
    except RecursionError as error:
        raise ReadError("too_deep", name=name) from error
    blocks = mark_references(writer.finished())
    if not any(block.kind not in ("head", "foot") for block in blocks):
        raise ReadError("no_text")
    if hidden:
        warnings = (*warnings, warn(name, "hidden_text", count=hidden))
    return RawDocument(
        blocks=tuple(blocks),
        format=format,
        title=_title(soup, meta) if title_of(blocks) is None else title_of(blocks),
        authors=tuple(meta.get("author", ())),
        year=plain_year(next(iter(meta.get("date", ())), None)),
        publisher=next(iter(meta.get("publisher", ())), None),
        url=_canonical(soup),
        lang=_lang(soup),
        links=tuple(_links(soup)),
        metadata=tuple((key, "; ".join(values)) for key, values in sorted(meta.items())),
        warnings=warnings,
    )


_META = {
    "author": ("author", "citation_author", "dc.creator", "dcterms.creator", "article:author"),
    "date": (
        "citation_publication_date", "citation_date", "dc.date", "dcterms.date", "dcterms.issued",
        "dc.date.issued", "article:published_time", "date", "pubdate",
    ),
    "publisher": ("citation_publisher", "dc.publisher", "dcterms.publisher", "og:site_name"),
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title"),
    "description": ("description", "og:description"),
    "keywords": ("keywords", "citation_keywords"),
}  # fmt: skip


def _metadata(soup: BeautifulSoup) -> dict[str, list[str]]:
    stated: dict[str, list[str]] = {}
    for tag in soup.find_all("meta"):
        key = str(tag.get("name") or tag.get("property") or "").lower()
        value = tidy(str(tag.get("content") or ""))
        if key and value:
            stated.setdefault(key, []).append(value)
    found: dict[str, list[str]] = {}
    for field, names in _META.items():
        for key in names:
            values = [v for v in stated.get(key, []) if not v.startswith(("http:", "https:"))]
            if values:
                found[field] = list(dict.fromkeys(values))
                break
    return found


def _title(soup: BeautifulSoup, meta: dict[str, list[str]]) -> str | None:
    tag = soup.find("title")
    return (tidy(tag.get_text()) if tag else "") or next(iter(meta.get("title", ())), None)


def _canonical(soup: BeautifulSoup) -> str | None:
    tag = soup.find("link", rel="canonical")
    address = str(tag.get("href") or "") if tag else ""
    return address if address.startswith(("http://", "https://")) else None


def _lang(soup: BeautifulSoup) -> str | None:
    tag = soup.find("html")
    return short_lang(str(tag.get("lang") or tag.get("xml:lang") or "")) if tag else None


def short_lang(code: str) -> str | None:
    """ "es-MX" as "es"; None for what is no language code."""
    match = re.match(r"([A-Za-z]{2,3})(?:[-_]|$)", code.strip())
    return match.group(1).lower() if match else None


def _links(soup: BeautifulSoup) -> Iterator[str]:
    for tag in soup.find_all("a", href=True):
        address = str(tag["href"]).strip()
        if re.match(r"(?:https?://|mailto:|tel:)", address, re.IGNORECASE):
            yield address


# --- what is content ---------------------------------------------------------------------------


def _main(soup: BeautifulSoup) -> Tag | None:
    """The element that says it is the page's content, if most of the text stands there."""
    body = soup.body or soup
    for candidate in (soup.find("main"), soup.find(None, attrs={"role": "main"})):
        if candidate and len(candidate.get_text()) > 0.3 * len(body.get_text()):
            return candidate
    return None


def _outside(main: Tag) -> Iterator[Tag]:
    """What stands beside `main` and its ancestors."""
    inner: Tag | None = main
    while inner is not None and inner.name not in ("body", "html", "[document]"):
        yield from inner.find_previous_siblings() + inner.find_next_siblings()
        inner = inner.parent


def _kinds(soup: BeautifulSoup) -> dict[int, str]:
    """By id() of an element: "head", "foot" or "drop" for what is not content."""
    kinds: dict[int, str] = {}
    main = _main(soup)
    for tag in _outside(main) if main else ():
        named = tag.name == "h1" or tag.find("h1") is not None
        if tag.name in _BESIDE and not (named and main and not main.find("h1")):
            kinds[id(tag)] = "drop"
    for tag in soup.find_all(["header", "footer", "aside", "form"]):
        inside = tag.find_parent(["article", "section", "main"])
        if tag.name == "header":
            if not inside and not tag.find("h1"):
                kinds[id(tag)] = "head"
        elif tag.name == "footer":
            if not tag.find_parent("blockquote"):
                kinds[id(tag)] = "foot"
        elif tag.name == "aside":
            kinds[id(tag)] = "" if _is_content(tag) else "drop"
        elif not tag.find(["p", "h1", "h2", "table"]):
            kinds[id(tag)] = "drop"
    for tag in soup.find_all(
        None, attrs={"role": ["navigation", "banner", "contentinfo", "search"]}
    ):
        if tag.name != "header" or not tag.find("h1"):
            kinds[id(tag)] = {"contentinfo": "foot", "banner": "head"}.get(
                str(tag.get("role")), "drop"
            )
    for tag in soup.find_all(None, attrs={"role": ["doc-endnotes", "doc-footnote", "doc-endnote"]}):
        kinds[id(tag)] = "footnote"
    for tag in soup.find_all(class_=re.compile(r"^footnotes?$", re.IGNORECASE)):
        kinds[id(tag)] = "footnote"
    return {key: value for key, value in kinds.items() if value}


def _is_content(aside: Tag) -> bool:
    """A side column of a CV is content; links to other pages, shares and adverts are not."""
    label = " ".join([*aside.get_attribute_list("class"), str(aside.get("id") or "")])
    if _ASIDE.search(label):
        return False
    heads = " ".join(tag.get_text(" ") for tag in aside.find_all(["h1", "h2", "h3", "h4"]))
    return bool(_CV_HEAD.search(heads))
