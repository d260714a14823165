"""The dictionary says all that a stranger needs, and says it of what is there."""

import re
from inspect import getdoc

import pytest

from features import dictionary
from features.catalogue import CATALOGUE
from features.dictionary_rules import MEASURES, RULES, STREAMS
from features.events import STREAMS as DECLARED

PAGE = dictionary.dictionary(CATALOGUE)


def section(title: str) -> str:
    """Give what stands below a heading of the third order."""
    return (
        re.split(rf"\n### {re.escape(title)}(?=[(\n])", PAGE, maxsplit=1)[1]
        .split("\n### ", 1)[0]
        .split("\n## ", 1)[0]
    )


def test_it_has_every_feature_once_and_the_rules_before_them():
    rows = re.findall(r"^\| `(\w+_\w+)` \| [^|]+ \| [^|]*[\u4e00-\u9fff]", PAGE, re.M)
    assert rows == [feature.name for feature in CATALOGUE]
    places = [PAGE.index(part) for part in (RULES, STREAMS, MEASURES, "\n## trade\n")]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", dictionary.measures(CATALOGUE), ids=lambda kind: kind.__name__)
def test_every_measure_is_defined_by_its_own_docstring(kind):
    assert "__doc__" in vars(kind)
    text = getdoc(kind)
    assert text
    assert "``" not in text  # the page is Markdown
    assert not text.startswith(f"{kind.__name__}(")  # what a dataclass writes where nobody did
    assert text in section(kind.__name__)


@pytest.mark.parametrize("stream", DECLARED, ids=lambda stream: stream.name)
def test_every_stream_and_value_is_put_into_words(stream):
    assert stream.meaning
    assert bool(stream.only) == (stream.where != "true")
    assert stream.when or re.fullmatch(r"\w+", stream.moment)
    assert all(value.meaning for value in stream.values)


def test_every_value_that_a_feature_reads_is_explained():
    for feature in CATALOGUE:
        told = section(feature.on.name)
        for name in (*feature.measure.needs, *feature.where):
            assert f"| `{name}` |" in told, (feature.name, name)
        for other in feature.measure.streams:
            assert PAGE.count(f"\n### {other.name}\n") == 1


def test_every_measure_that_a_feature_names_is_explained():
    named = set(re.findall(r"(\w+)\(", " ".join(str(f.described()["measure"]) for f in CATALOGUE)))
    assert named == {kind.__name__ for kind in dictionary.used(CATALOGUE)}
