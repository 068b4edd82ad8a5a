"""Charges that the hospital's own record system makes itself: worked out and shown, not published."""

from __future__ import annotations

from dataclasses import replace

from coder.charges import Charge, CodedVisit, NotBilled, Role, left_out
from coder.policy import Owned, Policy

OF_DRUGS = frozenset({Role.DRUG, Role.WASTE})
RULES = {
    Owned.ADMINISTRATION: "charges.drug-elsewhere",
    Owned.DRUG: "charges.administration-elsewhere",
}


def keep_owned(visit: CodedVisit, policy: Policy) -> CodedVisit:
    """A visit with the charges that are the site's to publish; the others stand in what is not billed."""
    if policy.charges is Owned.BOTH:
        return visit
    drugs_are_ours = policy.charges is Owned.DRUG
    kept = [charge for charge in visit.charges if (charge.key.role in OF_DRUGS) is drugs_are_ours]
    left = [charge for charge in visit.charges if (charge.key.role in OF_DRUGS) is not drugs_are_ours]
    if not left:
        return visit
    not_billed = [*visit.not_billed, *(_left_out(charge, policy) for charge in left)]
    return replace(
        visit,
        charges=tuple(kept),
        not_billed=tuple(sorted(not_billed, key=lambda one: (one.administrations, one.because))),
    )


def _left_out(charge: Charge, policy: Policy) -> NotBilled:
    units = "not countable yet" if charge.units is None else f"units {charge.units}"
    code = " ".join((charge.code, *charge.modifiers))
    says = (
        f"{charge.key.service_date.isoformat()}: {code}, {units}, {charge.status}. Worked out and not published: "
        f"the record system charges it itself ({policy.said('charges')}). {' '.join(charge.explanation)}"
    )
    return left_out(charge, RULES[policy.charges], says.rstrip())
