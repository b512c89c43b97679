# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What goes wrong with Postfix: produced on purpose, seen in its log, named by
doctor, mended by its --fix, and then mail goes out."""

import os
import re
import shlex
import shutil
import socket
import types

import pytest

from lab.doctor import doctor, doctor_fix
from lab.process import run

NO_MECHANISM = re.compile(
    "No worthy mechs found|no mechanism available"
    "|offered no compatible authentication mechanism")


SOFT = {"soft_bounce": "yes"}
"""What a server refuses without a login stays, to be tried again."""


def submit(postfix, subject, status="deferred", **more):
    """Hands in a message, and waits for what comes of it."""
    before = len(postfix.deliveries())
    postfix.submit(subject, **more)
    (said, words), = postfix.wait_for_deliveries(before + 1)[before:]
    assert said == status, f"{words}\n{postfix.log()}"
    return words


def retried(postfix):
    """What comes of the message that is waiting, tried again."""
    before = len(postfix.deliveries())
    postfix.retry()
    return postfix.wait_for_deliveries(before + 1)[-1][0]


def main_cf(postfix):
    """The lines of main.cf."""
    return (postfix.directory / "main.cf").read_text().splitlines()


def postmap(postfix, *arguments):
    """What postmap(1) says, as a person runs it there."""
    env = dict(os.environ, MAIL_CONFIG=str(postfix.directory))
    return run(["postmap", *arguments], check=True, env=env).stdout


def passwords(postfix):
    """The password map's text."""
    return (postfix.directory / "sasl_passwd").read_text()


def entries(postfix, *lines):
    """These are the entries of the password map."""
    (postfix.directory / "sasl_passwd").write_text(
        "".join(f"{line}\n" for line in lines), encoding="ascii")


def heal(site, postfix, sink, subject):
    """--fix, a yes, and the message that waited goes out."""
    shown, after = doctor_fix(site, postfix)
    assert after.code == 0, shown + after.text
    after.must_say("ok", "Postfix has read them")
    assert retried(postfix) == "sent", postfix.log()
    sink.wait_for(subject)
    return shown


@pytest.mark.parametrize("name, value, wanted", [
    ("smtp_sasl_mechanism_filter", "plain, login",
     "smtp_sasl_mechanism_filter = xoauth2, oauthbearer, plain, login"),
    ("smtp_sasl_mechanism_filter", "!xoauth2, !oauthbearer, static:rest",
     "smtp_sasl_mechanism_filter = xoauth2, oauthbearer, !xoauth2, "
     "!oauthbearer, static:rest"),
    ("smtp_sasl_tls_security_options", "noplaintext, noanonymous",
     "smtp_sasl_tls_security_options = noanonymous"),
    ("smtp_sasl_tls_security_options", "noanonymous, mutual_auth",
     "smtp_sasl_tls_security_options = noanonymous"),
], ids=["filter", "negated filter", "noplaintext", "mutual_auth"])
def test_pain_01_postfix_keeps_the_mechanisms_out(
        name, value, wanted, logged_in, make_postfix, dovecot, sink, account):
    postfix = make_postfix(logged_in, dovecot, account, options={name: value})
    submit(postfix, f"kept out {account}")
    assert NO_MECHANISM.search(postfix.log()), postfix.log()
    found = doctor(logged_in, "--postfix", postfix=postfix)
    wrong, = found.of("wrong")
    assert name in wrong.text and "keeps XOAUTH2 and OAUTHBEARER out" \
        in wrong.text
    assert wrong.lines == [wanted]
    assert "sasl-bearer doctor --postfix --fix" in found.next
    assert found.code == 78
    shown = heal(logged_in, postfix, sink, f"kept out {account}")
    assert f"+{wanted}" in shown.splitlines()
    assert wanted in main_cf(postfix)


