"""`make eval`: figures on held-out texts written apart, as a table, and in reports/eval.json.

Texts lie in `tests/held_out/*.tsv` as `text<TAB>label`. "Within one click" counts a text as arrived when its label
is acted on, stands beside it as the second matter, or is among the suggestions.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.knowledge import knowledge
from bot.training import model_path, train
from bot.yaml_file import ROOT
from nlu.components.judge import IN_RASA
from nlu.components.ngrams import new_vectorizer, prepared
from nlu.emergency import ORDER
from nlu.linear import features, fit
from nlu.onnx_encoder import PACKAGED, encode
from nlu.utterances import all_utterances

HELD_OUT = ROOT / "tests" / "held_out"
REPORTS = ROOT / "reports"
_FROM_RASA = {name: label for label, name in IN_RASA.items()}


@dataclass(frozen=True)
class Read:
    """A held-out text and how the bot read it."""

    text: str
    label: str
    intent: str
    confidence: float
    danger: str
    suggestions: tuple[str, ...]
    second: str | None

    @property
    def right(self) -> bool:
        """Whether it was acted on as its label."""
        return self.intent == self.label

    @property
    def within_one_click(self) -> bool:
        """Whether the visitor arrives at once, or by one of the buttons."""
        offered = self.suggestions if self.intent == "nlu_fallback" else ()
        return self.right or self.label in (*offered, self.second)

    @property
    def as_emergency(self) -> bool:
        """Whether an emergency reply came first."""
        return self.danger == "clear" and self.intent in ORDER


def held_out(name: str) -> list[tuple[str, str]]:
    """Read `tests/held_out/NAME.tsv`; nothing where there is no such file."""
    path = HELD_OUT / f"{name}.tsv"
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(columns[0], columns[1]) for line in lines if len(columns := line.split("\t")) >= 2]


async def _read_all(agent: Any, pairs: Sequence[tuple[str, str]], times: list[float]) -> list[Read]:
    result = []
    for text, label in pairs:
        started = time.perf_counter()
        parsed = await agent.parse_message(text)
        times.append((time.perf_counter() - started) * 1000)
        reading, intent = parsed["reading"], parsed["intent"]
        name = _FROM_RASA.get(intent["name"], intent["name"])
        suggestions = tuple(reading["suggestions"])
        result.append(Read(text, label, name, intent["confidence"], reading["danger"], suggestions, reading["second"]))
    return result


def _share(reads: Sequence[Read], test: Callable[[Read], bool]) -> float:
    return round(sum(map(test, reads)) / max(1, len(reads)), 3)


def figures(reads: dict[str, list[Read]]) -> dict[str, float]:
    """Return the figures of the issue, by name."""
    needs, answers, near, other = (reads[name] for name in ("needs", "answers", "near_misses", "other"))
    emergencies = [read for read in needs if read.label in ORDER]
    result = {
        "needs, right": _share(needs, lambda r: r.right),
        "needs, within one click": _share(needs, lambda r: r.within_one_click),
        "answers, right": _share(answers, lambda r: r.right),
        "answers, within one click": _share(answers, lambda r: r.within_one_click),
        "emergencies, answered as such first": _share(emergencies, lambda r: r.as_emergency),
        "emergencies, at least cautioned": _share(emergencies, lambda r: r.danger != "none"),
        "near misses, answered as emergencies": _share(near, lambda r: r.as_emergency),
        "near misses, right": _share(near, lambda r: r.right),
    }
    for label in ("out_of_scope", "harmful_request", "other_language"):
        result[f"{label}, right"] = _share([r for r in other if r.label == label], lambda r: r.right)
    talk = [r for r in other if r.label in knowledge().vocabulary.conversation]
    result["conversation labels, right"] = _share(talk, lambda r: r.right)
    return result


def peers(pairs: dict[str, list[tuple[str, str]]], encoders: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return accuracy by method on the same data in the same run: n-grams, each encoder, and both."""
    train_set = all_utterances()
    y = [each.label for each in train_set]
    vectorizer = new_vectorizer((2, 5), (1, 2), 40_000).fit([prepared(each.text) for each in train_set])
    sparse = vectorizer.transform([prepared(each.text) for each in train_set])
    tests = {name: (vectorizer.transform([prepared(t) for t, _ in rows]), rows) for name, rows in pairs.items() if rows}

    def score(
        weight: float, keep_sparse: bool, dense: np.ndarray, dense_tests: dict[str, np.ndarray]
    ) -> dict[str, float]:
        model = fit(features(sparse * keep_sparse, dense, weight), y, strength=0.3)
        result = {}
        for name, (sparse_test, rows) in tests.items():
            found = model.scores(features(sparse_test * keep_sparse, dense_tests[name], weight)).argmax(axis=1)
            right = [model.labels[i] == label for i, (_, label) in zip(found, rows, strict=True)]
            result[name] = round(sum(right) / len(right), 3)
        return result

    nothing = np.zeros((len(y), 1), dtype=np.float32)
    table = {"n-grams": score(0.0, True, nothing, {n: np.zeros((len(r), 1)) for n, (_, r) in tests.items()})}
    for name in encoders:
        dense = encode(name, [each.text for each in train_set])
        dense_tests = {n: encode(name, [t for t, _ in rows]) for n, (_, rows) in tests.items()}
        table[f"{name} alone"] = score(2.0, False, dense, dense_tests)
        table[f"{name} and n-grams"] = score(2.0, True, dense, dense_tests)
    return table


