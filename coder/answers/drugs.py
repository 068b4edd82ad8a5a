"""Answers about one drug of what was given: which product it was, how much of it, what was opened and discarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from coder.answers.values import product, quantity_of
from coder.drugs.identity import identify
from coder.facts import Administration, Answer, DrugGiven, Quantity
from coder.tables import DrugFamily, Formulary

OfDrug = Callable[[Sequence[Administration], Answer, Formulary], list[Administration]]


def named(givens: Sequence[Administration], answer: Answer, formulary: Formulary) -> list[Administration]:
    """The products given: each stands for the component that is this drug, else for the first not known."""
    products = [product(one) for one in answer.says.split(", ")]
    return [replace(given, drugs=_with(given.drugs, products, formulary)) for given in givens]


def _with(charted: Sequence[DrugGiven], products: Sequence[DrugGiven], formulary: Formulary) -> tuple[DrugGiven, ...]:
    if not charted:
        return tuple(products)
    drugs = list(charted)
    for one in products:
        known = [_name(each, formulary) for each in drugs]
        name = _name(one, formulary)
        place = known.index(name) if name in known else known.index(None) if None in known else None
        if place is not None:
            drugs[place] = replace(one, dose=drugs[place].dose)
    return tuple(drugs)


def _name(given: DrugGiven, formulary: Formulary) -> str | None:
    drug = identify(given, formulary).drug
    return drug.name if drug else None


def dosed(givens: Sequence[Administration], answer: Answer, formulary: Formulary) -> list[Administration]:
    """How much was given in all: the first bag holds it; what goes on with it is that bag, another holds no more."""
    whole = quantity_of(answer.says)
    none = replace(whole, value=Decimal(0))
    amounts = [whole, *(whole if before.end is None else none for before, _ in pairwise(givens))]
    return [
        replace(given, drugs=_dosed(given.drugs, _place(given, answer, formulary), amount))
        for given, amount in zip(givens, amounts, strict=True)
    ]


def _place(given: Administration, answer: Answer, formulary: Formulary) -> int:
    """The place of the drug that was asked about; of none, the first drug without a dose."""
    found = [identify(one, formulary).drug for one in given.drugs]
    wanted = [at for at, drug in enumerate(found) if drug and drug.name == answer.drug]
    drugs = [at for at, drug in enumerate(found) if drug and drug.family is not DrugFamily.FLUID]
    open_ones = [at for at in (drugs or range(len(found))) if given.drugs[at].dose is None]
    return next(iter((*wanted, *open_ones, 0)))


def _dosed(charted: Sequence[DrugGiven], place: int, amount: Quantity) -> tuple[DrugGiven, ...]:
    return tuple(replace(one, dose=amount) if at == place else one for at, one in enumerate(charted))


def opened(givens: Sequence[Administration], answer: Answer, _formulary: Formulary) -> list[Administration]:
    """What was opened and discarded in all, stated of the first bag."""
    containers, _, discarded = answer.says.removeprefix("opened ").partition(", discarded ")
    if answer.says.startswith("discarded "):
        containers, discarded = "", answer.says.removeprefix("discarded ")
    stated = tuple(quantity_of(one) for one in containers.split(" + ")) if containers else givens[0].containers
    wasted = quantity_of(discarded) if discarded else givens[0].wasted
    first = replace(givens[0], containers=stated, wasted=wasted)
    return [first, *(replace(given, containers=(), wasted=None) for given in givens[1:])]
