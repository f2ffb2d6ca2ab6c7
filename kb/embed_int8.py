"""The int8 copy of an encoder: `python -m kb.embed_int8 FOLDER [--to FILE]`.

`ready` gives the ONNX copy of a plain BERT folder, made at first use and kept beside the weights,
or in the user's cache where that folder cannot be written. The ranges of the activations come
from texts of our own (kb/data/encoder_ranges.yaml), run in float32. A model whose int8 vectors
stray from its float32 ones (or a processor that cannot multiply int8 exactly) gets a float32 copy.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kb.embed_folder import batches, is_plain_bert, read_json, tokenizer, weights

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime
    from numpy.typing import NDArray


#: Of the way the copy is made: a new number makes every copy anew.
FORMAT = 2
#: Mean cosine of int8 with float32 vectors below which int8 is not used.
AGREEMENT = 0.995
_TEXTS = Path(__file__).parent / "data" / "encoder_ranges.yaml"


def ready(folder: Path, digest: str, *, cache: Path | None = None) -> onnxruntime.InferenceSession:
    """The copy of the model in `folder`, made if need be; `digest` is its weights' sha256.

    Looks beside the weights, then in `cache` (~/.cache/kb by default). A copy that cannot be
    read is made anew. Where neither place can be written, the copy lives in memory.
    """
    name = f"kb-int8-{FORMAT}-{digest[:16]}.onnx"
    places = [folder / name, (cache or Path.home() / ".cache" / "kb") / name]
    for place in places:
        if place.is_file() and (found := _opened(place)) is not None:
            return found
    made = build(folder)
    for place in places:
        if _keep(made, place):
            break
    return session(made)


def session(model: bytes | Path) -> onnxruntime.InferenceSession:
    """An ONNX model on one thread a call; calls may come from many threads."""
    found = _session(model)
    if _is_exact(found):
        return found
    # Processors without VNNI add products of 8 bits up in 16, which overflows. The slower way
    # does not, and would be taken on all x86 processors if it were asked for unseen.
    return _session(model, exact=True)


def _session(model: bytes | Path, *, exact: bool = False) -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(
        model if isinstance(model, bytes) else str(model),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # what it makes is slower than its parts
    )


def _is_exact(opened: onnxruntime.InferenceSession) -> bool:
    """Whether the product of the largest 8-bit numbers comes out right on this processor."""
    import numpy as np

    from kb.embed_graph import CHECK

    (check,) = opened.run(["check"], {"ids": np.zeros((1, 1), np.int64)})
    return int(check[0, 0]) == CHECK


def arithmetic(opened: onnxruntime.InferenceSession) -> str:
    """int8 or float32."""
    found: str = opened.get_modelmeta().custom_metadata_map["arithmetic"]
    return found


def build(folder: Path) -> bytes:
    """The int8 copy of the model in `folder`, as a serialised ONNX model."""
    import numpy as np

    from kb.embed_graph import model, probed

    values, config = weights(folder), read_json(folder / "config.json")
    texts = sample(folder)
    probe = session(model(values, config, probe=True))
    ranges: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
    names = [f"{side}:{name}" for name in probed(config) for side in ("least", "most")]
    plain = []
    for batch in texts:
        vectors, *found = probe.run(["vector", *names], {"ids": batch})
        plain.append(vectors)
        for name, least, most in zip(probed(config), found[::2], found[1::2], strict=True):
            least, most = np.atleast_1d(least), np.atleast_1d(most)
            old = ranges.get(name, (least, most))
            ranges[name] = (np.minimum(least, old[0]), np.maximum(most, old[1]))
    small = model(values, config, ranges=ranges)
    return small if _agree(small, texts, plain) else model(values, config)


def sample(folder: Path) -> list[NDArray[np.int64]]:
    """Our own texts as batches of token ids, (b, n): whole, and each sentence alone."""
    import numpy as np
    import yaml

    paragraphs = yaml.safe_load(_TEXTS.read_text(encoding="utf-8"))
    texts = [t for p in paragraphs for t in {p, *(s + "." for s in p.rstrip(".").split(". "))}]
    ids = [encoded.ids for encoded in tokenizer(folder).encode_batch(sorted(texts))]
    places = batches([len(one) for one in ids], tokens=512)
    return [np.array([ids[i] for i in batch], np.int64) for batch in places]


def _agree(
    model: bytes, texts: Sequence[NDArray[np.int64]], plain: Sequence[NDArray[np.float32]]
) -> bool:
    """Whether the model's vectors of `texts` are those in `plain`, nearly."""
    import numpy as np

    opened = session(model)
    cosines = [
        (opened.run(["vector"], {"ids": batch})[0] * vectors).sum(axis=1)
        for batch, vectors in zip(texts, plain, strict=True)
    ]
    return float(np.concatenate(cosines).mean()) >= AGREEMENT


def _opened(place: Path) -> onnxruntime.InferenceSession | None:
    """The session of a kept copy; None if the file is not a model."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    try:
        return session(place)
    except (state.InvalidProtobuf, state.InvalidGraph, state.Fail, state.InvalidArgument):
        return None


def _keep(model: bytes, place: Path) -> bool:
    """Writes the file whole or not at all; False where it cannot be written."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".kb-int8-") as room:
            part = Path(room) / place.name
            part.write_bytes(model)
            os.replace(part, place)
    except OSError:  # a folder that others own, a full disk: the next place, or memory
        return False
    return True


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the copy, in FILE or where `ready` looks for it; prints what was made."""
    from kb.config import load
    from kb.embed import identity
    from kb.errors import KBError, UsageError

    parser = argparse.ArgumentParser(prog="python -m kb.embed_int8", description=__doc__)
    parser.add_argument("folder", nargs="?", help="of the model; the one that is set if absent")
    parser.add_argument("--to", type=Path, help="the file to write")
    args = parser.parse_args(argv)
    settings = load(encoder=args.folder)
    try:
        who = identity(settings)
        if who.folder is None or not is_plain_bert(who.folder):
            raise UsageError("encoder_not_onnx", name=settings.encoder)
        if args.to is not None:
            args.to.write_bytes(build(who.folder))
            print(args.to)
        else:
            print(who.model, arithmetic(ready(who.folder, who.digest)))
    except KBError as error:
        print(error.text(settings.ui_lang), file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
