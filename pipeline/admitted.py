"""What a release bundle may hold, before anything in it is read: plain names, few files, bounded sizes."""

import re
from collections.abc import Mapping

from pipeline.errors import GateClosed

FILES_MOST, BYTES_MOST = 200, 256 * 2**20
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,5}")
"""A name of a file in a bundle: relative, plain, and without a part that is hidden or leads upwards."""


def demand_names(sizes: Mapping[str, int]) -> None:
    """Refuse names that leave the folder, and more files or bytes than a model can have."""
    for name in sizes:
        if not NAME.fullmatch(name):
            raise refused(f"it holds a file of the name {name[:200]!r}")
    if len(sizes) > FILES_MOST or sum(sizes.values()) > BYTES_MOST:
        raise refused(
            f"it holds {len(sizes):,} files of {sum(sizes.values()):,} bytes, "
            f"and at most {FILES_MOST} of {BYTES_MOST:,} are read"
        )


def refused(why: str) -> GateClosed:
    """Give the refusal of a bundle; ``why`` names what differs."""
    return GateClosed(
        f"The released model was refused: {why}; promote a model again with 'forewarn promote', "
        "or go back to the one before with 'forewarn rollback'."
    )
