"""Extraction never fails on odd text, and its offsets stand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.entities import extract_text

_PARTS = st.sampled_from(
    ["210.555.0174", "1,2.3,4", "46.5%", "$", "US$", "€", "millones", "billion", "Dr.", "de", "la",
     "Universidad", "of", "México", "EU", "Programa", "(", ")", "«", "\n", "2008", "1.250.000",
     "n̄", "🙂", "Ph.D.", "Red", "3x1", "miembros", "people", "-", "/"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PARTS, max_size=14), st.text(max_size=12), st.sampled_from(["es", "en"]))
def test_any_text_gives_entities_that_stand_where_they_say(
    parts: list[str], noise: str, lang: str
) -> None:
    """Numbers that are none, lone marks and odd characters are no reason to stop."""
    text = " ".join(parts) + noise
    for ent in extract_text(text, lang=lang):
        assert text[ent.start : ent.end] == ent.text
        assert ent.id
