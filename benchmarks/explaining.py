"""How fast is everybody explained? `python -m benchmarks.explaining`; `make bench-causes` has these figures too.

LightGBM of 300 trees with 31 leaves and a forest of 300 trees of depth 8, fitted on seeded customers with 120
features. Each way explains the same customers in turn, three times (once where they are more than 10,000); a ratio
is that of one round, and the median of the rounds is told. Ours is the whole of ``contributions``: the trees read,
the values, the sample held against the family's library, the closing. shap's TreeExplainer on LightGBM calls
LightGBM's ``pred_contrib``, which is timed alone at the smallest size. shap's forest is slow: it is timed on 500
customers and its time at more taken in proportion, without the time that building the explainer takes.
``woodelf_explainer`` is timed where it is installed.

Then 100,000 customers, the workshop's with noise, are explained by each family of the workshop in a process of its
own, as ``forewarn score`` would: from the start of Python to the score table with its reasons.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from functools import cache
from io import StringIO
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from benchmarks.features import measuring
from benchmarks.results import ROOT, Figure, at_least, at_most, publish, show, told
from models import families
from models.boosted import Boosted
from models.families import FAMILIES
from models.forest import Forest
from models.treeshap import AGREE
from pipeline.paths import Paths

FEATURES = 120
SIZES = (1_000, 10_000, 50_000)
ROUNDS, LONG = 3, 10_000
BY_SHAP = 500
"""Customers on which shap's forest is timed."""
SETTINGS = {
    "boosted": {"trees": 300, "leaves": 31, "rate": 0.05, "leaf": 20, "l2": 1.0, "rows": 0.8, "columns": 0.5},
    "forest": {"trees": 300, "depth": 8, "leaf": 20, "columns": 0.1, "rows": 0.3},
}
BARS = {("boosted", 10_000): 3, ("boosted", 50_000): 5, ("forest", 10_000): 4, ("forest", 50_000): 4}
MANY = 100_000
SECONDS, GIGABYTES = 60, 3
NAMES = {"boosted": "LightGBM 300 x 31 leaves", "forest": "forest 300 x depth 8"}