def _encoder_of_config() -> str:
    import yaml

    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    return str(next(part["model"] for part in config["pipeline"] if "model" in part))


def report(values: dict[str, float], table: dict[str, dict[str, float]], reads: dict[str, list[Read]]) -> str:
    """Return the report as Markdown: figures, methods side by side, confusions and errors."""
    lines = ["# Figures on held-out texts", "", "| figure | value |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in values.items()]
    names = sorted({name for row in table.values() for name in row})
    lines += ["", "| method (plain accuracy) | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    lines += [f"| {method} | " + " | ".join(str(row[name]) for name in names) + " |" for method, row in table.items()]
    wrong = [read for part in reads.values() for read in part if not read.within_one_click]
    pairs = Counter((read.label, read.intent) for read in wrong)
    lines += ["", "## Commonest confusions", ""]
    lines += [f"- {count} × {label} read as {intent}" for (label, intent), count in pairs.most_common(20)]
    lines += ["", "## Errors", ""]
    lines += [f"- {r.label} → {r.intent} ({r.confidence:.2f}): {r.text}" for r in wrong]
    return "\n".join(lines) + "\n"


async def evaluate(model: Path) -> tuple[dict[str, float], dict[str, list[Read]]]:
    """Read every held-out text with the trained model."""
    from rasa.core.agent import Agent

    agent = Agent()
    agent.load_model(str(model))
    await agent.parse_message("hej")
    times: list[float] = []
    reads = {}
    for name in ("needs", "answers", "near_misses", "other"):
        pairs = held_out(name)
        print(f"reads {len(pairs)} texts of {name} …", flush=True)
        reads[name] = await _read_all(agent, pairs, times)
    values = figures(reads)
    values["milliseconds a message, median"] = round(statistics.median(times), 1) if times else 0.0
    return values, reads


def main() -> None:
    """Print the table; write reports/eval.md and reports/eval.json."""
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(40)
    model = model_path()
    values, reads = asyncio.run(evaluate(model if model.exists() else train()))
    print("compares methods on the same data …", flush=True)
    table = peers({name: held_out(name) for name in reads}, list(dict.fromkeys([PACKAGED, _encoder_of_config()])))
    REPORTS.mkdir(exist_ok=True)
    (REPORTS / "eval.json").write_text(json.dumps({"figures": values, "methods": table}, indent=1), encoding="utf-8")
    text = report(values, table, reads)
    (REPORTS / "eval.md").write_text(text, encoding="utf-8")
    print(text.split("## Errors")[0])


if __name__ == "__main__":
    main()
