# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What status tells, and to whom: people, scripts, monitoring systems. What is
counted is counted over all processes, mail programs too."""

import json
import os
import pty
import re
import signal
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from lab import clients
from lab.keys import make_certificate, make_key
from lab.process import WAIT_S, spawn
from lab.provider import BODY
from test_terminal import Terminal

OK, WARNING, CRITICAL, UNKNOWN = range(4)
TEMPFAIL, NOPERM, CONFIG, USAGE, IOERR = 75, 77, 78, 64, 74
DAY_S = 86400
JSON_TYPE = {"Content-Type": "application/json"}


def outage(provider, status, **body):
    """What the token route answers from now on."""
    provider.set(outage={"status": status, "headers": JSON_TYPE,
                         "body": json.dumps(body)})


def facts(site, account):
    """The account, as `status --json` has it."""
    shown, = json.loads(site.tool("status", "--json", account,
                                  code=None).stdout)
    return shown


def edit_grant(site, account, **changes):
    """Changes members in place: owner and mode stay."""
    grant = {**site.grant(account), **changes}
    with open(site.grant_path(account), "r+", encoding="utf-8") as file:
        file.truncate()
        file.write(json.dumps(grant) + "\n")


# What is counted.

def test_renewals_are_counted_over_processes_and_programs(
        logged_in, dovecot, account):
    logged_in.tool("refresh", account)
    logged_in.tool("refresh", "--due")
    logged_in.expire(account)
    clients.imtest(logged_in, dovecot, account).must_succeed()
    logged_in.expire(account)
    logged_in.token(account)
    counts = facts(logged_in, account)["counts"]
    assert counts["logins"] == 1
    assert counts["renewals"] == counts["requests"] == 3
    assert counts["failures"] == {} and counts["refusals"] == 0
    assert counts["last_request_ms"] <= counts["request_ms"]
    logged_in.login(account)
    counts = facts(logged_in, account)["counts"]
    assert (counts["logins"], counts["renewals"]) == (2, 3)


def test_renewals_in_postfixs_chroot_are_counted(
        logged_in, make_postfix, dovecot, account):
    logged_in.expire(account)
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("counted")
    postfix.wait_for_deliveries(1)
    assert facts(logged_in, account)["counts"]["renewals"] == 1


@pytest.mark.toolonly
def test_failures_are_counted_by_kind(logged_in, account, provider):
    logged_in.expire_here(account)
    for _ in range(2):
        provider.set(outage={"status": 503})
        logged_in.tool("refresh", "--force", account, code=TEMPFAIL)
    # What is repeated from memory is none.
    logged_in.tool("token", account, code=TEMPFAIL)
    outage(provider, 401, error="invalid_client")
    logged_in.tool("refresh", "--force", account, code=CONFIG)
    outage(provider, 400, error="invalid_grant")
    logged_in.tool("refresh", "--force", account, code=NOPERM)
    counts = facts(logged_in, account)["counts"]
    assert counts["failures"] == {"again": 2, "config": 1, "reauth": 1}
    assert (counts["renewals"], counts["requests"]) == (0, 4)


def test_refusals_by_mail_servers_are_counted(
        logged_in, dovecot, account, provider):
    provider.revoke_access(account)
    clients.imtest(logged_in, dovecot, account).must_fail()
    clients.imtest(logged_in, dovecot, account).must_succeed()
    counts = facts(logged_in, account)["counts"]
    assert (counts["refusals"], counts["renewals"]) == (1, 1)


@pytest.mark.toolonly
def test_who_may_not_read_the_grants_is_told_no_numbers(
        logged_in, account):
    logged_in.tool("refresh", account)
    logged_in.grant_path(account).parent.chmod(0o700)
    done = clients.run([logged_in.objects.tool, "status", "--json", account],
                       env=logged_in.env, user=65534, group="postfix",
                       extra_groups=[])
    shown, = json.loads(done.stdout)
    assert shown["state"] == "valid" and shown["renews"] is None
    assert shown["counts"] is None and shown["needs"] is None


# Prometheus.

def samples(text):
    """(name, labels) -> value, read strictly."""
    found = {}
    named = set()
    for family in text_string_to_metric_families(text):
        assert family.documentation and family.type != "unknown", family
        assert family.name not in named, f"{family.name} comes twice"
        named.add(family.name)
        for sample in family.samples:
            assert re.fullmatch("[a-z_]+", sample.name)
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found, key
            found[key] = sample.value
    assert text.endswith("\n")
    heads = re.findall("^# TYPE ([a-z_]+) ", text, re.MULTILINE)
    assert len(heads) == len(set(heads)) >= len(named)
    return found


@pytest.mark.toolonly
def test_prometheus_gets_times_and_counters(logged_in, account, provider):
    logged_in.tool("refresh", account)
    provider.set(outage={"status": 503})
    logged_in.tool("refresh", "--force", account, code=TEMPFAIL)
    record = logged_in.record(account)
    found = samples(logged_in.tool("status", "--prometheus").stdout)

    def value(name, **labels):
        return found["sasl_bearer_" + name, tuple(sorted(
            {"account": account, **labels}.items()))]
    assert value("account_ok") == 0
    assert value("attention_needed") == 0
    assert value("token_expiry_timestamp_seconds") \
        == int(record["expires_at"])
    assert value("token_renewal_timestamp_seconds") == int(record["renew_at"])
    assert value("renewals_total") == value("logins_total") == 1
    assert value("failures_total", kind="again") == 1
    assert value("failures_total", kind="reauth") == 0
    assert value("refusals_total") == 0
    assert value("request_duration_seconds_count") == 2
    assert 0 < value("last_request_duration_seconds") \
        <= value("request_duration_seconds_sum")


@pytest.mark.toolonly
def test_prometheus_gets_any_name(make_site):
    name = 'o"brien\\x y@example.com'
    site = make_site()
    site.conf.write_text(
        site.conf.read_text()
        + f"account '{name}' {{ provider = \"lab\" }}\n")
    found = samples(site.tool("status", "--prometheus").stdout)
    assert found["sasl_bearer_account_ok",
                 (("account", site_name(site)),)] == 0
    assert found["sasl_bearer_attention_needed",
                 (("account", site_name(site)),)] == 1


def site_name(site):
    """The one account's name, as JSON has it."""
    shown, = json.loads(site.tool("status", "--json", code=NOPERM).stdout)
    return shown["account"]


