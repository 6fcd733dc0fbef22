/* A set of attribute names, in canonical form (attribute_canonical). */
#ifndef DIRECTORY_NAME_SET_H
#define DIRECTORY_NAME_SET_H

#include <stdbool.h>
#include <stddef.h>

#define NAME_SET_MAX 4096

/* Zeroed: empty. */
struct name_set {
	char **items; /* sorted */
	size_t count, capacity;
	bool overflowed; /* a name did not find room */
};

void name_set_add(struct name_set *set, const char *name); /* `name` in any spelling */
bool name_set_has(const struct name_set *set, const char *canonical);
void name_set_copy(struct name_set *to, const struct name_set *from); /* `to` is released first */
void name_set_release(struct name_set *set);

#endif
