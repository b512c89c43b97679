# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Postfix with several accounts, servers and routes: who logs in where, what
--fix may write for whom, and to whom no token goes."""

import pytest

from lab.doctor import doctor, doctor_fix
from lab.mailserver import speak
from lab.process import run
from test_pains_postfix import entries, main_cf, passwords, submit

@pytest.fixture
def two(logged_in, account):
    """A second account that is logged in at the same site."""
    other = account.replace("user", "second")
    logged_in.login(other)
    return account, other


def sent_by(postfix, dovecot, sender):
    """A message of that sender goes out, with a login as that sender. doctor
    has logged in as well."""
    before = len(dovecot.logins(sender))
    submit(postfix, f"for {sender}", "sent", sender=sender)
    assert len(dovecot.logins(sender, count=before + 1)) == before + 1


def test_pain_09_two_accounts_by_sender(
        two, logged_in, make_postfix, dovecot):
    """Each has an entry, and Postfix is not told to look for senders: the
    mail of both goes out by the login of the first."""
    first, second = two
    postfix = make_postfix(logged_in, dovecot, first)
    entries(postfix, f"[localhost]:{dovecot.submission_port} {first}:",
            f"{second} {second}:")
    submit(postfix, f"before {second}", "sent", sender=second)
    assert dovecot.logins(second) == []
    wrong, = doctor(logged_in, "--postfix", postfix=postfix).of("wrong")
    assert "smtp_sender_dependent_authentication is not yes" in wrong.text
    assert f"the login of {second}" in wrong.text and "line 2" in wrong.text
    assert wrong.lines == ["smtp_sender_dependent_authentication = yes"]
    _, after = doctor_fix(logged_in, postfix)
    assert after.code == 0, after.text
    after.must_say("ok", f"the entry of {second} logs in as {second}")
    sent_by(postfix, dovecot, second)
    sent_by(postfix, dovecot, first)


def test_pain_09_two_accounts_and_no_entry_yet(
        two, logged_in, make_postfix, dovecot):
    """doctor writes both."""
    first, second = two
    postfix = make_postfix(logged_in, dovecot, first)
    entries(postfix, "# nothing yet")
    _, after = doctor_fix(logged_in, postfix)
    assert not after.of("wrong"), after.text
    assert passwords(postfix) == \
        f"# nothing yet\n{second} {second}:\n{first} {first}:\n"
    for sender in two:
        sent_by(postfix, dovecot, sender)


def test_pain_09_a_server_by_sender_without_a_login(
        two, logged_in, make_postfix, dovecot):
    """Each sender has a server, and the second one has no login."""
    first, second = two
    postfix = make_postfix(logged_in, dovecot, first, options={
        "relayhost": "",
        "sender_dependent_relayhost_maps":
            "texthash:$config_directory/sender_relay",
        "smtp_sender_dependent_authentication": "yes"})
    relay = f"[localhost]:{dovecot.submission_port}"
    (postfix.directory / "sender_relay").write_text(
        f"{first} {relay}\n{second} {relay}\n", encoding="ascii")
    entries(postfix, f"{first} {first}:")
    wrong, = doctor(logged_in, "--postfix", postfix=postfix).of("wrong")
    assert f"no entry for {second}" in wrong.text
    assert wrong.lines == [f"{second} {second}:"]
    _, after = doctor_fix(logged_in, postfix)
    assert after.code == 0, after.text
    sent_by(postfix, dovecot, second)


@pytest.mark.toolonly
def test_a_sender_who_is_no_account_is_given_a_step(
        two, logged_in, make_postfix_files, dovecot):
    """An alias, or a shared mailbox, that somebody logs in for."""
    postfix = make_postfix_files(logged_in, dovecot, two[0],
                                 options=BY_SENDER)
    route(postfix, "desk@contoso.com [other.example.com]:587")
    found = doctor(logged_in, "--postfix", postfix=postfix)
    found.must_say("wrong", "no entry for desk@contoso.com")
    assert found.next == (
        f"add to texthash:{postfix.directory}/sasl_passwd the entry of "
        "desk@contoso.com: the account that logs in for it, and :; if that "
        "is one of its own, run first: sasl-bearer login desk@contoso.com")
    route(postfix, "@contoso.org [other.example.com]:587")
    said = doctor(logged_in, "--postfix", postfix=postfix).next
    assert said.endswith("the entry of @contoso.org: the account that logs in "
                         "for it, and :")


@pytest.mark.toolonly
def test_nobody_logs_in_as_a_whole_domain(site, make_postfix_files, dovecot):
    postfix = make_postfix_files(site, dovecot, "x",
                                 options={**BY_SENDER, "relayhost": ""})
    route(postfix, "@contoso.org [other.example.com]:587")
    found = doctor(site, "--postfix", postfix=postfix)
    found.must_say("wrong", "no entry for @contoso.org")
    assert found.next.startswith("run: sasl-bearer login ACCOUNT ")


def route(postfix, *lines):
    """These are the relay hosts of senders."""
    (postfix.directory / "sender_relay").write_text(
        "".join(f"{line}\n" for line in lines), encoding="ascii")


BY_SENDER = {
    "sender_dependent_relayhost_maps":
        "texthash:$config_directory/sender_relay",
    "smtp_sender_dependent_authentication": "yes"}


def test_each_account_is_logged_in_at_its_own_server(
        two, logged_in, make_postfix_files, dovecot, serve):
    """A token is for nobody else's server."""
    first, second = two
    other = serve(speak(b"220 mx\r\n", {b"EHLO": b"250 AUTH XOAUTH2\r\n"}))
    postfix = make_postfix_files(logged_in, dovecot, first, options=BY_SENDER)
    route(postfix, f"{second} [localhost]:{other.port}")
    entries(postfix, f"[localhost]:{dovecot.submission_port} {first}:",
            f"{second} {second}:")
    found = doctor(logged_in, "--postfix", postfix=postfix)
    found.must_say("ok", f"{first} is logged in", area="server")
    found.must_say("wrong", "offers no TLS", area="server")
    assert dovecot.logins(first) and not dovecot.logins(second)
    assert other.connections == 1