def test_pain_01_the_line_of_every_recipe_is_missing(
        logged_in, make_postfix, dovecot, sink, account):
    """Postfix's own default keeps every token out."""
    postfix = make_postfix(
        logged_in, dovecot, account, without="smtp_sasl_tls_security_options")
    submit(postfix, f"missing {account}")
    assert "No worthy mechs found" in postfix.log()
    wrong, = doctor(logged_in, "--postfix", postfix=postfix).of("wrong")
    assert "smtp_sasl_tls_security_options has noplaintext by default" \
        in wrong.text and "No worthy mechs found" in wrong.text
    heal(logged_in, postfix, sink, f"missing {account}")
    assert "smtp_sasl_tls_security_options = noanonymous" in main_cf(postfix)


def test_pain_01_master_cf_decides_and_is_mended(
        logged_in, make_postfix, dovecot, sink, account):
    """What -o of master.cf says, main.cf cannot change."""
    name = "smtp_sasl_tls_security_options"
    postfix = make_postfix(logged_in, dovecot, account, master=(
        f"  -o {name}=noplaintext",))
    submit(postfix, f"master {account}")
    assert NO_MECHANISM.search(postfix.log())
    wrong, = doctor(logged_in, "--postfix", postfix=postfix).of("wrong")
    assert wrong.lines == [f"postconf -P 'smtp/unix/{name}='"]
    heal(logged_in, postfix, sink, f"master {account}")


@pytest.mark.parametrize("key", ["localhost:{port}", "[LOCALHOST]:0{port}"],
                         ids=["no brackets", "another way to write it"])
def test_pain_01_the_key_of_the_map_is_written_otherwise(
        key, logged_in, make_postfix, dovecot, sink, account):
    key = key.format(port=dovecot.submission_port)
    postfix = make_postfix(logged_in, dovecot, account, key=key,
                           options=SOFT)
    words = submit(postfix, f"key {account}", "SOFTBOUNCE")
    assert "Authentication required" in words
    wrong, = doctor(logged_in, "--postfix", postfix=postfix).of("wrong")
    relay = f"[localhost]:{dovecot.submission_port}"
    assert f"mail goes to {relay}" in wrong.text
    assert f"{key} ({postfix.directory}/sasl_passwd, line 1)" in wrong.text
    heal(logged_in, postfix, sink, f"key {account}")
    assert passwords(postfix) == f"{relay} {account}:unused\n"


def test_pain_01_postmap_was_forgotten(
        logged_in, make_postfix, dovecot, sink, account):
    postfix = make_postfix(logged_in, dovecot, account, options={
        "smtp_sasl_password_maps": "hash:$config_directory/sasl_passwd"})
    submit(postfix, f"postmap {account}")
    wrong, = doctor(logged_in, "--postfix", postfix=postfix).of("wrong")
    assert "sasl_passwd.db: Postfix reads that" in wrong.text
    assert wrong.lines == [
        f"postmap hash:{postfix.directory}/sasl_passwd"]
    heal(logged_in, postfix, sink, f"postmap {account}")


def test_pain_01_the_login_is_misspelt(
        logged_in, make_postfix, dovecot, sink, account):
    wrong_name = account.replace("contoso", "contosso")
    postfix = make_postfix(logged_in, dovecot, wrong_name, password="")
    submit(postfix, f"misspelt {account}")
    assert f"there is no account {wrong_name}" in postfix.log()
    wrong, = doctor(logged_in, "--postfix", postfix=postfix).of("wrong")
    assert f"as {wrong_name}" in wrong.text
    assert f"no such account here, but {account}" in wrong.text
    heal(logged_in, postfix, sink, f"misspelt {account}")
    assert passwords(postfix).endswith(f" {account}:\n")


def test_pain_01_logins_are_switched_off(
        logged_in, make_postfix, dovecot, sink, account):
    postfix = make_postfix(logged_in, dovecot, account, options={
        "smtp_sasl_auth_enable": "no", **SOFT})
    words = submit(postfix, f"off {account}", "SOFTBOUNCE")
    assert "Authentication required" in words
    wrong, = doctor(logged_in, "--postfix", postfix=postfix).of("wrong")
    assert "smtp_sasl_auth_enable is not yes" in wrong.text
    heal(logged_in, postfix, sink, f"off {account}")


