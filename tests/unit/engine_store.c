/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Record and grant in the state directory, sealed where a key is given.
 */

#include "engine_fake.h"

static const unsigned char key[GRANT_KEY_LENGTH] =
    "0123456789abcdef0123456789abcde";

static void
open_store(struct store *store, const struct fake *fake,
    const unsigned char *with)
{
	struct diag diag;

	assert_status(
	    store_open_account(store, &fake->scratch->dir, ME, with, &diag),
	    STATUS_OK, &diag);
}

static void
what_is_saved_is_loaded(void **state)
{
	struct fake *fake = *state;
	struct record record, again;
	struct grant grant;
	struct store store;

	open_store(&store, fake, NULL);
	record_init(&record);
	record_init(&again);
	grant_init(&grant);
	assert_int_equal(record_renew(&record, &again, "T", 1, 2, 3),
	    STATUS_OK);
	grant_set(&grant.refresh_token, "R9");
	assert_int_equal(store_lock(&store, 0, &fake->diag), STATUS_OK);
	assert_int_equal(store_reserve(&store, &fake->diag), STATUS_OK);
	assert_int_equal(store_save(&store, &grant, &record, &fake->diag),
	    STATUS_OK);
	grant_clear(&grant);
	assert_int_equal(store_load(&store, &grant, &fake->diag), STATUS_OK);
	assert_string_equal(grant.refresh_token, "R9");
	assert_int_equal(store_read(&store, &again, &fake->diag), STATUS_OK);
	assert_string_equal(again.access_token, "T");
	store_close(&store);
	store_close(&store);
	assert_int_equal(fake_temporaries(fake), 0);
	assert_true(scratch_has(fake->scratch, LOCK_FILE));
	grant_clear(&grant);
	record_clear(&again);
	record_clear(&record);
}

static void
a_reservation_ends_with_the_store(void **state)
{
	struct fake *fake = *state;
	struct store store;

	open_store(&store, fake, NULL);
	assert_int_equal(store_lock(&store, 0, &fake->diag), STATUS_OK);
	assert_int_equal(store_reserve(&store, &fake->diag), STATUS_OK);
	assert_int_equal(fake_temporaries(fake), 1);
	store_close(&store);
	assert_int_equal(fake_temporaries(fake), 0);
	assert_refresh_token(fake, "R1");
}

static void
with_a_key_the_grant_is_sealed_and_opened(void **state)
{
	struct fake *fake = *state;
	struct grant grant;
	struct store store;
	char *text;

	grant_init(&grant);
	open_store(&store, fake, key);
	/* one that was written before there was a key */
	assert_int_equal(store_load(&store, &grant, &fake->diag), STATUS_OK);
	assert_string_equal(grant.refresh_token, "R1");
	assert_int_equal(store_save(&store, &grant, NULL, &fake->diag),
	    STATUS_OK);
	text = scratch_read(fake->scratch, GRANT_FILE);
	assert_contains(text, "sasl-bearer-sealed-grant 1\n");
	assert_lacks(text, "refresh_token");
	free(text);
	grant_clear(&grant);
	assert_int_equal(store_load(&store, &grant, &fake->diag), STATUS_OK);
	assert_string_equal(grant.refresh_token, "R1");
	store_close(&store);
	grant_clear(&grant);
}

static void
a_sealed_grant_of_another_account_is_refused(void **state)
{
	struct fake *fake = *state;
	struct grant grant;
	struct store store;

	grant_init(&grant);
	open_store(&store, fake, key);
	assert_int_equal(store_load(&store, &grant, &fake->diag), STATUS_OK);
	assert_int_equal(store_save(&store, &grant, NULL, &fake->diag),
	    STATUS_OK);
	store_close(&store);
	rename(scratch_path(fake->scratch, GRANT_FILE),
	    scratch_path(fake->scratch, "grants/you@example.com"));
	assert_int_equal(store_open_account(&store, &fake->scratch->dir,
			     "you@example.com", key, &fake->diag),
	    STATUS_OK);
	assert_status(store_load(&store, &grant, &fake->diag), STATUS_CONFIG,
	    &fake->diag);
	store.key = NULL;
	assert_status(store_load(&store, &grant, &fake->diag), STATUS_CONFIG,
	    &fake->diag);
	assert_contains(fake->diag.text,
	    "no grant_key is configured; set grant_key to the key that it "
	    "was sealed with");
	store_close(&store);
	grant_clear(&grant);
}

