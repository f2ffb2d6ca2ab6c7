"""Text of page pictures by tesseract: words with places, for the same layout as printed text.

The page is rendered at 300 dpi, turned straight (the angle at which rows of ink are sharpest),
and given to the program `tesseract` (spa+eng). Nothing is recognised on blank pages.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, Any

from kb.errors import MissingPartError, ReadError
from kb.readers.ocr_rules import Rule, find_rules
from kb.readers.pdf_drawing import PageText, Word

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 300
LANGS = ("spa", "eng")
_ASCENDERS = frozenset("bdfhiklt0123456789ÁÉÍÓÚÑáéíóúñü¿?¡!(\"'“”/")
_DESCENDERS = frozenset("gjpqy,;()ç/")
_LIKE_BULLETS = frozenset(("e", "+", "*", "¢", "©", "®", "»", "°", "«", "·"))
_MAX_SIDE = 6000  # pixels: larger pages are rendered more coarsely


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages of ours that the installed tesseract knows; () when there is none."""
    program = shutil.which("tesseract")
    if program is None:
        return ()
    try:
        told = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=True
        ).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(lang for lang in LANGS if lang in told)


def available() -> bool:
    return bool(languages())


def require() -> None:
    """Raise MissingPartError, with the command that installs tesseract, where it is missing."""
    if not available():
        raise MissingPartError(
            "missing_part",
            part="tesseract (spa, eng)",
            command="apt-get install tesseract-ocr tesseract-ocr-spa tesseract-ocr-eng",
        )


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page picture set straight: `angle` in degrees was taken out, `scale` points a pixel."""

    number: int
    width: float
    height: float
    scale: float
    angle: float
    image: bytes  # PGM
    rules: tuple[Rule, ...] = ()


def is_blank(page: Any) -> bool:
    """No ink: nothing drawn, or a picture of one tone."""
    import pypdfium2.raw as pdfium_c

    if pdfium_c.FPDFPage_CountObjects(page.raw) == 0:
        return True
    width, height = page.get_size()
    if width < 4 or height < 4:
        return True
    scale = min(0.4, 2000 / max(width, height))
    low, high = _tones(
        page.render(scale=max(scale, 4 / min(width, height)), grayscale=True).to_pil()
    )
    return high - low < 40


def _tones(image: Image) -> tuple[int, int]:
    """Darkest and lightest tone of the picture, single specks and the margin aside."""
    width, height = image.size
    inner = image.crop((width // 50, height // 50, width - width // 50, height - height // 50))
    counts = inner.histogram()[:256]
    need = max(3, sum(counts) // 20_000)
    total = 0
    low = high = 0
    for low in range(256):
        total += counts[low]
        if total >= need:
            break
    total = 0
    for high in range(255, -1, -1):
        total += counts[high]
        if total >= need:
            break
    return low, high


def render(page: Any, number: int) -> Rendered:
    """The page as a straight gray picture."""
    width, height = page.get_size()
    scale = min(DPI / 72, _MAX_SIDE / max(width, height))
    picture = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    return straighten(picture, number, width, height, 1 / scale)


def straighten(picture: Image, number: int, width: float, height: float, scale: float) -> Rendered:
    import io

    angle = skew(picture)
    if abs(angle) >= 0.1:
        from PIL import Image as Images

        picture = picture.rotate(angle, resample=Images.Resampling.BICUBIC, fillcolor=255)
    out = io.BytesIO()
    picture.save(out, format="PPM")
    rules = tuple(find_rules(picture, scale))
    return Rendered(number, width, height, scale, angle, out.getvalue(), rules)


def skew(picture: Image) -> float:
    """Degrees, clockwise, by which the lines of the picture are turned: where rows are sharpest."""
    import numpy as np

    shrink = max(1, max(picture.size) // 1200)
    gray = np.asarray(picture.reduce(shrink) if shrink > 1 else picture, dtype=np.int16)
    local = gray < gray.mean() - max(20.0, 1.0 * float(gray.std()))
    ys, xs = np.nonzero(local)
    if len(xs) < 200:
        return 0.0
    step = max(1, len(xs) // 60_000)
    xs, ys = xs[::step].astype(np.float32), ys[::step].astype(np.float32)

    def sharpness(angle: float) -> float:
        rows = (ys - xs * np.tan(np.radians(angle))).astype(np.int32)
        counts = np.bincount(rows - rows.min())
        return float(np.square(np.diff(counts.astype(np.float64))).sum())

    coarse = max(np.arange(-3, 3.01, 0.25), key=lambda a: (sharpness(float(a)), -abs(a)))
    fine = max(np.arange(coarse - 0.25, coarse + 0.26, 0.05), key=lambda a: sharpness(float(a)))
    return round(float(fine), 2)


def recognise(picture: Rendered, *, seconds: float = 60.0) -> PageText:
    """Words of a picture. Raises ReadError ocr_failed when the program fails or takes too long."""
    # The reader's process has set OMP_THREAD_LIMIT: more threads a page would slow each other.
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(languages())]
    try:
        done = subprocess.run(
            [*command, "--dpi", str(DPI), "--psm", "3", "tsv"],
            input=picture.image,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ReadError("pdf_ocr_failed", pages=picture.number, detail="time") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise ReadError(
            "pdf_ocr_failed", pages=picture.number, detail=type(error).__name__
        ) from error
    words = _words(done.stdout.decode("utf-8", "replace"), picture)
    found = PageText(
        picture.number, picture.width, picture.height, {0: words} if words else {},
        list(picture.rules),
    )  # fmt: skip
    found.skew = picture.angle
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    left: float
    top: float
    width: float
    height: float
    sure: float = 100.0  # per cent


def _words(tsv: str, picture: Rendered) -> list[Word]:
    """Words of tesseract's TSV, each with the baseline and size of its printed line."""
    lines: dict[tuple[str, ...], list[_Token]] = {}
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5":
            continue
        text = cells[11].strip()
        sure = float(cells[10])
        if not text or sure < 0 or (sure < 30 and not any(c.isalnum() for c in text)):
            continue
        left, top, width, height = (float(cell) * picture.scale for cell in cells[6:10])
        token = _Token(text, left, top, width, height, sure)
        if not _on_rule(token, picture.rules):
            lines.setdefault(tuple(cells[1:5]), []).append(token)
    measured = [(tokens, *_measure(tokens)) for tokens in lines.values()]
    sizes = _steady([(size, sum(len(t.text) for t in ts)) for ts, _, size in measured])
    words: list[Word] = []
    for (tokens, base, _), size in zip(measured, sizes, strict=True):
        for place, token in enumerate(tokens):
            text = token.text.replace("¬", "-").replace("|", "") or token.text
            if place == 0 and _is_bullet(tokens, size):
                text = "•"
            top, foot = base - 0.75 * size, base + 0.22 * size
            left, right = token.left, token.left + token.width
            words.append(Word(text, left, top, right, foot, base, size, order=len(words)))
    return words


