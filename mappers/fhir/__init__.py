"""FHIR R4 resources into tellings, checked by fhir.resources."""
