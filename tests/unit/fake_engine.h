/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An engine for tests, built as an object of its own: it answers as it is told
 * and keeps account of what it was asked. A test loads the same object, and
 * gets at this through the function that it exports besides.
 */

#ifndef FAKE_ENGINE_H
#define FAKE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

#define FAKE_ENGINE_SYMBOL "fake_engine"

struct fake_engine {
	/* answers */
	enum status open;
	enum status find;
	enum status renew; /* renew_file() too */
	enum status refuse;
	const char *sentence;  /* of what fails; refuse() says it always */
	const char *warning;   /* logged by renew(); NULL: none */
	const char *token;     /* given by renew() */
	const char *user;      /* to present; NULL: none */
	void (*opening)(void); /* what open() does besides; NULL: nothing */
	void (*signing)(void); /* the same of renew(), with a lock held */

	/* what happened: "open find(me@x) renew(me@x) ..." */
	char calls[1024];
	size_t challenge_length;
	int is_open;
};

typedef struct fake_engine *fake_engine_function(void);

#endif
