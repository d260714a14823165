"""What counts as wrong when a call fails: also an end that only a bug has."""

from pathlib import Path

import pytest

from benchmarks.job import traced
from benchmarks.job.failing import Tally
from benchmarks.job.traced import Case
from pipeline.errors import CannotWrite, Locked


@pytest.mark.parametrize(
    ("code", "told", "broken"),
    [
        (CannotWrite.exit_code, "forewarn: Cannot write 'x'.", 0),
        (Locked.exit_code, "forewarn: Another run holds the lock.", 0),
        (0, "", 0),
        (1, "Traceback (most recent call last):\nOSError: [Errno 28]", 1),
        (1, "", 1),
        (0, "Traceback (most recent call last):\nOSError: [Errno 28]", 1),
        (-9, "", 1),
    ],
)
def test_an_end_that_no_refusal_has_is_counted(code: int, told: str, broken: int) -> None:
    tally = Tally()
    tally.judge(code, told, 2, (1, 2))
    assert (tally.failures, tally.mixed, tally.broken) == (1, 0, broken)
    assert any(figure.holds is False for figure in tally.figures("x", 1)) == bool(broken)


def test_what_a_command_says_on_stderr_is_kept(tmp_path: Path) -> None:
    case = Case(
        base=tmp_path / "base",
        words=lambda _: ("-c", "raise OSError('no room')"),
        begins="",
        seen=lambda _: None,
        left=lambda _: None,
    )
    code = case.run(tmp_path)
    assert traced.broken(code, case.told.read_text("utf-8"))
    assert "no room" in case.told.read_text("utf-8")
