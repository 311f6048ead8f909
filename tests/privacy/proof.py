"""Holds the conversations, stops the bot, searches every place that it wrote to, and says what was searched."""

from __future__ import annotations

import glob
import os
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.yaml_file import ROOT
from tests.privacy.canaries import OF_A_CONNECTION, OVER_A_CONNECTION, Canaries
from tests.privacy.colleague import desk_environment
from tests.privacy.traced import TracedBot
from tests.privacy.visits import EVERYTHING, Visitor, interrupted

Visit = Callable[[Visitor], None]


@dataclass
class Report:
    """What was searched (place: bytes) for how many canaries, and what was found."""

    tracer: str
    requests: int = 0
    canaries: int = 0
    searched: dict[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    connections_away: list[str] = field(default_factory=list)
    lone_words: int = 0

    def is_lone_word(self, line: bytes) -> bool:
        """Count a word that the language tools have cached, with neither its neighbours nor its writer."""
        lone = len(line.split()) == 1
        self.lone_words += lone
        return lone

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.found and not self.connections_away

    def __str__(self) -> str:
        lines = [f"  traced by {self.tracer}; {self.requests} requests with {self.canaries} canaries"]
        lines += [f"  searched {size:>12,} bytes  {place}" for place, size in self.searched.items()]
        lines += [f"  {self.lone_words} lone words lie in the language tools' caches until the process ends"]
        lines += [f"  FOUND {what}" for what in self.found]
        lines += [f"  CONNECTION AWAY {call}" for call in self.connections_away]
        return "\n".join([*lines, f"  {'nothing found, no connection away' if self.clean else 'NOT CLEAN'}"])


def _matches(needles: dict[str, str], path: Path) -> list[bytes]:
    """Return the lines of a file that hold a needle, in any case of letters."""
    patterns = "\n".join(needles).encode()
    command = ["grep", "-a", "-i", "-F", "-f", "/dev/stdin", str(path)]
    ran = subprocess.run(command, input=patterns, capture_output=True, env={"LC_ALL": "C", "PATH": os.environ["PATH"]})
    return ran.stdout.splitlines()


def _search(report: Report, needles: dict[str, str], path: Path, place: str, excused: Callable[[bytes], bool]) -> None:
    report.searched[place] = report.searched.get(place, 0) + path.stat().st_size
    for line in _matches(needles, path):
        if not excused(line):
            kinds = {kind for needle, kind in needles.items() if needle.lower().encode() in line.lower()}
            report.found.append(f"{', '.join(sorted(kinds))} in {place}: {line[:70].decode(errors='replace')} …")


def _answers_a_visitor(line: bytes) -> bool:
    """Whether a traced call writes to a visitor's own connection, where the session's id belongs."""
    return b"<TCP" in line[:80]


def _core_files() -> list[str]:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    folder = os.path.dirname(pattern) if pattern.startswith("/") else str(ROOT)
    return glob.glob(os.path.join(folder, "core*"))


def prove(
    visits: tuple[Visit, ...] = EVERYTHING,
    how: tuple[str, ...] = (),
    stop: signal.Signals = signal.SIGTERM,
    *,
    memory: bool = True,
) -> Report:
    """Run one bot through `visits`, stop it while it answers, and search. Raises NotStarted."""
    cores = set(_core_files())
    desk = tempfile.TemporaryDirectory(prefix="desk-")
    bot = TracedBot(how, desk_environment(Path(desk.name)))
    report = Report("strace, every write of every process" if bot.strace else "audit events (no strace here)")
    canaries = Canaries(secrets.randbits(64))
    visitor = Visitor(bot, canaries)
    try:
        for visit in visits:
            visit(visitor)
        if memory:
            bot.grow_old()  # whatever was not ended
            for session in canaries.sessions:
                assert visitor.say(session, "hej").status_code == 404
            visitor.hang_up()
            told = {needle: kind for needle, kind in canaries.needles.items() if kind not in OF_A_CONNECTION}
            _search(report, told, bot.remember(), "what the process can still reach", report.is_lone_word)
        interrupted(visitor, lambda: bot.signal(stop))
        bot.wait()
    finally:
        bot.end()
    report.requests, report.canaries = visitor.requests, len(canaries.needles)
    report.found += visitor.echoes
    words = {needle: kind for needle, kind in canaries.needles.items() if kind not in OVER_A_CONNECTION}

    if bot.strace:
        trace, place = bot.after_start(), "all that was written: files, pipes, sockets"
        own = str(bot.memory).encode()
        _search(report, words, trace, place, lambda line: own in line[:200])
        ids = {needle: kind for needle, kind in canaries.needles.items() if needle not in words}
        _search(report, ids, trace, "the same, for ids and words to a person, outside of answers", _answers_a_visitor)
    _search(report, canaries.needles, bot.output, "stdout and stderr", lambda _: False)
    left = {Path(each) for each in glob.glob(f"{bot.temporary}/**", recursive=True, include_hidden=True)}
    left |= {Path(each) for each in set(_core_files()) - cores}
    left |= {ROOT / path for path in bot.written_files()}
    gone = 0
    for path in sorted(left):
        if path.is_file():
            _search(report, canaries.needles, path, f"file {path}", lambda _: False)
        else:
            gone += not path.exists()
    report.searched[f"{gone} files that it wrote and removed (their content stands in the trace)"] = 0
    report.connections_away = bot.connections_away()
    bot.clean()
    desk.cleanup()
    return report
