/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Account names and file names: each is the other's only reverse, and no file
 * is hidden or elsewhere.
 */

#include <string.h>

#include "account.h"
#include "buf.h"
#include "fuzz.h"

const char fuzz_name[] = "account";

static void
check_name(const char *name)
{
	char back[ACCOUNT_MAX_NAME + 1];
	struct account_files files;
	const char *file;

	if (account_files(name, &files, NULL) != STATUS_OK)
		return;
	file = files.token + strlen(ACCOUNT_TOKENS_DIR "/");
	MUST(strchr(file, '/') == NULL && file[0] != '.' && file[0] != '\0');
	MUST(strlen(file) <= ACCOUNT_MAX_FILE);
	MUST(account_name(file, back) == STATUS_OK);
	MUST(strcmp(back, name) == 0);
}

static void
check_file(const char *file)
{
	char name[ACCOUNT_MAX_NAME + 1];
	struct account_files files;

	if (account_name(file, name) != STATUS_OK)
		return;
	MUST(account_files(name, &files, NULL) == STATUS_OK);
	MUST(strcmp(files.token + strlen(ACCOUNT_TOKENS_DIR "/"), file) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = string_copy_n((const char *)data, size);

	if (text != NULL) {
		check_name(text);
		check_file(text);
	}
	free(text);
	return 0;
}
