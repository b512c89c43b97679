// SPDX-FileCopyrightText: the sasl-bearer authors
// SPDX-License-Identifier: BSD-2-Clause
/*
 * A program that logs in through libsasl2, and has habits that a module must
 * live with: it closes descriptors that it does not know, forks when it likes,
 * is interrupted all the time, unloads its libraries.
 *
 *	oddhost STEP...
 *
 * The steps are done in turn; "child:STEP" and "parent:STEP" only by one of
 * the two that "fork" makes. What came of each is a line in the file that
 * REPORT names: its name and the result. A log line of the module is a line
 * that begins with "log".
 */
#include <sasl/sasl.h>
#include <sasl/saslutil.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*callback)(void);

#define REPORT_FD 40 /* or the next one that is free */
#define MAX_FDS 2048
#define MAX_SIGNAL 64

static int report_fd;
static void *libsasl;
static pid_t child = -1; /* 0: this is the child */
static int fillers[MAX_FDS];
static int filler_count;
static atomic_bool is_busy;
static pthread_t busy_thread;
static _Thread_local const char *user;

static void
tell(const char *format, ...)
{
	char line[16384];
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(line, sizeof line - 1, format, list);
	va_end(list);
	if (length < 0 || length > (int)sizeof line - 2)
		length = (int)sizeof line - 2;
	line[length++] = '\n';
	if (write(report_fd, line, (size_t)length) != length)
		_exit(99);
}

/* SASL */

#define FROM_SASL(name) ((__typeof__(&(name)))dlsym(libsasl, #name))

static int
get_simple(void *context, int id, const char **result, unsigned *len)
{
	(void)context;
	(void)id;
	*result = user;
	if (len != NULL)
		*len = (unsigned)strlen(user);
	return SASL_OK;
}

static int
take_log(void *context, int level, const char *message)
{
	(void)context;
	if (level <= SASL_LOG_WARN)
		tell("log %d: %s", level, message);
	return SASL_OK;
}

static sasl_callback_t callbacks[] = {
	{ SASL_CB_AUTHNAME, (callback)get_simple, NULL },
	{ SASL_CB_LOG, (callback)take_log, NULL },
	{ SASL_CB_LIST_END, NULL, NULL },
};

static void
load(char *argument)
{
	(void)argument;
	libsasl = dlopen("libsasl2.so.2", RTLD_NOW | RTLD_LOCAL);
	tell("load %s", libsasl != NULL ? "0" : dlerror());
}

static void
unload(char *argument)
{
	(void)argument;
	tell("unload %d", dlclose(libsasl));
	libsasl = dlopen("libsasl2.so.2", RTLD_NOW | RTLD_NOLOAD);
	tell("resident %s", libsasl != NULL ? "yes" : "no");
}

static void
init(char *argument)
{
	(void)argument;
	tell("init %d", FROM_SASL(sasl_client_init)(callbacks));
}

static void
done(char *argument)
{
	(void)argument;
	FROM_SASL(sasl_client_done)();
	tell("done 0");
}

static int
start(sasl_conn_t *conn, char coded[8192])
{
	const char *message = NULL, *chosen = NULL;
	unsigned length = 0, used;
	int r;

	r = FROM_SASL(sasl_client_start)(conn, "XOAUTH2", NULL, &message,
	    &length, &chosen);
	if (r == SASL_CONTINUE && message == NULL)
		r = FROM_SASL(
		    sasl_client_step)(conn, "", 0, NULL, &message, &length);
	if (r >= SASL_OK)
		FROM_SASL(sasl_encode64)(message, length, coded, 8192, &used);
	return r;
}

static void
login(char *argument)
{
	sasl_conn_t *conn = NULL;
	char coded[8192] = "-";
	int r;

	user = argument;
	r = FROM_SASL(sasl_client_new)("smtp", "mail.contoso.com", NULL, NULL,
	    NULL, 0, &conn);
	if (r == SASL_OK)
		r = start(conn, coded);
	FROM_SASL(sasl_dispose)(&conn);
	tell("login %d %s", r, coded);
}

/*
 * "expire:USER": the record is the one that a test has left as "over", and
 * what the provider was asked for is long ago
 */
static void
expire(char *argument)
{
	const char *state = getenv("SASL_BEARER_STATE");
	char from[512], to[512], bytes[4096];
	ssize_t length = -1;
	int fd;

	snprintf(from, sizeof from, "%s/over", state);
	snprintf(to, sizeof to, "%s/new.%d", state, (int)getpid());
	if ((fd = open(from, O_RDONLY)) >= 0) {
		length = read(fd, bytes, sizeof bytes);
		close(fd);
	}
	if (length < 0 || (fd = open(to, O_WRONLY | O_CREAT, 0600)) < 0 ||
	    write(fd, bytes, (size_t)length) != length) {
		tell("expire failed");
		return;
	}
	close(fd);
	snprintf(from, sizeof from, "%s/tokens/%s", state, argument);
	rename(to, from);
	snprintf(to, sizeof to, "%s/grants/%s.lock", state, argument);
	if (truncate(to, 0) != 0 && errno != ENOENT)
		tell("expire failed");
}

