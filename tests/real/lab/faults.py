# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A token endpoint that does what a real one should never do.

An Endpoint stands before the provider. At first it hands everything on, so
that an account can be logged in through it; then a test gives it a behaviour.
"""

import json
import socket
import ssl
import time
import warnings

from .listener import Listener, listen_silently, read_head, relay

TOKEN = "a-token-of-the-fault-server"
"""What good_answer hands out: to be seen where it must not be."""

FLOOD_BYTES = 1 << 28
"""Where an endless answer ends after all, in case nothing else ends it."""

_DRIP_S = 0.05
_CHUNK = b"x" * 65536


class Endpoint(Listener):
    """heads: the heads of the requests that came as far as HTTP."""

    def __init__(self, provider):
        super().__init__(relay(provider.port))
        self.url = f"https://localhost:{self.port}/token"
        self.context = context_for(provider.ca.cert, provider.ca.key)
        self.heads = []


def context_for(cert, key):
    """TLS as a server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def only_tls_1_1(context):
    """The context, and with it either side, speaks TLS 1.1 alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    return context


def after_request(speak):
    """TLS and the head of a request first; then `speak(listener, tls)`."""
    def behave(endpoint, connection):
        with endpoint.context.wrap_socket(connection, server_side=True) as tls:
            head = read_head(tls)
            if head:
                endpoint.heads.append(head)
                speak(endpoint, tls)
    return behave


never_answer = after_request(listen_silently)


def reply(status, headers=(), body=b""):
    """An answer like any other."""
    lines = [f"HTTP/1.1 {status} Lab", f"Content-Length: {len(body)}",
             "Connection: close", *headers, "", ""]

    def speak(_endpoint, tls):
        tls.sendall("\r\n".join(lines).encode("ascii") + body)
        _close_well(tls)
    return after_request(speak)


def good_answer():
    """A token for whoever asks: what a test sees when a check is missing."""
    body = json.dumps({"access_token": TOKEN, "token_type": "Bearer",
                       "expires_in": 3600}).encode("ascii")
    return reply(200, ["Content-Type: application/json"], body)


@after_request
def drip(_endpoint, tls):
    """An answer that goes on for ever, a byte at a time."""
    tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
    while True:
        tls.sendall(b" ")
        time.sleep(_DRIP_S)


def flood(head, chunk=_CHUNK):
    """The head, and then the chunk again and again, as fast as it goes."""
    def speak(_endpoint, tls):
        tls.sendall(head)
        for _ in range(FLOOD_BYTES // len(chunk)):
            tls.sendall(chunk)
        _close_well(tls)
    return after_request(speak)


FLOODS = {
    "until the end": flood(b"HTTP/1.1 200 OK\r\n\r\n"),
    "in chunks": flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                       b"\r\n", b"10000\r\n" + _CHUNK + b"\r\n"),
    "of a failure": flood(b"HTTP/1.1 503 Lab\r\n\r\n"),
    "announced": flood(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n"
                       b"\r\n"),
    "of headers": flood(b"HTTP/1.1 200 OK\r\n",
                        b"".join(b"X-%d: %s\r\n" % (i, b"y" * 1000)
                                 for i in range(60))),
}


def _close_well(tls):
    """The end of an answer, so that the client is in no doubt of it."""
    try:
        tls.unwrap().close()
    except OSError:
        pass


class FullBacklog:
    """A listening port that lets nobody connect any more: what a host looks
    like behind a firewall that drops. Within `with`."""

    def __init__(self, port):
        self.port = port
        self._listener = socket.socket()
        self._fillers = []

    def __enter__(self):
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self._listener.listen(0)
        while self._fill():
            assert len(self._fillers) < 100, "the backlog never fills"
        return self

    def _fill(self):
        filler = socket.socket()
        self._fillers.append(filler)
        filler.settimeout(0.5)
        try:
            filler.connect(("127.0.0.1", self.port))
        except OSError:
            return False
        return True

    def __exit__(self, *_):
        for one in (*self._fillers, self._listener):
            one.close()
