"""What is printed past Python, by compiled code, does not reach the standard output."""

import subprocess
import sys

PRINTS = """
import ctypes
from pipeline.terminal import muted
printf = ctypes.CDLL(None).printf
print("before")
with muted():
    printf(b"noise\\n")
printf(b"heard\\n")
print("after")
"""


def test_only_what_compiled_code_prints_meanwhile_is_kept_off():
    run = subprocess.run([sys.executable, "-c", PRINTS], capture_output=True, text=True, check=True)
    assert sorted(run.stdout.split()) == ["after", "before", "heard"]


def test_a_closed_output_is_no_error():
    code = "import os; os.close(1); from pipeline.terminal import muted\nwith muted(): pass"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; sys.stdout = None"], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
