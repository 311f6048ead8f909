"""The bag of pieces: a vector a piece in the teacher's space, averaged over the sentence.

It is the static student that the figures show on its own, and the start of the encoder's embeddings.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from nlu.encoder.pairs import Pair
from nlu.encoder.progress import progress
from nlu.encoder.recipe import WORK, recipe
from nlu.encoder.teacher import packaged_minilm
from nlu.noise import noisy

BAG = WORK / "bag.npy"


def distillation_loss(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Cosine and in-batch contrastive loss between (n, 384) unit vectors."""
    settings = recipe()
    cosines = student @ teacher.T
    contrast = nn.functional.cross_entropy(cosines * settings["scale"], torch.arange(len(student)))
    return contrast + settings["cosine_weight"] * (1 - cosines.diagonal()).mean()


def train_bag(tokenizer: Tokenizer, pairs: list[Pair], english: dict[str, np.ndarray]) -> np.ndarray:
    """Learn (pieces, 384) vectors whose mean over a Swedish text is near the teacher's of the English one."""
    settings, noise = recipe()["bag"], recipe()["noise"]
    rng = random.Random(recipe()["seed"])
    torch.manual_seed(recipe()["seed"])
    bag = nn.EmbeddingBag(tokenizer.get_vocab_size(), 384, mode="mean")
    nn.init.normal_(bag.weight, std=0.05)
    optimiser = torch.optim.Adam(bag.parameters(), lr=settings["rate"])
    starts = [(epoch, at) for epoch in range(settings["epochs"]) for at in range(0, len(pairs), settings["batch"])]
    order = list(range(len(pairs)))
    for _, at in progress(starts, "bag of pieces"):
        if at == 0:
            rng.shuffle(order)
        batch = [pairs[i] for i in order[at : at + settings["batch"]]]
        swedish = [
            noisy(text, rng, fold=noise["fold"], typo=noise["typo"], join=noise["join"])
            if rng.random() < noise["share"]
            else text
            for text, _ in batch
        ]
        rows = [each.ids for each in tokenizer.encode_batch(swedish, add_special_tokens=False)]
        rows = [row or [1] for row in rows]
        offsets = np.cumsum([0] + [len(row) for row in rows[:-1]])
        sums = bag(torch.tensor([i for row in rows for i in row]), torch.from_numpy(offsets))
        target = torch.from_numpy(np.stack([english[text] for _, text in batch]).astype(np.float32))
        loss = distillation_loss(nn.functional.normalize(sums), nn.functional.normalize(target))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    vectors: np.ndarray = bag.weight.detach().numpy()
    return vectors


def input_embeddings(
    tokenizer: Tokenizer, bag: np.ndarray, teacher_input: np.ndarray, vocabulary: list[str]
) -> np.ndarray:
    """Start each piece at the similarity-weighted mean of its five nearest English words' input embeddings.

    `teacher_input` is (30522, 384), `vocabulary` its words in order. Special pieces keep the teacher's own.
    """
    from sentence_transformers import SentenceTransformer

    whole = [i for i, word in enumerate(vocabulary) if word.isalpha() and len(word) > 1]
    store = WORK / "english_words.npy"
    if store.exists():
        words = np.load(store)
    else:
        teacher = SentenceTransformer(str(packaged_minilm()), device=None)
        words = teacher.encode([vocabulary[i] for i in whole], batch_size=512, normalize_embeddings=True)
        np.save(store, words)
    pieces = bag / np.maximum(np.linalg.norm(bag, axis=1, keepdims=True), 1e-9)
    result = np.empty((len(bag), teacher_input.shape[1]), dtype=np.float32)
    for at in range(0, len(bag), 1000):
        similar = pieces[at : at + 1000] @ words.T
        nearest = np.argpartition(-similar, 5, axis=1)[:, :5]
        weights = np.take_along_axis(similar, nearest, axis=1).clip(min=1e-3)
        weights /= weights.sum(axis=1, keepdims=True)
        result[at : at + 1000] = np.einsum("nk,nkd->nd", weights, teacher_input[np.array(whole)[nearest]])
    for name in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"):
        result[tokenizer.token_to_id(name)] = teacher_input[vocabulary.index(name)]
    for i in range(len(bag)):
        word = (tokenizer.id_to_token(i) or "").lstrip("▁")
        if word and not any(c.isalpha() for c in word) and word in vocabulary:
            result[i] = teacher_input[vocabulary.index(word)]
    return result
