"""`make encoder-figures`: every encoder beside TF-IDF, on public data and on our own held-out texts, in one run.

Writes reports/encoder.md and encoder.png. Nothing of the public data is trained on.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.feature_extraction.text import TfidfVectorizer
from tokenizers import Tokenizer

from bot.yaml_file import ROOT
from nlu.encoder.bag import BAG
from nlu.encoder.pairs import load_corpora
from nlu.encoder.recipe import MODEL, WORK
from nlu.encoder.teacher import teacher_embeddings
from nlu.evaluation import curves
from nlu.evaluation.held_out import held_out
from nlu.evaluation.methods import Encode, learning_curve, make_features
from nlu.noise import noisy
from nlu.onnx_encoder import PACKAGED, encode, packed
from nlu.swedish import fold

SIZES = (10, 20, 50, None)
_MEMORY = """
import re, pathlib
def rss(): return int(re.search(r"VmRSS:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
import tempfile, sys, numpy, tokenizers, nlu.swedish
from nlu.onnx_encoder import PackedEncoder
nlu.swedish.read("hej")
before = rss()
PackedEncoder(pathlib.Path(sys.argv[1])).encode(["min son har fått nya vänner"])
print(rss() - before)
"""


def tfidf(texts: list[str]) -> np.ndarray:
    """Return (n, features) unit vectors of character n-grams; the vocabulary is that of `texts`."""
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True).fit_transform(map(fold, texts))
    result: np.ndarray = vectors.toarray()
    return result


def static_student(texts: list[str]) -> np.ndarray:
    """Return (n, 384) unit vectors by the bag of pieces alone."""
    tokenizer, bag = Tokenizer.from_file(str(WORK / "tokenizer.json")), np.load(BAG)
    rows = [each.ids or [1] for each in tokenizer.encode_batch(texts, add_special_tokens=False)]
    vectors = np.stack([bag[row].mean(axis=0) for row in rows])
    result: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return result


def _cosines(encoders: Sequence[Encode], one: list[str], other: list[str]) -> np.ndarray:
    """Return (n,) cosines of texts in pairs, standardised and added up where there is more than one encoder."""
    texts = list(dict.fromkeys([*one, *other]))
    row = {text: i for i, text in enumerate(texts)}
    total = np.zeros(len(one))
    for encode_texts in encoders:
        vectors = encode_texts(texts)
        cosines = (vectors[[row[text] for text in one]] * vectors[[row[text] for text in other]]).sum(axis=1)
        total += (cosines - cosines.mean()) / max(float(cosines.std()), 1e-9)
    return total


def swefaq(path: Path, encoders: Sequence[Encode]) -> float:
    """Return the share of questions whose right answer is nearest among the candidates."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    right = 0
    for row in rows:
        answers = row["candidate_answers"]
        right += int(_cosines(encoders, [row["question"]] * len(answers), answers).argmax() == row["label"])
    return right / len(rows)


def sweparaphrase(path: Path, encoders: Sequence[Encode]) -> float:
    """Return Spearman's correlation between cosine and judged similarity."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = _cosines(encoders, [row["sentence_1"] for row in rows], [row["sentence_2"] for row in rows])
    return float(spearmanr(found, [row["label"] for row in rows])[0])


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
    """Return the median time of one message of 12 words on one core."""
    text = "min son har fått nya vänner och pratar inte med oss längre"
    encode_texts([text])
    times = []
    for _ in range(100):
        started = time.perf_counter()
        encode_texts([text])
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def megabytes(model: str) -> float:
    """Return how much more memory a process needs with the encoder loaded as it is served."""
    import tempfile

    from nlu.onnx_encoder import pack

    with tempfile.TemporaryDirectory() as folder:
        pack(model, Path(folder))
        command = [sys.executable, "-c", _MEMORY, folder]
        return float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Print the tables; write reports/encoder.md and encoder.png."""
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder.figures", description=__doc__)
    parser.add_argument("benchmarks", type=Path)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--model", action="append", default=[], help="another encoder; may be given more than once")
    arguments = parser.parse_args()
    pairs = load_corpora(arguments.corpora).held_out
    encoders: dict[str, Encode] = {"MiniLM as it comes": packed(PACKAGED, eight_bits=False).encode}
    if BAG.exists():
        encoders["static student"] = static_student
    for name in arguments.model:
        encoders[Path(name).name] = partial(encode, name)
    ours = "our encoder"
    encoders[ours] = partial(encode, str(MODEL))

    faq, paraphrase = arguments.benchmarks / "swefaq_dev.jsonl", arguments.benchmarks / "sweparaphrase_dev.jsonl"
    lines = ["| encoder | SweFAQ dev | SweParaphrase dev | retrieval, clean | noisy | ms a message |", "|---" * 6 + "|"]
    rows: dict[str, list[Encode]] = {"char_wb 2-5 TF-IDF": [tfidf]}
    for name, encode_texts in encoders.items():
        rows |= {name: [encode_texts], f"{name} and TF-IDF": [encode_texts, tfidf]}
    for name, used in rows.items():
        cells = [f"{swefaq(faq, used):.3f}", f"{sweparaphrase(paraphrase, used):.3f}"]
        if name in encoders:
            cells += [f"{retrieval(pairs, used[0], noise=noise):.3f}" for noise in (False, True)]
            cells += [f"{milliseconds(used[0]):.1f}"]
        lines.append(f"| {name} | " + " | ".join(cells + ["–"] * (5 - len(cells))) + " |")
        print(lines[-1], flush=True)
    lines += ["", f"Memory of our encoder as it is served: {megabytes(str(MODEL)):.0f} MB.", ""]

    made = make_features({name: held_out(name) for name in ("needs", "answers")}, encoders)
    curve = learning_curve(made, SIZES)
    names = [f"{test} at {size or 'all'}" for test in made.tests for size in SIZES]
    lines += ["| accuracy on held-out | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for method, values in curve.items():
        lines.append(f"| {method} | " + " | ".join(str(v) for test in made.tests for v in values[test]) + " |")
    reports = ROOT / "reports"
    reports.mkdir(exist_ok=True)
    curves.learning(curve, SIZES, reports / "encoder.png")
    (reports / "encoder.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
