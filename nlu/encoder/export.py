"""Write the encoder as an ordinary sentence-transformers folder, in half precision."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import Tokenizer

from nlu.encoder.tokenizer import as_transformers


def export(body: Any, tokenizer: Tokenizer, folder: Path) -> None:
    """Save `body` and `tokenizer` under `folder`; the model card beside them is kept."""
    card = folder / "README.md"
    kept = card.read_text(encoding="utf-8") if card.exists() else None
    plain = folder.with_name(folder.name + ".part")
    shutil.rmtree(plain, ignore_errors=True)
    body.half().save_pretrained(plain)
    as_transformers(tokenizer).save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=128)
    model = SentenceTransformer(
        modules=[transformer, Pooling(transformer.get_word_embedding_dimension(), "mean"), Normalize()], device="cpu"
    )
    model.half()
    shutil.rmtree(folder, ignore_errors=True)
    model.save(str(folder), create_model_card=False)
    shutil.rmtree(plain)
    if kept is not None:
        card.write_text(kept, encoding="utf-8")
    body.to(torch.float32)
