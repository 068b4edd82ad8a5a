"""Bodies of ledger rows, byte for byte as 0.1.0 wrote them."""

from __future__ import annotations

FIRST_TELLING = (
    b'{"source":"fhir","kind":"administration","patient":"urn:mrn|1","patient_reference":{"value":"urn:mrn'
    b'|1"},"fact":{"key":"","patient":"urn:mrn|1","status":"completed","start":"2026-03-03T09:00:00Z","end'
    b'":"2026-03-03T09:30:00Z","drugs":[{"codings":[{"system":null,"code":"ceftriaxone"}],"text":"ceftriax'
    b'one","dose":{"value":"1000","unit":"mg"}}],"route":"intravenous","encounter":"fhir|Encounter/e1"},"a'
    b'ction":"add","whole":true,"identifiers":["fhir|MedicationAdministration/a"],"order":null,"start":"20'
    b'26-03-03T09:00:00Z","asserted":"2026-03-03T10:00:00Z","message_id":null,"digest":"b04e4af4600c6ec144'
    b'7708add9bef442518a22632752db8563b3517b84747912"}'
)
FIRST_CHARGE = (
    b'{"key":{"anchor":"A1","role":"service","component":0,"service_date":"2026-03-03"},"status":"billable'
    b'","system":"cpt","code":"96374","modifiers":[],"units":1,"start":"2026-03-03T09:00:00-06:00","end":"'
    b'2026-03-03T09:15:00-06:00","patient":"P1","visit":"E1","subject":{"reference":"Patient/P1"},"context'
    b'":{"reference":"Encounter/E1"},"service":["A1"],"service_references":[{"reference":"MedicationAdmini'
    b'stration/A1"}],"because":["mode.push-by-minutes","initial.hierarchy"],"label":"Therapeutic push, ini'
    b'tial","minutes":{"gross":[{"administration":"A1","start":"2026-03-03T09:00:00-06:00","end":"2026-03-'
    b'03T09:15:00-06:00","source":"charted"}],"subtracted":[],"counted":15},"explanation":["Initial servic'
    b'e: the only infusion or push on this access."]}'
)
FIRST_VISIT = (
    b'{"visit":"E1","patient":"P1","encounter":"E1","patient_class":"outpatient","runs":[{"administrations'
    b'":["A1"],"label":"ceftriaxone","access":"main","intervals":[{"administration":"A1","start":"2026-03-'
    b'03T09:00:00-06:00","end":"2026-03-03T09:15:00-06:00","source":"charted"}],"pauses":[],"counted":15,"'
    b'mode":"push","running":false}],"charges":[{"key":{"anchor":"A1","role":"service","component":0,"serv'
    b'ice_date":"2026-03-03"},"status":"billable","system":"cpt","code":"96374","modifiers":[],"units":1,"'
    b'start":"2026-03-03T09:00:00-06:00","end":"2026-03-03T09:15:00-06:00","patient":"P1","visit":"E1","su'
    b'bject":{"reference":"Patient/P1"},"context":{"reference":"Encounter/E1"},"service":["A1"],"service_r'
    b'eferences":[{"reference":"MedicationAdministration/A1"}],"because":["mode.push-by-minutes","initial.'
    b'hierarchy"],"label":"Therapeutic push, initial","minutes":{"gross":[{"administration":"A1","start":"'
    b'2026-03-03T09:00:00-06:00","end":"2026-03-03T09:15:00-06:00","source":"charted"}],"subtracted":[],"c'
    b'ounted":15},"explanation":["Initial service: the only infusion or push on this access."]}],"queries"'
    b':[{"visit":"E1","patient":"P1","administrations":["A1"],"ask":"How much ceftriaxone was given in all'
    b'?","of":"nurse","because":"drug.dose-missing","since":"2026-03-03T09:00:00-06:00"}],"not_billed":[{"'
    b'visit":"E1","patient":"P1","administrations":["A1"],"code":null,"minutes":null,"amount":null,"curabl'
    b'e":true,"because":"drug.dose-missing","says":"No dose is charted for ceftriaxone."}]}'
)
