"""The report that people read: reports/eval.md, with pictures beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from nlu.evaluation.reads import Read
from nlu.evaluation.talks import Outcome


def _table(title: str, rows: Mapping[str, Mapping[str, float]]) -> list[str]:
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = ["", f"## {title}", "", "| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    return lines + [
        f"| {name} | " + " | ".join(str(row.get(c, "–")) for c in columns) + " |" for name, row in rows.items()
    ]


def report(
    values: Mapping[str, float],
    methods: Mapping[str, Mapping[str, float]],
    points: Sequence[Mapping[str, float]],
    reads: Mapping[str, Sequence[Read]],
    outcomes: Sequence[Outcome],
    slot_errors: Sequence[str],
    pictures: Sequence[str],
) -> str:
    """Return the report as Markdown."""
    counts = ", ".join(f"{len(part)} {name}" for name, part in reads.items())
    lines = ["# Figures on held-out texts", "", f"Texts: {counts}; {len(outcomes)} conversations.", ""]
    lines += ["| figure | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in values.items())]
    if methods:
        lines += _table("Methods, plain accuracy on the same data", methods)
    lines += _table(
        "Emergencies by threshold",
        {f"{p['threshold']:.2f}": {k: round(v, 3) for k, v in p.items() if k != "threshold"} for p in points},
    )
    lines += ["", "## Pictures", "", *(f"![{name}]({name})" for name in pictures)]
    wrong = [read for part in reads.values() for read in part if not read.right]
    pairs = Counter((read.text.label, read.intent) for read in wrong)
    lines += ["", "## Commonest confusions", ""]
    lines += [f"- {count} × {label} read as {intent}" for (label, intent), count in pairs.most_common(25)]
    for name, part in reads.items():
        lines += ["", f"## Not within one click: {name}", ""]
        lines += [
            f"- {r.text.label} → {r.intent} ({r.confidence:.2f}, danger {r.danger}): {r.text.text}"
            for r in part
            if not r.within_one_click
        ]
    lines += ["", "## Conversations with another first contact", ""]
    lines += [
        f"- {each.talk.first_contact} → {each.contact} ({each.talk.button}): {' / '.join(each.talk.says)}"
        for each in outcomes
        if not each.right
    ]
    lines += ["", "## Slots read wrongly", "", *(f"- {error}" for error in slot_errors)]
    return "\n".join(lines) + "\n"
