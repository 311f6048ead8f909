"""`python -m nlu.evaluation.thresholds`: what each threshold of nlu/judgement.py costs, on utterances kept apart.

The classifiers are fitted on nine tenths of the utterances; the tenth whose labels the encoder never learnt is read
with them. No held-out text is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.knowledge import knowledge
from bot.routing import families
from nlu.components.ngrams import new_vectorizer, prepared
from nlu.emergency import ORDER, EmergencyPatterns
from nlu.evaluation.__main__ import encoder_of_config
from nlu.judgement import Thresholds
from nlu.linear import fit_apart
from nlu.onnx_encoder import encode
from nlu.swedish import normalise, read
from nlu.utterances import Utterance, all_utterances, noisy_copies


def unseen_probabilities() -> tuple[list[Utterance], list[str], np.ndarray]:
    """Return the utterances kept apart, the labels, and (utterances, labels) probabilities."""
    clean = all_utterances()
    vectorizer = new_vectorizer((2, 5), (1, 2), 40_000).fit([prepared(each.text) for each in clean])
    every = clean + noisy_copies(clean)
    apart = np.array([each.apart for each in every])
    sparse = vectorizer.transform([prepared(each.text) for each in every]).tocsr()
    dense = encode(encoder_of_config(), [each.text for each in every])
    model = fit_apart(sparse, dense, [each.label for each in every], apart, strength=0.3, own=2.0)
    told = apart & np.array([not each.copy_of for each in every])
    probabilities = model.probabilities(sparse[told], dense[told])
    return [each for each, kept in zip(every, told, strict=True) if kept], model.labels, probabilities


def danger_table(utterances: Sequence[Utterance], labels: list[str], p: np.ndarray) -> list[str]:
    """Return rows of threshold, emergencies found and near misses taken for one: alone, and agreeing with patterns."""
    total = p[:, [labels.index(need) for need in ORDER]].sum(axis=1)
    patterns = EmergencyPatterns()
    clear = np.array([patterns.read(read(normalise(each.text))).level == "clear" for each in utterances])
    urgent = np.array([each.label in ORDER for each in utterances])
    near = np.array([each.tag == "near_miss" and each.label not in ORDER for each in utterances])
    calm = ~urgent & ~near
    lines = [f"| p | emergencies ({urgent.sum()}) | near misses ({near.sum()}) | others | with patterns: | | |"]
    lines += ["|---" * 7 + "|"]
    for threshold in (0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8):
        alone = total >= threshold
        groups = (urgent, near, calm)
        cells = [f"{alone[group].mean():.3f}" for group in groups]
        cells += [f"{(alone | (clear & (total >= 0.08)))[group].mean():.3f}" for group in groups]
        lines.append(f"| {threshold} | " + " | ".join(cells) + " |")
    return lines


def sure_table(utterances: Sequence[Utterance], labels: list[str], p: np.ndarray) -> list[str]:
    """Return rows of threshold, share acted on, share right of those, and of all, and arrived within one click.

    Within one click counts three buttons where it does not act, two where it acts without being certain.
    """
    family = families(knowledge())
    order = np.argsort(-p, axis=1)
    lines = ["| sure | acted on | right of those | right of all | right or within one click |", "|---" * 5 + "|"]
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7):
        acted, right, arrived = [], [], []
        for row, probabilities, each in zip(order, p, utterances, strict=True):
            first = labels[row[0]]
            kin = family.get(first, frozenset((first,)))
            acts = sum(probabilities[labels.index(label)] for label in kin if label in labels) >= threshold
            acted.append(acts)
            if acts:
                right.append(each.label == first)
            offered = 1 if acts and probabilities[row[0]] >= Thresholds.certain else 3
            arrived.append(each.label in [labels[i] for i in row[:offered]])
        cells = [
            f"{value:.3f}" for value in (np.mean(acted), np.mean(right), sum(right) / len(acted), np.mean(arrived))
        ]
        lines.append(f"| {threshold} | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    """Print both tables."""
    utterances, labels, p = unseen_probabilities()
    print(f"{len(utterances)} utterances kept apart\n")
    print("\n".join(danger_table(utterances, labels, p)), "\n", "\n".join(sure_table(utterances, labels, p)), sep="\n")


if __name__ == "__main__":
    main()
