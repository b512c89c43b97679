/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whether a token is safe on its way from Postfix. See postfix_judge.h.
 */

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "postfix_relay.h"
#include "postfix_routes.h"

#define LEVEL "smtp_tls_security_level"
#define CA_FILE "smtp_tls_CAfile"
#define CA_PATH "smtp_tls_CApath"
#define APPEND "tls_append_default_CA"
#define WRAPPER "smtp_tls_wrappermode"
#define POLICY "smtp_tls_policy_maps"

#define MAX_LEVEL 32

/* A server and a parameter. */
#define MAX_NAME (POSTFIX_MAX_HOST + POSTFIX_MAX_PORT + 64)

/* Where TLS comes first, and where it comes by STARTTLS. */
#define PORT_SUBMISSIONS 465
#define PORT_SUBMISSION 587

/* The level of main.cf, in the words of Postfix before 2.3 too. */
static const char *
find_general_level(const struct postfix_judgement *judgement)
{
	const struct postfix *postfix = judgement->postfix;
	const char *level = postfix_wanted(judgement, LEVEL);

	if (level[0] != '\0')
		return level;
	if (postfix_is_yes(postfix, "smtp_enforce_tls"))
		return postfix_is_yes(postfix, "smtp_tls_enforce_peername") ?
		    "verify" :
		    "encrypt";
	return postfix_is_yes(postfix, "smtp_use_tls") ? "may" : "none";
}

/* The policy of a server: Postfix looks it up by the destination as it is
 * written, and by the domains above that which could be a recipient's. */
static enum status
look_up_policy(const char *maps, const struct postfix_destination *route,
    struct buf *value, struct diag *diag)
{
	bool is_domain =
	    !route->is_bracketed && strchr(route->text, ':') == NULL;
	const char *key = route->text;
	enum status r;

	do
		r = postfix_map_lookup(maps, key, value, diag);
	while (r == STATUS_NOACCOUNT && is_domain &&
	    (key = strchr(key + 1, '.')) != NULL);
	return r;
}

/* The level for a server, which may have a policy of its own. A table that
 * cannot be asked is none without an entry: as postfix_map_lookup(). */
static enum status
find_level(const struct postfix_judgement *judgement,
    const struct postfix_destination *route, char level[MAX_LEVEL],
    bool *is_policy, struct diag *diag)
{
	const char *maps = postfix_get(judgement->postfix, POLICY);
	struct buf value;
	enum status r;

	buf_init(&value, POSTFIX_MAX_SOURCE);
	r = look_up_policy(maps, route, &value, diag);
	*is_policy = r == STATUS_OK;
	if (r == STATUS_OK)
		snprintf(level, MAX_LEVEL, "%.*s",
		    (int)strcspn(buf_text(&value), " \t,;"), buf_text(&value));
	else if (r == STATUS_NOACCOUNT)
		snprintf(level, MAX_LEVEL, "%s", find_general_level(judgement));
	buf_clear(&value);
	return r == STATUS_NOACCOUNT ? STATUS_OK : r;
}

static bool
is_one_of(const char *level, const char *const *levels)
{
	for (; *levels != NULL; levels++)
		if (strcasecmp(level, *levels) == 0)
			return true;
	return false;
}

/* Where a line of a policy goes. */
static void
wants_policy(struct postfix_judgement *judgement,
    const struct postfix_destination *route)
{
	const struct postfix *postfix = judgement->postfix;
	const char *list = postfix_get(postfix, POLICY);
	struct postfix_map map;

	(void)postfix_line(judgement, "%s secure", route->text);
	while (postfix_map_next(&list, &map)) {
		if (!postfix_map_has_source(&map))
			continue;
		postfix_next(judgement,
		    "add the line above to %s (and run postmap on it, if it "
		    "is hash or lmdb), and run: postfix reload",
		    map.path);
		return;
	}
	postfix_next(judgement,
	    "put the line above into a file %s/tls_policy, and into main.cf: " POLICY
	    " = texthash:%s/tls_policy; then run: postfix reload (a " LEVEL
	    " for all would hold for other servers too)",
	    postfix_get(postfix, "config_directory"),
	    postfix_get(postfix, "config_directory"));
}

/* The words that Postfix takes; with any other it hands in nothing. */
static bool
is_level(const char *level)
{
	static const char *const levels[] = { "none", "may", "encrypt", "dane",
		"dane-only", "fingerprint", "verify", "secure", NULL };

	return is_one_of(level, levels);
}

/* What would mend it: a policy is for a person to change, and what is set for
 * all must be right for all. Without brackets mail goes to the mail exchangers
 * of the name, and theirs need not be the name that is proved. */
