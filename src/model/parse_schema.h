/* The classes and attributes that mean something to the model, by name: two tables, which schema/dirgate.def and the
 * standards named in parse_schema.c are the source of.  For model/parse*.c, for directory/server/selection.c, which asks
 * servers for what is in them, and for decide/lint/lint.c, which names attributes as their schema does. */
#ifndef MODEL_PARSE_SCHEMA_H
#define MODEL_PARSE_SCHEMA_H

#include "base/arena.h"
#include "model/entry.h"

#include <stdbool.h>
#include <stdint.h>

/* Below it: ".1.n" attributes, ".2.n" classes (schema/README.md). */
#define SCHEMA_ARC "1.2.840.113556.1.8000.2554.12240.20475.3035.20208.34738.1244298.12339895"

enum schema_class {
	CLASS_ORGANIZATION = 0,
	CLASS_WORKSPACE,
	CLASS_ROLE,
	CLASS_RESTRICTION,
	CLASS_BINDING,
	CLASS_BOUND_GROUP,
	CLASS_GROUP_RULE,
	CLASS_ROLE_SET,
	CLASS_ACCOUNT,
	CLASS_PLAN,
	CLASS_RESOURCE,
	CLASS_KNOWN_RESOURCE,
	CLASS_INVITATION,
	CLASS_GROUP_OF_NAMES,
	CLASS_GROUP_OF_MEMBERS,
	CLASS_GROUP_OF_UNIQUE_NAMES,
	CLASS_POSIX_GROUP,
	CLASS_ORGANIZATIONAL_ROLE,
	CLASS_GROUP_OF_URLS,
	CLASS_MANAGED_ROLE,
	CLASS_FILTERED_ROLE,
	CLASS_NESTED_ROLE,
	CLASS_AD_GROUP,
	CLASS_COUNT
};

#define SCHEMA_MUST_MAX 3

struct class_row {
	const char *name;
	unsigned number;                       /* last arc of its OID if it is ours, else 0 */
	uint32_t kinds;                        /* bits, 1 << enum kind: what it makes of an entry */
	const char *must[SCHEMA_MUST_MAX + 1]; /* canonical names of the attributes whose absence is reported */
};
extern const struct class_row schema_classes[CLASS_COUNT];

/* Finds a class by a value of objectClass: its name in any case, or its OID if it is ours. */
bool schema_class_find(const char *name, enum schema_class *found);

/* How the values of an attribute are kept and compared. */
enum attribute_form {
	FORM_NAME = 0, /* text; compared as names are equal (name.h) */
	FORM_EXACT,    /* text; compared exactly */
	FORM_NODE,     /* DNs that the model follows: kept as nodes */
	FORM_GUID,     /* Active Directory's 16 octets, kept as text */
	FORM_SID,      /* Active Directory's security identifier, kept as text */
};

struct attribute_row {
	const char *name; /* canonical */
	const char *spelling; /* as its schema has it */
	enum attribute_form form;
	unsigned number;  /* last arc of its OID if it is ours, else 0 */
};
extern const struct attribute_row schema_attributes[]; /* sorted by name */
extern const uint32_t schema_attribute_count;

/* The row of an attribute by its canonical name or, for ours, its OID; NULL: text that compares as a name. */
const struct attribute_row *schema_attribute_find(const char *name);

/* "dgPermission" for "dgpermission"; the canonical name itself where there is no row, NULL for NULL. */
const char *schema_attribute_spelling(const char *canonical);

#endif
