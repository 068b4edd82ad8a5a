"""The stories of the sample day, in the order of the table in sample-day/README.md.

A visit's number holds its story: 7004xx belongs to story 4, 7099xx is everyday work beside the stories.
"""

from __future__ import annotations

from datetime import date

from sample_pharmacy import (
    ACETAMINOPHEN_TABLET,
    AZITHROMYCIN,
    CEFAZOLIN,
    CEFEPIME,
    CEFTRIAXONE,
    CISPLATIN,
    CYANOCOBALAMIN,
    DALBAVANCIN,
    DEXAMETHASONE,
    DIPHENHYDRAMINE,
    EMERGENCY,
    FAMOTIDINE,
    HEPARIN,
    HYDROMORPHONE,
    INFLIXIMAB,
    INFUSION_CENTRE,
    IRON_SUCROSE,
    KETOROLAC,
    LEVOFLOXACIN,
    MAGNESIUM,
    MEROPENEM,
    OBSERVATION,
    ONDANSETRON,
    PALONOSETRON,
    PANTOPRAZOLE,
    RED_CELLS,
    SALINE,
    VANCOMYCIN,
    WARD,
)
from story_words import Given, Told, Visit

DAY_EIGHT = date(2026, 3, 10)

ANTIBIOTICS = (
    Visit(1, "700101", INFUSION_CENTRE, "fhir", (Given(DALBAVANCIN, "1500 mg", "09:00-09:30"),), 1),
    Visit(2, "700201", INFUSION_CENTRE, "fhir", (Given(DALBAVANCIN, "500 mg", "09:05-09:35"),), 1, day=DAY_EIGHT),
    Visit(3, "700301", INFUSION_CENTRE, "hl7", (Given(DALBAVANCIN, "1500 mg", "11:00-11:30"),), 3, series=True),
    Visit(
        3,
        "700301",
        INFUSION_CENTRE,
        "hl7",
        (Given(DALBAVANCIN, "500 mg", "10:50-11:20", order=2),),
        3,
        day=DAY_EIGHT,
        series=True,
    ),
    Visit(
        4,
        "700401",
        EMERGENCY,
        "hl7",
        (Given(CEFTRIAXONE, "1 g", "12:05-12:36"), Given(DALBAVANCIN, "1500 mg", "12:45-13:15")),
        4,
    ),
    Visit(
        5,
        "700501",
        INFUSION_CENTRE,
        "fhir",
        (Given(DIPHENHYDRAMINE, "25 mg", "13:05", method="push"), Given(DALBAVANCIN, "1500 mg", "13:20-13:50")),
        5,
    ),
    Visit(6, "700601", WARD, "hl7", (Given(DALBAVANCIN, "1500 mg", "10:15-10:45"),), 6),
)

ONE_DRUG = (
    Visit(7, "700701", INFUSION_CENTRE, "fhir", (Given(IRON_SUCROSE, "200 mg", "09:30-10:25"),), 7),
    Visit(
        8,
        "700801",
        OBSERVATION,
        "fhir",
        (Given(CEFAZOLIN, "2 g", "07:10-07:40", purpose="prophylactic"),),
        8,
        operation=("Incision and drainage of abscess", "08:00", "09:10"),
    ),
    Visit(
        9,
        "700901",
        EMERGENCY,
        "hl7",
        (Given(MAGNESIUM, "2 g", "15:00-16:00", rate="50 mL/hr", purpose="therapeutic"),),
        9,
    ),
    Visit(10, "701001", INFUSION_CENTRE, "fhir", (Given(CYANOCOBALAMIN, "1000 mcg", "10:40", route="IM"),), 10),
    Visit(
        10,
        "701002",
        INFUSION_CENTRE,
        "hl7",
        (Given(CYANOCOBALAMIN, "1000 mcg", "14:00-15:00", carrier=(SALINE, "100 mL")),),
        11,
    ),
)


def saline(at: str, dose: str = "1000 mL") -> Given:
    """Saline for dehydration, and nothing else."""
    return Given(SALINE, dose, at, purpose="hydration")


HYDRATION = (
    Visit(11, "701101", INFUSION_CENTRE, "fhir", (saline("08:30-09:00", "500 mL"),), 12),
    Visit(11, "701102", EMERGENCY, "hl7", (saline("08:40-09:11", "500 mL"),), 13),
    Visit(11, "701103", EMERGENCY, "hl7", (saline("10:00-11:30"),), 14),
    Visit(11, "701104", INFUSION_CENTRE, "fhir", (saline("13:00-14:31"),), 15),
    Visit(11, "701105", EMERGENCY, "hl7", (saline("18:00-21:00"),), 16),
    Visit(12, "701201", EMERGENCY, "fhir", (saline("09:00-11:00"), Given(CEFTRIAXONE, "1 g", "09:30-10:15")), 17),
)

MINUTES = (
    Visit(
        13,
        "701301",
        OBSERVATION,
        "hl7",
        (Given(VANCOMYCIN, "1 g", "10:00-11:10"), Given(CEFEPIME, "2 g", "10:20-10:50")),
        18,
    ),
    Visit(14, "701401", INFUSION_CENTRE, "fhir", (Given(FAMOTIDINE, "20 mg", "11:00-11:15"),), 19),
    Visit(14, "701402", EMERGENCY, "hl7", (Given(ONDANSETRON, "8 mg", "09:20-09:36"),), 20),
    Visit(14, "701403", EMERGENCY, "fhir", (Given(VANCOMYCIN, "1250 mg", "14:05-15:35"),), 21),
    Visit(14, "701404", OBSERVATION, "hl7", (Given(LEVOFLOXACIN, "750 mg", "16:00-17:31"),), 22),
    Visit(15, "701501", OBSERVATION, "fhir", (Given(MEROPENEM, "1 g", "22:15-+01:15"),), 23),
)


