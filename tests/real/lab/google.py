# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Google's token endpoint for service accounts, on loopback with the lab's
certificate. OpenSSL verifies the signatures; each field of an assertion must
be what Google's documentation says, and nothing may be beside it.
"""

import base64
import json
import time
import urllib.parse

from .keys import make_key
from .process import run
from .webserver import WebServer

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://mail.google.com/"
EMAIL = "mailer@project.iam.gserviceaccount.com"
KEY_ID = "0123456789abcdef0123456789abcdef01234567"

_LIFETIME_S = 3600
_SKEW_S = 60
_DELEGATION = "Client is unauthorized to retrieve access tokens using this " \
    "method, or client not authorized for any of the scopes requested."


class Refused(Exception):
    """(error, description) of Google's."""


class Google(WebServer):
    """mailboxes: whom the account may stand for. skew_s: how much its clock is
    ahead of this machine's. claims: of the assertions taken so far, in order.
    file: the service account's key file, as Google ships it.
    """

    def __init__(self, directory, ca, mint, mailboxes):
        super().__init__(ca)
        self.url += "/token"
        self.directory = directory
        self.mint = mint
        self.mailboxes = list(mailboxes)
        self.skew_s = 0
        self.asked = 0
        self.claims = []
        self.file = self._make_key_file()

    def _make_key_file(self):
        key, public = make_key(self.directory)
        (self.directory / "public.pem").write_text(public, encoding="ascii")
        path = self.directory / "project-0123456789ab.json"
        path.write_text(json.dumps({
            "type": "service_account",
            "project_id": "project",
            "private_key_id": KEY_ID,
            "private_key": key.read_text(encoding="ascii"),
            "client_email": EMAIL,
            "client_id": "123456789012345678901",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": "https://evil.example.com/token",
            "auth_provider_x509_cert_url":
                "https://www.googleapis.com/oauth2/v1/certs",
            "universe_domain": "googleapis.com"}, indent=2), encoding="utf-8")
        path.chmod(0o600)
        key.unlink()
        return path

    def serve(self, request):
        """A form, to whatever path."""
        status, answer = self.answer(request.body)
        return status, {}, answer

    def answer(self, body):
        """(status, JSON) for the body of a request."""
        self.asked += 1
        try:
            self._check(urllib.parse.parse_qs(
                body, keep_blank_values=True, strict_parsing=True))
        except Refused as refusal:
            error, description = refusal.args
            status = 401 if error == "unauthorized_client" else 400
            return status, {"error": error, "error_description": description}
        return 200, {"access_token": self.mint(), "expires_in": 3599,
                     "token_type": "Bearer"}

    def _check(self, form):
        if form.get("grant_type") != [GRANT]:
            raise Refused("unsupported_grant_type", "Invalid grant_type")
        if set(form) != {"grant_type", "assertion"}:
            raise Refused("invalid_request", f"unexpected: {sorted(form)}")
        parts = form["assertion"][0].split(".")
        if len(parts) != 3:
            raise Refused("invalid_grant", "Bad Request")
        header, claims = (json.loads(_decode(part)) for part in parts[:2])
        if header != {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}:
            raise Refused("invalid_grant", f"Invalid JWT header {header}")
        self._verify(".".join(parts[:2]), _decode(parts[2]))
        self._judge(claims)
        self.claims.append(claims)

    def _verify(self, signed, signature):
        path = self.directory / "signature"
        path.write_bytes(signature)
        done = run(["openssl", "dgst", "-sha256", "-verify",
                    self.directory / "public.pem", "-signature", path],
                   input=signed)
        if done.returncode:
            raise Refused("invalid_grant", "Invalid JWT Signature.")

    def _judge(self, claims):
        now = time.time() + self.skew_s
        if set(claims) != {"iss", "scope", "aud", "iat", "exp", "sub"}:
            raise Refused("invalid_grant", f"Invalid JWT: {sorted(claims)}")
        if claims["iss"] != EMAIL:
            raise Refused("invalid_grant", "Invalid issuer")
        if claims["aud"] != self.url:
            raise Refused("invalid_grant", "Invalid JWT: audience")
        if not claims["iat"] < claims["exp"] <= claims["iat"] + _LIFETIME_S \
                or not claims["iat"] - _SKEW_S <= now <= claims["exp"]:
            raise Refused(
                "invalid_grant", "Invalid JWT: Token must be a short-lived "
                "token (60 minutes) and in a reasonable timeframe. Check your "
                "iat and exp values in the JWT claim.")
        if claims["scope"] != SCOPE:
            raise Refused("invalid_scope", "Invalid OAuth scope")
        if "@" not in claims["sub"]:
            raise Refused("invalid_grant", "Invalid email or User ID")
        if claims["sub"] not in self.mailboxes:
            raise Refused("unauthorized_client", _DELEGATION)


def _decode(text):
    """Base64url without padding (RFC 7515, 2)."""
    if "=" in text:
        raise Refused("invalid_grant", "Bad Request")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
