"""What was written is read as it was, or refused."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import BadRecords
from pipeline.frames import (
    read_sealed,
    read_sealed_arrow,
    to_arrow,
    write_parquet,
    write_sealed,
    write_sealed_parquet,
)

ROWS = to_arrow(
    pd.DataFrame(
        {
            "customer_id": ["C1", "C2"],
            "as_of": pd.to_datetime(["2024-01-31", "2024-02-29"]),
            "label": [1, None],
        }
    )
)


def test_no_damaged_byte_of_a_sealed_table_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "cohort.parquet"
    write_sealed_parquet(path, ROWS)
    assert read_sealed_arrow(path, made_by="forewarn label").equals(ROWS)
    sound, refused = path.read_bytes(), 0
    for place in range(len(sound)):
        spoiled = bytearray(sound)
        spoiled[place] ^= 1 << place % 8
        path.write_bytes(spoiled)
        try:
            assert read_sealed_arrow(path, made_by="forewarn label").equals(ROWS)
        except BadRecords as refusal:
            refused += "forewarn label" in str(refusal)
    assert refused > len(sound) // 2


def test_no_damaged_byte_of_sealed_json_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    told = {"method": "sigmoid", "values": {"a": [1.25], "b": [-0.5]}, "rows": 120}
    write_sealed(path, told)
    assert read_sealed(path, made_by="forewarn calibrate") == told
    sound = path.read_bytes()
    for place in range(len(sound)):
        spoiled = bytearray(sound)
        spoiled[place] ^= 1 << place % 8
        path.write_bytes(spoiled)
        try:
            assert read_sealed(path, made_by="forewarn calibrate") == told
        except BadRecords:
            continue


def test_sealed_json_is_read_as_the_bytes_that_were_written_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    write_sealed(path, {"method": "sigmoid"})
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))  # the same content, under another digest
    with pytest.raises(BadRecords, match="not as it was written"):
        read_sealed(path, made_by="forewarn calibrate")


def test_a_sealed_table_without_its_seal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cohort.parquet"
    write_parquet(path, ROWS)
    with pytest.raises(BadRecords, match="not as it was written; make it again with 'forewarn label'"):
        read_sealed_arrow(path, made_by="forewarn label")
