/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Memory for secrets. See secret.h.
 *
 * An arena is one mapping, a chain of blocks from its head to its end. The
 * first free block that suffices is split; neighbours that are free are joined
 * on the way. An arena without a block in use is unmapped, so nothing stays of
 * what is done with.
 *
 * BUGS: a child of fork(2) has a copy of what its parent held, not locked.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "secret.h"

/* A grant, a request and its answer; half of what some systems let be locked.
 * What is larger than that has an arena to itself. */
#define ARENA_LENGTH ((size_t)32768)

/* Of each block, and so of its size. */
#define ALIGNMENT ((size_t)16)
#define IN_USE ((size_t)1)

/* Tells a block's head from other bytes; mixed with where it stands. */
#define GUARD ((uintptr_t)0x5ec12e75)

struct block {
	_Alignas(16) size_t size; /* with this head; and IN_USE */
	uintptr_t guard;
};

struct arena {
	_Alignas(16) struct arena *next;
	size_t length; /* of the mapping */
	size_t count;  /* blocks in use */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena *arenas;
static bool locks_pages;

/* The least multiple of a power of two that is not less than size. */
static size_t
round_up(size_t size, size_t multiple)
{
	return (size + multiple - 1) & ~(multiple - 1);
}

static struct block *
first_block(struct arena *arena)
{
	return (struct block *)(arena + 1);
}

static struct block *
end_of(struct arena *arena)
{
	return (struct block *)((uintptr_t)arena + arena->length);
}

static struct block *
next_block(const struct block *block)
{
	return (struct block *)((uintptr_t)block + (block->size & ~IN_USE));
}

static void
set_block(struct block *block, size_t size)
{
	block->size = size;
	block->guard = GUARD ^ (uintptr_t)block;
}

/* Has nobody written over its head? */
static bool
is_block(const struct block *block)
{
	return block->guard == (GUARD ^ (uintptr_t)block);
}

static void *
map(size_t length)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	void *pages;

#ifdef MAP_CONCEAL
	flags |= MAP_CONCEAL; /* OpenBSD */
#endif
	pages = mmap(NULL, length, PROT_READ | PROT_WRITE, flags, -1, 0);
	/* What else the system does not do is no reason to refuse the work. */
	if (pages == MAP_FAILED)
		return NULL;
#ifdef MADV_DONTDUMP
	(void)madvise(pages, length, MADV_DONTDUMP);
#elif defined(MADV_NOCORE)
	(void)madvise(pages, length, MADV_NOCORE); /* FreeBSD */
#endif
	if (locks_pages)
		(void)mlock(pages, length);
	return pages;
}

/* An arena with one block of at least that size, in front of the others. */
static struct arena *
new_arena(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t length = round_up(sizeof(struct arena) + size, page);
	struct arena *arena;

	if (length < ARENA_LENGTH)
		length = round_up(ARENA_LENGTH, page);
	if ((arena = map(length)) == NULL)
		return NULL;
	arena->length = length;
	arena->count = 0;
	set_block(first_block(arena), length - sizeof(*arena));
	arena->next = arenas;
	arenas = arena;
	return arena;
}

/* Joins a free block with those behind it, up to one in use. */
static void
join(struct block *block, const struct block *end)
{
	struct block *next;

	for (next = next_block(block);
	     next < end && is_block(next) && (next->size & IN_USE) == 0;
	     next = next_block(block))
		block->size += next->size;
}

/* A block of that size, now in use; NULL: the arena has none. */
static struct block *
take(struct arena *arena, size_t size)
{
	struct block *block, *end = end_of(arena);
	size_t rest;

	for (block = first_block(arena); block < end && is_block(block);
	     block = next_block(block)) {
		if ((block->size & IN_USE) != 0)
			continue;
		join(block, end);
		if (block->size < size)
			continue;
		rest = block->size - size;
		/* A head without a byte behind it is no block. */
		if (rest > sizeof(*block)) {
			block->size = size;
			set_block(next_block(block), rest);
		}
		block->size |= IN_USE;
		arena->count++;
		return block;
	}
	return NULL;
}

void *
secret_alloc(size_t size)
{
	struct block *block = NULL;
	struct arena *arena;

	/* Far below what would overflow, and above any secret. */
	if (size > SIZE_MAX / 4)
		return NULL;
	size = round_up(sizeof(*block) + (size > 0 ? size : 1), ALIGNMENT);
	pthread_mutex_lock(&lock);
	for (arena = arenas; arena != NULL && block == NULL;
	     arena = arena->next)
		block = take(arena, size);
	if (block == NULL && (arena = new_arena(size)) != NULL)
		block = take(arena, size);
	pthread_mutex_unlock(&lock);
	return block != NULL ? block + 1 : NULL;
}

/* Where the arena that holds the address is linked; NULL: nowhere. */
static struct arena **
find_arena(uintptr_t address)
{
	struct arena **link;

	for (link = &arenas; *link != NULL; link = &(*link)->next)
		if (address >= (uintptr_t)(first_block(*link) + 1) &&
		    address < (uintptr_t)end_of(*link))
			return link;
	return NULL;
}

/* Gives back a block of that arena, and the arena when it was the last. */
static void
give_back(struct arena **link, struct block *block)
{
	struct arena *arena = *link;

	if ((uintptr_t)block % ALIGNMENT != 0 || !is_block(block) ||
	    (block->size & IN_USE) == 0)
		return;
	block->size &= ~IN_USE;
	explicit_bzero(block + 1, block->size - sizeof(*block));
	if (--arena->count > 0)
		return;
	*link = arena->next;
	munmap(arena, arena->length);
}

/* False: the block is not of this memory. */
static bool
release(void *memory)
{
	struct arena **link;

	pthread_mutex_lock(&lock);
	if ((link = find_arena((uintptr_t)memory)) != NULL)
		give_back(link, (struct block *)memory - 1);
	pthread_mutex_unlock(&lock);
	return link != NULL;
}

void
secret_release(void *block)
{
	if (block != NULL)
		(void)release(block);
}

char *
secret_copy(const char *string)
{
	return secret_copy_n(string, strlen(string));
}

char *
secret_copy_n(const char *bytes, size_t length)
{
	char *copy = length < SIZE_MAX ? secret_alloc(length + 1) : NULL;

	if (copy != NULL) {
		memcpy(copy, bytes, length);
		copy[length] = '\0';
	}
	return copy;
}

void
secret_free(char **secret)
{
	if (*secret != NULL && !release(*secret)) {
		explicit_bzero(*secret, strlen(*secret));
		free(*secret);
	}
	*secret = NULL;
}

void
secret_lock_pages(void)
{
	locks_pages = true;
}

void
secret_lock(void)
{
	pthread_mutex_lock(&lock);
}

void
secret_unlock(void)
{
	pthread_mutex_unlock(&lock);
}
