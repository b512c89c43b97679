/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What an analyser must know of other files, for it reads one at a time. Every
 * file is read as if it included this one; see scripts/analyze.
 */

#include "status.h"

/* The status that goes in comes out. */
#define diag_set(diag, status, ...) \
	((diag_set)(diag, status, __VA_ARGS__), (status))
#define diag_set_nomem(diag) ((diag_set_nomem)(diag), STATUS_NOMEM)
