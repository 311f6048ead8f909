"""Where strace may not run: Python's audit events, written in strace's own form so that both are read alike.

Weaker than strace: it sees what Python opens and connects, not what a C library does, and not what is written.
"""

from __future__ import annotations

import os
import sys
from typing import Any


def watch(path: str) -> None:
    """Write each opening for writing, each new name, each connection and each process to `path`, from now on."""
    trace = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(event: str, args: tuple[Any, ...]) -> None:
        line = None
        if event == "open" and isinstance(args[0], str | bytes) and isinstance(args[2], int):
            written = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND)
            line = f'openat(AT_FDCWD</>, "{os.fsdecode(args[0])}", O_WRONLY) = 3' if written else None
        elif event in ("socket.connect", "socket.sendto"):
            host = args[1][0] if isinstance(args[1], tuple) else None
            family = f'sa_family=AF_INET, inet_addr("{host}")' if host else "sa_family=AF_UNIX"
            line = f"connect(3, {{{family}}}) = 0"
        elif event in ("subprocess.Popen", "os.rename", "os.link", "os.symlink", "os.mkdir"):
            line = f"{event}({args[:2]!r})"
        if line:
            os.write(trace, f"{os.getpid()} {line}\n".encode(errors="replace"))

    sys.addaudithook(note)
