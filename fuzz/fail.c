/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Calls that fail on purpose. See fail.h; each one wrapped here is a line of
 * fail.wraps.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <confuse.h>
#include <curl/curl.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "fail.h"
#include "secret.h"

static unsigned long left; /* calls until one fails; 0: none will */
static bool paused;
static unsigned failed;
static const char *last = "";

void
fail_at(unsigned long n)
{
	failed = 0;
	last = "";
	left = n;
}

unsigned
fail_end(void)
{
	left = 0;
	return failed;
}

void
fail_pause(bool is_paused)
{
	paused = is_paused;
}

const char *
fail_name(void)
{
	return last;
}

/* Shall this call fail? errno is set then. */
static bool
fails(const char *name, int error)
{
	if (paused || left == 0 || --left > 0)
		return false;
	failed++;
	last = name;
	errno = error;
	return true;
}

/* A call, with what it returns, and errno, when it fails. */
#define WRAP(type, name, parameters, arguments, failure, error) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters \
	{ \
		if (fails(#name, error)) \
			return failure; \
		return __real_##name arguments; \
	}

/* clang-format off */

/* memory */
WRAP(void *, malloc, (size_t size), (size), NULL, ENOMEM)
WRAP(void *, calloc, (size_t count, size_t size), (count, size), NULL, ENOMEM)
WRAP(void *, realloc, (void *block, size_t size), (block, size), NULL, ENOMEM)
WRAP(void *, secret_alloc, (size_t size), (size), NULL, ENOMEM)
WRAP(char *, secret_copy, (const char *string), (string), NULL, ENOMEM)
WRAP(char *, secret_copy_n, (const char *bytes, size_t length),
    (bytes, length), NULL, ENOMEM)

/* files */
WRAP(int, fstat, (int fd, struct stat *st), (fd, st), -1, EIO)
WRAP(int, fstatat, (int fd, const char *name, struct stat *st, int flags),
    (fd, name, st, flags), -1, EIO)
WRAP(ssize_t, pread, (int fd, void *bytes, size_t size, off_t at),
    (fd, bytes, size, at), -1, EIO)
WRAP(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at),
    (fd, bytes, size, at), -1, ENOSPC)
WRAP(int, fsync, (int fd), (fd), -1, EIO)
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), -1, EIO)
WRAP(int, renameat, (int fd, const char *from, int fd2, const char *to),
    (fd, from, fd2, to), -1, EIO)
WRAP(int, fchmod, (int fd, mode_t mode_), (fd, mode_), -1, EIO)
WRAP(int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group), -1, EIO)
WRAP(int, flock, (int fd, int what), (fd, what), -1, ENOLCK)
WRAP(int, unlinkat, (int fd, const char *name, int flags), (fd, name, flags),
    -1, EIO)
WRAP(DIR *, opendir, (const char *name), (name), NULL, EMFILE)
WRAP(struct tm *, gmtime_r, (const time_t *time, struct tm *tm), (time, tm),
    NULL, EOVERFLOW)

/* sockets, pipes and threads */
WRAP(int, socket, (int family, int type, int protocol),
    (family, type, protocol), -1, EMFILE)
WRAP(int, connect, (int fd, const struct sockaddr *address, socklen_t length),
    (fd, address, length), -1, ECONNREFUSED)
WRAP(ssize_t, send, (int fd, const void *bytes, size_t size, int flags),
    (fd, bytes, size, flags), -1, ENOBUFS)
WRAP(int, pipe2, (int ends[2], int flags), (ends, flags), -1, EMFILE)
WRAP(int, pthread_create, (pthread_t *thread, const pthread_attr_t *attributes,
    void *(*run)(void *), void *context), (thread, attributes, run, context),
    EAGAIN, EAGAIN)

/* json-c */
WRAP(struct json_object *, json_object_new_object, (void), (), NULL, ENOMEM)
WRAP(struct json_object *, json_object_new_string, (const char *text), (text),
    NULL, ENOMEM)
WRAP(struct json_object *, json_object_new_int64, (int64_t number), (number),
    NULL, ENOMEM)
WRAP(int, json_object_object_add, (struct json_object *json, const char *name,
    struct json_object *value), (json, name, value), -1, ENOMEM)
WRAP(const char *, json_object_to_json_string_ext, (struct json_object *json,
    int flags), (json, flags), NULL, ENOMEM)
WRAP(int, json_object_deep_copy, (struct json_object *from,
    struct json_object **to, json_c_shallow_copy_fn *copy), (from, to, copy),
    -1, ENOMEM)
WRAP(struct json_tokener *, json_tokener_new_ex, (int depth), (depth), NULL,
    ENOMEM)
