"""Runs a process so that every place it writes to and every connection it makes is known."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.yaml_file import ROOT
from tests.conftest import free_port

_CALLS = """open openat openat2 creat connect write pwrite64 writev pwritev pwritev2 sendto sendmsg sendmmsg sendfile
splice copy_file_range rename renameat renameat2 link linkat symlink symlinkat mkdir mkdirat mknod mknodat setxattr
execve memfd_create mmap""".split()
_QUICKLY = ("-f", "--seccomp-bpf")
_LOCAL = re.compile(rb'sa_family=AF_(?:UNIX|NETLINK|UNSPEC)|inet_addr\("127\.|"::1"|"::ffff:127\.')
_OPENED = re.compile(rb'^\d+ (?:openat2?|open|creat)\((?:AT_FDCWD<[^>]*>, |\d+<[^>]*>, )?"((?:[^"\\]|\\.)*)", ?([^)]*)')
_WRITES = re.compile(rb"O_WRONLY|O_RDWR|O_CREAT|O_APPEND|O_TMPFILE")
_SHARED = re.compile(rb"^\d+ mmap\([^)]*PROT_WRITE[^)]*MAP_SHARED[^)]*, \d+<(/[^>]*)>")


class NotStarted(RuntimeError):
    """The bot ended before it was ready; the message is what it said."""


def strace() -> str | None:
    """Return the path of strace if it exists and may trace here (a container can forbid it)."""
    found = shutil.which("strace")
    works = found and subprocess.run([found, *_QUICKLY, "-o", os.devnull, "true"], capture_output=True).returncode == 0
    return found if works else None


class TracedBot:
    """A bot under strace where that is allowed; else under an audit hook, with its temporary folder of its own."""

    def __init__(self, how: tuple[str, ...] = (), environment: dict[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="privacy-"))
        self.temporary, self.output, self.trace, self.memory = (
            self.folder / name for name in ("tmp", "output", "trace", "memory")
        )
        self.temporary.mkdir()
        self.port = free_port()
        self.strace = strace()
        command = [sys.executable, "-m", "tests.privacy.start", *how]
        if self.strace:
            names = ",".join(f"?{name}" for name in _CALLS)
            command = [
                self.strace,
                *_QUICKLY,
                "-yy",
                "-s",
                "1000000",
                "-e",
                f"trace={names}",
                "-o",
                str(self.trace),
                *command,
            ]
        with self.output.open("w") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ
                | {
                    "PORT": str(self.port),
                    "CHAT_LOG_LEVEL": "DEBUG",
                    "CHAT_RATE_LIMIT": "0",
                    "TMPDIR": str(self.temporary),
                    "PRIVACY_MEMORY": str(self.memory),
                }
                | ({} if self.strace else {"PRIVACY_AUDIT": str(self.trace)})
                | (environment or {}),
            )
        while "Ready:" not in self.output.read_text():
            if self._process.poll() is not None:
                raise NotStarted(self.output.read_text())
            time.sleep(0.2)
        self._before_visits = self.trace.stat().st_size

    @property
    def pid(self) -> int:
        """The bot's own process id."""
        if not self.strace:
            return self._process.pid
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return int(children[0])

    def signal(self, number: int) -> None:
        """Send the bot a signal."""
        os.kill(self.pid, number)

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait()

    def end(self) -> None:
        """End it whatever happened; nothing if it has ended."""
        if self._process.poll() is None:
            self.signal(signal.SIGKILL)
            self.wait()

    def _ask(self, number: int, answer: Path) -> Path:
        answer.unlink(missing_ok=True)
        self.signal(number)
        while not answer.exists():
            if self._process.poll() is not None:
                raise NotStarted(self.output.read_text())
            time.sleep(0.2)
        return answer

    def remember(self) -> Path:
        """Let the bot write all that it can still reach, and return where."""
        return self._ask(signal.SIGUSR1, self.memory)

    def grow_old(self) -> None:
        """Let every session pass its idle time."""
        self._ask(signal.SIGUSR2, self.memory.with_suffix(".old"))

    def clean(self) -> None:
        """Remove what the trace left."""
        shutil.rmtree(self.folder)

    # ------------------------------------------------------------ what the trace tells

    def _lines(self) -> Iterator[bytes]:
        with self.trace.open("rb") as trace:
            yield from trace

    def written_files(self) -> set[str]:
        """Return the paths of all files opened for writing, mapped for writing, or made."""
        paths = set()
        for line in self._lines():
            if b" = -1 E" in line[-80:]:
                continue
            opened = _OPENED.match(line)
            if opened and (_WRITES.search(opened[2]) or b" creat(" in line[:20]):
                paths.add(opened[1].decode())
            elif shared := _SHARED.match(line):
                paths.add(shared[1].decode())
        return {path for path in paths if path != os.devnull and not path.startswith(str(self.memory))}

    def connections_away(self) -> list[str]:
        """Return calls that connect or send to an address outside of this machine."""
        away = []
        for line in self._lines():
            call = line.split(b"(", 1)[0].split()[-1:]
            goes_out = call and call[0] in (b"connect", b"sendto", b"sendmsg", b"sendmmsg") and b"sa_family" in line
            if goes_out and not _LOCAL.search(line):
                away.append(line.decode(errors="replace").strip()[:200])
        return away

    def after_start(self) -> Path:
        """Return the part of the trace since the first visit could come: every byte written anywhere."""
        part = self.folder / "trace-since-ready"
        with self.trace.open("rb") as whole, part.open("wb") as kept:
            whole.seek(self._before_visits)
            shutil.copyfileobj(whole, kept)
        return part
