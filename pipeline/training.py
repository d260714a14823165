"""What a training is, as MLflow is told of it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline import digests, tracking
from pipeline.frames import json_text, sealed
from pipeline.params import Params
from pipeline.paths import Paths


def training_of(params: Params, paths: Paths) -> tracking.Training:
    """Give what names a training: the store and the settings it is made from."""
    return tracking.Training(paths.dataset, digests.of_store(paths), digests.of_training(params))


def told(
    about: Mapping[str, Any], files: Mapping[str, bytes], trials: pd.DataFrame, seconds: float
) -> tracking.Fitted:
    """Give a fitted family as MLflow is told of it."""
    content = {"family.json": json_text(sealed(about)).encode(), **files}
    return tracking.Fitted(
        family=about["family"],
        model_hash=digests.of_bytes(content["family.json"]),
        files=content,
        params={**about["params"], "rows": about["rows"], "features": len(about["features"])},
        metrics={"folds/log_loss": about["value"]},
        texts={"trials.csv": trials.to_csv(index=False)},
        seconds=seconds,
    )
