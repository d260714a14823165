"""The front door: reads the command line, runs one command, and gives its exit code.

A refusal is one sentence on stderr and its exit code; anything else that goes wrong is a bug, with its traceback.
"""

import argparse
import os
import sys
import time
import traceback
from collections.abc import Sequence

from pipeline.commands import COMMANDS
from pipeline.errors import Refusal
from pipeline.progress import report, told

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DVC_NO_ANALYTICS": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
"""What the libraries must be told before they are imported."""


def parser() -> argparse.ArgumentParser:
    """Give the whole command line."""
    whole = argparse.ArgumentParser(
        prog="forewarn",
        description="Early warning of customer loss: who is about to leave, how sure, and why.",
    )
    rooms = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        room = rooms.add_parser(command.name, help=command.summary, description=command.summary)
        room.set_defaults(act=command.act)
        for option in command.options:
            room.add_argument(*option.names, **option.words)
    return whole


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    asked = _asked(words)
    began = time.perf_counter()
    try:
        with told():
            code = asked.act(asked) or 0
    except Refusal as refusal:
        sentence = _harmless(str(refusal))
        _ended(asked, began, refusal.exit_code, sentence)
        print(f"forewarn: {sentence}", file=sys.stderr)
        return refusal.exit_code
    except KeyboardInterrupt:
        print("forewarn: stopped.", file=sys.stderr)
        return 130
    except Exception:
        _ended(asked, began, 1, "")
        traceback.print_exc()
        return 1
    _ended(asked, began, code, "")
    return code


def _harmless(text: str) -> str:
    """Give a refusal that a terminal or a log can only show: what it quotes may come from others."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; words that stand behind an option belong to those before it."""
    whole = parser()
    asked, rest = whole.parse_known_args(words)
    if rest and (not hasattr(asked, "words") or any(word.startswith("-") for word in rest)):
        whole.error(f"unrecognized arguments: {' '.join(rest)}")
    asked.words = [*getattr(asked, "words", []), *rest]
    return asked


def _ended(asked: argparse.Namespace, began: float, code: int, sentence: str) -> None:
    seconds = time.perf_counter() - began
    stage = "-".join(filter(None, [asked.command, getattr(asked, "family", None)]))
    report(kind="stage", stage=stage, seconds=seconds, code=code, sentence=sentence)
