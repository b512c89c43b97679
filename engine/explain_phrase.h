/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rows of the tables of phrases, as explain_mail.c, explain_net.c and
 * explain_page.c write them.
 */

#ifndef EXPLAIN_PHRASE_H
#define EXPLAIN_PHRASE_H

#include "explain_table.h"

/* A phrase that means this wherever it stands. */
#define SAID(words, meaning) \
	{ \
		words, MEANS_##meaning, STRENGTH_PHRASE, NULL, NULL \
	}

/* The same with words of its own for the cause and the next step. */
#define ACT(words, meaning, cause, next) \
	{ \
		words, MEANS_##meaning, STRENGTH_PHRASE, cause, next \
	}

/* One that may be about something else. */
#define LOOSE(words, meaning) \
	{ \
		words, MEANS_##meaning, STRENGTH_LOOSE, NULL, NULL \
	}

#endif
