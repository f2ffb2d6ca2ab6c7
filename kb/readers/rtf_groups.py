"""The groups and words of an RTF file: which text goes where, in which characters and looks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kb.datatypes import Block, BlockKind
from kb.errors import ReadError
from kb.readers import rtf_codes as codes
from kb.readers.inked import Ink
from kb.readers.pieces import tidy
from kb.readers.rtf_story import Story

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?\ ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\0]+|"
    rb"([^\\{}\r\n\0]+)",
)
_PLAIN = Ink()
_MOST_GROUPS = 2_000  # groups inside one another
_LINK = re.compile(r'HYPERLINK\s+"?([^"\s]+)')
#: Groups whose text flows on a page.
_FLOWS = frozenset(("text", "footnote", "shptxt")) | codes.HEADS | codes.FEET
_STORIES = _FLOWS - {"text"}
#: Groups that are entered: some hold text of the page further inside, some words of the file.
_ENTERED = codes.PROPERTIES | {
    "fonttbl", "stylesheet", "info", "creatim", "revtim", "printim", "buptim", "field", "fldinst",
    "upr", "shp", "shpinst", "object", "listtext", "pntext",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits. `dest`: what its words are for; `style`: number of the style that it
    defines; `fallback`: how many characters after a \\u stand for it in old programs."""

    dest: str = "text"
    starred: bool = False
    ink: Ink = _PLAIN
    hidden: bool = False
    deleted: bool = False
    font: int | None = None
    style: int | None = None
    fallback: int = 1


