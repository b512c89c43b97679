/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Another program behind two pipes. See program.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "interrupt.h"
#include "program.h"

/* Where system programs lie. */
#define SYSTEM_PATH "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"

#define BLOCK 4096

/* How often to look whether a signal came between two waits. */
#define LOOK_MS 200

/* How often to look whether a program that is silent has ended. */
#define END_MS 5

/* A program that runs, and our ends of its pipes; -1: closed. */
struct running {
	pid_t pid;
	int out, err;
};

void
program_output_init(struct program_output *output, size_t max_out)
{
	buf_init(&output->out, max_out);
	buf_init(&output->err, PROGRAM_MAX_WORDS);
	output->code = -1;
}

void
program_output_clear(struct program_output *output)
{
	buf_clear(&output->out);
	buf_clear(&output->err);
}

const char *
program_last_words(struct program_output *output)
{
	struct buf *err = &output->err;
	const char *line;

	while (err->length > 0 && err->data[err->length - 1] == '\n')
		err->data[--err->length] = '\0';
	line = strrchr(buf_text(err), '\n');
	return line != NULL ? line + 1 : buf_text(err);
}

/* May it say what root runs? Only if it is root's alone. */
static bool
is_trusted(const char *directory)
{
	struct stat st;

	return geteuid() != 0 ||
	    (stat(directory, &st) == 0 && st.st_uid == 0 &&
		(st.st_mode & (S_IWGRP | S_IWOTH)) == 0);
}

/* In one list of directories, of which those are taken that are absolute. */
static bool
find_in(const char *list, const char *name, char *path, size_t space)
{
	size_t length;
	int written;

	for (; list != NULL && *list != '\0';
	     list += length + (list[length] == ':')) {
		length = strcspn(list, ":");
		if (list[0] != '/' || length >= space)
			continue;
		snprintf(path, space, "%.*s", (int)length, list);
		if (!is_trusted(path))
			continue;
		written =
		    snprintf(path, space, "%.*s/%s", (int)length, list, name);
		if (written > 0 && (size_t)written < space &&
		    access(path, X_OK) == 0)
			return true;
	}
	return false;
}

bool
program_find(const char *name, char *path, size_t space)
{
	if (strchr(name, '/') != NULL)
		return snprintf(path, space, "%s", name) < (int)space &&
		    access(path, X_OK) == 0;
	return find_in(getenv("PATH"), name, path, space) ||
	    find_in(SYSTEM_PATH, name, path, space);
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* 0, or an error number. */
static int
spawn(pid_t *pid, const char *path, const char *const *argv, int out, int err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int error;

	if ((error = posix_spawn_file_actions_init(&actions)) != 0)
		return error;
	if ((error = posix_spawnattr_init(&attributes)) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return error;
	}
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	if ((error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
		 "/dev/null", O_RDONLY, 0)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(&actions, out,
		 STDOUT_FILENO)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(&actions, err,
		 STDERR_FILENO)) == 0)
		error = posix_spawn(pid, path, &actions, &attributes,
		    (char *const *)(uintptr_t)argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static enum status
start(struct running *running, const char *const *argv, struct diag *diag)
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, error = 0;
	char path[4096];

	if (!program_find(argv[0], path, sizeof(path)))
		return diag_set(diag, STATUS_CONFIG,
		    "there is no program %s here", argv[0]);
	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		error = errno;
	else
		error = spawn(&running->pid, path, argv, out[1], err[1]);
	close_end(&out[1]);
	close_end(&err[1]);
	if (error != 0) {
		close_end(&out[0]);
		close_end(&err[0]);
		return diag_set(diag, STATUS_ACCESS, "cannot start %s: %s",
		    path, strerror(error));
	}
	running->out = out[0];
	running->err = err[0];
	return STATUS_OK;
}

/* Reads a part; closes the pipe at its end. What is over the limit of what is
 * merely words is dropped. */
static void
take(int *fd, struct buf *buf, bool may_cut)
{
	char block[BLOCK];
	ssize_t count = read(*fd, block, sizeof(block));
	size_t length = count > 0 ? (size_t)count : 0;

	if (count < 0 && errno == EINTR)
		return;
	if (may_cut && length > buf->max - buf->length)
		length = buf->max - buf->length;
	buf_add(buf, block, length);
	explicit_bzero(block, sizeof(block));
	if (count <= 0 || buf_status(buf) != STATUS_OK)
		close_end(fd);
}

/* Until both pipes are closed, or the time is over, or somebody interrupts. */
static void
serve(struct running *running, struct program_output *output, int64_t until_ms)
{
	struct pollfd fds[2];

	while ((running->out >= 0 || running->err >= 0) &&
	    *interrupt_flag() == 0 && clock_elapsed_ms() < until_ms &&
	    buf_status(&output->out) == STATUS_OK) {
		fds[0] = (struct pollfd){ running->out, POLLIN, 0 };
		fds[1] = (struct pollfd){ running->err, POLLIN, 0 };
		if (poll(fds, 2, LOOK_MS) <= 0)
			continue;
		if (fds[0].revents != 0)
			take(&running->out, &output->out, false);
		if (fds[1].revents != 0)
			take(&running->err, &output->err, true);
	}
}

/* Its end, for which it is killed where nobody waits for it any more. False:
 * it had to be. */
static bool
finish(struct running *running, int64_t until_ms, int *status)
{
	bool is_done = running->out < 0 && running->err < 0;
	pid_t ended = 0;

	close_end(&running->out);
	close_end(&running->err);
	while (is_done && *interrupt_flag() == 0 &&
	    (ended = waitpid(running->pid, status, WNOHANG)) == 0 &&
	    clock_elapsed_ms() < until_ms)
		poll(NULL, 0, END_MS);
	if (ended == running->pid)
		return true;
	kill(running->pid, SIGKILL);
	while (waitpid(running->pid, status, 0) < 0 && errno == EINTR)
		;
	return false;
}

enum status
program_run(const char *const *argv, int timeout_ms,
    struct program_output *output, struct diag *diag)
{
	int64_t until_ms = clock_elapsed_ms() + timeout_ms;
	struct running running = { 0, -1, -1 };
	bool has_ended;
	enum status r;
	int status = 0;

	if ((r = start(&running, argv, diag)) != STATUS_OK)
		return r;
	serve(&running, output, until_ms);
	has_ended = finish(&running, until_ms, &status);
	if (*interrupt_flag() != 0)
		return diag_set(diag, STATUS_CANCELLED, "interrupted");
	if (buf_status(&output->out) == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (buf_status(&output->out) != STATUS_OK)
		return diag_set(diag, STATUS_DATA,
		    "%s says more than %zu bytes", argv[0], output->out.max);
	if (!has_ended)
		return diag_set(diag, STATUS_AGAIN,
		    "%s has not ended within %d seconds", argv[0],
		    timeout_ms / 1000);
	output->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return STATUS_OK;
}