@pytest.mark.toolonly
def test_prometheus_is_no_success_without_a_configuration(site):
    site.conf.write_text("no_such_option = 1\n")
    done = site.tool("status", "--prometheus", code=CONFIG)
    assert done.stdout == ""


@pytest.mark.toolonly
def test_an_account_that_is_named_twice_is_one(logged_in, account):
    """Two samples of a series make node_exporter drop the whole file."""
    lines = logged_in.tool("status", "--prometheus", account,
                           account).stdout.splitlines()
    series = [line.rsplit(" ", 1)[0] for line in lines if line[0] != "#"]
    assert series and len(series) == len(set(series)), series
    assert len(json.loads(logged_in.tool(
        "status", "--json", account, account).stdout)) == 1


# Nagios.

def plugin(site, *arguments, code):
    """The one line of the plugin."""
    done = site.tool("status", "--nagios", *arguments, code=code)
    line, = done.stdout.splitlines()
    return line


@pytest.mark.toolonly
def test_nagios_is_told_in_one_line_and_a_code(logged_in, account, provider):
    line = plugin(logged_in, code=OK)
    assert line == "SASL-BEARER OK - 1 account, and nobody must act | " \
        f"'{account}'=U;259200:;86400:;0"
    provider.set(outage={"status": 503})
    logged_in.tool("refresh", account, code=TEMPFAIL)
    line = plugin(logged_in, account, code=WARNING)
    assert line.startswith(f"SASL-BEARER WARNING - {account}: ")
    assert "503" in line
    logged_in.expire_here(account)
    assert "503" in plugin(logged_in, account, code=CRITICAL)
    provider.set(outage=None)
    provider.revoke_grant(account)
    logged_in.tool("refresh", "--force", account, code=NOPERM)
    line = plugin(logged_in, code=CRITICAL)
    assert f"sasl-bearer login {account}" in line
    assert line.endswith(f" | '{account}'=0s;259200:;86400:;0")