def test_a_postfix_in_order_is_found_in_order(
        logged_in, make_postfix, dovecot, account):
    postfix = make_postfix(logged_in, dovecot, account, tls_level="secure")
    submit(postfix, f"in order {account}", "sent")
    found = doctor(logged_in, "--postfix", postfix=postfix)
    assert found.code == 0 and not found.of("wrong"), found.text
    assert not found.of("warning"), found.text
    found.must_say("ok", "in the chroot", str(postfix.directory / "queue"))
    found.must_say("ok", f"logs in as {account}")
    before = main_cf(postfix)
    found = doctor(logged_in, "--postfix", "--fix", postfix=postfix)
    found.must_say("ok", "nothing to change")
    assert main_cf(postfix) == before


@pytest.mark.toolonly
@pytest.mark.parametrize("options, grade, words", [
    ({"smtp_tls_security_level": "none"}, "wrong", "in the clear"),
    ({"smtp_tls_security_level": "may"}, "warning", "need not prove its name"),
    ({"smtp_tls_security_level": "may",
      "smtp_sasl_security_options": "noanonymous"}, "wrong", "in the clear"),
    ({"smtp_tls_security_level": "secure", "smtp_tls_CAfile": ""}, "wrong",
     "no server can prove its name"),
    ({"smtp_tls_security_level": "secure", "smtp_tls_CAfile": "",
      "smtp_tls_CApath": "/etc/ssl/certs"}, "wrong", "inside its chroot"),
    ({"smtp_tls_security_level": "secure", "smtp_tls_CAfile": "",
      "tls_append_default_CA": "yes"}, "unsure", "OpenSSL's own certificates"),
    ({"smtp_tls_policy_maps": "inline:{[localhost]:587=none}",
      "relayhost": "[localhost]:587"}, "wrong",
     "smtp_tls_policy_maps asks for no TLS"),
    ({"smtp_tls_policy_maps": "inline:{localhost=secure}",
      "relayhost": "[localhost]:587"}, "warning",
     "smtp_tls_security_level is encrypt"),
    ({"smtp_sasl_auth_soft_bounce": "no"}, "warning", "goes back to its"),
    ({"smtp_sasl_auth_cache_name": "btree:/nowhere"}, "warning",
     "does not log in again for 90d"),
    ({"smtp_sasl_type": "dovecot"}, "wrong", "one of Cyrus SASL"),
    ({"smtp_sasl_tls_verified_security_options": "noplaintext"}, "wrong",
     "smtp_sasl_tls_verified_security_options has noplaintext"),
    ({"relayhost": "localhost"}, "warning", "without brackets"),
    ({"relayhost": "[smtp.office365.com]"}, "wrong", "logins at port 587"),
    ({"relayhost": "[localhost]:465"}, "wrong", "at port 465 TLS comes first"),
    ({"smtp_sasl_password_maps": "mysql:/etc/x"}, "wrong",
     "no tables of the type 'mysql'"),
    ({"smtp_sasl_password_maps": "texthash:/nowhere/map"}, "wrong",
     "there is no such file"),
    ({"smtp_sasl_mechanism_filter": "oauthbearer"}, "warning",
     "all that Microsoft's servers offer"),
    ({"relayhost": "", "transport_maps": "inline:{example.com=smtp:[x]}"},
     "unsure", "transport_maps: inline:... is not followed"),
    ({"relayhost": ""}, "wrong", "each recipient's own server"),
    ({"smtp_tls_wrappermode": "yes", "relayhost": "[localhost]:587"}, "wrong",
     "at port 587 TLS comes by STARTTLS"),
    ({"import_environment": "SASL_BEARER_STATE=/elsewhere"}, "warning",
     "told another SASL_BEARER_STATE (/elsewhere"),
    ({"import_environment": "SASL_PATH"}, "unsure",
     "hands on the SASL_PATH that Postfix was started with"),
    ({"smtp_sasl_mechanims_filter": "xoauth2"}, "warning",
     "sets smtp_sasl_mechanims_filter, which Postfix does not know"),
    ({"default_transport": "error:no mail", "relayhost": ""}, "unsure",
     "not Postfix's smtp(8)"),
    ({"multi_instance_directories": "/etc/postfix-out"}, "unsure",
     "other instances (/etc/postfix-out)"),
], ids=lambda value: ",".join(value) if isinstance(value, dict) else "")
def test_each_rule_about_main_cf(
        options, grade, words, logged_in, make_postfix_files, dovecot, account):
    postfix = make_postfix_files(logged_in, dovecot, account, options=options)
    # doctor logs in there, and not at a relay host that is far away.
    near = f"--server=smtp://localhost:{dovecot.submission_port}"
    found = doctor(logged_in, "--postfix", near, postfix=postfix)
    found.must_say(grade, words)
    assert "hands mail to" not in found.text


