"""Every other infusion and push of an access, as add-ons to its initial service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coder.charges import Answerable
from coder.codes import REPEATED_PUSH, THERAPEUTIC_CONCURRENT, family_codes
from coder.lines import wording
from coder.lines.line import Line
from coder.lines.pushes import PushCast, PushPart
from coder.lines.roles import Cast, Part
from coder.lines.timed import (
    SUMMED,
    Timed,
    Under,
    deducted,
    hours_line,
    repeat_line,
    service_line,
    timed,
    timed_together,
    untimed_line,
)
from coder.policy import SameDrugRepeat
from coder.runs.classified import Classified
from coder.sheet import Sheet


def repeats_to_sum(casts: Sequence[Cast], sheet: Sheet) -> dict[str, list[Classified]]:
    """The repeats of each drug by the anchor of its first infusion, where the site adds their minutes."""
    if sheet.policy.same_drug_repeat is not SameDrugRepeat.SUM:
        return {}
    repeats: dict[str, list[Classified]] = {}
    for cast in casts:
        if cast.part is Part.REPEAT and cast.first is not None:
            repeats.setdefault(cast.first.run.anchor, []).append(cast.classified)
    return repeats


def infusion_lines(
    casts: Sequence[Cast], under: Under, access: str, repeats: dict[str, list[Classified]], sheet: Sheet
) -> Iterator[Line]:
    """The lines of infusions beside the initial."""
    for cast in casts:
        one = cast.classified
        again = repeats.get(one.run.anchor, [])
        match cast.part:
            case Part.SEQUENTIAL:
                yield from _sequential(cast, under, access, again, sheet)
                continue
            case Part.REPEAT:
                if sheet.policy.same_drug_repeat is SameDrugRepeat.EACH:
                    yield _repeat(cast, under, access, sheet)
                continue
            case Part.CONCURRENT:
                yield _concurrent(cast, under, access, sheet)
            case Part.CONCURRENT_AGAIN:
                _leave_out_concurrent(one, sheet)
            case Part.CONCURRENT_CHEMOTHERAPY:
                _ask_chemotherapy(one, sheet)
            case Part.REPEAT_IN_QUESTION:
                says = "The same chemotherapy again; whether its first infusion is reported waits for an answer."
                _leave_out_chemotherapy(one, says, sheet)
        yield from summed_hours(again, under, access, sheet)


def push_lines(casts: Sequence[PushCast], under: Under, access: str, sheet: Sheet) -> Iterator[Line]:
    """The lines of pushes beside the initial."""
    for cast in casts:
        one = cast.classified
        if cast.part is PushPart.FURTHER:
            said = ("A push of another drug beside the initial service.",)
            code = family_codes(one.family).further_push
            yield untimed_line(timed(one, access, sheet), code, ("push.new-drug",), said, under)
        elif cast.part is PushPart.REPEATED:
            said = (f"The same drug again {cast.minutes} minutes after its last reported push.",)
            yield untimed_line(timed(one, access, sheet), REPEATED_PUSH, ("push.repeat",), said, under)
        else:
            _leave_out_push(cast, sheet)


def hours_of(it: Timed, repeats: Sequence[Classified], under: Under, access: str | None, sheet: Sheet) -> Line | None:
    """The further hours of an infusion; with its repeats where the site adds their minutes."""
    code = family_codes(it.one.family).hour
    if not repeats:
        return hours_line(it, code, under)
    together = timed_together([it, *(timed(one, access, sheet) for one in repeats)], sheet)
    said = (wording.summed(it.one, 1 + len(repeats), together.clocked.counted, sheet.policy),)
    line = hours_line(together, code, under, ("time.additional-hours", SUMMED), said)
    if line is None:
        _leave_out_summed(repeats, together, code, sheet)
    return line


def summed_hours(repeats: Sequence[Classified], under: Under, access: str, sheet: Sheet) -> Iterator[Line]:
    """The hours of repeats whose first infusion is not counted by time."""
    if not repeats:
        return
    together = timed_together([timed(one, access, sheet) for one in repeats], sheet)
    code = family_codes(repeats[0].family).hour
    said = (wording.summed(repeats[0], len(repeats), together.clocked.counted, sheet.policy),)
    line = hours_line(together, code, under, ("time.additional-hours", SUMMED), said)
    if line:
        yield line
    else:
        _leave_out_summed(repeats, together, code, sheet)


def _sequential(cast: Cast, under: Under, access: str, repeats: Sequence[Classified], sheet: Sheet) -> Iterator[Line]:
    it = timed(cast.classified, access, sheet)
    rules: tuple[str, ...] = ("sequential.new-drug",)
    if cast.alongside and cast.alongside.taken:
        it = deducted(it, cast.alongside.taken, sheet)
        rules = (*rules, "concurrent.deduct")
    said = wording.sequential(cast.alongside, sheet.policy)
    yield service_line(it, family_codes(it.one.family).sequential, rules, said, under)
    hours = hours_of(it, repeats, under, access, sheet)
    if hours:
        yield hours


def _repeat(cast: Cast, under: Under, access: str, sheet: Sheet) -> Line:
    it = timed(cast.classified, access, sheet)
    began = sheet.clock(cast.first.run.start) if cast.first else ""
    said = (
        f"The same drug as the run started at {began}: a separate repeat is at least one further hour, "
        f"more by its own clock ({sheet.policy.said('same_drug_repeat')}).",
    )
    return repeat_line(it, family_codes(it.one.family).hour, under, said)


def _concurrent(cast: Cast, under: Under, access: str, sheet: Sheet) -> Line:
    said = wording.concurrent(cast.alongside, sheet.policy)
    rule = f"concurrent.{sheet.policy.concurrent}"
    return untimed_line(timed(cast.classified, access, sheet), THERAPEUTIC_CONCURRENT, (rule,), said, under)


def _leave_out_concurrent(one: Classified, sheet: Sheet) -> None:
    sheet.leave_out(
        "concurrent.once-per-date",
        one.run.keys,
        "A concurrent infusion is reported once a date.",
        code=THERAPEUTIC_CONCURRENT,
        minutes=one.run.minutes,
    )


def _ask_chemotherapy(one: Classified, sheet: Sheet) -> None:
    run = one.run
    _leave_out_chemotherapy(one, "No code exists for two chemotherapy infusions at once.", sheet)
    ask = f"{run.name.capitalize()} is charted as running together with another infusion. Are both sets of times right?"
    sheet.ask("concurrent.chemotherapy", run.keys, Answerable.NURSE, ask, run.start)


def _leave_out_chemotherapy(one: Classified, says: str, sheet: Sheet) -> None:
    sheet.leave_out("concurrent.chemotherapy", one.run.keys, says, minutes=one.run.minutes, curable=True)


def _leave_out_push(cast: PushCast, sheet: Sheet) -> None:
    run = cast.classified.run
    if cast.part is PushPart.ONCE_ONLY:
        rule = "push.repeat-professional"
        says = "The same drug again: a professional reports its push once a visit."
    elif cast.minutes < 0:
        rule, says = "push.repeat-within", "The same drug just before its reported push."
    else:
        rule = "push.repeat-within"
        says = f"The same drug again only {cast.minutes} minutes after its last reported push."
    sheet.leave_out(rule, run.keys, says, code=REPEATED_PUSH)


def _leave_out_summed(repeats: Sequence[Classified], together: Timed, code: str, sheet: Sheet) -> None:
    sheet.leave_out(
        SUMMED,
        [key for one in repeats for key in one.run.keys],
        f"Its minutes are added to the drug's others ({sheet.policy.said('same_drug_repeat')}): "
        f"{together.clocked.counted} "
        "in all, which earn no further hour.",
        code=code,
        minutes=sum(one.run.minutes for one in repeats),
    )
