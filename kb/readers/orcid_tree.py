"""One tree for the XML and the JSON of a record: names, texts, children."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.readers.europass_values import date_of
from kb.readers.pieces import tidy


@dataclass(frozen=True, slots=True)
class Node:
    """An element or a key; attributes of XML and plain values of JSON are children with a text."""

    name: str
    text: str = ""
    children: tuple[Node, ...] = ()

    def all(self, *path: str) -> Iterator[Node]:
        """The nodes at a path of names, in order."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def first(self, *path: str) -> Node:
        """The first node at a path; an empty one if there is none."""
        return next(self.all(*path), Node(path[-1]))

    def words(self, *path: str) -> str:
        """The first text at a path as one line, "" if there is none."""
        return next((text for node in self.all(*path) if (text := tidy(node.text))), "")

    def below(self, *names: str) -> Iterator[Node]:
        """Nodes of these names at any depth, none inside another."""
        for child in self.children:
            if child.name in names:
                yield child
            else:
                yield from child.below(*names)


def entries(section: Node, kind: str) -> Iterator[Node]:
    """The entries of a section; of a group, one thing told by several sources, the preferred."""
    names = (f"{kind}-summary", "summary", kind)
    for child in section.children:
        if child.name in names:
            yield child
        elif found := sorted(child.below(*names), key=shown_first):
            yield found[0]


def day(node: Node, name: str) -> str:
    """A date in three parts as "YYYY-MM-DD", shorter where parts are not told."""
    date = node.first(name)
    return date_of({part: date.words(part) for part in ("year", "month", "day")})


def shown_first(node: Node) -> int:
    """ORCID shows the highest index first."""
    index = node.words("display-index")
    return -int(index) if re.fullmatch(r"\d{1,6}", index) else 0
