/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * gpg(1) behind two pipes. See gpg.h.
 *
 * Both pipes are served at once, so that neither side waits for the other. gpg
 * finds its agent by itself; where the person sits it is told by GPG_TTY, for
 * its standard input is a pipe.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gpg.h"
#include "interrupt.h"

#define PROGRAM_NAME "gpg"

/* What the child exits with when there is no such program, as a shell does. */
#define EXIT_NO_PROGRAM 127

#define BLOCK 4096

/* How often to look whether a signal came between two waits. */
#define LOOK_MS 500

/* A gpg that runs, and our ends of its pipes; -1: closed. */
struct gpg {
	pid_t pid;
	int in, out;
};

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The terminal of this program, for the one that asks for a passphrase. */
static void
name_terminal(void)
{
	const char *terminal = NULL;
	int fd;

	for (fd = STDIN_FILENO; terminal == NULL && fd <= STDERR_FILENO; fd++)
		terminal = ttyname(fd);
	if (terminal != NULL)
		setenv("GPG_TTY", terminal, 0);
}

/* In the child: becomes gpg. */
static void
become(int in, int out)
{
	name_terminal();
	signal(SIGPIPE, SIG_DFL);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(EXIT_NO_PROGRAM - 1);
	execlp(PROGRAM_NAME, PROGRAM_NAME, "--quiet", "--decrypt",
	    (char *)NULL);
	_exit(errno == ENOENT ? EXIT_NO_PROGRAM : EXIT_NO_PROGRAM - 1);
}

static enum status
start(struct gpg *gpg, struct diag *diag)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	enum status r = STATUS_OK;

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 ||
	    fcntl(in[1], F_SETFL, O_NONBLOCK) != 0 || (gpg->pid = fork()) < 0)
		r = diag_set(diag, STATUS_ACCESS, "cannot start gpg: %s",
		    strerror(errno));
	else if (gpg->pid == 0)
		become(in[0], out[1]);
	close_end(&in[0]);
	close_end(&out[1]);
	if (r != STATUS_OK) {
		close_end(&in[1]);
		close_end(&out[0]);
	}
	gpg->in = in[1];
	gpg->out = out[0];
	return r;
}

/* Writes a part; closes the pipe at the end, or where gpg reads no more. */
static void
feed(struct gpg *gpg, const char **bytes, size_t *length)
{
	ssize_t count = write(gpg->in, *bytes, *length);

	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count > 0) {
		*bytes += count;
		*length -= (size_t)count;
	}
	if (count <= 0 || *length == 0)
		close_end(&gpg->in);
}

/* Reads a part; closes the pipe at the end, or when there is too much. */
static void
take(struct gpg *gpg, struct buf *plain)
{
	char block[BLOCK];
	ssize_t count = read(gpg->out, block, sizeof(block));

	if (count < 0 && errno == EINTR)
		return;
	if (count > 0)
		buf_add(plain, block, (size_t)count);
	explicit_bzero(block, sizeof(block));
	if (count <= 0 || buf_status(plain) != STATUS_OK)
		close_end(&gpg->out);
}

/* Until gpg has closed its output, or somebody has interrupted. */
static void
serve(struct gpg *gpg, const char *bytes, size_t length, struct buf *plain)
{
	struct pollfd fds[2];

	while (gpg->out >= 0 && *interrupt_flag() == 0) {
		fds[0] = (struct pollfd){ gpg->out, POLLIN, 0 };
		fds[1] = (struct pollfd){ gpg->in, POLLOUT, 0 };
		if (poll(fds, 2, LOOK_MS) <= 0)
			continue;
		if (fds[1].revents != 0)
			feed(gpg, &bytes, &length);
		if (fds[0].revents != 0)
			take(gpg, plain);
	}
}

/* Its end, which it is asked for where nobody waits for its words. */
static int
finish(struct gpg *gpg, bool is_done)
{
	int status = 0;

	close_end(&gpg->in);
	close_end(&gpg->out);
	if (!is_done)
		kill(gpg->pid, SIGTERM);
	while (waitpid(gpg->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static enum status
judge(int status, const struct buf *plain, const char *what, struct diag *diag)
{
	if (*interrupt_flag() != 0)
		return diag_set(diag, STATUS_CANCELLED, "interrupted");
	if (buf_status(plain) == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (buf_status(plain) != STATUS_OK)
		return diag_set(diag, STATUS_DATA,
		    "%s is no token file: it has more than %zu bytes", what,
		    plain->max);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PROGRAM)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is encrypted, and there is no gpg here to decrypt it; "
		    "install it (on Debian: apt-get install gnupg)",
		    what);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return diag_set(diag, STATUS_DATA,
		    "gpg cannot decrypt %s, for the reason that it gives; try "
		    "it as the user whose key it is: gpg --decrypt",
		    what);
	return STATUS_OK;
}

enum status
gpg_decrypt(const char *bytes, size_t length, const char *what,
    struct buf *plain, struct diag *diag)
{
	struct sigaction ignore, before;
	struct gpg gpg = { 0, -1, -1 };
	enum status r;
	int status;

	/* A gpg that ends early is judged by how, not by the pipe. */
	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &ignore, &before);
	if ((r = start(&gpg, diag)) == STATUS_OK) {
		serve(&gpg, bytes, length, plain);
		status = finish(&gpg,
		    *interrupt_flag() == 0 && buf_status(plain) == STATUS_OK);
		r = judge(status, plain, what, diag);
	}
	sigaction(SIGPIPE, &before, NULL);
	return r;
}
