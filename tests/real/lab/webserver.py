# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A web server on loopback, in threads of this process."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .process import STOP_S


class WebServer:
    """What answers is serve() of a subclass. url: its root, https with a
    certificate of `ca`, or http where that is None."""

    def __init__(self, ca=None):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        if ca:
            trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trust.load_cert_chain(ca.cert, ca.key)
            self._server.socket = trust.wrap_socket(
                self._server.socket, server_side=True)
            self.url = f"https://localhost:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), daemon=True)

    def start(self):
        """Begins to answer."""
        self._thread.start()
        return self

    def stop(self):
        """Ends it. May be called twice."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(STOP_S)
        assert not self._thread.is_alive()

    def serve(self, request):
        """(status, headers, text or JSON) for one request, which has command,
        path, headers and body."""
        raise NotImplementedError

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def _answer(self):
                length = int(self.headers.get("Content-Length", 0))
                self.body = self.rfile.read(length).decode("ascii")
                status, headers, body = server.serve(self)
                if not isinstance(body, str):
                    body = json.dumps(body)
                    headers = {"Content-Type": "application/json", **headers}
                body = body.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # Who has not waited so long is what tests are about.

            do_GET = do_POST = _answer

            def log_message(self, *_):  # pylint: disable=arguments-differ
                """Nothing."""
        return Handler
