"""Addresses of mail, telephone numbers (E.164) and links that are the person's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from kb.cv import lexicon
from kb.text import fold

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[^\W_](?:[\w-]*\.)+[^\W\d_]{2,}", re.UNICODE)
_VEILED = re.compile(
    r"([\w.+-]{2,})\s*[\[({<]\s*(?:at|arroba|@)\s*[\])}>]\s*"
    r"([\w-]+(?:\s*(?:\.|[\[({<]\s*(?:dot|punto|\.)\s*[\])}>])\s*[\w-]+)+)",
    re.I,
)
_PHONE = re.compile(r"(?<![\w/.=-])(?:\+|00)?\s?\(?\d[\d\s().\-–/·]{5,22}\d(?![\w/])")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]\"'|,;]+|"
    r"(?<![\w@./-])(?:[a-z]{2,3}\.)?(?:linkedin\.com/in|github\.com|gitlab\.com|orcid\.org|"
    r"researchgate\.net/profile|scholar\.google\.[a-z.]+|x\.com|twitter\.com)/[^\s<>()\[\]\"'|,;]+",
    re.I,
)
_ORCID = re.compile(r"(?<!\d)(\d{4}-\d{4}-\d{4}-\d{3}[\dX])(?!\d)")
_BARE = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|mx|eu|de|me|info|edu|es|co|science)"
    r"(?:/[^\s<>()|,;]*)?(?![\w@])",
    re.I,
)


def emails(texts: Iterable[str]) -> list[str]:
    """Valid addresses in order of reading, checked for form alone (nothing is asked of DNS)."""
    from email_validator import EmailNotValidError, validate_email

    found: dict[str, None] = {}
    for text in texts:
        if "@" not in text and "arroba" not in text.lower() and "at" not in text.lower():
            continue
        candidates = [(m.start(), m.group()) for m in _EMAIL.finditer(text)]
        for match in _VEILED.finditer(text):
            domain = re.sub(
                r"\s*[\[({<]?\s*(?:dot|punto|\.)\s*[\])}>]?\s*", ".", match.group(2), flags=re.I
            )
            candidates.append((match.start(), f"{match.group(1)}@{domain}"))
        for _, candidate in sorted(candidates):
            address = re.sub(r"^mailto:", "", candidate.strip(".'`*|/={}"), flags=re.I)
            try:
                valid = validate_email(
                    address, check_deliverability=False, test_environment=True,
                    allow_domain_literal=False,
                )  # fmt: skip
            except EmailNotValidError:
                continue  # not an address: nothing was promised
            if not any(have.casefold() == valid.normalized.casefold() for have in found):
                found[valid.normalized] = None
    return list(found)


def phones(texts: Iterable[str], *, region: str | None, bare: bool = False) -> list[str]:
    """Numbers in E.164: those with a country's prefix, and national ones of `region`.

    `bare`: national numbers count without a word such as "Tel." before them.
    """
    found: dict[str, None] = {}
    for text in texts:
        for match in _PHONE.finditer(text):
            digits = re.sub(r"\D", "", match.group())
            if not 7 <= len(digits) <= 15 or _not_a_phone(text, match):
                continue
            labelled = _phone_label(text[: match.start()])
            prefixed = match.group().lstrip(" (").startswith(("+", "00"))
            if not prefixed and not labelled and not (bare and len(digits) >= 8):
                continue
            number = _e164(match.group(), region if not prefixed else None)
            if number:
                found[number] = None
    return list(found)


@cache
def _labels() -> re.Pattern[str]:
    names = [n for n in lexicon.phrases("labels", "phone") if len(n) > 1]
    return re.compile(lexicon.pattern(n.rstrip(".") for n in names) + r"[^\d@]{0,24}$")


@cache
def _fax() -> re.Pattern[str]:
    return re.compile(lexicon.pattern(lexicon.phrases("labels", "fax")) + r"[^\d@]{0,12}$")


def _phone_label(before: str) -> bool:
    return bool(
        _labels().search(fold(before[-48:]))
        or re.search(r"(?:^|[\s|·•])[tmpTMP][.:]\s*$|[☎✆📞📱]\s*$", before)
    )


def _not_a_phone(text: str, match: re.Match[str]) -> bool:
    got = match.group()
    if re.search(r"\d{4}\s?[–-]\s?\d{4}$", got.strip()) and not got.lstrip(" (").startswith(
        ("+", "00")
    ):
        years = re.findall(r"\d{4}", got)
        if all(1930 <= int(y) <= 2050 for y in years):
            return True
    if _ORCID.search(got):
        return True
    return bool(_fax().search(fold(text[: match.start()][-24:])))


def _e164(text: str, region: str | None) -> str | None:
    import phonenumbers

    text = re.sub(r"\(0\)", "", text)
    if text.lstrip(" (").startswith("00"):
        text = "+" + text.lstrip(" (")[2:]
    if not text.lstrip(" (").startswith("+") and region is None:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    prefixed = text.lstrip(" (").startswith("+")
    fits = (
        phonenumbers.is_possible_number(number)
        if prefixed
        else phonenumbers.is_valid_number(number)
    )
    if not fits:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def links(texts: Iterable[str], given: Iterable[str] = ()) -> list[str]:
    """Web addresses, whole ones (annotations) before those cut from the text."""
    found: dict[str, str] = {}

    def keep(link: str) -> None:
        link = link.rstrip(".,;:)]}>'\"")
        if link.lower().startswith(("mailto:", "tel:", "file:", "#")) or len(link) < 5:
            return
        key = re.sub(r"^(?:https?://)?(?:www\.)?", "", link.lower()).rstrip("/")
        if "@" in key:
            return
        for have in list(found):
            if have.startswith(key):
                return
            if key.startswith(have) and len(have) > 12:
                del found[have]
        found[key] = link

    for link in given:
        keep(link)
    for text in texts:
        for match in _LINK.finditer(text):
            keep(match.group())
        for match in _ORCID.finditer(text):
            if not any(match.group(1).lower() in key for key in found):
                keep(f"https://orcid.org/{match.group(1)}")
        for match in _BARE.finditer(text):
            if "/" in match.group() or _link_label(text[: match.start()]):
                keep(match.group())
    return list(found.values())


@cache
def _link_labels() -> re.Pattern[str]:
    names = [n for n in lexicon.phrases("labels", "link") if len(n) > 1]
    return re.compile(lexicon.pattern(names) + r"\s*:?\s*$")


def _link_label(before: str) -> bool:
    return bool(_link_labels().search(fold(before[-30:]))) or not before.strip()
