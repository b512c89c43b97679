# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The least proxy that can CONNECT (RFC 9110, 9.3.6)."""

from .listener import Listener, read_head, relay

USER, PASSWORD = "mailhost", "open%20sesame"


class Proxy(Listener):
    """heads: the requests it was sent. It connects to loopback only.

    refusal: the status line's end instead of a connection, "403 No".
    """

    def __init__(self, refusal=None):
        super().__init__(_connect)
        self.refusal = refusal
        self.heads = []
        self.url = f"http://127.0.0.1:{self.port}"
        self.url_with_password = self.url.replace(
            "//", f"//{USER}:{PASSWORD}@")

    @property
    def requests(self):
        """The first lines of the heads."""
        return [head.split("\r\n")[0] for head in self.heads]


def _connect(proxy, connection):
    head = read_head(connection)
    proxy.heads.append(head)
    verb, _, rest = head.partition(" ")
    if proxy.refusal or verb != "CONNECT":
        status = proxy.refusal or "405 Not here"
        connection.sendall(
            f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n"
            "Proxy-Authenticate: Basic realm=lab\r\n\r\n".encode("ascii"))
        return
    port = int(rest.split(" ")[0].rpartition(":")[2])
    connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
    relay(port)(proxy, connection)
