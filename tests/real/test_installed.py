# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""make install, and then no variable of ours: the paths that are compiled in.

All other tests name the objects, the configuration and the state directory by
variables, so that none of them would notice a wrong path.
"""

import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab import clients
from lab.process import run
from lab.site import TOP, Site

_BUILD_S = 600
"""How long a build may take. A bound, not a claim."""

LATE = ("sasl-bearer-client.so", "sasl-bearer-engine.so",
        "sasl-bearer-probe")


def configure(directory, *options, **variables):
    """Runs configure in a new directory. Returns what it said on stdout."""
    directory.mkdir()
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables}
    return run([TOP / "configure", *options], cwd=directory, env=env,
               timeout_s=_BUILD_S, check=True).stdout


@pytest.fixture(scope="session")
def installation(top):
    """Built and installed once. prefix, and said: configure's summary."""
    build, prefix = top / "build", top / "prefix"
    said = configure(build, f"--prefix={prefix}")
    for goal in ("all", "install"):
        run(["make", "-s", "-j2", goal], cwd=build, timeout_s=_BUILD_S,
            check=True)
    return SimpleNamespace(prefix=prefix, said=said)


class Installed(Site):
    """A site at the places of an installation. Its programs are told where
    libsasl2 finds plugins, which is no variable of ours, and nothing else."""

    def __init__(self, site, prefix):
        self.__dict__.update(vars(site))
        self.objects = SimpleNamespace(tool=prefix / "bin" / "sasl-bearer")
        self.conf = prefix / "etc" / "sasl-bearer.conf"
        self.state = prefix / "var" / "lib" / "sasl-bearer"
        if not self.without_module:
            self.sasl_path = [prefix / "lib" / "sasl2"]
        self.conf.parent.mkdir(exist_ok=True)
        self.configure()

    @property
    def variables(self):
        """See above."""
        return {"SASL_PATH": str(self.sasl_path[0])}


@pytest.fixture
def installed(make_site, installation):
    """The installation with the lab's provider configured."""
    site = Installed(make_site(), installation.prefix)
    assert not [name for name in site.env if name.startswith("SASL_BEARER")]
    return site


def test_a_login_without_a_variable_of_ours(
        installed, saslhost, account):
    """The entry finds the object that speaks, and that the record."""
    installed.login(account)
    assert installed.record_path(account).exists()
    done = run([saslhost, "XOAUTH2", "imap", "localhost", account],
               env=installed.env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("XOAUTH2\n")


def test_a_renewal_without_a_variable_of_ours(
        installed, dovecot, account, provider):
    """The object that speaks finds the engine, and that the configuration."""
    installed.login(account)
    installed.expire(account)
    clients.imtest(installed, dovecot, account).must_succeed()
    assert [r["status"] for r in provider.refreshes()] == [200]
    assert dovecot.logins(account) == ["XOAUTH2"]


def test_a_relay_without_a_variable_of_ours(
        installed, make_postfix, dovecot, account, provider):
    """Both late objects are loaded before the chroot, where they are not."""
    installed.login(account)
    installed.expire(account)
    postfix = make_postfix(installed, dovecot, account)
    postfix.submit("installed")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    assert [r["status"] for r in provider.refreshes()] == [200]


def test_doctor_finds_the_probe_and_what_it_looks_for(installed, account):
    installed.login(account)
    said = installed.tool("doctor", account).stdout
    library = Path(installed.sasl_path[0]).parent
    assert f"loads {library}/sasl2/libsaslbearer.so" in said
    assert f"{library}/sasl-bearer/sasl-bearer-engine.so" in said


@pytest.mark.toolonly
def test_the_tool_names_the_installed_files(installed, installation, account):
    said = installed.tool("config", account).stdout
    assert str(installation.prefix / "etc" / "sasl-bearer.conf") in said


@pytest.mark.toolonly
def test_nothing_but_objects_lies_beside_the_plugin(installation):
    """libtool's descriptions would be taken for plugins by libsasl2."""
    library = installation.prefix / "lib"
    assert [path.name for path in (library / "sasl2").iterdir()] \
        == ["libsaslbearer.so"]
    assert sorted(path.name for path in
                  (library / "sasl-bearer").iterdir()) == sorted(LATE)


@pytest.mark.toolonly
@pytest.mark.parametrize("shell, path", [
    ("bash", "bash-completion/completions/sasl-bearer"),
    ("zsh", "zsh/site-functions/_sasl-bearer"),
    ("fish", "fish/vendor_completions.d/sasl-bearer.fish")])
def test_completions_are_where_shells_look(shell, path, installed,
                                           installation):
    text = (installation.prefix / "share" / path).read_text()
    assert text == installed.tool("completion", shell).stdout


@pytest.mark.toolonly
def test_the_guide_comes_with_it(installation):
    """Its links lead to what is installed as well."""
    guide = installation.prefix / "share" / "doc" / "sasl-bearer" / "docs"
    for page in guide.glob("*.md"):
        for link in re.findall(r"\]\(([a-z./A-Z]+\.md)", page.read_text()):
            assert (guide / link).exists(), (page.name, link)
    assert (guide / "emergency.md").exists()


# Where libsasl2 looks.

def summary(said):
    """The plugin directory as configure tells it at its end."""
    return re.search(r"^\s*plugin directory\s+(\S+)$", said, re.M)[1]


def libsasl2_directory():
    """The plugin directory of this machine's libsasl2."""
    libdir = run(["pkg-config", "--variable=libdir", "libsasl2"],
                 check=True).stdout.strip()
    return f"{libdir}/sasl2"


@pytest.fixture
def lib64(fresh):
    """Variables with which libsasl2 is in /usr/lib64, as on Fedora."""
    directory = fresh("pkgconfig")
    (directory / "libsasl2.pc").write_text(
        "prefix=/usr\nlibdir=/usr/lib64\nName: Cyrus SASL\n"
        "Description: made up\nVersion: 2.1.28\n"
        "Libs: -L${libdir} -lsasl2\nCflags: -I${prefix}/include\n",
        encoding="ascii")
    return {"PKG_CONFIG_PATH": str(directory)}


def configured(build, *options, **variables):
    """The plugin directory of a build that is configured so: the one that is
    told, after it was found to be the one in the Makefile."""
    told = summary(configure(build, *options, **variables))
    makefile = (build / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^plugindir = (.*)$", makefile, re.M) == [told]
    assert re.findall(r"^sasldir = (.*)$", makefile, re.M) == ["$(plugindir)"]
    return told


@pytest.mark.toolonly
def test_a_distributions_prefix_means_its_plugin_directory(fresh):
    assert configured(fresh("configure") / "b", "--prefix=/usr") \
        == libsasl2_directory()


@pytest.mark.toolonly
def test_lib64_is_followed(fresh, lib64):
    assert configured(fresh("configure") / "b", "--prefix=/usr", **lib64) \
        == "/usr/lib64/sasl2"


@pytest.mark.toolonly
def test_the_plugin_directory_can_be_named(fresh, lib64):
    assert configured(fresh("configure") / "b", "--prefix=/usr",
                      "--with-plugindir=/x/y", **lib64) == "/x/y"


@pytest.mark.toolonly
def test_another_prefix_is_told_in_full(installation):
    assert summary(installation.said) \
        == str(installation.prefix / "lib" / "sasl2")
