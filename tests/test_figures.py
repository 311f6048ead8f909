"""The figures of the README do not fall: `make eval`'s, against those recorded in tests/figures.json."""

import asyncio
import json
from pathlib import Path

from nlu.evaluation.__main__ import MARGIN, RECORDED, fallen, load_agent, measure


def test_no_figure_falls_by_more_than_the_margin(model: str) -> None:
    async def run() -> dict[str, float]:
        values, *_ = await measure(await load_agent(Path(model)))
        return values

    assert fallen(asyncio.run(run())) == []


def test_a_fallen_figure_is_named() -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    name, value = next(iter(recorded.items()))
    assert fallen(recorded) == []
    assert fallen(recorded | {name: value - MARGIN - 0.01}) == [
        f"{name}: {value - MARGIN - 0.01} but {value} is recorded"
    ]
