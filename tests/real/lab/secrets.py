# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Secrets that can be known again, however they are written down, and the
judge who looks for them.

A secret counts as seen where 16 characters of it stand in a row, as they are
or in one of the forms that encodings make of them: half a token in a line that
was cut is a token that has leaked.
"""

import base64
import html
import json
import secrets
import string
import urllib.parse

RUN = 16
"""So many characters in a row, of a form, are a find."""

_PROBE = 8
_STRIDE = RUN - _PROBE + 1
"""A run of RUN bytes has one probe in it that begins at a multiple of this."""

_LETTERS = string.ascii_letters + string.digits
_ODD = '&+=%/" '


def mark(length=48):
    """A secret of letters and digits that chance does not make again."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def odd_mark(length=64):
    """One that every encoding changes: an odd character after each five, so
    that no run is without letters of its own."""
    return "".join(secrets.choice(_LETTERS) if at % 6 else
                   _ODD[at // 6 % len(_ODD)] for at in range(1, length))


def _percent_all(raw, form):
    return "".join(form % byte for byte in raw)


def _json_all(text):
    return "".join(char if char.isalnum() else f"\\u{ord(char):04x}"
                   for char in text)


def _texts(text):
    """A secret that is text, as protocols and files write it."""
    upper = urllib.parse.quote(text, safe="")
    plus = urllib.parse.quote_plus(text, safe="")
    quoted = json.dumps(text)[1:-1]
    yield from (text, upper, urllib.parse.quote(text, safe="/~"), plus,
                urllib.parse.quote(text, safe="~*!'()"))
    for one in (upper, plus):
        yield urllib.parse.quote(one, safe="")  # In an address in a form.
        yield _lower_escapes(one)
    yield from (quoted, quoted.replace("/", "\\/"), _json_all(text),
                _json_all(text).upper().replace("\\U", "\\u"),
                html.escape(text), html.escape(text, quote=False),
                text.lower(), text.upper())


def _lower_escapes(text):
    head, *rest = text.split("%")
    return head + "".join("%" + one[:2].lower() + one[2:] for one in rest)


def _coded(raw):
    """Bytes in base64 and hex, wherever in a longer piece they begin."""
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw).decode()
        # The edges hold bits of the neighbours.
        inner = whole[4 if shift else 0:].rstrip("=")[:-1]
        url = inner.replace("+", "-").replace("/", "_")
        yield from (inner, url, inner.replace("/", "\\/"),
                    urllib.parse.quote(inner, safe=""),
                    _lower_escapes(urllib.parse.quote(inner, safe="")))
    for sign in ("", ":", " "):
        yield raw.hex(sign) if sign else raw.hex()
        yield raw.hex(sign).upper() if sign else raw.hex().upper()
    yield _percent_all(raw, "%%%02x")
    yield _percent_all(raw, "%%%02X")
    yield _percent_all(raw, "\\x%02x")
    yield _percent_all(raw, "\\%03o")


def forms(secret):
    """How a secret, text or bytes, can look: bytes, each once."""
    raw = secret.encode() if isinstance(secret, str) else secret
    found = {raw: None}
    texts = list(_texts(secret)) if isinstance(secret, str) else []
    for text in texts:
        found[text.encode()] = None
        # Authorization has base64 of what is percent-encoded.
        for one in _coded(text.encode()):
            found[one.encode()] = None
    for one in _coded(raw):
        found[one.encode()] = None
    return list(found)


class Judge:
    """Knows secrets by name, and finds them in bytes."""

    def __init__(self):
        self.known = {}
        self._probes = set()
        self._runs = {}

    def add(self, name, secret):
        """One more secret; returns it."""
        assert len(secret) >= RUN, f"{name} is too short to be known again"
        if self.known.get(secret) == name:
            return secret
        self.known[secret] = name
        for form in forms(secret):
            for at in range(len(form) - RUN + 1):
                run = form[at:at + RUN]
                self._runs.setdefault(run, name)
                for probe in range(_STRIDE):
                    self._probes.add(run[probe:probe + _PROBE])
        return secret

    def find(self, data):
        """The names of the secrets that are in it."""
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogateescape")
        found = set()
        for at in range(0, len(data) - _PROBE + 1, _STRIDE):
            if data[at:at + _PROBE] in self._probes:
                for start in range(max(0, at - _STRIDE), at + 1):
                    name = self._runs.get(data[start:start + RUN])
                    if name:
                        found.add(name)
        return found
