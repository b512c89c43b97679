/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The world around a client step, for tests: a libsasl2 that keeps account, an
 * application with names to tell, a state directory, and the fake engine.
 *
 * FAKE_ENGINE in the environment is the path of the fake engine's object.
 */

#ifndef PLUGIN_FAKE_H
#define PLUGIN_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_abi.h"
#include "fake_engine.h"

#define ME "me@example.com"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* How the application tells one of its names, or the password. */
enum offer {
	OFFER_NONE,
	OFFER_CALLBACK,
	OFFER_PROMPT,
};

struct offered {
	enum offer offer;
	const char *value; /* NULL: none, or a prompt that is cancelled */
	int length;        /* -1: that of the string */
	int code;          /* of the callback */
	unsigned asked;    /* how often the callback was called */
};

struct fake {
	struct offered user;
	struct offered authname;
	struct offered pass;

	const struct client_table *client;
	struct place place;
	sasl_utils_t utils;
	sasl_client_params_t params;
	sasl_out_params_t oparams;
	struct fake_engine *engine;

	/* the connection */
	void *context;
	const char *out;
	unsigned out_length;
	sasl_interact_t *prompts;
	char canonical[2][1100];

	/* what libsasl2 was told */
	char warning[512]; /* the last line at SASL_LOG_WARN */
	char notes[2048];  /* lines at SASL_LOG_NOTE, each with a newline */
	char debug[512];   /* the last line at SASL_LOG_DEBUG */
	unsigned debugs;
	char error[512]; /* the last seterror */
	unsigned warnings;
	int live;     /* blocks of utils->malloc */
	int failures; /* of utils->malloc to come */
};

/* cmocka's setup and teardown of each test; *state is the struct fake. */
int fake_setup(void **state);
int fake_teardown(void **state);

/* Names another engine object than the fake one; the engine is closed. */
void fake_use_engine(struct fake *fake, const char *path);

/* A file beneath the state directory. */
void fake_write(struct fake *fake, const char *name, mode_t mode,
    const char *text);

/* The record of ME, with times relative to now; more: other lines. */
void fake_record(struct fake *fake, const char *token, long renew_in_s,
    long expires_in_s, const char *more);

/* mech_new() and mech_step(), whose codes they return. */
int fake_new(struct fake *fake, enum reply_form form);
int fake_step(struct fake *fake, const char *challenge, size_t length);
int fake_step_without_prompts(struct fake *fake);

/* fake_new() and, if that went well, the first step, answering prompts. */
int fake_login(struct fake *fake, enum reply_form form);

/* Does what the application does with prompts. */
void fake_answer(struct fake *fake);

/* Ends the connection. */
void fake_dispose(struct fake *fake);

/* The message is these bytes, with 0x01 written as '|'. */
void assert_sent(const struct fake *fake, const char *message);

/* The attempt failed with this text, which is in the log once. */
void assert_reported(const struct fake *fake, const char *part);

#endif
