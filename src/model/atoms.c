/* Interned names: a list of lower-case texts with a hash table over it. */
#include "model/parse.h"

#include "base/memory.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define SLOTS_FIRST 256 /* a power of two; at most half of the slots are used */

struct atom {
	uint32_t number;
	char name[];
};

struct atoms {
	_Atomic uint32_t holders;
	pthread_mutex_t lock; /* of all below */
	struct atom **slots;
	uint32_t slot_count;
	uint32_t count;
};

struct atoms *atoms_new(void)
{
	struct atoms *atoms = memory_alloc(sizeof(*atoms));
	int failed = pthread_mutex_init(&atoms->lock, NULL);

	assert(failed == 0);
	atomic_init(&atoms->holders, 1);
	atoms->slot_count = SLOTS_FIRST;
	atoms->slots = memory_array(atoms->slot_count, sizeof(struct atom *));
	return atoms;
}

struct atoms *atoms_hold(struct atoms *atoms)
{
	atomic_fetch_add_explicit(&atoms->holders, 1, memory_order_relaxed);
	return atoms;
}

void atoms_let_go(struct atoms *atoms)
{
	if (atomic_fetch_sub_explicit(&atoms->holders, 1, memory_order_acq_rel) != 1)
		return;
	for (uint32_t i = 0; i < atoms->slot_count; i++)
		free(atoms->slots[i]);
	free(atoms->slots);
	pthread_mutex_destroy(&atoms->lock);
	free(atoms);
}

/* The slot where the name is, or where it belongs. */
static struct atom **slot_find(struct atom **slots, uint32_t slot_count, const char *name)
{
	uint32_t i = (uint32_t)XXH3_64bits(name, strlen(name)) & (slot_count - 1);

	while (slots[i] && strcmp(slots[i]->name, name) != 0)
		i = (i + 1) & (slot_count - 1);
	return &slots[i];
}

static void atoms_grow(struct atoms *atoms)
{
	uint32_t slot_count = atoms->slot_count * 2;
	struct atom **slots = memory_array(slot_count, sizeof(struct atom *));

	for (uint32_t i = 0; i < atoms->slot_count; i++)
		if (atoms->slots[i])
			*slot_find(slots, slot_count, atoms->slots[i]->name) = atoms->slots[i];
	free(atoms->slots);
	atoms->slots = slots;
	atoms->slot_count = slot_count;
}

static struct atom *atoms_add(struct atoms *atoms, const char *name)
{
	size_t size = strlen(name) + 1;
	struct atom *atom = memory_alloc(sizeof(*atom) + size);

	assert(atoms->count < UINT32_MAX / 4);
	if ((atoms->count + 1) * 2 > atoms->slot_count)
		atoms_grow(atoms);
	atom->number = atoms->count++;
	memcpy(atom->name, name, size);
	*slot_find(atoms->slots, atoms->slot_count, name) = atom;
	return atom;
}

const char *atoms_intern(struct atoms *atoms, const char *canonical)
{
	struct atom *atom;

	pthread_mutex_lock(&atoms->lock);
	atom = *slot_find(atoms->slots, atoms->slot_count, canonical);
	if (!atom)
		atom = atoms_add(atoms, canonical);
	pthread_mutex_unlock(&atoms->lock);
	return atom->name;
}

uint32_t atom_number(const char *interned)
{
	const struct atom *atom = (const void *)(interned - offsetof(struct atom, name));

	return atom->number;
}
