# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A provider that answers as a test has it, and tokens that can be read."""

import base64
import json
import urllib.parse

from .faults import context_for
from .listener import Listener

_CHUNK = 65536


def jwt(**claims):
    """A token in the form of a JWT; nobody verifies it."""
    header = {"typ": "JWT", "alg": "RS256", "kid": "made-up"}
    parts = [json.dumps(part).encode() for part in (header, claims)]
    parts.append(b"a made-up signature")
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode()
                    for part in parts)


def token_answer(access_token, **more):
    """(status, headers, body) that gives a token."""
    return 200, [], {"access_token": access_token, "token_type": "Bearer",
                     "expires_in": 3600, **more}


def device_answer(user_code="ABCD-EFGH"):
    """(status, headers, body) that gives a device code."""
    return 200, [], {"device_code": "made-up", "user_code": user_code,
                     "verification_uri": "https://example.com/device",
                     "expires_in": 60, "interval": 1}


class Scripted(Listener):
    """An https server. answers: path -> (status, headers, JSON object), or a
    function of the form's fields that returns one. requests: (path, fields)
    as they came."""

    def __init__(self, ca):
        super().__init__(_serve)
        self.context = context_for(ca.cert, ca.key)
        self.url = f"https://localhost:{self.port}"
        self.answers = {}
        self.requests = []

    def forms(self, path):
        """The fields of the requests to one path."""
        return [fields for came, fields in self.requests if came == path]


def _serve(server, connection):
    with server.context.wrap_socket(connection, server_side=True) as tls:
        path, fields = _read_form(tls)
        server.requests.append((path, fields))
        answer = server.answers.get(path, (404, [], {}))
        status, headers, body = answer(fields) if callable(answer) else answer
        text = json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} Lab", f"Content-Length: {len(text)}",
                 "Content-Type: application/json", "Connection: close",
                 *headers, "", ""]
        tls.sendall("\r\n".join(lines).encode("ascii") + text)
        try:
            tls.unwrap().close()
        except OSError:
            pass


def _read_form(tls):
    """The path of a request, and its form as a dict."""
    taken = b""
    while b"\r\n\r\n" not in taken:
        taken += _more(tls)
    head, body = taken.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    length = [int(line.split(":")[1]) for line in lines
              if line.lower().startswith("content-length:")]
    while length and len(body) < length[0]:
        body += _more(tls)
    return lines[0].split()[1], dict(urllib.parse.parse_qsl(body.decode()))


def _more(tls):
    data = tls.recv(_CHUNK)
    if not data:
        raise ConnectionError("the client has left")
    return data
