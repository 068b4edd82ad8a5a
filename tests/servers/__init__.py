"""Real servers for tests and demonstrations, from packages alone: Apache Kafka, HAPI's FHIR server, HAPI's validator.

`kafka_server` and `fhir_server` give a `Server` to start, kill, hold and end; nothing in them knows pytest.
The fixtures over them are in `fixtures.py`.
"""
