/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Trials as another user. See doctor_try.h.
 *
 * BUGS: the child has the label of this process, not of the mail program: what
 * SELinux or AppArmor would deny is not seen here. See doctor_label.c.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account.h"
#include "clock.h"
#include "doctor_try.h"
#include "store.h"

/* A file system that does not answer ends the child. */
#define MAX_SECONDS 20

/* What a renewal reserves for a grant: see store_reserve(). */
#define RESERVE_SIZE 32768

bool
doctor_can_become(const struct doctor_user *user)
{
	return geteuid() == 0 || (geteuid() == user->uid && user->root == NULL);
}

static enum status
become(const struct doctor_user *user, struct diag *diag)
{
	if (geteuid() != 0)
		return STATUS_OK;
	if (setgid(user->gid) != 0 || initgroups(user->name, user->gid) != 0 ||
	    (user->root != NULL &&
		(chroot(user->root) != 0 || chdir("/") != 0)) ||
	    setuid(user->uid) != 0)
		return diag_set(diag, STATUS_ACCESS, "cannot become %s%s%s: %s",
		    user->name, user->root != NULL ? " in " : "",
		    user->root != NULL ? user->root : "", strerror(errno));
	return STATUS_OK;
}

static enum status
try_conf(const struct session *session, struct diag *diag)
{
	struct buf text;
	enum status r;

	buf_init(&text, CONF_MAX_FILE);
	r = file_read_path(session->place.conf, &text, diag);
	buf_clear(&text);
	return r;
}

/* The first directory on the way that is shut. */
static enum status
try_path(const struct session *session, struct diag *diag)
{
	char path[PLACE_MAX_PATH];
	char *slash;

	snprintf(path, sizeof(path), "%s", session->place.state);
	if (access(path, X_OK) == 0 || errno == ENOENT)
		return STATUS_OK;
	for (slash = strchr(path + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (access(path, X_OK) != 0)
			break;
		*slash = '/';
	}
	/* The next step of the sentence is the path's alone. */
	return diag_set(diag, STATUS_ACCESS, "%s", path);
}

/* A key in a token or a TPM is not for two processes at once. */
static bool
has_foreign_key(const struct session *session, const char *account,
    const char *provider)
{
	struct settings settings;
	const char *uri;
	bool is_foreign;

	(void)conf_resolve_with(session->conf, account, provider, &settings,
	    NULL);
	uri = settings.text[OPTION_CLIENT_KEY];
	is_foreign = uri != NULL && uri[0] != '/' &&
	    strncmp(uri, "file:", strlen("file:")) != 0;
	settings_clear(&settings);
	return is_foreign;
}

static enum status
try_files(const struct session *session, const struct doctor_trials *trials,
    struct diag *diag)
{
	struct renewer renewer = session->renewer;
	struct endpoint endpoint;
	struct grant_keys keys;
	enum status r;

	renewer.preload = NULL;
	if (preload_new(&renewer.preload) != STATUS_OK)
		return diag_set_nomem(diag);
	memset(&endpoint, 0, sizeof(endpoint));
	if ((r = endpoint_grant_keys(&renewer, &keys, diag)) == STATUS_OK &&
	    !has_foreign_key(session, trials->account, trials->provider))
		r = endpoint_prepare(&renewer, trials->account,
		    trials->provider, &endpoint, diag);
	endpoint_clear(&endpoint);
	preload_free(&renewer.preload);
	return r;
}

/* As the module: directories first, then the file. */
static enum status
try_record(struct store *store, struct diag *diag)
{
	struct record record;
	enum status r;

	if ((r = dir_check(store->dir, ".", diag)) != STATUS_OK ||
	    (r = dir_check(store->dir, ACCOUNT_TOKENS_DIR, diag)) != STATUS_OK)
		return r;
	record_init(&record);
	r = store_read(store, &record, diag);
	record_clear(&record);
	return r;
}

/* Its bytes: who has the key sees to the rest. */
static enum status
try_grant(struct store *store, struct diag *diag)
{
	struct buf text;
	enum status r;

	buf_init_secret(&text, GRANT_MAX_FILE);
	r = file_read_owned(store->dir, store->files.grant, FILE_NOBODY, &text,
	    diag);
	buf_clear(&text);
	return r;
}

/*
 * A name that no account has: what a renewal that was killed has left behind
 * under the account's own must stay.
 */
static enum status
try_writing(const struct store *store, const char *directory, struct diag *diag)
{
	char name[FILE_MAX_NAME];
	struct draft draft;
	enum status r;

	snprintf(name, sizeof(name), "%s/.doctor", directory);
	if ((r = draft_open(&draft, store->dir, name, S_IRUSR | S_IWUSR,
		 RESERVE_SIZE, diag)) == STATUS_OK)
		draft_abandon(&draft);
	return r;
}

/* Somebody else who has it now shows that it can be had. */
static enum status
try_lock(struct store *store, struct diag *diag)
{
	enum status r;

	if (!file_exists(store->dir, store->files.lock))
		return STATUS_NOACCOUNT;
	errno = 0;
	r = store_lock(store, 0, diag);
	if (r == STATUS_AGAIN && errno == EWOULDBLOCK)
		return STATUS_OK;
	file_unlock(&store->lock);
	return r;
}

static enum status
try_token_file(const char *path, struct diag *diag)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return diag_set(diag,
		    errno == ENOENT ? STATUS_NOACCOUNT : STATUS_ACCESS, "%s",
		    strerror(errno));
	close(fd);
	return STATUS_OK;
}

