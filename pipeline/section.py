"""What every part of the settings is made of."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Base = Literal["everybody", "segment"]


class Section(BaseModel):
    """A part of the settings: frozen, typed without guessing, closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
