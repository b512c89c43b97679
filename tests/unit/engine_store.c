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
	const struct grant_keys keys = { .present = with };
	struct diag diag;

	assert_status(
	    store_open_account(store, &fake->scratch->dir, ME, &keys, &diag),
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
	const struct grant_keys keys = { .present = key };
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
			     "you@example.com", &keys, &fake->diag),
	    STATUS_OK);
	assert_status(store_load(&store, &grant, &fake->diag), STATUS_CONFIG,
	    &fake->diag);
	store.keys.present = NULL;
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

static const unsigned char other[GRANT_KEY_LENGTH] =
    "fedcba9876543210fedcba987654321";

/* The keys that are used one after the other, and what becomes of the grant. */
static const struct rekeying {
	const unsigned char *present, *old;
	enum status status;
	enum grant_sealing found;
} rekeyings[] = {
	{ key, NULL, STATUS_OK, GRANT_UNSEALED },
	{ key, NULL, STATUS_OK, GRANT_SEALED },
	{ other, NULL, STATUS_CONFIG, GRANT_UNSEALED },
	{ other, key, STATUS_OK, GRANT_SEALED_OLD },
	{ other, key, STATUS_OK, GRANT_SEALED },
	{ key, NULL, STATUS_CONFIG, GRANT_UNSEALED },
	{ NULL, key, STATUS_CONFIG, GRANT_UNSEALED },
	{ NULL, other, STATUS_OK, GRANT_SEALED_OLD },
	{ NULL, NULL, STATUS_OK, GRANT_UNSEALED },
};

static void
an_old_key_opens_and_the_present_one_seals(void **state)
{
	struct fake *fake = *state;
	const struct rekeying *row;
	struct grant grant;
	struct store store;
	char *before;

	grant_init(&grant);
	for (row = rekeyings; row < rekeyings + COUNT(rekeyings); row++) {
		unit_row("row %d", (int)(row - rekeyings));
		before = scratch_read(fake->scratch, GRANT_FILE);
		open_store(&store, fake, row->present);
		store.keys.old = row->old;
		assert_status(store_load(&store, &grant, &fake->diag),
		    row->status, &fake->diag);
		if (row->status == STATUS_OK) {
			assert_row_text(grant.refresh_token, "R1");
			assert_row_int(store.sealing, row->found);
			assert_status(
			    store_save(&store, &grant, NULL, &fake->diag),
			    STATUS_OK, &fake->diag);
		} else {
			assert_contains(fake->diag.text, GRANT_FILE);
			assert_file(fake->scratch, GRANT_FILE, before);
		}
		free(before);
		grant_clear(&grant);
		store_close(&store);
	}
}

static void
without_the_key_that_is_configured_nothing_is_saved(void **state)
{
	struct fake *fake = *state;
	struct grant grant;
	struct store store;
	char *before;

	grant_init(&grant);
	before = scratch_read(fake->scratch, GRANT_FILE);
	open_store(&store, fake, NULL);
	store.keys.must_seal = true;
	diag_set(&store.keys.missing, STATUS_CONFIG, "the key is lost");
	assert_status(store_load(&store, &grant, &fake->diag), STATUS_OK,
	    &fake->diag);
	assert_status(store_save(&store, &grant, NULL, &fake->diag),
	    STATUS_CONFIG, &fake->diag);
	assert_string_equal(fake->diag.text, "the key is lost");
	assert_file(fake->scratch, GRANT_FILE, before);
	grant_clear(&grant);
	store_close(&store);
	free(before);
}

#define DRAFT_FILE "grants/." ME ".tmp"
#define RESERVED 32768

