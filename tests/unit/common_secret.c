/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Memory for secrets.
 *
 * Linked with these wrapped, to run out of memory and to look at what goes back
 * to the system:
 * wrap: mmap munmap
 */

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "buf.h"
#include "unit.h"

#define SECRET "1//sentinel-of-a-refresh-token"

/* Larger than what is shared with others. */
#define LARGE 100000

#define THREADS 8
#define FORKS 200
#define MODEL_BLOCKS 200
#define MODEL_STEPS 100000

void *__real_mmap(void *where, size_t length, int protection, int flags, int fd,
    off_t offset);
int __real_munmap(void *pages, size_t length);
void *__wrap_mmap(void *where, size_t length, int protection, int flags, int fd,
    off_t offset);
int __wrap_munmap(void *pages, size_t length);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_out; /* of memory */
static size_t mapped;
static size_t most;   /* that was mapped at once */
static bool was_left; /* a secret, in pages that went back */

void *
__wrap_mmap(void *where, size_t length, int protection, int flags, int fd,
    off_t offset)
{
	void *pages;

	if (is_out)
		return MAP_FAILED;
	pages = __real_mmap(where, length, protection, flags, fd, offset);
	pthread_mutex_lock(&lock);
	mapped += length;
	most = mapped > most ? mapped : most;
	pthread_mutex_unlock(&lock);
	return pages;
}

int
__wrap_munmap(void *pages, size_t length)
{
	pthread_mutex_lock(&lock);
	was_left |= memmem(pages, length, SECRET, strlen(SECRET)) != NULL;
	mapped -= length;
	pthread_mutex_unlock(&lock);
	return __real_munmap(pages, length);
}

static int
begin(void **state)
{
	(void)state;
	is_out = false;
	most = mapped;
	was_left = false;
	return 0;
}

/* Nothing is lost, and nothing was left to be found. */
static int
end(void **state)
{
	(void)state;
	is_out = false;
	return mapped == 0 && !was_left ? 0 : -1;
}

