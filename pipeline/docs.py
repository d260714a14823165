"""Command `docs`: the reference pages that are written from declarations, so that they cannot disagree."""

import sys
from collections.abc import Callable

from features.catalogue import CATALOGUE
from features.contract import contract_markdown
from features.dictionary import dictionary
from pipeline.frames import write_text
from pipeline.paths import root

PAGES: dict[str, Callable[[], str]] = {
    "features/DICTIONARY.md": lambda: dictionary(CATALOGUE),
    "docs/reference/contract.md": contract_markdown,
}


def run(check: bool) -> int:
    """Write every page that is out of date; with ``check``, only say which are, and give 1 if any is."""
    stale = []
    for name, write in PAGES.items():
        path = root() / name
        text = write()
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                write_text(path, text)
                print(f"{name}: written")
    if check and stale:
        print(f"Out of date: {', '.join(stale)}; write them with 'make docs'.", file=sys.stderr)
    return 1 if check and stale else 0
