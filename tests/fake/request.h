/* What a client asks of the fake server (RFC 4511), taken apart by hand: liblber writes into what it decodes. */
#ifndef FAKE_REQUEST_H
#define FAKE_REQUEST_H

#include "store.h"

#include <stdbool.h>
#include <stddef.h>

#define FAKE_ATTRIBUTES_MAX 4200
#define FAKE_MESSAGE_MAX    4194304 /* octets of a request */

struct fake_octets {
	const unsigned char *at;
	size_t length;
};

struct fake_request {
	unsigned char *octets; /* the message; its own */
	int id;
	unsigned tag;          /* LDAP_REQ_* */
	/* Of a search: */
	char *base;
	int scope, size_limit;
	struct fake_octets filter;
	char *attributes[FAKE_ATTRIBUTES_MAX + 1];
	bool sync, dirsync, notify, paged, deleted, extended; /* its controls: DirSync, notification, RFC 2696, 417, 529 */
	long page_size;        /* of the paged results control */
	char cookie[64];       /* of that or DirSync; "": none */
};

/* Takes a message over; NULL: it is none, and was freed. */
struct fake_request *fake_request_new(unsigned char *octets, size_t length);
void fake_request_free(struct fake_request *request); /* NULL is allowed */

/* Whether the attribute is asked for: by name, or as one of all user attributes.  An option (";range=…") is no part of
 * `name`; *range is where its numbers begin in the request, NULL if there are none. */
bool fake_request_wants(const struct fake_request *request, const char *name, bool operational, const char **range);
bool fake_request_names(const struct fake_request *request, const char *name); /* letter case aside */
/* RFC 4511 section 4.5.1.7, all values as texts without letter case, or numbers where both are; substrings match by their
 * first part, extensible matches are false. */
bool fake_request_matches(const struct fake_request *request, const struct fake_entry *entry);

#endif