static void
wants_secure(struct postfix_judgement *judgement,
    const struct postfix_destination *route, const char *level, bool is_one,
    bool is_policy)
{
	static const char *const clear[] = { "none", "may", NULL };

	if (!route->is_bracketed && is_one && !is_policy &&
	    (is_one_of(level, clear) || !is_level(level)))
		postfix_change(judgement, POSTFIX_SET, LEVEL, NULL, "encrypt");
	else if (!route->is_bracketed && is_level(level))
		postfix_next(judgement,
		    "write the server's own name in brackets in the place of "
		    "%s, here and in the password map; then run this again, "
		    "for " LEVEL " = secure",
		    route->text);
	else if (is_policy)
		postfix_next(judgement, "make the level of %s in " POLICY " %s",
		    route->text, route->is_bracketed ? "secure" : "encrypt");
	else if (is_one)
		postfix_change(judgement, POSTFIX_SET, LEVEL, NULL, "secure");
	else if (!is_level(level))
		postfix_next(judgement,
		    "correct " LEVEL " in main.cf: it is for all servers "
		    "without a policy of their own");
	else
		wants_policy(judgement, route);
}

/* Where a server need not prove its name. */
static void
tell_weak(struct postfix_judgement *judgement, const char *name,
    const char *level)
{
	const char *clear =
	    postfix_get(judgement->postfix, "smtp_sasl_security_options");

	if (strcasecmp(level, "encrypt") == 0)
		postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
		    "%s is encrypt: it encrypts, and the server need not "
		    "prove its name, so whoever stands between gets the token",
		    name);
	else if (strstr(clear, "noplaintext") == NULL)
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "%s is %s, and smtp_sasl_security_options has no "
		    "noplaintext: a token goes in the clear to whoever offers "
		    "no TLS",
		    name, level);
	else
		postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
		    "%s is %s: the server need not prove its name, so whoever "
		    "stands between gets the token",
		    name, level);
}

/* Says what is the case. True: it is as it should be. */
static bool
tell_level(struct postfix_judgement *judgement, const char *name,
    const char *level)
{
	static const char *const weak[] = { "may", "dane", "encrypt", NULL };

	if (!is_level(level)) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "%s is '%s', which is no level that Postfix knows", name,
		    level);
		return false;
	}
	if (strcasecmp(level, "none") == 0) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "%s asks for no TLS: the token would go in the clear, and "
		    "providers offer no login there",
		    name);
		return false;
	}
	if (is_one_of(level, weak)) {
		tell_weak(judgement, name, level);
		return false;
	}
	postfix_find(judgement, DOCTOR_OK, STATUS_OK,
	    "%s is %s: no token without TLS and a proof of the name", name,
	    level);
	return true;
}

static bool
needs_certificates(const char *level)
{
	static const char *const levels[] = { "verify", "secure", NULL };

	return is_one_of(level, levels);
}

/* The level for one server. True: certificates are needed, or will be. */
static bool
judge_level(struct postfix_judgement *judgement,
    const struct postfix_destination *route, const char *level, bool is_one,
    bool is_policy)
{
	char name[MAX_NAME];

	snprintf(name, sizeof(name), "%s%s%s", is_one ? "" : route->text,
	    is_one ? "" : ": ", is_policy ? POLICY : LEVEL);
	if (tell_level(judgement, name, level))
		return needs_certificates(level);
	wants_secure(judgement, route, level, is_one, is_policy);
	return true;
}

/* Are there certificates in the directory, as smtp(8) sees it? */
static bool
has_files(const struct postfix *postfix, const char *path)
{
	char inside[2 * POSTFIX_MAX_PATH];
	struct dirent *item;
	bool found = false;
	DIR *stream;

	snprintf(inside, sizeof(inside), "%s%s",
	    postfix->is_chrooted ? postfix_get(postfix, "queue_directory") : "",
	    path);
	if ((stream = opendir(inside)) == NULL)
		return false;
	while (!found && (item = readdir(stream)) != NULL)
		found = item->d_name[0] != '.';
	closedir(stream);
	return found;
}

/* The system's bundle; NULL: none is known. */
static const char *
find_bundle(void)
{
	static const char *const paths[] = {
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/ssl/cert.pem",
	};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], R_OK) == 0)
			return paths[i];
	return NULL;
}

static void
wants_bundle(struct postfix_judgement *judgement)
{
	const char *bundle = find_bundle();

	if (bundle != NULL)
		postfix_change(judgement, POSTFIX_SET, CA_FILE, NULL, "%s",
		    bundle);
	else
		postfix_next(judgement,
		    "install the certificates of the authorities (on Debian: "
		    "apt-get install ca-certificates)");
}

/* By what the server's certificate is verified. The file is read before the
 * chroot, the directory inside of it. */
static void
judge_certificates(struct postfix_judgement *judgement)
{
	const struct postfix *postfix = judgement->postfix;
	const char *file = postfix_get(postfix, CA_FILE);
	const char *path = postfix_get(postfix, CA_PATH);

	if (file[0] != '\0' && access(file, R_OK) == 0) {
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    CA_FILE " is %s%s", file,
		    postfix->is_chrooted ? ", which is read before the chroot" :
					   "");
		return;
	}
	if (file[0] == '\0' && path[0] != '\0' && has_files(postfix, path)) {
		postfix_find(judgement, DOCTOR_OK, STATUS_OK, CA_PATH " is %s",
		    path);
		return;
	}
	if (file[0] == '\0' && postfix_is_yes(postfix, APPEND)) {
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    APPEND " is yes, and " CA_FILE " is not set: whether "
			   "smtp(8) finds OpenSSL's own certificates%s is "
			   "not known here",
		    postfix->is_chrooted ? " from inside its chroot" : "");
		return;
	}
	if (file[0] != '\0')
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    CA_FILE " is %s, which cannot be read, so no server can "
			    "prove its name",
		    file);
	else if (path[0] != '\0')
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    CA_PATH " is %s, where smtp(8) finds no certificates%s, so "
			    "no server can prove its name",
		    path, postfix->is_chrooted ? " inside its chroot" : "");
	else
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    CA_FILE " is not set, so no server can prove its name");
	wants_bundle(judgement);
}

