"""YAML read as text alone: no date, number or truth value is made of what somebody typed.

A code like 00170, a modifier like 25 and a time like 12:30 stay what they are; two equal keys are refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml's where PyYAML has it
_UNFINISHED = object()


class StrictYamlError(ValueError):
    """A YAML file that cannot be read strictly; the text names the file and the place."""


class _Reading:
    """What the nodes of one document say; an anchored node is read once, whatever stands for it."""

    def __init__(self) -> None:
        self._read: dict[int, Any] = {}

    def value(self, node: yaml.Node) -> Any:
        """The text, list or dict of a node."""
        if isinstance(node, yaml.ScalarNode):
            return node.value
        place = id(node)
        if place not in self._read:
            self._read[place] = _UNFINISHED
            self._read[place] = self._collection(node)
        elif self._read[place] is _UNFINISHED:
            raise _refused(node, "an alias stands within what it is the alias of")
        return self._read[place]

    def _collection(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one) for one in node.value]
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.value(key_node)
            if not isinstance(key, str):
                raise _refused(key_node, "a key is no text")
            if key in found:
                raise _refused(key_node, f"the key {key!r} stands twice")
            found[key] = self.value(value_node)
        return found


def _refused(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def read_yaml(path: Path) -> Any:
    """The file's content as text, lists and dicts; raises StrictYamlError naming the place."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
        return None if node is None else _Reading().value(node)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise StrictYamlError(f"{where}: {getattr(error, 'problem', None) or 'not UTF-8 text'}") from error
