# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Completions, in the shells themselves."""

import os
import re

import pytest

from lab import shells

pytestmark = pytest.mark.toolonly

ASKED = ["bash", "fish"]
TYPED = ["bash", "zsh"]
ODD = "it's $(touch {path}) a `b`"


@pytest.fixture
def two(site):
    """A site with two accounts, one of them merely configured."""
    site.put_record("alice@example.com", "made-up")
    site.conf.write_text(
        'provider "corp" { token_endpoint = "https://login.example.com/t" }\n'
        'account "bob@contoso.com" { provider = "corp" }\n')
    return site


def verbs(site):
    """All, by --help."""
    said = site.tool("--help").stdout
    return re.findall(r"^  ([a-z]+) ", said[said.index("Verbs"):], re.M)


def options(site, verb):
    """Those of a verb, by its --help; with = where there is a value."""
    said = site.tool(verb, "--help").stdout
    return re.findall(r"^ +(?:-\w, )?(--[a-z-]+=?)", said, re.M)


@pytest.mark.parametrize("shell", ASKED)
def test_verbs_and_the_options_of_each(shell, site):
    assert sorted(shells.offered(site, shell, "sasl-bearer ")) \
        == sorted(verbs(site))
    for verb in verbs(site):
        found = shells.offered(site, shell, f"sasl-bearer {verb} --")
        assert {one.rstrip("=") for one in found} \
            == {one.rstrip("=") for one in options(site, verb)}, verb


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_verb_is_in_the_script_with_its_options(shell, site):
    text = shells.script(site, shell).read_text()
    for verb in verbs(site):
        assert re.search(rf"\b{verb}\b", text), verb
        for option in options(site, verb):
            name = option.strip("-=")
            assert f"--{name}" in text or f"-l {name} " in text, option


@pytest.mark.parametrize("shell", ASKED)
@pytest.mark.parametrize("line, wanted", [
    ("sasl-bearer token ", ["alice@example.com", "bob@contoso.com"]),
    ("sasl-bearer -v token a", ["alice@example.com"]),
    ("sasl-bearer status bob@contoso.com a", ["alice@example.com"]),
    ("sasl-bearer token bob@contoso.com ", []),
    ("sasl-bearer connect ", ["imap", "pop", "smtp"]),
    ("sasl-bearer connect imap localhost a", ["alice@example.com"]),
    ("sasl-bearer connect imap ", []),
    ("sasl-bearer login --for ", ["imap", "pop", "smtp"]),
    ("sasl-bearer login --provider co", ["corp"]),
    ("sasl-bearer login --provider google b", ["bob@contoso.com"]),
    ("sasl-bearer completion f", ["fish"]),
    ("sasl-bearer explain ", []),
])
def test_what_is_offered(shell, line, wanted, two):
    assert sorted(shells.offered(two, shell, line)) == wanted


def test_bash_completes_the_last_piece_of_a_word(two):
    """It breaks words before @ and after =; what was before stays."""
    assert shells.offered(two, "bash", "sasl-bearer token alice@e") \
        == ["@example.com"]
    assert shells.offered(two, "bash", "sasl-bearer login --for=smtp,i") \
        == ["smtp,imap"]
    assert shells.offered(two, "bash", "sasl-bearer login --provider=off") \
        == ["office365", "office365-gcc-high", "office365-dod",
            "office365-china", "office365-hve"]


@pytest.mark.parametrize("shell", ASKED)
def test_files(shell, two):
    (two.directory / "tokenfile").touch()
    for line in (f"sasl-bearer import {two.directory}/tok",
                 f"sasl-bearer seal --key-file {two.directory}/tok"):
        assert shells.offered(two, shell, line) \
            == [f"{two.directory}/tokenfile"]


@pytest.mark.parametrize("shell", TYPED)
@pytest.mark.parametrize("line, wanted", [
    ("sasl-bearer expl", "sasl-bearer explain "),
    ("sasl-bearer token al", "sasl-bearer token alice@example.com "),
    ("sasl-bearer token alice@ex", "sasl-bearer token alice@example.com "),
    ("sasl-bearer refresh --fo", "sasl-bearer refresh --force "),
    ("sasl-bearer login --provider=cor", "sasl-bearer login --provider=corp "),
    ("sasl-bearer connect im", "sasl-bearer connect imap "),
    ("sasl-bearer connect imap localhost bo",
     "sasl-bearer connect imap localhost bob@contoso.com "),
])
def test_a_person_presses_tab(shell, line, wanted, two):
    assert shells.typed(two, shell, line) == wanted


@pytest.mark.parametrize("shell", TYPED)
def test_services_go_on_behind_a_comma(shell, two):
    line = "sasl-bearer login --for=smtp,im"
    assert shells.typed(two, shell, line).rstrip(",") == f"{line}ap"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_name_is_never_run(shell, two):
    path = two.directory / "ran"
    name = ODD.format(path="ran")
    two.conf.write_text(f'account "{name}" {{ provider = "google" }}\n')
    line = "sasl-bearer token it"
    if shell == "fish":
        assert len(shells.offered(two, shell, line)) == 1
    else:
        assert "touch" in shells.typed(two, shell, line)
    assert not path.exists() and not os.path.exists("ran")


def test_what_a_script_asks_for_is_never_an_error(two):
    two.conf.write_text("no_such_option = 1\n")
    done = two.tool("completion", "accounts")
    assert (done.stdout, done.stderr) == ("alice@example.com\n", "")
    done = two.tool("completion", "providers")
    assert "google\n" in done.stdout and done.stderr == ""


def test_another_shell_is_a_sentence(site):
    assert "bash, zsh and fish" \
        in site.tool("completion", "tcsh", code=64).stderr
    site.tool("completion", code=64)
