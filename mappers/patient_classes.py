"""Patient classes by the letters of HL7 v2 table 0004."""

from __future__ import annotations

from coder.facts import PatientClass

V2_CLASSES = {
    "I": PatientClass.INPATIENT,
    "IP": PatientClass.INPATIENT,
    "O": PatientClass.OUTPATIENT,
    "R": PatientClass.OUTPATIENT,
    "E": PatientClass.EMERGENCY,
    "OBS": PatientClass.OBSERVATION,
}
V2_SERIES = "R"
