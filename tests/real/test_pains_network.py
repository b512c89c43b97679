# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What people trip over between here and a provider, made on purpose: the line
that they read must say what is wrong, and what to do."""

import email.utils
import json
import os
import pty
import re
import socket
import subprocess
import time
import uuid

import pytest

from lab import tap
from lab.ca import Ca
from lab.clients import imtest
from lab.doctor import doctor as examine
from lab.process import spawn
from lab.provider import PUBLIC
from lab.proxy import PASSWORD, USER, Proxy
from lab.scripted import device_answer, jwt, token_answer
from lab.secrets import Judge, mark

TEMPFAIL, NOPERM, CONFIG, USAGE, NOUSER = 75, 77, 78, 64, 67
TENANT, CLIENT, OBJECT = (str(uuid.uuid4()) for _ in range(3))
EXCHANGE = "https://outlook.office365.com"
GRAPH = "https://graph.microsoft.com"

NO_SERVER = "--server=smtp://localhost:1"
"""Instead of the provider's own, which is not of the lab."""

toolonly = pytest.mark.toolonly

_CONF = """\
client_id = "{client}"
ca_file = "{ca}"
timeout = 10
token_endpoint = "{url}/token"
device_endpoint = "{url}/device"
authorization_endpoint = "{url}/authorize"
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
    def write(own="", extra="", tenant=TENANT):
        site.conf.write_text(_CONF.format(
            client=CLIENT, ca=ca.pem, url=entra.url, tenant=tenant,
            account=account, own=own, extra=extra))
        return site
    return write


@pytest.fixture
def application(configure, site):
    """An account of an application, which nobody logs in."""
    secret = site.directory / "secret"
    secret.write_text("made-up\n")
    secret.chmod(0o600)
    return configure(own='grant = "client_credentials"\n    '
                         'services = "smtp"',
                     extra=f'client_secret_file = "{secret}"')


def app_token(**claims):
    """What Entra gives an application, as far as it is looked at."""
    return jwt(**{"aud": EXCHANGE, "tid": TENANT, "oid": OBJECT,
                  "sub": OBJECT, "appid": CLIENT, "idtyp": "app", **claims})


def person_token(**claims):
    """The same for a person."""
    return jwt(**{"aud": "https://outlook.office.com", "tid": TENANT,
                  "scp": "SMTP.Send", "appid": CLIENT, **claims})


def error_answer(error, description):
    """(status, headers, JSON) that refuses."""
    return 400, [], {"error": error, "error_description": description}


def answer(give):
    """To a form; an empty one is refused as it is by everybody."""
    refusal = error_answer(
        "invalid_request", "AADSTS900144: The request body must contain the "
        "following parameter: 'grant_type'.")
    return lambda fields: give if fields else refusal


def doctor(site, *arguments, code=0):
    """The lines of an examination, as (grade, text), and the one next step."""
    said = site.tool("doctor", *arguments, code=code).stdout
    lines = re.findall(r"^(ok|unsure|warning|wrong) +(.*)$", said, re.M)
    end = re.search(r"^(?:Next|The cause): (.*)$", said, re.M)
    return lines, end and end[1]


def the(lines, grade, area):
    """The texts of one grade in one area."""
    return [text for was, text in lines
            if was == grade and text.startswith(area + ": ")]


def wrong(lines):
    """The first text that is wrong, in whichever area."""
    found = [text for was, text in lines if was == "wrong"]
    assert found, lines
    return found[0]


def login_at(site, entra, account, token, **more):
    """A login by code that is kept whatever comes of it."""
    entra.answers["/token"] = answer(token_answer(
        token, refresh_token="made-up-refresh-token", **more))
    return site.tool("login", "--device", "--anyway", "--for=smtp", account)


# 3: errors that say nothing.

_RAW = {"error": "invalid_client", "error_description":
        "AADSTS7000222: The provided client secret keys for app '{id}' are "
        "expired. Trace ID: {id} Correlation ID: {id} Timestamp: "
        "2026-11-29 06:00:00Z".format(id=CLIENT), "error_codes": [7000222]}


def must_be_a_sentence(text, account):
    """One line, that names the account, and has no JSON in it."""
    assert account in text and "{" not in text and '"error' not in text, text
    assert "secret" in text and "AADSTS7000222" in text, text


def refuse(site, account, provider, answer):
    """The account's token is over, and the provider answers with that."""
    provider.set(outage={"status": 401, "body": json.dumps(answer),
                         "headers": {"Content-Type": "application/json"}})
    site.expire(account)


