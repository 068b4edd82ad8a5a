"""What all tests share: pytester for the plugin's own tests, and how hypothesis searches.

The gate searches the same examples each time; `make deep` searches new ones, many more of them.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester", "tests.servers.fixtures", "tests.unskippable"]

settings.register_profile("gate", deadline=None, derandomize=True)
settings.register_profile(
    "deep", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))
