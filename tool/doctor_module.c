/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of the module: does libsasl2 find it, can it be loaded, and
 * is it the one that answers, in the mail program's own place? See doctor.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "doctor.h"
#include "doctor_object.h"
#include "doctor_probe.h"
#include "engine_abi.h"
#include "shellquote.h"

/* An account that nobody has: RFC 2606. */
#define NO_ACCOUNT "sasl-bearer-doctor@example.invalid"
#define NO_HOST "mail.example.invalid"

/* What the module says of itself when it cannot load the rest of it. */
#define INCOMPLETE "sasl-bearer is not installed completely"

#define MAX_PATH 1024

/* What a sentence shows of a list, and of what the loader said. */
#define MAX_SHOWN 200
#define MAX_WORDS 160

static const char *const mechanisms[] = { "OAUTHBEARER", "XOAUTH2" };

#define MECHANISM_COUNT (sizeof(mechanisms) / sizeof(mechanisms[0]))

/* What servers offer that take passwords too. */
#define WITH_PASSWORDS "PLAIN LOGIN XOAUTH2 OAUTHBEARER"

static const char *
client_name(const struct doctor *doctor)
{
	return doctor->client.name != NULL ? doctor->client.name :
					     "the mail program";
}

/* "as postfix, in /var/spool/postfix", or "". */
static void
describe_place(const struct doctor *doctor, char *text, size_t space)
{
	const struct doctor_client *client = &doctor->client;
	const char *how = doctor_probe_how(client);

	text[0] = '\0';
	if (how == NULL || strcmp(how, PROBE_SAME) == 0)
		return;
	snprintf(text, space, " as %.60s%s%.120s", client->user,
	    client->root != NULL ? ", in " : "",
	    client->root != NULL ? client->root : "");
}

/* The directories, with blanks between; how many of them could be opened. */
static size_t
list_directories(const struct doctor_probe *probe, char *text, size_t space)
{
	size_t i, length = 0, open = 0;

	text[0] = '\0';
	for (i = 0; i < probe->directory_count; i++) {
		const struct doctor_directory *one = &probe->directories[i];

		open += one->error == 0;
		if (length < space)
			length += (size_t)snprintf(text + length,
			    space - length, "%s%.120s%s%s%s", i > 0 ? ", " : "",
			    one->path, one->error != 0 ? " (" : "",
			    one->error != 0 ? strerror(one->error) : "",
			    one->error != 0 ? ")" : "");
	}
	return open;
}

/* How to be rid of a plugin. */
static void
advise_removal(struct doctor *doctor, const char *object)
{
	struct doctor_package package;

	doctor_object_package(object, &package);
	if (package.name[0] != '\0')
		doctor_next(doctor, "remove it, and restart %s: %s %s",
		    client_name(doctor), package.remove, package.name);
	else
		doctor_next(doctor,
		    "no package has it; move it out of that directory, and "
		    "restart %s: mv %s /root/",
		    client_name(doctor), shell_operand(object).text);
}

/* The probe has not come as far as it should. */
static void
tell_failure(struct doctor *doctor, const struct doctor_probe *probe,
    enum status r, const struct diag *diag)
{
	const char *object = probe->object_count > 0 ?
	    probe->objects[probe->object_count - 1] :
	    NULL;

	if (r == STATUS_CANCELLED || r == STATUS_NOMEM) {
		doctor->failed = r;
	} else if (object != NULL && (probe->has_died || r == STATUS_AGAIN)) {
		doctor_wrong(doctor, STATUS_CONFIG,
		    "the plugin %s breaks every program that loads it: %s",
		    object, diag->text);
		advise_removal(doctor, object);
	} else if (r == STATUS_CONFIG && object == NULL) {
		doctor_warn(doctor, "what libsasl2 loads was not looked at: %s",
		    diag->text);
		doctor_next(doctor, "install sasl-bearer completely");
	} else {
		doctor_unsure(doctor,
		    "what libsasl2 loads was not looked at: %s", diag->text);
	}
}

