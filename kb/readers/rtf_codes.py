"""Words of RTF: code pages by character set, characters by name, groups that hold no text."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

#: Codec of a font's \fcharset; what is missing takes the code page of the file.
CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
SYMBOL = 2  # \fcharset of fonts of pictures: their bytes are no letters
WIDE = frozenset(("cp932", "cp949", "johab", "gbk", "big5"))  # two bytes a character
FILE_CODECS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}

CHARACTERS = {
    "emdash": "\u2014", "endash": "\u2013", "emspace": " ", "enspace": " ", "qmspace": " ",
    "bullet": "\u2022", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c",
    "rdblquote": "\u201d", "tab": "\t", "line": "\n", "lbr": "\n", "page": " ", "column": " ",
    "softline": " ", "zwj": "", "zwnj": "",
}  # fmt: skip
SIGNS = {"~": "\u00a0", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\"}

#: Groups without text of the work that bear no mark (\*) of those that may be passed over.
SKIPPED = frozenset((
    "colortbl", "filetbl", "pict", "nonshppict", "shprslt", "sp", "objdata", "xe", "tc", "tcn",
    "rxe", "txe", "template", "private", "comment", "ftnsep", "ftnsepc", "ftncn", "aftnsep",
    "aftnsepc", "aftncn", "nonesttables", "operator", "hlinkbase", "annotation", "fldtype",
))  # fmt: skip
#: Text properties of the file, by their words.
PROPERTIES = frozenset(("title", "subject", "author", "manager", "company", "keywords", "doccomm",
                        "category"))  # fmt: skip
HEADS = frozenset(("header", "headerl", "headerr", "headerf"))
FEET = frozenset(("footer", "footerl", "footerr", "footerf"))

_HEADING = re.compile(r"^(?:heading|t[ií]tulo|encabezado)\s*([1-9])$", re.IGNORECASE)
_KINDS = (
    ("title", re.compile(r"^(?:title|t[ií]tulo|puesto)$", re.IGNORECASE)),
    ("contents", re.compile(r"^(?:toc|tdc|contents|[ií]ndice) (?:\d|heading)", re.IGNORECASE)),
    (
        "caption",
        re.compile(r"^(?:caption|ep[ií]grafe|leyenda|descripci[oó]n)$", re.IGNORECASE),
    ),
    ("reference", re.compile(r"^(?:bibliograf[ií]a|bibliography)\b", re.IGNORECASE)),
)


class Named(NamedTuple):
    """What the name of a paragraph style says."""

    kind: str = "paragraph"
    level: int = 0


PLAIN = Named()


def named(style: str) -> Named:
    """Kind and level of a style by its name."""
    name = style.strip().rstrip(";").split(";")[0].strip()
    if match := _HEADING.match(name):
        return Named("heading", min(6, int(match.group(1))))
    return next((Named(kind) for kind, pattern in _KINDS if pattern.match(name)), PLAIN)


def code_page(number: int | None) -> str | None:
    """The codec of \\ansicpg or \\cpg; None where Python has none."""
    if number in (65000, 65001):
        return {65000: "utf-7", 65001: "utf-8"}[number]
    if number == 10000:
        return "mac_roman"
    try:
        return codecs.lookup(f"cp{number}").name if number else None
    except LookupError:
        return None


class CodePages:
    """The code page of the file and those of its fonts."""

    def __init__(self) -> None:
        self._codec = "cp1252"
        self._default: int | None = None
        self._fonts: dict[int, str] = {}

    def file_word(self, word: str, value: int | None) -> bool:
        """Take in a word about the code page or the default font; False if it is about neither."""
        if word == "ansicpg":
            self._codec = code_page(value) or self._codec
        elif word in FILE_CODECS:
            self._codec = FILE_CODECS[word]
        elif word == "deff":
            self._default = value
        else:
            return False
        return True

    def font_word(self, word: str, value: int | None, *, font: int | None) -> None:
        """Take in a word that defines the font of this number."""
        codec = None
        if word == "fcharset":
            codec = "symbol" if value == SYMBOL else CHARSETS.get(value or 0)
        elif word == "cpg":
            codec = code_page(value)
        if codec and font is not None:
            self._fonts[font] = codec

    def decoded(self, data: bytes, *, font: int | None) -> str:
        """Bytes of a run set in `font`.

        Raw UTF-8, which some programs write against the rules, is told by itself.
        """
        number = self._default if font is None else font
        codec = self._codec if number is None else self._fonts.get(number, self._codec)
        if codec == "symbol":
            return "\u2022" if data == b"\xb7" else data.decode("cp1252", "ignore")
        if codec not in WIDE and any(byte > 0xC1 for byte in data):
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError:
                pass
        return data.decode(codec, "replace")
