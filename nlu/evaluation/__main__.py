"""`make eval`: reads every held-out text with the trained model, compares methods, and writes reports/.

`python -m nlu.evaluation --quick` leaves the comparison of methods out; `--record` keeps the figures as those which
tests/test_figures.py lets none fall below.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from bot import readability
from bot.knowledge import knowledge
from bot.training import model_path, train
from bot.yaml_file import ROOT
from nlu.evaluation import curves
from nlu.evaluation.ensembles import ensembles
from nlu.evaluation.held_out import SETS, conversations, held_out
from nlu.evaluation.masks import mask_figures
from nlu.evaluation.methods import learning_curve, make_features
from nlu.evaluation.reads import Read, figures, read_all, share, slot_figures
from nlu.evaluation.report import report
from nlu.evaluation.talks import Outcome, hold_all, talk_figures
from nlu.onnx_encoder import PACKAGED, encode

REPORTS = ROOT / "reports"
RECORDED = ROOT / "tests" / "figures.json"
MARGIN = 0.02  # a figure may fall this far below the recorded one: the same data trained again differs less
NOT_RECORDED = ("milliseconds", "questions", "calibration")  # lower is better, or the machine's
SIZES = (10, 20, 50, None)


async def load_agent(model: Path) -> Any:
    """Load the bot as it is served, in this process."""
    from rasa.utils.log_utils import configure_structlog

    from bot.__main__ import _load_agent

    configure_structlog(40)
    agent = await _load_agent(str(model))
    await agent.parse_message("hej")
    return agent


async def measure(agent: Any) -> tuple[dict[str, float], dict[str, list[Read]], list[Outcome], list[str]]:
    """Return figures, how each text was read, the conversations' outcomes, and slots' errors."""
    reads = {name: await read_all(agent, held_out(name), name) for name in SETS}
    outcomes = await hold_all(agent, conversations())
    slots, slot_errors = slot_figures()
    return figures(reads) | talk_figures(outcomes) | slots | mask_figures(), reads, outcomes, slot_errors


def fallen(values: Mapping[str, float]) -> list[str]:
    """Return the figures that lie more than the margin below the recorded ones."""
    recorded: dict[str, float] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return [
        f"{name}: {values.get(name)} but {value} is recorded"
        for name, value in recorded.items()
        if values.get(name, 0.0) < value - MARGIN
    ]


def encoder_of_config() -> str:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    return str(next(part["model"] for part in config["pipeline"] if "model" in part))


def main() -> None:
    """Print the figures; write reports/eval.md, eval.json and the pictures."""
    parser = argparse.ArgumentParser(prog="python -m nlu.evaluation", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    REPORTS.mkdir(exist_ok=True)
    model = model_path()

    async def run() -> Any:
        return await measure(await load_agent(model if model.exists() else train()))

    values, reads, outcomes, slot_errors = asyncio.run(run())
    every = [read for name in ("needs", "answers", "emergencies") for read in reads[name]]
    values["calibration error"] = curves.reliability(every, REPORTS / "reliability.png")
    points = curves.danger_points(reads, [i / 20 for i in range(1, 20)])
    alone = share(reads["emergencies"], lambda r: r.patterns == "clear")
    near = share(reads["near_misses"], lambda r: r.patterns == "clear")
    curves.danger(points, (alone, near), REPORTS / "emergencies.png")
    curves.confusions(reads["needs"], REPORTS / "needs.png", "needs")
    curves.confusions(reads["answers"], REPORTS / "answers.png", "answers")
    pictures = ["reliability.png", "emergencies.png", "needs.png", "answers.png"]
    methods: dict[str, dict[str, float]] = {}
    curve: dict[str, dict[str, list[float]]] = {}
    if not arguments.quick:
        ours = encoder_of_config()
        encoders = {"MiniLM": partial(encode, PACKAGED), "our encoder": partial(encode, ours)}
        made = make_features({name: held_out(name) for name in ("needs", "answers")}, encoders)
        curve = learning_curve(made, SIZES)
        methods = {method: {test: each[-1] for test, each in row.items()} for method, row in curve.items()}
        methods |= ensembles(made, "our encoder", encoders["our encoder"])
        curves.learning(curve, SIZES, REPORTS / "learning.png")
        pictures.append("learning.png")
    content = {"figures": values, "methods": methods, "learning curve": curve, "emergencies": points}
    (REPORTS / "eval.json").write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    text = report(values, methods, points, reads, outcomes, slot_errors, pictures)
    easy = readability.report(knowledge())
    (REPORTS / "eval.md").write_text(f"{text}\n{easy}", encoding="utf-8")
    print(text.split("## Emergencies by")[0], easy, sep="\n")
    if arguments.record:
        kept = {name: value for name, value in values.items() if not name.startswith(NOT_RECORDED)}
        RECORDED.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for line in fallen(values):
        print(f"FALLEN {line}")


if __name__ == "__main__":
    main()
