"""`python -m nlu.mask`: JSON lines `{"text"}` in, `{"masked", "spans"}` out; exactly the masking of the chat."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from nlu.mask import mask


def main() -> None:
    """Mask each line of standard input. A line that cannot be read stops with its number."""
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            sys.exit(f'line {number}: expected {{"text": "…"}}')
        masked, spans = mask(text)
        print(json.dumps({"masked": masked, "spans": [asdict(span) for span in spans]}, ensure_ascii=False))


if __name__ == "__main__":
    main()
