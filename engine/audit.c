/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lines for the system's log. See audit.h.
 *
 * BUGS: inside a chroot(2) the path is looked for there, so a log daemon that
 * made its socket anew is found again only if it has one in there, too. A
 * socket of streams, as some daemons once had it, is not spoken to.
 */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "audit.h"
#include "file.h"

#define IDENTITY "sasl-bearer"

#define SYSLOG_SOCKET "/dev/log"
#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* RFC 3164, 4.1.1. <syslog.h> has them too, but invites to use the rest. */
#define FACILITY_AUTHPRIV 10
#define SEVERITY_WARNING 4
#define SEVERITY_NOTICE 5
#define SEVERITY_INFO 6

/* Of an account's name or a path; a sentence has a limit of its own. */
#define MAX_SHOWN 320

/* In quotes each byte may become two. */
#define MAX_QUOTED (2 * DIAG_MAX_TEXT + 3)

/* As long as a program's name may be in the kernel, and four times that. */
#define MAX_PROCESS 64

/* All of it: name, sentence, and what stands around them. */
#define MAX_LINE 2048

struct audit {
	pthread_mutex_t lock;
	enum audit_form form;
	struct sockaddr_un address;
	int fd; /* -1 while not connected */
	dev_t device;
	ino_t inode;
};

/* One event, in pieces that are clean. */
struct event {
	const char *kind;
	char account[MAX_SHOWN + 1];
	const char *outcome;
	const char *status; /* "ok" too */
	int severity;
	char line[MAX_LINE];
};

static const char *const kinds[AUDIT_KIND_COUNT] = {
	[AUDIT_LOGIN] = "login",
	[AUDIT_RENEWAL] = "renewal",
	[AUDIT_REFUSAL] = "refusal",
	[AUDIT_LOGOUT] = "logout",
	[AUDIT_IMPORT] = "import",
	[AUDIT_SEAL] = "seal",
};

enum status
audit_new_at(struct audit **result, enum audit_form form, const char *path,
    struct diag *diag)
{
	struct audit *audit;

	if (strlen(path) >= sizeof(audit->address.sun_path))
		return diag_set(diag, STATUS_DATA,
		    "the path of the socket %s is too long", path);
	if ((audit = calloc(1, sizeof(*audit))) == NULL)
		return diag_set_nomem(diag);
	if (pthread_mutex_init(&audit->lock, NULL) != 0) {
		free(audit);
		return diag_set_nomem(diag);
	}
	audit->form = form;
	audit->address.sun_family = AF_UNIX;
	strcpy(audit->address.sun_path, path);
	audit->fd = -1;
	*result = audit;
	return STATUS_OK;
}

enum status
audit_new(struct audit **audit, const struct conf *conf, struct diag *diag)
{
	struct settings settings;
	const char *where;
	enum status r;

	*audit = NULL;
	if (conf == NULL)
		return audit_new_at(audit, AUDIT_FORM_SYSLOG, SYSLOG_SOCKET,
		    diag);
	(void)conf_resolve(conf, NULL, &settings, NULL);
	where = settings.text[OPTION_AUDIT];
	if (where == NULL || strcmp(where, AUDIT_SYSLOG) == 0)
		r = audit_new_at(audit, AUDIT_FORM_SYSLOG, SYSLOG_SOCKET, diag);
	else if (strcmp(where, AUDIT_JOURNAL) == 0)
		r = audit_new_at(audit, AUDIT_FORM_JOURNAL, JOURNAL_SOCKET,
		    diag);
	else if (strcmp(where, AUDIT_NONE) == 0)
		r = STATUS_OK;
	else
		r = audit_new_at(audit, AUDIT_FORM_SYSLOG, where, diag);
	settings_clear(&settings);
	return r;
}

/*
 * Programs close what they do not know, and use its number again: a line must
 * not get into what is theirs.
 */
static bool
is_own(const struct audit *audit)
{
	struct stat st;

	return audit->fd >= 0 && fstat(audit->fd, &st) == 0 &&
	    S_ISSOCK(st.st_mode) && st.st_dev == audit->device &&
	    st.st_ino == audit->inode;
}

static void
disconnect(struct audit *audit)
{
	if (is_own(audit))
		close(audit->fd);
	audit->fd = -1;
}