def company(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Amounts, counts and days, one in ten of them unknown; twenty of the features tell who leaves."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, FEATURES))
    odds = values[:, 0] + values[:, 1] * values[:, 2] + 0.3 * values[:, 3:20].sum(axis=1) - 1
    values[:, 40:80] = np.floor(np.exp(values[:, 40:80]))
    values[:, 80:] = np.round(30 * np.abs(values[:, 80:]))
    values[rng.random(values.shape) < 0.1] = np.nan
    X = pd.DataFrame(values, columns=[f"f{i:03d}" for i in range(FEATURES)])
    return X, (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(np.int64)


@cache
def fitted(family: str) -> families.Model:
    return families.fit(family, *company(20_000, 1), SETTINGS[family], seed=1, threads=2)


def _shap(model: families.Model) -> Callable[[np.ndarray], np.ndarray]:
    """What shap.TreeExplainer gives, its explainer built beforehand."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap
    if isinstance(model, Forest):
        forest = shap.TreeExplainer(model.forest, feature_perturbation="tree_path_dependent")
        return lambda X: forest.shap_values(X, check_additivity=False)[:, :, 1]
    assert isinstance(model, Boosted)
    boosted = shap.TreeExplainer(model._boosters()[0], feature_perturbation="tree_path_dependent")

    def by_tree_explainer(X: np.ndarray) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # shap tells that LightGBM's output is a list no more
            return np.asarray(boosted.shap_values(X))

    return by_tree_explainer


def _woodelf(model: families.Model) -> Callable[[np.ndarray], np.ndarray]:
    """What woodelf_explainer gives, from the model to the values; a forest's turned to the class of leavers."""
    from woodelf import WoodelfExplainer

    learned = model.forest if isinstance(model, Forest) else model._boosters()[0]
    sign = -1.0 if isinstance(model, Forest) else 1.0

    def by_woodelf(X: np.ndarray) -> np.ndarray:
        frame = pd.DataFrame(X, columns=list(model.features))
        with warnings.catch_warnings(), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            values = WoodelfExplainer(learned).shap_values(frame, verbose=False)
        return sign * np.asarray(values)

    return by_woodelf


def ways(family: str) -> dict[str, Callable[[pd.DataFrame], np.ndarray]]:
    model = fitted(family)
    shap = _shap(model)
    found = {"ours": lambda X: model.contributions(X)[0], "shap": lambda X: shap(X.to_numpy())}
    if isinstance(model, Boosted):
        booster = model._boosters()[0]
        found["pred_contrib"] = lambda X: booster.predict(X.to_numpy(), pred_contrib=True)[:, :-1]
    if importlib.util.find_spec("woodelf") is not None:
        woodelf = _woodelf(model)
        found["woodelf"] = lambda X: woodelf(X.to_numpy())
    return found


def speed(family: str, sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Time every way at every size, and tell how far the values are apart."""
    explain, apart = ways(family), 0.0
    explain["ours"](company(10, 3)[0])
    for size in sizes:
        X = company(size, 2)[0]
        seconds: dict[str, list[float]] = {}
        for _ in range(ROUNDS if size <= LONG else 1):
            values = {}
            for name, way in explain.items():
                if name == "pred_contrib" and size > min(sizes):
                    continue
                part = X.iloc[:BY_SHAP] if (family, name) == ("forest", "shap") else X
                began = time.perf_counter()
                values[name] = way(part)
                taken = (time.perf_counter() - began) * size / len(part)
                seconds.setdefault(name, []).append(taken)
        called = f"{NAMES[family]}, {size:,} customers"
        apart = max(apart, float(np.abs(values["ours"][: len(values["shap"])] - values["shap"]).max()))
        for name, each in seconds.items():
            scaled = f", from {BY_SHAP}" if (family, name) == ("forest", "shap") else ""
            yield told(f"{called}: seconds, {name}{scaled}", median(each))
        for name in seconds:
            if name == "ours":
                continue
            ratio = median(theirs / ours for theirs, ours in zip(seconds[name], seconds["ours"], strict=True))
            what = f"{called}: times as fast as {name}"
            yield at_least(what, ratio, BARS.get((family, size), 1)) if name == "shap" else told(what, ratio)
        if "woodelf" in values:
            off = float(np.abs(values["ours"] - values["woodelf"]).max())
            yield told(f"{called}: largest difference from woodelf", off)
    yield at_most(f"{NAMES[family]}: largest difference from shap", apart, AGREE)


COLD = """
import sys, time
from pathlib import Path
import numpy as np
import warnings; warnings.simplefilter("ignore")
from models import families
family, folder, way = sys.argv[1:]
model = families.load(family, {path.name: path.read_bytes() for path in Path(folder, family).iterdir()})
X = np.load(Path(folder, "X.npy"))
import pandas as pd
X = pd.DataFrame(X, columns=list(model.features))
began = time.perf_counter()
if way == "shap":
    import shap
    learned = model.forest if family == "forest" else model._boosters()[0]
    shap.TreeExplainer(learned, feature_perturbation="tree_path_dependent").shap_values(X.to_numpy())
else:
    model.contributions(X)
print(time.perf_counter() - began)
"""


def cold(size: int = 1_000) -> Iterator[Figure]:
    """Time the first explanation of a process, imports and compiled loops among it, and the first ever."""
    with tempfile.TemporaryDirectory(prefix="forewarn-explaining-") as name:
        folder = Path(name)
        np.save(folder / "X.npy", company(size, 2)[0].to_numpy())
        for family in SETTINGS:
            (folder / family).mkdir()
            for file, content in fitted(family).to_files().items():
                (folder / family / file).write_bytes(content)
            ours = median(_cold(family, folder, "ours") for _ in range(ROUNDS))
            called = f"{NAMES[family]}, {size:,} customers, first of a process"
            yield told(f"{called}: seconds, ours", ours)
            yield at_least(f"{called}: times as fast as shap", _cold(family, folder, "shap") / ours, 1)
        fresh = {"NUMBA_CACHE_DIR": str(folder / "compiled")}
        yield told(f"{called}: seconds where nothing is compiled yet", _cold("forest", folder, "ours", fresh))


def _cold(family: str, folder: Path, way: str, environment: dict[str, str] | None = None) -> float:
    said = subprocess.run(
        [sys.executable, "-c", COLD, family, str(folder), way],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(said.stdout.split()[-1])


def everybody() -> Iterator[Figure]:
    """Explain many customers by each family of the workshop, in a process of its own."""
    for family in FAMILIES:
        cost = measuring.run(["benchmarks.explaining", "--everybody", family])
        called = f"{MANY:,} customers of the workshop, {family}"
        yield at_most(f"{called}: seconds", cost.seconds, SECONDS)
        yield at_most(f"{called}: peak memory, GB", cost.gigabytes, GIGABYTES)


def explained(family: str, dataset: str = "workshop") -> None:
    """Make the score table of ``MANY`` customers: those of the last test date, again and again, with noise."""
    from pipeline import params, serving, store, usual
    from pipeline.fitted import load
    from pipeline.reference import everybody as everybody_asked

    paths = Paths(ROOT, dataset)
    declared = store.catalogue(paths)["features"]
    served = load(paths, family, declared)
    cohort = store.cohort(paths)
    day = store.tested(cohort)[-1]
    asked, X = store.of_rows(paths, cohort[cohort["as_of"] == pd.Timestamp(day)])
    rng = np.random.default_rng(4)
    again = rng.integers(0, len(X), MANY)
    values = X.to_numpy(np.float64)[again]
    values += rng.normal(0, 0.05, values.shape) * np.nan_to_num(X.std().to_numpy())
    many = pd.DataFrame(values, columns=X.columns)
    who = asked.iloc[again].reset_index(drop=True)
    kept, past = params.load(paths).explain.reasons, usual.past(paths, day, declared)
    table = serving.rows(served.on(day), who, many, declared, kept, everybody_asked(MANY), past)
    assert table.num_rows == MANY


def figures(families_: tuple[str, ...] = tuple(SETTINGS), sizes: tuple[int, ...] = SIZES) -> Iterator[Figure]:
    """Give the figures of speed, memory and agreement."""
    for family in families_:
        yield from speed(family, sizes)
    yield from cold()
    yield from everybody()


def main() -> int:
    """Measure all, or the part that is asked for, which is shown and not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explaining", description=__doc__)
    parser.add_argument("--everybody", choices=FAMILIES, help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=(*SETTINGS, "cold", "everybody"), help="one part")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many customers to explain")
    asked = parser.parse_args()
    if asked.everybody:
        explained(asked.everybody)
        return 0
    sizes = tuple(asked.sizes)
    if asked.only in SETTINGS:
        return show("explaining", list(speed(asked.only, sizes)))
    if asked.only is not None:
        return show("explaining", list({"cold": cold, "everybody": everybody}[asked.only]()))
    measured = list(figures(sizes=sizes))
    return publish("explaining", measured) if sizes == SIZES else show("explaining", measured)


if __name__ == "__main__":
    sys.exit(main())
