/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The exported table, as the plugin uses it. Built with engine/engine.c. No
 * test here reaches the network: none asks for a token.
 */

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "engine_abi.h"
#include "unit.h"

#define ME "me@example.com"

engine_function sasl_bearer_engine;

struct world {
	struct scratch *scratch;
	struct engine *engine;
	struct engine_request request;
	struct log log;
	struct record record;
	struct diag diag;
	unsigned lines;
	char line[DIAG_MAX_TEXT];
};

static void
take_line(void *context, enum log_level level, const char *line)
{
	struct world *world = context;

	(void)level;
	world->lines++;
	snprintf(world->line, sizeof(world->line), "%s", line);
}

static int
setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	void *scratch = NULL;

	if (world == NULL || scratch_setup(&scratch) != 0)
		return -1;
	world->scratch = scratch;
	world->log.write = take_line;
	world->log.context = world;
	world->request.state = &world->scratch->dir;
	world->request.account = ME;
	world->request.log = &world->log;
	record_init(&world->record);
	scratch_mkdir(scratch, "tokens");
	scratch_mkdir(scratch, "grants");
	setenv("SASL_BEARER_CONF", scratch_path(scratch, "conf"), 1);
	*state = world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *world = *state;
	void *scratch = world->scratch;

	sasl_bearer_engine()->close(&world->engine);
	record_clear(&world->record);
	unsetenv("SASL_BEARER_CONF");
	free(world);
	return scratch_teardown(&scratch);
}

static const struct engine_table *
open_engine(struct world *world, const char *conf)
{
	const struct engine_table *table = sasl_bearer_engine();

	if (conf != NULL)
		scratch_write(world->scratch, "conf", conf);
	table->close(&world->engine);
	assert_status(table->open(&world->engine, &world->diag), STATUS_OK,
	    &world->diag);
	return table;
}

static void
write_record(const struct world *world, int renew_in, int expires_in)
{
	int64_t now = time(NULL);
	char text[256];

	snprintf(text, sizeof(text),
	    "sasl-bearer-token 1\naccess_token OLD\n"
	    "obtained_at %" PRId64 "\nrenew_at %" PRId64 "\nexpires_at %" PRId64
	    "\n",
	    now - 3000, now + renew_in, now + expires_in);
	scratch_write(world->scratch, "tokens/" ME, text);
}

static void
the_table_is_whole_and_says_its_version(void **state)
{
	const struct engine_table *table = sasl_bearer_engine();

	(void)state;
	assert_int_equal(table->abi, ENGINE_ABI);
	assert_ptr_equal((const void *)&table->abi, (const void *)table);
	assert_true(table->open && table->close && table->find &&
	    table->renew && table->renew_file && table->refuse && table->lock &&
	    table->unlock && table->is_at_work);
	assert_ptr_equal(sasl_bearer_engine(), table);
}

static void
an_account_is_found_by_each_of_its_traces(void **state)
{
	struct world *world = *state;
	const struct engine_table *table = open_engine(world, NULL);

	assert_status(table->find(world->engine, &world->request, &world->diag),
	    STATUS_NOACCOUNT, &world->diag);
	scratch_write(world->scratch, "grants/" ME, "{}");
	assert_status(table->find(world->engine, &world->request, &world->diag),
	    STATUS_OK, &world->diag);
	unlink(scratch_path(world->scratch, "grants/" ME));
	table = open_engine(world, "account \"" ME "\" { }\n");
	assert_status(table->find(world->engine, &world->request, &world->diag),
	    STATUS_OK, &world->diag);
	world->request.account = "you@example.com";
	assert_status(table->find(world->engine, &world->request, &world->diag),
	    STATUS_NOACCOUNT, &world->diag);
}

/* Else each wrong user name would be one more request. */
static void
a_name_that_nobody_configured_is_no_account_also_where_no_person_is(
    void **state)
{
	static const char *const grants[] = {
		"client_credentials",
		"service_account",
		"managed_identity",
	};
	struct world *world = *state;
	const struct engine_table *table;
	char conf[256];
	size_t i;

	for (i = 0; i < COUNT(grants); i++) {
		unit_row("%s", grants[i]);
		snprintf(conf, sizeof(conf),
		    "default_provider = office365\ngrant = %s\n"
		    "account \"you@example.com\" { }\n",
		    grants[i]);
		table = open_engine(world, conf);
		assert_status(
		    table->find(world->engine, &world->request, &world->diag),
		    STATUS_NOACCOUNT, &world->diag);
	}
}

static void
a_fresh_token_needs_no_configuration(void **state)
{
	struct world *world = *state;
	const struct engine_table *table = open_engine(world, NULL);

	write_record(world, 600, 1200);
	assert_status(table->renew(world->engine, &world->request,
			  &world->record, &world->diag),
	    STATUS_OK, &world->diag);
	assert_string_equal(world->record.access_token, "OLD");
	assert_int_equal(world->lines, 0);
}

