"""Names and small readers of Office Open XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LINK = "/hyperlink"
#: Relations that a viewer would fetch by itself.
_FETCHED = ("/attachedTemplate", "/image", "/oleObject", "/frame", "/subDocument", "/video")


def relations(root: _Element | None) -> tuple[dict[str, str], list[str]]:
    """Addresses of hyperlinks by id, and outside addresses that a viewer would fetch.

    Neither is ever opened.
    """
    links: dict[str, str] = {}
    fetched: list[str] = []
    for item in root if root is not None else ():
        if item.get("TargetMode") != "External":
            continue
        kind, target = str(item.get("Type")), str(item.get("Target"))
        if kind.endswith(_LINK):
            links[str(item.get("Id"))] = target
        elif kind.endswith(_FETCHED):
            fetched.append(target)
    return links, fetched


def tag_text(element: _Element) -> str:
    """All text below an element; an entity that was not resolved gives none."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(tag_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def on(element: _Element | None, default: bool = False) -> bool:
    """A switch of Word: present means on unless its value says off."""
    if element is None:
        return default
    return element.get(f"{W}val") not in ("0", "false", "none", "off")
