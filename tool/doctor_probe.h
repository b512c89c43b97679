/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The probe (probe/main.c): a process that does with libsasl2 what a mail
 * program does, as that program's user, in its root, with its plugins.
 *
 * A plugin that ends the process, or never comes back, is the probe's fate and
 * not the tool's.
 */

#ifndef DOCTOR_PROBE_H
#define DOCTOR_PROBE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "doctor.h"
#include "probeline.h"

/* For what needs no network. */
#define DOCTOR_PROBE_TIMEOUT_MS 20000

/* Where libsasl2 looks: more of a path is not told of. */
#define DOCTOR_PROBE_MAX_DIRECTORIES 32

struct doctor_plugin {
	char *mechanism;
	char *name;   /* as libsasl2 calls the plugin */
	char *object; /* its file; NULL: not known */
};

struct doctor_directory {
	char *path;
	int error; /* why it cannot be opened; 0: it was */
};

struct doctor_probe {
	pid_t pid;   /* 0: none */
	int in, out; /* our ends; -1: closed */
	struct buf input, text;
	struct probeline line; /* the last that came */

	char *engine; /* the object that renews tokens */
	long engine_abi;
	char *engine_trouble; /* why it cannot be loaded; NULL: it can */
	struct doctor_directory directories[DOCTOR_PROBE_MAX_DIRECTORIES];
	size_t directory_count;
	struct doctor_plugin *plugins; /* the preferred first */
	size_t plugin_count;
	char **objects; /* what was loaded, or tried to be, in order */
	size_t object_count;
	char **log;
	size_t log_count;
	bool has_died; /* of a signal, or without a word */
};

/* What came of a step: valid until the next one. */
struct doctor_result {
	const char *code;      /* PROBE_OK, ... */
	const char *mechanism; /* NULL: none was chosen */
	const char *name;      /* its plugin's; NULL: not known */
	const struct buf *message;
	bool has_message;
	const char *text; /* why it failed; NULL: it has not */
};

/*
 * How a client loads plugins: one of another user, who is a user of the system,
 * is taken for a daemon that begins as root. NULL: this user may not find out.
 */
const char *doctor_probe_how(const struct doctor_client *client);

/*
 * Starts the probe and lets it load plugins as the client does. To be cleared
 * in any case. STATUS_CONFIG: there is no probe, or it has come to an end,
 * which is a plugin's doing: the last of objects; STATUS_AGAIN: it came to no
 * end; STATUS_ACCESS: it cannot become the client's user, or enter its root;
 * STATUS_CANCELLED, STATUS_NOMEM.
 */
enum status doctor_probe_load(struct doctor_probe *probe,
    const struct doctor_client *client, struct diag *diag);
void doctor_probe_init(struct doctor_probe *probe);
void doctor_probe_clear(struct doctor_probe *probe);

/*
 * Begins a login, for the user name, on a server that offers the mechanisms;
 * with or without a first message. The statuses are those of loading: whether
 * the login can begin is in the result. The log has what was said meanwhile.
 */
enum status doctor_probe_start(struct doctor_probe *probe, const char *service,
    const char *host, const char *user, const char *mechanisms,
    bool wants_message, int timeout_ms, struct doctor_result *result,
    struct diag *diag);
enum status doctor_probe_step(struct doctor_probe *probe, const void *challenge,
    size_t length, int timeout_ms, struct doctor_result *result,
    struct diag *diag);

/* The plugin of a result, or NULL. */
const struct doctor_plugin *doctor_probe_find(const struct doctor_probe *probe,
    const struct doctor_result *result);

/* The line of the log with that in it, or NULL. */
const char *doctor_probe_said(const struct doctor_probe *probe,
    const char *part);

/* A sentence of libsasl2 without what it puts before: "SASL(-1): ...: ". */
const char *doctor_probe_words(const struct doctor_result *result);

#endif