def test_pain_03_raw_json_is_one_sentence_in_the_mail_log(
        logged_in, make_postfix, dovecot, account, provider):
    refuse(logged_in, account, provider, _RAW)
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("pain 3")
    postfix.wait_for_deliveries(1)
    said = [line for line in postfix.warnings() if "SASL" in line]
    assert len(said) == 1, postfix.log()
    must_be_a_sentence(said[0], account)


@toolonly
def test_pain_03_raw_json_is_one_sentence_on_the_terminal(
        logged_in, account, provider):
    refuse(logged_in, account, provider, _RAW)
    done = logged_in.tool("token", account, code=CONFIG)
    assert done.stderr.count("\n") == 1
    must_be_a_sentence(done.stderr, account)
    lines, _ = doctor(logged_in, "--renew", account, code=CONFIG)
    must_be_a_sentence(the(lines, "wrong", "grant")[0], account)


@toolonly
def test_pain_03_an_unknown_code_has_the_providers_own_words(
        logged_in, account, provider):
    refuse(logged_in, account, provider, {
        "error": "flux_error", "error_description":
        "The flux \x1b[31mis out of phase\x07"})
    text = logged_in.tool("token", account, code=None).stderr
    assert "flux_error" in text and "out of phase" in text, text
    assert text.count("\n") == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text), repr(text)


# 5: the mailbox is not the person who signs in.

@toolonly
def test_pain_05_another_person_signed_in(configure, entra, account):
    site = configure()
    login_at(site, entra, account, person_token(),
             id_token=jwt(preferred_username="admin@contoso.com"))
    lines, after = doctor(site, account, code=NOPERM)
    assert "admin@contoso.com logged in on" in the(lines, "ok", "grant")[0]
    text = the(lines, "wrong", "grant")[0]
    assert f"admin@contoso.com signed in, and {account} was meant" in text
    assert 'set login = "admin@contoso.com" in its account section' in text
    assert f"sasl-bearer login {account}" in after
    # The shared mailbox, as the sentence says.
    site = configure(own='login = "admin@contoso.com"')
    lines, _ = doctor(site, NO_SERVER, account, code=TEMPFAIL)
    assert not the(lines, "wrong", "grant"), lines


# 8: applications without a person.

@toolonly
def test_pain_08_what_an_application_lacks_and_has_too_much_of(
        application, entra, account):
    entra.answers["/token"] = answer(token_answer(app_token(
        roles=["full_access_as_app", "Mail.Read"])))
    application.tool("login", account)
    lines, _ = doctor(application, NO_SERVER, account, code=TEMPFAIL)
    told = " ".join(the(lines, "warning", "grant"))
    assert "lack SMTP.SendAsApp" in told
    assert "full_access_as_app, Mail.Read; that reaches every mailbox" in told


@toolonly
def test_pain_08_the_exchange_side_with_the_ids_of_this_application(
        application, entra, account):
    entra.answers["/token"] = answer(token_answer(app_token()))
    application.tool("login", account)
    lines, _ = doctor(application, NO_SERVER, account, code=TEMPFAIL)
    assert "names no roles" in the(lines, "unsure", "grant")[-1]
    # A mail server said no to it.
    status = json.loads(application.tool("status", "--json").stdout)
    application.edit_record(account, refused=status[0]["token"]["fingerprint"])
    done = application.tool("doctor", NO_SERVER, account)
    assert f"New-ServicePrincipal -AppId '{CLIENT}' -ObjectId '{OBJECT}'" \
        in done.stdout
    assert f"Add-MailboxPermission -Identity '{account}'" in done.stdout
    assert "administrator of Exchange" in done.stdout
    assert re.search(r"^Next: .*above", done.stdout, re.M), done.stdout


# 11: a secret that is wanted, or must not be there.

