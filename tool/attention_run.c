/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Runs the command of on_attention. See attention.h.
 *
 * BUGS: what the command leaves running in the background when it ends in time
 * is left alone.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attention.h"
#include "clock.h"
#include "interrupt.h"

#define SHELL "/bin/sh"

/* How often it is looked whether it has ended. */
#define LOOK_MS 20

/* Between being asked to end and being ended. */
#define GRACE_MS 1000

/* Where the system cannot close all descriptors at once. */
#define MAX_DESCRIPTOR 1024

static void
close_all(void)
{
	int fd;

#ifdef SYS_close_range
	if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0)
		return;
#endif
	for (fd = STDERR_FILENO + 1; fd < MAX_DESCRIPTOR; fd++)
		close(fd);
}

/* In the child. */
static void
become(const char *command, char *const *environment)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGPIPE, SIGTSTP, SIGCHLD };
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;
	size_t i;

	setpgid(0, 0);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(126);
	close_all();
	execle(SHELL, "sh", "-c", command, (char *)NULL, environment);
	_exit(127);
}

/*
 * Waits until a time for its end, which is left to be reaped; false: it has not
 * come by then.
 */
static bool
wait_until(pid_t pid, int64_t until_ms, bool obeys)
{
	const struct timespec pause = { 0, LOOK_MS * 1000000L };
	siginfo_t info;

	for (;;) {
		memset(&info, 0, sizeof(info));
		if (waitid(P_PID, (id_t)pid, &info,
			WEXITED | WNOHANG | WNOWAIT) != 0 &&
		    errno != EINTR)
			return true;
		if (info.si_pid == pid)
			return true;
		if (clock_elapsed_ms() >= until_ms ||
		    (obeys && *interrupt_flag() != 0))
			return false;
		nanosleep(&pause, NULL);
	}
}

/*
 * With all that it has started, as far as that has stayed in its group; which
 * is its own as long as it is not reaped.
 */
static void
end_group(pid_t pid)
{
	kill(-pid, SIGTERM);
	(void)wait_until(pid, clock_elapsed_ms() + GRACE_MS, false);
	kill(-pid, SIGKILL);
}

static int
reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static enum status
judge(int status, struct diag *diag)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return STATUS_OK;
	if (WIFEXITED(status))
		return diag_set(diag, STATUS_AGAIN, "it exited with %d",
		    WEXITSTATUS(status));
	return diag_set(diag, STATUS_AGAIN, "signal %d ended it",
	    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

enum status
attention_run(const char *command, char *const *environment, int deadline_ms,
    struct diag *diag)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, before;
	int64_t until_ms = clock_elapsed_ms() + deadline_ms;
	enum status r;
	pid_t pid;

	/* Who ignores its children is not told how they end. */
	sigaction(SIGCHLD, &usual, &before);
	pid = fork();
	if (pid == 0)
		become(command, environment);
	if (pid < 0) {
		r = diag_set(diag, STATUS_AGAIN, "it cannot be started: %s",
		    strerror(errno));
	} else if (setpgid(pid, pid), wait_until(pid, until_ms, true)) {
		r = judge(reap(pid), diag);
	} else {
		end_group(pid);
		(void)reap(pid);
		r = *interrupt_flag() != 0 ?
		    diag_set(diag, STATUS_AGAIN, "it was interrupted") :
		    diag_set(diag, STATUS_AGAIN, "it was ended after %d s",
			deadline_ms / 1000);
	}
	sigaction(SIGCHLD, &before, NULL);
	return r;
}
