"""What the models cannot do with the data that they were given."""


class TooLittle(ValueError):
    """There is too little data to fit, tune, calibrate or split; the message says what was found and
    wanted.
    """


class Disagreement(ValueError):
    """Two ways to compute the same explanation differ by more than rounding."""
