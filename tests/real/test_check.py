# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Is the token the right one? What login stops at, and a renewal warns of."""

import datetime
import time

import pytest

from lab.scripted import jwt, token_answer

pytestmark = pytest.mark.toolonly

CONFIG, NOPERM = 78, 77
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "22222222-3333-4444-5555-666666666666"
OBJECT = "33333333-4444-5555-6666-777777777777"
EXCHANGE = "https://outlook.office365.com"
GRAPH = "https://graph.microsoft.com"
SMTP = "https://outlook.office.com/SMTP.Send"

CONF = """\
client_id = "{client}"
ca_file = "{ca}"
timeout = 10
token_endpoint = "{url}/token"
device_endpoint = "{url}/device"
default_provider = "office365"
tenant = "{tenant}"
renewer = "postfix"
{extra}
account "{account}" {{
    {own}
}}
"""


@pytest.fixture
def configure(site, entra, account, ca):
    """Writes the configuration of one account at that provider."""
    def write(own="", extra=""):
        site.conf.write_text(CONF.format(
            client=CLIENT, ca=ca.pem, url=entra.url, tenant=TENANT,
            account=account, own=own, extra=extra))
        return site
    return write


@pytest.fixture
def application(configure, site):
    """The account of an application, which nobody logs in."""
    secret = site.directory / "secret"
    secret.write_text("made-up\n")
    secret.chmod(0o600)

    def write(**more):
        return configure(own='grant = "client_credentials"\n    '
                             'services = "smtp"',
                         extra=f'client_secret_file = "{secret}"\n'
                         + "\n".join(f'{name} = "{value}"'
                                     for name, value in more.items()))
    return write


def app_token(**claims):
    """What Entra gives an application, as far as it is looked at."""
    return jwt(**{"aud": EXCHANGE, "tid": TENANT, "oid": OBJECT,
                  "sub": OBJECT, "appid": CLIENT, "idtyp": "app",
                  "exp": int(time.time()) + 3600, **claims})


def person_token(**claims):
    """The same for a person."""
    return jwt(**{"aud": "https://outlook.office.com", "tid": TENANT,
                  "scp": "SMTP.Send", "appid": CLIENT, **claims})


def must_hide(token, *texts):
    """No part of a token is in what was said."""
    for text in texts:
        for part in token.split("."):
            assert part not in text


def must_stop(site, account, code, *words, tool=("login",)):
    """A login that ends with these words, and leaves nothing."""
    done = site.tool(*tool, account, code=code)
    for word in words:
        assert word in done.stderr, done.stderr
    assert not site.record_path(account).exists()
    assert not site.grant_path(account).exists()
    return done


def test_a_graph_token_stops_the_login(application, entra, account):
    site = application()
    token = app_token(aud=GRAPH)
    entra.answers["/token"] = token_answer(token)
    done = must_stop(site, account, CONFIG, "Microsoft Graph",
                     EXCHANGE + "/.default", "--anyway")
    must_hide(token, done.stdout, done.stderr)


def test_anyway_takes_it_and_warns(application, entra, account):
    site = application()
    token = app_token(aud=GRAPH)
    entra.answers["/token"] = token_answer(token)
    done = site.tool("login", "--anyway", account)
    assert "Microsoft Graph" in done.stderr
    assert site.record(account)["access_token"] == token


@pytest.mark.parametrize("claims, words", [
    ({"tid": OBJECT}, ["is of the tenant " + OBJECT, TENANT]),
    ({"exp": 1600000000}, ["set the clock"]),
    ({"nbf": 4000000000}, ["set the clock"]),
    ({"aud": "https://partner.outlook.cn"}, ["Microsoft 365"]),
], ids=["tenant", "ended", "not yet", "cloud"])
def test_what_is_surely_wrong_stops_the_login(
        claims, words, application, entra, account):
    entra.answers["/token"] = token_answer(app_token(**claims))
    must_stop(application(), account, CONFIG, *words)


def test_a_token_without_roles_passes_and_the_steps_are_printed(
        application, entra, account):
    site = application()
    token = app_token()
    entra.answers["/token"] = token_answer(token)
    done = site.tool("login", account)
    assert not done.stderr
    assert f"Connect-ExchangeOnline -Organization '{TENANT}'" in done.stdout
    assert f"New-ServicePrincipal -AppId '{CLIENT}' -ObjectId '{OBJECT}'" \
        in done.stdout
    assert f"Add-MailboxPermission -Identity '{account}' " \
        f"-User '{OBJECT}' -AccessRights FullAccess" in done.stdout
    assert "-SmtpClientAuthenticationDisabled $false" in done.stdout
    assert "-Role 'Application SMTP.SendAsApp'" in done.stdout
    must_hide(token, done.stdout)


def test_an_opaque_token_passes(application, entra, account):
    entra.answers["/token"] = token_answer("opaque-and-made-up")
    done = application().tool("login", account)
    assert not done.stderr
    assert "'OBJECT_ID'" in done.stdout


def test_roles_that_reach_further_are_named_and_no_failure(
        application, entra, account):
    entra.answers["/token"] = token_answer(app_token(
        roles=["SMTP.SendAsApp", "full_access_as_app"]))
    done = application().tool("login", account)
    assert "full_access_as_app; that reaches every mailbox" in done.stderr


def test_a_secret_about_to_end_is_told(application, entra, account):
    day = datetime.date.today() + datetime.timedelta(days=20)
    site = application(client_secret_expires=day.isoformat())
    entra.answers["/token"] = token_answer(app_token())
    done = site.tool("login", account)
    assert f"ends on {day.isoformat()}" in done.stderr
    assert f"ends on {day.isoformat()}" \
        in site.tool("refresh", account).stderr


def device_login(*more):
    """The command of a login that needs no browser."""
    return ("login", "--device", "--for=smtp", *more)


def test_another_person_stops_the_login(configure, entra, account):
    entra.answers["/token"] = token_answer(
        person_token(), refresh_token="made-up-refresh-token",
        id_token=jwt(preferred_username="admin@contoso.com"))
    must_stop(configure(), account, NOPERM,
              f"admin@contoso.com signed in, and {account} was meant",
              'set login = "admin@contoso.com"', tool=device_login())


def test_a_shared_mailbox_has_the_login_of_a_person(
        configure, entra, account):
    site = configure(own='login = "Person@contoso.com"')
    entra.answers["/token"] = token_answer(
        person_token(upn="person@contoso.com"),
        refresh_token="made-up-refresh-token")
    done = site.tool(*device_login(), account)
    assert "signed in, and" not in done.stderr
    assert site.grant(account)["login"] == "person@contoso.com"


def test_a_scope_that_was_not_given_stops_the_login(
        configure, entra, account):
    entra.answers["/token"] = token_answer(
        person_token(scp="User.Read"), refresh_token="made-up-refresh-token")
    must_stop(configure(), account, CONFIG, f"lacks {SMTP}",
              tool=device_login())


def test_a_renewal_warns_and_uses_the_token(configure, entra, account):
    site = configure()
    entra.answers["/token"] = token_answer(
        person_token(), refresh_token="made-up-refresh-token")
    assert not site.tool(*device_login(), account).stderr
    wrong = person_token(aud=GRAPH)
    entra.answers["/token"] = token_answer(wrong)
    done = site.tool("refresh", account)
    assert done.stderr.count("Microsoft Graph") == 1
    assert site.record(account)["access_token"] == wrong
    assert not site.tool("token", account, secret=True).stderr
