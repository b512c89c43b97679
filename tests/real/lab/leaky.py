# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A provider that says again what it was told in confidence, and a mail
server of that kind.

All that it gives and gets that is secret, a judge knows from then on.
"""

import base64
import json
import urllib.parse

from .faults import context_for
from .listener import Listener
from .secrets import RUN, mark
from .webserver import WebServer

_DEVICE_LIFE_S = 2
_LINE = 65536

_SENT = {"refresh_token": "refresh token", "token": "revoked token",
         "client_secret": "client secret", "code": "authorization code",
         "code_verifier": "verifier", "device_code": "device code"}
"""Fields of a form that are secrets, and what a judge calls them."""


class Leaky(WebServer):
    """While `leak` is not None, that function of (told, request) answers at
    the path that `leaks_at` begins: told is the secrets of the request, as
    one text. requests: (path, fields), of each."""

    def __init__(self, ca, judge):
        super().__init__(ca)
        self.judge = judge
        self.leak = None
        self.leaks_at = "/token"
        self.requests = []
        self.refresh_token = None

    def login(self):
        """A refresh token, as of a login that was before."""
        self.refresh_token = self.judge.add("refresh token", mark())
        return self.refresh_token

    def serve(self, request):
        fields = dict(urllib.parse.parse_qsl(request.body))
        path = urllib.parse.urlsplit(request.path).path
        self.requests.append((path, fields))
        told = self._learn(fields, request.headers)
        if self.leak and path.startswith(self.leaks_at):
            return self.leak(told, request)
        return {"/device": self._device, "/token": self._token, "/authorize": lambda: (200, {}, {}),
                "/revoke": lambda: (200, {}, {})}[path]()

    def _learn(self, fields, headers):
        """Adds what it was told to what the judge knows; the last word of
        what is secret in it."""
        told = []
        for field, name in _SENT.items():
            if len(fields.get(field, "")) >= RUN:
                told.append(self.judge.add(name, fields[field]))
        for field in ("client_assertion", "assertion"):
            if field in fields:
                signature = fields[field].rpartition(".")[2]
                self.judge.add("assertion's signature", signature)
                told.append(fields[field])
        if "Authorization" in headers:
            value = headers["Authorization"].partition(" ")[2]
            secret = base64.b64decode(value).partition(b":")[2].decode()
            self.judge.add("client secret", urllib.parse.unquote_plus(secret))
            told += [value, urllib.parse.unquote_plus(secret)]
        return " ".join(told) or "nothing"

    def _device(self):
        code = self.judge.add("device code", mark())
        return 200, {}, {
            "device_code": code, "user_code": "ABCD-EFGH", "interval": 1,
            "verification_uri": "https://example.com/device",
            "expires_in": _DEVICE_LIFE_S}

    def _token(self):
        return 200, {}, {
            "access_token": self.judge.add("access token", mark()),
            "refresh_token": self.login(), "token_type": "Bearer",
            "expires_in": 3600, "scope": "mail"}


def _json(status, **fields):
    return status, {}, fields


def _in_host(told, _):
    label = "".join(char for char in told if char.isalnum())[:60]
    return 307, {"Location": f"https://{label}.example.com/"}, ""


def _as_header(told, _):
    return 401, {"WWW-Authenticate": f'Bearer error="{told}"',
                 "Retry-After": told, "X-Request-Id": told,
                 "Server": told}, ""


LEAKS = {
    "a description": lambda told, _: _json(
        400, error="invalid_grant",
        error_description=f"AADSTS70000: the grant {told} is unknown"),
    "a bare description": lambda told, _: _json(
        400, error="invalid_client", error_description=told),
    "a description in quotes": lambda told, _: _json(
        400, error="invalid_request", error_description=f"'{told}' is bad"),
    "a description percent-encoded": lambda told, _: _json(
        400, error="invalid_grant",
        error_description=urllib.parse.quote(told, safe="")),
    "the whole form as description": lambda told, request: _json(
        400, error="invalid_grant",
        error_description=f"cannot parse {request.body}"),
    "a part in a description": lambda told, _: _json(
        400, error="invalid_grant", error_description=f"{told[:20]}..."),
    "the code of an error": lambda told, _: _json(400, error=told),
    "the address of an error": lambda told, _: _json(
        400, error="invalid_scope",
        error_uri=f"https://example.com/?e={told}"),
    "an unknown error": lambda told, _: _json(
        400, error="odd_thing", error_description=f"of {told}"),
    "a page": lambda told, _: (
        500, {}, f"<html><title>{told}</title><p>error: {told}</html>"),
    "a page with success": lambda told, _: (200, {}, f"<h1>{told}</h1>"),
    "a text": lambda told, _: (403, {}, told),
    "JSON that is cut": lambda told, _: (
        200, {}, json.dumps({"access_token": told})[:-3]),
    "an address to go to": lambda told, _: (
        307, {"Location": "https://other.example.com/?"
              + urllib.parse.quote(told)}, ""),
    "a path to go to": lambda told, _: (
        302, {"Location": "/" + urllib.parse.quote(told)}, ""),
    "a host to go to": _in_host,
    "a user to go to": lambda told, _: (
        302, {"Location": "https://me:" + urllib.parse.quote(told, safe="")
              + "@other.example.com/"}, ""),
    "headers": _as_header,
    "the type of a token": lambda told, _: _json(
        200, access_token=mark(), token_type=told, expires_in=3600),
    "the scope of a token": lambda told, _: _json(
        200, access_token=mark(), token_type="Bearer", expires_in=3600,
        scope=told),
    "the time of a token": lambda told, _: _json(
        200, access_token=mark(), token_type="Bearer", expires_in=told),
    "a token with a line end": lambda told, _: _json(
        200, access_token=f"{told}\r\n{told}", token_type="Bearer",
        expires_in=3600),
}
"""Name -> how an answer can hold what the request had."""


class LeakyMail(Listener):
    """An IMAP, POP or SMTP server in TLS whose refusal has the token in it,
    as it is and as it came. where: "challenge" or "reply"."""

    def __init__(self, ca, protocol, where):
        super().__init__(_speak)
        self.context = context_for(ca.cert, ca.key)
        self.protocol = protocol
        self.where = where


_GREETINGS = {"imap": b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 "
                      b"AUTH=OAUTHBEARER] hello\r\n",
              "pop": b"+OK hello\r\n", "smtp": b"220 lab ESMTP\r\n"}
_ANSWERS = {"CAPA": b"+OK\r\nSASL XOAUTH2 OAUTHBEARER\r\nUSER\r\n.\r\n",
            "EHLO": b"250-lab\r\n250 AUTH XOAUTH2 OAUTHBEARER\r\n"}
_ASK = {"imap": b"+ \r\n", "pop": b"+ \r\n", "smtp": b"334 \r\n"}


def _speak(server, connection):
    with server.context.wrap_socket(connection, server_side=True) as tls, \
            tls.makefile("rb") as lines:
        tls.sendall(_GREETINGS[server.protocol])
        while line := lines.readline(_LINE):
            words = line.decode("latin-1").split()
            verb = [word.upper() for word in words[:2]]
            if "AUTH" in verb or "AUTHENTICATE" in verb:
                _refuse(server, tls, lines, words)
            else:
                known = [_ANSWERS[v] for v in verb if v in _ANSWERS]
                tls.sendall(known[0] if known else _no(server, words, ""))


def _no(server, words, text):
    tag = {"imap": f"{words[0]} NO", "pop": "-ERR [AUTH]",
           "smtp": "535 5.7.8"}[server.protocol]
    return f"{tag} {text}\r\n".encode("latin-1")


def _refuse(server, tls, lines, words):
    coded = words[-1]
    if coded.upper() in ("XOAUTH2", "OAUTHBEARER"):
        tls.sendall(_ASK[server.protocol])
        coded = lines.readline(_LINE).decode("latin-1").strip()
    said = base64.b64decode(coded).decode("latin-1")
    token = said.partition("auth=Bearer ")[2].split("\1")[0]
    text = f"bad token {token} in {coded}"
    if server.where == "challenge":
        challenge = json.dumps({"status": "401", "schemes": token,
                                "scope": text, "error": token}).encode()
        start = _ASK[server.protocol].rstrip()
        tls.sendall(start + b" " + base64.b64encode(challenge) + b"\r\n")
        lines.readline(_LINE)
        text = "failed"
    tls.sendall(_no(server, words, text))
