"""Everyday work of the sample day beside its stories: what the four departments also did."""

from __future__ import annotations

from sample_pharmacy import (
    CARBOPLATIN,
    CEFAZOLIN,
    DEGARELIX,
    DEXAMETHASONE,
    EMERGENCY,
    FAMOTIDINE,
    FERRIC_CARBOXYMALTOSE,
    FULVESTRANT,
    FUROSEMIDE,
    INFUSION_CENTRE,
    KETOROLAC,
    LACTATED_RINGERS,
    METOCLOPRAMIDE,
    MORPHINE,
    OBSERVATION,
    ONDANSETRON,
    PACLITAXEL,
    PEGFILGRASTIM,
    PIPERACILLIN_TAZOBACTAM,
    POTASSIUM_CHLORIDE,
    RITUXIMAB,
    TRASTUZUMAB,
    VANCOMYCIN,
    WARD,
)
from story_words import Given, Told, Visit

EMERGENCY_WORK = (
    Visit(
        0,
        "709901",
        EMERGENCY,
        "fhir",
        (
            Given(KETOROLAC, "30 mg", "08:20", method="push"),
            Given(ONDANSETRON, "4 mg", "08:22", method="push"),
            Given(LACTATED_RINGERS, "1000 mL", "08:25-09:40", purpose="hydration"),
        ),
        41,
    ),
    Visit(
        0,
        "709902",
        EMERGENCY,
        "hl7",
        (
            Given(MORPHINE, "4 mg", "10:10", method="push", told=(Told("10:18"),)),
            Given(METOCLOPRAMIDE, "10 mg", "10:15", method="push", told=(Told("10:18"),)),
        ),
        42,
    ),
    Visit(0, "709903", EMERGENCY, "hl7", (Given(KETOROLAC, "30 mg", "22:40", route="IM"),), 43, hl7_class="U"),
)

INFUSION_WORK = (
    Visit(
        0,
        "709904",
        INFUSION_CENTRE,
        "fhir",
        (
            Given(DEXAMETHASONE, "12 mg", "08:30", method="push"),
            Given(FAMOTIDINE, "20 mg", "08:35", method="push"),
            Given(PACLITAXEL, "300 mg", "09:00-12:00"),
            Given(CARBOPLATIN, "450 mg", "12:10-12:50"),
        ),
        44,
    ),
    Visit(
        0,
        "709905",
        INFUSION_CENTRE,
        "hl7",
        (
            Given(RITUXIMAB, "225 mg", "08:00-10:00", rate="100 mL/hr", order=1),
            Given(RITUXIMAB, "0 mg", "10:00-11:15", rate="0 mL/hr", order=1),
            Given(RITUXIMAB, "475 mg", "11:15-13:20", rate="150 mL/hr", order=1),
        ),
        45,
    ),
    Visit(0, "709906", INFUSION_CENTRE, "fhir", (Given(FULVESTRANT, "500 mg", "10:05", route="IM"),), 46),
    Visit(0, "709907", INFUSION_CENTRE, "hl7", (Given(DEGARELIX, "80 mg", "10:30", route="SC"),), 47),
    Visit(0, "709908", INFUSION_CENTRE, "fhir", (Given(PEGFILGRASTIM, "6 mg", "15:10", route="SC"),), 48),
    Visit(0, "709909", INFUSION_CENTRE, "hl7", (Given(TRASTUZUMAB, "450 mg", "10:00-10:45"),), 49),
    Visit(0, "709910", INFUSION_CENTRE, "fhir", (Given(FERRIC_CARBOXYMALTOSE, "750 mg", "14:00-14:15"),), 50),
)

BED_WORK = (
    Visit(
        0,
        "709911",
        OBSERVATION,
        "fhir",
        (Given(FUROSEMIDE, "40 mg", "09:05", method="push"), Given(POTASSIUM_CHLORIDE, "20 meq", "10:00-12:00")),
        51,
    ),
    Visit(
        0,
        "709912",
        OBSERVATION,
        "hl7",
        (Given(CEFAZOLIN, "1 g", "08:00-08:30", order=1), Given(CEFAZOLIN, "1 g", "16:00-16:30", order=1)),
        52,
    ),
    Visit(
        0,
        "709913",
        WARD,
        "fhir",
        (
            Given(PIPERACILLIN_TAZOBACTAM, "4.5 g", "06:00-06:30", order=1),
            Given(PIPERACILLIN_TAZOBACTAM, "4.5 g", "12:00-12:30", order=1),
        ),
        53,
    ),
    Visit(
        0,
        "709914",
        WARD,
        "hl7",
        (Given(VANCOMYCIN, "1250 mg", "09:00-10:30"), Given(FUROSEMIDE, "20 mg", "11:00", method="push")),
        54,
    ),
)

EVERYDAY = (*EMERGENCY_WORK, *INFUSION_WORK, *BED_WORK)
