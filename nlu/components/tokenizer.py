"""spaCy's Swedish tokenizer as a Rasa component."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.swedish import lemma, normalise, read


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SwedishTokenizer(Tokenizer):
    """Tokens with lemmas; text is normalised first, so offsets are those of the normalised text."""

    @staticmethod
    def required_packages() -> list[str]:
        """Return what it needs."""
        return ["spacy", "simplemma"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings that Rasa's base class wants."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of the message's text."""
        doc = read(normalise(message.get(attribute) or ""))
        tokens = [Token(t.text, t.idx, lemma=lemma(t.text)) for t in doc if not t.is_space]
        return tokens or [Token("-", 0)]
