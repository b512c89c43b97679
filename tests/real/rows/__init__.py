# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What may go wrong, what must come of it, and a trial of each.

tests/faults --report prints the table; test_faults.py runs the same trials as
tests. See table.py for how a row is added.
"""

from . import endpoint, files, load, mailserver
from .table import ROWS

__all__ = ["ROWS", "endpoint", "files", "load", "mailserver"]
