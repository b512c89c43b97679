# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Two pains of users, produced on purpose: no package, or one that drags an
interpreter along; and a chroot in which certificates are missing.

scripts/package-life names the packages that it has built by the variable
PACKAGES; without it they are built here.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from lab.doctor import doctor as examine
from lab.process import run
from lab.site import TOP, Site

_BUILD_S = 900
"""How long the packages may take to build. A bound, not a claim."""

# Of both packages together, each library once. A reason to raise it is a reason
# to think.
_MOST_DEPENDENCIES = 8

_C_LIBRARY = re.compile(r"lib[a-z0-9.+-]+?[0-9][0-9a-z.-]*")
_INTERPRETERS = re.compile(
    r"python|perl|ruby|node|npm|lua|tcl|guile|jre|jdk|php|mono|dotnet")


@pytest.fixture(scope="module")
def packages(top):
    """The binary packages by name, as files."""
    directory = os.environ.get("PACKAGES")
    if not directory:
        directory = top / "packages"
        env = {**os.environ, "DEB_BUILD_OPTIONS": "nocheck parallel=2"}
        run([TOP / "scripts" / "package", directory], timeout_s=_BUILD_S,
            env=env, check=True)
    return {path.name.split("_")[0]: path
            for path in Path(directory).glob("*.deb")}


def depends(package):
    """The names that a package depends on, of each its first alternative."""
    said = run(["dpkg-deb", "-f", package, "Depends"], check=True).stdout
    return [re.match(r"\s*([^\s:(|]+)", one)[1] for one in said.split(",")]


@pytest.mark.toolonly
def test_pain_06_the_packages_need_few_libraries_and_no_interpreter(packages):
    assert sorted(packages) == ["libsasl2-modules-bearer", "sasl-bearer"]
    wanted = {name for package in packages.values()
              for name in depends(package)} - set(packages)
    assert not [name for name in wanted if _INTERPRETERS.search(name)], wanted
    others = {name for name in wanted if not _C_LIBRARY.fullmatch(name)}
    # groupadd(8), once, when it is installed.
    assert others == {"passwd"}, others
    assert len(wanted) <= _MOST_DEPENDENCIES, wanted


@pytest.mark.toolonly
def test_pain_06_the_module_alone_needs_no_tool(packages):
    assert "sasl-bearer" not in depends(packages["libsasl2-modules-bearer"])


@pytest.mark.toolonly
def test_pain_06_nothing_that_is_installed_is_a_script(packages, fresh):
    for package in packages.values():
        directory = fresh("unpacked")
        run(["dpkg-deb", "-x", package, directory], check=True)
        programs = [path for path in directory.rglob("*") if path.is_file()
                    and (os.access(path, os.X_OK) or ".so" in path.name)]
        assert programs, package
        for path in programs:
            assert path.read_bytes().startswith(b"\x7fELF"), path


class SystemBundle(Site):
    """A site that trusts what the system does: no ca_file is configured, and
    the bundle is where the variable says that OpenSSL programs have for it."""

    def __init__(self, site):
        self.__dict__.update(vars(site))
        self.configure()

    def configure(self):
        super().configure()
        text = self.conf.read_text(encoding="utf-8")
        text, count = re.subn(r"^ca_file = .*\n", "", text, flags=re.M)
        assert count == 1
        self.conf.write_text(text, encoding="utf-8")

    @property
    def variables(self):
        return {**super().variables,
                "SSL_CERT_FILE": str(self.provider.ca.pem)}


@pytest.fixture
def trusting(make_site, account):
    """Such a site, with an account whose token is over."""
    site = SystemBundle(make_site())
    site.login(account)
    site.expire(account)
    return site


def certificates(postfix):
    """Files with a certificate in the jail of smtp(8)."""
    return [path for path in postfix.queue.rglob("*")
            if path.is_file() and b"BEGIN CERT" in path.read_bytes()]


def relayed(postfix, count):
    """The status of so many attempts."""
    return [status for status, _ in postfix.wait_for_deliveries(count)]


def test_pain_07_a_jail_without_a_ca_bundle_renews(
        trusting, make_postfix, dovecot, account, provider):
    postfix = make_postfix(trusting, dovecot, account)
    assert certificates(postfix) == []
    postfix.submit("no bundle")
    assert relayed(postfix, 1) == ["sent"], postfix.log()
    assert [r["status"] for r in provider.refreshes()] == [200]
    assert certificates(postfix) == []


def test_pain_07_a_bundle_that_a_restart_deletes_is_not_missed(
        trusting, make_postfix, dovecot, account, provider):
    postfix = make_postfix(trusting, dovecot, account)
    inside = postfix.queue / trusting.provider.ca.pem.relative_to("/")
    inside.parent.mkdir(parents=True)
    shutil.copy(trusting.provider.ca.pem, inside)
    assert certificates(postfix) == [inside]
    postfix.submit("with a copy")
    assert relayed(postfix, 1) == ["sent"], postfix.log()
    postfix.stop()
    inside.unlink()
    trusting.expire(account)
    postfix.launch()
    postfix.submit("without the copy")
    assert relayed(postfix, 2) == ["sent", "sent"], postfix.log()
    assert [r["status"] for r in provider.refreshes()] == [200, 200]


@pytest.mark.toolonly
def test_pain_07_doctor_knows_that_the_jail_needs_none(
        trusting, make_postfix, dovecot, account):
    postfix = make_postfix(trusting, dovecot, account)
    assert certificates(postfix) == []
    found = examine(trusting, "--postfix", account, postfix=postfix)
    found.must_say("ok", f"{trusting.provider.ca.pem} holds 1 CA certificate; "
                   "Postfix's smtp reads it before it enters its chroot",
                   area="network")


@pytest.mark.parametrize("text, words", [
    (None, "there is no file"), ("", "holds no CA certificate")],
    ids=["gone", "empty"])
def test_pain_07_a_bundle_that_is_gone_is_named(
        text, words, logged_in, make_postfix, dovecot, account, fresh):
    """Outside, where it is read: by the mail log, by status and by doctor."""
    bundle = fresh("bundle") / "ca.pem"
    shutil.copy(logged_in.provider.ca.pem, bundle)
    logged_in.conf.write_text(logged_in.conf.read_text().replace(
        str(logged_in.provider.ca.pem), str(bundle)))
    bundle.unlink()
    if text is not None:
        bundle.write_text(text)
    logged_in.expire(account)
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("no bundle")
    assert relayed(postfix, 1) == ["deferred"], postfix.log()
    said, = [line for line in postfix.warnings() if "SASL" in line]
    assert str(bundle) in said and account in said, said
    assert "; set ca_file to a bundle of CA certificates" in said, said
    found = examine(logged_in, account, postfix=postfix)
    assert words in said and words in found.must_say(
        "wrong", str(bundle), area="configuration").text
    assert found.next == "set ca_file to a bundle of CA certificates"
    shutil.copy(logged_in.provider.ca.pem, bundle)
    logged_in.tool("refresh", "--force", account)
    run(["postfix", "-c", postfix.directory, "reload"], check=True)
    postfix.retry()
    assert relayed(postfix, 2)[1] == "sent", postfix.log()
