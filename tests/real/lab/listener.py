# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A listener on loopback whose connections do what a test wants of them.

It runs in threads, which cannot stay behind, and stop() waits for them.
"""

import selectors
import socket
import threading

from .process import STOP_S, WAIT_S, wait_for

_CHUNK = 65536
_PATIENCE_S = 4 * WAIT_S
"""It is the client who must give up, so this is longer than a test waits."""


class Listener:
    """Each connection is handed to `behaviour(listener, connection)`.

    port; connections: how many have come since begin().
    """

    def __init__(self, behaviour):
        self.behaviour = behaviour
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._open = set()
        self._threads = []

    def start(self):
        """Begins to accept."""
        self._spawn(self._accept)
        return self

    def begin(self, behaviour):
        """From now on this behaviour; connections count from zero."""
        self.behaviour = behaviour
        self.connections = 0

    def settle(self):
        """Until what has been connected so far has come to its end. They are
        accepted in turn, so one more is the last."""
        before = self.connections
        socket.create_connection(("127.0.0.1", self.port)).close()
        wait_for("connections to end",
                 lambda: self.connections > before and not self._open)

    def stop(self):
        """Ends it and all its connections."""
        for one in (self._socket, *list(self._open)):
            _shut(one)
        for thread in self._threads:
            thread.join(STOP_S)
        self._socket.close()
        assert not any(thread.is_alive() for thread in self._threads)

    def _spawn(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            self._spawn(self._visit, connection, self.behaviour)

    def _visit(self, connection, behaviour):
        try:
            connection.settimeout(_PATIENCE_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            behaviour(self, connection)
        except OSError:
            pass  # The client has left, which is what most tests are about.
        finally:
            self._open.discard(connection)
            connection.close()


def _shut(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def listen_silently(_listener, connection):
    """Takes whatever comes, and says nothing until the client leaves."""
    while connection.recv(_CHUNK):
        pass


def hang_up(_listener, _connection):
    """Closes at once."""


def relay(port):
    """Hands the bytes on to another loopback port, and back."""
    def behave(_listener, connection):
        with socket.create_connection(("127.0.0.1", port)) as far:
            far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pump(connection, far)
    return behave


def pump(one, other):
    """Copies both ways until a side is at its end."""
    with selectors.DefaultSelector() as ready:
        ready.register(one, selectors.EVENT_READ, other)
        ready.register(other, selectors.EVENT_READ, one)
        while True:
            events = ready.select(_PATIENCE_S)
            for key, _ in events:
                taken = key.fileobj.recv(_CHUNK)
                if not taken:
                    return
                key.data.sendall(taken)
            if not events:
                return


def in_turn(*behaviours):
    """The first connection gets the first one; the last one stays."""
    left = list(behaviours)

    def behave(listener, connection):
        chosen = left.pop(0) if len(left) > 1 else left[0]
        chosen(listener, connection)
    return behave


def read_head(connection):
    """The head of an HTTP request, as text; "" if there is none."""
    taken = b""
    while b"\r\n\r\n" not in taken and len(taken) < _CHUNK:
        more = connection.recv(4096)
        if not more:
            return ""
        taken += more
    return taken.split(b"\r\n\r\n")[0].decode("latin-1")
