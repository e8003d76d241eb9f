"""Where graphemes, words and sentences begin and end, and how a selection is grown to them."""

from annotations.text.graphemes import graphemes, snap_to_graphemes
from annotations.text.sentences import sentences
from annotations.text.words import snap_to_words, words

__all__ = ["graphemes", "sentences", "snap_to_graphemes", "snap_to_words", "words"]
