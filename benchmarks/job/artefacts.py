"""Malicious release bundles: each is the work of somebody who may write whatever he likes into the registry.

Where it helps the attack, every digest is made to agree again, also the one under which the registry knows the
bundle. What runs code does so by making the file that the environment variable CANARY names.
"""

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.bundle import GOLDEN, INDEX
from pipeline.digests import of_bytes, of_names
from pipeline.fitted import CALIBRATION
from pipeline.frames import json_text

Files = dict[str, bytes]
FAMILY, SHAPE = "family.json", "fitted/churn/shape.json"
BOOSTER = "fitted/churn/booster_00.txt"
SKOPS = "fitted/gone/logistic/weigh.skops"
MODULE = "forewarn_canary"
"""A module that makes the canary when it is imported; whoever asks puts it on the path (``planted``)."""
LIVE = 'import os, pathlib\npathlib.Path(os.environ["CANARY"]).touch()\n'


@dataclass(frozen=True)
class Artefact:
    """One malicious bundle, and the digest under which the registry knows it."""

    name: str
    files: Files
    digest: str


class Bomb:
    """What a pickle runs when it is loaded."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (LIVE,)


def planted(folder: Path) -> None:
    """Put the module of the canary into ``folder``."""
    (folder / f"{MODULE}.py").write_text(LIVE)


def sealed(files: Mapping[str, bytes]) -> Files:
    """Give the bundle with every digest in it made to agree with the files."""
    out = dict(files)
    shapes = [name for name in out if name.endswith("shape.json")]
    for shape in shapes:
        told = _read(out[shape])
        if told is not None and "boosters" in told:
            room = shape.removesuffix("shape.json")
            told["boosters"] = {
                name: of_bytes(out[room + name]) for name in told["boosters"] if room + name in out
            }
            out[shape] = json.dumps(told).encode()
    about, maps, index = _read(out[FAMILY]), _read(out[CALIBRATION]), _read(out[INDEX])
    if about is not None:
        about["files"] = {name: of_bytes(out[name]) for name in out if name.startswith("fitted/")}
        out[FAMILY] = json_text(about).encode()
    if maps is not None:
        maps["fit"] = of_bytes(out[FAMILY])
        out[CALIBRATION] = json_text(maps).encode()
    if index is not None:
        named = {name: of_bytes(out[name]) for name in out if name != INDEX}
        own = {
            name: named[name] for name in named if name.startswith("fitted/") or name in (FAMILY, CALIBRATION)
        }
        index |= {"files": named, "model": of_names(own)}
        out[INDEX] = json_text(index).encode()
    return out


def malicious(files: Mapping[str, bytes]) -> Iterator[Artefact]:
    """Give the malicious versions of a sound bundle of the boosted family."""
    bomb = pickle.dumps(Bomb())
    for name in (SKOPS, BOOSTER, GOLDEN, CALIBRATION, FAMILY, SHAPE, INDEX):
        yield _of(f"a pickle as '{name}'", sealed({**files, name: bomb}))
    loader = f"flavors:\n  python_function:\n    loader_module: {MODULE}\n    code: code\n".encode()
    for name, content in (
        ("model.pkl", bomb),
        ("MLmodel", loader),
        (f"code/{MODULE}.py", LIVE.encode()),
        ("requirements.txt", b"forewarn-canary\n"),
        ("fitted/churn/extra.joblib", bomb),
    ):
        yield _of(f"'{name}' beside the model", {**files, name: content})
        yield _of(f"'{name}' named in the index", sealed({**files, name: content}))
    for name in (
        "../../canary.py",
        "/canary.py",
        "fitted/../../canary.py",
        "fitted\\..\\canary",
        ".bashrc",
        "a" * 300,
    ):
        yield _of(f"a file of the name {name[:30]!r}", sealed({**files, name: LIVE.encode()}))
    yield _of("201 files", sealed({**files, **{f"fitted/{i}": b"" for i in range(201)}}))
    for what, content in _skops():
        yield _of(what, sealed({**files, SKOPS: content}))
    text = files[BOOSTER].decode()
    for what, changed in _texts(text):
        yield _of(f"LightGBM text: {what}", sealed({**files, BOOSTER: changed.encode()}))
    for name, key in (
        (SHAPE, b'"features"'),
        (CALIBRATION, b'"fit"'),
        (INDEX, b'"model"'),
        (FAMILY, b'"family"'),
    ):
        twice = files[name].replace(b"{", b"{" + key + b': "' + b"0" * 64 + b'", ', 1)
        changed = {**files, name: twice}
        yield _of(f"a key twice in '{name}'", changed if name == INDEX else _indexed(changed))
    yield _of("a file nested 100,000 deep", _indexed({**files, GOLDEN: b"[" * 100_000}))
    yield Artefact("another digest in the registry", dict(files), "0" * 64)
    yield _of("a file changed under its digest", {**files, CALIBRATION: files[CALIBRATION] + b" "})
    yield _of("a file that is missing", {name: content for name, content in files.items() if name != GOLDEN})
    yield from (_of(what, _edited(files, name, edit)) for what, name, edit in _edits())


def _edits() -> Iterator[tuple[str, str, Callable[[dict[str, Any]], object]]]:
    yield "another family", FAMILY, lambda told: told.update(family="../../etc")
    yield "another order of features", INDEX, lambda told: told["features"].reverse()
    yield "another unit", INDEX, lambda told: told["features"][0].update(unit="euros of another time")
    yield "other tiers", INDEX, lambda told: told["tiers"].update(high=0.1)
    yield "other answers", GOLDEN, lambda told: told["p_churn"].__setitem__(0, told["p_churn"][0] + 1e-6)
    yield "no golden batch", GOLDEN, lambda told: told.update(values=[])
    yield (
        "a map that falls",
        CALIBRATION,
        lambda told: told["churn"].update(method="sigmoid", values={"a": [-1.0]}),
    )


def _skops() -> Iterator[tuple[str, bytes]]:
    word = _node("JsonNode", "str", content=json.dumps(f"import {MODULE}"), is_json=True)
    words = _node("TupleNode", "tuple", content=[word])
    empty = _node("DictNode", "dict", content={}, key_types=words)
    function = _node("FunctionNode", "exec")
    yield "skops: a function", _archive(function)
    yield "skops: a class of a module that lives", _archive(_node("ObjectNode", "A", MODULE, content=empty))
    yield "skops: a type", _archive(_node("TypeNode", "A", MODULE))
    parts = {"func": function, "args": words, "kwds": empty, "namespace": empty}
    yield "skops: a partial", _archive(_node("PartialNode", "partial", "functools", content=parts))
    reduced = _node("TreeNode", "exec", content=word, __reduce__={"args": words})
    yield "skops: a tree of another class", _archive(reduced)
    yield "skops: an operator", _archive(_node("OperatorFuncNode", "methodcaller", "operator", attrs=words))
    array = _node("NdArrayNode", "ndarray", "numpy", type="numpy", file="a.npy")
    yield "skops: an array of pickled objects", _archive(array, [_objects()])
    yield "skops: an archive that unpacks to 600 MB", _archive(array, (b"\0" * 2**20 for _ in range(600)))


def _node(loader: str, name: str, module: str = "builtins", **more: Any) -> dict[str, Any]:
    return {"__class__": name, "__module__": module, "__loader__": loader, "__id__": id(more), **more}


def _texts(text: str) -> Iterator[tuple[str, str]]:
    yield "a key twice in the head", text.replace("num_class=1\n", "num_class=1\nnum_class=1\n", 1)
    yield "a key twice in a tree", text.replace("num_leaves=", "num_leaves=2\nnum_leaves=", 1)
    yield "a key of its own", text.replace("shrinkage=", "loader=x\nshrinkage=", 1)
    yield "a tree larger than the file", text.replace("tree_sizes=", "tree_sizes=9", 1)
    yield "a child that is not there", _first(text, "left_child=", "99999")
    yield "a child that leads back", _first(text, "left_child=", "0")
    yield "a feature that is not there", _first(text, "split_feature=", "99999")
    yield "more leaves than values", _first(text, "num_leaves=", "999999999")
    yield "settings behind the trees", text + "\nparameters:\n[input_model: /etc/passwd]\nend of parameters\n"
    yield "another number for the same", text.replace("shrinkage=0.0", "shrinkage=0.00", 1)


def _first(text: str, key: str, value: str) -> str:
    """Put ``value`` in the place of the first one behind ``key``, and the tree's size right."""
    head, _, rest = text.partition(key)
    old = rest.split("\n", 1)[0].split(" ", 1)[0]
    sizes = text.partition("tree_sizes=")[2].split("\n", 1)[0].split(" ")
    before = " ".join(sizes)
    sizes[0] = str(int(sizes[0]) + len(value) - len(old))
    changed = head + key + value + rest.removeprefix(old)
    return changed.replace(f"tree_sizes={before}", f"tree_sizes={' '.join(sizes)}", 1)