def test_an_account_that_postfix_does_not_log_in_with_stays_here(
        two, logged_in, make_postfix_files, dovecot):
    first, second = two
    postfix = make_postfix_files(logged_in, dovecot, first)
    found = doctor(logged_in, postfix=postfix)
    found.must_say("ok", f"{first} is logged in", area="server")
    found.must_say("unsure", f"Postfix does not log in with {second}",
                   area="server")
    assert not dovecot.logins(second)


def test_the_server_of_a_transport_and_of_another_sender(
        two, logged_in, make_postfix_files, dovecot):
    """The login need not be called as who sends."""
    first, second = two
    relay = f"[localhost]:{dovecot.submission_port}"
    postfix = make_postfix_files(logged_in, dovecot, first, options={
        **BY_SENDER, "relayhost": "",
        "transport_maps": "texthash:$config_directory/transport"})
    route(postfix, f"@sales.example.com {relay}")
    (postfix.directory / "transport").write_text(
        f"example.org smtp:{relay}\n", encoding="ascii")
    entries(postfix, f"info@sales.example.com {second}:", f"{relay} {first}:")
    found = doctor(logged_in, "--postfix", postfix=postfix)
    for account in two:
        found.must_say("ok", f"{account} is logged in", area="server")


def test_a_token_does_not_go_to_another_provider(
        logged_in, make_postfix_files, dovecot, account):
    """Whatever the maps of Postfix say."""
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(text.replace('"lab"', '"google"'))
    relay = "[smtp.office365.com]:587"
    postfix = make_postfix_files(logged_in, dovecot, account, key=relay,
                                 options={"relayhost": relay})
    found = doctor(logged_in, "--postfix", account, postfix=postfix)
    found.must_say("warning", relay, "another provider's server; no login was "
                   "tried", area="server")