@pytest.mark.toolonly
@pytest.mark.parametrize("maps, grade, words, lines, step", [
    ("hash:{directory}/policy", "wrong",
     "smtp_tls_policy_maps names {directory}/policy, and there is no such "
     "file", [], "make the file {directory}/policy, or take it out"),
    ("texthash:{directory}/policy", "wrong", "there is no such file", [],
     "make the file {directory}/policy, or take it out"),
    ("hash:{directory}/sasl_passwd", "wrong",
     "there is no {directory}/sasl_passwd.db",
     ["postmap hash:{directory}/sasl_passwd"], "run: sasl-bearer doctor"),
    ("regexp:{directory}/policy", "wrong", "smtp_tls_policy_maps: open", [],
     "mend that table"),
    ("unionmap:{{inline:{{a=none}}}}", "unsure",
     "smtp_tls_policy_maps cannot be looked at", [], None),
], ids=["hash", "texthash", "no postmap", "regexp", "unionmap"])
def test_a_policy_that_cannot_be_looked_up_is_not_taken_for_none(
        maps, grade, words, lines, step, logged_in, make_postfix_files,
        dovecot, account):
    """Postfix hands in no mail then."""
    postfix = make_postfix_files(
        logged_in, dovecot, account, tls_level="secure", options={
            "smtp_tls_policy_maps": maps.format(
                directory="$config_directory")})
    where = str(postfix.directory)
    found = doctor(logged_in, "--postfix", postfix=postfix)
    said = found.must_say(grade, words.format(directory=where))
    assert said.lines == [line.format(directory=where) for line in lines]
    assert "no token without TLS" not in found.text
    if step:
        assert found.next.startswith(step.format(directory=where))


@pytest.mark.toolonly
def test_who_may_not_read_a_policy_is_unsure(
        make_site, make_postfix_files, dovecot, account):
    site = make_site(person=True)
    postfix = make_postfix_files(site, dovecot, account, options={
        "smtp_tls_policy_maps": "texthash:$config_directory/policy"})
    path = postfix.directory / "policy"
    path.write_text("# nothing\n", encoding="ascii")
    path.chmod(0o600)
    found = doctor(site, "--postfix", postfix=postfix)
    found.must_say("unsure", "smtp_tls_policy_maps cannot be looked at")
    assert not found.of("wrong"), found.text


@pytest.mark.toolonly
@pytest.mark.parametrize("relays, wanted", [
    ("[smtp.office365.com]:25, [backup.example.com]:587",
     "[smtp.office365.com]:587, [backup.example.com]:587"),
    ("smtp.office365.com [a.example.com] b.example.com:25",
     "[smtp.office365.com]:587 [a.example.com] b.example.com:25"),
    ("[smtp.office365.com]", "[smtp.office365.com]:587"),
], ids=["commas", "blanks", "alone"])
def test_another_port_keeps_the_rest_of_the_list(
        relays, wanted, logged_in, make_postfix_files, dovecot, account):
    postfix = make_postfix_files(logged_in, dovecot, account,
                                 options={"relayhost": relays})
    near = f"--server=smtp://localhost:{dovecot.submission_port}"
    wrong = doctor(logged_in, "--postfix", near, postfix=postfix).must_say(
        "wrong", "that host takes logins at port 587")
    assert wrong.lines == [f"relayhost = {wanted}"]