class Groups:
    """`cut`: the file ends inside a group; `hidden`: runs of hidden text that were left out."""

    def __init__(self, data: bytes) -> None:
        self.body = Story()
        self.margins: list[Block] = []
        self.notes: list[Block] = []
        self.properties: dict[str, str] = {}
        self.links: list[str] = []
        self.hidden = 0
        self.cut = False
        self._data = data
        self._state = _State()
        self._story = self.body
        self._stack: list[tuple[_State, Story, int]] = []
        self._pages = codes.CodePages()
        self._styles: dict[int, codes.Named] = {}
        self._bytes = bytearray()
        self._words: list[str] = []  # of groups that are not of the page
        self._skip = 0

    def run(self) -> None:
        """Read the file to its last closing brace."""
        at, size = 0, len(self._data)
        while at < size and (token := _TOKEN.match(self._data, at)):
            at = token.end()
            word, number, code, sign, brace, text = token.groups()
            if text is not None:
                self._text(text)
            elif code is not None:
                self._text(bytes((int(code, 16),)))
            elif word == b"bin":
                at += max(0, int(number or 0))
            elif word is not None:
                self._word(word.decode("ascii"), None if number is None else int(number))
            elif sign is not None:
                self._sign(sign.decode("latin-1"))
            elif brace == b"{":
                self._open()
            elif brace == b"}":
                self._close()
                if not self._stack:
                    break  # what follows the document is no part of it
        self.cut = bool(self._stack)
        while self._stack:
            self._close()

    # --- groups ---

    def _open(self) -> None:
        self._flush()
        self._skip = 0
        if len(self._stack) >= _MOST_GROUPS:
            raise ReadError("too_deep")
        state = self._state
        self._stack.append((state, self._story, len(self._words)))
        style = 0 if state.dest == "stylesheet" and state.style is None else state.style
        # The first group of \upr says without Unicode what the second says with it.
        dest = "skip" if state.dest == "upr" else state.dest
        self._state = replace(state, dest=dest, style=style, starred=False)

    def _close(self) -> None:
        self._flush()
        self._skip = 0
        if not self._stack:
            return
        closed, story = self._state, self._story
        self._state, self._story, start = self._stack.pop()
        if closed.dest != self._state.dest or closed.style != self._state.style:
            words = "".join(self._words[start:])
            del self._words[start:]
            self._said(closed, words)
        if story is not self._story:
            self._end_story(closed.dest, story)

    def _said(self, state: _State, words: str) -> None:
        """What a group of words that are not of the page says."""
        if state.dest == "stylesheet" and state.style is not None:
            self._styles.setdefault(state.style, codes.named(words))
        elif state.dest == "fldinst" and (link := _LINK.search(words)):
            self.links.append(link.group(1))
        elif state.dest in codes.PROPERTIES and (value := tidy(words)):
            self.properties[state.dest] = value

    def _end_story(self, dest: str, story: Story) -> None:
        blocks = story.finished()
        if dest == "shptxt":
            self._story.beside += blocks
        elif dest == "footnote":
            text = tidy(" ".join(block.text for block in blocks))
            self.notes += [Block(text, "footnote")] if text else []
        else:
            kind: BlockKind = "head" if dest in codes.HEADS else "foot"
            for block in blocks:
                margin = Block(block.text, kind)
                # A page number alone says nothing; each text is kept once.
                if re.search(r"[^\W\d_]", block.text) and margin not in self.margins:
                    self.margins.append(margin)

    def _enter(self, word: str) -> None:
        """The word that says what its group is for; one that is not known is passed over."""
        dests = [state.dest for state, _, _ in reversed(self._stack)]
        dest = "skip"
        if word in ("fldrslt", "result"):
            dest = next((d for d in dests if d in _FLOWS), "text")
        elif word == "ud":
            dest = next((d for d in dests if d not in ("skip", "upr")), "text")
        elif word in _STORIES:
            dest, self._story = word, Story()
        elif word in _ENTERED:
            dest = word
            self._story.listed = self._story.listed or word in ("listtext", "pntext")
        self._state = replace(self._state, dest=dest, starred=False)

    # --- words ---

    def _word(self, word: str, value: int | None) -> None:
        if word == "u" and value is not None:
            self._unicode(value)
            return
        self._flush()
        if self._skip and word in codes.CHARACTERS:
            self._skip -= 1
            return
        self._skip = 0
        state = self._state
        if state.dest == "skip":
            if word == "nestrow":  # stands among what old programs are to pass over
                self._story.end_inner_row()
            elif word == "ud" and self._stack and self._stack[-1][0].dest == "upr":
                self._enter(word)
        elif (
            state.starred or word in codes.SKIPPED or word in _STORIES or word in _ENTERED
            or word in ("fldrslt", "result")
        ):  # fmt: skip
            self._enter(word)
        elif state.dest == "creatim":
            if word == "yr" and value:
                self.properties["created"] = str(value)
        elif self._file_word(word, value) or self._run_word(word, value):
            pass
        elif state.dest in _FLOWS:
            self._story.word(word, value, self._styles)

    def _file_word(self, word: str, value: int | None) -> bool:
        """Words about code pages, fonts and styles."""
        state = self._state
        if word == "f":
            self._state = replace(state, font=value)
        elif word in ("s", "cs", "ds", "ts") and state.dest == "stylesheet":
            self._state = replace(state, style=value if word == "s" else -1)
        elif state.dest == "fonttbl":
            self._pages.font_word(word, value, font=state.font)
        else:
            return self._pages.file_word(word, value)
        return True

    def _run_word(self, word: str, value: int | None) -> bool:
        """Words about how a run looks, and characters by name."""
        state, on = self._state, value != 0
        if word in codes.CHARACTERS:
            self._show(codes.CHARACTERS[word])
        elif word == "uc":
            self._state = replace(state, fallback=min(16, max(0, value or 0)))
        elif word == "plain":
            self._state = replace(state, ink=_PLAIN, hidden=False, font=None)
        elif word == "b":
            self._state = replace(state, ink=state.ink._replace(bold=on))
        elif word == "i":
            self._state = replace(state, ink=state.ink._replace(italic=on))
        elif word == "fs":
            self._state = replace(state, ink=state.ink._replace(size=(value or 24) / 2))
        elif word == "v":
            self._state = replace(state, hidden=on)
        elif word == "deleted":
            self._state = replace(state, deleted=on)
        else:
            return False
        return True

    # --- characters ---

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._state = replace(self._state, starred=True)
        elif self._skip:
            self._skip -= 1
        elif sign in "\r\n":
            self._word("par", None)
        else:
            self._flush()
            self._show("\t" if sign == "\t" else codes.SIGNS.get(sign, ""))

    def _unicode(self, value: int) -> None:
        self._flush()
        number = value + 0x10000 if -0x8000 <= value < 0 else value
        if 32 <= number <= 0x10FFFF:
            # Fonts of pictures have their signs from U+F000 on.
            self._show("\u2022" if number == 0xF0B7 else chr(number))
        self._skip = self._state.fallback

    def _text(self, data: bytes) -> None:
        passed = min(self._skip, len(data))
        self._skip -= passed
        if self._state.dest not in ("skip", "fonttbl"):
            self._bytes += data[passed:]

    def _flush(self) -> None:
        """The bytes gathered so far as characters of the font that they are set in."""
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            self._show(self._pages.decoded(data, font=self._state.font))

    def _show(self, text: str) -> None:
        state = self._state
        if state.dest in _FLOWS:
            if state.hidden or state.ink.size <= 1:
                self.hidden += bool(text.strip())
            elif not state.deleted:
                self._story.add(text, state.ink)
        elif state.dest != "skip":
            self._words.append(text)
