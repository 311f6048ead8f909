"""Pictures for the report: reliability, danger, learning and confusions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from nlu.emergency import ORDER
from nlu.evaluation.reads import Read

matplotlib.use("Agg")


def _figure(width: float = 6.0, height: float = 4.2) -> tuple[Any, Any]:
    from matplotlib import pyplot

    return pyplot.subplots(figsize=(width, height), constrained_layout=True)


def _save(figure: Any, path: Path) -> None:
    from matplotlib import pyplot

    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def reliability(reads: Sequence[Read], path: Path) -> float:
    """Draw how often a label is right at each probability; return the expected calibration error."""
    sure = np.array([read.probability for read in reads])
    right = np.array([read.text.accepts(read.likeliest) for read in reads])
    bins = np.minimum((sure * 10).astype(int), 9)
    points = [
        (sure[bins == b].mean(), right[bins == b].mean(), (bins == b).sum()) for b in range(10) if (bins == b).any()
    ]
    error = sum(abs(said - was) * count for said, was, count in points) / len(reads)
    figure, axes = _figure()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.scatter(*zip(*[(said, was) for said, was, _ in points], strict=True), s=[8 + count for *_, count in points])
    axes.set(xlabel="probability given", ylabel="share right", title=f"Reliability (error {error:.3f})")
    _save(figure, path)
    return round(float(error), 3)


def danger_points(reads: Mapping[str, Sequence[Read]], thresholds: Sequence[float]) -> list[dict[str, float]]:
    """Return recall and false alarms at each threshold, by the classifier alone and with the patterns beside it."""
    emergencies = reads["emergencies"]
    near = [read for read in reads["near_misses"] if read.text.label not in ORDER]
    calm = [read for name in ("needs", "answers", "other") for read in reads[name]]
    rows = []
    for threshold in thresholds:

        def alone(read: Read, threshold: float = threshold) -> bool:
            return read.danger_probability >= threshold

        def together(read: Read, threshold: float = threshold) -> bool:
            return alone(read) or (read.patterns == "clear" and read.danger_probability >= threshold / 4)

        rows.append(
            {
                "threshold": threshold,
                "found": float(np.mean([alone(r) for r in emergencies])),
                "found, with patterns": float(np.mean([together(r) for r in emergencies])),
                "near misses": float(np.mean([alone(r) for r in near])),
                "near misses, with patterns": float(np.mean([together(r) for r in near])),
                "other texts, with patterns": float(np.mean([together(r) for r in calm])),
            }
        )
    return rows


def danger(points: Sequence[Mapping[str, float]], patterns_alone: tuple[float, float], path: Path) -> None:
    """Draw found emergencies against near misses taken for one."""
    figure, axes = _figure()
    for found, missed, label in (
        ("found", "near misses", "classifier"),
        ("found, with patterns", "near misses, with patterns", "classifier and patterns"),
    ):
        axes.plot([p[missed] for p in points], [p[found] for p in points], marker=".", label=label)
    axes.scatter([patterns_alone[1]], [patterns_alone[0]], color="black", marker="x", label="patterns alone")
    for point in points:
        if round(point["threshold"] * 100) % 20 == 0:
            axes.annotate(f"{point['threshold']:.1f}", (point["near misses"], point["found"]), fontsize=7)
    axes.set(xlabel="near misses answered as emergencies", ylabel="emergencies found", title="Emergencies")
    axes.legend()
    _save(figure, path)


def learning(curve: Mapping[str, Mapping[str, Sequence[float]]], sizes: Sequence[int | None], path: Path) -> None:
    """Draw accuracy by utterances a label."""
    from matplotlib import pyplot

    tests = list(next(iter(curve.values())))
    figure, plots = pyplot.subplots(
        1, len(tests), figsize=(3.4 * len(tests), 3.6), sharey=True, constrained_layout=True
    )
    names = [str(size) if size else "all" for size in sizes]
    for axes, test in zip(np.atleast_1d(plots), tests, strict=True):
        for method, values in curve.items():
            axes.plot(names, values[test], marker=".", label=method)
        axes.set(title=test, xlabel="utterances a label")
    np.atleast_1d(plots)[0].set(ylabel="accuracy")
    np.atleast_1d(plots)[0].legend(fontsize=7)
    _save(figure, path)


def confusions(reads: Sequence[Read], path: Path, title: str) -> None:
    """Draw which label was read as which, for labels with errors only."""
    pairs = Counter((read.text.label, read.text.label if read.right else read.intent) for read in reads)
    wrong = {label for pair in pairs for label in pair if pair[0] != pair[1]}
    rows = sorted({label for label, _ in pairs} & wrong)
    columns = sorted({found for _, found in pairs if found in wrong})
    if not rows:
        return
    grid = np.array([[pairs[(row, column)] for column in columns] for row in rows])
    figure, axes = _figure(2.5 + 0.26 * len(columns), 2.0 + 0.2 * len(rows))
    axes.imshow(grid, cmap="Blues", aspect="auto")
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=6)
    axes.set_yticks(range(len(rows)), rows, fontsize=6)
    for i, j in zip(*grid.nonzero(), strict=True):
        axes.text(j, i, grid[i, j], ha="center", va="center", fontsize=5)
    axes.set_title(title, fontsize=8)
    _save(figure, path)