def drip_stretch(start: str, stop: str, rate: str, dose: str) -> Given:
    """One rate of the heparin drip: told when it is set and again when it is changed."""
    told = (Told(start, "running"), Told(stop, "done"))
    return Given(HEPARIN, dose, f"{start}-{stop}", rate=rate, order=1, told=told)


LONG_RUNS = (
    Visit(
        16,
        "701601",
        OBSERVATION,
        "hl7",
        (
            drip_stretch("10:00", "11:30", "12 mL/hr", "1800 units"),
            drip_stretch("11:30", "12:30", "14 mL/hr", "1400 units"),
            drip_stretch("12:30", "13:15", "16 mL/hr", "1200 units"),
            drip_stretch("13:15", "14:00", "15 mL/hr", "1125 units"),
            drip_stretch("14:00", "15:00", "13 mL/hr", "1300 units"),
            drip_stretch("15:00", "16:00", "11 mL/hr", "1100 units"),
        ),
        24,
    ),
    Visit(
        17,
        "701701",
        INFUSION_CENTRE,
        "fhir",
        (
            Given(PALONOSETRON, "0.25 mg", "08:30", method="push"),
            Given(DEXAMETHASONE, "12 mg", "08:35-08:55"),
            saline("09:00-10:05", "500 mL"),
            Given(CISPLATIN, "130 mg", "10:10-12:15"),
        ),
        25,
    ),
    Visit(
        18,
        "701801",
        INFUSION_CENTRE,
        "fhir",
        (Given(INFLIXIMAB, "470 mg", "13:00-15:05", wasted="30 mg", containers=("100 mg",) * 5),),
        26,
    ),
)


def hydromorphone(at: str) -> Given:
    """One push of an order to be given as needed."""
    return Given(HYDROMORPHONE, "0.5 mg", at, method="push", order=1)


TELLINGS = (
    Visit(19, "701901", EMERGENCY, "hl7", (hydromorphone("14:00"), hydromorphone("14:20"), hydromorphone("14:40")), 27),
    Visit(
        20,
        "702001",
        EMERGENCY,
        "hl7",
        (Given(VANCOMYCIN, "1 g", "16:02-17:05", told=(Told("16:04", "running"), Told("17:08"))),),
        28,
    ),
    Visit(21, "702101", EMERGENCY, "fhir", (Given(CEFTRIAXONE, "1 g", "18:10", method="infusion"),), 29),
    Visit(
        22,
        "702201",
        INFUSION_CENTRE,
        "hl7",
        (Given(IRON_SUCROSE, "200 mg", "13:00-13:50", told=(Told("13:53", dose="300 mg"), Told("14:41"))),),
        30,
    ),
    Visit(
        22,
        "702202",
        EMERGENCY,
        "fhir",
        (Given(KETOROLAC, "30 mg", "19:05", method="push", told=(Told("19:07"), Told("19:32", "wrong"))),),
        31,
    ),
    Visit(
        22,
        "702203",
        EMERGENCY,
        "hl7",
        (
            Given(ONDANSETRON, "4 mg", "17:02", method="push", told=(Told("17:04"), Told("17:40", "wrong"))),
            Given(KETOROLAC, "30 mg", "17:10", method="push"),
        ),
        32,
    ),
    Visit(
        23,
        "702301",
        EMERGENCY,
        "hl7",
        (Given(FAMOTIDINE, "20 mg", "20:15", method="push", told=(Told("20:17", times=3),)),),
        33,
    ),
    Visit(23, "702302", OBSERVATION, "both", (Given(AZITHROMYCIN, "500 mg", "11:00-12:00"),), 34),
)

NOT_BILLED = (
    Visit(24, "702401", OBSERVATION, "hl7", (Given(PANTOPRAZOLE, "40 mg", "09:10", refused="Patient refused"),), 35),
    Visit(24, "702402", INFUSION_CENTRE, "hl7", (Given(RED_CELLS, "1 unit", "08:30-11:00"),), 36),
    Visit(24, "702403", EMERGENCY, "fhir", (Given(ACETAMINOPHEN_TABLET, "650 mg", "12:20", route="PO"),), 37),
    Visit(24, "702404", INFUSION_CENTRE, "hl7", (Given(ONDANSETRON, "4 mg", "07:45", method="push"),), 38, test=True),
)

UNREADABLE = (
    Visit(25, "702501", EMERGENCY, "hl7", (Given(CEFTRIAXONE, "1 g", "21:00-21:30"),), 39),
    Visit(25, "702502", EMERGENCY, "fhir", (Given(KETOROLAC, "15 mg", "21:20", method="push"),), 40),
)
"""Told well here; the writer breaks the message of the first and cuts the line of the second."""

STORIES = (*ANTIBIOTICS, *ONE_DRUG, *HYDRATION, *MINUTES, *LONG_RUNS, *TELLINGS, *NOT_BILLED)
