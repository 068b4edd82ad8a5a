"""`make live`: the sample day through a real Kafka and a real FHIR server, on one machine, in three minutes."""
