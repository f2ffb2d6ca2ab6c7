"""What of a page nobody sees, by its attributes, inline styles and own style sheets.

Elements that are not drawn, or drawn outside of the window, go whole. Size and colour are handed
down, and an element inside may state its own: there the text alone goes that has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.readers.html_styles import Ground, declared, ground_of, hides, ink_of, same, tiny

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import NavigableString

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_BLOCK = re.compile(r"@(?!charset|import)[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_SIMPLE = re.compile(r"[\w-]*(?:[.#][\w-]+)*")
_ICON = re.compile(r"icon|material|symbol|glyph|(?:^|[\s_-])fa[bsrl]?(?:[\s_-]|$)", re.IGNORECASE)
_STATED = re.compile(r"color|background|font", re.IGNORECASE)
_MOST_CSS = 500_000  # characters
_MOST_RULES = 400  # that state colours or sizes
_WHITE = (255, 255, 255)


@dataclass(slots=True)
class _Face:
    """What one element states for itself; None where it states nothing."""

    tiny: bool | None = None
    colour: Ground = None
    ground: Ground = None


def drop_hidden(soup: BeautifulSoup) -> int:
    """Take hidden elements and texts out; how many of them held text."""
    rules = list(_rules(soup))
    found: list[Tag] = list(soup.find_all(hidden=True))
    found += [tag for tag in soup.find_all(style=True) if hides(declared(str(tag["style"])))]
    for selector, body in rules:
        if _SIMPLE.fullmatch(selector) and hides(declared(body)):
            found += soup.select(selector)
    count = 0
    for tag in found:
        if tag.name not in ("html", "body") and not tag.decomposed:
            count += bool(tag.get_text(strip=True))
            tag.decompose()
    for tag in soup.find_all(None, attrs={"aria-hidden": "true"}):
        if not tag.decomposed and _is_icon(tag):
            tag.decompose()
    return count + _drop_unseen_texts(soup, _faces(soup, rules))


def _is_icon(tag: Tag) -> bool:
    """A sign kept from those who have pages read out; words so marked are seen by all others."""
    words = tag.get_text(" ", strip=True).split()
    label = " ".join(tag.get_attribute_list("class"))
    drawn = tag.name in ("i", "svg") or _ICON.search(label)
    return not any(word[:1].isalnum() for word in words) or (len(words) == 1 and bool(drawn))


def _rules(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """(selector, declarations) of the page's own style sheets.

    Rules under @media and the like hold only somewhere: they are not asked.
    """
    for style in soup.find_all("style"):
        css = re.sub(r"/\*.*?\*/", "", style.get_text()[:_MOST_CSS], flags=re.DOTALL)
        for selectors, body in _RULE.findall(_AT_BLOCK.sub("", css)):
            for selector in selectors.split(","):
                if selector.strip():
                    yield selector.strip(), body


def _faces(soup: BeautifulSoup, rules: list[tuple[str, str]]) -> dict[int, _Face]:
    """Faces by id() of the element; inline styles last, as they win."""
    faces: dict[int, _Face] = {}

    def state(tag: Tag, style: str) -> None:
        stated = declared(style)
        face = faces.setdefault(id(tag), _Face())
        if (small := tiny(stated)) is not None:
            face.tiny = small
        face.colour = ink_of(stated) or face.colour
        face.ground = ground_of(stated) or face.ground

    for tag in soup.find_all(bgcolor=True):
        state(tag, f"background:{tag['bgcolor']}")
    for tag in soup.find_all("font", color=True):
        state(tag, f"color:{tag['color']}")
    stating = [(selector, body) for selector, body in rules if _STATED.search(body)]
    for selector, body in stating[:_MOST_RULES]:
        for tag in _selected(soup, selector):
            state(tag, body)
    for tag in soup.find_all(style=_STATED):
        state(tag, str(tag["style"]))
    return faces


def _selected(soup: BeautifulSoup, selector: str) -> list[Tag]:
    if ":" in selector:  # only under a pointer, or before and after
        return []
    try:
        return list(soup.select(selector))
    except Exception:  # noqa: BLE001 - whatever a page writes there, it is not understood
        return []


def _drop_unseen_texts(soup: BeautifulSoup, faces: dict[int, _Face]) -> int:
    if not any(face.tiny or face.colour is not None for face in faces.values()):
        return 0
    page = None if soup.find("link", rel="stylesheet") else _WHITE  # else unknown
    places: set[int] = set()
    for text in soup.find_all(string=True):
        if text.strip() and (place := _unseen(text, faces, page)):
            places.add(place)
            text.extract()
    return len(places)


def _unseen(text: NavigableString, faces: dict[int, _Face], page: Ground) -> int:
    """id() of the element that hides the text; 0 where it is seen."""
    small: bool | None = None
    colour: Ground = None
    ground: Ground = None
    by_size = by_colour = 0
    for outer in text.parents:
        face = faces.get(id(outer))
        if face is None:
            continue
        if small is None and face.tiny is not None:
            small, by_size = face.tiny, id(outer)
        if colour is None and face.colour is not None:
            colour, by_colour = face.colour, id(outer)
        ground = ground or face.ground
    if small:
        return by_size
    return by_colour if colour and same(colour, ground or page) else 0
