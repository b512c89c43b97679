# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What `config` shows once a login has chosen something, and what a first
login says where nothing is configured."""

import json
import os

import pytest

from lab.process import run

CONFIG, USAGE = 78, 64
PERSON = 12345

pytestmark = pytest.mark.toolonly

_CHOSEN = {
    "format": 1, "refresh_token": "R", "provider": "office365",
    "client_id": "app", "asked_scope": "what was asked for",
}


def put_grant(site, account, **more):
    """A grant as a login leaves it."""
    for path in (site.state / "tokens", site.state / "grants"):
        path.mkdir(parents=True, exist_ok=True, mode=0o711)
    path = site.grant_path(account)
    path.write_text(json.dumps({**_CHOSEN, **more}), encoding="utf-8")
    path.chmod(0o600)
    return path


def shown(site, account):
    """The options of `config --json`, by name."""
    said = json.loads(site.tool("config", "--json", account).stdout)
    return said["accounts"][0]["options"]


@pytest.mark.parametrize("conf", [
    'client_id = "app"\n',
    'client_id = "app"\ndefault_provider = "google"\n',
])
def test_config_shows_where_renewals_go(site, account, conf):
    site.conf.write_text(conf, encoding="utf-8")
    put_grant(site, account)
    options = shown(site, account)
    assert options["provider"] == {"value": "office365", "from": "login"}
    assert options["scope"] == {"value": "what was asked for",
                                "from": "login"}
    assert options["token_endpoint"]["from"] == "preset office365"
    assert "login.microsoftonline.com" in options["token_endpoint"]["value"]


def test_config_shows_the_accounts_section_before_a_login(site, account):
    site.conf.write_text(
        f'client_id = "app"\naccount "{account}" {{\n'
        '    provider = "google"\n    scope = "mine"\n}\n', encoding="utf-8")
    put_grant(site, account)
    options = shown(site, account)
    assert options["provider"]["value"] == "google"
    assert options["scope"]["value"] == "mine"
    said = site.tool("config").stdout
    assert "google" in said and "office365" not in said


def test_config_says_when_a_login_may_not_be_read(site, account):
    site.conf.write_text(f'client_id = "app"\naccount "{account}" {{\n}}\n',
                         encoding="utf-8")
    site.conf.chmod(0o644)
    put_grant(site, account)
    assert "may not read" not in site.tool("config", account).stderr
    for arguments in ([account], [], ["--json", account]):
        done = run([site.objects.tool, "config", *arguments], env=site.env,
                   user=PERSON, group=PERSON, extra_groups=[])
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("may not read the grants") == 1
        assert "office365" not in done.stdout


def first_time(site, fresh, *arguments):
    """The tool as a person for whom nothing is configured."""
    home = fresh("home")
    os.chown(home, PERSON, PERSON)
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8",
           "SASL_BEARER_ENGINE": str(site.objects.engine)}
    return home, run([site.objects.tool, *arguments], env=env, user=PERSON,
                     group=PERSON, extra_groups=[])


def test_a_person_is_told_of_the_file_that_they_can_write(site, fresh):
    home, done = first_time(site, fresh, "login", "--provider=office365",
                            "me@example.com")
    assert done.returncode == CONFIG, done.stderr
    assert f'client_id = "ITS-ID" into {home}/.config/sasl-bearer.conf' \
        in done.stderr


@pytest.mark.parametrize("options", [
    ["--for=x"], ["--port=0"], ["--port=abc"], ["--browser", "--device"],
    ["--port=8080", "--device"],
])
def test_a_command_line_is_judged_before_anything_else(site, options):
    site.conf.write_text("no_such_option = 1\n", encoding="utf-8")
    done = site.tool("login", *options, "me@nowhere.invalid", code=USAGE)
    assert options[0].split("=", maxsplit=1)[0] in done.stderr
    assert "sasl-bearer login --help" in done.stderr




def test_verbose_says_who_is_asked_for_what(site, account, provider):
    site.accounts.append(account)
    site.extra = 'grant = "client_credentials"\n'
    site.configure()
    said = site.tool("login", "-v", account, code=None).stderr
    host = provider.token_endpoint.split("/")[2]
    assert "provider: lab (configured)" in said
    assert f"asking {host} for a token for {account}, by " \
        "client_credentials" in said
    assert "proves itself by nothing" in said
    assert 'the scope asked for is "' in said
    assert "proves itself" not in site.tool("login", account,
                                            code=None).stderr


def test_verbose_says_what_a_logout_revokes(logged_in, account, provider):
    refresh_token = logged_in.grant(account)["refresh_token"]
    done = logged_in.tool("logout", "-v", account)
    host = provider.token_endpoint.split("/")[2]
    assert f"{account} was logged in at {host}, by the application " \
        in done.stderr
    assert f"revoking the refresh token, at " in done.stderr
    assert refresh_token not in done.stdout + done.stderr


@pytest.mark.parametrize("conf,sentence", [
    ('token_endpoint = "https://login.example.com/token"\n'
     'authorization_endpoint = "https://login.example.com/auth"\n',
     "no device_endpoint is known for it (RFC 8628); set that, or issuer, "
     "or use --browser"),
    ('token_endpoint = "https://login.example.com/token"\n',
     "set that, or issuer\n"),
    ('default_provider = "google"\n',
     "Google gives no access to mail by device code, or use --browser"),
])
def test_no_device_code_says_what_to_do_instead(site, conf, sentence):
    site.conf.write_text('client_id = "app"\nrenewer = "root"\n' + conf,
                         encoding="utf-8")
    done = site.tool("login", "--device", "me@example.com", code=CONFIG)
    assert sentence in done.stderr


def test_a_later_login_goes_where_the_last_one_went(site, account, provider):
    """Renewals go there as well, whatever is the default by then."""
    section = (f'    token_endpoint = "{provider.token_endpoint}"\n'
               f'    device_endpoint = "{provider.device_endpoint}"\n'
               f'    client_id = "{site.client}"\n'
               '    scope = "openid offline_access"\n')
    site.conf.write_text(
        f'ca_file = "{provider.ca.pem}"\nrenewer = "root"\n'
        'default_provider = "other"\n'
        'provider "other" {\n    token_endpoint = '
        '"https://other.example.com/token"\n    client_id = "app"\n}\n'
        f'provider "lab" {{\n{section}}}\n', encoding="utf-8")
    put_grant(site, account, provider="lab",
              token_endpoint=provider.token_endpoint)
    site.accounts.append(account)
    site.configure = lambda: None
    site.login(account)
    assert site.grant(account)["provider"] == "lab"
    assert shown(site, account)["token_endpoint"]["value"] \
        == provider.token_endpoint


def test_a_chosen_provider_that_is_gone_hides_nothing_else(site, account):
    site.conf.write_text(f'client_id = "app"\naccount "{account}" {{\n}}\n'
                         'account "other@example.com" {\n'
                         '    provider = "google"\n}\n', encoding="utf-8")
    put_grant(site, account, provider="gone")
    done = site.tool("config")
    assert 'there is no provider "gone"' in done.stderr
    assert "account other@example.com:" in done.stdout
