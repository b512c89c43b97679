# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Mail servers of a few lines, which answer as a test has it."""

import socket

from .faults import context_for
from .listener import Listener


class MailServer(Listener):
    """A mail server of a few lines. heard: every line that it was sent."""

    def __init__(self, ca, behaviour, host):
        super().__init__(behaviour)
        if host != "127.0.0.1":
            self._socket.close()
            self._socket = socket.create_server(
                (host, 0), family=socket.AF_INET6 if ":" in host
                else socket.AF_INET)
            self.port = self._socket.getsockname()[1]
        self.context = context_for(ca.cert, ca.key)
        self.heard = []

    def lines(self, connection):
        """What comes, line by line."""
        with connection.makefile("rb") as file:
            for line in file:
                self.heard.append(line.rstrip(b"\r\n"))
                yield self.heard[-1]


def speak(greeting, answers):
    """Answers each line whose second or first word is known."""
    def behave(server, connection):
        connection.sendall(greeting)
        for line in server.lines(connection):
            words = line.split()
            for word in words[:2]:
                if word.upper() in answers:
                    tag = words[0]
                    connection.sendall(
                        answers[word.upper()].replace(b"%t", tag))
                    break
            else:
                connection.sendall(b"500 what?\r\n")
    return behave


def in_tls(behaviour):
    """The same with TLS first."""
    def behave(server, connection):
        with server.context.wrap_socket(connection, server_side=True) as tls:
            behaviour(server, tls)
    return behave
