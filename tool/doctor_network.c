/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The way to the token endpoint: proxy, certificates, name, TLS, clock. See
 * doctor.h; doctor_way.c and doctor_visit.c have the pieces.
 *
 * Each endpoint is looked at once; for the other accounts that use it, what
 * came of it is told again.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "doctor_grant.h"
#include "doctor_way.h"
#include "when.h"

/* What an endpoint is known by: its address, proxy and certificates. */
#define MAX_KEY 8192

void
doctor_network_free(struct doctor_network **network)
{
	struct doctor_network *one, *next;

	for (one = *network; one != NULL; one = next) {
		next = one->next;
		free(one->key);
		free(one);
	}
	*network = NULL;
}

static enum status
examine_way(struct doctor_way *way, bool is_issuer)
{
	struct discovery discovery = { .issuer = NULL };
	char issuer[DOCTOR_WAY_MAX_HOST];
	enum status r;

	if (way->endpoint.grant == OAUTH_GRANT_IDENTITY)
		return doctor_way_visit(way);
	doctor_way_look_at_proxy(way);
	if ((r = doctor_way_look_at_certificates(way)) != STATUS_OK ||
	    (r = doctor_way_look_at_host(way)) != STATUS_OK)
		return r;
	if (is_issuer) {
		if ((r = doctor_way_discover(way, &discovery)) != STATUS_OK)
			goto out;
		memcpy(issuer, way->host, sizeof(issuer));
		http_host(way->url, way->host, sizeof(way->host));
		if (strcmp(issuer, way->host) != 0 &&
		    (r = doctor_way_look_at_host(way)) != STATUS_OK)
			goto out;
	}
	r = doctor_way_visit(way);
out:
	discovery_clear(&discovery);
	return r;
}

/* While a token is good, trouble that passes keeps nobody from logging in. */
static void
tell_trouble(struct doctor *doctor, const struct doctor_network *found,
    const struct doctor_kept *kept)
{
	if (found->status == STATUS_AGAIN &&
	    doctor_has_token(kept, clock_unix_s()))
		doctor_warn(doctor,
		    "%s; mail goes on with the token that is there, until %s",
		    found->trouble.text,
		    when_local(kept->record.expires_at).text);
	else
		doctor_wrong(doctor, found->status, "%s", found->trouble.text);
	doctor_next(doctor, "%s", found->advice.text);
}

static bool
make_key(const struct doctor_way *way, struct buf *key)
{
	static const enum option options[] = { OPTION_PROXY, OPTION_CA_FILE,
		OPTION_CA_DIR, OPTION_GRANT, OPTION_CLIENT_KEY };
	const char *text;
	size_t i;

	buf_add_string(key, way->url);
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		text = doctor_way_option(way, options[i]);
		buf_add_format(key, "\n%s", text != NULL ? text : "");
	}
	return buf_status(key) == STATUS_OK;
}

/* NULL: out of memory, which is kept. */
static struct doctor_network *
add_network(struct doctor *doctor, const char *key)
{
	char *copy = string_copy(key);
	struct doctor_network *one;

	if (copy == NULL || (one = calloc(1, sizeof(*one))) == NULL) {
		free(copy);
		doctor->failed = STATUS_NOMEM;
		return NULL;
	}
	one->key = copy;
	one->next = doctor->network;
	doctor->network = one;
	return one;
}

/* The endpoint as one of those that were met; is_new: for the first time. */
static struct doctor_network *
meet(struct doctor_way *way, bool *is_new)
{
	struct doctor *doctor = way->doctor;
	struct doctor_network *one = NULL;
	struct buf key;

	buf_init(&key, MAX_KEY);
	if (make_key(way, &key))
		for (one = doctor->network; one != NULL; one = one->next)
			if (strcmp(one->key, buf_text(&key)) == 0)
				break;
	*is_new = one == NULL;
	if (one == NULL)
		one = add_network(doctor, buf_text(&key));
	buf_clear(&key);
	return one;
}

/* Where to begin; NULL: nowhere. */
static const char *
choose_url(struct doctor_way *way, bool *is_issuer)
{
	const struct settings *settings = &way->endpoint.settings;

	*is_issuer = false;
	if (way->endpoint.grant == OAUTH_GRANT_IDENTITY)
		return doctor_way_option(way, OPTION_IDENTITY_ENDPOINT);
	if (doctor_way_option(way, OPTION_ISSUER) != NULL &&
	    settings->origin[OPTION_TOKEN_ENDPOINT] != ORIGIN_FILE) {
		*is_issuer = true;
		return doctor_way_option(way, OPTION_ISSUER);
	}
	return doctor_way_option(way, OPTION_TOKEN_ENDPOINT);
}

static void
examine_endpoint(struct doctor_way *way, const struct doctor_kept *kept)
{
	struct doctor *doctor = way->doctor;
	bool is_issuer, is_new;

	if ((way->url = choose_url(way, &is_issuer)) == NULL) {
		doctor_unsure(doctor,
		    "no provider is known for this account, so there is no "
		    "endpoint to look at");
		return;
	}
	http_host(way->url, way->host, sizeof(way->host));
	if ((way->found = meet(way, &is_new)) == NULL)
		return;
	if (is_new) {
		snprintf(way->found->host, sizeof(way->found->host), "%s",
		    way->host);
		(void)examine_way(way, is_issuer);
	} else if (way->found->status == STATUS_OK) {
		doctor_ok(doctor, "%s is reached, as above", way->found->host);
	}
	if (doctor->failed == STATUS_OK && way->found->status != STATUS_OK)
		tell_trouble(doctor, way->found, kept);
}

void
doctor_examine_network(struct doctor *doctor)
{
	struct doctor_way way = { .doctor = doctor };
	struct doctor_kept kept;
	struct diag diag;
	enum status r;

	doctor_read_kept(doctor, &kept);
	r = conf_resolve_with(doctor->session.conf, doctor->account,
	    kept.grant.provider, &way.endpoint.settings, &diag);
	if (r == STATUS_OK) {
		way.endpoint.grant =
		    oauth_grant_find(doctor_way_option(&way, OPTION_GRANT));
		examine_endpoint(&way, &kept);
	} else {
		doctor_wrong(doctor, r, "%s", diag.text);
	}
	settings_clear(&way.endpoint.settings);
	doctor_clear_kept(&kept);
}
