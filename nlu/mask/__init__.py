"""Masking of personal data, before the dialogue or anything else sees a message."""

from nlu.mask.masking import Span, mask

__all__ = ["Span", "mask"]
