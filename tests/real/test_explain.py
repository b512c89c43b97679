# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""sasl-bearer explain, as a person and as a program call it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.toolonly

JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl"


@pytest.fixture(name="explain")
def fixture_explain(objects):
    """The finished command; a configuration there would be a mistake."""
    environment = dict(os.environ, SASL_BEARER_CONF="/nonexistent/conf")

    def run(*arguments, text=None):
        return subprocess.run(
            [objects.tool, "explain", *arguments], env=environment,
            input=text, capture_output=True, timeout=60, check=False)
    return run


@pytest.fixture(name="explain_json")
def fixture_explain_json(explain):
    """Its object."""
    def run(*arguments, text=None):
        result = explain("--json", *arguments, text=text)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)
    return run


def test_a_code_is_explained_in_short_lines(explain):
    """What happened, who must act, what is next, what was seen."""
    result = explain("AADSTS50057")
    assert result.returncode == 0
    lines = result.stdout.decode().splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "what", "who must act", "next", "seen"]
    assert "disabled" in lines[0]
    assert lines[1].endswith("tenant administrator")
    assert lines[3].endswith("AADSTS50057")


def test_json_has_every_member(explain_json):
    """Names and kinds of the members are an interface."""
    found = explain_json("AADSTS90055")
    assert found["class"] == "AGAIN"
    assert found["who"] == "provider"
    assert found["temporary"] is True
    assert found["guess"] is False
    assert found["code"] == "AADSTS90055"
    assert found["ids"] == {"correlation": None, "trace": None, "time": None}
    assert found["cause"] and found["next"]
    assert found["text"] == "AADSTS90055"


@pytest.mark.parametrize("arguments", [
    ("-ERR", "[AUTH]", "Authentication", "failed"),
    ("-ERR [AUTH] Authentication failed",),
    ("--", "-ERR [AUTH] Authentication failed"),
])
def test_a_text_may_begin_with_a_dash(explain_json, arguments):
    """Only what is exactly an option is one."""
    found = explain_json(*arguments)
    assert found["class"] == "REFUSED"
    assert found["text"] == "-ERR [AUTH] Authentication failed"


def test_options_stand_anywhere_but_behind_two_dashes(explain):
    """As with every verb."""
    result = explain("AADSTS50076", "--json")
    assert json.loads(result.stdout)["class"] == "REAUTH"
    result = explain("--", "AADSTS50076", "--json")
    assert result.stdout.startswith(b"what:")


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input_is_read(explain_json, arguments):
    """Up to a cap, whatever bytes there are."""
    found = explain_json(
        *arguments, text=b"\xff\xfe\x00 x AADSTS700082 \x1b[31m\n")
    assert found["class"] == "REAUTH"
    assert "\x1b" not in found["text"]
    found = explain_json(*arguments, text=b"z" * 3_000_000 + b" AADSTS50057")
    assert found["class"] == "UNKNOWN"


@pytest.mark.parametrize("text", [
    b"", b"no such thing here", b"\0" * 1000], ids=["empty", "prose", "NUL"])
def test_what_is_unknown_is_said_and_is_no_failure(explain_json, text):
    """An honest answer names what to look at."""
    found = explain_json(text=text)
    assert found["class"] == "UNKNOWN"
    assert "log" in found["next"]


def test_ids_are_kept_for_the_administrator(explain_json):
    """Cut off as logs do it."""
    found = explain_json(text=(
        b'{"error":"invalid_grant","correlation_id":'
        b'"11111111-2222-3333-4444-555555555555","trace_id":'
        b'"66666666-7777-8888-9999-000000000000","timestamp":'
        b'"2026-11-24 02:16:43Z","error_descr'))
    assert found["ids"] == {
        "correlation": "11111111-2222-3333-4444-555555555555",
        "trace": "66666666-7777-8888-9999-000000000000",
        "time": "2026-11-24 02:16:43Z"}


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_no_secret_comes_out(explain, arguments):
    """Whatever was pasted with the message."""
    text = (f'Authorization: Bearer {JWT} client_secret=abc~DEF1 '
            f'{{"refresh_token":"0.AXkA-secret"}} ?code=4/0Axy-secret '
            'password: hunter2').encode()
    result = explain(*arguments, text=text)
    for secret in (b"eyJ", b"c2lnbmF", b"abc~DEF1", b"AXkA", b"0Axy",
                   b"hunter2"):
        assert secret not in result.stdout + result.stderr


def test_the_manual_names_every_class():
    """And the verb itself."""
    manual = Path(__file__).parents[2] / "man" / "sasl-bearer.1"
    page = manual.read_text(encoding="utf-8")
    assert ".Cm explain" in page
    for name in ("AGAIN", "REAUTH", "CONFIG", "ADMIN", "REFUSED", "UNKNOWN"):
        assert f".It Li {name}" in page