/* What else can be said of a file that the loader refuses. */
static void
advise_loading(struct doctor *doctor, const char *path, const char *words)
{
	if (doctor_object_mismatch(path) != NULL)
		doctor_next(doctor,
		    "install sasl-bearer for the architecture of libsasl2");
	else if (strstr(words, "Permission denied") != NULL)
		doctor_next(doctor, "let everybody read it: chmod 0644 %s",
		    shell_operand(path).text);
	else if (strstr(words, "cannot open shared object file") != NULL)
		doctor_next(doctor,
		    "install the library that is missing, or sasl-bearer "
		    "again from a package for this system");
	else
		doctor_next(doctor,
		    "install sasl-bearer again, from a package for this "
		    "system");
}

/* It is in a directory where libsasl2 looks. */
static void
tell_not_loaded(struct doctor *doctor, const struct doctor_probe *probe,
    const char *path)
{
	const char *said = doctor_probe_said(probe, path), *words;
	const char *mismatch = doctor_object_mismatch(path);

	words = said != NULL ? said : "it says nothing";
	/* "unable to dlopen PATH: PATH: words" */
	while ((said = strstr(words, path)) != NULL)
		words = said + strlen(path) + strspn(said + strlen(path), ": ");
	doctor_wrong(doctor, STATUS_CONFIG,
	    "libsasl2 cannot load %s: %s%s%.*s%s", path,
	    mismatch != NULL ? mismatch : "", mismatch != NULL ? " (" : "",
	    MAX_WORDS, words, mismatch != NULL ? ")" : "");
	advise_loading(doctor, path, words);
}

/* The path of ours among what libsasl2 has tried, or NULL. */
static const char *
find_tried(const struct doctor_probe *probe)
{
	size_t i;

	for (i = 0; i < probe->object_count; i++)
		if (doctor_object_is_ours(probe->objects[i]))
			return probe->objects[i];
	return NULL;
}

/* The first directory that could be opened, or the first. */
static const char *
first_directory(const struct doctor_probe *probe)
{
	size_t i;

	for (i = 0; i < probe->directory_count; i++)
		if (probe->directories[i].error == 0)
			return probe->directories[i].path;
	return probe->directory_count > 0 ? probe->directories[0].path : "";
}

static void
tell_elsewhere(struct doctor *doctor, const struct doctor_probe *probe,
    const char *path, const char *shown)
{
	bool has_path = doctor->client.name != NULL ?
	    doctor->client.sasl_path != NULL :
	    secure_getenv("SASL_PATH") != NULL;
	int length = (int)(doctor_object_name(path) - path) - 1;

	doctor_wrong(doctor, STATUS_CONFIG,
	    "the module is in %.*s, but libsasl2 looks in %s, so programs say "
	    "\"No worthy mechs found\"",
	    length, path, shown);
	if (has_path)
		doctor_next(doctor,
		    "add the directory to SASL_PATH in the environment of %s: "
		    "%.*s",
		    client_name(doctor), length, path);
	else
		doctor_next(doctor,
		    "put a link to it where libsasl2 looks: ln -s %s %s/",
		    shell_operand(path).text,
		    shell_quote(first_directory(probe)).text);
}

/* libsasl2 has none of ours. */
static void
tell_absence(struct doctor *doctor, const struct doctor_probe *probe)
{
	char path[MAX_PATH], shown[MAX_SHOWN];
	const char *tried = find_tried(probe);

	if (tried != NULL) {
		tell_not_loaded(doctor, probe, tried);
		return;
	}
	list_directories(probe, shown, sizeof(shown));
	if (doctor_object_find(path, sizeof(path))) {
		tell_elsewhere(doctor, probe, path, shown);
		return;
	}
	doctor_wrong(doctor, STATUS_CONFIG,
	    "there is no %s in %s, where libsasl2 looks, so programs say \"No "
	    "worthy mechs found\"",
	    DOCTOR_MODULE_OBJECT, shown);
	doctor_next(doctor, "install sasl-bearer, with its module in %s",
	    first_directory(probe));
}

