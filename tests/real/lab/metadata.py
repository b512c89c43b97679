# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The instance metadata service of a machine at Azure, as far as tokens go:
plain http on loopback. It checks all that the real one checks, and more.
"""

import threading
import urllib.parse

from .process import WAIT_S
from .webserver import WebServer

PATH = "/metadata/identity/oauth2/token"
RESOURCE = "https://outlook.office365.com/"
IDENTITY = "66666666-7777-8888-9999-000000000000"
"""The client id of an identity that somebody assigned to the machine."""

_VERSION = "2018-02-01"
_LIFETIME_S = 86399


class Metadata(WebServer):
    """mint() makes the tokens. failures: statuses that are answered first.

    asked: the queries so far, each as a dict. Within hold() and release()
    requests are taken, and not answered.
    """

    def __init__(self, mint):
        super().__init__()
        self.url += PATH
        self.mint = mint
        self.failures = []
        self.asked = []
        self._opened = threading.Event()
        self._opened.set()

    def stop(self):
        """Ends it."""
        self.release()
        super().stop()

    def hold(self):
        """From now on nobody is answered."""
        self._opened.clear()

    def release(self):
        """Everybody is answered again."""
        self._opened.set()

    def answer(self, method, target, headers):
        """(status, JSON) for one request."""
        path, _, text = target.partition("?")
        query = urllib.parse.parse_qs(text, keep_blank_values=True)
        self.asked.append({name: values[0] for name, values in query.items()})
        self._opened.wait(WAIT_S)
        wrong = _find_fault(method, path, query, headers)
        if self.failures:
            status = self.failures.pop(0)
            return status, {"error": "unknown",
                            "error_description": f"failure {status}"}
        if wrong:
            return 400, {"error": "invalid_request",
                         "error_description": wrong}
        return 200, self._token(query)

    def _token(self, query):
        """Numbers are strings, as they come at Azure."""
        return {
            "access_token": self.mint(),
            "client_id": query.get("client_id", [IDENTITY])[0],
            "expires_in": str(_LIFETIME_S),
            "expires_on": "4102444800",
            "ext_expires_in": str(_LIFETIME_S),
            "not_before": "1700000000",
            "resource": query["resource"][0],
            "token_type": "Bearer",
        }

    def serve(self, request):
        """As answer(), and when to come back."""
        status, body = self.answer(
            request.command, request.path, request.headers)
        return status, {"Retry-After": "7"} if status == 429 else {}, body


def _find_fault(method, path, query, headers):
    """What is wrong with a request; None: nothing."""
    allowed = {"api-version", "resource", "client_id"}
    if method != "GET":
        return "Invalid method"
    if path != PATH:
        return "Invalid path"
    if headers.get_all("Metadata") != ["true"]:
        return "Required metadata header not specified"
    if "X-Forwarded-For" in headers or "Authorization" in headers:
        return "Request has a header that it may not have"
    if set(query) - allowed or any(len(v) != 1 for v in query.values()):
        return f"Invalid query: {sorted(query)}"
    if query.get("api-version") != [_VERSION]:
        return "Required query variable 'api-version' is missing or wrong"
    if query.get("resource") != [RESOURCE]:
        return "AADSTS500011: The resource principal was not found"
    if query.get("client_id", [IDENTITY]) != [IDENTITY]:
        return "Identity not found"
    return None
