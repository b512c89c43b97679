# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The OpenID provider: started, and asked through its control routes."""

import base64
import fcntl
import http.cookiejar
import json
import re
import platform
import ssl
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from .process import Process, free_port, run

SOURCE = Path(__file__).resolve().parent.parent / "provider"
SCOPE = "openid offline_access mail"
EXCHANGE_SCOPE = "profile " + " ".join(
    f"https://outlook.office.com/{name}" for name in
    ("SMTP.Send", "IMAP.AccessAsUser.All", "POP.AccessAsUser.All"))
"""What a preset of Microsoft's asks for besides."""

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

CODE_GRANT = "authorization_code"
REDIRECTS = ["http://127.0.0.1/", "http://localhost", "http://[::1]/",
             "http://127.0.0.1/signed/in?by=lab",
             "https://login.example.com/done"]
"""Those of the loopback with any port: RFC 8252, 7.3."""

PUBLIC = "lab-public"
BODY = "lab-body"
BASIC = "lab-basic"
INTROSPECTOR = "lab-dovecot"
SECRETS = {
    BODY: "b&o+d=y%s/ec&ret+=%26/",
    BASIC: "ba:s%ic+se/cr=e&t",
    INTROSPECTOR: "introspection",
}
_AUTH_METHOD = {
    PUBLIC: "none",
    BODY: "client_secret_post",
    BASIC: "client_secret_basic",
    INTROSPECTOR: "client_secret_basic",
}


def _client(client_id):
    """One client of the provider, as its registration has it."""
    entry = {
        "client_id": client_id,
        "token_endpoint_auth_method": _AUTH_METHOD[client_id],
        "grant_types": [DEVICE_GRANT, CODE_GRANT, "refresh_token"],
        "application_type": "native",
        "redirect_uris": REDIRECTS,
        "response_types": ["code"],
    }
    if client_id in SECRETS:
        entry["client_secret"] = SECRETS[client_id]
    return entry


def node():
    """Node 22 from the locked packages, installed if that was not yet done."""
    cpu = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
    modules = SOURCE / "node_modules"
    binary = modules / f"node-linux-{cpu}" / "bin" / "node"
    stamp = modules / ".package-lock.json"
    lock = SOURCE / "package-lock.json"
    # Who begins at the same time waits: npm ci removes what is there first.
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not binary.exists() or not stamp.exists() \
                or stamp.stat().st_mtime < lock.stat().st_mtime:
            run(["npm", "ci", "--no-fund", "--no-audit"], cwd=SOURCE,
                timeout_s=600, check=True)
            stamp.touch()
    return binary


