"""What can go wrong and whose move it is: each refusal is one sentence and one exit code.

A traceback means a bug (exit 1). Everything that a user, a dataset or a machine can cause ends here.
"""


class Refusal(Exception):
    """A run that stops for a reason its user can mend.

    The message is one sentence: what was found, what was wanted, what to do.
    """

    exit_code = 1


class Usage(Refusal):
    """The command was called in a way that it does not understand."""

    exit_code = 2


class BadConfig(Refusal):
    """``params.yaml`` or ``dataset.yaml`` is wrong."""

    exit_code = 10


class BadRecords(Refusal):
    """Records break their contract beyond what may be rejected."""

    exit_code = 11


class MissingInput(Refusal):
    """An input is missing; the message names the command that makes it."""

    exit_code = 12


class TooLittleData(Refusal):
    """There is too little data to fit, calibrate or certify."""

    exit_code = 13


class GateClosed(Refusal):
    """A gate did not hold; the message says which."""

    exit_code = 14


class CannotWrite(GateClosed):
    """An output could not be published: a read-only or full disk, or MLflow away. What was there stays."""


class Locked(Refusal):
    """Another run holds the lock."""

    exit_code = 15
