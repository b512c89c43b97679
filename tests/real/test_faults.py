# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Every fault of the table, tried on this tree's module; see rows/."""

import pytest

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
