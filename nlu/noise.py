"""Typing as it happens on a phone: no å ä ö, slips of the finger, joined words."""

from __future__ import annotations

import random

_FOLD = str.maketrans("åäöé", "aaoe")
_BESIDE = {
    "a": "sqå", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk", "k": "jl", "l": "kö", "m": "n", "n": "bm", "o": "ip", "p": "oå", "q": "w", "r": "et",
    "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x", "å": "pa",
    "ä": "öa", "ö": "läo",
}  # fmt: skip


def _slip(text: str, rng: random.Random) -> str:
    """Swap, drop, double or replace one letter inside a word."""
    places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[: at + 1] + text[at:]
    return text[:at] + rng.choice(_BESIDE.get(text[at], text[at])) + text[at + 1 :]


def noisy(text: str, rng: random.Random, *, fold: float, typo: float, join: float) -> str:
    """Return `text`, lower-cased, as someone in a hurry would type it.

    `fold`, `typo` and `join` are the probabilities of each kind of noise.
    """
    text = text.lower()
    if rng.random() < fold:
        text = text.translate(_FOLD)
    if rng.random() < typo:
        for _ in range(1 + len(text) // 60):
            text = _slip(text, rng)
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if len(spaces) > 2 and rng.random() < join:
        at = rng.choice(spaces)
        text = text[:at] + text[at + 1 :]
    return text
