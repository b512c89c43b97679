# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A proxy that is itself spoken to in TLS, so its certificate counts too."""

import shutil
import socket

import pytest

from lab.ca import Ca
from lab.faults import context_for
from lab.leaf import Leaf
from lab.listener import Listener, pump, read_head
from lab.tuning import drop_option, tune

CONFIG = 78


class TlsProxy(Listener):
    """CONNECT within TLS. heads: the requests that came that far."""

    def __init__(self, cert, key):
        super().__init__(_speak)
        self.url = f"https://localhost:{self.port}"
        self.context = context_for(cert, key)
        self.heads = []


def _speak(proxy, connection):
    with proxy.context.wrap_socket(connection, server_side=True) as tls:
        head = read_head(tls)
        if head:
            proxy.heads.append(head)
            _connect(tls, head)


def _connect(tls, head):
    """OpenSSL takes one record at a time from the socket, and pump() all of a
    record, so that select sees whatever is left."""
    port = int(head.split("\r\n")[0].split(" ")[1].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as far:
        tls.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        pump(tls, far)


@pytest.fixture
def make_proxy():
    """Starts proxies."""
    proxies = []

    def make(cert, key):
        proxies.append(TlsProxy(cert, key).start())
        return proxies[-1]
    yield make
    for one in proxies:
        one.stop()


@pytest.fixture
def proxy(make_proxy, ca):
    """A proxy with the lab's certificate."""
    return make_proxy(ca.cert, ca.key)


def through(site, account, proxy):
    """The account has that proxy, and needs a renewal."""
    tune(site, account, proxy=proxy.url)
    site.expire(account)
    return site


def asked(provider):
    """What a proxy must have been asked for."""
    return f"CONNECT localhost:{provider.port} HTTP/1.1"


@pytest.mark.toolonly
def test_ca_file_is_for_the_proxy_too(proxy, logged_in, account, provider):
    site = through(logged_in, account, proxy)
    assert site.token(account) in provider.account(account)["access"]
    assert [head.split("\r\n")[0] for head in proxy.heads] \
        == [asked(provider)]
    assert [r["status"] for r in provider.refreshes()] == [200]


@pytest.mark.toolonly
def test_ca_dir_is_for_the_proxy_too(
        proxy, logged_in, account, provider, fresh):
    directory = fresh("anchors")
    shutil.copy(provider.ca.pem, directory)
    drop_option(logged_in, "ca_file")
    through(logged_in, account, proxy)
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(f'ca_dir = "{directory}"\n{text}')
    assert logged_in.token(account) in provider.account(account)["access"]
    assert len(proxy.heads) == 1


def test_a_relay_renews_through_it(
        proxy, logged_in, make_postfix, dovecot, account, provider):
    """In the chroot there is no file of certificates to be found."""
    site = through(logged_in, account, proxy)
    postfix = make_postfix(site, dovecot, account)
    postfix.submit("https proxy")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    assert len(proxy.heads) == 1
    assert [r["status"] for r in provider.refreshes()] == [200]


@pytest.mark.toolonly
@pytest.mark.parametrize("names", [None, "DNS:elsewhere.example.com"],
                         ids=["another authority", "another name"])
def test_a_proxy_without_the_right_certificate_is_sent_nothing(
        names, make_proxy, logged_in, ca, account, provider, fresh):
    """Neither the password of a proxy nor the name of the provider."""
    leaf = Leaf(fresh("leaf"), ca, names) if names else Ca(fresh("other"))
    proxy = make_proxy(leaf.cert, leaf.key)
    site = through(logged_in, account, proxy)
    said = site.tool("token", account, code=None)
    assert said.returncode == CONFIG, said.stderr
    assert "certificate" in said.stderr and account in said.stderr
    assert said.stdout == "" and proxy.heads == []
    assert provider.renewals() == []