@toolonly
@pytest.mark.parametrize("code, words", [
    ("AADSTS7000218: The request body must contain the following parameter: "
     "'client_assertion' or 'client_secret'.",
     ["wants a secret", "client_secret_file", "public client flows"]),
    ("AADSTS700025: Client is public so neither 'client_assertion' nor "
     "'client_secret' should be presented.",
     ["this application is a public one", "remove client_secret_file"]),
], ids=["wanted", "unwanted"])
def test_pain_11_a_secret_too_many_or_too_few(
        code, words, configure, entra, account):
    site = configure()
    login_at(site, entra, account, person_token())
    entra.answers["/token"] = answer(error_answer("invalid_client", code))
    lines, after = doctor(site, "--renew", account, code=CONFIG)
    for word in words:
        assert word in the(lines, "wrong", "grant")[0], lines
    assert f"sasl-bearer refresh --force {account}" in after


def must_mend(site, account, *words):
    """The provider refuses the application; doctor knows what was sent."""
    lines, after = doctor(site, "--renew", account, code=CONFIG)
    text, = the(lines, "wrong", "grant")
    assert "the provider does not accept the application (invalid_client" \
        in text
    for word in words:
        assert word in after, after
    assert f"sasl-bearer refresh --force {account}" in after


@toolonly
def test_pain_11_a_secret_is_missing_at_a_provider_of_few_words(
        make_site, account):
    site = make_site(client="lab-body")
    site.login(account)
    with_secret = site.conf.read_text()
    site.conf.write_text(re.sub("(?m)^client_(secret_file|auth) = .*\n", "",
                                with_secret))
    must_mend(site, account, "no secret was sent: if the application has one, "
              "set client_secret_file", "check client_id")
    site.conf.write_text(with_secret)
    site.tool("refresh", "--force", account)


@toolonly
def test_pain_11_a_secret_too_many_at_a_provider_of_few_words(
        logged_in, account):
    secret = logged_in.directory / "a_secret"
    secret.write_text("made-up\n")
    secret.chmod(0o600)
    without = logged_in.conf.read_text()
    logged_in.conf.write_text(
        f'client_secret_file = "{secret}"\n'
        + without.replace('client_auth = "none"\n', ""))
    must_mend(logged_in, account, "a secret was sent: check "
              "client_secret_file and client_auth",
              "remove both if the application is a public one")
    logged_in.conf.write_text(without)
    logged_in.tool("refresh", "--force", account)


# 12: a token for something else.

@toolonly
@pytest.mark.parametrize("claims, words", [
    ({"aud": GRAPH}, ["is for Microsoft Graph, and no mail server takes it",
                      "https://outlook.office.com/SMTP.Send"]),
    ({"tid": OBJECT}, [f"is of the tenant {OBJECT}, and {TENANT}"]),
    ({"scp": "User.Read"}, ["lacks https://outlook.office.com/SMTP.Send"]),
], ids=["Graph", "tenant", "scope"])
def test_pain_12_a_token_for_something_else(
        claims, words, configure, entra, account):
    site = configure()
    login_at(site, entra, account, person_token(**claims))
    lines, after = doctor(site, account, code=CONFIG)
    for word in words:
        assert word in the(lines, "wrong", "grant")[0], lines
    assert f"sasl-bearer login {account}" in after
    # What a renewal warns of is not told twice.
    entra.answers["/token"] = answer(token_answer(person_token(**claims)))
    lines, _ = doctor(site, "--renew", account, code=CONFIG)
    assert len(the(lines, "wrong", "grant")) == 1
    assert not the(lines, "warning", "grant"), lines


@toolonly
def test_pain_12_a_tenant_that_there_is_none_of(configure, entra, account):
    site = configure()
    entra.answers["/token"] = error_answer(
        "invalid_request", f"AADSTS90002: Tenant '{TENANT}' not found. Check "
        "to make sure you have the correct tenant ID")
    lines, after = doctor(site, account, code=CONFIG)
    assert "does not know the tenant" in the(lines, "wrong", "network")[0]
    assert "check tenant" in after
    assert the(lines, "unsure", "grant"), "what rests on it is not judged"


@toolonly
def test_pain_12_an_endpoint_that_is_none(configure, entra, account):
    lines, after = doctor(configure(), account, code=CONFIG)
    assert "there is nothing at" in the(lines, "wrong", "network")[0]
    assert "token_endpoint" in after
    assert entra.requests == [("/token", {})], "nothing may be in it"


# 15: secrets shown.

@pytest.fixture
def judge():
    """Knows who is not to be named, from the test on."""
    return Judge()