/* What a killed renewal left: a text, and zeros up to a size. */
static const struct leftover_row {
	const char *name, *text;
	size_t size; /* 0: that of the text */
	enum store_leftover leftover;
	const char *refresh_token;
	bool is_marked;
} leftovers[] = {
	{ "nothing was written", "", RESERVED, STORE_INTERRUPTED, "R1", true },
	{ "it had not asked yet", "", 4096, STORE_NOTHING, "R1", false },
	{ "it had just begun", "", 0, STORE_NOTHING, "R1", false },
	{ "all was written",
	    "{\"format\":1,\"serial\":8,\"refresh_token\":\"R2\"}\n", RESERVED,
	    STORE_SAVED, "R2", false },
	{ "all was written and cut to length",
	    "{\"format\":1,\"serial\":8,\"refresh_token\":\"R2\"}\n", 0,
	    STORE_SAVED, "R2", false },
	{ "a part was written",
	    "{\"format\":1,\"serial\":8,\"refresh_token\":\"R2\"", RESERVED,
	    STORE_INTERRUPTED, "R1", true },
	{ "all but the newline was written",
	    "{\"format\":1,\"serial\":8,\"refresh_token\":\"R2\"}", RESERVED,
	    STORE_INTERRUPTED, "R1", true },
	{ "it is as old as what is there",
	    "{\"format\":1,\"serial\":7,\"refresh_token\":\"R2\"}\n", 0,
	    STORE_NOTHING, "R1", false },
	{ "it is older",
	    "{\"format\":1,\"serial\":6,\"refresh_token\":\"R2\"}\n", 0,
	    STORE_NOTHING, "R1", false },
	{ "it has no number", "{\"format\":1,\"refresh_token\":\"R2\"}\n", 0,
	    STORE_NOTHING, "R1", false },
	{ "from another version",
	    "{\"format\":9,\"serial\":8,\"refresh_token\":\"R2\"}\n", 0,
	    STORE_NOTHING, "R1", false },
};

static void
leave(const struct fake *fake, const char *text, size_t size)
{
	static char bytes[RESERVED];
	size_t length = strlen(text);

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, text, length);
	scratch_write_bytes(fake->scratch, DRAFT_FILE, bytes,
	    size != 0 ? size : length);
	scratch_chmod(fake->scratch, DRAFT_FILE, 0600);
}

static void
what_a_killed_renewal_left_is_taken_over_or_noted(void **state)
{
	struct fake *fake = *state;
	enum store_leftover leftover;
	struct grant grant;
	struct store store;
	int64_t since;
	size_t i;

	for (i = 0; i < COUNT(leftovers); i++) {
		unit_row("%s", leftovers[i].name);
		fake_grant(fake, ",\"serial\":7");
		leave(fake, leftovers[i].text, leftovers[i].size);
		open_store(&store, fake, NULL);
		grant_init(&grant);
		assert_status(
		    store_peek(&store, &leftover, &since, &fake->diag),
		    STATUS_OK, &fake->diag);
		assert_row_int(leftover, leftovers[i].leftover);
		assert_row_int(fake_temporaries(fake), 1);
		assert_status(store_lock(&store, 0, &fake->diag), STATUS_OK,
		    &fake->diag);
		assert_status(
		    store_recover(&store, &leftover, &since, &fake->diag),
		    STATUS_OK, &fake->diag);
		assert_row_int(leftover, leftovers[i].leftover);
		assert_row_int(fake_temporaries(fake), 0);
		assert_status(store_load(&store, &grant, &fake->diag),
		    STATUS_OK, &fake->diag);
		assert_row_text(grant.refresh_token,
		    leftovers[i].refresh_token);
		assert_row_int(grant.interrupted_at,
		    leftovers[i].is_marked ? since : 0);
		grant_clear(&grant);
		store_close(&store);
	}
}

static void
each_saving_counts_up(void **state)
{
	struct fake *fake = *state;
	struct grant grant;
	struct store store;
	int i;

	open_store(&store, fake, NULL);
	grant_init(&grant);
	assert_int_equal(store_load(&store, &grant, &fake->diag), STATUS_OK);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(store_save(&store, &grant, NULL, &fake->diag),
		    STATUS_OK);
		grant_clear(&grant);
		fake_load_grant(fake, &grant);
		assert_int_equal(grant.serial, i);
	}
	grant_clear(&grant);
	store_close(&store);
}

