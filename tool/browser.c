/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Finding and starting a browser. See browser.h.
 *
 * BUGS
 *
 * $BROWSER is understood as far as desktops agree on it: a list with colons,
 * words with spaces, %s for the address; no quotes. A browser that needs the
 * terminal cannot be used.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "browser.h"
#include "buf.h"

#define MAX_WORDS 16
#define MAX_COMMAND 4096
#define MAX_PATH 4096

/* Where programs are if PATH is not set. */
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

/* A program and its arguments; the words lie in text. */
struct command_line {
	char text[MAX_COMMAND];
	char *words[MAX_WORDS + 1];
	size_t count;
	bool has_place; /* one of the words is %s */
};

static bool
is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && value[0] != '\0';
}

static bool
is_program(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(file, X_OK) == 0;
}

/* Is there a program of that name? */
static bool
can_run(const char *program)
{
	const char *path = getenv("PATH");
	char file[MAX_PATH];
	size_t length;

	if (strchr(program, '/') != NULL)
		return is_program(program);
	for (path = path != NULL ? path : DEFAULT_PATH; *path != '\0';
	     path += length + (path[length] == ':')) {
		length = strcspn(path, ":");
		if (length + strlen(program) + 2 > sizeof(file) || length == 0)
			continue;
		memcpy(file, path, length);
		file[length] = '/';
		strcpy(file + length + 1, program);
		if (is_program(file))
			return true;
	}
	return false;
}

/* Splits a command at spaces. False if it has too many words, or none. */
static bool
split(const char *command, size_t length, struct command_line *line)
{
	char *word, *rest = line->text;

	line->count = 0;
	line->has_place = false;
	if (length >= sizeof(line->text))
		return false;
	memcpy(line->text, command, length);
	line->text[length] = '\0';
	while ((word = strsep(&rest, " \t")) != NULL) {
		if (*word == '\0')
			continue;
		/* The last place is for the address. */
		if (line->count == MAX_WORDS - 1)
			return false;
		line->has_place |= strcmp(word, "%s") == 0;
		line->words[line->count++] = word;
	}
	line->words[line->count] = NULL;
	return line->count > 0;
}

/* The first of a list with colons that can be run. */
static bool
find_in_list(const char *list, struct command_line *line)
{
	size_t length;

	for (;; list += length + 1) {
		length = strcspn(list, ":");
		if (split(list, length, line) && can_run(line->words[0]))
			return true;
		if (list[length] == '\0')
			return false;
	}
}

static bool
find_browser(struct command_line *line)
{
	bool is_remote = is_set("SSH_CONNECTION") || is_set("SSH_TTY");
	const char *list = getenv("BROWSER");

	if (list != NULL && list[0] != '\0')
		return find_in_list(list, line);
	/* A browser as root is unsafe, and not the one where they sign in. */
	if (geteuid() == 0)
		return false;
	/* ssh -X has a display too, and its browser is on this machine. */
	if (is_set("WAYLAND_DISPLAY") || is_set("DISPLAY"))
		return find_in_list("xdg-open:x-www-browser", line);
	if (is_remote)
		return false;
	if (is_set("WSL_DISTRO_NAME"))
		return find_in_list("wslview", line);
#ifdef __APPLE__
	return find_in_list("open", line);
#else
	return false;
#endif
}

bool
browser_exists(void)
{
	struct command_line line;

	return find_browser(&line);
}

static void
put_address(struct command_line *line, char *url)
{
	size_t i;

	if (!line->has_place) {
		line->words[line->count++] = url;
		line->words[line->count] = NULL;
		return;
	}
	for (i = 0; i < line->count; i++)
		if (strcmp(line->words[i], "%s") == 0)
			line->words[i] = url;
}

/* In the child of the child: becomes the browser, or tells errno. */
static void
become(const struct command_line *line, int report)
{
	int null = open("/dev/null", O_RDWR), failed;

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		if (null > STDERR_FILENO)
			close(null);
	}
	execvp(line->words[0], line->words);
	failed = errno;
	if (write(report, &failed, sizeof(failed)) < 0)
		_exit(2);
	_exit(1);
}

/* The child: whose child is nobody's to wait for. */
static void
detach(const struct command_line *line, int report)
{
	pid_t pid;
	int failed;

	setsid();
	pid = fork();
	if (pid == 0)
		become(line, report);
	failed = errno;
	if (pid < 0 && write(report, &failed, sizeof(failed)) < 0)
		_exit(2);
	_exit(0);
}

static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Starts it; 0, or errno. */
static int
start(const struct command_line *line)
{
	int report[2], failed = 0;
	ssize_t count;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) != 0)
		return errno;
	pid = fork();
	if (pid == 0)
		detach(line, report[1]);
	if (pid < 0)
		failed = errno;
	close(report[1]);
	if (pid > 0) {
		/* The end comes when exec has closed the last writing end. */
		do
			count = read(report[0], &failed, sizeof(failed));
		while (count < 0 && errno == EINTR);
		if (count != sizeof(failed))
			failed = 0;
		reap(pid);
	}
	close(report[0]);
	return failed;
}

enum status
browser_open(const char *url, struct diag *diag)
{
	struct command_line line;
	char *copy;
	int failed;

	if (!find_browser(&line))
		return diag_set(diag, STATUS_CONFIG,
		    "there is no browser here; open the address with another "
		    "one");
	if ((copy = string_copy(url)) == NULL)
		return diag_set_nomem(diag);
	put_address(&line, copy);
	failed = start(&line);
	secret_free(&copy);
	if (failed == 0)
		return STATUS_OK;
	return diag_set(diag,
	    failed == EAGAIN || failed == ENOMEM ? STATUS_AGAIN : STATUS_CONFIG,
	    "cannot start %.60s (%s); open the address with another browser",
	    line.words[0], strerror(failed));
}
