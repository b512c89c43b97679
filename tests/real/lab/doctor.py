# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""`sasl-bearer doctor`, as a script runs it and as a person at a terminal."""

import json
import os
import pty
import re
import select
import time
from dataclasses import dataclass

from .process import WAIT_S, spawn

_FINDING = re.compile(
    r"^(ok|unsure|warning|wrong) +(\w+): (.*?)$((?:\n {11}.*$|\n$)*)",
    re.MULTILINE)

_QUESTION = "[y/N]"


@dataclass
class Finding:
    """A line of doctor, and the lines to be copied below it."""

    grade: str
    area: str
    text: str
    lines: list


class Examination:
    """What doctor said, and how it ended."""

    def __init__(self, code, text):
        self.code = code
        self.text = text
        self.findings = [
            Finding(grade, area, said,
                    [line.strip() for line in lines.splitlines() if line])
            for grade, area, said, lines in _FINDING.findall(text)]
        found = re.search(r"^Next: (.*)$", text, re.MULTILINE)
        self.next = found and found[1]

    def of(self, grade, area="client"):
        """The findings of a grade, in that area."""
        return [one for one in self.findings
                if one.grade == grade and one.area == area]

    def must_say(self, grade, *words, area="client"):
        """The finding of that grade with all of these words."""
        for one in self.of(grade, area):
            if all(word in one.text for word in words):
                return one
        raise AssertionError(f"no {grade} {words} in:\n{self.text}")


def _env(site, postfix):
    extra = {"MAIL_CONFIG": str(postfix.directory)} if postfix else {}
    return {**site.env, **extra}


def doctor(site, *arguments, postfix=None):
    """An examination without a terminal."""
    child = spawn([site.objects.tool, "doctor", *arguments],
                  env=_env(site, postfix), stdout=-1, stderr=-2, text=True,
                  **site.identity)
    try:
        said, _ = child.communicate(timeout=2 * WAIT_S)
    finally:
        child.kill()
        child.wait()
    site.keep("doctor", said)
    return Examination(child.returncode, said)


def doctor_json(site, *arguments, postfix=None):
    """The same as JSON."""
    return json.loads(
        doctor(site, *arguments, "--json", postfix=postfix).text)


def doctor_fix(site, postfix, *arguments, answer="yes"):
    """`doctor --postfix --fix` on a terminal, and the answer that somebody
    types once it is asked for; to what else is asked, it is no. Returns (what
    was shown before, examination)."""
    near, far = pty.openpty()
    try:
        child = spawn([site.objects.tool, "doctor", "--postfix", "--fix",
                       *arguments], env=_env(site, postfix), stdin=far,
                      stdout=far, stderr=far)
    finally:
        os.close(far)
    try:
        before = _read(near, _QUESTION)
        os.write(near, f"{answer}\n".encode())
        after = _read(near, None)
        code = child.wait(WAIT_S)
    finally:
        child.kill()
        child.wait()
        os.close(near)
    site.keep("doctor-fix", before + after)
    return before, Examination(code, after)


def _read(terminal, until):
    """What comes until that is there, or until the end; without colours and
    what turns while it waits."""
    said, answered, deadline = "", 0, time.monotonic() + 2 * WAIT_S
    while until is None or until not in said:
        assert time.monotonic() < deadline, said
        if said.count(_QUESTION) > answered:
            os.write(terminal, b"n\n")
            answered += 1
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            taken = os.read(terminal, 4096)
        except OSError:  # What Linux tells of a terminal nobody has open.
            break
        if not taken:
            break
        said += taken.decode("utf-8", errors="replace")
    assert until is None or until in said, said
    shown = re.sub(r"\r[-|/\\] [^\r\n]*\033\[K", "",
                   said.replace("\r\n", "\n"))
    return re.sub(r"\033\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "\n")
