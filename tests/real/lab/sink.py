# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Where mail ends: an SMTP server that takes everything and keeps it.

It runs as a thread: the messages are at hand, and it cannot stay behind.
"""

import socketserver
import threading

from .process import wait_for

_OK = b"250 ok\r\n"
_ANSWERS = {
    "EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SIZE\r\n", "QUIT": b"221 bye\r\n",
}


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.wfile.write(b"220 sink ESMTP\r\n")
        for line in self.rfile:
            verb = line.decode("latin-1").split(None, 1)[:1]
            verb = verb[0].upper() if verb else ""
            if verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.keep(self._message())
                self.wfile.write(_OK)
            else:
                self.wfile.write(_ANSWERS.get(verb, _OK))
            if verb == "QUIT":
                return

    def _message(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines).decode("latin-1")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.messages = []

    def keep(self, message):
        """One message is complete."""
        self.messages.append(message)


class Sink:
    """`messages` is the list of all messages received, as text."""

    def __init__(self):
        self._server = _Server()
        self.port = self._server.server_address[1]

    def start(self):
        """Begins to serve."""
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,),
            daemon=True).start()
        return self

    def stop(self):
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def messages(self):
        """A copy, in order of arrival."""
        return list(self._server.messages)

    def having(self, text):
        """The messages that contain a text."""
        return [m for m in self.messages if text in m]

    def wait_for(self, text, count=1, detail=None):
        """Until that many messages with `text` have arrived."""
        wait_for(f"{count} message(s) with {text}",
                 lambda: len(self.having(text)) >= count, detail=detail)
