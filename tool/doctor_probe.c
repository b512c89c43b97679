/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The probe at the other end of two pipes. See doctor_probe.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "doctor_probe.h"
#include "doctor_probe_start.h"
#include "interrupt.h"

#define BLOCK 4096

/* How often to look whether a signal came between two waits. */
#define LOOK_MS 200

/* How long a probe that is asked to end may take. */
#define END_MS 2000

/* What it may report: a plugin directory with all that there is has 40. */
#define MAX_REPORTS 4096

void
doctor_probe_init(struct doctor_probe *probe)
{
	memset(probe, 0, sizeof(*probe));
	probe->in = probe->out = -1;
	buf_init_secret(&probe->input, 2 * PROBELINE_MAX_LENGTH);
	buf_init_secret(&probe->text, 2 * PROBELINE_MAX_LENGTH);
	probeline_init(&probe->line);
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
free_list(char ***list, size_t *count)
{
	size_t i;

	for (i = 0; i < *count; i++)
		free((*list)[i]);
	free(*list);
	*list = NULL;
	*count = 0;
}

/* Its end, which comes by itself once there is nobody to talk to. */
static int
end(struct doctor_probe *probe, int wait_ms)
{
	struct pollfd fd = { probe->out, POLLIN, 0 };
	int64_t until_ms = clock_elapsed_ms() + wait_ms;
	char block[BLOCK];
	int status = 0;

	close_end(&probe->in);
	while (wait_ms > 0 && clock_elapsed_ms() < until_ms &&
	    (poll(&fd, 1, LOOK_MS) == 0 ||
		read(probe->out, block, sizeof(block)) > 0))
		;
	explicit_bzero(block, sizeof(block));
	close_end(&probe->out);
	if (probe->pid <= 0)
		return 0;
	kill(probe->pid, SIGKILL);
	while (waitpid(probe->pid, &status, 0) < 0 && errno == EINTR)
		;
	probe->pid = 0;
	return status;
}

static void
plugin_clear(struct doctor_plugin *plugin)
{
	free(plugin->mechanism);
	free(plugin->name);
	free(plugin->object);
}

void
doctor_probe_clear(struct doctor_probe *probe)
{
	size_t i;

	end(probe, END_MS);
	for (i = 0; i < probe->directory_count; i++)
		free(probe->directories[i].path);
	for (i = 0; i < probe->plugin_count; i++)
		plugin_clear(&probe->plugins[i]);
	free(probe->plugins);
	free(probe->engine);
	free(probe->engine_trouble);
	free_list(&probe->objects, &probe->object_count);
	free_list(&probe->log, &probe->log_count);
	buf_clear(&probe->input);
	buf_clear(&probe->text);
	probeline_clear(&probe->line);
	doctor_probe_init(probe);
}

/* The array with room for one more item, or NULL: out of memory, and the array
 * is as it was. */
static void *
grow(void *array, size_t count, size_t size)
{
	if (count >= MAX_REPORTS)
		return NULL;
	return realloc(array, (count + 1) * size);
}

static bool
add_text(char ***list, size_t *count, const char *text)
{
	char **more, *copy;

	if ((more = grow(*list, *count, sizeof(*more))) == NULL)
		return false;
	*list = more;
	if ((copy = strdup(text != NULL ? text : "")) == NULL)
		return false;
	diag_clean(copy);
	more[(*count)++] = copy;
	return true;
}

/* A copy of a field, or NULL where there is none; *failed: no memory. */
static char *
copy_field(const struct doctor_probe *probe, size_t index, bool *failed)
{
	const char *text = probeline_text(&probe->line, index);
	char *copy = text != NULL ? strdup(text) : NULL;

	*failed = *failed || (text != NULL && copy == NULL);
	return copy;
}

static bool
take_plugin(struct doctor_probe *probe)
{
	struct doctor_plugin *more, plugin = { NULL, NULL, NULL };
	bool failed = false;

	if ((more = grow(probe->plugins, probe->plugin_count, sizeof(*more))) ==
	    NULL)
		return false;
	probe->plugins = more;
	plugin.mechanism = strdup(buf_text(&probe->line.fields[0]));
	plugin.name = copy_field(probe, 1, &failed);
	plugin.object = copy_field(probe, 2, &failed);
	if (failed || plugin.mechanism == NULL) {
		plugin_clear(&plugin);
		return false;
	}
	more[probe->plugin_count++] = plugin;
	return true;
}

static bool
take_directory(struct doctor_probe *probe)
{
	struct doctor_directory *directory;
	bool failed = false;

	if (probe->directory_count == DOCTOR_PROBE_MAX_DIRECTORIES)
		return true;
	directory = &probe->directories[probe->directory_count];
	directory->path = copy_field(probe, 0, &failed);
	directory->error = (int)probeline_number(&probe->line, 1);
	probe->directory_count += directory->path != NULL;
	return !failed;
}

static bool
take_engine(struct doctor_probe *probe)
{
	bool failed = false;

	free(probe->engine);
	free(probe->engine_trouble);
	probe->engine = copy_field(probe, 0, &failed);
	probe->engine_abi = probeline_number(&probe->line, 1);
	probe->engine_trouble = copy_field(probe, 2, &failed);
	return !failed;
}

/* A line that is no answer. False: out of memory. */
static bool
take_report(struct doctor_probe *probe)
{
	const struct probeline *line = &probe->line;

	if (strcmp(line->word, "plugin") == 0)
		return take_plugin(probe);
	if (strcmp(line->word, "directory") == 0)
		return take_directory(probe);
	if (strcmp(line->word, "object") == 0)
		return add_text(&probe->objects, &probe->object_count,
		    probeline_text(line, 0));
	if (strcmp(line->word, "log") == 0)
		return add_text(&probe->log, &probe->log_count,
		    probeline_text(line, 0));
	return strcmp(line->word, "engine") == 0 ? take_engine(probe) : true;
}

static enum status
died(struct doctor_probe *probe, struct diag *diag)
{
	int status = end(probe, 0);

	probe->has_died = true;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		return diag_set(diag, STATUS_CONFIG,
		    "it was ended by signal %d (%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	return diag_set(diag, STATUS_CONFIG,
	    "it ended without a word, with code %d",
	    WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* Reads what there is, once there is something. */
static enum status
read_more(struct doctor_probe *probe, int64_t until_ms, struct diag *diag)
{
	struct pollfd fd = { probe->out, POLLIN, 0 };
	ssize_t count;
	char *room;

	if (*interrupt_flag() != 0)
		return diag_set(diag, STATUS_CANCELLED, "interrupted");
	if (clock_elapsed_ms() >= until_ms) {
		end(probe, 0);
		return diag_set(diag, STATUS_AGAIN, "it came to no end");
	}
	if (poll(&fd, 1, LOOK_MS) <= 0)
		return STATUS_OK;
	if ((room = buf_reserve(&probe->input, BLOCK)) == NULL)
		return diag_set_nomem(diag);
	count = read(probe->out, room, BLOCK);
	if (count < 0 && errno == EINTR)
		return STATUS_OK;
	if (count <= 0)
		return died(probe, diag);
	buf_grow(&probe->input, (size_t)count);
	return STATUS_OK;
}

/* Takes lines until one of these words comes. */
static enum status
await(struct doctor_probe *probe, const char *word, const char *other,
    int timeout_ms, struct diag *diag)
{
	int64_t until_ms = clock_elapsed_ms() + timeout_ms;
	enum status r;

	for (;;) {
		while (!probeline_take(&probe->input, &probe->text))
			if ((r = read_more(probe, until_ms, diag)) != STATUS_OK)
				return r;
		if (probe->text.length == 0 ||
		    probeline_parse(&probe->line, probe->text.data) !=
			STATUS_OK)
			return diag_set(diag, STATUS_BUG,
			    "the probe does not keep to its language");
		if (strcmp(probe->line.word, word) == 0 ||
		    strcmp(probe->line.word, other) == 0)
			return STATUS_OK;
		if (!take_report(probe))
			return diag_set_nomem(diag);
	}
}

/* Sends a request, which is cleared. The pipe takes it, for the probe reads. */
static enum status
send_request(struct doctor_probe *probe, struct buf *request, struct diag *diag)
{
	enum status r = STATUS_OK;
	size_t done = 0;
	ssize_t count;

	probeline_end(request);
	if (buf_status(request) != STATUS_OK)
		r = diag_set_nomem(diag);
	while (r == STATUS_OK && done < request->length) {
		count = probe->in < 0 ? -1 :
					write(probe->in, request->data + done,
					    request->length - done);
		if (count > 0)
			done += (size_t)count;
		else if (probe->in < 0 || errno != EINTR)
			r = died(probe, diag);
	}
	buf_clear(request);
	return r;
}

const char *
doctor_probe_how(const struct doctor_client *client)
{
	if (client->user == NULL ||
	    (client->uid == geteuid() && client->root == NULL))
		return PROBE_SAME;
	if (geteuid() != 0)
		return NULL;
	return client->root != NULL || client->uid < PLACE_MIN_PERSON_UID ?
	    PROBE_ROOT :
	    PROBE_USER;
}

static void
format_load(struct buf *request, const struct doctor_client *client,
    const char *how)
{
	bool is_same = strcmp(how, PROBE_SAME) == 0;

	buf_init(request, PROBELINE_MAX_LENGTH);
	probeline_begin(request, "load");
	probeline_add_text(request, is_same ? NULL : client->user);
	probeline_add_number(request, (long)client->uid);
	probeline_add_number(request, (long)client->gid);
	probeline_add_text(request, is_same ? NULL : client->root);
	probeline_add_text(request, how);
}

enum status
doctor_probe_load(struct doctor_probe *probe,
    const struct doctor_client *client, struct diag *diag)
{
	const char *how = doctor_probe_how(client);
	struct buf request;
	enum status r;

	if (how == NULL)
		how = PROBE_SAME;
	if ((r = doctor_probe_spawn(client, how, &probe->pid, &probe->in,
		 &probe->out, diag)) != STATUS_OK)
		return r;
	format_load(&request, client, how);
	if ((r = send_request(probe, &request, diag)) != STATUS_OK ||
	    (r = await(probe, "ready", "failed", DOCTOR_PROBE_TIMEOUT_MS,
		 diag)) != STATUS_OK)
		return r;
	if (strcmp(probe->line.word, "failed") == 0)
		return diag_set(diag, STATUS_ACCESS, "%s",
		    buf_text(&probe->line.fields[0]));
	return STATUS_OK;
}

/* Sends the request, and waits for what comes of it. */
static enum status
ask(struct doctor_probe *probe, struct buf *request, int timeout_ms,
    struct doctor_result *result, struct diag *diag)
{
	const struct probeline *line = &probe->line;
	enum status r;

	memset(result, 0, sizeof(*result));
	free_list(&probe->log, &probe->log_count);
	if ((r = send_request(probe, request, diag)) != STATUS_OK ||
	    (r = await(probe, "result", "result", timeout_ms, diag)) !=
		STATUS_OK)
		return r;
	result->code = buf_text(&line->fields[0]);
	result->mechanism = probeline_text(line, 1);
	result->name = probeline_text(line, 2);
	result->message = &line->fields[3];
	result->has_message = probeline_text(line, 3) != NULL;
	result->text = probeline_text(line, 4);
	return STATUS_OK;
}

enum status
doctor_probe_start(struct doctor_probe *probe, const char *service,
    const char *host, const char *user, const char *mechanisms,
    bool wants_message, int timeout_ms, struct doctor_result *result,
    struct diag *diag)
{
	struct buf request;

	buf_init(&request, PROBELINE_MAX_LENGTH);
	probeline_begin(&request, wants_message ? "start" : "choose");
	probeline_add_text(&request, service);
	probeline_add_text(&request, host);
	probeline_add_text(&request, user);
	probeline_add_text(&request, mechanisms);
	return ask(probe, &request, timeout_ms, result, diag);
}

enum status
doctor_probe_step(struct doctor_probe *probe, const void *challenge,
    size_t length, int timeout_ms, struct doctor_result *result,
    struct diag *diag)
{
	struct buf request;

	buf_init_secret(&request, PROBELINE_MAX_LENGTH);
	probeline_begin(&request, "step");
	probeline_add(&request, challenge, length);
	return ask(probe, &request, timeout_ms, result, diag);
}

const struct doctor_plugin *
doctor_probe_find(const struct doctor_probe *probe,
    const struct doctor_result *result)
{
	size_t i;

	for (i = 0; i < probe->plugin_count; i++)
		if (result->mechanism != NULL && result->name != NULL &&
		    probe->plugins[i].name != NULL &&
		    strcasecmp(probe->plugins[i].mechanism,
			result->mechanism) == 0 &&
		    strcmp(probe->plugins[i].name, result->name) == 0)
			return &probe->plugins[i];
	return NULL;
}

const char *
doctor_probe_said(const struct doctor_probe *probe, const char *part)
{
	size_t i;

	for (i = 0; i < probe->log_count; i++)
		if (strstr(probe->log[i], part) != NULL)
			return probe->log[i];
	return NULL;
}

const char *
doctor_probe_words(const struct doctor_result *result)
{
	const char *text = result->text, *part;

	if (text == NULL)
		return "";
	if (strncmp(text, "SASL(", 5) != 0 ||
	    (part = strstr(text, "): ")) == NULL)
		return text;
	text = part + 3;
	return (part = strstr(text, ": ")) != NULL ? part + 2 : text;
}
