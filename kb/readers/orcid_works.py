"""What an ORCID record says was made: works, fundings, use of resources, reviews."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kb.readers.orcid_tree import Node, day, entries
from kb.readers.pieces import tidy
from kb.text import fold

_DOI = re.compile(r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:)\s*", re.IGNORECASE)


def fundings(activities: Node) -> Iterator[dict[str, Any]]:
    nodes = [*entries(activities.first("fundings"), "funding")]
    nodes += activities.all("funding-list", "funding")
    for node in nodes:
        yield {
            "name": _title(node),
            "entity": node.words("organization", "name"),
            "type": node.words("type") or node.words("funding-type"),
            "startDate": day(node, "start-date"),
            "endDate": day(node, "end-date"),
        }


def resources(activities: Node) -> Iterator[dict[str, Any]]:
    for node in entries(activities.first("research-resources"), "research-resource"):
        proposal = node.first("proposal")
        hosts = (host.words("name") for host in proposal.all("hosts", "organization"))
        yield {
            "name": _title(proposal),
            "entity": ", ".join(dict.fromkeys(filter(None, hosts))),
            "startDate": day(proposal, "start-date"),
            "endDate": day(proposal, "end-date"),
        }


def reviews(activities: Node) -> list[dict[str, Any]]:
    """The houses for which one has reviewed, with the first and the last year."""
    years: dict[str, list[str]] = {}
    section = activities.first("peer-reviews")
    for node in section.below("peer-review-summary", "summary", "peer-review"):
        if house := node.words("convening-organization", "name"):
            years.setdefault(house, []).append(day(node, "completion-date")[:4])
    found = []
    for house, dates in years.items():
        known = sorted(filter(None, dates)) or [""]
        last = known[-1] if known[-1] != known[0] else ""
        found.append({"name": house, "startDate": known[0], "endDate": last})
    return found


def works(activities: Node) -> list[dict[str, Any]]:
    """One entry a work, though several sources may have told of it."""
    nodes = [*entries(activities.first("works"), "work")]
    nodes += activities.all("orcid-works", "orcid-work")
    found: list[dict[str, Any]] = []
    seen: set[tuple[str, str]] = set()
    for node in nodes:
        title, doi = _title(node), _doi(node)
        date = day(node, "publication-date")
        keys = {("title", f"{fold(title)} {date[:4]}"), ("doi", doi.lower())} - {("doi", "")}
        if ("doi", doi.lower()) in seen or (not doi and keys & seen):
            continue
        seen |= keys
        if title or doi:
            found.append({
                "name": title,
                "publisher": node.words("journal-title"),
                "releaseDate": date,
                "doi": doi,
                "type": node.words("type") or node.words("work-type"),
            })  # fmt: skip
    return found


def _title(node: Node) -> str:
    for name in ("title", "work-title", "funding-title"):
        head = node.first(name)
        parts = (head.words("title") or tidy(head.text), head.words("subtitle"))
        if text := ": ".join(filter(None, parts)):
            return text
    return ""


def _doi(node: Node) -> str:
    """The work's own DOI, not that of the book or the journal that it is part of."""
    for item in node.below("external-id", "work-external-identifier"):
        kind = item.words("external-id-type") or item.words("work-external-identifier-type")
        value = item.words("external-id-value") or item.words("work-external-identifier-id")
        if kind.lower() == "doi" and item.words("external-id-relationship").lower() != "part-of":
            return _DOI.sub("", value)
    return ""
