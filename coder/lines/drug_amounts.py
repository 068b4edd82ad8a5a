"""What was given, opened and discarded of each drug of a run, taken together over its bags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from coder.drug_tables import Container
from coder.drugs.units import in_unit
from coder.facts import Administration, DrugSource, Quantity
from coder.runs.known import Known, KnownDrug
from coder.runs.run import Run
from coder.tables import DrugFamily
from coder.values import value

FLUID = DrugFamily.FLUID
SHARED = "drug.waste-shared"


@value(frozen=True, slots=True)
class Supply:
    """One drug of a run from one product and one source: what a drug line is for.

    `place` is its place in the mixture; what only a later bag holds comes after all of the first. `name` is what
    an auditor calls it.
    """

    known: KnownDrug
    source: DrugSource | None
    place: int
    pieces: tuple[Known, ...]
    name: str

    def components(self, piece: Known) -> list[KnownDrug]:
        """The components of a bag that are this supply."""
        if piece is self.pieces[0] and len(piece.drugs) == 1:
            return [self.known]
        wanted = _identity(self.known, self.source)
        return [one for one in piece.drugs if _identity(one, piece.administration.drug_source) == wanted]


def supplies(run: Run) -> list[Supply]:
    """Each drug of a run by product and source; a fluid only where it is all there is and its container is charted."""
    supplied = run.supplied
    if len(supplied) == 1 and len(supplied[0].drugs) == 1:
        piece, known = supplied[0], supplied[0].drugs[0]
        source = piece.administration.drug_source
        return [Supply(known, source, known.place, supplied, known.drug.name)] if _has_line(known, piece) else []
    distinct: dict[tuple[str, str | None, DrugSource | None], list[Known]] = {}
    first: dict[tuple[str, str | None, DrugSource | None], KnownDrug] = {}
    for piece in supplied:
        for known in piece.drugs:
            if _has_line(known, piece):
                key = _identity(known, piece.administration.drug_source)
                first.setdefault(key, known)
                pieces = distinct.setdefault(key, [])
                if piece not in pieces:
                    pieces.append(piece)
    placed = _placed(first[key].place for key in distinct)
    return [
        Supply(first[key], key[2], place, tuple(pieces), first[key].drug.name)
        for (key, pieces), place in zip(distinct.items(), placed, strict=True)
    ]


def _identity(known: KnownDrug, source: DrugSource | None) -> tuple[str, str | None, DrugSource | None]:
    return known.drug.name, known.ndc, source


def _has_line(known: KnownDrug, piece: Known) -> bool:
    if known.drug.family is not FLUID:
        return True
    return bool(piece.administration.containers) and all(one.drug.family is FLUID for one in piece.drugs)


def _placed(places: Iterable[int]) -> Iterator[int]:
    taken: set[int] = set()
    for stated in places:
        place = stated if stated not in taken else max(taken) + 1
        taken.add(place)
        yield place


def doses(supply: Supply, run: Run) -> Sequence[Quantity | None]:
    """The doses charted for a supply, one per bag; None where one is not known."""
    if len(run.pieces) == 1 and len(run.drugs) == 1 and supply.known.drug.family is not FLUID:
        given = run.pieces[0].administration
        if given.rate is None:
            return [given.drugs[0].dose]
    return _bag_by_bag(run, lambda piece: _stated(supply, piece))


def charted_doses(run: Run, known: KnownDrug) -> Sequence[Quantity | None]:
    """The doses charted for a drug of a run, whosever it was, one per bag; None where one is not known."""
    wanted = (known.drug.name, known.ndc)
    return _bag_by_bag(
        run,
        lambda piece: [
            piece.administration.drugs[one.place].dose for one in piece.drugs if (one.drug.name, one.ndc) == wanted
        ],
    )


def _bag_by_bag(run: Run, stated: Callable[[Known], list[Quantity | None]]) -> list[Quantity | None]:
    """What each bag that was hung here states.

    What follows a piece without a stop of its own goes on with the bag that hangs: the same dose stated
    again is that bag, and another amount is not known to be another one.
    """
    found: list[Quantity | None] = []
    hanging: Quantity | None = None
    goes_on = False
    for piece in run.supplied:
        given = piece.administration
        if given.rate is not None and given.rate.value == 0:
            continue
        for dose in stated(piece):
            if dose is None and given.rate is not None:
                continue
            if not goes_on or hanging is None:
                found.append(dose)
            elif dose != hanging:
                found.append(None)
            hanging = dose or hanging
        goes_on = given.end is None
    return found


def _stated(supply: Supply, piece: Known) -> list[Quantity | None]:
    """The doses a bag states; of a fluid alone, what its containers hold."""
    given = piece.administration
    stated = [given.drugs[one.place].dose for one in supply.components(piece)]
    if supply.known.drug.family is FLUID:
        return [dose or _together(given) for dose in stated]
    return stated


def _together(given: Administration) -> Quantity | None:
    units = {one.unit for one in given.containers}
    if len(units) != 1:
        return None
    return Quantity(sum((one.value for one in given.containers), Decimal(0)), units.pop())


@value(frozen=True, slots=True)
class Opened:
    """What the record says was opened and discarded, in a billing unit's measure.

    `unclear` is a rule: what was stated does not convert, or belongs to one of several drugs of a bag.
    """

    wasted: Decimal | None
    containers: tuple[Decimal, ...]
    unclear: str | None = None


NONE_STATED = Opened(None, ())


def opened(supply: Supply, unit: str, container: Container | None) -> Opened:
    """The waste and the containers of a supply's bags."""
    stating = [one for one in supply.pieces if one.administration.wasted or one.administration.containers]
    if not stating:
        return NONE_STATED
    shared = [piece for piece in stating if _drugs(piece) > 1]
    if any(not piece.administration.answered(SHARED) for piece in shared):
        return Opened(None, (), SHARED)
    stating = [piece for piece in stating if piece not in shared or _is_of(supply, piece)]
    wasted = [one.administration.wasted for one in stating if one.administration.wasted]
    containers = [stated for one in stating for stated in one.administration.containers]
    discarded = [in_unit(one, unit, container) for one in wasted]
    held = [in_unit(one, unit, container) for one in containers]
    if None in discarded or None in held:
        return Opened(None, (), "drug.waste-unit")
    total = sum((one for one in discarded if one is not None), Decimal(0))
    return Opened(total if wasted else None, tuple(one for one in held if one is not None))


def _is_of(supply: Supply, piece: Known) -> bool:
    """Whether a person answered that what was opened of a bag of several drugs was of this one."""
    return (piece.administration.answered(SHARED) or "").casefold() == supply.name.casefold()


def _drugs(piece: Known) -> int:
    return sum(one.drug.family is not FLUID for one in piece.drugs)
