"""Every page of an open PDF as words: printed ones, or recognised where there are none.

No page is passed over in silence: each one is read, recognised, found blank, or named in a problem.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from kb.config import Settings
from kb.datatypes import Problem
from kb.errors import ReadError
from kb.readers import ocr
from kb.readers.legible import garbled, garbled_pages
from kb.readers.limits import still_at
from kb.readers.pdf_drawing import PageText
from kb.readers.pdf_hidden import Watch
from kb.readers.pdf_open import PAGE_CONTENT, Opened, ranges
from kb.readers.pdf_words import page_words

_MAX_PAGES = 20_000
_PICTURE = 0.6  # share of a page under a picture that makes a few words a stamp on a scan
_STAMP = 12  # words


@dataclass(slots=True)
class Pages:
    """Pages with words in order; pages whose words were recognised; what went wrong."""

    texts: list[PageText] = field(default_factory=list)
    recognised: frozenset[int] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    repeated: int = 0  # at the end of the page list, named before: no pages of their own


@dataclass(slots=True)
class _Found:
    """Pages sorted by what they need; numbers from 1."""

    texts: dict[int, PageText] = field(default_factory=dict)
    empty: list[int] = field(default_factory=list)  # without usable words, not blank
    blank: list[int] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)  # words that are no language
    unreadable: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    hidden: int = 0  # places of text that nobody sees


def read_pages(opened: Opened, data: bytes, *, name: str, settings: Settings) -> Pages:
    """Words of all pages. Raises ReadError when no page gives any."""
    document = opened.document
    count = len(document)
    found = _printed(opened, data, settings)
    result = Pages(problems=list(opened.warnings))

    def tell(code: str, pages: Sequence[int] = (), **params: str | int) -> None:
        shown = {"pages": ranges(sorted(pages))} if pages else {}
        result.problems.append(Problem(name, code, tuple({**shown, **params}.items())))

    if count > _MAX_PAGES:
        result.problems.append(
            Problem(name, "pdf_too_many_pages", (("pages", count), ("limit", _MAX_PAGES)))
        )
    if found.repeated:
        tell("pdf_page_list_repeats", found.repeated)
    if opened.too_large:
        tell(
            "pdf_page_too_large",
            [index + 1 for index in opened.too_large],
            megabytes=PAGE_CONTENT // 1_000_000,
        )
    if found.unreadable:
        tell("pdf_page_unreadable", found.unreadable)
    wanted = sorted([*found.empty, *found.wrong])
    done: dict[int, PageText] = {}
    if wanted and settings.ocr == "always":
        ocr.require()
    if wanted and settings.ocr != "off" and ocr.available():
        limit = len(wanted) if settings.ocr == "always" else settings.limits.ocr_pages
        done, failed = _recognised(document, wanted[:limit], settings)
        if failed:
            tell("pdf_ocr_failed", list(failed), detail=", ".join(sorted(set(failed.values()))))
        if wanted[limit:]:
            tell("pdf_ocr_limit", wanted[limit:], limit=limit)
    useful = {number: text for number, text in done.items() if text.words}
    if useful:
        tell("pdf_ocr", list(useful))
    left = [n for n in found.wrong if n not in useful]
    if left:
        tell("pdf_text_unreadable", left)
    bare = sorted([*found.blank, *(n for n in found.empty if n not in useful)])
    if bare:
        tell("pdf_pages_without_text", bare)
    if found.hidden:
        tell("hidden_text", count=found.hidden)
    texts = {n: t for n, t in found.texts.items() if n not in found.wrong} | useful
    result.texts = [texts[number] for number in sorted(texts)]
    result.recognised = frozenset(useful)
    while count - result.repeated in found.repeated:
        result.repeated += 1
    if not any(text.words for text in result.texts):
        _refuse(found, count)
    return result


def _refuse(found: _Found, count: int) -> None:
    if found.wrong:
        raise ReadError("pdf_nothing_readable")
    if found.unreadable and not found.blank and not found.empty:
        raise ReadError("pdf_page_list_damaged")
    raise ReadError("pdf_no_text", pages=count)


def _printed(opened: Opened, data: bytes, settings: Settings) -> _Found:
    """The text that each page carries."""
    import pypdfium2 as pdfium

    found = _Found()
    watch = Watch()
    total = 0
    for index in range(min(len(opened.document), _MAX_PAGES)):
        number = index + 1
        if index in opened.too_large:
            continue
        try:
            page = opened.document[index]
        except pdfium.PdfiumError:
            found.unreadable.append(number)
            continue
        try:
            text = page_words(page, number, watch=watch)
            found.hidden += text.hidden
            if not text.words or (text.pictured >= _PICTURE and text.count() <= _STAMP):
                (found.blank if not text.words and ocr.is_blank(page) else found.empty).append(
                    number
                )
                if text.words:
                    found.texts[number] = text
                continue
        except pdfium.PdfiumError:
            found.unreadable.append(number)
            continue
        finally:
            page.close()
        total += sum(len(word.text) for words in text.words.values() for word in words)
        if total > settings.limits.output:
            found.unreadable += range(number, len(opened.document) + 1)
            break
        found.texts[number] = text
    found.wrong = garbled_pages({n: text.text() for n, text in found.texts.items()})
    _sure(found)
    _drop_repeated(found, data)
    return found


def _sure(found: _Found) -> None:
    """A short page in the font of unreadable ones is unreadable too."""
    if not found.wrong or len(found.wrong) == len(found.texts):
        return
    rest = [n for n in found.texts if n not in found.wrong]
    short = [n for n in rest if found.texts[n].count() < 40]
    if len(found.wrong) >= len(rest) - len(short):
        found.wrong += [n for n in short if garbled(f"{found.texts[n].text()} " * 20)]


def _drop_repeated(found: _Found, data: bytes) -> None:
    """Leave out pages that a damaged page list names twice."""
    seen: dict[tuple[tuple[str, float, float], ...], int] = {}
    twins: list[tuple[int, int]] = []
    for number, text in found.texts.items():
        key = tuple(
            (word.text, word.x0, word.y0) for words in text.words.values() for word in words[:60]
        )
        if len(key) >= 3 and key in seen:
            twins.append((seen[key], number))
        seen.setdefault(key, number)
    if not twins:
        return
    objects = _page_objects(data)
    for first, second in twins:
        # A list that names more pages than there are objects repeats them as well.
        if second > len(objects) or objects[first - 1] == objects[second - 1]:
            del found.texts[second]
            found.repeated.append(second)
    found.wrong = [n for n in found.wrong if n in found.texts]


def _page_objects(data: bytes) -> list[tuple[int, int]]:
    """Object numbers of the pages in order, branches of the page list walked once each."""
    import pikepdf

    found: list[tuple[int, int]] = []
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            waiting = [pdf.Root.Pages]
            seen: set[tuple[int, int]] = set()
            while waiting and len(found) <= _MAX_PAGES:
                node = waiting.pop()
                key = (node.objgen[0], node.objgen[1])
                if "/Kids" not in node:
                    found.append(key)
                elif key not in seen:
                    seen.add(key)
                    waiting += list(node.Kids)[::-1]
    except pikepdf.PasswordError:
        return list(enumerate(range(_MAX_PAGES)))  # cannot be told: no page counts as repeated
    except (pikepdf.PdfError, AttributeError, RuntimeError, ValueError):
        return []
    return found


def _recognised(
    document: Any, numbers: Sequence[int], settings: Settings
) -> tuple[dict[int, PageText], dict[int, str]]:
    """Recognised pages, and why others failed; at most two pages are in work at a time."""
    done: dict[int, PageText] = {}
    failed: dict[int, str] = {}
    seconds = settings.limits.seconds_per_ocr_page * 3
    with ThreadPoolExecutor(max_workers=2) as pool:
        for start in range(0, len(numbers), 2):
            jobs = {}
            for number in numbers[start : start + 2]:
                still_at(number)
                page = document[number - 1]
                picture = ocr.render(page, number)
                page.close()
                jobs[number] = pool.submit(ocr.recognise, picture, seconds=seconds)
            for number, job in jobs.items():
                try:
                    done[number] = job.result()
                except ReadError as error:
                    failed[number] = str(error.params["detail"])
    return done, failed