def _is_bullet(tokens: Sequence[_Token], size: float) -> bool:
    """The line begins with a list mark that was taken for a letter or a sign."""
    if len(tokens) < 2 or tokens[0].text not in _LIKE_BULLETS:
        return False
    mark, after = tokens[:2]
    wide = after.left - mark.left - mark.width > 0.45 * size
    if mark.text == "e":  # "and" in Spanish before i- and hi-
        return not after.text.casefold().startswith(("i", "hi", "í")) and (
            wide or after.text[0].isupper()
        )
    return wide or after.text[0].isalpha()


def _on_rule(token: _Token, rules: Sequence[Rule]) -> bool:
    """A piece of a table's lines that was taken for letters."""
    x, y = token.left + token.width / 2, token.top + token.height / 2
    if not token.text.strip("|¡![]Il"):
        if token.width >= token.height:
            return True
        return any(
            x1 - x0 < 1 and abs(x - x0) < 4 and y0 <= y <= y1 and y1 - y0 > 1.3 * token.height
            for x0, y0, x1, y1 in rules
        )
    foot = token.top + token.height
    return token.sure < 70 and any(
        x1 - x0 >= 1 and token.top < y0 < foot and x0 - 3 <= x <= x1 + 3 for x0, y0, x1, _ in rules
    )


def _measure(tokens: Sequence[_Token]) -> tuple[float, float]:
    """Baseline and size of type of a line, from the shapes of its letters."""
    sizes: list[float] = []
    bases: list[float] = []
    for token in tokens:
        high = any(c in _ASCENDERS or c.isupper() for c in token.text)
        low = any(c in _DESCENDERS for c in token.text)
        if not any(c.isalnum() for c in token.text):
            continue
        share = 0.93 if high and low else 0.71 if high else 0.70 if low else 0.49
        sizes += [token.height / share] * len(token.text)
        if not low:
            bases.append(token.top + token.height)
    if not sizes:
        sizes = [max(token.height for token in tokens)]
    size = median(sizes)
    if not bases:
        bases = [token.top + token.height - 0.22 * size for token in tokens]
    return median(bases), size


def _steady(sizes: Sequence[tuple[float, int]]) -> list[float]:
    """Sizes of (size, letters) with those near the page's usual size made equal to it."""
    spread = sorted(size for size, count in sizes for _ in range(max(1, count // 4)))
    if not spread:
        return []
    usual = spread[len(spread) // 2]
    return [
        round(usual, 1) if abs(size - usual) < 0.11 * usual else round(size * 2) / 2
        for size, _ in sizes
    ]
