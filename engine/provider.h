/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Providers that need no endpoints in the configuration. They are data: a
 * new one is a new row in provider.c.
 */

#ifndef PROVIDER_H
#define PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"

/* Lists in a row are words separated by spaces; NULL is an empty one. */
struct provider {
	const char *name;
	const char *title; /* as people call it */
	/* Values for options; "{tenant}" stands for the tenant. */
	const char *values[OPTION_COUNT];

	/* The scope by which a person gives access, in the order of
	 * services[] (services.h): to send by SMTP, to read by IMAP, by POP3 */
	const char *scope_of[3];
	/* Where each is, as a URL: smtp://HOST:PORT; NULL: not known. */
	const char *server_of[3];
	const char *scope_always; /* asked for besides */
	const char *scope_app;    /* client_credentials */
	/* Roles of an application, in the same order; Microsoft. */
	const char *role_of[3];
	/* What `aud` of a readable token may be; NULL: not known. */
	const char *audiences;
	/* A query that its authorization endpoint wants besides; NULL: none. */
	const char *authorization_query;
	bool is_exchange; /* the mailboxes are Exchange Online's */
	/* A login that is not used for so many days ends; 0: not known. */
	int unused_days;
	/* A login of an application that is not published ends after so many
	 * days, and what that is called there; 0: there is no such thing. */
	int testing_days;

	/* How a mail address tells: domains, and ends of names of MX hosts. */
	const char *domains;
	const char *mx;

	/* Sentences for people; NULL where there is nothing to say. */
	const char *no_device_code; /* why that login cannot work there */
	const char *no_revocation;  /* what to do there at a logout instead */
	const char *registration;   /* what an application needs there */
};

/* The preset of that name; NULL if there is none. */
const struct provider *provider_find(const char *name);

/* The presets, one by one; NULL after the last. */
const struct provider *provider_at(size_t index);

#endif
