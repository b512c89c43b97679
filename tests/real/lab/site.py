# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""One installation of sasl-bearer, seen from outside.

A site has a configuration, a state directory and a plugin directory of its
own, and the variables that make a program use them instead of the system's.
"""

import json
import os
import re
import shutil
import time
import urllib.parse
from pathlib import Path

from .process import WAIT_S, run, spawn, wait_for
from .provider import PUBLIC, SCOPE, SECRETS

TOP = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("BUILD", TOP / "build")).resolve()
_PERSON = 65534
"""The user id of somebody who is neither root nor a mail system."""

_CLIENT_AUTH = {"lab-public": "none", "lab-body": "body",
                "lab-basic": "basic"}

_CONF = """\
provider "lab" {{
    token_endpoint  = "{token_endpoint}"
    device_endpoint = "{device_endpoint}"
    authorization_endpoint = "{authorization_endpoint}"
    scope           = "{scope}"
}}
client_id = "{client_id}"
client_auth = "{client_auth}"
{secret}
ca_file = "{ca}"
timeout = 20
{owners}
{extra}
"""


def debian_plugin(name):
    """One of the plugins that Debian's libsasl2-modules ships."""
    found = sorted(Path("/usr/lib").glob(f"*/sasl2/{name}"))
    assert found, f"libsasl2-modules lacks {name}"
    return found[0]


class Objects:
    """Copies of what was built, where every user can read them. The objects
    that belong together lie side by side, as when they are installed."""

    def __init__(self, directory):
        modules = BUILD / "modules" / ".libs"
        self.plugin = directory / "libsaslbearer.so"
        self.engine = directory / "sasl-bearer-engine.so"
        self.tool = directory / "sasl-bearer"
        self.probe = directory / "sasl-bearer-probe"
        built = [BUILD / "plugin" / ".libs" / self.plugin.name,
                 modules / self.engine.name,
                 modules / "sasl-bearer-client.so",
                 BUILD / self.tool.name, BUILD / self.probe.name]
        for path in built:
            assert path.exists(), f"{path} is missing: run make, or set BUILD"
            shutil.copy(path, directory)