class Named:
    """A site whose every name can be known again. Within `with`."""

    def __init__(self, site, entra, ca, judge):
        words = [mark(20).lower() for _ in range(5)]
        self.org, local, realm, app, other = words
        self.domain = f"{self.org}.example.com"
        self.account = f"{local}@{self.domain}"
        self.host = f"mx.{mark(20).lower()}.example.org"
        self.other = f"{other}@{self.domain}"
        self.site, self.entra, self.judge = site, entra, judge
        for secret in (*words, self.host, self.account, TENANT, CLIENT):
            judge.add(secret, secret)
        self.secret = judge.add("refresh token", mark())
        client_secret = site.directory / "client_secret"
        client_secret.write_text(judge.add("client secret", mark()) + "\n")
        client_secret.chmod(0o600)
        site.conf.write_text(f"""\
client_id = "{app}"
client_secret_file = "{client_secret}"
ca_file = "{ca.pem}"
timeout = 3
provider "{realm}" {{
    token_endpoint = "{entra.url}/{realm}/token"
    device_endpoint = "{entra.url}/{realm}/device"
    scope = "https://{self.host}/mail"
}}
tenant = "{TENANT}"
account "{self.account}" {{ provider = "{realm}" }}
account "{self.other}" {{
    token_endpoint = "https://{self.host}/token"
    login = "{local}-admin@{self.domain}"
}}
""")
        self.path = f"/{realm}/token"
        entra.answers[f"/{realm}/device"] = device_answer()

    def log_in(self):
        """With a token that says whose it is."""
        self.entra.answers[self.path] = token_answer(
            self.judge.add("access token", person_token(
                upn=self.account, tid=TENANT, oid=mark(30))),
            refresh_token=self.secret)
        self.site.tool("login", "--device", "--anyway", self.account)

    def fail(self):
        """The provider says everything again."""
        self.entra.answers[self.path] = error_answer(
            "invalid_grant", f"{self.account.replace('@', '%40')} at "
            f"{self.host}[192.0.2.77] {TENANT} {self.secret} is unknown to "
            f"https://{self.host}/{self.org}/x")
        self.site.tool("refresh", "--force", self.account, code=None)


@toolonly
def test_pain_15_a_report_names_nobody(site, entra, ca, judge):
    named = Named(site, entra, ca, judge)
    named.log_in()
    named.fail()
    for arguments in (("--report",), ("--report", named.account),
                      ("--report", "--renew", named.other),
                      ("--report", "nobody@" + named.domain)):
        plain = site.tool("doctor", *arguments[1:], code=None).stdout
        assert judge.find(plain), "there is nothing to hide"
        text = site.tool("doctor", *arguments, code=None).stdout
        assert not judge.find(text), text
        assert "192.0.2.77" not in text and "example" not in text, text
        assert re.search(r"^wrong    .*", text, re.M), text
    text = site.tool("doctor", "--report", code=None).stdout
    assert text.startswith("sasl-bearer "), text
    for word in ("libcurl/", "OpenSSL ", "libsasl2 2.", "Linux "):
        assert word in text, text
    assert re.search(r"(user\d+@host\d+) must be logged in .*"
                     r"says: \1 at", text), text


def _two(site, *arguments, postfix=None):
    """What doctor says, and its report, in small letters."""
    return [examine(site, *arguments, *more, postfix=postfix).text.lower()
            for more in ((), ("--report",))]


@toolonly
def test_pain_15_a_report_names_nobody_of_postfix(
        site, make_postfix_files, dovecot):
    """Logins and hosts that are plain words, of every map."""
    postfix = make_postfix_files(
        site, dovecot, "geheimmaria", "", key="[geheimhub]:587", options={
            "relayhost": "[geheimhub]:587",
            "smtp_fallback_relay": "[geheimnext]:587",
            "transport_maps": "texthash:$config_directory/transport",
            "sender_dependent_relayhost_maps":
                "texthash:$config_directory/senders"})
    with open(postfix.directory / "sasl_passwd", "a") as file:
        file.write("[geheimway]:465 geheimotto:\n"
                   "[geheimnext]:587 geheimida:\n")
    (postfix.directory / "transport").write_text(
        "x.example smtp:[geheimway]:465\n")
    (postfix.directory / "senders").write_text(
        "a@geheimorg [geheimnone]:587\n")
    plain, report = _two(site, "--postfix", NO_SERVER, postfix=postfix)
    for name in ("maria", "hub", "next", "way", "otto", "org"):
        assert "geheim" + name in plain, plain
    assert "geheim" not in report, report
    assert re.search(r"logs in at \[host\d+\]:587 as user\d+", report), report


