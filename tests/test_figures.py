"""The figures on held-out texts stay where they were recorded."""

import asyncio
from pathlib import Path

from nlu.evaluation.__main__ import fallen, load_agent, measure


def test_no_figure_has_fallen_more_than_the_margin_below_the_recorded_one(model: str) -> None:
    async def run() -> dict[str, float]:
        return (await measure(await load_agent(Path(model))))[0]

    assert fallen(asyncio.run(run())) == []
