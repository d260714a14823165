"""The settings of what is told of a customer's surroundings (``params.yaml``)."""

from typing import Literal

from pydantic import Field

from pipeline.section import Section, Share


class Declines(Section):
    """How a customer's change is taken apart (docs/reference/declines.md)."""

    days: int = Field(
        90, ge=30, le=365, description="length of the window now, and of that it is held against"
    )
    against: Literal["year", "before"] = Field(
        "year", description="the same days a year ago, or the days before"
    )
    index_error: float = Field(0.05, gt=0, description="standard error of a published index's log change")
    unseen: float = Field(0.15, ge=0, description="the same of the months that are not published yet")


class Shocks(Section):
    """When an industry or a region falls as a whole (docs/reference/declines.md)."""

    fall: Share = Field(0.15, description="share of its purchases that it must have lost")
    certainty: float = Field(0.95, gt=0.5, lt=1, description="that it lost at least half of that")
    lasts: Share = Field(0.67, description="part of 'fall' down to which a fall that was told goes on")
    reach: float = Field(3.0, ge=1, description="times the middle drop of its group that may be the market's")
    own: Share = Field(
        0.15, description="drop of health that must be left for an alert to be the customer's own"
    )
    least: int = Field(15, ge=2, description="customers below which a group is not told of")
    told: str = Field("sales_director", min_length=1, description="the role that is told")
    forget_days: int = Field(90, ge=1, description="days unseen after which a fall is a new one")
