/* YAML 1.1 as a tree whose nodes know their lines.  The only header over libyaml: what a node means is the caller's.
 *
 * An alias is the node that it names, so the tree may be a graph, and have circles: whoever walks it goes as deep as his
 * own form goes, and no deeper. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum yaml_kind { YAML_KIND_SCALAR = 0, YAML_KIND_SEQUENCE, YAML_KIND_MAPPING };

struct yaml {
	enum yaml_kind kind;
	bool block;           /* a scalar after | or >: its text begins in the line below */
	bool plain;           /* a scalar without quotes, on its own: it may mean more than its text */
	const char *tag;      /* as in "tag:yaml.org,2002:int" for !!int; NULL: none, or that of a text, a list, a mapping */
	size_t line;          /* from 1 */
	const char *text;     /* of a scalar; NUL-terminated */
	size_t length;        /* of the text; more than strlen() if a NUL stands in it */
	size_t count;         /* of items, or of pairs */
	const struct yaml *const *items; /* of a sequence */
	const struct yaml_pair *pairs;   /* of a mapping, as written: a key may be there twice */
};

struct yaml_pair {
	const struct yaml *key, *value;
};

/* Reads the one document that a text may hold, into memory of `arena`; *root is NULL when there is none.  YAML_BROKEN:
 * `why` says what is wrong in *line (0: the place is not known).  A second document is wrong, too: then *root is the
 * first one. */
#define YAML_BROKEN 1
int yaml_read(const char *text, size_t length, struct arena *arena, const struct yaml **root, size_t *line,
              struct error *why);

#endif
