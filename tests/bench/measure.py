# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the host program with one plugin directory or another, and counts.

A subject is a plugin directory with what a login through it needs. Every
figure is got by running the host as somebody without rights, where that is
possible, in an environment that holds nothing but what is named here.
"""

import json
import os
import random
import re
import shutil
import string
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
USER = "me@example.com"
NOBODY = 65534
"""Somebody who is neither root nor a mail system."""

_PERSON_UID = 1000
"""From here on the module looks below HOME (common/place.h)."""

_VALID_S = 30 * 86400

_CONF = """\
provider "bench" {
    token_endpoint = "https://login.example.com/token"
    scope = "mail"
}
client_id = "bench"
account "%s" {
    provider = "bench"
}
"""


class Failed(Exception):
    """A measurement that could not be made, with the reason."""


class Subject:
    """One plugin directory."""

    def __init__(self, name, plugins):
        self.name = name
        self.plugins = plugins
        self.takes_file = False
        """Its password is the path of a token file, else the token."""
        self.must_prompt = False


def random_token(length):
    """The same at every run. Random, because real ones are."""
    letters = string.ascii_letters + string.digits + "-_"
    return "".join(random.Random(length).choices(letters, k=length))


class Workspace:
    """The compiled programs, the plugin directories, and a configuration with
    one account for each token length."""

    def __init__(self, directory, token_lengths):
        self.directory = directory
        self.uid = NOBODY if os.geteuid() == 0 else os.geteuid()
        directory.chmod(0o755)
        self.host = directory / "host"
        self.outputs = directory / "outputs"
        self.objects = directory / "objects"
        self.empty_home = directory / "home"
        for made in (self.outputs, self.objects, self.empty_home):
            made.mkdir()
        self.outputs.chmod(0o777)
        self.homes = {n: self._make_home(n) for n in token_lengths}

    def compile(self):
        """The host and the two plugins of our own: their directories."""
        compiler = os.environ.get("CC", "cc").split()
        flags = ["-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall"]
        flags += self._pkg_config("--cflags")
        libs = self._pkg_config("--libs") or ["-lsasl2"]
        subprocess.run([*compiler, *flags, "-o", self.host, HERE / "host.c",
                        *libs], check=True)
        made = []
        for name in ("nothing", "constant"):
            plugins = self.directory / name
            plugins.mkdir()
            # Some compilers leave out a libc that is not used.
            subprocess.run([*compiler, *flags, "-fPIC", "-shared", "-o",
                            plugins / f"lib{name}.so", HERE / f"{name}.c",
                            "-Wl,--no-as-needed", "-lc"], check=True)
            made.append(plugins)
        return made

    @staticmethod
    def _pkg_config(what):
        if shutil.which("pkg-config") is None:
            return []
        return subprocess.run(["pkg-config", what, "libsasl2"], text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout.split()

    def _make_home(self, token_length):
        """A person's home, with a record that is fresh, and a token file."""
        home = self.directory / f"home-{token_length}"
        tokens = home / ".local/state/sasl-bearer/tokens"
        tokens.mkdir(parents=True)
        (home / ".config").mkdir()
        (home / ".config/sasl-bearer.conf").write_text(_CONF % USER)
        token, now = random_token(token_length), int(time.time())
        (tokens / USER).write_text(
            f"sasl-bearer-token 1\naccess_token {token}\nobtained_at {now}\n"
            f"renew_at {now + _VALID_S - 3600}\nexpires_at {now + _VALID_S}\n")
        self._write_private(home / "token.json", json.dumps({
            "access_token": token, "refresh_token": "bench",
            "expiry": str(now + _VALID_S)}))
        return home

    def _write_private(self, path, text):
        path.write_text(text)
        path.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.uid)

    def environment(self, subject, token_length=None, as_root=False):
        """Without a token length, nothing is configured."""
        home = self.homes.get(token_length, self.empty_home)
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C",
               "HOME": str(home), "BENCH_USER": USER,
               "BENCH_TOKEN": random_token(token_length or 60),
               "SASL_PATH": str(subject.plugins),
               "SASL_BEARER_ENGINE":
                   str(self.objects / "sasl-bearer-engine.so")}
        env["BENCH_PASSWORD"] = str(home / "token.json") \
            if subject.takes_file else env["BENCH_TOKEN"]
        if subject.must_prompt:
            env["BENCH_PROMPT"] = "1"
        if token_length and (as_root or self.uid < _PERSON_UID):
            env["SASL_BEARER_CONF"] = str(home / ".config/sasl-bearer.conf")
            env["SASL_BEARER_STATE"] = str(home / ".local/state/sasl-bearer")
        return env

    def run(self, env, *args, wrapper=(), as_root=False):
        """The host's standard output."""
        identity = {}
        if os.geteuid() == 0 and not as_root:
            identity = {"user": self.uid, "group": self.uid,
                        "extra_groups": []}
        done = subprocess.run([*wrapper, self.host, *map(str, args)], env=env,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", **identity)
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines()
                    if line.startswith(("init:", "login:"))]
            raise Failed(said[-1][:200] if said else
                         f"the host ended with {done.returncode}")
        return done.stdout

    def numbers(self, env, *args, as_root=False):
        return [float(word)
                for word in self.run(env, *args, as_root=as_root).split()]

    def instructions(self, env, *args, only=None, as_root=False):
        """By callgrind; only inside of the function of that name."""
        out = self.outputs / "callgrind"
        wrapper = ["valgrind", "--tool=callgrind", "-q",
                   f"--callgrind-out-file={out}"]
        if only:
            wrapper.append(f"--toggle-collect={only}")
        text = self._trace(out, env, args, wrapper, as_root)
        return int(re.search(r"^(?:totals|summary): (\d+)", text, re.M)[1])

    def system_calls(self, env, *args):
        out = self.outputs / "strace"
        text = self._trace(out, env, args, ["strace", "-f", "-o", str(out)],
                           False)
        return sum(1 for line in text.splitlines()
                   if "resumed>" not in line and re.match(r"\d+ +\w+\(", line))

    def _trace(self, out, env, args, wrapper, as_root):
        if shutil.which(wrapper[0]) is None:
            raise Failed(f"{wrapper[0]} is not installed")
        out.unlink(missing_ok=True)
        self.run(env, *args, wrapper=wrapper, as_root=as_root)
        return out.read_text(errors="replace")

    def per_login(self, count, env, mechanism, many):
        """What `count` tells of one login: from `many` and twice as many."""
        once = count(env, "login", mechanism, many, 1)
        twice = count(env, "login", mechanism, 2 * many, 1)
        return (twice - once) / many