static void
a_renewal_keeps_the_grant_sealed(void **state)
{
	struct fake *fake = *state;
	struct store store;
	struct grant grant;
	char conf[256], *text;

	scratch_write_bytes(fake->scratch, "key", key, sizeof(key));
	snprintf(conf, sizeof(conf), "grant_key = \"%s\"\n",
	    scratch_path(fake->scratch, "key"));
	fake_configure(fake, conf);
	fake_answer(fake, 200, ROTATED_ANSWER);
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK, &fake->diag);
	text = scratch_read(fake->scratch, GRANT_FILE);
	assert_contains(text, "sasl-bearer-sealed-grant 1\n");
	free(text);
	grant_init(&grant);
	open_store(&store, fake, key);
	assert_int_equal(store_load(&store, &grant, &fake->diag), STATUS_OK);
	assert_string_equal(grant.refresh_token, "R2");
	store_close(&store);
	grant_clear(&grant);
}

static void
nothing_is_no_account(void **state)
{
	struct fake *fake = *state;
	struct record record;
	struct grant grant;
	struct store store;

	record_init(&record);
	grant_init(&grant);
	remove(scratch_path(fake->scratch, GRANT_FILE));
	open_store(&store, fake, NULL);
	assert_int_equal(store_read(&store, &record, &fake->diag),
	    STATUS_NOACCOUNT);
	assert_int_equal(store_load(&store, &grant, &fake->diag),
	    STATUS_NOACCOUNT);
	assert_int_equal(store_remove(&store, &fake->diag), STATUS_OK);
	store_close(&store);
	assert_int_equal(store_open_account(&store, &fake->scratch->dir, "",
			     NULL, &fake->diag),
	    STATUS_DATA);
	store_close(&store);
}

static void
logout_removes_both(void **state)
{
	struct fake *fake = *state;
	struct store store;

	fake_record(fake, "OLD", -10, 1000, 2000, "");
	open_store(&store, fake, NULL);
	assert_int_equal(store_remove(&store, &fake->diag), STATUS_OK);
	store_close(&store);
	assert_int_equal(scratch_count(fake->scratch, "tokens"), 0);
	assert_int_equal(scratch_count(fake->scratch, "grants"), 0);
}

static void
a_grant_that_stays_at_logout_is_reported(void **state)
{
	struct fake *fake = *state;
	struct store store;

	fake_record(fake, "OLD", -10, 1000, 2000, "");
	remove(scratch_path(fake->scratch, GRANT_FILE));
	scratch_mkdir(fake->scratch, GRANT_FILE);
	open_store(&store, fake, NULL);
	assert_int_equal(store_remove(&store, &fake->diag), STATUS_ACCESS);
	assert_contains(fake->diag.text, GRANT_FILE);
	assert_false(scratch_has(fake->scratch, TOKEN_FILE));
	store_close(&store);
}

static const char *const untrusted[] = { TOKEN_FILE, GRANT_FILE };

static void
files_that_others_may_write_are_refused(void **state)
{
	struct fake *fake = *state;
	struct record record;
	struct grant grant;
	struct store store;
	enum status r;
	size_t i;

	record_init(&record);
	grant_init(&grant);
	fake_record(fake, "OLD", -10, 1000, 2000, "");
	for (i = 0; i < COUNT(untrusted); i++) {
		unit_row("%s", untrusted[i]);
		scratch_chmod(fake->scratch, untrusted[i], 0660);
		open_store(&store, fake, NULL);
		r = i == 0 ? store_read(&store, &record, &fake->diag) :
			     store_load(&store, &grant, &fake->diag);
		assert_status(r, STATUS_ACCESS, &fake->diag);
		assert_contains(fake->diag.text, "chmod go-w");
		assert_contains(fake->diag.text, untrusted[i]);
		store_close(&store);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(what_is_saved_is_loaded),
		FAKE_TEST(a_reservation_ends_with_the_store),
		FAKE_TEST(with_a_key_the_grant_is_sealed_and_opened),
		FAKE_TEST(a_sealed_grant_of_another_account_is_refused),
		FAKE_TEST(a_renewal_keeps_the_grant_sealed),
		FAKE_TEST(nothing_is_no_account),
		FAKE_TEST(logout_removes_both),
		FAKE_TEST(a_grant_that_stays_at_logout_is_reported),
		FAKE_TEST(files_that_others_may_write_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