static void
what_is_going_on_now_is_nothing_left(void **state)
{
	struct fake *fake = *state;
	struct holder holder = { .scratch = fake->scratch, .lock = LOCK_FILE };
	enum store_leftover leftover;
	struct store store;
	int64_t since;

	leave(fake, "", RESERVED);
	open_store(&store, fake, NULL);
	holder_start(&holder);
	assert_int_equal(store_peek(&store, &leftover, &since, &fake->diag),
	    STATUS_OK);
	assert_int_equal(leftover, STORE_NOTHING);
	holder_stop(&holder);
	assert_int_equal(store_peek(&store, &leftover, &since, &fake->diag),
	    STATUS_OK);
	assert_int_equal(leftover, STORE_INTERRUPTED);
	store_close(&store);
}

/* Leaves a sealed grant, newer than the one in place. */
static void
leave_sealed(struct fake *fake)
{
	struct grant grant;
	struct store store;
	char *text;

	open_store(&store, fake, key);
	grant_init(&grant);
	assert_int_equal(store_load(&store, &grant, &fake->diag), STATUS_OK);
	grant_set(&grant.refresh_token, "R2");
	assert_int_equal(store_save(&store, &grant, NULL, &fake->diag),
	    STATUS_OK);
	grant_clear(&grant);
	store_close(&store);
	text = scratch_read(fake->scratch, GRANT_FILE);
	leave(fake, text, RESERVED);
	free(text);
	fake_grant(fake, "");
}

static void
what_is_left_sealed_waits_for_its_key(void **state)
{
	struct fake *fake = *state;
	enum store_leftover leftover;
	struct store store;
	struct grant grant;
	int64_t since;

	leave_sealed(fake);
	open_store(&store, fake, NULL);
	assert_int_equal(store_lock(&store, 0, &fake->diag), STATUS_OK);
	assert_status(store_recover(&store, &leftover, &since, &fake->diag),
	    STATUS_CONFIG, NULL);
	assert_contains(fake->diag.text, "grant_key");
	assert_int_equal(fake_temporaries(fake), 1);
	store.keys.present = key;
	assert_status(store_recover(&store, &leftover, &since, &fake->diag),
	    STATUS_OK, &fake->diag);
	assert_int_equal(leftover, STORE_SAVED);
	grant_init(&grant);
	assert_int_equal(store_load(&store, &grant, &fake->diag), STATUS_OK);
	assert_string_equal(grant.refresh_token, "R2");
	assert_int_equal(fake_temporaries(fake), 0);
	grant_clear(&grant);
	store_close(&store);
}

static void
a_logout_removes_what_was_left_behind(void **state)
{
	struct fake *fake = *state;
	struct store store;

	leave(fake, leftovers[3].text, 0);
	scratch_write(fake->scratch, "tokens/." ME ".tmp", "half");
	open_store(&store, fake, NULL);
	assert_int_equal(store_remove(&store, &fake->diag), STATUS_OK);
	assert_int_equal(fake_temporaries(fake), 0);
	store_close(&store);
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
		FAKE_TEST(an_old_key_opens_and_the_present_one_seals),
		FAKE_TEST(without_the_key_that_is_configured_nothing_is_saved),
		FAKE_TEST(what_a_killed_renewal_left_is_taken_over_or_noted),
		FAKE_TEST(each_saving_counts_up),
		FAKE_TEST(what_is_going_on_now_is_nothing_left),
		FAKE_TEST(what_is_left_sealed_waits_for_its_key),
		FAKE_TEST(a_logout_removes_what_was_left_behind),
		FAKE_TEST(nothing_is_no_account),
		FAKE_TEST(logout_removes_both),
		FAKE_TEST(a_grant_that_stays_at_logout_is_reported),
		FAKE_TEST(files_that_others_may_write_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
