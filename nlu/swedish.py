"""Swedish text as the components read it: normalised, tokenised by spaCy, folded, with lemmas."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import simplemma
import spacy
from spacy.language import Language
from spacy.tokens import Doc

_INVISIBLE = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_FOLD = str.maketrans("åäöéèüáàæø", "aaoeeuaaao")
# Letters of other scripts that look like Latin ones; only read so inside a word that is otherwise Latin.
_LOOKALIKES = str.maketrans("аеорсухіԁҺոѕ", "aeopcyxidhns")
_MIXED = re.compile(r"\w*[a-zA-Z]\w*")
_REPEATED = re.compile(r"(\w)\1{3,}")
LONGEST = 2_000


def normalise(text: str) -> str:
    """Return `text` in NFKC without invisible characters, look-alike letters and endless repetitions."""
    text = unicodedata.normalize("NFKC", text[: LONGEST * 2])
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))[:LONGEST]
    text = _MIXED.sub(lambda match: match[0].translate(_LOOKALIKES), text)
    return _REPEATED.sub(r"\1\1\1", text)


def fold(text: str) -> str:
    """Return `text` in lower case and without å, ä and ö, as many people type."""
    return text.lower().translate(_FOLD)


@cache
def pipeline() -> Language:
    """Return spaCy's Swedish tokenizer."""
    return spacy.blank("sv")


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """Return the base form of one word."""
    return str(simplemma.lemmatize(word, lang="sv")).lower()


def read(text: str) -> Doc:
    """Tokenise normalised `text`; each token's NORM is its folded form."""
    doc = pipeline()(text)
    for token in doc:
        token.norm_ = fold(token.text) or token.text
    return doc
