"""The student learns to put a Spanish text where the teacher puts its English translation.

Distillation as of Reimers & Gurevych 2020 ("Making Monolingual Sentence Embeddings Multilingual
using Knowledge Distillation"): squared distance between the student's vector of a text, Spanish or
English, and the teacher's vector of the English one. Beside it the divergence of the student's
likenesses from the teacher's, softmax(v . bank / TEMPERATURE) over a bank of teacher vectors: the
batch's own, the nearest neighbours of each, which are its hard negatives, and random ones. As the
bank's vectors are the teacher's, which stand still, thousands of negatives cost next to nothing.

Questions that were written for the training are also drawn to the teacher's vector of the passage
that answers them, away from those of all other passages.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch.nn import functional

from training.texts import Pieces, batches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.student import Encoder

TEMPERATURE = 1 / 20
#: Weights of the squared distance and of a question's way to its passage; the divergence has 1.
DISTANCE = 3.0
ANSWER = 0.3
#: Every so many steps one of questions and their passages.
ANSWER_EVERY = 16
NEIGHBOURS = 4
RANDOM = 3072
WARMUP = 150
LAST_RATE = 0.03


@dataclass(frozen=True, slots=True)
class Rates:
    """Step sizes of Adam at their highest: of the layers and of the table of word pieces."""

    layers: float = 2.5e-4
    words: float = 1e-3


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned from, ready to be read by number.

    Text i shall come to lie at the teacher's vector in row `target[i]` of `teacher` (float32,
    n x dim), and is read `often[i]` times in a pass: .5 is every other pass on average. `spanish`
    says which texts are, for the log. Question j (`asked`, both languages) is answered by the
    text whose teacher vector is row `answer[j]`.
    """

    texts: Pieces
    target: NDArray[np.int64]
    often: NDArray[np.float32]
    spanish: NDArray[np.bool_]
    teacher: NDArray[np.float32]
    asked: Pieces
    answer: NDArray[np.int64]


class Step(NamedTuple):
    """One batch: of texts, or of questions and their answers."""

    questions: bool
    chosen: NDArray[np.int64]


@dataclass(slots=True)
class Progress:
    """Running means of the last steps, for the log."""

    means: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.means[name] = 0.98 * self.means.get(name, value) + 0.02 * value

    def __str__(self) -> str:
        return "  ".join(f"{name} {value:.3f}" for name, value in sorted(self.means.items()))


class Adam:
    """AdamW over float32 copies of layers that are kept in a shorter number type, and SparseAdam
    over the rows of the table that a batch touches."""

    def __init__(self, model: Encoder, rates: Rates) -> None:
        self.rates = rates
        self.table = [model.words.weight]
        self.short = [p for p in model.parameters() if p is not model.words.weight]
        self.long = [p.detach().float().clone().requires_grad_() for p in self.short]
        self.body = torch.optim.AdamW(
            self.long, lr=rates.layers, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        )
        self.words = torch.optim.SparseAdam(self.table, lr=rates.words)

    def step(self, scale: float) -> None:
        for long, short in zip(self.long, self.short, strict=True):
            long.grad = None if short.grad is None else short.grad.float()
            short.grad = None
        torch.nn.utils.clip_grad_norm_(self.long, 1.0)
        self.body.param_groups[0]["lr"] = self.rates.layers * scale
        self.words.param_groups[0]["lr"] = self.rates.words * scale
        self.body.step()
        self.words.step()
        self.table[0].grad = None
        with torch.no_grad():
            for long, short in zip(self.long, self.short, strict=True):
                short.copy_(long)

    def state(self, model: Encoder) -> dict[str, torch.Tensor]:
        """The model's weights in float32."""
        full = {
            name: long.detach()
            for (name, p), long in zip(
                ((n, p) for n, p in model.named_parameters() if p is not model.words.weight),
                self.long,
                strict=True,
            )
        }
        return {**full, "words.weight": model.words.weight.detach()}


def distil(
    model: Encoder,
    lessons: Lessons,
    *,
    minutes: float,
    passes: float,
    rates: Rates,
    seed: int = 0,
    device: str = "cpu",
    pieces: int = 4096,
    log: Callable[[str], None] = print,
    keep: Callable[[dict[str, torch.Tensor]], None] | None = None,
) -> dict[str, torch.Tensor]:
    """Train `model` for so many passes or minutes, whichever ends first; float32 weights.

    `keep` is given the weights every ten minutes.
    """
    order = np.random.default_rng(seed)
    bank = Bank(lessons, device)
    adam = Adam(model, rates)
    progress = Progress()
    per_pass = sum(1 for _ in _steps(lessons, order, pieces))
    total = max(1, int(per_pass * passes))
    log(f"{per_pass} steps a pass, {total} in all")
    started = saved = time.monotonic()
    step = read = 0
    while step < total and (time.monotonic() - started) / 60 < minutes:
        for questions, chosen in _steps(lessons, order, pieces):
            spent = (time.monotonic() - started) / 60
            if step >= total or spent >= minutes:
                break
            done = max(step / total, spent / minutes)
            scale = LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * done))
            learn = _answers if questions else _places
            loss, pieces_read = learn(model, lessons, bank, chosen, order, progress)
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step(scale * min(1.0, (step + 1) / WARMUP))
            step += 1
            read += pieces_read
            if step % 100 == 0:
                log(f"{step}  {progress}  pieces/s {read / spent / 60:.0f}  {spent:.1f} min")
            if keep and time.monotonic() - saved > 600:
                keep(adam.state(model))
                saved = time.monotonic()
    return adam.state(model)


