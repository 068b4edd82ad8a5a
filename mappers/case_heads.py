"""The heads of case files: what each case is called, the rules it wants, the numbers at whose edge it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mappers.case_values import CaseError, entries, listed
from mappers.strict_yaml import read_yaml

EDGE_SIDES = ("below", "at", "above")
WANTED_KEYS = ("charges", "not_billed", "queries", "advisories")


@dataclass(frozen=True, slots=True)
class Edge:
    """That a case lies at the edge of a number of the rules, or just below or above it."""

    number: str
    side: str


@dataclass(frozen=True, slots=True)
class CaseHead:
    """A case by its name, with the rules that must have their say in it."""

    name: str
    rules: frozenset[str]
    edges: tuple[Edge, ...]


def load_heads(path: Path) -> tuple[CaseHead, ...]:
    """The heads of all cases of a file, in its order; raises CaseError or StrictYamlError."""
    return tuple(CaseHead(entry["case"], _wanted_rules(entry), read_edges(entry)) for entry in told_cases(path))


def told_cases(path: Path) -> list[dict[str, Any]]:
    """What a case file says, case by case."""
    told = read_yaml(path)
    if not isinstance(told, list) or not all(isinstance(entry, dict) for entry in told):
        raise CaseError(f"{path}: said {type(told).__name__}, wanted a list of cases")
    return told


def read_edges(entry: Mapping[str, Any]) -> tuple[Edge, ...]:
    """The numbers at whose edge a case lies, as it states them."""
    return tuple(_edge(said) for said in listed(entry.get("edge")))


def _edge(said: str) -> Edge:
    name, _, side = said.partition(" ")
    if side not in EDGE_SIDES:
        raise CaseError(f"edge: said {said!r}, wanted the name of a number and one of {', '.join(EDGE_SIDES)}")
    return Edge(name, side)


def _wanted_rules(entry: Mapping[str, Any]) -> frozenset[str]:
    wanted = [one for key in WANTED_KEYS for one in entries(entry, key)]
    return frozenset(rule for one in wanted for rule in listed(one.get("because")))
