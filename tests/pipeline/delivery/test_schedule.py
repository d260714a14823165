"""Ten attempts over three days, a little apart from each other, and later where the receiver asks for it."""

import pytest

from pipeline.delivery.schedule import ATTEMPTS, DELAYS, JITTER, LONGEST, delay, retry_after

DAY = 86_400


def test_ten_attempts_span_three_days() -> None:
    assert ATTEMPTS == 10
    # 0 + 5 s + 5 min + 30 min + 2 h + 5 h + 10 h + 14 h + 20 h + 24 h = 75 h 35 min 5 s
    assert sum(DELAYS) == 75 * 3600 + 35 * 60 + 5
    assert 3 * DAY < sum(DELAYS) < 3.2 * DAY


@pytest.mark.parametrize("attempts", range(1, ATTEMPTS))
def test_each_delay_is_the_specified_one_give_or_take_a_fifth(attempts: int) -> None:
    drawn = [delay(f"msg_{i}", attempts) for i in range(200)]
    base = DELAYS[attempts]
    assert base * (1 - JITTER) <= min(drawn) < base * 0.85
    assert base * 1.15 < max(drawn) <= base * (1 + JITTER)


def test_the_same_message_waits_the_same_time_whoever_computes_it() -> None:
    assert delay("msg_1", 3) == delay("msg_1", 3) != delay("msg_2", 3)


def test_a_receiver_may_ask_for_more_time_but_not_for_less_nor_for_ever() -> None:
    assert delay("msg_1", 1, 600.0) == 600
    assert delay("msg_1", 9, 1.0) == delay("msg_1", 9)
    assert delay("msg_1", 1, 1e9) == LONGEST == DAY


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("999999999999999999999999", LONGEST),
        ("Tue, 14 Nov 2023 22:13:50 GMT", 30.0),  # 1,700,000,000 is 22:13:20
        ("Tuesday, 14-Nov-23 22:13:50 GMT", 30.0),  # RFC 850
        ("Tue Nov 14 22:13:50 2023", 30.0),  # asctime
        ("Tue, 14 Nov 2023 22:13:00 GMT", 0.0),  # over
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),  # digits, but none of RFC 9110's
        ("", None),
        (None, None),
        ("Tue, 99 Nov 99999 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_of_its_forms(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, 1_700_000_000.0) == seconds
