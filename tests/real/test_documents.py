# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What documents show as a configuration is one."""

import re

import pytest

from lab.site import TOP

pytestmark = pytest.mark.toolonly

PAGES = ["README.md", *(str(page.relative_to(TOP)) for where in ("docs", "man")
                        for page in sorted((TOP / where).iterdir()))]
A_CONFIGURATION = re.compile(
    r'^\s*(default_provider|client_id|grant_key|account "|provider ")',
    re.MULTILINE)


def blocks(page):
    """What stands there as code, each block by itself."""
    text = (TOP / page).read_text(encoding="utf-8")
    if not page.endswith(".md"):
        return [re.sub(r"^\.\S.*\n", "", one, flags=re.MULTILINE)
                .replace(r"\e", "\\") for one in re.findall(
                    r"^\.Bd .*?\n(.*?)^\.Ed", text, re.MULTILINE | re.DOTALL)]
    found = re.findall(r"(?:^ {4}.*\n(?:\n(?= {4}))?)+", text, re.MULTILINE)
    return [re.sub(r"^ {4}", "", one, flags=re.MULTILINE) for one in found]


def configurations(page):
    """Those that are for sasl-bearer.conf, and all of it or a section."""
    return [one for one in blocks(page) if A_CONFIGURATION.search(one)]


def test_they_are_found():
    assert sum(len(configurations(page)) for page in PAGES) > 10
    for page in ("docs/microsoft.md", "docs/google.md", "man/sasl-bearer.7",
                 "man/sasl-bearer.conf.5", "README.md"):
        assert configurations(page), page


@pytest.mark.parametrize("page", PAGES)
def test_they_are_read(page, site):
    for text in configurations(page):
        site.conf.write_text(text, encoding="utf-8")
        done = site.tool("config", code=None)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        for name in re.findall(r'^account "(.*?)"', text, re.MULTILINE):
            site.tool("config", name)
