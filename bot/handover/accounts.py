"""Local accounts for a single machine: `python -m bot.handover.accounts add NAME`. Only argon2 hashes are kept.

The file is CHAT_ACCOUNTS, else ~/.config/stod-chatt/accounts.json; without one nobody can log in with a password.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_SHORTEST = 12  # characters
_NAME = re.compile(r"[\w.-]{1,40}")
_USAGE = "python -m bot.handover.accounts add NAME | remove NAME | list"


def path() -> Path:
    """Return where the accounts lie."""
    return Path(os.environ.get("CHAT_ACCOUNTS") or Path.home() / ".config" / "stod-chatt" / "accounts.json")


def read() -> dict[str, str]:
    """Return the hash for each name; none where there is no file."""
    try:
        return {str(name): str(hash_) for name, hash_ in json.loads(path().read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        return {}


def _write(accounts: dict[str, str]) -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    new = path().with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(accounts, file, indent=1)
    new.replace(path())


@cache
def _nobody() -> str:
    """A hash that no password fits: an unknown name takes as long as a known one."""
    return PasswordHasher().hash(os.urandom(16))


def fits(name: str, password: str) -> bool:
    """Whether this is the account's password. Takes a while: call it in a thread."""
    hash_ = read().get(name)
    try:
        return PasswordHasher().verify(hash_ or _nobody(), password) and hash_ is not None
    except (VerificationError, InvalidHashError):
        return False


def add(name: str, password: str) -> None:
    """Keep the account's hash, new or anew. Raises ValueError with what is wrong."""
    if not _NAME.fullmatch(name):
        raise ValueError("The name may have letters, digits, dots and hyphens, at most 40.")
    if len(password) < _SHORTEST:
        raise ValueError(f"The password must have at least {_SHORTEST} characters.")
    _write({**read(), name: PasswordHasher().hash(password)})


def remove(name: str) -> None:
    """Forget the account. Raises ValueError if there is none."""
    accounts = read()
    if name not in accounts:
        raise ValueError(f"There is no account {name}.")
    del accounts[name]
    _write(accounts)


def main(arguments: list[str]) -> None:
    """Run the command."""
    try:
        match arguments:
            case ["add", name]:
                password = getpass.getpass("Password: ")
                if sys.stdin.isatty() and getpass.getpass("Again: ") != password:
                    raise ValueError("The two were not the same.")
                add(name, password)
                print(f"{name} can log in. Accounts lie in {path()}")
            case ["remove", name]:
                remove(name)
            case ["list"]:
                print("\n".join(sorted(read())))
            case _:
                sys.exit(_USAGE)
    except ValueError as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
