# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A site whose account has options of its own, and the tool run with care:
under strace, with other variables, with its memory measured."""

import re
import shutil
import sys

import pytest

from .process import WAIT_S, run

BOUND_S = 2 * WAIT_S
"""When the tool must have ended, whatever it waits for."""

# A small parent: a child begins with the peak of the one that forked it.
_MEASURE = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
with open(sys.argv[1], "w") as out:
    out.write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def quoted(options):
    """Lines of a section."""
    return "".join(f'    {name} = "{value}"\n'
                   for name, value in options.items())


def tune(site, account, **options):
    """The account's section has these options beside its provider."""
    section = f'account "{account}" {{\n    provider = "lab"\n' \
              f'{quoted(options)}}}'
    pattern = rf'account "{re.escape(account)}" {{[^}}]*}}'
    text, count = re.subn(pattern, lambda _: section, site.conf.read_text())
    assert count == 1, site.conf.read_text()
    site.conf.write_text(text, encoding="utf-8")


def drop_option(site, name):
    """An option that stands outside of sections is there no more."""
    text, count = re.subn(rf"^{name} *=.*\n", "", site.conf.read_text(),
                          flags=re.MULTILINE)
    assert count == 1, site.conf.read_text()
    site.conf.write_text(text, encoding="utf-8")


def use(site, *arguments, code=0, prefix=(), timeout_s=BOUND_S, **variables):
    """Runs the tool behind a prefix and with more variables. Its words are
    kept with the site; its stdout may be a token, and is not."""
    done = run([*prefix, site.objects.tool, *arguments],
               env={**site.env, **variables}, timeout_s=timeout_s)
    site.keep("tool", done.stderr)
    if code is not None:
        assert done.returncode == code, \
            f"{arguments}: {done.returncode}, not {code}\n{done.stderr}"
    return done


def measured(path):
    """A prefix that leaves the peak memory, in kB, in a file."""
    return [sys.executable, "-I", "-S", "-c", _MEASURE, path]


def failing(call, path, error, when="1+"):
    """A prefix under which a system call on one file fails. The file is known
    by its path when it is open, and before by its last two names, which is
    how the tool names it to the kernel."""
    assert shutil.which("strace"), "strace is missing: apt-get install strace"
    beneath = path.relative_to(path.parent.parent)
    return ["strace", "-qq", "-o", "/dev/null", "-P", path, "-P", beneath,
            "-e", f"inject={call}:error={error}:when={when}"]


def temporary(path):
    """The temporary file of a record or a grant."""
    return path.with_name(f".{path.name}.tmp")


def half_written(state):
    """The temporary files in a state directory."""
    return list(state.rglob(".*"))


@pytest.fixture(autouse=True)
def no_temporary_file_stays(top):
    """Whatever went wrong, nothing half written is there afterwards. A module
    that imports this has it checked after each of its tests."""
    before = set(top.glob("site*"))
    yield
    for site in set(top.glob("site*")) - before:
        assert half_written(site / "state") == []