def _steps(lessons: Lessons, order: np.random.Generator, pieces: int) -> Iterator[Step]:
    """One pass: all texts as often as they shall come, questions now and then."""
    copies = np.floor(lessons.often + order.random(len(lessons.often))).astype(np.int64)
    places = np.repeat(np.arange(len(copies)), copies)
    made = batches(lessons.texts.lengths[places], order=order, pieces=pieces)
    for n, batch in enumerate(made, 1):
        yield Step(questions=False, chosen=places[batch])
        if n % ANSWER_EVERY == 0 and len(lessons.asked):
            length = 32
            short = np.flatnonzero(lessons.asked.lengths <= length)
            size = min(len(short), pieces // length)
            yield Step(questions=True, chosen=order.choice(short, size, replace=False))


class Bank:
    """Teacher vectors to be told apart from."""

    def __init__(self, lessons: Lessons, device: str) -> None:
        self.device = device
        self.teacher = torch.from_numpy(lessons.teacher)
        self.near = neighbours(lessons.teacher, NEIGHBOURS)
        self.passages = np.unique(lessons.answer)

    def rows(self, target: NDArray[np.int64], order: np.random.Generator) -> NDArray[np.int64]:
        """The targets, their neighbours, and random rows, each once."""
        others = order.integers(0, len(self.teacher), RANDOM)
        return np.unique(np.concatenate([target, self.near[target].ravel(), others]))

    def vectors(self, rows: NDArray[np.int64]) -> torch.Tensor:
        return self.teacher[torch.from_numpy(rows)].to(self.device)


def neighbours(vectors: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The rows nearest to each row, itself among them: (n, count + 1)."""
    import faiss

    n, dim = vectors.shape
    if n < 20_000:
        flat = faiss.IndexFlatIP(dim)
        flat.add(vectors)
        found: NDArray[np.int64] = flat.search(vectors, min(n, count + 1))[1]
        return found
    cells = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(dim), dim, int(4 * n**0.5), faiss.METRIC_INNER_PRODUCT
    )
    cells.train(vectors[:: max(1, n // 60_000)])
    cells.add(vectors)
    cells.nprobe = 4
    near: NDArray[np.int64] = cells.search(vectors, count + 1)[1]
    return np.where(near < 0, np.arange(n)[:, None], near)


def _answers(
    model: Encoder,
    lessons: Lessons,
    bank: Bank,
    chosen: NDArray[np.int64],
    order: np.random.Generator,
    progress: Progress,
) -> tuple[torch.Tensor, int]:
    """The loss of questions, and how many pieces were read."""
    vectors = model(*lessons.asked.batch(chosen, bank.device))
    own = torch.from_numpy(np.searchsorted(bank.passages, lessons.answer[chosen]))
    likeness = vectors @ bank.vectors(bank.passages).T
    loss = functional.cross_entropy(likeness / TEMPERATURE, own.to(bank.device))
    progress.add("ask", float(loss.detach()))
    return ANSWER * loss, int(lessons.asked.lengths[chosen].sum())


def _places(
    model: Encoder,
    lessons: Lessons,
    bank: Bank,
    chosen: NDArray[np.int64],
    order: np.random.Generator,
    progress: Progress,
) -> tuple[torch.Tensor, int]:
    """The loss of texts that shall lie where the teacher says, and how many pieces were read."""
    vectors = model(*lessons.texts.batch(chosen, bank.device))
    target = lessons.target[chosen]
    wanted = bank.vectors(target)
    others = bank.vectors(bank.rows(target, order))
    distance = ((vectors - wanted) ** 2).sum(dim=1)
    divergence = functional.kl_div(
        functional.log_softmax(vectors @ others.T / TEMPERATURE, dim=1),
        functional.softmax(wanted @ others.T / TEMPERATURE, dim=1),
        reduction="none",
    ).sum(dim=1)
    spanish = torch.from_numpy(lessons.spanish[chosen])
    for name, kind in (("es", spanish), ("en", ~spanish)):
        if kind.any():
            progress.add(f"{name} distance", float(distance.detach().cpu()[kind].mean()))
            progress.add(f"{name} divergence", float(divergence.detach().cpu()[kind].mean()))
    read = int(lessons.texts.lengths[chosen].sum())
    return DISTANCE * distance.mean() + divergence.mean(), read
