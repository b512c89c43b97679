# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What stands in for others is as strict as they are: it takes the one right
request, and none that differs in a field or in the signature."""

import json
import time
import urllib.parse
from email.message import Message

import pytest

from lab.google import EMAIL, GRANT, KEY_ID, SCOPE
from lab.keys import make_key, sign
from lab.metadata import IDENTITY, PATH, RESOURCE, Metadata

GOOD_QUERY = {"api-version": "2018-02-01", "resource": RESOURCE}


@pytest.mark.toolonly
@pytest.mark.parametrize("method, path, changes, header, status", [
    ("GET", PATH, {}, "true", 200),
    ("GET", PATH, {"client_id": IDENTITY}, "true", 200),
    ("POST", PATH, {}, "true", 400),
    ("GET", PATH + "/", {}, "true", 400),
    ("GET", PATH, {}, None, 400),
    ("GET", PATH, {}, "True", 400),
    ("GET", PATH, {"api-version": "2017-09-01"}, "true", 400),
    ("GET", PATH, {"resource": RESOURCE[:-1]}, "true", 400),
    ("GET", PATH, {"client_id": "another"}, "true", 400),
    ("GET", PATH, {"scope": "more"}, "true", 400),
])
def test_the_metadata_service_takes_no_other_request(
        method, path, changes, header, status):
    headers = Message()
    if header:
        headers["Metadata"] = header
    query = urllib.parse.urlencode({**GOOD_QUERY, **changes})
    service = Metadata(lambda: "token")
    answer = service.answer(method, f"{path}?{query}", headers)
    assert answer[0] == status, answer


@pytest.fixture
def assertion(google):
    """Makes what Google takes, with changes."""
    key = google.directory / "key.pem"
    key.write_text(json.loads(google.file.read_text())["private_key"])

    def make(header=None, claims=None, by=key):
        now = int(time.time())
        both = [{"alg": "RS256", "typ": "JWT", "kid": KEY_ID},
                {"iss": EMAIL, "scope": SCOPE, "aud": google.url, "iat": now,
                 "exp": now + 3600, "sub": google.mailboxes[0]}]
        for part, changes in zip(both, (header, claims)):
            part.update(changes or {})
            for name in [name for name in part if part[name] is None]:
                del part[name]
        return sign(by, google.directory, *both)
    return make


@pytest.mark.toolonly
def test_google_takes_no_other_assertion(google, assertion, fresh):
    def ask(text, **more):
        return google.answer(urllib.parse.urlencode(
            {"grant_type": GRANT, "assertion": text, **more}))
    assert ask(assertion())[0] == 200
    now = int(time.time())
    for header in ({"alg": "none"}, {"typ": None}, {"kid": "other"},
                   {"kid": None}, {"x5t": "x"}):
        assert ask(assertion(header))[1]["error"] == "invalid_grant", header
    for claims, error in [
            ({"iss": "x@example.com"}, "invalid_grant"),
            ({"aud": "https://oauth2.googleapis.com/token"}, "invalid_grant"),
            ({"exp": now + 3700}, "invalid_grant"),
            ({"iat": now - 7200, "exp": now - 3600}, "invalid_grant"),
            ({"iat": now + 600}, "invalid_grant"),
            ({"scope": SCOPE[:-1]}, "invalid_scope"),
            ({"sub": "other@example.com"}, "unauthorized_client"),
            ({"sub": None}, "invalid_grant"), ({"x": 1}, "invalid_grant")]:
        assert ask(assertion(claims=claims))[1]["error"] == error, claims
    other, _ = make_key(fresh("other"))
    assert "Signature" in ask(assertion(by=other))[1]["error_description"]
    assert ask(assertion(), client_id="x")[1]["error"] == "invalid_request"
    assert len(google.claims) == 1
