# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""An issuer whose discovery documents are what a test wants: https on
loopback, beside the provider that its endpoints belong to.
"""

import json

from .webserver import WebServer

OIDC = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


class Issuer(WebServer):
    """documents: {path: (status, body)}; a missing path is a 404.

    asked: the paths of the requests so far.
    """

    def __init__(self, ca, provider):
        super().__init__(ca)
        self.provider = provider
        self.documents = {}
        self.asked = []

    def document(self, issuer=None, **changes):
        """A good document, as (status, body). A member set to None is left
        out."""
        members = {
            "issuer": issuer or self.url,
            "token_endpoint": self.provider.token_endpoint,
            "device_authorization_endpoint": self.provider.device_endpoint,
            **changes,
        }
        return 200, json.dumps({name: value for name, value in members.items()
                                if value is not None})

    def serve(self, request):
        """A document, or none."""
        self.asked.append(request.path)
        status, body = self.documents.get(request.path, (404, "none"))
        return status, {}, body
