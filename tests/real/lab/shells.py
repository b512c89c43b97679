# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Shells that complete a command line: asked for all that they offer, and with
a person at the keyboard."""

import os
import pty
import re
import shlex

from .process import WAIT_S, run, spawn, wait_for

_SHOW = "\x14"
"""Control-T, which the shells below are told to show the line by."""

_ASK_BASH = """\
source {script}
COMP_LINE={line}
COMP_POINT=${{#COMP_LINE}}
_sasl_bearer sasl-bearer
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

_ASK_FISH = "source {script}; complete -C {line}"

_START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"],
             "source {script}; "
             "bind -x '\"\\C-t\": printf \"<%s>\\n\" \"$READLINE_LINE\"'"),
    "zsh": (["zsh", "-f", "-i"],
            "fpath=({directory} $fpath); autoload -U compinit; compinit -u -D; "
            "show() {{ print -r -- \"<$BUFFER>\" }}; zle -N show; "
            "bindkey '^T' show; bindkey '^I' complete-word"),
}


def script(site, shell):
    """The script in a file of the name under which the shell looks for it."""
    directory = site.directory / shell
    directory.mkdir(exist_ok=True)
    name = {"zsh": "_sasl-bearer", "fish": "sasl-bearer.fish"}
    path = directory / name.get(shell, "sasl-bearer")
    path.write_text(site.tool("completion", shell).stdout, encoding="utf-8")
    return path


def offered(site, shell, line):
    """What bash or fish offers for the end of a line, without descriptions."""
    text = {"bash": _ASK_BASH, "fish": _ASK_FISH}[shell].format(
        script=script(site, shell), line=shlex.quote(line))
    more = {"bash": ["--norc"], "fish": ["--no-config"]}[shell]
    done = run([shell, *more, "-c", text], env=_env(site))
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return [one.split("\t")[0] for one in done.stdout.splitlines() if one]


def typed(site, shell, line):
    """The line after a person has typed that and pressed Tab."""
    argv, start = _START[shell]
    path = script(site, shell)
    screen = site.keep(f"{shell}-screen", "")
    main, side = pty.openpty()
    child = spawn(argv, env=_env(site), stdin=side, stdout=side, stderr=side,
                  start_new_session=True)
    os.close(side)
    os.set_blocking(main, False)

    def shown(pattern):
        try:
            with open(screen, "ab") as file:
                file.write(os.read(main, 65536))
        except OSError:
            pass
        return re.search(pattern, screen.read_text(errors="replace"))
    try:
        os.write(main, (start.format(
            script=path, directory=path.parent) + "; echo rea''dy\n").encode())
        wait_for(f"{shell} to be ready", lambda: shown("ready"),
                 detail=screen.read_text)
        os.write(main, f"{line}\t{_SHOW}".encode())
        found = wait_for("the line", lambda: shown(r"<([^<>]*)>[\r\n]"),
                         detail=screen.read_text)
    finally:
        child.kill()
        child.wait(WAIT_S)
        os.close(main)
    return found[1]


def _env(site):
    return {**site.env, "PATH": f"{site.objects.tool.parent}:{site.env['PATH']}",
            "TERM": "dumb", "PS1": "", "HOME": str(site.directory)}
