"""The transformer body learns to give a Swedish text the vector that the teacher gives its English rendering."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from torch import nn

from nlu.encoder.bag import distillation_loss, input_embeddings
from nlu.encoder.pairs import Corpora, Pair
from nlu.encoder.progress import progress
from nlu.encoder.recipe import WORK, recipe
from nlu.encoder.teacher import packaged_minilm
from nlu.noise import noisy


def new_student(tokenizer: Tokenizer, bag: np.ndarray) -> nn.Module:
    """Return the teacher's body (a BERT of 6 × 384) with the Swedish pieces as its vocabulary."""
    body: Any = SentenceTransformer(str(packaged_minilm()), device="cpu")[0].auto_model
    words = (packaged_minilm() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    english = body.get_input_embeddings().weight.detach().numpy()
    embeddings = input_embeddings(tokenizer, bag, english, words)
    swedish = nn.Embedding(len(embeddings), embeddings.shape[1], padding_idx=tokenizer.token_to_id("[PAD]"))
    swedish.weight.data = torch.from_numpy(embeddings)
    body.set_input_embeddings(swedish)
    body.config.vocab_size = len(embeddings)
    body.config.pad_token_id = tokenizer.token_to_id("[PAD]")
    return body


def embed(body: Any, rows: list[list[int]]) -> torch.Tensor:
    """Mean-pool the body's output for rows of piece ids into (n, 384) unit vectors."""
    longest = max(len(row) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    states = body(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).float()
    return nn.functional.normalize((states * weights).sum(1) / weights.sum(1))


def _batches(corpora: Corpora, phase: dict[str, Any], rng: random.Random) -> list[list[Pair]]:
    """Draw the phase's sentences; batches of like length, in random order."""
    # Single words teach the embeddings, sentences the body: a fifth of the general draw are words.
    general = corpora.general + corpora.words[:: max(1, 5 * len(corpora.words) // len(corpora.general))]
    count = phase["sentences"]
    from_field, from_joined = int(count * phase["field_share"]), int(count * phase["joined_share"])
    from_labelled = int(count * phase["labelled_share"])
    drawn = rng.choices(general, k=count - from_field - from_joined - from_labelled)
    labelled = [pair for pair in corpora.field if pair[0] in corpora.labels]
    drawn += (labelled * (from_labelled // len(labelled) + 1))[:from_labelled]
    drawn += rng.choices(corpora.field + corpora.field_words, k=from_field) + rng.choices(corpora.joined, k=from_joined)
    rng.shuffle(drawn)
    size, result = phase["batch"], []
    for at in range(0, len(drawn), size * 50):
        block = sorted(drawn[at : at + size * 50], key=lambda pair: len(pair[0]))
        result += [block[i : i + size] for i in range(0, len(block), size)]
    rng.shuffle(result)
    # In one batch an English text stands once, or it would be its own negative.
    return [list({english: (swedish, english) for swedish, english in batch}.values()) for batch in result]


def _label_loss(head: nn.Linear, vectors: torch.Tensor, texts: list[str], labels: dict[str, int]) -> torch.Tensor:
    """Cross-entropy of the labelled texts' vectors, (n, 384); nothing where none has a label."""
    rows = [i for i, text in enumerate(texts) if text in labels]
    if not rows:
        return vectors.new_zeros(())
    targets = torch.tensor([labels[texts[i]] for i in rows])
    scores = head(nn.functional.dropout(vectors[rows], recipe()["dropout"]) * recipe()["scale"])
    return nn.functional.cross_entropy(scores, targets, label_smoothing=recipe()["label_smoothing"])


def run_phase(body: Any, tokenizer: Tokenizer, corpora: Corpora, english: dict[str, np.ndarray], name: str) -> None:
    """Train `body` in place; a checkpoint each ten minutes lets a broken run go on."""
    settings, noise = recipe(), recipe()["noise"]
    phase = settings["phases"][name]
    rng = random.Random(f"{settings['seed']}-{name}")
    torch.manual_seed(settings["seed"])
    embeddings = list(body.get_input_embeddings().parameters())
    rest = [p for p in body.parameters() if not any(p is e for e in embeddings)]
    labels = corpora.labels if phase["label_weight"] else {}
    head = nn.Linear(384, max(labels.values(), default=0) + 1)
    optimiser = torch.optim.AdamW(
        [
            {"params": embeddings, "lr": phase["embedding_rate"]},
            {"params": rest, "lr": phase["rate"]},
            {"params": head.parameters(), "lr": settings["head_rate"]},
        ],
        weight_decay=0.01,
        fused=True,
    )
    batches = _batches(corpora, phase, rng)
    warm = max(1, len(batches) // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / warm) * max(0.02, 1 - step / len(batches))
    )
    part, start = WORK / f"{name}.part.pt", 0
    parts = {"body": body, "head": head, "optimiser": optimiser, "schedule": schedule}
    if part.exists():
        kept = torch.load(part)
        if kept["batches"] == len(batches):
            for key, each in parts.items():
                each.load_state_dict(kept[key])
            start = kept["step"]
    body.train()
    saved, running = time.monotonic(), 0.0
    for step in progress(range(start, len(batches)), f"distilling ({name})"):
        rng.seed(f"{settings['seed']}-{name}-{step}")
        batch = batches[step]
        swedish = [
            noisy(text, rng, fold=noise["fold"], typo=noise["typo"], join=noise["join"])
            if rng.random() < noise["share"]
            else text
            for text, _ in batch
        ]
        rows = [each.ids[: settings["longest"]] for each in tokenizer.encode_batch(swedish)]
        target = torch.from_numpy(np.stack([english[text] for _, text in batch]).astype(np.float32))
        # Half the time in half the precision where the processor can; the weights themselves stay whole.
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = embed(body, rows)
        vectors = nn.functional.normalize(vectors.float())
        loss = phase["distillation_weight"] * distillation_loss(vectors, nn.functional.normalize(target))
        if labels:
            loss = loss + phase["label_weight"] * _label_loss(head, vectors, [text for text, _ in batch], labels)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(rest, 1.0)
        optimiser.step()
        schedule.step()
        running = 0.98 * running + 0.02 * loss.item()
        if step % 200 == 199:
            print(f"distilling ({name}): step {step + 1}, loss {running:.3f}", flush=True)
        if time.monotonic() - saved > 600:
            state = {key: each.state_dict() for key, each in parts.items()}
            torch.save(state | {"step": step + 1, "batches": len(batches)}, part)
            saved = time.monotonic()
    body.eval()
    part.unlink(missing_ok=True)


def checkpoint(name: str) -> Path:
    """Where a finished phase's body lies."""
    return WORK / f"{name}.pt"
