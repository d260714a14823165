"""Words in figures: how wide they are and how much of them is shown.

Names come from records, in any script. Figures set them as plain text, so that no formula is read into them, and a
glyph that the measuring font lacks is left to the reader's own.
"""

from __future__ import annotations

import unicodedata

LETTERS = 26
"""So many letters of a name are shown."""


def short(name: str, letters: int = LETTERS) -> str:
    """The name, or as much of it as there is room for, with an ellipsis."""
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def width(label: str) -> float:
    """Letters that a label is wide; a Chinese one counts as nearly two."""
    return sum(1.8 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in label)
