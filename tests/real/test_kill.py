# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A thousand renewals that end with SIGKILL, see lab/kill.py; tests/kill does
the same by hand."""

import pytest

from lab.kill import FRESH, LOST, NEW, OLD, RECOVERED, kill
from lab.plain import KINDS
from lab.rotation import Rotation

ROUNDS = 1000
SEED = 1000


@pytest.mark.toolonly  # without the module there is no call to be killed at
def test_no_kill_costs_a_login_that_could_be_kept(top, fresh, objects, ca,
                                                  saslhost):
    """Every call of a plain grant's renewal at least once, and of the others
    each one from the connection on; what is lost is lost for want of time."""
    endpoint = Rotation(ca).start()
    try:
        report = kill(fresh("kill"), objects, saslhost, endpoint, ROUNDS,
                      SEED)
    finally:
        endpoint.stop()
    (top / "kill.txt").write_text(report.text(), encoding="utf-8")
    print(report.text())
    assert not report.wrong, report.text()
    assert report.rounds == ROUNDS
    for kind in KINDS:
        outcomes = {outcome for one, outcome in report.outcomes
                    if one == kind}
        assert {OLD, FRESH, LOST} < outcomes, report.text()
        assert outcomes & {NEW, RECOVERED}, report.text()
        assert not report.missed(kind), (kind, report.missed(kind))
