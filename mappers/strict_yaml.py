"""YAML read as text alone: no date, number or truth value is made of what somebody typed.

A code like 00170, a modifier like 25 and a time like 12:30 stay what they are; two equal keys are refused.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class StrictYamlError(ValueError):
    """A YAML file that cannot be read strictly; the text names the file and the place."""


class _TextLoader(yaml.BaseLoader):
    """Every scalar is text; equal keys in one mapping are refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """The file's content as text, lists and dicts; raises StrictYamlError naming the place."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise StrictYamlError(f"{where}: {getattr(error, 'problem', None) or 'not UTF-8 text'}") from error