@pytest.mark.toolonly
def test_a_misspelt_level_of_tls_is_mended(
        logged_in, make_postfix_files, dovecot, account):
    """smtp(8) does not even start with it."""
    postfix = make_postfix_files(logged_in, dovecot, account,
                                 tls_level="sekure")
    doctor(logged_in, "--postfix", postfix=postfix).must_say(
        "wrong", "is 'sekure', which is no level that Postfix knows")
    _, after = doctor_fix(logged_in, postfix)
    after.must_say("ok", "smtp_tls_security_level is secure")


@pytest.mark.toolonly
def test_no_proof_is_wanted_of_a_name_that_exchangers_need_not_have(
        logged_in, make_postfix_files, dovecot, account):
    """Postfix would compare the certificate of an MX with the domain."""
    postfix = make_postfix_files(
        logged_in, dovecot, account, tls_level="none", key="example.com:587",
        options={"relayhost": "example.com:587"})
    near = f"--server=smtp://localhost:{dovecot.submission_port}"
    doctor_fix(logged_in, postfix, near)
    assert "smtp_tls_security_level = encrypt" in main_cf(postfix)
    warned = doctor(logged_in, "--postfix", near, postfix=postfix).must_say(
        "warning", "smtp_tls_security_level is encrypt")
    assert warned.lines == []


def test_default_transport_names_the_server(
        logged_in, make_postfix, dovecot, account, sink):
    """It has precedence, so that nothing is wrong with relayhost."""
    relay = f"[localhost]:{dovecot.submission_port}"
    postfix = make_postfix(
        logged_in, dovecot, account, tls_level="secure", options={
            "relayhost": "[nowhere.example.com]:587",
            "default_transport": f"smtp:{relay}"})
    submit(postfix, f"by default {account}", "sent")
    found = doctor(logged_in, "--postfix", postfix=postfix)
    assert found.code == 0 and not found.of("warning"), found.text
    found.must_say("ok", f"default_transport hands mail to {relay}")
    found.must_say("ok", "is logged in to localhost", area="server")


