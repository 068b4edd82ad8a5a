"""The formulary: every row codes and has its sources, the most given are complete, a site's rows go over it."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from coder.drug_tables import CodeRule, Container
from coder.drugs.choice import Circumstances, choose
from coder.drugs.identity import identify
from coder.drugs.units import convert, in_unit
from coder.facts import Coding, DrugGiven, Quantity, Route
from coder.tables import BillingUnit, Drug, DrugFamily
from mappers.csv_rows import CsvError
from mappers.formulary import load_drug_modifiers, load_formulary
from mappers.tables import DATA, load_tables, site_tables

FORMULARY = load_tables().formulary
KINDS = load_tables().procedures.kinds
DAY = date(2026, 3, 3)
INFUSED = (DrugFamily.CHEMOTHERAPY, DrugFamily.HORMONAL, DrugFamily.THERAPEUTIC, DrugFamily.RSV_ANTIBODY)
TABLES = ("drugs.csv", "billing_units.csv", "containers.csv", "own_codes.csv")
MOST_GIVEN = (
    "azacitidine", "azithromycin", "atezolizumab", "belimumab", "bendamustine", "bevacizumab", "carboplatin",
    "carfilzomib", "cefazolin", "cefepime", "ceftaroline fosamil", "cetuximab", "ciprofloxacin", "clindamycin",
    "dalbavancin", "daptomycin", "daratumumab", "decitabine", "dexrazoxane", "dobutamine", "dopamine",
    "ado-trastuzumab emtansine",
    "durvalumab", "ertapenem", "ferric carboxymaltose", "ferric derisomaltose", "ferumoxytol", "fluconazole",
    "gemcitabine", "golimumab", "infliximab", "infliximab-abda", "rituximab-abbs", "ipilimumab", "irinotecan",
    "iron dextran", "iron sucrose", "ketorolac", "levetiracetam", "levofloxacin", "meropenem", "metoclopramide",
    "micafungin", "natalizumab", "nivolumab", "ocrelizumab", "oxaliplatin", "paclitaxel", "pembrolizumab",
    "pemetrexed", "pertuzumab", "ramucirumab", "ravulizumab-cwvz", "rituximab", "sodium ferric gluconate",
    "tigecycline", "tocilizumab", "trastuzumab", "vedolizumab", "zoledronic acid",
    "vancomycin", "ceftriaxone", "piperacillin-tazobactam", "ampicillin-sulbactam", "ondansetron", "pantoprazole",
    "famotidine", "morphine", "hydromorphone", "fentanyl", "dexamethasone sodium phosphate",
    "methylprednisolone sodium succinate", "hydrocortisone sodium", "diphenhydramine", "lorazepam", "furosemide",
    "metronidazole", "magnesium sulfate", "potassium chloride", "heparin", "insulin", "acetaminophen",
    "immune globulin", "filgrastim", "filgrastim-aafi", "filgrastim-sndz", "pegfilgrastim", "pegfilgrastim-jmdb",
    "pegfilgrastim-cbqv", "epoetin alfa", "epoetin alfa-epbx", "darbepoetin alfa", "denosumab", "denosumab-bbdz",
    "cyanocobalamin", "doxorubicin", "cyclophosphamide", "docetaxel", "fluorouracil", "methotrexate", "leucovorin",
    "vincristine", "etoposide", "cisplatin", "fosaprepitant", "palonosetron", "granisetron", "haloperidol",
    "naloxone", "regadenoson",
)  # fmt: skip

# What no source read states, by code: of how many containers nobody says whether they are for one dose.
DOSES_OPEN = {
    "J0131": 1, "J0295": 17, "J0640": 35, "J0687": 2, "J0688": 2, "J0696": 4, "J0701": 2, "J0703": 2, "J0872": 2,
    "J1100": 18, "J1171": 4, "J1200": 1, "J1308": 1, "J1434": 1, "J1552": 3, "J1557": 6, "J1566": 2, "J1644": 93,
    "J1720": 1, "J1815": 4, "J1938": 2, "J2060": 9, "J2183": 2, "J2184": 2, "J2246": 3, "J2247": 2, "J2312": 14,
    "J2313": 1, "J2469": 1, "J2543": 10, "J2919": 8, "J3373": 8, "J3374": 2, "J3420": 17, "J3480": 4, "J9060": 3,
    "J9071": 1, "J9073": 1, "J9074": 2, "J9076": 2, "J9171": 44, "J9172": 3, "J9190": 3, "J9198": 10, "J9260": 11,
}  # fmt: skip
# Codes of single products of which no container is known, and those younger than the edition of status indicators.
PRODUCTS_OPEN = (
    "C9308", "J1572", "J1599", "J1710", "J1941", "J2472", "J3244", "J9174", "J9184", "J9255", "J9322",
)  # fmt: skip
STATUS_OPEN = ("C9308", "J3376", "J9184")
# Containers of which nobody says whether a claim counts them by the millilitre, and whose content is disputed.
UNITS_OPEN = (
    "00143913925", "00143914025", "00264318311", "00264318511", "00409106001", "00409106101", "42023022910",
    "42023023010", "44567040206", "44567084025", "44567084525", "47335032340", "70594006001", "70594006601",
    "72078008106", "83831011601", "83831011702", "83831011804",
)  # fmt: skip
AMOUNTS_OPEN = ("00641620510", "67457099202")
ROUTES_OPEN = ("J0687", "J0688", "J0737", "J1710")
# Given in practice by ways beside their labels' (vein, belly, head, lesion): the code is limited to none.
ROUTES_ANY = ("J1630", "J3420", "J9060", "J9190", "J9255", "J9260")
# Globulins into a vein are a transfusion to ICD-10-PCS, whose table 302 is not read.
KINDS_OPEN = ("immune globulin",)


def test_there_are_at_least_450_drugs_that_are_infused_or_injected_and_have_a_code() -> None:
    coded = [drug for drug in FORMULARY.drugs.values() if drug.family in INFUSED and drug.billing_on(DAY)]
    assert len(coded) >= 450


def held_of(unit: BillingUnit) -> dict[str, Container]:
    return {ndc: one for ndc, one in FORMULARY.containers.items() if unit.hcpcs in one.codes}


def test_at_least_sixty_are_checked() -> None:
    assert len(set(MOST_GIVEN)) == len(MOST_GIVEN) >= 60


@pytest.mark.parametrize("name", MOST_GIVEN)
def test_the_most_given_are_complete_but_for_what_no_source_states(name: str) -> None:
    assert FORMULARY.drugs[name].billing_on(DAY)
    assert bool(KINDS.get(name)) is (name not in KINDS_OPEN)
    assert any(kind == "rxnorm" and name in names for (kind, _), names in FORMULARY.by_code.items())
    for unit in FORMULARY.drugs[name].billing_on(DAY):
        assert bool(unit.status) is (unit.hcpcs not in STATUS_OPEN)
        assert bool(unit.routes) is (unit.hcpcs not in ROUTES_OPEN + ROUTES_ANY)
        assert bool(held_of(unit)) is (unit.hcpcs not in PRODUCTS_OPEN)


@pytest.mark.parametrize("name", MOST_GIVEN)
def test_their_containers_are_complete_but_for_what_no_source_states(name: str) -> None:
    for unit in FORMULARY.drugs[name].billing_on(DAY):
        held = held_of(unit)
        for ndc, one in held.items():
            assert (one.ndc_unit in ("ML", "UN")) is (ndc not in UNITS_OPEN), ndc
            assert one.ndc_unit != "ML" or one.millilitres or ndc in AMOUNTS_OPEN, ndc
            assert (one.amount is not None and one.unit == unit.unit) is (ndc not in AMOUNTS_OPEN), ndc
        unsaid = [one for one in held.values() if one.single_dose is None and unit.single_dose is None]
        assert len(unsaid) == DOSES_OPEN.get(unit.hcpcs, 0)


@pytest.mark.parametrize(
    ("ndc", "amount", "millilitres", "ndc_unit", "single_dose"),
    [
        ("49401010101", "120", None, "UN", True),
        ("49401010201", "400", None, "UN", True),
        ("61703033956", "600", "60", "ML", False),
        ("00955172510", "50", "10", "ML", True),
        ("00781345196", "1000", None, "UN", True),
        ("00143998303", "10000", None, "UN", False),
        ("00009072809", "9000", "60", "ML", False),
        ("10019007901", "100", "4", "ML", False),
        ("63459034804", "100", "4", "ML", False),
        ("16729042605", "2000", "20", "ML", False),
        ("42367053133", "500", "20", "ML", False),
        ("70121246101", "500", "50", "ML", True),
        ("00338071424", "500", "50", "ML", True),
        ("55513022101", "250", None, "UN", None),
        ("00409226754", "200", "40", "ML", False),
        ("00069131810", "20000", "2", "ML", False),
        ("00069130904", "40000", "1", "ML", True),
        ("55513073001", "120", "1.7", "ML", True),
        ("63323028420", "1000", None, "UN", True),
        ("63323031461", "10000", None, "UN", False),
        ("63323037302", "4", "2", "ML", True),
        ("63323037420", "40", "20", "ML", False),
        ("44567042024", "2000", "50", "ML", True),
        ("00264194020", "500", "250", "ML", False),
        ("55150027001", "500", "2.5", "ML", True),
        ("75907019007", "1000", "5", "ML", False),
        ("83831011901", "500", "1", "ML", False),
        ("61314022894", "120", "1.7", "ML", True),
        ("72572008501", "1000", None, "UN", True),
    ],
)
def test_a_container_is_as_its_label_says(
    ndc: str, amount: str, millilitres: str | None, ndc_unit: str, single_dose: bool | None
) -> None:
    one = FORMULARY.containers[ndc]
    assert (one.amount, one.ndc_unit, one.single_dose) == (Decimal(amount), ndc_unit, single_dose)
    assert one.millilitres == (Decimal(millilitres) if millilitres else None)


def test_what_is_an_antineoplastic_to_icd_10_pcs_is_one_to_the_codes_for_outpatients() -> None:
    named = {name for name, kinds in KINDS.items() if kinds[0] in ("05", "0M", "0P")}
    families = {FORMULARY.drugs[name].family for name in named}
    assert families == {DrugFamily.CHEMOTHERAPY, DrugFamily.HORMONAL}


def test_no_name_of_a_drug_is_a_piece_of_a_descriptor() -> None:
    pieces = (" ,", ",,", "not therap", "excludes", " or", " in", " for", " and", " with")
    said = [*FORMULARY.by_text, *FORMULARY.drugs]
    assert [text for text in said if text.endswith(pieces) or any(piece in text for piece in pieces[:4])] == []


@pytest.mark.parametrize("drug", FORMULARY.drugs.values(), ids=lambda drug: drug.name)
def test_every_row_codes(drug: Drug) -> None:
    for unit in drug.billing:
        last = unit.until or max(DAY, unit.since)
        route = next(iter(sorted(unit.routes)), Route.INTRAVENOUS)
        for day in (unit.since, last):
            known = Circumstances((unit.hcpcs,), day, route, None, unit.amount)
            assert choose(drug, known) == unit
        assert convert(Quantity(unit.amount, unit.unit), unit.unit) == unit.amount
        assert unit.amount > 0
        assert all(size > 0 for size in unit.sizes)


def test_no_two_codes_of_a_drug_cover_the_same_thing() -> None:
    for drug in FORMULARY.drugs.values():
        for day in {unit.since for unit in drug.billing} | {
            unit.until + timedelta(1) for unit in drug.billing if unit.until
        }:
            plain = [unit for unit in drug.billing_on(day) if unit.rule is CodeRule.ANY]
            for route in Route:
                fitting = [unit for unit in plain if not unit.routes or route in unit.routes]
                assert len(fitting) <= 1, (drug.name, day, route)


def test_every_container_names_its_drug_and_converts() -> None:
    for ndc, one in FORMULARY.containers.items():
        found = identify(DrugGiven(codings=(Coding("NDC", ndc),)), FORMULARY)
        assert (found.drug.name if found.drug else None) == one.drug
        assert found.ndc == ndc
        if one.amount is not None and one.millilitres is not None and one.unit is not None:
            assert in_unit(Quantity(one.millilitres, "mL"), one.unit, one) == one.amount or one.unit == "mL"


@pytest.mark.parametrize("written", ["57970-0100-01", "57970-100-01", "57970010001", "5797010001"])
def test_every_form_of_an_ndc(written: str) -> None:
    found = identify(DrugGiven(codings=(Coding("NDC", written),)), FORMULARY)
    assert found.drug is not None
    assert (found.drug.name, found.ndc, found.hcpcs) == ("dalbavancin", "57970010001", ("J0875",))


def test_a_brand_and_a_code_narrow_to_a_product() -> None:
    assert identify(DrugGiven(text="Privigen"), FORMULARY).hcpcs == ("J1459",)
    assert identify(DrugGiven(codings=(Coding("HCPCS", "J9049"),)), FORMULARY).hcpcs == ("J9049",)
    assert identify(DrugGiven(text="bortezomib"), FORMULARY).hcpcs == ()


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source(name: str) -> None:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        assert all(row["source"] for row in csv.DictReader(file))


def changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    folder = tmp_path / "data"
    copytree(DATA, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("drugs.csv", ",family-ours\n", ",\n", "source: said '', wanted keys of formulary_sources.csv"),
        ("drugs.csv", "family-ours", "somebody", r"drugs.csv:2: source: said 'somebody"),
        ("drugs.csv", ",therapeutic,", ",pills,", r"drugs.csv:\d+: family: said 'pills', wanted one of allergen"),
        (
            "billing_units.csv",
            ",10,mg,",
            ",ten,mg,",
            r"billing_units.csv:\d+: amount: said 'ten', wanted a number",
        ),
        (
            "billing_units.csv",
            "J1745,infliximab,",
            "J1745,inflixmab,",
            "name: said 'inflixmab', wanted a drug of drugs.csv",
        ),
        ("containers.csv", "57970010001", "5797010001", "ndc: said '5797010001', wanted an NDC of 11 digits"),
        ("own_codes.csv", "pemivibart", "pemivibrat", "own_codes.csv:2: name: said 'pemivibrat', wanted a drug"),
        ("drug_modifiers.csv", "2017-01-01", "2017", "drug_modifiers.csv:2: since: said '2017', wanted a day"),
    ],
)
def test_a_bad_table_is_refused_naming_row_and_column(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    folder = changed(tmp_path, name, old, new)
    load = load_drug_modifiers if name == "drug_modifiers.csv" else load_formulary
    with pytest.raises(CsvError, match=said):
        load(folder)


HEADER = (
    "name,family,also_called,site_codes,hcpcs,amount,unit,since,until,status,single_dose,"
    "ndc,container_amount,container_unit,ml,ndc_unit,source\n"
)


def site(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "formulary.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return path


def test_a_sites_codes_names_and_products(tmp_path: Path) -> None:
    rows = (
        "infliximab,,our infliximab,EPIC=4711,,,,,,,,,,,,,pharmacy",
        "newmab,chemotherapy,,EPIC=12,J9999,1,mg,2026-01-01,,K,yes,12345-678-90,50,mg,2,ML,pharmacy",
    )
    formulary = load_formulary(DATA, site(tmp_path, *rows))
    for given in (DrugGiven(text="Our Infliximab"), DrugGiven(codings=(Coding("epic", "4711"),))):
        found = identify(given, formulary).drug
        assert found is not None
        assert (found.name, len(found.billing)) == ("infliximab", 1)
    new = identify(DrugGiven(codings=(Coding("NDC", "12345067890"),)), formulary)
    assert new.drug is not None
    assert (new.drug.name, new.hcpcs, new.drug.billing[0].sizes) == ("newmab", ("J9999",), (Decimal(50),))
    assert formulary.containers["12345067890"].ndc_unit == "ML"


def test_a_sites_row_takes_the_place_of_a_shipped_code(tmp_path: Path) -> None:
    row = "infliximab,therapeutic,,,J1745,20,mg,2026-01-01,,N,no,,,,,,pharmacy"
    drug = load_formulary(DATA, site(tmp_path, row)).drugs["infliximab"]
    assert drug.family is DrugFamily.THERAPEUTIC
    assert [(unit.amount, unit.status, unit.single_dose) for unit in drug.billing] == [(Decimal(20), "N", False)]


def test_a_site_says_which_kind_of_substance_its_drug_is(tmp_path: Path) -> None:
    path = tmp_path / "formulary.csv"
    path.write_text("name,family,pcs,source\nnewmab,chemotherapy,0M|05,pharmacy\ninfliximab,,GC,pharmacy\n")
    kinds = site_tables(path, None).procedures.kinds
    assert (kinds["newmab"], kinds["infliximab"], kinds["dalbavancin"]) == (("0M", "05"), ("GC",), ("29",))
    path.write_text("name,family,pcs,source\nnewmab,chemotherapy,QQ,pharmacy\n")
    with pytest.raises(CsvError, match=r"formulary.csv:2: pcs: said 'QQ', wanted one of 02, 03"):
        site_tables(path, None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("newmab,,,,,,,,,,,,,,,,pharmacy", "formulary.csv:2: family: said '', wanted one of"),
        ("infliximab,,,,,,,,,,,,,,,,", "formulary.csv:2: source: said '', wanted a value"),
        ("infliximab,,,4711,,,,,,,,,,,,,pharmacy", "formulary.csv:2: site_codes: said '4711', wanted system=code"),
        ("infliximab,,,,J1745,,mg,2026-01-01,,,,,,,,,pharmacy", "formulary.csv:2: amount: said '', wanted a number"),
        ("infliximab,,,,J1745,1,mg,,,,,,,,,,pharmacy", "formulary.csv:2: since: said '', wanted a day"),
        ("infliximab,,,,,,,,,,perhaps,1-2-3,1,mg,,,pharmacy", "formulary.csv:2: single_dose: said 'perhaps'"),
        ("infliximab,,,,,,,,,,,12,1,mg,,,pharmacy", "formulary.csv:2: ndc: said '12', wanted an NDC"),
    ],
)
def test_a_bad_site_file_is_refused_naming_row_and_column(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(CsvError, match=said):
        load_formulary(DATA, site(tmp_path, row))