static void
blocks_are_aligned_and_lie_apart(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 255, 4096, 32000,
		32768, LARGE };
	unsigned char *blocks[COUNT(sizes)];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(sizes); i++) {
		unit_row("%zu bytes", sizes[i]);
		blocks[i] = secret_alloc(sizes[i]);
		assert_non_null(blocks[i]);
		assert_row_int((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
		memset(blocks[i], (int)i + 1, sizes[i]);
	}
	for (i = 0; i < COUNT(sizes); i++) {
		unit_row("%zu bytes", sizes[i]);
		for (j = 0; j < sizes[i]; j++)
			assert_row_int(blocks[i][j], i + 1);
		secret_release(blocks[i]);
	}
}

static void
a_block_is_wiped_when_it_is_given_back(void **state)
{
	char *before = secret_copy("before"), *secret = secret_copy(SECRET);
	char *behind = secret_copy("behind"), *place = secret;

	(void)state;
	assert_string_equal(secret, SECRET);
	secret_free(&secret);
	assert_null(secret);
	assert_memory_equal(place, (char[sizeof(SECRET)]){ 0 }, sizeof(SECRET));
	assert_string_equal(before, "before");
	assert_string_equal(behind, "behind");
	secret_free(&before);
	secret_free(&behind);
	secret_free(&behind);
}

static void
pages_go_back_wiped_when_nothing_is_in_use(void **state)
{
	char *small, *large, *beside;

	(void)state;
	small = secret_copy(SECRET);
	assert_int_not_equal(mapped, 0);
	secret_free(&small);
	assert_int_equal(mapped, 0);
	beside = secret_copy("beside");
	large = secret_alloc(LARGE);
	memcpy(large + LARGE - sizeof(SECRET), SECRET, sizeof(SECRET));
	assert_true(mapped >= LARGE);
	secret_release(large);
	assert_true(mapped < LARGE);
	secret_free(&beside);
	assert_int_equal(mapped, 0);
}

static void
neighbours_that_are_free_are_one_block(void **state)
{
	void *blocks[10], *whole;
	size_t i, before;

	(void)state;
	for (i = 0; i < COUNT(blocks); i++)
		blocks[i] = secret_alloc(2000);
	before = mapped;
	for (i = 1; i < COUNT(blocks); i++)
		secret_release(blocks[i]);
	whole = secret_alloc(20000);
	assert_int_equal(mapped, before);
	secret_release(whole);
	secret_release(blocks[0]);
}

static void
no_memory_is_told_and_nothing_else_happens(void **state)
{
	char *held = secret_copy("held");
	struct buf buf;

	(void)state;
	is_out = true;
	assert_null(secret_alloc(LARGE));
	assert_null(secret_alloc(SIZE_MAX));
	assert_null(secret_alloc(SIZE_MAX - 40));
	assert_null(secret_copy_n("", SIZE_MAX));
	buf_init_secret(&buf, LARGE);
	assert_null(buf_reserve(&buf, LARGE));
	assert_status(buf_status(&buf), STATUS_NOMEM, NULL);
	buf_clear(&buf);
	assert_string_equal(held, "held");
	secret_free(&held);
	assert_null(secret_alloc(1));
}

/* A mistake of ours must not become one of the host's. */
static void
what_is_no_block_is_let_be(void **state)
{
	char *one = secret_alloc(100), *other = secret_copy("other");
	char elsewhere[64] = "elsewhere";

	(void)state;
	memset(one, 0, 100);
	strcpy(one, SECRET);
	secret_release(NULL);
	secret_release(elsewhere);
	secret_release(one + 1);
	secret_release(one + 16);
	assert_memory_equal(one, SECRET, strlen(SECRET));
	assert_string_equal(elsewhere, "elsewhere");
	secret_release(one);
	secret_release(one); /* twice */
	assert_string_equal(other, "other");
	secret_free(&other);
	other = string_copy("of malloc(3)");
	secret_free(&other);
	assert_null(other);
}

static void
a_secret_buffer_lies_there_and_grows_there(void **state)
{
	char *held = secret_copy("held");
	struct buf buf;

	(void)state;
	buf_init_secret(&buf, LARGE);
	buf_add_string(&buf, SECRET);
	while (buf.length < LARGE)
		buf_add(&buf, "x", 1);
	assert_status(buf_status(&buf), STATUS_OK, NULL);
	assert_true(mapped > LARGE);
	assert_memory_equal(buf.data, SECRET, strlen(SECRET));
	buf_clear(&buf);
	assert_true(mapped < LARGE);
	buf_add_string(&buf, SECRET); /* still of its kind */
	assert_non_null(buf.data);
	secret_free(&held);
	assert_int_not_equal(mapped, 0);
	buf_clear(&buf);
}

/* One that is held, and what must be in it. */
struct held {
	unsigned char *bytes;
	size_t length;
	unsigned char value;
};

static void
check_held(const struct held *held)
{
	size_t i;

	for (i = 0; i < held->length; i++)
		if (held->bytes[i] != held->value)
			fail_msg("byte %zu of %zu is %d, not %d", i,
			    held->length, held->bytes[i], held->value);
}

static void
change(struct held *held, unsigned *seed)
{
	if (held->bytes != NULL) {
		check_held(held);
		secret_release(held->bytes);
		held->bytes = NULL;
		return;
	}
	held->length = (size_t)rand_r(seed) % (rand_r(seed) % 50 ? 300 : 9000);
	held->value = (unsigned char)rand_r(seed);
	held->bytes = secret_alloc(held->length);
	assert_non_null(held->bytes);
	memset(held->bytes, held->value, held->length);
}

static void
whatever_is_done_every_block_keeps_its_bytes(void **state)
{
	static struct held held[MODEL_BLOCKS];
	unsigned seed = 1;
	size_t i;

	(void)state;
	for (i = 0; i < MODEL_STEPS; i++)
		change(&held[(size_t)rand_r(&seed) % MODEL_BLOCKS], &seed);
	for (i = 0; i < MODEL_BLOCKS; i++)
		if (held[i].bytes != NULL)
			change(&held[i], &seed);
	assert_true(most < 1000000);
}

static void *
work(void *context)
{
	unsigned seed = *(unsigned *)context;
	struct held held[20] = { { NULL, 0, 0 } };
	size_t i;

	for (i = 0; i < MODEL_STEPS / THREADS; i++)
		change(&held[(size_t)rand_r(&seed) % COUNT(held)], &seed);
	for (i = 0; i < COUNT(held); i++)
		if (held[i].bytes != NULL)
			change(&held[i], &seed);
	return NULL;
}

static void
any_thread_may_take_and_give_back(void **state)
{
	pthread_t threads[THREADS];
	unsigned seeds[THREADS];
	int i;

	(void)state;
	for (i = 0; i < THREADS; i++) {
		seeds[i] = (unsigned)i;
		assert_int_equal(
		    pthread_create(&threads[i], NULL, work, &seeds[i]), 0);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* Until told to stop. */
static void *
stay_busy(void *context)
{
	atomic_bool *go_on = context;

	while (atomic_load(go_on))
		secret_release(secret_alloc(100));
	return NULL;
}

/* What a child does, which has no other thread; a signal ends one that waits. */
static int
use_in_child(void *context)
{
	char *secret;

	(void)context;
	alarm(20);
	secret = secret_copy(SECRET);
	if (secret == NULL || strcmp(secret, SECRET) != 0)
		return 1;
	secret_free(&secret);
	return 0;
}

static void
a_child_of_a_busy_program_can_use_it(void **state)
{
	atomic_bool go_on = true;
	pthread_t thread;
	int i;

	(void)state;
	assert_int_equal(
	    pthread_atfork(secret_lock, secret_unlock, secret_unlock), 0);
	assert_int_equal(pthread_create(&thread, NULL, stay_busy, &go_on), 0);
	for (i = 0; i < FORKS; i++)
		assert_int_equal(unit_child(use_in_child, NULL), 0);
	atomic_store(&go_on, false);
	pthread_join(thread, NULL);
}

#ifdef __linux__
/* Has the mapping of that address this flag, of those in smaps? */
static bool
has_flag(const void *address, const char *flag)
{
	FILE *smaps = fopen("/proc/self/smaps", "r");
	unsigned long low, high, at = (unsigned long)address;
	bool is_here = false, has = false;
	char line[512];

	assert_non_null(smaps);
	while (fgets(line, sizeof(line), smaps) != NULL) {
		if (sscanf(line, "%lx-%lx ", &low, &high) == 2)
			is_here = at >= low && at < high;
		else if (is_here && strncmp(line, "VmFlags:", 8) == 0)
			has = strstr(line, flag) != NULL;
	}
	fclose(smaps);
	return has;
}

static void
a_core_dump_leaves_the_pages_out(void **state)
{
	char *small = secret_copy(SECRET), *large = secret_alloc(LARGE);
	char *plain = string_copy("not these");

	(void)state;
	assert_true(has_flag(small, " dd"));
	assert_true(has_flag(large, " dd"));
	assert_true(has_flag(large + LARGE - 1, " dd"));
	assert_false(has_flag(plain, " dd"));
	assert_false(has_flag(small, " lo"));
	free(plain);
	secret_release(large);
	secret_free(&small);
}

/* Does a page of ours get locked? Sanitizers let mlock(2) do nothing. */
static bool
can_lock(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool is_locked;

	assert_ptr_not_equal(page, MAP_FAILED);
	is_locked = mlock(page, 4096) == 0 && has_flag(page, " lo");
	munmap(page, 4096);
	return is_locked;
}

/* The last, for nothing undoes it. */
static void
pages_are_locked_where_that_was_asked_for(void **state)
{
	struct rlimit limit, none = { 0, 0 };
	char *secret;

	(void)state;
	getrlimit(RLIMIT_MEMLOCK, &limit);
	secret_lock_pages();
	secret = secret_copy(SECRET);
	if (limit.rlim_cur >= 65536 && can_lock())
		assert_true(has_flag(secret, " lo"));
	assert_true(has_flag(secret, " dd"));
	secret_free(&secret);
	none.rlim_max = limit.rlim_max;
	setrlimit(RLIMIT_MEMLOCK, &none);
	secret = secret_copy(SECRET);
	assert_non_null(secret);
	secret_free(&secret);
	setrlimit(RLIMIT_MEMLOCK, &limit);
}
#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(blocks_are_aligned_and_lie_apart),
		TEST(a_block_is_wiped_when_it_is_given_back),
		TEST(pages_go_back_wiped_when_nothing_is_in_use),
		TEST(neighbours_that_are_free_are_one_block),
		TEST(no_memory_is_told_and_nothing_else_happens),
		TEST(what_is_no_block_is_let_be),
		TEST(a_secret_buffer_lies_there_and_grows_there),
		TEST(whatever_is_done_every_block_keeps_its_bytes),
		TEST(any_thread_may_take_and_give_back),
		TEST(a_child_of_a_busy_program_can_use_it),
#ifdef __linux__
		TEST(a_core_dump_leaves_the_pages_out),
		TEST(pages_are_locked_where_that_was_asked_for),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
