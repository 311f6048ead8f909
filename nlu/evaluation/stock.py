"""`make peer`: the stock Rasa pipeline of `stock.yml` beside ours, on the same utterances and held-out texts.

Training it takes long (40 epochs of DIET), so it is no part of `make eval`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.training import MODELS, model_path, train
from nlu.emergency import ORDER
from nlu.encoder.progress import progress
from nlu.evaluation.__main__ import REPORTS
from nlu.evaluation.held_out import SETS, Text, held_out
from nlu.evaluation.reads import FROM_RASA

CONFIG = "nlu/evaluation/stock.yml"
STOCK = MODELS / "stock.tar.gz"
_SUGGESTED = 3


async def _read(agent: Any, texts: Sequence[Text], name: str) -> tuple[list[tuple[Text, str, list[str]]], list[float]]:
    rows, times = [], []
    for text in progress(texts, f"reads {name}"):
        started = time.perf_counter()
        parsed = await agent.parse_message(text.text)
        times.append((time.perf_counter() - started) * 1000)
        first = [FROM_RASA.get(each["name"], each["name"]) for each in (parsed["intent"], *parsed["intent_ranking"])]
        rows.append((text, first[0], list(dict.fromkeys(first))[: _SUGGESTED + 1]))
    return rows, times


async def compare(models: dict[str, Path]) -> dict[str, dict[str, float]]:
    """Return by model: accuracy by set, the share within the first three, and milliseconds."""
    from rasa.core.agent import Agent

    table: dict[str, dict[str, float]] = {}
    for name, path in models.items():
        agent = Agent()
        agent.load_model(str(path))
        await agent.parse_message("hej")
        row, every = {}, []
        for part in SETS:
            rows, times = await _read(agent, held_out(part), f"{part} by {name}")
            every += times
            if part == "near_misses":
                wrong = [found in ORDER for text, found, _ in rows if text.label not in ORDER]
                row["near misses as emergencies"] = round(sum(wrong) / len(wrong), 3)
                continue
            row[part] = round(sum(text.accepts(found) for text, found, _ in rows) / len(rows), 3)
            inside = [any(map(text.accepts, first)) for text, _, first in rows]
            row[f"{part}, first three"] = round(sum(inside) / len(rows), 3)
        row["ms"] = round(statistics.median(every), 1)
        table[name] = row
    return table


def main() -> None:
    """Print the table and write reports/peer.json."""
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(40)
    ours = model_path()
    models = {"ours": ours if ours.exists() else train(), "stock": STOCK if STOCK.exists() else train(CONFIG, STOCK)}
    table = asyncio.run(compare(models))
    REPORTS.mkdir(exist_ok=True)
    (REPORTS / "peer.json").write_text(json.dumps(table, indent=1), encoding="utf-8")
    columns = list(table["ours"])
    print("| | " + " | ".join(columns) + " |\n" + "|---" * (len(columns) + 1) + "|")
    for name, row in table.items():
        print(f"| {name} | " + " | ".join(str(row[column]) for column in columns) + " |")


if __name__ == "__main__":
    main()
