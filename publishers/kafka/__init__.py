"""Charges and dead letters to Kafka topics, by aiokafka."""