static void
a_broken_configuration_is_reported_when_it_is_used(void **state)
{
	struct world *world = *state;
	const struct engine_table *table;

	table = open_engine(world, "\ncolour = \"green\"\n");
	assert_status(table->find(world->engine, &world->request, &world->diag),
	    STATUS_CONFIG, &world->diag);
	write_record(world, -3000, -1);
	assert_status(table->renew(world->engine, &world->request,
			  &world->record, &world->diag),
	    STATUS_CONFIG, &world->diag);
	assert_contains(world->diag.text, "/conf, line 2: ");
	assert_null(world->record.access_token);
	assert_int_equal(world->lines, 0);
	assert_status(table->renew_file(world->engine, &world->request,
			  &world->record, &world->diag),
	    STATUS_CONFIG, &world->diag);
	/* what is still good is used, with one warning */
	write_record(world, -1, 600);
	assert_status(table->renew(world->engine, &world->request,
			  &world->record, &world->diag),
	    STATUS_OK, &world->diag);
	assert_string_equal(world->record.access_token, "OLD");
	assert_int_equal(world->lines, 1);
	assert_contains(world->line, "there is no option colour");
}

#define REFUSAL "{\"status\":\"401\"}"

static void
a_refused_token_is_marked_and_explained(void **state)
{
	struct world *world = *state;
	const struct engine_table *table = open_engine(world, "audit = none\n");
	char *text;

	write_record(world, 600, 1200);
	assert_status(table->renew(world->engine, &world->request,
			  &world->record, &world->diag),
	    STATUS_OK, &world->diag);
	assert_status(table->refuse(world->engine, &world->request, false,
			  &world->record, REFUSAL, strlen(REFUSAL),
			  &world->diag),
	    STATUS_REFUSED, &world->diag);
	assert_contains(world->diag.text, "(401)");
	text = scratch_read(world->scratch, "tokens/" ME);
	assert_contains(text, "\nrefused ");
	free(text);
	assert_int_equal(world->lines, 0);
}

static void
a_refusal_that_cannot_be_written_down_is_explained_all_the_same(void **state)
{
	struct world *world = *state;
	const struct engine_table *table = open_engine(world, "audit = none\n");

	write_record(world, 600, 1200);
	assert_status(table->renew(world->engine, &world->request,
			  &world->record, &world->diag),
	    STATUS_OK, &world->diag);
	scratch_mkdir(world->scratch, "grants/" ME ".lock");
	assert_status(table->refuse(world->engine, &world->request, false,
			  &world->record, "", 0, &world->diag),
	    STATUS_REFUSED, &world->diag);
	assert_contains(world->diag.text, ME);
	assert_int_equal(world->lines, 1);
	assert_contains(world->line, "could not be written down");
}

#define FORKS 100
#define PATIENCE_S 20

static const struct engine_table *forking_table;
static struct engine *forking_engine;

static void
lock_engine(void)
{
	if (forking_engine != NULL)
		forking_table->lock(forking_engine);
}

static void
unlock_engine(void)
{
	if (forking_engine != NULL)
		forking_table->unlock(forking_engine);
}

/* Reads the record, gives it back, writes a line for the audit. */
static bool
use_engine(struct world *world)
{
	const struct engine_table *table = sasl_bearer_engine();
	struct engine_request request = world->request;
	struct record record;
	struct diag diag;
	bool good;

	request.log = NULL;
	record_init(&record);
	record.access_token = "OTHER";
	record.token_length = strlen("OTHER");
	good = table->refuse(world->engine, &request, false, &record, REFUSAL,
		   strlen(REFUSAL), &diag) == STATUS_REFUSED;
	return good;
}

struct busy {
	struct world *world;
	atomic_bool is_over;
};

static void *
use_without_end(void *context)
{
	struct busy *busy = context;

	while (!atomic_load(&busy->is_over))
		(void)use_engine(busy->world);
	return NULL;
}

static int
use_in_child(void *context)
{
	alarm(PATIENCE_S);
	return use_engine(context) ? 0 : 1;
}

static void
a_child_can_use_the_engine_that_another_thread_was_using(void **state)
{
	struct world *world = *state;
	struct busy busy = { .world = world };
	pthread_t thread;
	int i;

	if (!unit_child_has_memory())
		skip();
	forking_table = open_engine(world, "audit = \"/nonexistent/log\"\n");
	write_record(world, 600, 1200);
	assert_int_equal(
	    pthread_atfork(lock_engine, unlock_engine, unlock_engine), 0);
	forking_engine = world->engine;
	assert_int_equal(pthread_create(&thread, NULL, use_without_end, &busy),
	    0);
	for (i = 0; i < FORKS; i++)
		assert_int_equal(unit_child(use_in_child, world), 0);
	atomic_store(&busy.is_over, true);
	pthread_join(thread, NULL);
	forking_engine = NULL;
	assert_false(forking_table->is_at_work());
}

#define TABLE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(the_table_is_whole_and_says_its_version),
		TABLE_TEST(an_account_is_found_by_each_of_its_traces),
		TABLE_TEST(
		    a_name_that_nobody_configured_is_no_account_also_where_no_person_is),
		TABLE_TEST(a_fresh_token_needs_no_configuration),
		TABLE_TEST(a_broken_configuration_is_reported_when_it_is_used),
		TABLE_TEST(a_refused_token_is_marked_and_explained),
		TABLE_TEST(
		    a_refusal_that_cannot_be_written_down_is_explained_all_the_same),
		TABLE_TEST(
		    a_child_can_use_the_engine_that_another_thread_was_using),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
