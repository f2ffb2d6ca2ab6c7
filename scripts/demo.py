"""The demo: reads corpus/ into an index, then asks four questions and shows what comes."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KB = [sys.executable, "-m", "kb.cli"]

#: Said before anything was ranked; shown as they come.
QUESTIONS = (
    (
        "An expert question in Spanish that an English CV answers",
        "Una pregunta en español que responde un CV en inglés",
        [
            "experts",
            "¿Quién sabe de reciclaje y degradación de baterías para vehículos eléctricos?",
        ],
    ),
    (
        "A lesson question in English that a Spanish page answers",
        "Una pregunta en inglés que responde una página en español",
        ["lessons", "Why do networks that depend on volunteers fade away?"],
    ),
    (
        "A question that has no answer here",
        "Una pregunta que aquí no tiene respuesta",
        ["answer", "What is the best recipe for sourdough bread at high altitude?"],
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", default="indexes/demo")
    index = parser.parse_args().index
    started = time.monotonic()
    _say("Reading corpus/: 16 policy briefs, 60 invented people  ·  Leyendo corpus/")
    if (Path(index) / "CURRENT").is_file():  # of an earlier version, perhaps with another encoder
        _kb("ingest", "--reembed", "--index", index)
    code = _kb("ingest", "corpus/policy", "corpus/profiles", "--index", index)
    if code not in (0, 3):
        return code
    for english, spanish, words in QUESTIONS[:2]:
        _ask(english, spanish, [*words, "-k", "3"], index)
    person = _first_person(QUESTIONS[0][2][1], index)
    _ask(
        "Profiles like the first person found above",
        "Perfiles parecidos al de la primera persona encontrada arriba",
        ["similar", person, "-k", "3"],
        index,
    )
    english, spanish, words = QUESTIONS[2]
    _ask(english, spanish, words, index)
    _say(f"Done in {time.monotonic() - started:.0f} s. Next  ·  Y ahora")
    print(f"  export KB_INDEX={index}")
    print('  .venv/bin/kb experts "mentor for an automotive supplier that wants to enter Michigan"')
    print('  .venv/bin/kb search "¿Qué hizo útil a la red chilena?" --kind policy')
    print("  .venv/bin/kb ingest YOUR_FOLDER --index indexes/mine")
    print("  make serve          # the same over HTTP: http://127.0.0.1:8000/docs")
    return 0


def _say(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m\n" if sys.stdout.isatty() else f"\n== {text}\n", flush=True)


def _ask(english: str, spanish: str, words: list[str], index: str) -> None:
    _say(f"{english}  ·  {spanish}")
    print(f'$ kb {words[0]} "{words[1]}" {" ".join(words[2:])}\n', flush=True)
    if code := _kb(*words, "--index", index):
        raise SystemExit(code)


def _kb(*words: str) -> int:
    return subprocess.run([*KB, *words], cwd=ROOT, check=False).returncode


def _first_person(question: str, index: str) -> str:
    import json

    shown = subprocess.run(
        [*KB, "experts", question, "-k", "1", "--json", "--index", index],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return str(json.loads(shown.stdout)["hits"][0]["profile_id"])


if __name__ == "__main__":
    raise SystemExit(main())