@pytest.mark.toolonly
def test_an_address_of_ipv6_is_connected_to(
        logged_in, make_postfix_files, account):
    """Postfix writes it with a word before it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        relay = f"[ipv6:::1]:{free.getsockname()[1]}"
        postfix = make_postfix_files(
            logged_in, types.SimpleNamespace(submission_port=1), account,
            key=relay, options={"relayhost": relay})
        found = doctor(logged_in, "--postfix", postfix=postfix)
    found.must_say("wrong", "cannot connect to ::1, port", area="server")


@pytest.mark.toolonly
def test_a_transport_has_a_login_too(
        logged_in, make_postfix_files, dovecot, account):
    postfix = make_postfix_files(logged_in, dovecot, "who@example.org", "",
                                 key="[mx.example.com]:587", options={
        "relayhost": "", "transport_maps":
        "texthash:$config_directory/transport"})
    (postfix.directory / "transport").write_text(
        "example.com smtp:[mx.example.com]:587\nexample.org local:\n"
        "example.net smtp:[without.example.com]\n", encoding="ascii")
    near = f"--server=smtp://localhost:{dovecot.submission_port}"
    found = doctor(logged_in, "--postfix", near, postfix=postfix)
    found.must_say("wrong", "logs in at [mx.example.com]:587 as "
                   "who@example.org")
    assert "without.example.com" not in found.text


@pytest.mark.toolonly
def test_postfix_is_found_by_itself_where_it_logs_in(
        logged_in, make_postfix_files, dovecot, account):
    logs_in = make_postfix_files(logged_in, dovecot, account)
    does_not = make_postfix_files(logged_in, dovecot, account, without=(
        "smtp_sasl_auth_enable",))
    doctor(logged_in, postfix=logs_in).must_say("ok", "smtp(8) runs as")
    assert not doctor(logged_in, postfix=does_not).of("ok")


@pytest.mark.toolonly
def test_who_is_not_root_is_not_told_what_only_root_can_know(
        make_site, make_postfix_files, dovecot, account):
    site = make_site(person=True)
    postfix = make_postfix_files(site, dovecot, account)
    found = doctor(site, "--postfix", postfix=postfix)
    found.must_say("unsure", "run this as root")
    found.must_say("warning", "smtp_tls_security_level is encrypt")
    assert "run, as root: sasl-bearer doctor --postfix --fix" in found.next
    assert not found.of("wrong"), found.text
    found = doctor(site, "--postfix", "--fix", postfix=postfix)
    found.must_say("unsure", "only root may change Postfix")


@pytest.mark.toolonly
@pytest.mark.parametrize("password, grade, words", [
    ("", "wrong", "there is no such account here"),
    ("app-password", "warning", "is tried, and cannot work"),
    ("eyJhbGciOiJub25lIn0.e30.", "warning", "ends within hours"),
    ("/nowhere/token", "wrong", "a token file that cannot be read by"),
], ids=["nothing", "password", "token", "file"])
def test_pain_04_what_the_password_of_a_stranger_means(
        password, grade, words, site, make_postfix_files, dovecot):
    postfix = make_postfix_files(site, dovecot, "who@example.org", password)
    found = doctor(site, "--postfix", postfix=postfix)
    said = found.must_say(grade, words)
    assert "sasl_passwd, line 1" in said.text
    assert password in ("", "/nowhere/token") or password not in found.text


@pytest.mark.toolonly
def test_a_token_file_is_tried_as_postfix_in_its_chroot(
        site, make_postfix_files, dovecot):
    """Root can read it, and smtp(8) is another."""
    postfix = make_postfix_files(site, dovecot, "who@example.org",
                                 "/tokens/who")
    path = postfix.queue / "tokens" / "who"
    path.parent.mkdir(mode=0o755)
    path.write_text("{}", encoding="ascii")
    path.chmod(0o600)
    wrong = doctor(site, "--postfix", postfix=postfix).must_say(
        "wrong", f"cannot be read by postfix in its chroot: {path}")
    assert wrong.lines == [f"chown -h postfix {path} && chmod 600 {path}"]
    run(["sh", "-c", *wrong.lines], check=True)
    doctor(site, "--postfix", postfix=postfix).must_say(
        "warning", "beside which postfix may not write")
    shutil.chown(path.parent, "postfix")
    doctor(site, "--postfix", postfix=postfix).must_say(
        "ok", "with the token file /tokens/who")


@pytest.mark.toolonly
@pytest.mark.parametrize("name", ["x" * 200, "w\x01o"],
                         ids=["long", "control byte"])
def test_no_command_names_another_file(
        name, site, make_postfix_files, dovecot):
    """Cut off or without what no terminal can show, it would be another."""
    postfix = make_postfix_files(site, dovecot, "who@example.org",
                                 f"/tokens/{name}")
    path = postfix.queue / "tokens" / name
    path.parent.mkdir(mode=0o755)
    path.write_text("{}", encoding="ascii")
    path.chmod(0o600)
    found = doctor(site, "--postfix", postfix=postfix)
    assert found.must_say("wrong", "cannot be read by postfix").lines == []
    assert found.next == (
        "make postfix the owner of that file, with the mode 600, and let it "
        "into the directories on the way")


@pytest.mark.toolonly
def test_a_name_is_one_word_of_the_command_to_run(
        site, make_postfix_files, dovecot):
    name = "o'brien;id@contoso.com"
    site.login(name)
    postfix = make_postfix_files(site, dovecot, name,
                                 options={"smtp_sasl_auth_enable": "no"})
    said = doctor(site, "--postfix", name, postfix=postfix).next
    command = re.search("run: (.*), which shows", said)[1]
    assert shlex.split(command) == [
        "sasl-bearer", "doctor", "--postfix", "--fix", name]


@pytest.mark.toolonly
@pytest.mark.parametrize("answer", ["no", "", "maybe"])
def test_nothing_is_changed_without_a_yes(
        answer, logged_in, make_postfix_files, dovecot, account):
    postfix = make_postfix_files(logged_in, dovecot, account,
                                 options={"smtp_sasl_auth_enable": "no"})
    before = main_cf(postfix)
    shown, after = doctor_fix(logged_in, postfix, answer=answer)
    assert "+smtp_sasl_auth_enable = yes" in shown
    after.must_say("unsure", "nothing was changed")
    after.must_say("wrong", "smtp_sasl_auth_enable")
    assert after.code == 78 and main_cf(postfix) == before


@pytest.mark.toolonly
def test_a_pipe_gives_no_permission(
        logged_in, make_postfix_files, dovecot, account):
    postfix = make_postfix_files(logged_in, dovecot, account,
                                 options={"smtp_sasl_auth_enable": "no"})
    before = main_cf(postfix)
    found = doctor(logged_in, "--postfix", "--fix", postfix=postfix)
    assert "+smtp_sasl_auth_enable = yes" in found.text
    found.must_say("unsure", "typed on a terminal")
    assert main_cf(postfix) == before


@pytest.mark.toolonly
def test_a_change_keeps_the_old_files_and_hides_passwords(
        logged_in, make_postfix_files, dovecot, account):
    postfix = make_postfix_files(logged_in, dovecot, account, key="localhost:"
                                 f"{dovecot.submission_port}",
                                 password="Geheim1")
    path = postfix.directory / "sasl_passwd"
    with open(path, "a", encoding="ascii") as file:
        file.write("# others\nother.example.com him:Geheim2\n"
                   "  and:Geheim3\n#gone.example.com me:Geheim4\n")
    path.chmod(0o640)
    old, old_main = path.read_text(), main_cf(postfix)
    shown, after = doctor_fix(logged_in, postfix)
    for secret in ("Geheim1", "Geheim2", "Geheim3", "Geheim4"):
        assert secret not in shown + after.text
        assert secret in path.read_text()
    kept, = postfix.directory.glob("sasl_passwd.before-*")
    assert kept.read_text() == old
    assert kept.stat().st_mode & 0o777 == path.stat().st_mode & 0o777 == 0o640
    kept, = postfix.directory.glob("main.cf.before-*")
    assert kept.read_text().splitlines() == old_main
    assert not list(postfix.directory.glob("*.tmp"))


@pytest.mark.toolonly
def test_a_change_lets_nobody_else_read_main_cf(
        logged_in, make_postfix_files, dovecot, account):
    """postconf(1) by itself lets everybody."""
    postfix = make_postfix_files(logged_in, dovecot, account, options={
        "smtp_sasl_auth_enable": "no"})
    path = postfix.directory / "main.cf"
    shutil.chown(path, "root", "postfix")
    path.chmod(0o640)
    owners = path.stat().st_uid, path.stat().st_gid
    doctor_fix(logged_in, postfix)
    assert "smtp_sasl_auth_enable = yes" in main_cf(postfix)
    assert path.stat().st_mode & 0o7777 == 0o640
    assert (path.stat().st_uid, path.stat().st_gid) == owners


@pytest.mark.toolonly
def test_a_table_whose_text_is_gone_keeps_its_entries(
        logged_in, make_postfix_files, dovecot, account):
    """Who removes the text, for the passwords in it, has the table alone."""
    postfix = make_postfix_files(logged_in, dovecot, account, options={
        "smtp_sasl_password_maps": "hash:$config_directory/sasl_passwd"})
    path = postfix.directory / "sasl_passwd"
    entries(postfix, "[other.example.com]:587 him:Geheim1",
            "[third.example.com]:587 her:Geheim2")
    postmap(postfix, f"hash:{path}")
    path.unlink()
    _, after = doctor_fix(logged_in, postfix)
    after.must_say("wrong", f"no entry for [localhost]:"
                   f"{dovecot.submission_port} in hash:{path}")
    assert not path.exists()
    assert sorted(postmap(postfix, "-s", f"hash:{path}").split()) == [
        "[other.example.com]:587", "[third.example.com]:587",
        "her:Geheim2", "him:Geheim1"]
    # The step brings it back, and then it is mended.
    command = re.search(r"\(umask .*\)", after.next)[0]
    run(["sh", "-c", command], check=True,
        env=dict(os.environ, MAIL_CONFIG=str(postfix.directory)))
    assert path.stat().st_mode & 0o777 == 0o600
    _, after = doctor_fix(logged_in, postfix)
    assert not after.of("wrong"), after.text
    assert "Geheim1" in passwords(postfix) and account in passwords(postfix)


@pytest.mark.toolonly
@pytest.mark.parametrize("entry, made, words, step", [
    ("[localhost]:{port} :secret", None, "has no login",
     "write the account into that entry: [localhost]:{port} ACCOUNT:"),
    ("# nothing", b"no table", "smtp_sasl_password_maps: ",
     "mend that table, or name another one"),
], ids=["no login", "no table"])
def test_what_is_wrong_with_the_map_has_a_step(
        entry, made, words, step, logged_in, make_postfix_files, dovecot,
        account):
    kind = "hash" if made else "texthash"
    postfix = make_postfix_files(logged_in, dovecot, account, options={
        "smtp_sasl_password_maps": f"{kind}:$config_directory/sasl_passwd"})
    port = dovecot.submission_port
    entries(postfix, entry.format(port=port))
    if made:
        (postfix.directory / "sasl_passwd.db").write_bytes(made)
    found = doctor(logged_in, "--postfix", postfix=postfix)
    found.must_say("wrong", words)
    assert found.next and found.next.startswith(step.format(port=port))


# No browser.


def test_pain_18_no_browser_on_the_server(
        make_site, make_postfix, dovecot, sink, account):
    """The account is configured, nobody has logged in. doctor says how, where
    there is no browser; that works; and mail goes out."""
    site = make_site(accounts=[account])
    postfix = make_postfix(site, dovecot, account, password="")
    submit(postfix, f"no browser {account}")
    found = doctor(site, "--postfix", postfix=postfix)
    found.must_say("wrong", "nobody has logged in to that account")
    assert f"sasl-bearer login {account}" in found.next
    assert "code for any device" in found.next
    assert "ssh -L 8400:localhost:8400" in found.next
    said = site.login(account)
    assert "code" in said and "http" in said
    assert "then: postfix reload" in found.next
    run(["postfix", "-c", postfix.directory, "reload"], check=True)
    assert retried(postfix) == "sent", postfix.log()
    sink.wait_for(f"no browser {account}")


# The whole recipe.


@pytest.mark.parametrize("starttls", [True, False],
                         ids=["starttls", "tls first"])
def test_a_fresh_relay_gets_the_whole_recipe(
        starttls, logged_in, make_postfix, dovecot, sink, account):
    """Nothing of it is in main.cf; --fix writes it all."""
    port = dovecot.submission_port if starttls else dovecot.submissions_port
    postfix = make_postfix(logged_in, dovecot, account, without=(
        "relayhost", "smtp_sasl_auth_enable", "smtp_sasl_password_maps",
        "smtp_sasl_tls_security_options", "smtp_tls_security_level"))
    (postfix.directory / "sasl_passwd").unlink()
    server = f"smtp{'' if starttls else 's'}://localhost:{port}"
    shown, after = doctor_fix(logged_in, postfix, f"--server={server}")
    assert after.code == 0 and not after.of("warning"), after.text
    relay = f"[localhost]:{port}"
    assert ("+smtp_tls_wrappermode = yes" in shown) is not starttls
    for line in (
            f"relayhost = {relay}", "smtp_sasl_auth_enable = yes",
            "smtp_sasl_password_maps = "
            f"texthash:{postfix.directory}/sasl_passwd",
            "smtp_tls_security_level = secure",
            "smtp_sasl_tls_security_options = noanonymous",
            f"{relay} {account}:"):
        assert f"+{line}" in shown.splitlines(), shown
    assert (postfix.directory / "sasl_passwd").stat().st_mode & 0o777 == 0o600
    submit(postfix, f"fresh {account}", "sent")
    sink.wait_for(f"fresh {account}")