def _archive(schema: Mapping[str, Any], array: Iterable[bytes] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", json.dumps({**schema, "protocol": 2, "_skops_version": "0.13.0"}))
        with archive.open("a.npy", "w") as part:
            for piece in array:
                part.write(piece)
    return out.getvalue()


def _objects() -> bytes:
    import numpy as np

    out = io.BytesIO()
    np.save(out, np.array([Bomb()], dtype=object), allow_pickle=True)
    return out.getvalue()


def _edited(files: Mapping[str, bytes], name: str, edit: Callable[[dict[str, Any]], object]) -> Files:
    told = json.loads(files[name])
    edit(told)
    changed = {**files, name: json_text(told).encode()}
    return changed if name == INDEX else sealed(changed)


def _indexed(files: Mapping[str, bytes]) -> Files:
    """Give the bundle with the digests of its index right, and no others."""
    index = json.loads(files[INDEX])
    index["files"] = {name: of_bytes(content) for name, content in files.items() if name != INDEX}
    return {**files, INDEX: json_text(index).encode()}


def _of(name: str, files: Files) -> Artefact:
    return Artefact(name, files, of_bytes(files[INDEX]))


def _read(content: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def alive() -> bool:
    """Say whether the canary was made."""
    return Path(os.environ["CANARY"]).exists()
