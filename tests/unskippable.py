"""In CI nothing may skip but what needs files that no checkout has: there all else fails, with the reason it gave."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

BESIDE = "not beside this checkout"


def in_ci() -> bool:
    """Whether this is a run of CI."""
    return os.environ.get("CI") == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped; one that fails as expected counts as skipped too and stays."""
    report = yield
    if in_ci() and report.skipped and not hasattr(report, "wasxfail") and not is_elsewhere(report):
        fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that was skipped as a whole."""
    report = yield
    if in_ci() and report.skipped and not is_elsewhere(report):
        fail(report)
    return report


def is_elsewhere(report: pytest.TestReport | pytest.CollectReport) -> bool:
    """Whether it was skipped for files that are kept beside a checkout, never in it."""
    return BESIDE in str(report.longrepr)


def fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a failure of what was skipped."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"nothing may skip in CI: {reason}"