/* Ours; a second copy is told of. NULL: there is none. */
static const char *
find_module(struct doctor *doctor, const struct doctor_probe *probe)
{
	const char *first = NULL, *object;
	size_t i;

	for (i = 0; i < probe->plugin_count; i++) {
		object = probe->plugins[i].object;
		if (!doctor_object_is_ours(object) ||
		    (first != NULL && strcmp(object, first) == 0))
			continue;
		if (first != NULL) {
			doctor_warn(doctor,
			    "the module is there twice: %s answers, and %s is "
			    "loaded for nothing",
			    first, object);
			doctor_next(doctor,
			    "remove the one that is older, and restart %s",
			    client_name(doctor));
			break;
		}
		first = object;
	}
	return first;
}

static void
examine_engine(struct doctor *doctor, const struct doctor_probe *probe)
{
	const char *engine = probe->engine != NULL ? probe->engine : "";

	if (probe->engine_trouble != NULL) {
		doctor_wrong(doctor, STATUS_CONFIG,
		    "what renews tokens cannot be loaded: %.*s", MAX_SHOWN,
		    probe->engine_trouble);
		doctor_next(doctor, "install sasl-bearer completely");
	} else if (probe->engine_abi != ENGINE_ABI) {
		doctor_wrong(doctor, STATUS_CONFIG,
		    "%s is of another version (interface %ld, this program "
		    "has %d)",
		    engine, probe->engine_abi, ENGINE_ABI);
		doctor_next(doctor,
		    "install one version of sasl-bearer everywhere, and "
		    "restart %s",
		    client_name(doctor));
	} else
		doctor_ok(doctor, "tokens can be renewed by %s", engine);
}

/* The first other plugin that has the mechanism. */
static const struct doctor_plugin *
find_rival(const struct doctor_probe *probe, const char *mechanism)
{
	size_t i;

	for (i = 0; i < probe->plugin_count; i++)
		if (strcasecmp(probe->plugins[i].mechanism, mechanism) == 0 &&
		    !doctor_object_is_ours(probe->plugins[i].object))
			return &probe->plugins[i];
	return NULL;
}

static void
tell_rival(struct doctor *doctor, const struct doctor_plugin *rival,
    bool answers)
{
	const char *object =
	    rival->object != NULL ? rival->object : rival->name;

	if (answers)
		doctor_wrong(doctor, STATUS_CONFIG,
		    "another plugin answers %s in the place of the module, "
		    "and has other ideas of where the token is: %s",
		    rival->mechanism, object != NULL ? object : "?");
	else
		doctor_warn(doctor,
		    "another plugin has %s too; the module is preferred, but "
		    "one day it may not be: %s",
		    rival->mechanism, object != NULL ? object : "?");
	if (rival->object != NULL)
		advise_removal(doctor, rival->object);
}

/*
 * The module was chosen: is all of it there? What else it may mind about an
 * account that nobody has is not about the module. Where nothing is configured
 * it has brought nothing with it into a root, and cannot speak there.
 */
static bool
is_complete(struct doctor *doctor, const struct doctor_result *result)
{
	const struct place *place = &doctor->session.place;
	const char *words = doctor_probe_words(result);

	if (strstr(words, INCOMPLETE) == NULL ||
	    (!place->conf_exists && !place->state_exists))
		return true;
	doctor_wrong(doctor, STATUS_CONFIG, "%.*s", MAX_SHOWN + MAX_WORDS,
	    words);
	doctor_next(doctor,
	    "install sasl-bearer completely, of one version, and restart %s",
	    client_name(doctor));
	return false;
}