/* "cycle:TIMES:USER": init and done, each tenth time with a renewal */
static void
cycle(char *argument)
{
	char *name = strchr(argument, ':');
	int i;

	*name++ = '\0';
	for (i = 0; i < atoi(argument); i++) {
		init(NULL);
		if (i % 10 == 0) {
			expire(name);
			login(name);
		}
		done(NULL);
	}
}

static void *
log_in(void *argument)
{
	login(argument);
	return NULL;
}

/* "thread:KB:USER": a login in a thread whose stack has as much */
static void
in_thread(char *argument)
{
	char *name = strchr(argument, ':');
	pthread_attr_t attributes;
	pthread_t thread;

	*name++ = '\0';
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, (size_t)atoi(argument) * 1024);
	if (pthread_create(&thread, &attributes, log_in, name) != 0)
		tell("thread failed");
	else
		pthread_join(thread, NULL);
}

static void *
stay_busy(void *argument)
{
	while (is_busy) {
		expire(argument);
		login(argument);
	}
	return NULL;
}

/* "busy:USER": logs in from another thread until "rest" */
static void
busy(char *argument)
{
	is_busy = true;
	pthread_create(&busy_thread, NULL, stay_busy, argument);
}

static void
rest(char *argument)
{
	(void)argument;
	is_busy = false;
	pthread_join(busy_thread, NULL);
}

/* "forks:TIMES:USER": as many children, one after the other, each logs in */
static void
forks(char *argument)
{
	char *name = strchr(argument, ':');
	int i, status;
	pid_t pid;

	*name++ = '\0';
	for (i = 0; i < atoi(argument); i++) {
		if ((pid = fork()) == 0) {
			alarm(10);
			login(name);
			done(NULL);
			_exit(0);
		}
		waitpid(pid, &status, 0);
		tell("forked %d", status);
	}
}

/* Descriptors */

static void
fds(char *argument)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	char target[512];
	ssize_t length;
	int fd;

	(void)argument;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		fd = atoi(entry->d_name);
		length = readlinkat(dirfd(dir), entry->d_name, target,
		    sizeof target - 1);
		if (length < 0 || fd == dirfd(dir) || fd == report_fd)
			continue;
		target[length] = '\0';
		tell("fd %d %d %s", fd, fcntl(fd, F_GETFD), target);
	}
	if (dir != NULL)
		closedir(dir);
}

/* "closefrom:FIRST": all but the report */
static void
close_from(char *argument)
{
	int fd;

	for (fd = atoi(argument); fd < MAX_FDS; fd++)
		if (fd != report_fd)
			close(fd);
	filler_count = 0;
}

/* "close:FD" */
static void
close_one(char *argument)
{
	tell("close %d", close(atoi(argument)));
}

/* "reuse:TIMES:PATH": opens it as often */
static void
reuse(char *argument)
{
	char *path = strchr(argument, ':');
	int i;

	*path++ = '\0';
	for (i = 0; i < atoi(argument); i++)
		if (open(path, O_RDWR) < 0)
			open(path, O_RDONLY);
}

/* "limit:DESCRIPTORS" */
static void
limit(char *argument)
{
	struct rlimit set;

	getrlimit(RLIMIT_NOFILE, &set);
	set.rlim_cur = (rlim_t)atoi(argument);
	tell("limit %d", setrlimit(RLIMIT_NOFILE, &set));
}

/* "room:COUNT": no more than so many descriptors are left */
static void
room(char *argument)
{
	int fd, i, left = atoi(argument);

	while ((fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		fillers[filler_count++] = fd;
	for (i = 0; i < left && filler_count > 0; i++)
		close(fillers[--filler_count]);
}

/* "space:": what room took is free again */
static void
space(char *argument)
{
	(void)argument;
	while (filler_count > 0)
		close(fillers[--filler_count]);
}

/* "crowd:COUNT": the next descriptor is as high */
static void
crowd(char *argument)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			fillers[filler_count++] = fd;
	} while (fd >= 0 && fd < atoi(argument) - 1);
	tell("crowd %d", fd);
}

/* Whatever else a process has */

static void
maps(char *argument)
{
	FILE *file = fopen("/proc/self/maps", "r");
	char line[1024], *slash;

	(void)argument;
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (strstr(line, " r-xp ") != NULL &&
		    (slash = strrchr(line, '/')) != NULL)
			tell("map %.*s", (int)strcspn(slash + 1, "\n"),
			    slash + 1);
	if (file != NULL)
		fclose(file);
}

static void
count(char *argument)
{
	static const char *const places[] = { "fd", "task" };
	struct rusage usage;
	char path[64];
	size_t i;

	(void)argument;
	for (i = 0; i < 2; i++) {
		int entries = -2;
		DIR *dir;

		snprintf(path, sizeof path, "/proc/self/%s", places[i]);
		if ((dir = opendir(path)) == NULL)
			continue;
		while (readdir(dir) != NULL)
			entries++;
		closedir(dir);
		tell("count %s %d", places[i], entries);
	}
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		tell("count peak %ld", usage.ru_maxrss);
}

