/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The way to one token endpoint, piece by piece. Each piece tells what it found;
 * what keeps the endpoint from being reached is kept for who goes on.
 */

#ifndef DOCTOR_WAY_H
#define DOCTOR_WAY_H

#include "discovery.h"
#include "doctor.h"
#include "endpoint.h"
#include "trip.h"

/* A host and a port for a sentence. */
#define DOCTOR_WAY_MAX_HOST 300

/* What came of an endpoint. */
struct doctor_network {
	struct doctor_network *next;
	char *key;
	char host[DOCTOR_WAY_MAX_HOST];
	enum status status; /* STATUS_OK: it can be reached */
	struct diag trouble, advice;
};

/* One endpoint, and the way to it so far. */
struct doctor_way {
	struct doctor *doctor;
	struct endpoint endpoint; /* settings and certificates alone */
	struct doctor_network *found;
	const char *url;
	char host[DOCTOR_WAY_MAX_HOST]; /* of the url */
	struct trip trip;
};

/* What is in force there; NULL: not set. */
const char *doctor_way_option(const struct doctor_way *way, enum option which);

/* Keeps what is in the way, and the one step; returns the status. */
enum status doctor_way_find(struct doctor_way *way, enum status status,
    const char *trouble, const char *advice);

/* Before anything is asked. STATUS_OK, or what doctor_way_find() got. */
void doctor_way_look_at_proxy(struct doctor_way *way);
enum status doctor_way_look_at_certificates(struct doctor_way *way);
enum status doctor_way_look_at_host(struct doctor_way *way);

/*
 * Asks the issuer that the url is, which is then that of its token endpoint:
 * as long as the discovery, which the caller clears.
 */
enum status doctor_way_discover(struct doctor_way *way,
    struct discovery *discovery);

/* A request that holds nothing, and all that it shows. */
enum status doctor_way_visit(struct doctor_way *way);

#endif