WRAP(int, printbuf_memset, (struct printbuf *text, int at, int byte, int count),
    (text, at, byte, count), -1, ENOMEM)

/* OpenSSL */
WRAP(int, RAND_bytes, (unsigned char *bytes, int count), (bytes, count), 0, 0)
WRAP(int, RAND_priv_bytes, (unsigned char *bytes, int count), (bytes, count),
    0, 0)
WRAP(BIO *, BIO_new_mem_buf, (const void *bytes, int size), (bytes, size),
    NULL, 0)
WRAP(EVP_CIPHER_CTX *, EVP_CIPHER_CTX_new, (void), (), NULL, 0)
WRAP(int, EVP_CipherInit_ex, (EVP_CIPHER_CTX *context, const EVP_CIPHER *cipher,
    ENGINE *engine, const unsigned char *key, const unsigned char *iv, int way),
    (context, cipher, engine, key, iv, way), 0, 0)
WRAP(int, EVP_CipherUpdate, (EVP_CIPHER_CTX *context, unsigned char *out,
    int *length, const unsigned char *in, int size),
    (context, out, length, in, size), 0, 0)
WRAP(int, EVP_CipherFinal_ex, (EVP_CIPHER_CTX *context, unsigned char *out,
    int *length), (context, out, length), 0, 0)
WRAP(int, EVP_CIPHER_CTX_ctrl, (EVP_CIPHER_CTX *context, int type, int number,
    void *more), (context, type, number, more), 0, 0)
WRAP(EVP_MD_CTX *, EVP_MD_CTX_new, (void), (), NULL, 0)
WRAP(int, EVP_DigestSignInit, (EVP_MD_CTX *context, EVP_PKEY_CTX **more,
    const EVP_MD *type, ENGINE *engine, EVP_PKEY *key),
    (context, more, type, engine, key), 0, 0)
WRAP(int, EVP_DigestSignInit_ex, (EVP_MD_CTX *context, EVP_PKEY_CTX **more,
    const char *name, OSSL_LIB_CTX *library, const char *properties,
    EVP_PKEY *key, const OSSL_PARAM parameters[]),
    (context, more, name, library, properties, key, parameters), 0, 0)
WRAP(int, EVP_DigestSign, (EVP_MD_CTX *context, unsigned char *out,
    size_t *length, const unsigned char *in, size_t size),
    (context, out, length, in, size), 0, 0)
WRAP(int, EVP_Digest, (const void *bytes, size_t size, unsigned char *out,
    unsigned int *length, const EVP_MD *type, ENGINE *engine),
    (bytes, size, out, length, type, engine), 0, 0)

/* libcurl and libconfuse */
WRAP(CURL *, curl_easy_init, (void), (), NULL, 0)
WRAP(struct curl_slist *, curl_slist_append, (struct curl_slist *list,
    const char *line), (list, line), NULL, 0)
WRAP(CURLU *, curl_url, (void), (), NULL, 0)
WRAP(CURLUcode, curl_url_set, (CURLU *url, CURLUPart part, const char *text,
    unsigned flags), (url, part, text, flags), CURLUE_OUT_OF_MEMORY, 0)
WRAP(CURLUcode, curl_url_get, (const CURLU *url, CURLUPart part, char **text,
    unsigned flags), (url, part, text, flags), CURLUE_OUT_OF_MEMORY, 0)
WRAP(cfg_t *, cfg_init, (cfg_opt_t *options, cfg_flag_t flags),
    (options, flags), NULL, ENOMEM)

/* clang-format on */

/* These have an argument more when they make a file or a descriptor. */

int __real_openat(int fd, const char *name, int flags, ...);
int __wrap_openat(int fd, const char *name, int flags, ...);

int
__wrap_openat(int fd, const char *name, int flags, ...)
{
	unsigned file_mode = 0;
	va_list arguments;

	if (fails("openat", EMFILE))
		return -1;
	va_start(arguments, flags);
	if (flags & O_CREAT)
		file_mode = va_arg(arguments, unsigned);
	va_end(arguments);
	return __real_openat(fd, name, flags, file_mode);
}

int __real_open(const char *name, int flags, ...);
int __wrap_open(const char *name, int flags, ...);

int
__wrap_open(const char *name, int flags, ...)
{
	unsigned file_mode = 0;
	va_list arguments;

	if (fails("open", EMFILE))
		return -1;
	va_start(arguments, flags);
	if (flags & O_CREAT)
		file_mode = va_arg(arguments, unsigned);
	va_end(arguments);
	return __real_open(name, flags, file_mode);
}
