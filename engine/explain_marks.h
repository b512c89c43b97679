/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is recognised in a text. Only the strongest mark is kept; the rest
 * leaves flags.
 */

#ifndef EXPLAIN_MARKS_H
#define EXPLAIN_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "explain_table.h"

/* More patterns than the tables have, which the tests make sure of. */
#define MARKS_MAX_PATTERNS 6144

/* What a text is about, beside its strongest mark. */
#define SEEN_MAIL 1U      /* a reply of a mail server, or a mail program */
#define SEEN_GRANT 2U     /* invalid_grant */
#define SEEN_LATER 4U     /* a reply 4yz or 4.y.z */
#define SEEN_FINAL 8U     /* a reply 5yz or 5.y.z */
#define SEEN_ADDRESS 16U  /* x.1.z: about an address */
#define SEEN_ENTRA 32U    /* words of Microsoft's sign-in */
#define SEEN_PROXY 64U    /* a proxy is named */
#define SEEN_FOREIGN 128U /* a log line of the kernel, sshd or the like */

struct mark {
	uint8_t meaning;
	uint8_t strength;
	bool is_guess;
	const char *cause, *next; /* NULL: of the meaning */
	char code[EXPLAIN_MAX_CODE];
};

struct marks {
	struct mark best;
	struct mark word; /* the strongest error word of a token endpoint */
	unsigned seen;
	/* The first AADSTS number, as it is shown, and whether it is known. */
	char entra[24];
};

/* Keeps the mark if it is stronger than what is there. */
void marks_add(struct marks *marks, const struct mark *mark);

/* What a text is about: SEEN_... */
unsigned marks_find_topics(const char *text, size_t length);

/* Codes and numbers in one layer of a text. */
void marks_scan_codes(struct marks *marks, const char *text, size_t length);

/* The tables' phrases and words, made ready to be found; NULL: no memory. */
struct index;
struct index *marks_index_new(void);
void marks_index_free(struct index **index);

/* Phrases and words in folded text (explain_fold.h). */
void marks_scan_words(struct marks *marks, const struct index *index,
    const char *text, size_t length);

/* The row of that number, or NULL. */
const struct explain_code *marks_find_code(enum code_kind kind,
    uint32_t number);

#endif
