/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A look at the engine object. See engine.h.
 */

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine.h"
#include "engine_abi.h"
#include "report.h"

/* Where the module looks for it. */
static const char *
engine_path(void)
{
	const char *path = secure_getenv("SASL_BEARER_ENGINE");

	return path != NULL ? path : PKGLIBDIR "/" ENGINE_OBJECT;
}

static void
report(const char *path, long abi, const char *text)
{
	struct buf line;

	report_begin(&line, "engine");
	probeline_add_text(&line, path);
	probeline_add_number(&line, abi);
	probeline_add_text(&line, text);
	report_end(&line);
}

static void
look(const char *path)
{
	engine_function *function = NULL;
	void *object;

	if ((object = dlopen(path, RTLD_NOW | RTLD_LOCAL)) == NULL ||
	    (*(void **)&function = dlsym(object, ENGINE_SYMBOL)) == NULL)
		report(path, 0, dlerror());
	else
		report(path, (long)function()->abi, NULL);
}

void
engine_report(void)
{
	const char *path = engine_path();
	int status = 0;
	pid_t pid;

	if ((pid = fork()) == 0) {
		look(path);
		_exit(EXIT_SUCCESS);
	}
	if (pid < 0) {
		report(path, 0, strerror(errno));
		return;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		report(path, 0, strsignal(WTERMSIG(status)));
}
