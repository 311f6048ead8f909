"""The Swedish subword vocabulary: Unigram pieces over lower-cased NFKC text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from nlu.encoder.pairs import Corpora, frequent_words
from nlu.encoder.recipe import recipe
from nlu.swedish import fold

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def _texts(corpora: Corpora, folder: Path) -> Iterator[str]:
    rng = random.Random(recipe()["seed"])
    for pairs in (corpora.general, corpora.words, corpora.field * 3, corpora.field_words * 3):
        for swedish, _ in pairs:
            yield swedish
            # Words without å, ä and ö get pieces of their own.
            if rng.random() < recipe()["tokenizer"]["folded_share"]:
                yield fold(swedish)
    # The common words of spoken Swedish, by the logarithm of their counts.
    for word, count in frequent_words(folder).items():
        yield " ".join([word] * max(1, count.bit_length() - 6))


def train_tokenizer(corpora: Corpora, folder: Path) -> Tokenizer:
    """Train a Unigram tokenizer on the Swedish side of everything."""
    settings = recipe()["tokenizer"]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace("\u200b", ""),
            normalizers.Replace("\u00ad", ""),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation(), pre_tokenizers.Digits(individual_digits=True)]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=settings["vocabulary"],
        special_tokens=SPECIAL,
        unk_token="[UNK]",
        max_piece_length=settings["longest_piece"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(corpora, folder), trainer)
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", cls), ("[SEP]", sep)]
    )
    return tokenizer


def as_transformers(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """Wrap the tokenizer as sentence-transformers loads it."""
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=256,
        clean_up_tokenization_spaces=False,
    )
