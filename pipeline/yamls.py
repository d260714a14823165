"""Settings in YAML, read so that the text can do nothing but say values.

Plain values only, each key once, no references from one place to another (a few lines of those can stand for
billions of values), and no file that is larger or deeper than settings are.
"""

from pathlib import Path
from typing import Any

import yaml

MOST_BYTES = 1_000_000
MOST_DEPTH = 30


class _Plain(yaml.SafeLoader):
    """PyYAML's safe loader without aliases, twice-said keys and deep nests."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            told = f"'*{event.anchor}' stands for what is said elsewhere; say it here"
            raise yaml.YAMLError(f"{told}{_line(event)}")
        self.depth += 1
        if self.depth > MOST_DEPTH:
            told = f"it is nested deeper than {MOST_DEPTH}"
            raise yaml.YAMLError(f"{told}{_line(event)}")
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        said = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in said:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key '{key.value}' is there twice", key.start_mark
                    )
                said.add(key.value)
        return super().construct_mapping(node, deep)


def _line(event: yaml.Event) -> str:
    return f" (line {event.start_mark.line + 1})" if event.start_mark is not None else ""


def read(path: Path) -> Any:
    """Give the values of a file; raises yaml.YAMLError where it is no plain YAML."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise yaml.YAMLError(f"it is larger than {MOST_BYTES:,} bytes")
    try:
        return yaml.load(content.decode("utf-8"), _Plain)  # noqa: S506 - a safe loader, made stricter
    except (ValueError, OverflowError, RecursionError) as error:  # 2024-13-45 looks like a date and is none
        if isinstance(error, UnicodeDecodeError):
            raise yaml.YAMLError("it is not UTF-8 text") from None
        raise yaml.YAMLError(str(error)) from None
