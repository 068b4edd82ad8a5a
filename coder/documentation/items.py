"""The items of the documentation checklist: where each applies, what is there of it, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable

from coder.charges import Answerable
from coder.documentation.infection import is_anti_infective, names_infection
from coder.facts import Administration
from coder.runs.classified import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet
from coder.values import value

TIMED = (
    Mode.INFUSION,
    Mode.HYDRATION,
    Mode.SUBCUTANEOUS_INFUSION,
    Mode.ARTERIAL_INFUSION,
    Mode.PROLONGED,
)
INTO_A_VEIN = (Mode.INFUSION, Mode.PUSH, Mode.HYDRATION)


@value(frozen=True, slots=True)
class Item:
    """One item, by the policy key that says how much it is wanted and the rule that asks.

    `there` is what is charted of it: None is asked for, and what was answered with no is lacking for good.
    """

    key: str
    rule: str
    of: Answerable
    applies: Callable[[Classified, Sheet], bool]
    there: Callable[[Run, Sheet], object]
    ask: str


def _always(_one: Classified, _sheet: Sheet) -> bool:
    return True


def _timed(one: Classified, _sheet: Sheet) -> bool:
    return one.mode in TIMED


def _into_a_vein(one: Classified, _sheet: Sheet) -> bool:
    return one.mode in INTO_A_VEIN


def _with_reaction(one: Classified, _sheet: Sheet) -> bool:
    return True in [piece.administration.reaction for piece in one.run.pieces]


def _against_infection(one: Classified, sheet: Sheet) -> bool:
    return is_anti_infective(one.run, sheet)


def _stated(field: Callable[[Administration], object]) -> Callable[[Run, Sheet], object]:
    """What is charted first of a run's bags."""

    def there(run: Run, _sheet: Sheet) -> object:
        for piece in run.pieces:
            stated = field(piece.administration)
            if stated is not None:
                return stated
        return None

    return there


def _order(given: Administration) -> object:
    return given.order or given.ordered_by


def _volume_and_rate(given: Administration) -> object:
    return given.volume_infused and given.rate


def _lot_and_expiry(given: Administration) -> object:
    return (given.lot and given.expiry) or None


ITEMS = (
    Item("order", "order.missing", Answerable.NURSE, _timed, _stated(_order), "Under which order was it given?"),
    Item(
        "order_duration",
        "order.duration-missing",
        Answerable.PRESCRIBER,
        _timed,
        _stated(lambda given: given.ordered_minutes),
        "For how many minutes was it ordered to run?",
    ),
    Item(
        "infection",
        "documented.infection",
        Answerable.PRESCRIBER,
        _against_infection,
        names_infection,
        "Which infection or organism was it given for or against?",
    ),
    Item(
        "reaction",
        "documented.reaction",
        Answerable.NURSE,
        _with_reaction,
        _stated(lambda given: given.reaction_managed),
        "A reaction is charted. Is it charted what was done about it?",
    ),
    Item(
        "identity",
        "documented.identity",
        Answerable.NURSE,
        _always,
        _stated(lambda given: given.identified),
        "Was the patient identified before it was given?",
    ),
    Item(
        "infusion_kind",
        "documented.infusion-kind",
        Answerable.NURSE,
        _timed,
        _stated(lambda given: given.purpose),
        "Was it given for treatment, for prevention, or for a diagnosis?",
    ),
    Item(
        "volume_and_rate",
        "documented.volume-and-rate",
        Answerable.NURSE,
        _timed,
        _stated(_volume_and_rate),
        "How much ran in, and at which rate?",
    ),
    Item(
        "access_site",
        "documented.access-site",
        Answerable.NURSE,
        _into_a_vein,
        _stated(lambda given: given.access),
        "Through which site or line was it given?",
    ),
    Item(
        "given_by",
        "documented.given-by",
        Answerable.NURSE,
        _always,
        _stated(lambda given: given.given_by),
        "Who gave it?",
    ),
    Item(
        "ordered_by",
        "documented.ordered-by",
        Answerable.NURSE,
        _always,
        _stated(lambda given: given.ordered_by),
        "Who ordered it?",
    ),
    Item(
        "supervised_by",
        "documented.supervised-by",
        Answerable.NURSE,
        _always,
        _stated(lambda given: given.supervised_by),
        "Who supervised it?",
    ),
    Item(
        "monitoring",
        "documented.monitoring",
        Answerable.NURSE,
        _timed,
        _stated(lambda given: given.monitored),
        "Was the patient monitored while it ran?",
    ),
    Item(
        "education",
        "documented.education",
        Answerable.NURSE,
        _always,
        _stated(lambda given: given.educated),
        "Was the patient taught about it?",
    ),
    Item(
        "lot_and_expiry",
        "documented.lot-and-expiry",
        Answerable.NURSE,
        _always,
        _stated(_lot_and_expiry),
        "What were its lot number and expiry date?",
    ),
)
