/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Functions of libc that libsasl2 finds here. See watch.h.
 *
 * Each is told from what else calls it by the object that the call came from:
 * what a plugin has to say to the system's log gets there.
 *
 * BUGS: what libsasl2 loads is looked up as if this program loaded it; that
 * makes a difference only if libsasl2 had a path to libraries of its own.
 */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include <sasl/sasl.h>

#include "report.h"
#include "watch.h"

/* A line that libsasl2 logs is cut there. */
#define MAX_LOG 2048

#define EXPORTED __attribute__((visibility("default")))

static bool is_watching;

static const void *
base_of(const void *address)
{
	Dl_info info;

	return dladdr(address, &info) != 0 ? info.dli_fbase : NULL;
}

/* Did libsasl2 make the call that returns there? */
static bool
is_from_libsasl2(const void *address)
{
	int (*function)(const sasl_callback_t *) = sasl_client_init;
	const void *base;

	if (!is_watching)
		return false;
	base = base_of(*(void **)&function);
	return base != NULL && base_of(address) == base;
}

void
watch_start(void)
{
	is_watching = true;
}

const char *
watch_object_of(const void *function)
{
	Dl_info info;

	return function != NULL && dladdr(function, &info) != 0 ?
	    info.dli_fname :
	    NULL;
}

static void
report_directory(const char *path, int error)
{
	struct buf line;

	report_begin(&line, "directory");
	probeline_add_text(&line, path);
	probeline_add_number(&line, error);
	report_end(&line);
}

EXPORTED DIR *
opendir(const char *path)
{
	bool is_watched = is_from_libsasl2(__builtin_return_address(0));
	DIR *directory = NULL;
	int fd, error;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && (directory = fdopendir(fd)) == NULL) {
		error = errno;
		close(fd);
		errno = error;
	}
	if (is_watched) {
		error = errno;
		report_directory(path, directory != NULL ? 0 : error);
		errno = error;
	}
	return directory;
}

/* Also for the plugins: which of them loads what is worth knowing if one of
 * them ends the process. */
EXPORTED void *
dlopen(const char *path, int mode)
{
	static void *(*open_object)(const char *, int);

	if (open_object == NULL)
		*(void **)&open_object = dlsym(RTLD_NEXT, "dlopen");
	if (open_object == NULL)
		return NULL;
	if (is_watching && path != NULL)
		report_texts("object", 1, &path);
	return open_object(path, mode);
}

static void
log_text(bool is_watched, int priority, const char *format, va_list arguments)
{
	static void (*log_really)(int, const char *, va_list);
	char text[MAX_LOG];
	const char *line = text;

	if (is_watched) {
		vsnprintf(text, sizeof(text), format, arguments);
		report_texts("log", 1, &line);
		return;
	}
	if (log_really == NULL)
		*(void **)&log_really = dlsym(RTLD_NEXT, "vsyslog");
	if (log_really != NULL)
		log_really(priority, format, arguments);
}

/* With _FORTIFY_SOURCE it is a macro for some compilers. */
#undef syslog

EXPORTED void
syslog(int priority, const char *format, ...)
{
	bool is_watched = is_from_libsasl2(__builtin_return_address(0));
	va_list arguments;

	va_start(arguments, format);
	log_text(is_watched, priority, format, arguments);
	va_end(arguments);
}

/* What glibc makes of syslog(3) in programs that are built with
 * _FORTIFY_SOURCE. */
EXPORTED void __syslog_chk(int priority, int flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void
__syslog_chk(int priority, int flag, const char *format, ...)
{
	bool is_watched = is_from_libsasl2(__builtin_return_address(0));
	va_list arguments;

	(void)flag;
	va_start(arguments, format);
	log_text(is_watched, priority, format, arguments);
	va_end(arguments);
}