@toolonly
def test_pain_15_a_report_names_no_other_account(
        site, make_postfix_files, dovecot):
    """One that is logged in, not configured any more, and nearly meant."""
    site.login("geheimmaria")
    site.accounts.clear()
    site.configure()
    postfix = make_postfix_files(site, dovecot, "geheimario", "")
    for arguments in (["geheimarie"], ["--postfix"]):
        plain, report = _two(site, *arguments, NO_SERVER, postfix=postfix)
        assert "geheimmaria" in plain, plain
        assert "geheim" not in report, report


@toolonly
def test_pain_15_a_report_names_no_proxy(logged_in):
    logged_in.more_env["https_proxy"] = "http://me:pw@geheimproxy:3128"
    plain, report = _two(logged_in)
    assert "geheimproxy" in plain and "geheim" not in report, report


@toolonly
def test_pain_15_a_report_names_no_host_of_mbsyncs(logged_in, account):
    (logged_in.directory / ".mbsyncrc").write_text(
        f"Host geheimhost\nUser {account}\nAuthMechs PLAIN\n")
    plain, report = _two(logged_in, "--mbsync", account)
    assert "geheimhost" in plain and "geheim" not in report, report


@toolonly
def test_pain_15_a_report_of_a_broken_configuration(site):
    site.conf.write_text('tenant = "geheim_gmbh"\n')
    plain, report = _two(site)
    assert 'tenant is "geheim_gmbh"' in plain, plain
    assert "geheim" not in report and 'tenant is "name' in report, report


@toolonly
def test_pain_15_a_report_names_no_issuer(configure, account):
    plain, report = _two(configure(), account)
    issuer = re.search('certificate is by "(.+?)"', plain)[1]
    assert issuer not in report and 'certificate is by "name' in report, report


@toolonly
def test_pain_15_a_report_is_no_json(site):
    done = site.tool("doctor", "--report", "--json", code=USAGE)
    assert "choose one" in done.stderr


# 16: consumer accounts.

@toolonly
@pytest.mark.parametrize("who, preset, words", [
    ("me@outlook.com", "outlook",
     ["at Outlook.com", "personal accounts among its account types"]),
    ("me@gmail.com", "google", ["at Google", "Google's verification"]),
    ("me@yahoo.com", "yahoo", ["gives mail access to no new applications"]),
])
def test_pain_16_what_is_possible_is_said_by_account_type(
        who, preset, words, site, entra, ca):
    entra.answers["/token"] = error_answer("invalid_request", "empty")
    site.conf.write_text(f"""\
ca_file = "{ca.pem}"
token_endpoint = "{entra.url}/token"
account "{who}" {{ provider = "{preset}" }}
""")
    lines, after = doctor(site, who, code=CONFIG)
    text = wrong(lines)
    for word in ["no client_id is configured", *words]:
        assert word in text, text
    assert "register an application" in after or who in after


# 20: passing trouble.

def test_pain_20_mail_goes_on_while_the_endpoint_is_down(
        logged_in, dovecot, account, provider):
    provider.set(outage={"status": 503})
    logged_in.make_due(account)
    imtest(logged_in, dovecot, account).must_succeed()
    lines, _ = doctor(logged_in, account)
    text = the(lines, "warning", "network")[0]
    assert "has trouble of its own (HTTP status 503)" in text
    assert "mail goes on with the token that is there, until" in text


@toolonly
def test_pain_20_a_token_that_is_over_makes_it_wrong(
        logged_in, account, provider):
    provider.set(outage={"status": 503})
    logged_in.expire_here(account)
    lines, after = doctor(logged_in, account, code=TEMPFAIL)
    assert "HTTP status 503" in the(lines, "wrong", "network")[0]
    assert "wait" in after


# The way there, piece by piece.

@toolonly
def test_a_certificate_of_another_authority_names_its_issuer(
        logged_in, account, provider, fresh):
    logged_in.conf.write_text(logged_in.conf.read_text().replace(
        str(provider.ca.pem), str(Ca(fresh("other")).pem)))
    lines, after = doctor(logged_in, account, code=CONFIG)
    text = the(lines, "wrong", "network")[0]
    assert "certificate" in text and 'its issuer is "Lab CA"' in text
    assert "ca_file" in after and "looks into TLS" in after


