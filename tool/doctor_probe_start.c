/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A process for the probe. See doctor_probe_start.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_probe_start.h"
#include "probeline.h"

/* Ours, which a daemon lacks, and which name places of another user. */
static const char *const personal[] = { "HOME", "USER", "LOGNAME",
	"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR" };

#define PERSONAL_COUNT (sizeof(personal) / sizeof(personal[0]))

static bool
is_variable(const char *entry, const char *name)
{
	size_t length = strlen(name);

	return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static bool
is_personal(const char *entry)
{
	size_t i;

	for (i = 0; i < PERSONAL_COUNT; i++)
		if (is_variable(entry, personal[i]))
			return true;
	return false;
}

static bool
add(char **environment, size_t *count, const char *name, const char *value)
{
	if (value == NULL)
		return true;
	if (asprintf(&environment[*count], "%s%s%s", name,
		name[0] != '\0' ? "=" : "", value) < 0) {
		environment[*count] = NULL;
		return false;
	}
	(*count)++;
	return true;
}

char **
doctor_probe_environment(const struct doctor_client *client, const char *how,
    const char *home, char *const *from)
{
	bool is_same = strcmp(how, PROBE_SAME) == 0, is_well = true;
	size_t count = 0, i;
	char **environment;

	while (from[count] != NULL)
		count++;
	/* Besides: SASL_PATH, HOME, USER, LOGNAME, and the end. */
	if ((environment = calloc(count + 5, sizeof(*environment))) == NULL)
		return NULL;
	for (i = 0, count = 0; is_well && from[i] != NULL; i++)
		if ((is_same || !is_personal(from[i])) &&
		    (client->name == NULL ||
			!is_variable(from[i], "SASL_PATH")))
			is_well = add(environment, &count, "", from[i]);
	if (is_well && client->name != NULL)
		is_well =
		    add(environment, &count, "SASL_PATH", client->sasl_path);
	if (is_well && strcmp(how, PROBE_USER) == 0)
		is_well = add(environment, &count, "HOME", home) &&
		    add(environment, &count, "USER", client->user) &&
		    add(environment, &count, "LOGNAME", client->user);
	if (is_well)
		return environment;
	doctor_probe_environment_free(environment);
	return NULL;
}

void
doctor_probe_environment_free(char **environment)
{
	size_t i;

	for (i = 0; environment != NULL && environment[i] != NULL; i++)
		free(environment[i]);
	free(environment);
}

static const char *
probe_path(void)
{
	const char *path = secure_getenv("SASL_BEARER_PROBE");

	return path != NULL ? path : PKGLIBDIR "/" PROBE_OBJECT;
}

/* 0, or an error number. */
static int
spawn(pid_t *pid, const char *path, char **environment, int in, int out)
{
	static char name[] = PROBE_OBJECT;
	char *argv[] = { name, NULL };
	posix_spawn_file_actions_t actions;
	int error;

	if ((error = posix_spawn_file_actions_init(&actions)) != 0)
		return error;
	if ((error = posix_spawn_file_actions_adddup2(&actions, in,
		 STDIN_FILENO)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(&actions, out,
		 STDOUT_FILENO)) == 0)
		error =
		    posix_spawn(pid, path, &actions, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static void
close_pipe(int *pipe)
{
	size_t i;

	for (i = 0; i < 2; i++)
		if (pipe[i] >= 0)
			close(pipe[i]);
}

enum status
doctor_probe_spawn(const struct doctor_client *client, const char *how,
    pid_t *pid, int *in, int *out, struct diag *diag)
{
	const struct passwd *person =
	    client->user != NULL ? getpwnam(client->user) : NULL;
	int to[2] = { -1, -1 }, from[2] = { -1, -1 }, error;
	char **environment;

	environment = doctor_probe_environment(client, how,
	    person != NULL ? person->pw_dir : NULL, environ);
	if (environment == NULL)
		return diag_set_nomem(diag);
	if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
		error = errno;
	else
		error = spawn(pid, probe_path(), environment, to[0], from[1]);
	doctor_probe_environment_free(environment);
	if (error != 0) {
		close_pipe(to);
		close_pipe(from);
		return diag_set(diag, STATUS_CONFIG, "cannot start %s: %s",
		    probe_path(), strerror(error));
	}
	*in = to[1];
	*out = from[0];
	close(to[0]);
	close(from[1]);
	return STATUS_OK;
}
