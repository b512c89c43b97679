# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Rows of the fault table, and the report that is made of them.

A row says what may happen and what must come of it. Its cases are functions
that do it to a bench (bench.py), and return in a few words what came of it:

    SLOW = row(ENDPOINT, "answers after 5 s", "renewed")

    @SLOW.case("after 5 s")
    def _(bench):
        bench.endpoint.begin(after(5))
        return bench.subject().login().renewed()

A case raises Unmet with what was seen where that is not what must be,
NotApplicable where a module has nothing that the case could be done to, and
Impossible where this machine, or this user, has no way to do it.
"""

import re
from dataclasses import dataclass, field
from typing import Callable

ENDPOINT = "The token endpoint"
FILES = "Files"
MAIL_SERVER = "The mail server"
LOAD = "Load"
SECTIONS = (ENDPOINT, FILES, MAIL_SERVER, LOAD)

ROWS = []


class Unmet(AssertionError):
    """What must come of it did not."""


class NotApplicable(Exception):
    """The module has nothing that this could happen to."""


class Impossible(NotApplicable):
    """It cannot be done here, whatever the module."""


@dataclass
class Case:
    """One trial of a row."""
    row: "Row"
    name: str
    trial: Callable

    @property
    def label(self):
        """A name for a test."""
        return _plain(f"{self.row.section} {self.name}")


@dataclass
class Row:
    """One line of the table."""
    section: str
    fault: str
    must: str
    cases: list = field(default_factory=list)

    def case(self, *names, each=None):
        """Makes a function a case; with `each`, one case for each value, which
        is then its second argument."""
        def take(trial):
            if each is None:
                self._add(names[0], trial)
                return trial
            for name, value in each.items():
                self._add(name, lambda bench, value=value:
                          trial(bench, value))
            return trial
        return take

    def _add(self, name, trial):
        self.cases.append(Case(self, name, trial))


def row(section, fault, must):
    """A new row, at the end of its section."""
    ROWS.append(Row(section, fault, must))
    return ROWS[-1]


def _plain(text):
    text = re.sub(r"[^a-z0-9]+", "-", text.lower().removeprefix("the "))
    return text.strip("-")


@dataclass
class Result:
    """What came of a case. met: None where it does not apply."""
    case: Case
    met: bool
    seen: str


def attempt(case, bench):
    """Runs one case."""
    try:
        return Result(case, True, case.trial(bench))
    except NotApplicable as why:
        return Result(case, None, f"not applicable: {why}")
    except AssertionError as what:
        return Result(case, False, str(what).split("\n", maxsplit=1)[0])


def _summary(results):
    """What was seen, each thing once, with the cases that it was seen in
    where they differ."""
    seen = {}
    for result in results:
        seen.setdefault(result.seen, []).append(result.case.name)
    if len(seen) == 1:
        return next(iter(seen))
    return "; ".join(f"{', '.join(names)}: {text}"
                     for text, names in seen.items())


def _cell(text):
    return " ".join(text.replace("|", "\\|").split())


def _verdict(results):
    judged = [result.met for result in results if result.met is not None]
    if not judged:
        return "–"
    if all(judged):
        return "yes"
    return "no" if len(judged) == 1 else f"no ({sum(judged)} of {len(judged)})"


def report(results):
    """Yields the lines of the table, and last a line with the sum."""
    met = of = 0
    for section in SECTIONS:
        rows = [r for r in ROWS if r.section == section
                and any(one.case.row is r for one in results)]
        if rows:
            yield from (f"## {section}", "",
                        "| fault | must be | this module | met |",
                        "|---|---|---|---|")
        for one in rows:
            ours = [r for r in results if r.case.row is one]
            verdict = _verdict(ours)
            met += verdict == "yes"
            of += verdict != "–"
            yield (f"| {_cell(one.fault)} | {_cell(one.must)} | "
                   f"{_cell(_summary(ours))} | {verdict} |")
        if rows:
            yield ""
    yield f"{met} of {of} rows met, {len(results)} cases tried."