static enum status
try_beside(const char *path, struct diag *diag)
{
	const char *slash = strrchr(path, '/');
	char directory[PLACE_MAX_PATH];

	snprintf(directory, sizeof(directory), "%.*s",
	    slash != NULL && slash != path ? (int)(slash - path) : 1, path);
	if (access(directory, W_OK | X_OK) != 0)
		return diag_set(diag, STATUS_ACCESS, "%s", strerror(errno));
	return STATUS_OK;
}

static enum status
try_beneath(const struct session *session, const char *account,
    enum doctor_trial trial, struct diag *diag)
{
	struct store store;
	enum status r;

	if (session->state.fd < 0)
		return STATUS_NOACCOUNT;
	r = store_open_account(&store, &session->state, account, NULL, diag);
	if (r != STATUS_OK)
		return r;
	switch (trial) {
	case TRY_RECORD:
		r = try_record(&store, diag);
		break;
	case TRY_GRANT:
		r = try_grant(&store, diag);
		break;
	case TRY_TOKENS:
		r = try_writing(&store, ACCOUNT_TOKENS_DIR, diag);
		break;
	case TRY_GRANTS:
		r = try_writing(&store, ACCOUNT_GRANTS_DIR, diag);
		break;
	default:
		r = try_lock(&store, diag);
		break;
	}
	store_close(&store);
	return r;
}

static void
try_all(const struct session *session, struct doctor_trials *trials)
{
	struct doctor_tried *tried;
	enum doctor_trial i;

	for (i = 0; i < TRIAL_COUNT; i++) {
		tried = &trials->of[i];
		if ((trials->wanted & TRY(i)) == 0)
			continue;
		if (i == TRY_CONF)
			tried->status = try_conf(session, &tried->diag);
		else if (i == TRY_PATH)
			tried->status = try_path(session, &tried->diag);
		else if (i == TRY_FILES)
			tried->status =
			    try_files(session, trials, &tried->diag);
		else if (i == TRY_TOKEN_FILE)
			tried->status =
			    try_token_file(trials->account, &tried->diag);
		else if (i == TRY_BESIDE)
			tried->status =
			    try_beside(trials->account, &tried->diag);
		else
			tried->status = try_beneath(session, trials->account, i,
			    &tried->diag);
	}
}

/* What the child tells: whether it could begin, and what came of it. */
struct report {
	struct doctor_tried start;
	struct doctor_tried of[TRIAL_COUNT];
};

static void
run_child(const struct session *session, const struct doctor_user *user,
    struct doctor_trials *trials, int out)
{
	struct report report;

	signal(SIGALRM, SIG_DFL);
	alarm(MAX_SECONDS);
	memset(&report, 0, sizeof(report));
	report.start.status = become(user, &report.start.diag);
	if (report.start.status == STATUS_OK)
		try_all(session, trials);
	memcpy(report.of, trials->of, sizeof(report.of));
	/* It fits into the pipe. */
	_exit(write(out, &report, sizeof(report)) == (ssize_t)sizeof(report) ?
		0 :
		1);
}

/* False: the child has not told everything in its time: whoever it has become
 * may stop it, its alarm too. */
static bool
read_report(int in, struct report *report)
{
	int64_t until_ms = clock_elapsed_ms() + MAX_SECONDS * 1000 + 1000;
	struct pollfd pollfd = { .fd = in, .events = POLLIN };
	char *to = (char *)report;
	size_t done = 0;
	int64_t left_ms;
	ssize_t count;
	int ready;

	while (done < sizeof(*report)) {
		left_ms = until_ms - clock_elapsed_ms();
		ready = poll(&pollfd, 1, left_ms > 0 ? (int)left_ms : 0);
		if (ready == 0)
			return false;
		count = -1;
		if (ready > 0)
			count = read(in, to + done, sizeof(*report) - done);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		done += (size_t)count;
	}
	return true;
}

enum status
doctor_try(const struct session *session, const struct doctor_user *user,
    struct doctor_trials *trials, struct diag *diag)
{
	struct report report;
	int ends[2];
	bool is_told;
	pid_t child;

	memset(trials->of, 0, sizeof(trials->of));
	if (!doctor_can_become(user))
		return diag_set(diag, STATUS_ACCESS,
		    "only root can try what %s can do", user->name);
	if (pipe(ends) != 0)
		return diag_set(diag, STATUS_ACCESS, "no pipe: %s",
		    strerror(errno));
	if ((child = fork()) == 0) {
		close(ends[0]);
		run_child(session, user, trials, ends[1]);
	}
	close(ends[1]);
	is_told = child > 0 && read_report(ends[0], &report);
	close(ends[0]);
	if (child > 0)
		kill(child, SIGKILL);
	while (child > 0 && waitpid(child, NULL, is_told ? 0 : WNOHANG) < 0 &&
	    errno == EINTR)
		;
	if (!is_told)
		return diag_set(diag, STATUS_ACCESS,
		    "a trial as %s did not come to its end", user->name);
	memcpy(trials->of, report.of, sizeof(trials->of));
	return diag_set(diag, report.start.status, "%s",
	    report.start.diag.text);
}