/* Who answers on a server that offers one of ours? */
static bool
examine_mechanism(struct doctor *doctor, struct doctor_probe *probe,
    const char *mechanism)
{
	const struct doctor_plugin *chosen, *rival;
	struct doctor_result result;
	struct diag diag;
	enum status r;

	if ((r = doctor_probe_start(probe, "smtp", NO_HOST, NO_ACCOUNT,
		 mechanism, false, DOCTOR_PROBE_TIMEOUT_MS, &result, &diag)) !=
	    STATUS_OK) {
		tell_failure(doctor, probe, r, &diag);
		return false;
	}
	chosen = doctor_probe_find(probe, &result);
	rival = find_rival(probe, mechanism);
	if (chosen == NULL) {
		doctor_wrong(doctor, STATUS_CONFIG,
		    "libsasl2 chooses nobody for %s: %.*s", mechanism,
		    MAX_SHOWN, doctor_probe_words(&result));
		doctor_next(doctor,
		    "install sasl-bearer again, from a package for this "
		    "system, and restart %s",
		    client_name(doctor));
		return false;
	}
	if (!doctor_object_is_ours(chosen->object)) {
		tell_rival(doctor, chosen, true);
		return false;
	}
	if (rival != NULL)
		tell_rival(doctor, rival, false);
	return is_complete(doctor, &result);
}

/* And where it takes passwords too? */
static void
examine_preference(struct doctor *doctor, struct doctor_probe *probe)
{
	const struct place *place = &doctor->session.place;
	struct doctor_result result;
	struct diag diag;
	enum status r;

	if ((r = doctor_probe_start(probe, "smtp", NO_HOST, NO_ACCOUNT,
		 WITH_PASSWORDS, false, DOCTOR_PROBE_TIMEOUT_MS, &result,
		 &diag)) != STATUS_OK)
		tell_failure(doctor, probe, r, &diag);
	else if (result.mechanism == NULL)
		doctor_unsure(doctor,
		    "what libsasl2 prefers is not known: %.*s", MAX_SHOWN,
		    doctor_probe_words(&result));
	else if (strcasecmp(result.mechanism, mechanisms[0]) == 0)
		doctor_ok(doctor,
		    "%s is chosen, also where a server takes passwords",
		    result.mechanism);
	else if (!place->conf_exists && !place->state_exists)
		doctor_ok(doctor,
		    "nothing is configured, so %s goes before OAuth where a "
		    "server takes both",
		    result.mechanism);
	else {
		doctor_wrong(doctor, STATUS_CONFIG,
		    "%s would be chosen where a server takes passwords, for "
		    "%s sees neither %s nor %s",
		    result.mechanism, client_name(doctor), place->conf,
		    place->state);
		doctor_next(doctor,
		    "let it see them, or name the mechanism in its "
		    "configuration (for Postfix: smtp_sasl_mechanism_filter = "
		    "xoauth2)");
	}
}

static void
examine(struct doctor *doctor, struct doctor_probe *probe)
{
	char shown[MAX_SHOWN], place[MAX_SHOWN];
	const char *module;
	bool is_well = true;
	size_t i;

	if ((module = find_module(doctor, probe)) == NULL) {
		tell_absence(doctor, probe);
		return;
	}
	describe_place(doctor, place, sizeof(place));
	list_directories(probe, shown, sizeof(shown));
	doctor_ok(doctor, "libsasl2 looks in %s, and loads %s%s", shown, module,
	    place);
	examine_engine(doctor, probe);
	for (i = 0; is_well && i < MECHANISM_COUNT; i++)
		is_well = examine_mechanism(doctor, probe, mechanisms[i]);
	if (is_well)
		examine_preference(doctor, probe);
}

void
doctor_examine_module(struct doctor *doctor)
{
	struct doctor_probe probe;
	struct diag diag;
	enum status r;

	if (doctor_probe_how(&doctor->client) == NULL)
		doctor_unsure(doctor,
		    "only root can look as %s does; this is what this user sees",
		    doctor->client.user);
	doctor_probe_init(&probe);
	r = doctor_probe_load(&probe, &doctor->client, &diag);
	if (r == STATUS_OK)
		examine(doctor, &probe);
	else
		tell_failure(doctor, &probe, r, &diag);
	doctor_probe_clear(&probe);
}
