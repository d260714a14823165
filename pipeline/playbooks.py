"""The playbooks as they are written in YAML: those that come with the product, or a dataset's own.

``data/<dataset>/playbooks.yaml`` takes the place of ``actions/playbooks.yaml`` where it is there.
"""

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from actions import playbooks
from actions.playbooks import Play, Playbooks
from pipeline import digests, yamls
from pipeline.errors import BadConfig, MissingInput
from pipeline.paths import Paths
from pipeline.section import Section

NAME = "playbooks.yaml"
OURS = Path(playbooks.__file__).parent / NAME
Words = Annotated[str, Field(min_length=1)]


class Text(Section):
    en: Words
    zh: Words

    def told(self) -> playbooks.Text:
        return playbooks.Text(self.en, self.zh)


class Entry(Section):
    """One play as it is written; ``actions.playbooks.Play`` says what the numbers mean."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{2,47}$")
    touch: playbooks.Touch
    name: Text
    owner_role: playbooks.Role
    channel: playbooks.Channel
    within_days: int = Field(ge=0, le=90)
    hours: float = Field(gt=0, le=200)
    cost: float = Field(ge=0)
    effect: float = Field(ge=0, le=3)
    concession: float = Field(0.0, ge=0, lt=1)
    from_level: playbooks.Level = "none"
    least_margin: float = Field(0.0, ge=0)
    unless: tuple[playbooks.Condition, ...] = Field((), strict=False)
    steps: tuple[Text, ...] = Field(strict=False, min_length=1)
    not_when: Text

    def told(self) -> Play:
        plain = self.model_dump(exclude={"name", "steps", "not_when"})
        return Play(
            **plain,
            name=self.name.told(),
            steps=tuple(step.told() for step in self.steps),
            not_when=self.not_when.told(),
        )


BOOKS: TypeAdapter[dict[str, list[Entry]]] = TypeAdapter(dict[str, list[Entry]])


def place(paths: Paths) -> Path:
    """Give the file that the plays of a dataset are read from."""
    own = paths.folder / NAME
    return own if own.exists() else OURS


def digest(paths: Paths) -> str:
    """Give the digest of that file."""
    return digests.of_file(place(paths))


def read(paths: Paths) -> Playbooks:
    """Read the plays; raises BadConfig, which names the file and the place in it, where something is wrong."""
    path = place(paths)
    try:
        said: Any = yamls.read(path)
    except FileNotFoundError:
        raise MissingInput(f"'{path}' is missing; restore it from the repository.") from None
    except yaml.YAMLError as error:
        raise BadConfig(f"'{path}' is no YAML: {' '.join(str(error).split())}.") from None
    try:
        entries = BOOKS.validate_python(said)
        return Playbooks({cause: tuple(one.told() for one in plays) for cause, plays in entries.items()})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        if first["type"] == "extra_forbidden":
            raise BadConfig(f"'{path}' has the unknown key '{where}'; remove it or mend its name.") from None
        told = first["msg"].removeprefix("Value error, ")
        raise BadConfig(f"'{path}' is wrong at '{where}': {told[:1].lower()}{told[1:]}.") from None
    except ValueError as error:
        raise BadConfig(f"'{path}' is wrong: {error}.") from None
