# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Every fault of the table, tried on this tree's module; see rows/."""

import shutil
from pathlib import Path

import pytest

from lab.process import run
from rows import ROWS
from rows.bench import Bench
from rows.table import Impossible, NotApplicable

# Without the module another one could be in its place: tests/faults --plugins
# tells what comes of that, in its own words.
pytestmark = pytest.mark.toolonly

CASES = [case for row in ROWS for case in row.cases]


@pytest.fixture
def bench(fresh, objects, ca, saslhost):
    """An endpoint, and accounts."""
    made = Bench(fresh("bench"), objects, ca, saslhost)
    yield made
    made.stop()


@pytest.mark.parametrize("case", CASES, ids=[c.label for c in CASES])
def test_fault(case, bench):
    try:
        case.trial(bench)
    except Impossible as why:
        pytest.skip(str(why))
    except NotApplicable as why:
        pytest.fail(f"not applicable to our own module: {why}")


def test_every_row_is_tried():
    assert all(row.cases for row in ROWS)
    assert len({case.label for case in CASES}) == len(CASES)


PROGRAM = Path(__file__).resolve().parent.parent / "faults"


def report(*arguments):
    """The exit status of tests/faults, and what it prints of a few cases."""
    done = run([PROGRAM, "--report", *arguments], timeout_s=120)
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_the_report_has_a_line_of_each_row():
    code, lines, said = report("-k", "an-early-one")
    assert lines == [
        "## The mail server", "",
        "| fault | must be | this module | met |", "|---|---|---|---|",
        "| a challenge before the first response | refused | refused | yes |",
        "", "1 of 1 rows met, 1 cases tried."], said
    assert code == 0


def test_the_report_names_a_row_that_is_not_met(objects, fresh):
    """Another module, which keeps no token when the endpoint hangs up."""
    plugins = fresh("plugins")
    shutil.copy(objects.plugin, plugins)
    code, lines, said = report("-k", "closes-at-once", "--plugins", plugins)
    line, = [line for line in lines if line.startswith("| closes at once;")]
    assert line.endswith("| server unavailable | no |"), said
    assert lines[-1] == "0 of 1 rows met, 1 cases tried."
    assert code == 1


def test_the_report_of_nothing_is_refused():
    code, lines, said = report("-k", "no-such-case")
    assert (code, lines) == (1, [])
    assert "no case has \"no-such-case\" in its name" in said
