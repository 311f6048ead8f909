"""Train the encoder: `python -m nlu.encoder CORPORA [--last-phase PHASE] [--out FOLDER]`.

Goes on where it stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from nlu.encoder import bag, distil
from nlu.encoder.export import export
from nlu.encoder.pairs import load_corpora
from nlu.encoder.recipe import MODEL, WORK, recipe
from nlu.encoder.teacher import teacher_embeddings
from nlu.encoder.tokenizer import train_tokenizer


def main() -> None:
    """Run every step that has no result yet, then export."""
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder", description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--last-phase", choices=list(recipe()["phases"]), default=list(recipe()["phases"])[-1])
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    if not arguments.corpora.is_dir():
        parser.error(f"{arguments.corpora} is not a folder; give the one with the par_ and lex_ files")
    WORK.mkdir(exist_ok=True)

    corpora = load_corpora(arguments.corpora)
    general = corpora.general + corpora.words
    field = corpora.field + corpora.field_words
    english = teacher_embeddings([text for _, text in general], "general")
    english |= teacher_embeddings([text for _, text in field], "field")
    english |= teacher_embeddings([text for _, text in corpora.joined], "joined")

    made = WORK / "tokenizer.json"
    if not made.exists():
        train_tokenizer(corpora, arguments.corpora).save(str(made))
    tokenizer = Tokenizer.from_file(str(made))
    if not bag.BAG.exists():
        np.save(bag.BAG, bag.train_bag(tokenizer, general + field * 2, english))

    body = distil.new_student(tokenizer, np.load(bag.BAG))
    for phase in recipe()["phases"]:
        done = distil.checkpoint(phase)
        if done.exists():
            body.load_state_dict(torch.load(done))
        else:
            distil.run_phase(body, tokenizer, corpora, english, phase)
            torch.save(body.state_dict(), done)
        if phase == arguments.last_phase:
            break
    export(body, tokenizer, arguments.out)
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