@pytest.mark.toolonly
@pytest.mark.parametrize("left_days,options,code", [
    (20, [], OK), (20, ["--warning=21d"], WARNING),
    (20, ["--warning", "700h", "--critical", "500h"], CRITICAL),
    (2, [], WARNING), (2, ["--warning=1d", "--critical=1h"], OK),
    (0.5, [], CRITICAL), (-3, ["--warning=0", "--critical=0"], CRITICAL)])
def test_nagios_has_thresholds(left_days, options, code, make_site, account):
    end = time.gmtime(time.time() + left_days * DAY_S)
    site = make_site(client=BODY)
    site.login(account)
    if left_days == 0.5:
        edit_grant(site, account, refresh_expires_at=int(
            time.time() + left_days * DAY_S))
    else:
        site.extra = "client_secret_expires = " \
            f'"{time.strftime("%Y-%m-%d", end)}"'
    site.configure()
    plugin(site, *options, code=code)


@pytest.mark.toolonly
def test_nagios_is_told_what_cannot_be_known(site, account):
    plugin(site, code=UNKNOWN)
    assert "not known here" in plugin(site, account, code=UNKNOWN)
    assert plugin(site, "--warning=soon", code=UNKNOWN).startswith(
        'SASL-BEARER UNKNOWN - --warning is "soon"')
    assert "--critical" in plugin(site, "--critical=7w", code=UNKNOWN)
    # What follows a bar is for machines.
    assert "|" not in plugin(site, "a|\n", code=UNKNOWN)
    site.conf.write_text("no_such_option = 1\n")
    assert str(site.conf) in plugin(site, code=UNKNOWN)


@pytest.mark.toolonly
@pytest.mark.parametrize("options", [
    ["--json", "--nagios"], ["--watch", "--prometheus"], ["--warning=1d"]])
def test_options_that_make_no_sense(options, site):
    site.tool("status", *options, code=USAGE)


# People.

@pytest.mark.toolonly
def test_one_account_is_shown_whole(make_site, account):
    site = make_site(client=BODY, extra=f'account "{account}" '
                     '{ provider = "lab" user = "shared@contoso.com" }')
    original = site.configure
    site.configure = lambda: None
    site.login(account)
    site.configure = original
    said = site.tool("status", account).stdout
    for words in (f"{account}: valid", "shared@contoso.com", "(lab)",
                  "a person's login", "valid until", "last renewal",
                  "next renewal", "who must act",
                  "0 renewals, 0 failures, 0 refusals"):
        assert words in said, said
    shown = facts(site, account)
    assert shown["mailbox"] == "shared@contoso.com"
    assert (shown["login"], shown["provider"], shown["grant"]) \
        == (account, "lab", None)


@pytest.mark.toolonly
def test_the_end_of_a_certificate_is_known(logged_in, account):
    key, _ = make_key(logged_in.directory)
    certificate = make_certificate(logged_in.directory, key, days=20)
    logged_in.conf.write_text(logged_in.conf.read_text().replace(
        'client_auth = "none"', 'client_auth = "private_key_jwt"\n'
        f'client_key = "{key}"\nclient_certificate = "{certificate}"'))
    shown = facts(logged_in, account)
    left = shown["certificate_expires_at"] - time.time()
    assert 19 * DAY_S < left <= 20 * DAY_S
    assert shown["needs"]["who"] == "administrator"
    said = logged_in.tool("status", code=None).stdout
    assert "the application's certificate ends on" in said