@pytest.mark.toolonly
def test_another_number_is_another_account(
        logged_in, make_postfix_files, dovecot, account):
    """It is not put in the place of one that nobody has logged in yet."""
    other = account.replace("@", "1@")
    postfix = make_postfix_files(logged_in, dovecot, other, password="")
    wrong = doctor(logged_in, "--postfix", postfix=postfix).must_say(
        "wrong", f"as {other}", "there is no such account here")
    assert wrong.lines == [] and f", but {account}" not in wrong.text
    entries(postfix, f"[localhost]:{dovecot.submission_port} "
            f"{account.upper()}:")
    _, after = doctor_fix(logged_in, postfix)
    after.must_say("ok", f"logs in as {account}")


@pytest.mark.toolonly
@pytest.mark.parametrize("several", [False, True], ids=["one", "two"])
@pytest.mark.parametrize("relays, preset, has_first", [
    ("[localhost]:{port}, [backup.example.com]:587", "lab", True),
    ("[localhost]:{port}, [backup.example.com]:587", "lab", False),
    ("[smtp.office365.com]:587", "google", False),
    ("[smtp.sendgrid.example.com]:587", "office365", False),
], ids=["the second server", "both servers", "another provider", "unknown"])
def test_a_token_is_given_to_no_server_that_may_be_others(
        relays, preset, has_first, several, logged_in, make_postfix_files,
        dovecot, account):
    if several:
        logged_in.login(account.replace("user", "second"))
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(text.replace('= "lab"', f'= "{preset}"'))
    relays = relays.format(port=dovecot.submission_port)
    postfix = make_postfix_files(logged_in, dovecot, account, password="",
                                 options={"relayhost": relays})
    if not has_first:
        entries(postfix, "# nothing")
    last = relays.split()[-1]
    wrong = doctor(logged_in, "--postfix", postfix=postfix).must_say(
        "wrong", f"no entry for {last}")
    assert wrong.lines == []
    before = passwords(postfix)
    _, after = doctor_fix(logged_in, postfix)
    # The only account may have the first server, by its name.
    added = passwords(postfix).removeprefix(before).splitlines()
    assert added in ([], [f"{relays.split(',')[0]} {account}:"])
    assert not added or (preset == "lab" and not has_first and not several)
    assert "smtp_sender_dependent_authentication = yes" not in main_cf(postfix)
    assert f"{last} the login" in after.next or f"take {last} out" in after.next


@pytest.mark.toolonly
def test_a_new_table_gets_no_entry_for_somebody_elses_server(
        logged_in, make_postfix_files, dovecot, account):
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(text.replace('= "lab"', '= "office365"'))
    relay = "[smtp.sendgrid.example.com]:587"
    postfix = make_postfix_files(logged_in, dovecot, account, options={
        "relayhost": relay})
    (postfix.directory / "sasl_passwd").unlink()
    found = doctor(logged_in, "--postfix", postfix=postfix)
    wrong = found.must_say("wrong", "there is no such file")
    assert wrong.lines == []
    assert found.next.startswith(f"give {relay} the login that it wants")


@pytest.mark.toolonly
def test_a_table_of_routes_that_is_not_there_gets_no_login(
        logged_in, make_postfix_files, dovecot, account):
    postfix = make_postfix_files(logged_in, dovecot, account,
                                 options=BY_SENDER)
    found = doctor(logged_in, "--postfix", postfix=postfix)
    wrong = found.must_say("wrong", "sender_dependent_relayhost_maps names",
                           "there is no such file")
    assert wrong.lines == []
    assert found.next == (
        f"make the file {postfix.directory}/sender_relay, or take it out of "
        "sender_dependent_relayhost_maps")


@pytest.mark.toolonly
@pytest.mark.parametrize("several", [False, True], ids=["one", "two"])
def test_a_broken_configuration_does_not_stop_doctor(
        several, logged_in, make_postfix_files, dovecot, account):
    if several:
        logged_in.login(account.replace("user", "second"))
    logged_in.conf.write_text("nonsense {")
    postfix = make_postfix_files(logged_in, dovecot, account)
    entries(postfix, "# nothing")
    found = doctor(logged_in, "--postfix", postfix=postfix)
    assert found.code == 78 and found.next, found.text
    lines = found.must_say("wrong", "no entry for").lines
    assert lines == []  # Whose server it is, nobody knows.


