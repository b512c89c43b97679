/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Base64, both ways, and what is none.
 */

#include "unit.h"

#include "base64.h"

/* RFC 4648, section 10, and the digits at the end of the alphabet. */
static const struct {
	const char *plain, *coded;
} vectors[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
	{ "\xfb\xff\xfe", "+//+" },
	{ "\001", "AQ==" },
};

static void
it_goes_both_ways(void **state)
{
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(vectors); i++) {
		unit_row("%s", vectors[i].coded);
		buf_init(&out, 100);
		base64_encode(&out, vectors[i].plain, strlen(vectors[i].plain));
		assert_row_text(buf_text(&out), vectors[i].coded);
		buf_clear(&out);
		assert_row_int(base64_decode(&out, vectors[i].coded,
				   strlen(vectors[i].coded)),
		    STATUS_OK);
		assert_row_text(buf_text(&out), vectors[i].plain);
		buf_clear(&out);
	}
}

static void
what_is_none_is_refused(void **state)
{
	static const char *const texts[] = { "Zg=", "Zg", "Z",
		"Z===", "====", "Zg==Zg==", "Zm9v\n", "Z g=", "Zm9-", "=m9v",
		"Z=9v", "\xc3\xbcm9" };
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		unit_row("%s", texts[i]);
		buf_init(&out, 100);
		assert_row_int(base64_decode(&out, texts[i], strlen(texts[i])),
		    STATUS_DATA);
		buf_clear(&out);
	}
}

static const struct sample {
	const char *bytes;
	size_t length;
	const char *text;
} samples[] = {
	{ "", 0, "" },
	{ "f", 1, "Zg" },
	{ "fo", 2, "Zm8" },
	{ "foo", 3, "Zm9v" },
	{ "foob", 4, "Zm9vYg" },
	{ "fooba", 5, "Zm9vYmE" },
	{ "foobar", 6, "Zm9vYmFy" },
	/* RFC 7515, C */
	{ "\x03\xec\xff\xe0\xc1", 5, "A-z_4ME" },
	{ "\0\0\0", 3, "AAAA" },
};

static void
base64_of_urls_has_no_padding(void **state)
{
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++) {
		unit_row("row %zu", i);
		buf_init(&out, 100);
		base64_encode_url(&out, samples[i].bytes, samples[i].length);
		assert_row_text(buf_text(&out), samples[i].text);
		buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_goes_both_ways),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(base64_of_urls_has_no_padding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