/* By the path; a socket of datagrams that does not block connects at once. */
static bool
connect_anew(struct audit *audit)
{
	struct stat st;
	int fd;

	disconnect(audit);
	fd = file_high_fd(
	    socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
	if (fd < 0)
		return false;
	if (connect(fd, (const struct sockaddr *)&audit->address,
		sizeof(audit->address)) != 0 ||
	    fstat(fd, &st) != 0) {
		close(fd);
		return false;
	}
	audit->fd = fd;
	audit->device = st.st_dev;
	audit->inode = st.st_ino;
	return true;
}

void
audit_lock(struct audit *audit)
{
	if (audit != NULL)
		pthread_mutex_lock(&audit->lock);
}

void
audit_unlock(struct audit *audit)
{
	if (audit != NULL)
		pthread_mutex_unlock(&audit->lock);
}

void
audit_connect(struct audit *audit)
{
	if (audit == NULL)
		return;
	audit_lock(audit);
	if (!is_own(audit))
		(void)connect_anew(audit);
	audit_unlock(audit);
}

void
audit_free(struct audit **audit)
{
	if (*audit == NULL)
		return;
	disconnect(*audit);
	pthread_mutex_destroy(&(*audit)->lock);
	free(*audit);
	*audit = NULL;
}

static bool
send_text(const struct audit *audit, const char *text, size_t length)
{
	ssize_t count;

	do {
		count =
		    send(audit->fd, text, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (count < 0 && errno == EINTR);
	return count == (ssize_t)length;
}

/* A full queue is no reason to connect anew; anything else may be. */
static bool
deliver(struct audit *audit, const char *text, size_t length)
{
	bool done = false, is_full = false;

	audit_lock(audit);
	if (is_own(audit)) {
		done = send_text(audit, text, length);
		is_full = !done && (errno == EAGAIN || errno == ENOBUFS);
	}
	if (!done && !is_full)
		done = connect_anew(audit) && send_text(audit, text, length);
	audit_unlock(audit);
	return done;
}

/* Can it stand without quotes, and be nothing else than one value? */
static bool
is_plain(const char *text)
{
	size_t length = strlen(text);

	return length > 0 &&
	    strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789@._+-/%") == length;
}

/* A clean text as a value, cut where the space ends. */
static void
quote(const char *text, char *quoted, size_t space)
{
	char *end = quoted + space - 3; /* two bytes, the quote, and the NUL */
	char *p = quoted;

	if (is_plain(text)) {
		snprintf(quoted, space, "%s", text);
		return;
	}
	*p++ = '"';
	for (; *text != '\0' && p < end; text++) {
		if (*text == '"' || *text == '\\')
			*p++ = '\\';
		*p++ = *text;
	}
	*p++ = '"';
	*p = '\0';
}

/* The program that we are in. Whoever starts one can name it as he likes. */
static void
name_process(char *name, size_t space)
{
#ifdef __linux__
	const char *own = program_invocation_short_name;
#elif defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__)
	const char *own = getprogname();
#else
	const char *own = "?";
#endif
	char *p;

	snprintf(name, space, "%s", own);
	for (p = name; *p != '\0'; p++)
		if (strspn(p,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
			"VWXYZ0123456789._+-") == 0)
			*p = '?';
}

static int
choose_severity(enum status status)
{
	if (status == STATUS_OK)
		return SEVERITY_INFO;
	return status == STATUS_AGAIN || status == STATUS_CANCELLED ?
	    SEVERITY_NOTICE :
	    SEVERITY_WARNING;
}

/* The sentence comes last: if anything is cut, it is that. */
static void
describe(struct event *event, enum audit_kind kind, const char *account,
    enum status status, const struct diag *diag)
{
	char name[MAX_QUOTED], why[MAX_QUOTED] = "", process[MAX_PROCESS];
	bool has_text = diag != NULL && diag->text[0] != '\0';

	event->kind = kinds[kind];
	snprintf(event->account, sizeof(event->account), "%s", account);
	diag_clean(event->account);
	event->outcome = status == STATUS_OK ? "ok" : "failed";
	event->status = status_name(status);
	event->severity = choose_severity(status);
	quote(event->account, name, sizeof(name));
	if (has_text)
		quote(diag->text, why, sizeof(why));
	name_process(process, sizeof(process));
	snprintf(event->line, sizeof(event->line),
	    "event=%s account=%s outcome=%s uid=%ld process=%s[%ld]%s%s%s%s",
	    event->kind, name, event->outcome, (long)geteuid(), process,
	    (long)getpid(), status != STATUS_OK ? " status=" : "",
	    status != STATUS_OK ? event->status : "", has_text ? " why=" : "",
	    why);
}

/*
 * Without the local time of RFC 3164, which every daemon adds where it is
 * missing: the C library would take a lock to tell it, and the child of a
 * program with threads could wait for that for ever.
 */
static void
format_syslog(const struct event *event, char *text, size_t space)
{
	snprintf(text, space, "<%d>" IDENTITY "[%ld]: %s",
	    FACILITY_AUTHPRIV * 8 + event->severity, (long)getpid(),
	    event->line);
}

/* systemd's "Native Journal Protocol": no value has a newline in it. */
static void
format_journal(const struct event *event, char *text, size_t space)
{
	snprintf(text, space,
	    "MESSAGE=%s\nPRIORITY=%d\nSYSLOG_FACILITY=%d\n"
	    "SYSLOG_IDENTIFIER=" IDENTITY "\nSASL_BEARER_EVENT=%s\n"
	    "SASL_BEARER_ACCOUNT=%s\nSASL_BEARER_OUTCOME=%s\n"
	    "SASL_BEARER_STATUS=%s\n",
	    event->line, event->severity, FACILITY_AUTHPRIV, event->kind,
	    event->account, event->outcome, event->status);
}

void
audit_event(struct audit *audit, const struct log *log, enum audit_kind kind,
    const char *account, enum status status, const struct diag *diag)
{
	char text[MAX_LINE + MAX_SHOWN + 256];
	struct event event;

	if (audit == NULL)
		return;
	describe(&event, kind, account, status, diag);
	if (audit->form == AUDIT_FORM_JOURNAL)
		format_journal(&event, text, sizeof(text));
	else
		format_syslog(&event, text, sizeof(text));
	if (!deliver(audit, text, strlen(text)))
		log_line(log, LOG_LEVEL_NOTICE, "audit: %s", event.line);
}
