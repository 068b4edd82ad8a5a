"""Kafka as an input: one consumer group over any number of topics, its offsets in the ledger.

`KafkaSource` is the door. It keeps a `Session` going, which is the life of one consumer from joining the
group to its end; `Rebalancing` moves partitions in and out of it, `Positions` says where each is read on from.
"""
