"""Train the encoder: `python -m training --shared DIR --out DIR`.

Reads `DIR/bench/parallel` (public pairs), `DIR/bench/taxonomies` (labels for the templates),
`DIR/bench/es_en` (test sets, only to leave out what they hold) and `training/written`; writes a
sentence-transformers folder. What one step makes is kept in `OUT/work` and used again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from training.distil import Lessons
    from training.mixture import Mixture

_PIECES_TO_ALIGN = 96


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with bench/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--minutes", type=float, default=600.0, help="longest distillation")
    parser.add_argument("--passes", type=float, default=4.0, help="passes over the texts")
    parser.add_argument("--rate", type=float, default=2.5e-4, help="step size of the layers")
    parser.add_argument("--start", type=Path, help="folder of a trained model to go on from")
    parser.add_argument(
        "--blend", type=float, default=0.75, help="share of the trained weights in the model"
    )
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(argv)
    missing = [
        str(path)
        for name in ("parallel", "taxonomies", "es_en")
        if not (path := asked.shared / "bench" / name).is_dir()
    ]
    if missing:
        print("not there: " + ", ".join(missing), file=sys.stderr)
        return 2
    train(asked)
    return 0


def train(asked: argparse.Namespace) -> None:
    """All steps, from the listed data to the model's folder."""
    import torch

    from training import student
    from training.distil import Rates, distil
    from training.export import export
    from training.mixture import mixture
    from training.teacher import teacher_folder

    bench, work = asked.shared / "bench", asked.out / "work"
    work.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    teacher = teacher_folder()
    mixed = mixture(
        bench / "parallel" / "train.en-es-source.tsv.xz",
        bench / "taxonomies",
        bench / "es_en",
        vocabulary=json.loads((teacher / "tokenizer.json").read_text("utf-8"))["model"]["vocab"],
        seed=asked.seed,
    )
    say(f"{len(mixed.pairs)} pairs, {mixed.refused} left out as texts of a test set")
    say(json.dumps(mixed.counts))
    if asked.start:
        tokenizer = json.loads((asked.start / "tokenizer.json").read_text("utf-8"))
        first = student.load(asked.start).state_dict()
    else:
        tokenizer, first = start(mixed, teacher, work)
    lessons = read(mixed, teacher, tokenizer, work, device)
    model = student.Encoder(len(first["words.weight"]))
    model.load_state_dict(first)

    def keep(weights: dict[str, torch.Tensor]) -> None:
        torch.save(weights, work / "latest.part")
        (work / "latest.part").replace(work / "latest.pt")

    state = distil(
        model.to(device).in_fast_layers(),
        lessons,
        minutes=asked.minutes,
        passes=asked.passes,
        rates=Rates(layers=asked.rate, words=4 * asked.rate),
        seed=asked.seed,
        device=device,
        log=say,
        keep=keep,
    )
    keep(state)
    export(blended(state, first, asked.blend), tokenizer, asked.out)
    say(f"written: {asked.out}")


def blended(
    trained: dict[str, torch.Tensor], before: dict[str, torch.Tensor], share: float
) -> dict[str, torch.Tensor]:
    """The mean of the trained weights and of those that the distillation started from, which
    know more English (WiSE-FT, Wortsman et al. 2022)."""
    return {
        name: share * value.cpu() + (1 - share) * before[name] for name, value in trained.items()
    }


def start(
    mixed: Mixture, teacher: Path, work: Path
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """The student's tokenizer.json, and its weights after the static alignment."""
    import torch
    from tokenizers import Tokenizer

    from training import align, student, vocabulary

    named, weights = work / "tokenizer.json", work / "start.pt"
    if not weights.is_file():
        made, rows = vocabulary.build(
            json.loads((teacher / "tokenizer.json").read_text("utf-8")),
            [pair.es for pair in mixed.pairs],
            [pair.en for pair in mixed.pairs],
        )
        named.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        table = vocabulary.initial_rows(student.load(teacher).words.weight.detach().numpy(), rows)
        tokenizer = Tokenizer.from_file(str(named))
        tokenizer.enable_truncation(_PIECES_TO_ALIGN)
        english, spanish = (
            [found.ids for found in tokenizer.encode_batch(texts, add_special_tokens=False)]
            for texts in ([pair.en for pair in mixed.pairs], [pair.es for pair in mixed.pairs])
        )
        full = [i for i in range(len(english)) if english[i] and spanish[i]]
        table, right = align.align(
            table,
            [english[i] for i in full],
            [spanish[i] for i in full],
            first_new=vocabulary.ENGLISH,
        )
        say(f"alignment: {right:.3f} of the translations nearest of {align.BATCH}")
        model = student.load(teacher, rows=len(table))
        model.words.weight.data = torch.from_numpy(table).clone()
        torch.save(model.state_dict(), weights)
    return json.loads(named.read_text("utf-8")), torch.load(weights, weights_only=True)


def read(
    mixed: Mixture, teacher: Path, tokenizer: dict[str, Any], work: Path, device: str
) -> Lessons:
    """The texts as pieces, and the teacher's vector of each English one."""
    import numpy as np
    from tokenizers import Tokenizer

    from training import student
    from training.distil import Lessons
    from training.export import LONGEST
    from training.mixture import ENGLISH_SHARE
    from training.texts import Pieces, encode

    english = sorted({*mixed.english, *(pair.en for pair in mixed.pairs)})
    rows = {text: row for row, text in enumerate(english)}
    told = blake2b("\n".join(english).encode(), digest_size=8).hexdigest()
    kept = work / f"teacher-{told}.npy"  # vectors of these very texts
    if kept.is_file():
        vectors = np.load(kept).astype(np.float32)
    else:
        theirs = Tokenizer.from_file(str(teacher / "tokenizer.json"))
        model = student.load(teacher).to(device).in_fast_layers()
        vectors = encode(model, Pieces(theirs, english, longest=LONGEST), device)
        np.save(kept, vectors.astype(np.float16))
    ours = Tokenizer.from_str(json.dumps(tokenizer))
    asked = [
        (question, rows[one.passage.en])
        for one in mixed.passages
        for pair in one.questions
        for question in pair
    ]
    targets = [rows[pair.en] for pair in mixed.pairs]
    often = np.array(mixed.weights, dtype=np.float32)
    texts = [*(p.es for p in mixed.pairs), *(p.en for p in mixed.pairs), *mixed.english]
    alone = np.ones(len(mixed.english), dtype=np.float32)
    return Lessons(
        texts=Pieces(ours, texts, longest=LONGEST),
        target=np.array([*targets, *targets, *(rows[text] for text in mixed.english)]),
        often=np.concatenate([often, often * ENGLISH_SHARE, alone]),
        spanish=np.arange(len(texts)) < len(targets),
        teacher=vectors,
        asked=Pieces(ours, [question for question, _ in asked], longest=LONGEST),
        answer=np.array([row for _, row in asked]),
    )


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
