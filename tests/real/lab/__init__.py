# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Real servers on loopback for the tests: started, asked, and cleared away.

Nothing here knows how sasl-bearer works inside. `lab.site` knows what it looks
like from outside: its files, its variables and its tool.
"""