static void
snapshot(char *argument)
{
	extern char **environ;
	struct itimerval timer;
	struct sigaction action;
	struct rlimit set;
	char directory[1024];
	sigset_t mask;
	mode_t bits = umask(0);
	char **entry;
	int i;

	(void)argument;
	umask(bits);
	tell("snap umask %o", bits);
	tell("snap cwd %s", getcwd(directory, sizeof directory));
	tell("snap locale %s", setlocale(LC_ALL, NULL));
	for (entry = environ; *entry != NULL; entry++)
		tell("snap environ %s", *entry);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	for (i = 1; i <= MAX_SIGNAL; i++)
		if (sigaction(i, NULL, &action) == 0)
			tell("snap signal %d %p %x %d", i,
			    *(void **)&action.sa_handler, action.sa_flags,
			    sigismember(&mask, i));
	for (i = ITIMER_REAL; i <= ITIMER_PROF; i++) {
		getitimer((__itimer_which_t)i, &timer);
		tell("snap timer %d %ld %d", i, (long)timer.it_interval.tv_sec,
		    timer.it_value.tv_sec != 0);
	}
	for (i = 0; i < (int)RLIM_NLIMITS; i++) {
		getrlimit((__rlimit_resource_t)i, &set);
		tell("snap limit %d %lu %lu", i, (unsigned long)set.rlim_cur,
		    (unsigned long)set.rlim_max);
	}
	sigpending(&mask);
	tell("snap pending %d", sigismember(&mask, SIGPIPE));
}

static void
set_locale(char *argument)
{
	char number[16];

	tell("locale %s", setlocale(LC_ALL, argument) != NULL ? "0" : "none");
	snprintf(number, sizeof number, "%.1f", 1.5);
	tell("number %s", number);
}

static atomic_int interruptions;

static void
interrupt(int signal)
{
	(void)signal;
	interruptions++;
}

/* "interrupt:MS": from now on, and "calm:" */
static void
keep_interrupting(char *argument)
{
	long us = atol(argument) * 1000;
	struct itimerval timer = { { 0, us }, { 0, us } };
	struct sigaction action = { .sa_handler = interrupt };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void
calm(char *argument)
{
	struct itimerval none = { { 0, 0 }, { 0, 0 } };

	(void)argument;
	setitimer(ITIMER_REAL, &none, NULL);
	tell("interrupted %d", interruptions);
}

/* "alarm:SECONDS" */
static void
set_alarm(char *argument)
{
	alarm((unsigned)atoi(argument));
}

static void
split(char *argument)
{
	(void)argument;
	child = fork();
}

/* "say:TEXT", to standard output, whatever that is now */
static void
say(char *argument)
{
	if (write(STDOUT_FILENO, argument, strlen(argument)) < 0)
		tell("say %s", strerror(errno));
}

/* "print:TEXT", to the report */
static void
print(char *argument)
{
	tell("%s", argument);
}

static const struct step {
	const char *name;
	void (*run)(char *argument);
} steps[] = {
	{ "alarm", set_alarm },
	{ "busy", busy },
	{ "calm", calm },
	{ "close", close_one },
	{ "closefrom", close_from },
	{ "count", count },
	{ "crowd", crowd },
	{ "cycle", cycle },
	{ "done", done },
	{ "expire", expire },
	{ "fds", fds },
	{ "fork", split },
	{ "forks", forks },
	{ "init", init },
	{ "interrupt", keep_interrupting },
	{ "limit", limit },
	{ "load", load },
	{ "locale", set_locale },
	{ "login", login },
	{ "maps", maps },
	{ "print", print },
	{ "rest", rest },
	{ "reuse", reuse },
	{ "room", room },
	{ "say", say },
	{ "snapshot", snapshot },
	{ "space", space },
	{ "thread", in_thread },
	{ "unload", unload },
};

static void
run(char *word)
{
	char *argument;
	size_t i;

	if (strncmp(word, "child:", 6) == 0 ||
	    strncmp(word, "parent:", 7) == 0) {
		if ((word[0] == 'c') == (child == 0))
			run(strchr(word, ':') + 1);
		return;
	}
	if ((argument = strchr(word, ':')) != NULL)
		*argument++ = '\0';
	for (i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (strcmp(word, steps[i].name) == 0) {
			steps[i].run(argument);
			return;
		}
	tell("there is no step %s", word);
	exit(64);
}

int
main(int argc, char **argv)
{
	int i, status = 0;
	int fd = open(getenv("REPORT"), O_WRONLY | O_APPEND | O_CREAT, 0600);

	report_fd = fcntl(fd, F_DUPFD_CLOEXEC, REPORT_FD);
	close(fd);
	if (report_fd < 0)
		return 64;
	for (i = 1; i < argc; i++)
		run(argv[i]);
	if (child > 0 && waitpid(child, &status, 0) == child)
		tell("child %d", status);
	return 0;
}