@toolonly
@pytest.mark.parametrize("by_s, words", [
    (-3600, ["warning", "is 3", "ahead of that of localhost"]),
    (3600, ["warning", "is 3", "behind that of localhost"]),
    (60, ["ok", "agrees with that of localhost"]),
])
def test_the_clock_is_compared_with_that_of_the_endpoint(
        by_s, words, configure, entra, account):
    site = configure()
    date = email.utils.formatdate(time.time() + by_s, usegmt=True)
    entra.answers["/token"] = (400, [f"Date: {date}"], {})
    lines, _ = doctor(site, account, code=None)
    text = [text for text in the(lines, words[0], "network")
            if "the clock" in text]
    for word in words[1:]:
        assert word in text[0], lines


@toolonly
def test_a_proxy_that_only_the_shell_knows(logged_in, account):
    proxy = Proxy().start()
    try:
        logged_in.more_env = {
            "https_proxy": f"http://{USER}:{PASSWORD}@127.0.0.1:{proxy.port}"}
        lines, after = doctor(logged_in, account)
        text = the(lines, "warning", "network")[0]
        assert f"127.0.0.1:{proxy.port} is known from this shell's" in text
        assert "Postfix" in text and PASSWORD not in text
        assert f'proxy = "http://127.0.0.1:{proxy.port}"' in after
        assert "name and password that are left out" in after
        assert proxy.heads, "libcurl did not use it"
        logged_in.more_env["no_proxy"] = "example.com, localhost"
        lines, _ = doctor(logged_in, account)
        assert not the(lines, "warning", "network")
    finally:
        proxy.stop()


@toolonly
def test_a_proxy_keeps_its_scheme(logged_in, account):
    logged_in.more_env = {"all_proxy": "socks5://127.0.0.1:9"}
    _, after = doctor(logged_in, account, code=None)
    assert "http://127.0.0.1:9" not in str(after)
    said = logged_in.tool("doctor", account, "--json", code=None).stdout
    assert "give all_proxy = socks5://127.0.0.1:9 to the mail" in said


@toolonly
@pytest.mark.parametrize("form", ["--json", "--report"])
def test_a_form_for_others_shows_what_it_waits_for(form, logged_in, account):
    """On standard error, if that is a terminal: a server that is silent."""
    near, far = pty.openpty()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f"--server=smtp://127.0.0.1:{silent.getsockname()[1]}"
        child = spawn([logged_in.objects.tool, "doctor", account, form, server],
                      env=logged_in.env, stdin=subprocess.DEVNULL,
                      stdout=subprocess.DEVNULL, stderr=far,
                      **logged_in.identity)
        os.close(far)
        said = b""
        try:
            while b"127.0.0.1" not in said:
                said += os.read(near, 4096)
        finally:
            child.kill()
            child.wait()
            os.close(near)
    assert b"\r" in said


@toolonly
def test_a_service_account_needs_the_right_time(site, google, account, ca):
    site.conf.write_text(f"""\
ca_file = "{ca.pem}"
provider "google" {{ token_endpoint = "{google.url}" }}
account "{account}" {{
    provider = "google"
    grant = "service_account"
    service_account_file = "{google.file}"
}}
""")
    google.serve = lambda request: (400, {"Date": email.utils.formatdate(
        time.time() + 3600, usegmt=True)}, {"error": "invalid_request"})
    lines, after = doctor(site, account, code=CONFIG)
    text = wrong(lines)
    assert "behind that of localhost" in text and "is signed" in text
    assert after == "set the clock of this host: timedatectl set-ntp true"


@toolonly
def test_an_issuer_is_asked_for_the_endpoint(site, issuer, account):
    site.conf.write_text(f"""\
client_id = "{PUBLIC}"
ca_file = "{issuer.provider.ca.pem}"
account "{account}" {{ issuer = "{issuer.url}" }}
""")
    lines, _ = doctor(site, account, code=NOPERM)
    told = " ".join(the(lines, "ok", "network"))
    assert f"the issuer at localhost:{issuer.port} tells its endpoints" in told
    assert "the token endpoint at localhost" in told
    issuer.stop()
    lines, _ = doctor(site, account, code=TEMPFAIL)
    assert f"localhost:{issuer.port}" in the(lines, "wrong", "network")[0]


