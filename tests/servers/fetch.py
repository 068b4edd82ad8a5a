"""Fetch all that the servers are made of: python -m tests.servers.fetch. CI does so before its tests."""

from __future__ import annotations

from tests.servers.jars import fetched
from tests.servers.java import hapi_class_path

if __name__ == "__main__":
    fetched("kafka")
    hapi_class_path()
