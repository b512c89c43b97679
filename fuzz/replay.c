/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Runs a fuzz target over its corpus, without a fuzzer: every file as it is,
 * cut at every byte, and with every byte changed; and as it is once more for
 * each call of fail.wraps that it makes, which then fails.
 *
 *	FUZZ_CORPUS		the directory of the corpora
 *	FUZZ_UNCHANGED		whatever it is, nothing is cut or changed, and no
 *				call fails: where each instruction takes long
 *
 * Each input is a block of its own size, so that valgrind and the sanitizers
 * see a read beyond its end.
 */

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "fuzz.h"

/* Larger files are run as they are only. */
#define MAX_VARIED 4096

/* Of larger files, the first ones. */
#define MAX_CALLS 2000

static unsigned long inputs, failures;

static void
run(const uint8_t *bytes, size_t size)
{
	uint8_t *copy;

	fail_pause(true);
	copy = malloc(size > 0 ? size : 1);
	fail_pause(false);
	MUST(copy != NULL);
	memcpy(copy, bytes, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	inputs++;
}

static void
run_varied(uint8_t *bytes, size_t size)
{
	static const uint8_t changes[] = { 0x01, 0x20, 0x80 };
	size_t i, j;

	run(bytes, size);
	for (i = 0; i < size && size <= MAX_VARIED; i++) {
		run(bytes, i);
		for (j = 0; j < sizeof(changes); j++) {
			bytes[i] ^= changes[j];
			run(bytes, size);
			bytes[i] ^= changes[j];
		}
	}
}

/* What is asserted holds then, too, and nothing is left open. */
static void
run_failing(const uint8_t *bytes, size_t size)
{
	unsigned long n;

	for (n = 1; n <= MAX_CALLS; n++) {
		fuzz_failing = true;
		fail_at(n);
		run(bytes, size);
		fuzz_failing = false;
		if (fail_end() == 0)
			break;
		failures++;
	}
}

static int
run_file(const char *path)
{
	static uint8_t bytes[1024 * 1024];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL) {
		perror(path);
		return -1;
	}
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	if (getenv("FUZZ_UNCHANGED") != NULL) {
		run(bytes, size);
		return 0;
	}
	run_varied(bytes, size);
	run_failing(bytes, size);
	return 0;
}

static int
run_directory(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *item;
	char file[4096];
	int count = 0;

	if (directory == NULL) {
		perror(path);
		return -1;
	}
	while ((item = readdir(directory)) != NULL) {
		snprintf(file, sizeof(file), "%s/%s", path, item->d_name);
		if (item->d_name[0] == '.')
			continue;
		if (run_file(file) != 0) {
			count = -1;
			break;
		}
		count++;
	}
	closedir(directory);
	return count;
}

int
main(void)
{
	const char *corpus = getenv("FUZZ_CORPUS");
	char path[2048];
	int count;

	if (corpus == NULL) {
		fprintf(stderr, "FUZZ_CORPUS is not set\n");
		return 1;
	}
	snprintf(path, sizeof(path), "%s/%s", corpus, fuzz_name);
	count = run_directory(path);
	printf("%s: %d files, %lu inputs, %lu failures\n", fuzz_name, count,
	    inputs, failures);
	return count > 0 ? 0 : 1;
}
