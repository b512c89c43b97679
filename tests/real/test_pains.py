# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What users of such tools trip over, by number: each has a test.

The tests are in test_pains_*.py and are called test_pain_NN_what. In each the
trouble is made on purpose, and the line that a person reads is compared.
"""

import re
from pathlib import Path

import pytest

PAINS = range(1, 26)


@pytest.mark.toolonly
def test_each_has_a_test():
    here = Path(__file__).parent
    texts = [path.read_text(encoding="utf-8")
             for path in here.glob("test_pains_*.py")]
    found = {int(number) for text in texts
             for number in re.findall(r"^def test_pain_(\d\d)_", text, re.M)}
    assert found == set(PAINS), set(PAINS) ^ found
