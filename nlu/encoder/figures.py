"""`python -m nlu.encoder.figures BENCHMARKS CORPORA`: every encoder beside TF-IDF on public data, in one run."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.encoder.noise import noisy
from nlu.encoder.pairs import load_corpora
from nlu.encoder.recipe import MODEL
from nlu.encoder.teacher import teacher_embeddings
from nlu.onnx_encoder import PACKAGED, encode
from nlu.swedish import fold

Encode = Callable[[list[str]], np.ndarray]


def tfidf(texts: list[str]) -> np.ndarray:
    """Return (n, features) unit vectors of character n-grams; the vocabulary is that of `texts`."""
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True).fit_transform(map(fold, texts))
    result: np.ndarray = vectors.toarray()
    return result


def swefaq(path: Path, encode_texts: Encode) -> float:
    """Return the share of questions whose right answer is nearest among the candidates."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    right = 0
    for row in rows:
        vectors = encode_texts([row["question"], *row["candidate_answers"]])
        right += int((vectors[1:] @ vectors[0]).argmax() == row["label"])
    return right / len(rows)


def sweparaphrase(path: Path, encode_texts: Encode) -> float:
    """Return Spearman's correlation between cosine and judged similarity."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    both = encode_texts([row["sentence_1"] for row in rows] + [row["sentence_2"] for row in rows])
    one, other = both[: len(rows)], both[len(rows) :]
    return float(spearmanr((one * other).sum(axis=1), [row["label"] for row in rows])[0])


def retrieval(pairs: list[tuple[str, str]], encode_texts: Encode, *, noise: bool) -> float:
    """Return the share of Swedish sentences whose English rendering (the teacher's vector) is nearest of all."""
    rng = random.Random(1)
    swedish = [noisy(sv, rng, fold=0.35, typo=0.5, join=0.15) if noise else sv for sv, _ in pairs]
    english = teacher_embeddings([en for _, en in pairs], "held-out")
    target = np.stack([english[en] for _, en in pairs])
    found = (encode_texts(swedish) @ target.T).argmax(axis=1)
    # The same English sentence may stand twice.
    return float(np.mean([pairs[i][1] == pairs[j][1] for i, j in enumerate(found)]))


def milliseconds(encode_texts: Encode) -> float:
    """Return the median time of one message of 12 words."""
    text = "min son har fått nya vänner och pratar inte med oss längre"
    encode_texts([text])
    times = []
    for _ in range(50):
        started = time.perf_counter()
        encode_texts([text])
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder.figures", description=__doc__)
    parser.add_argument("benchmarks", type=Path)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--model", action="append", default=[])
    arguments = parser.parse_args()
    held_out = load_corpora(arguments.corpora).held_out
    print(
        "| encoder | SweFAQ dev | SweParaphrase dev | retrieval, clean | noisy | ms a message |\n"
        "|---|---|---|---|---|---|"
    )
    faq, paraphrase = arguments.benchmarks / "swefaq_dev.jsonl", arguments.benchmarks / "sweparaphrase_dev.jsonl"
    print(f"| char_wb 2-5 TF-IDF | {swefaq(faq, tfidf):.2f} | {sweparaphrase(paraphrase, tfidf):.2f} | – | – | – |")
    for name in [PACKAGED, *(arguments.model or [str(MODEL)])]:

        def encode_texts(texts: list[str], name: str = name) -> np.ndarray:
            return encode(name, texts)

        clean = retrieval(held_out, encode_texts, noise=False)
        dirty = retrieval(held_out, encode_texts, noise=True)
        print(
            f"| {Path(name).name} | {swefaq(faq, encode_texts):.2f} | {sweparaphrase(paraphrase, encode_texts):.2f} "
            f"| {clean:.2f} | {dirty:.2f} | {milliseconds(encode_texts):.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
