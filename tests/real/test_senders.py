# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Several accounts by sender, as sasl-bearer(7) has it: the lines of the page
as they stand, but for names of servers, accounts and files."""

import re

from lab.site import TOP

PAGE = TOP / "man" / "sasl-bearer.7"
SENDERS = ["sales@contoso.com", "me@example.com", "relay@contoso.com"]


def recipe():
    """The examples of the page's part: main.cf, sender_relay, sasl_passwd."""
    text = PAGE.read_text(encoding="utf-8")
    part = re.search(r"^\.Ss Several accounts\n(.*?)^\.Sh ", text,
                     re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^\.Bd .*?\n(.*?)^\.Ed", part,
                      re.MULTILINE | re.DOTALL)[:3]


def test_each_sender_logs_in_as_who_it_is(
        make_site, make_postfix, dovecot, sink, account, fresh):
    def at_home(text):
        for name in SENDERS:
            text = text.replace(name, f"{account}.{name}")
        text = re.sub(r"\[smtp[^]]*\]:587",
                      f"[localhost]:{dovecot.submission_port}", text)
        return text.replace("/etc/postfix", str(maps))
    maps = fresh("maps")
    main, relay, passwords = (at_home(text) for text in recipe())
    names = [f"{account}.{name}" for name in SENDERS]
    assert all(f" {name}:" in passwords for name in names), passwords
    (maps / "sender_relay").write_text(relay)
    (maps / "sasl_passwd").write_text(passwords)
    site = make_site()
    for name in names:
        site.login(name)
    options = dict(line.split(" = ") for line in main.splitlines())
    assert "smtp_sender_dependent_authentication" in options
    postfix = make_postfix(
        site, dovecot, "nobody@example.com", password="", options={
            **options,
            "smtp_sasl_password_maps": f"texthash:{maps}/sasl_passwd"})
    for count, name in enumerate([*names[:2], "somebody@example.org"], 1):
        postfix.submit(f"from {name}", sender=name)
        status, words = postfix.wait_for_deliveries(count)[-1]
        assert status == "sent", words
        sink.wait_for(f"from {name}")
    assert [len(dovecot.logins(name)) for name in names] == [1, 1, 1]