# The table.

def rest(site):
    """The line below the first account that has what the columns have not."""
    return site.tool("status", code=None).stdout.splitlines()[2].strip()


def when(seconds):
    """A time as tables have it."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(int(seconds)))


@pytest.mark.toolonly
def test_the_table_has_provider_grant_next_renewal_and_who_must_act(
        logged_in, account):
    begin = "lab, a person's login; renews"
    renew_at = when(logged_in.record(account)["renew_at"])
    assert rest(logged_in) == f"{begin} {renew_at}; nobody has to act"
    end = int(time.time()) + 60 * DAY_S
    edit_grant(logged_in, account, refresh_expires_at=end)
    assert rest(logged_in) == f"{begin} {renew_at}; log in by {when(end)}"
    logged_in.expire_here(account)
    assert rest(logged_in) == f"{begin} at the next use; log in by {when(end)}"


@pytest.mark.toolonly
def test_the_table_says_that_what_has_no_refresh_token_is_not_renewed(
        logged_in, account):
    edit_grant(logged_in, account, refresh_token=None)
    assert "; renews after a login" in rest(logged_in)


@pytest.mark.toolonly
def test_the_table_says_that_a_renewal_waits_for_a_person(
        logged_in, account, provider):
    outage(provider, 400, error="invalid_grant")
    logged_in.tool("refresh", "--force", account, code=NOPERM)
    logged_in.expire_here(account)
    assert rest(logged_in).endswith("; renews after a login")


@pytest.mark.toolonly
def test_the_table_tells_who_signs_in_for_a_shared_mailbox(
        logged_in, account):
    logged_in.conf.write_text(logged_in.conf.read_text() + f"""
account "shared@example.com" {{
    provider = "lab"
    login = "{account}"
}}
""")
    said = logged_in.tool("status", "shared@example.com", account,
                          code=None).stdout.splitlines()
    assert said[2].startswith(f"    lab, a person's login as {account};")


@pytest.fixture
def watching(logged_in):
    """The table on a terminal."""
    terminal = Terminal(logged_in, "status", "--watch")
    yield terminal
    terminal.close()


@pytest.mark.toolonly
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM],
                         ids=lambda number: number.name)
def test_the_table_is_drawn_again_until_somebody_ends_it(
        number, watching, account):
    watching.read(lambda said: said.count(account) > 1)
    assert watching.said.startswith("\033[?1049h\033[?25l")
    assert watching.child.poll() is None
    watching.child.send_signal(number)
    assert watching.wait() == 0, watching.said
    # What was on the terminal before is there again, and its cursor.
    assert watching.said.endswith("\033[?25h\033[?1049l")
    assert watching.said.count("\033[?1049h") == 1


@pytest.mark.toolonly
def test_watching_ends_with_the_terminal(logged_in):
    """Also where SIGHUP is ignored, as it is behind nohup(1)."""
    near, far = pty.openpty()
    child = spawn(["sh", "-c", "trap '' HUP; exec \"$0\" status --watch",
                   logged_in.objects.tool], env=logged_in.env, stdin=far,
                  stdout=far, stderr=far)
    try:
        os.close(far)
        os.read(near, 1)
        os.close(near)
        assert child.wait(WAIT_S) == IOERR
    finally:
        child.kill()
        child.wait()


@pytest.mark.toolonly
def test_what_changes_is_seen_while_it_is_watched(watching, account):
    watching.read(lambda said: "valid" in said)
    watching.site.expire_here(account)
    watching.read(lambda said: "expired" in said)
    watching.site.conf.write_text("no_such_option = 1\n")
    watching.read(lambda said: "no_such_option" in said)


@pytest.mark.toolonly
def test_without_a_terminal_nothing_is_watched(logged_in):
    done = logged_in.tool("status", "--watch", code=CONFIG)
    assert done.stdout == "" and "terminal" in done.stderr