@pytest.mark.toolonly
def test_a_server_is_the_accounts_if_a_person_says_so(
        logged_in, make_postfix_files, dovecot, account):
    """Its provider has another one."""
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(text.replace('= "lab"', '= "office365"'))
    relay = f"localhost:{dovecot.submission_port}"
    postfix = make_postfix_files(logged_in, dovecot, account)
    entries(postfix, "# nothing")
    wrong = doctor(logged_in, "--postfix", f"--server=smtp://{relay}",
                   postfix=postfix).must_say("wrong", "no entry for")
    assert wrong.lines == [f"[localhost]:{dovecot.submission_port} {account}:"]


@pytest.mark.toolonly
def test_the_account_of_another_provider_gets_no_entry(
        two, logged_in, make_postfix_files, dovecot):
    """Its mail would go to the relay host, with its token."""
    first, second = two
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(text.replace(
        f'"{first}" {{ provider = "lab"', f'"{first}" {{ provider = "google"'))
    postfix = make_postfix_files(logged_in, dovecot, first, options={
        "relayhost": "[smtp.office365.com]:587"})
    entries(postfix, "# nothing")
    near = f"--server=smtp://localhost:{dovecot.submission_port}"
    wrong = doctor(logged_in, "--postfix", near, postfix=postfix).must_say(
        "wrong", "no entry for [smtp.office365.com]:587")
    assert f"{second} {second}:" in wrong.lines
    assert f"{first} {first}:" not in wrong.lines


def test_what_is_right_for_one_route_is_not_set_for_all(
        two, logged_in, make_postfix, dovecot, sink):
    """Senders have servers of their own, and all other mail goes to its
    recipients' servers: that must go on, so a person gets a line for each."""
    first, second = two
    relay = f"[localhost]:{dovecot.submission_port}"
    postfix = make_postfix(logged_in, dovecot, first, tls_level="may", options={
        "relayhost": "", "smtp_sasl_auth_enable": "no",
        "sender_dependent_relayhost_maps":
            "texthash:$config_directory/sender_relay",
        "smtp_sender_dependent_authentication": "yes"})
    routes = postfix.directory / "sender_relay"
    routes.write_text(f"{first} {relay}\n{second} [localhost]:465\n",
                      encoding="ascii")
    entries(postfix, f"{first} {first}:", f"{second} {second}:")
    shown, after = doctor_fix(logged_in, postfix)
    assert "+smtp_sasl_auth_enable = yes" in shown
    assert "+smtp_tls" not in shown, shown
    assert "smtp_tls_security_level = may" in main_cf(postfix)
    assert after.must_say(
        "warning", f"{relay}: smtp_tls_security_level is may").lines == [
            f"{relay} secure"]
    wrapped = after.must_say("wrong", "[localhost]:465: at port 465 TLS comes")
    assert wrapped.lines == []
    assert "a service of its own in master.cf" in after.next
    # What it says, done.
    (postfix.directory / "tls_policy").write_text(
        f"{relay} secure\n", encoding="ascii")
    routes.write_text(f"{first} {relay}\n{second} {relay}\n",
                      encoding="ascii")
    with open(postfix.directory / "main.cf", "a", encoding="ascii") as file:
        file.write("smtp_tls_policy_maps = "
                   "texthash:$config_directory/tls_policy\n")
    run(["postfix", "-c", postfix.directory, "reload"], check=True)
    found = doctor(logged_in, "--postfix", postfix=postfix)
    found.must_say("ok", f"{relay}: smtp_tls_policy_maps is secure")
    assert not found.of("wrong") and not found.of("warning"), found.text
    for sender in two:
        sent_by(postfix, dovecot, sender)
