# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A token endpoint that rotates refresh tokens and knows a reused one.

Small and quick, for thousands of renewals. A refresh token is good once; one
that comes again ends the login, as RFC 9700 (4.14.2) wants it.
"""

import itertools
import json
import threading
import urllib.parse

from .faults import context_for
from .listener import Listener, read_head
from .secrets import mark

LIFETIME_S = 3600


class Rotation(Listener):
    """requests: (refresh token, whose it was or None) of each one that came.
    access: the newest access token of each account."""

    def __init__(self, ca):
        super().__init__(Rotation._answer)
        self.ca = ca
        self.url = f"https://127.0.0.1:{self.port}/token"
        self.context = context_for(ca.cert, ca.key)
        self.requests = []
        self.access = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._good = {}
        self._spent = {}

    def login(self, name):
        """A new login, which ends older ones; its first refresh token."""
        self.end(name)
        with self._lock:
            return self._issue(name)

    def end(self, name):
        """The login ends at the provider."""
        with self._lock:
            self._good = {token: owner for token, owner in self._good.items()
                          if owner != name}

    def current(self, name):
        """The refresh token that is good; None after a reuse."""
        with self._lock:
            for token, owner in self._good.items():
                if owner == name:
                    return token
        return None

    def _issue(self, name):
        token = f"refresh-{next(self._numbers)}-{mark()}"
        self._good[token] = name
        return token

    def _answer(self, connection):
        with self.context.wrap_socket(connection, server_side=True) as tls:
            fields = _read_form(tls)
            if fields is None:
                return
            code, answer = self.judge(fields)
            body = json.dumps(answer).encode("ascii")
            tls.sendall(b"HTTP/1.1 %d Lab\r\nContent-Length: %d\r\n"
                        b"Content-Type: application/json\r\n"
                        b"Connection: close\r\n\r\n" % (code, len(body))
                        + body)
            tls.unwrap()

    def judge(self, fields):
        """(status, answer) for a form; a token is spent from then on."""
        with self._lock:
            token = fields.get("refresh_token")
            name = self._good.pop(token, None)
            self.requests.append((token, name))
            if name is None:
                self._reused(token)
                return 400, {"error": "invalid_grant",
                             "error_description": "The refresh token is "
                             "unknown, or was used before."}
            self._spent[token] = name
            self.access[name] = f"access-{next(self._numbers)}-{mark()}"
            return 200, {"access_token": self.access[name],
                         "refresh_token": self._issue(name),
                         "token_type": "Bearer", "expires_in": LIFETIME_S}

    def _reused(self, token):
        name = self._spent.get(token)
        self._good = {good: owner for good, owner in self._good.items()
                      if owner != name}


def _read_form(tls):
    """The fields of a POST; None when the client has left before."""
    taken = b""
    while b"\r\n\r\n" not in taken:
        more = tls.recv(65536)
        if not more:
            return None
        taken += more
    head, _, body = taken.partition(b"\r\n\r\n")
    length = 0
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    while len(body) < length:
        more = tls.recv(65536)
        if not more:
            return None
        body += more
    return dict(urllib.parse.parse_qsl(body.decode("ascii")))
