"""No picture of the process's memory may reach the disk: it would hold the message of that moment."""

from __future__ import annotations

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4  # prctl(2)


def keep_memory_off_disk() -> None:
    """Forbid core files; on Linux also those that are piped to a program, and other users' debuggers."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)
