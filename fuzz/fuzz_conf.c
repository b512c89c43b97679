/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The configuration, from a file in memory: conf_load() takes a path.
 */

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "fuzz.h"

const char fuzz_name[] = "conf";

static void
resolve(const struct conf *conf, const char *account)
{
	struct settings settings;
	struct record record;
	struct diag diag;

	record_init(&record);
	if (conf_resolve(conf, account, &settings, &diag) == STATUS_OK)
		settings_apply_users(&settings, &record);
	settings_clear(&settings);
}

static void
load(const char *path)
{
	struct conf *conf = NULL;
	struct diag diag = { "" };
	const char *account = NULL;
	size_t i = 0;

	if (conf_load(&conf, path, &diag) != STATUS_OK) {
		MUST(conf == NULL && diag.text[0] != '\0');
		return;
	}
	do {
		resolve(conf, account);
		account = conf_account_at(conf, i++);
	} while (account != NULL);
	conf_free(&conf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("conf", MFD_CLOEXEC);
	char path[64];

	MUST(fd >= 0);
	MUST(fchmod(fd, S_IRUSR | S_IWUSR) == 0 || fuzz_failing);
	MUST(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	load(path);
	close(fd);
	return 0;
}