/* Postfix has no policy for that: what several servers need is set for a service
 * of master.cf each. */
static void
wants_wrapper(struct postfix_judgement *judgement,
    const struct postfix_destination *route, bool is_one, bool is_first)
{
	const char *value = is_first ? "yes" : "no";

	if (is_one)
		postfix_change(judgement, POSTFIX_SET, WRAPPER, NULL, "%s",
		    value);
	else if (is_first)
		postfix_next(judgement,
		    "hand that mail to a port with STARTTLS (587) if the "
		    "server has one, or give %s a service of its own in "
		    "master.cf, with -o " WRAPPER "=yes: set for all, it would "
		    "keep mail from the other servers",
		    route->text);
	else
		postfix_next(judgement,
		    "give the servers of port 465 a service of their own in "
		    "master.cf, with -o " WRAPPER "=yes, and set " WRAPPER
		    " = no in main.cf");
}

/* Does TLS come first where the server expects that? */
static void
judge_wrapper(struct postfix_judgement *judgement,
    const struct postfix_destination *route, bool is_one)
{
	bool is_first = postfix_is_yes(judgement->postfix, WRAPPER);
	unsigned port = postfix_destination_port(route);
	bool wants_first = port == PORT_SUBMISSIONS ||
	    (judgement->is_tls_first &&
		strcasecmp(route->text, judgement->server) == 0);

	if (wants_first && !is_first) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "%s: at port %u TLS comes first, and " WRAPPER
		    " is not yes, so each waits for the other",
		    route->text, port);
		wants_wrapper(judgement, route, is_one, true);
	} else if (port == PORT_SUBMISSION && is_first) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "%s: at port 587 TLS comes by STARTTLS, and " WRAPPER
		    " is yes",
		    route->text);
		wants_wrapper(judgement, route, is_one, false);
	}
}

/*
 * May anybody log in there, now or with the changes made? What a sender has of
 * its own is found under the sender's name alone.
 */
static bool
may_log_in(const struct postfix_judgement *judgement,
    const struct postfix_destination *destination)
{
	struct postfix_entry_place place;
	struct diag diag;
	struct buf value;
	enum status r;
	size_t i;

	for (i = 0; i < judgement->change_count; i++)
		if (judgement->changes[i].kind == POSTFIX_ENTRY ||
		    judgement->changes[i].kind == POSTFIX_RENAME)
			return true;
	if (strcmp(postfix_wanted(judgement, POSTFIX_BY_SENDER), "yes") == 0)
		return true;
	memset(&place, 0, sizeof(place));
	buf_init_secret(&value, POSTFIX_MAX_SOURCE);
	r = postfix_look_up_login(judgement, destination, NULL, &value, &place,
	    &diag);
	if (r == STATUS_OK && value.length == 0)
		r = STATUS_NOACCOUNT;
	buf_clear(&value);
	return r != STATUS_NOACCOUNT;
}

/* The levels of all. True: certificates are needed, or will be. */
static bool
judge_levels(struct postfix_judgement *judgement,
    const struct postfix_routes *routes, bool is_one)
{
	const struct postfix_destination *route;
	bool needs_files = false, is_policy;
	char level[MAX_LEVEL];
	struct diag diag;
	enum status r;
	size_t i;

	if (geteuid() == 0 && !postfix_judge_tables(judgement, POLICY))
		return false;
	for (i = 0; i < routes->count; i++) {
		route = &routes->of[i];
		if (!is_one && !may_log_in(judgement, route))
			continue;
		r = find_level(judgement, route, level, &is_policy, &diag);
		if (r != STATUS_OK) {
			postfix_find_unreadable(judgement, POLICY, r, &diag);
			break;
		}
		if (judge_level(judgement, route, level, is_one, is_policy))
			needs_files = true;
	}
	return needs_files;
}

void
postfix_judge_tls(struct postfix_judgement *judgement)
{
	struct postfix_routes routes;
	bool is_one;
	size_t i;

	postfix_routes_find(judgement, &routes);
	is_one = postfix_routes_is_one(&routes);
	if (routes.count == 0)
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    "no server is known that mail is handed to, so TLS is not "
		    "looked at");
	for (i = 0; i < routes.count; i++)
		doctor_hide_know_server(judgement->hide, routes.of[i].text);
	if (judge_levels(judgement, &routes, is_one))
		judge_certificates(judgement);
	for (i = 0; i < routes.count; i++)
		if (is_one || may_log_in(judgement, &routes.of[i]))
			judge_wrapper(judgement, &routes.of[i], is_one);
}