class _Left(Exception):
    """The pages lead away from the provider, to that address."""


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows redirects below one address only."""

    def __init__(self, top):
        self.top = top

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if not newurl.startswith(self.top):
            raise _Left(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Provider:
    """One running provider. Its clients' ids are the constants above."""

    def __init__(self, directory, ca, port=None):
        self.directory = directory
        self.ca = ca
        self.port = port or free_port()
        self.url = f"https://localhost:{self.port}"
        self.token_endpoint = self.url + "/token"
        self.device_endpoint = self.url + "/device/auth"
        self.authorization_endpoint = self.url + "/auth"
        self._trust = ssl.create_default_context(cafile=str(ca.pem))
        self.process = None
        self._mark = 0

    def start(self):
        """Starts it, and returns once it listens."""
        settings = self.directory / "provider.json"
        settings.write_text(json.dumps({
            "port": self.port, "key": str(self.ca.key),
            "cert": str(self.ca.cert), "scope": f"{SCOPE} {EXCHANGE_SCOPE}",
            "clients": [_client(name) for name in _AUTH_METHOD],
        }), encoding="utf-8")
        self.process = Process(
            "provider", [node(), SOURCE / "provider.mjs", settings],
            self.directory / "provider.log", cwd=SOURCE)
        self.process.wait_ready(lambda: "ready" in self.process.tail())
        return self

    def stop(self):
        """Ends it; tokens and accounts are forgotten."""
        if self.process:
            self.process.stop()

    # What a test asks or changes.

    def control(self, action, **values):
        """One control route, see provider.mjs."""
        request = urllib.request.Request(
            f"{self.url}/lab/{action}", data=json.dumps(values).encode(),
            method="POST")
        with urllib.request.urlopen(request, context=self._trust) as answer:
            return json.load(answer)

    def set(self, **knobs):
        """accessTtl (s), tokenDelay (ms), tokenBits, deviceInterval (s),
        outage (dict with status, body, headers: what /token answers)."""
        self.control("set", **knobs)

    def reset(self):
        """Every knob as it was at the start; requests count from here."""
        self.release()
        self.set(accessTtl=3600, tokenDelay=0, tokenBits=256, outage=None)
        self._mark = len(self.control("requests")["requests"])

    def hold(self):
        """Token requests are taken, and not answered before release()."""
        self.control("hold")

    def release(self):
        """The held requests, and all later ones, are answered."""
        self.control("release")

    def add_client(self, client_id, key, alg):
        """A client without a secret that signs by the key whose public half
        is `key` (PEM), with `alg` alone, and needs no person."""
        self.control(
            "client", client_id=client_id, keys=[key],
            grant_types=["client_credentials"], redirect_uris=[],
            response_types=[], token_endpoint_auth_method="private_key_jwt",
            token_endpoint_auth_signing_alg=alg)

    def add_app(self, client_id, mailbox, method, keys=(), **registration):
        """A client that needs no person, and whose tokens are for a mailbox.
        It authenticates by that method."""
        self.control(
            "client", client_id=client_id, mailbox=mailbox, keys=list(keys),
            grant_types=["client_credentials"], redirect_uris=[],
            response_types=[], token_endpoint_auth_method=method,
            **registration)

    def approve(self, user_code, login):
        """What the person does in the browser: types the code, signs in."""
        answer = self.control("approve", user_code=user_code, login=login)
        assert answer == {"approved": login}, answer

    def deny(self, user_code):
        """The person says no."""
        assert self.control("deny", user_code=user_code) == {"denied": True}

    def account(self, login):
        """dict: alive, access (live tokens), refresh (live tokens)."""
        return self.control("account", login=login)

    def revoke_access(self, login):
        """The provider forgets the access tokens of a login, no more."""
        assert self.control("revoke-access", login=login)["dropped"]

    def revoke_grant(self, login):
        """The login's whole grant ends: somebody must sign in again."""
        assert self.control("revoke-grant", login=login)["dropped"]

    def issued(self):
        """Every access and refresh token handed out so far."""
        return self.control("issued")["issued"]

    def requests(self):
        """The requests to the token route since reset(), as dicts with
        grant, client, status, error (None while it is being answered)."""
        return self.control("requests")["requests"][self._mark:]

    def renewals(self):
        """Those of them that were not made by a login. While the route is
        held or out of order, the grant of a request is not known."""
        return [r for r in self.requests()
                if r["grant"] not in (DEVICE_GRANT, CODE_GRANT)]

    def refreshes(self):
        """The refresh_token requests among them."""
        return [r for r in self.requests() if r["grant"] == "refresh_token"]

    # What a client asks.

    def post(self, path, fields, client_id):
        """A form, authenticated the way the client does; the JSON answer."""
        fields = dict(fields)
        headers = {}
        if _AUTH_METHOD[client_id] == "client_secret_basic":
            pair = ":".join(urllib.parse.quote(part, safe="") for part in
                            (client_id, SECRETS[client_id]))
            coded = base64.b64encode(pair.encode()).decode()
            headers["Authorization"] = "Basic " + coded
        else:
            fields["client_id"] = client_id
            if client_id in SECRETS:
                fields["client_secret"] = SECRETS[client_id]
        request = urllib.request.Request(
            self.url + path, headers=headers,
            data=urllib.parse.urlencode(fields).encode())
        try:
            with urllib.request.urlopen(
                    request, context=self._trust) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            return json.load(refusal)

    def sign_in(self, url, login):
        """A person's way through the pages that an authorization request
        opens, without a browser: the address that they end at."""
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=self._trust),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _StayHere(self.url))
        page = opener.open(url).read().decode()
        for fields in ({"prompt": "login", "login": login, "password": "x"},
                       {"prompt": "consent"}):
            form = re.search(r'action="([^"]+)" method="post"', page)[1]
            try:
                page = opener.open(form, urllib.parse.urlencode(
                    fields).encode()).read().decode()
            except _Left as end:
                return end.args[0]
        raise AssertionError(f"no way back to the program:\n{page}")

    def login(self, login, client_id=PUBLIC):
        """Device flow to its end, without sasl-bearer: the token answer."""
        device = self.post("/device/auth", {"scope": SCOPE}, client_id)
        self.approve(device["user_code"], login)
        answer = self.post("/token", {
            "grant_type": DEVICE_GRANT,
            "device_code": device["device_code"]}, client_id)
        assert "access_token" in answer, answer
        return answer