class Site:
    """Files below `directory`: conf, state/, plugins/, outputs/.

    client: one of the provider's clients. renewer: the option of that name.
    person: all programs run as somebody without rights, whose site it is.
    without_module: the plugin directory stays empty, to see that a test
    notices.
    """

    def __init__(self, directory, objects, provider, client=PUBLIC,
                 accounts=(), renewer="postfix", extra="", person=False,
                 without_module=False):
        self.directory = directory
        self.objects = objects
        self.provider = provider
        self.client = client
        self.renewer = None if person else renewer
        self.person = person
        self.extra = extra
        self.without_module = without_module
        self.conf = directory / "sasl-bearer.conf"
        self.state = directory / "state"
        self.plugins = directory / "plugins"
        self.outputs = directory / "outputs"
        self.sasl_path = [self.plugins]
        self.servers = []
        self.more_env = {}
        for made in (self.plugins, self.outputs):
            made.mkdir()
        directory.chmod(0o755)
        if not without_module:
            shutil.copy(objects.plugin, self.plugins)
        self.accounts = list(accounts)
        self.configure()
        if person:
            for path in (directory, *directory.rglob("*")):
                os.chown(path, _PERSON, _PERSON)

    @property
    def identity(self):
        """The arguments that make subprocess run something as this site's
        user."""
        if not self.person:
            return {}
        return {"user": _PERSON, "group": _PERSON, "extra_groups": []}

    def configure(self):
        """Writes the configuration for the accounts known so far."""
        owners = f'renewer = "{self.renewer}"\nreader = "{self.renewer}"' \
            if self.renewer else ""
        text = _CONF.format(
            token_endpoint=self.provider.token_endpoint,
            device_endpoint=self.provider.device_endpoint,
            authorization_endpoint=self.provider.authorization_endpoint,
            scope=SCOPE,
            client_id=self.client, client_auth=_CLIENT_AUTH[self.client],
            secret=self._secret_line(), ca=self.provider.ca.pem,
            owners=owners, extra=self.extra)
        for account in self.accounts:
            text += f'account "{account}" {{ provider = "lab" }}\n'
        self.conf.write_text(text, encoding="utf-8")

    def _secret_line(self):
        if self.client not in SECRETS:
            return ""
        path = self.directory / "client_secret"
        path.write_text(SECRETS[self.client] + "\n", encoding="ascii")
        if self.renewer:
            shutil.chown(path, self.renewer)
        path.chmod(0o600)
        return f'client_secret_file = "{path}"'

    @property
    def variables(self):
        """What a program must have in its environment to use this site."""
        return {
            "SASL_PATH": ":".join(str(path) for path in self.sasl_path),
            "SASL_BEARER_CONF": str(self.conf),
            "SASL_BEARER_STATE": str(self.state),
            "SASL_BEARER_ENGINE": str(self.objects.engine),
            "SASL_BEARER_PROBE": str(self.objects.probe),
        }

    @property
    def env(self):
        """A small environment with those variables."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.directory),
                "LANG": "C.UTF-8", "USER": "lab", **self.variables,
                **self.more_env}

    def keep(self, name, text):
        """Keeps a program's output, to be searched for tokens later."""
        count = len(list(self.outputs.iterdir()))
        path = self.outputs / f"{count:03}-{name}"
        path.write_text(text, encoding="utf-8")
        return path

    # The tool.

    def tool(self, *arguments, code=0, secret=False):
        """Runs sasl-bearer; `code` is the exit code that must come, None for
        any. `secret`: stdout is a token by design, not to be searched."""
        done = run([self.objects.tool, *arguments], env=self.env,
                   timeout_s=2 * WAIT_S, **self.identity)
        self.keep("tool", done.stderr + ("" if secret else done.stdout))
        if code is not None:
            assert done.returncode == code, \
                f"{arguments}: {done.returncode}, not {code}\n" \
                f"{done.stdout}{done.stderr}"
        return done

    def login(self, account, answer=None, code=0):
        """`sasl-bearer login`, with the person at the browser played by the
        lab. `answer(user_code)` instead of an approval. Returns all it said."""
        if account not in self.accounts:
            self.accounts.append(account)
            self.configure()
        path = self.keep("login", "")
        with open(path, "wb") as out:
            child = spawn([self.objects.tool, "login", account],
                          env=self.env, stdout=out, stderr=out,
                          **self.identity)
        try:
            user_code = self._user_code(child, path)
            if answer:
                answer(user_code)
            else:
                self.provider.approve(user_code, account)
            returned = child.wait(WAIT_S)
        finally:
            child.kill()
            child.wait()
        said = path.read_text(encoding="utf-8")
        assert returned == code, f"login: {returned}, not {code}\n{said}"
        return said

    def _user_code(self, child, path):
        def look():
            said = path.read_text(encoding="utf-8")
            found = re.search(r"code[: ]+([A-Z0-9]+-[A-Z0-9]+)", said)
            assert found or child.poll() is None, \
                f"login ended with {child.returncode}:\n{said}"
            return found and found.group(1)
        return wait_for("a device code", look, detail=path.read_text)

    def token(self, account):
        """What `sasl-bearer token` prints."""
        return self.tool("token", account, secret=True).stdout.strip()

    # Files.

    def record_path(self, account):
        """The token record of an account."""
        name = urllib.parse.quote(account, safe="@+")
        return self.state / "tokens" / name

    def grant_path(self, account):
        """The grant of an account."""
        name = urllib.parse.quote(account, safe="@+")
        return self.state / "grants" / name

    def record(self, account):
        """The record as a dict."""
        lines = self.record_path(account).read_text().splitlines()
        assert lines[0] == "sasl-bearer-token 1", lines[0]
        return dict(line.split(" ", 1) for line in lines[1:])

    def grant(self, account):
        """The grant as a dict."""
        return json.loads(self.grant_path(account).read_text())

    def put_record(self, account, token, **more):
        """A record as another renewer would write it, good for an hour."""
        now = int(time.time())
        values = {"access_token": token, "obtained_at": now,
                  "renew_at": now + 3000, "expires_at": now + 3600, **more}
        path = self.record_path(account)
        for name in ("tokens", "grants"):
            (self.state / name).mkdir(parents=True, exist_ok=True)
        path.write_text(_format(values), encoding="utf-8")

    def edit_record(self, account, **changes):
        """Changes values in place: owner, mode and inode stay."""
        values = {**self.record(account), **changes}
        with open(self.record_path(account), "r+", encoding="utf-8") as file:
            file.truncate()
            file.write(_format(values))

    def expire(self, account):
        """The access token is over, here and at the provider, whose answer
        to the mail server's question is from now on: not active."""
        self.expire_here(account)
        self.provider.revoke_access(account)

    def expire_here(self, account):
        """The access token is over by the times in its record."""
        now = int(time.time())
        self.edit_record(account, obtained_at=now - 7200,
                         renew_at=now - 4200, expires_at=now - 3600)

    def make_due(self, account):
        """The access token is good, and inside its renewal window."""
        now = int(time.time())
        self.edit_record(account, obtained_at=now - 3000,
                         renew_at=now - 10, expires_at=now + 600)


def _format(values):
    lines = [f"{name} {value}" for name, value in values.items()]
    return "\n".join(["sasl-bearer-token 1", *lines, ""])