@toolonly
def test_a_managed_identity_is_looked_for(site, metadata, account):
    site.conf.write_text(f"""\
account "{account}" {{
    grant = "managed_identity"
    resource = "{EXCHANGE}"
    identity_endpoint = "{metadata.url}"
}}
""")
    lines, _ = doctor(site, account, code=None)
    assert "answers (HTTP status 400" in the(lines, "ok", "network")[0]
    assert len(metadata.asked) == 1 and "resource" not in metadata.asked[0]
    metadata.stop()
    lines, after = doctor(site, account, code=TEMPFAIL)
    assert "only on a machine of Azure" in the(lines, "wrong", "network")[0]
    assert "another grant" in after


@toolonly
def test_an_endpoint_is_looked_at_once(make_site, account, provider):
    site = make_site(accounts=[account, "second@contoso.com"])
    site.login(account)
    before = len(provider.requests())
    lines, _ = doctor(site, code=NOPERM)
    assert len(provider.requests()) == before + 1
    assert "is reached, as above" in " ".join(the(lines, "ok", "network"))


@toolonly
def test_a_name_that_is_not_there(logged_in, account, provider):
    logged_in.conf.write_text(logged_in.conf.read_text().replace(
        provider.token_endpoint, "https://no-such-name.invalid/token"))
    lines, after = doctor(logged_in, account)
    text = the(lines, "warning", "network")[0]
    assert "the name of no-such-name.invalid cannot be resolved" in text
    assert after == "find out why: getent hosts no-such-name.invalid"


@toolonly
def test_a_chroot_that_finds_no_names(
        logged_in, make_postfix, dovecot, account):
    postfix = make_postfix(logged_in, dovecot, account)
    there = postfix.queue / "etc" / "resolv.conf"
    there.parent.mkdir(exist_ok=True)
    with open("/etc/resolv.conf", encoding="ascii") as here:
        text = here.read()
    for content, word in ((text, None), (text + "# old\n", "not like"),
                          (None, "missing")):
        there.unlink(missing_ok=True)
        if content is not None:
            there.write_text(content)
        found = examine(logged_in, "--postfix", postfix=postfix)
        told = [one for one in found.of("warning", "network")
                if str(there) in one.text]
        assert [word in one.text for one in told] == ([True] if word else [])


# A renewal takes a yes.

@toolonly
def test_nobody_is_asked_for_a_token_without_a_yes(
        logged_in, account, provider):
    lines, _ = doctor(logged_in, account)
    assert "a renewal was not tried" in the(lines, "unsure", "grant")[0]
    assert not provider.refreshes()
    lines, _ = doctor(logged_in, "--renew", account)
    assert "gave a new token" in " ".join(the(lines, "ok", "grant"))
    assert len(provider.refreshes()) == 1


@toolonly
@pytest.mark.parametrize("typed, count", [("y", 1), ("n", 0), ("", 0)])
def test_a_person_is_asked_first(typed, count, logged_in, account, provider):
    screen = tap.Screen([logged_in.objects.tool, "doctor", account],
                        logged_in.directory / "tape", logged_in.env)
    try:
        screen.wait_for(r"new token now\? \[y/N\]")
        screen.type(typed)
        screen.end()
    finally:
        screen.kill()
    assert len(provider.refreshes()) == count
    owner = logged_in.grant_path(account).owner()
    assert owner == "postfix", "root must leave files to the renewer"


@toolonly
def test_a_host_without_any_account_is_not_in_order(site):
    site.configure()
    lines, after = doctor(site)
    assert "nobody has logged in on this host" in the(
        lines, "warning", "grant")[0]
    assert after == "run: sasl-bearer login ACCOUNT"
    site.conf.unlink()
    lines, after = doctor(site)
    assert the(lines, "warning", "grant")
    assert after.startswith(f"write {site.conf}")


@toolonly
def test_who_has_not_logged_in_is_told_how(site, account):
    site.accounts.append(account)
    site.configure()
    lines, after = doctor(site, account, code=NOPERM)
    assert f"nobody has logged {account} in" in the(lines, "wrong", "grant")[0]
    assert after.startswith(f"run: sasl-bearer login --device {account}")
    site.extra = 'default_provider = "lab"'
    site.configure()
    lines, after = doctor(site, "else@contoso.com", code=NOUSER)
    assert "neither configured nor logged in" in wrong(lines)
    assert after == "run: sasl-bearer login else@contoso.com"
