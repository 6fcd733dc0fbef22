/* The entries of the fake server: read from LDIF, changed by the script, numbered by change.  Entries are never altered
 * nor given back once they are there, so that searches under way may point to them: the server is a short-lived one. */
#ifndef FAKE_STORE_H
#define FAKE_STORE_H

#include "base/error.h"

#include <lber.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_CSN_SIZE  41
#define FAKE_GUID_SIZE 37

struct fake_attribute {
	char *name;
	struct berval *values; /* bv_val is NUL-terminated */
	size_t count;
};

struct fake_entry {
	char *dn;
	unsigned char id[16];      /* entryUUID and objectGUID: of the LDIF's "entryUUID: 32 hexadecimal digits", else of the DN */
	struct fake_attribute *attributes;
	size_t count;
	uint64_t created, changed; /* numbers of changes */
	char time[16];             /* of the change, as a generalized time without its Z */
	bool deleted;
	const struct fake_entry *before; /* what it was before its last change; NULL: not there */
};

struct fake_entries {
	const struct fake_entry **items;
	size_t count;
};

struct fake_store {
	pthread_mutex_t lock;
	struct fake_entries entries; /* the present state, what was deleted included */
	struct fake_entries changes; /* change number n is item n - 1 */
	struct fake_entries root;    /* the root DSE and the subschema: "cn=rootDSE" and "cn=subschema" of the LDIF */
};

void fake_store_init(struct fake_store *store);
/* Reads LDIF: each entry is added, or takes the place of the one with its id. */
int fake_store_put(struct fake_store *store, const char *path, struct error *why);
int fake_store_remove(struct fake_store *store, const char *dn, struct error *why);
uint64_t fake_store_change(struct fake_store *store); /* the number of the last change */

/* The entry as it was when change `number` was the last one; NULL: it was not there. */
const struct fake_entry *fake_entry_at(const struct fake_entry *entry, uint64_t number);

/* What is at `base` (scope 0), one level below (1) or at and below it (2), in the order of the LDIF; to be freed.  The
 * root DSE is at "" and the subschema at "cn=subschema"; <GUID=…> is the entry with that id, and <WKGUID=…> the
 * first one ([MS-ADTS] 3.1.1.3.1.2.4). */
struct fake_entries fake_store_find(struct fake_store *store, const char *base, int scope, bool deleted);
/* The changes after number `after`, in order; to be freed. */
struct fake_entries fake_store_changes(struct fake_store *store, uint64_t after);

const struct fake_attribute *fake_entry_attribute(const struct fake_entry *entry, const char *name);
bool fake_dn_is_below(const char *dn, const char *base, int scope); /* compares letter case aside, and no more */
/* As Active Directory writes it: the first three parts have their least octet first ([MS-DTYP] 2.3.4). */
void fake_guid_print(const unsigned char id[16], char text[FAKE_GUID_SIZE]);
void fake_csn_print(uint64_t change, char csn[FAKE_CSN_SIZE]);

#endif
