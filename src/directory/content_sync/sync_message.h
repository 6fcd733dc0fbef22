/* The messages of RFC 4533: the controls and intermediate responses of a content synchronization, taken apart.  Internal
 * to content synchronization. */
#ifndef DIRECTORY_SYNC_MESSAGE_H
#define DIRECTORY_SYNC_MESSAGE_H

#include "directory/follower/position.h"

#include <lber.h>
#include <ldap.h>
#include <stdbool.h>

#define SYNC_KEY_SIZE 37 /* a UUID as text, with the NUL */

/* RFC 4533 section 2.2: what the Sync State Control of an entry says. */
struct sync_state {
	int state; /* LDAP_SYNC_PRESENT, ADD, MODIFY or DELETE */
	char key[SYNC_KEY_SIZE];
	bool cookie; /* there was one: the position was advanced */
};

/* RFC 4533 section 2.5: a Sync Info Message. */
enum sync_info_kind { SYNC_INFO_NEW_COOKIE = 0, SYNC_INFO_REFRESH_DELETE, SYNC_INFO_REFRESH_PRESENT, SYNC_INFO_ID_SET };
struct sync_info {
	enum sync_info_kind kind;
	bool cookie;   /* there was one: the position was advanced */
	bool done;     /* of the refresh kinds */
	bool deletes;  /* of an id set: these are gone, else these are there */
	BerVarray ids; /* of an id set; to be freed by ber_bvarray_free */
};

/* A Sync Request Control (section 2.1) for refreshAndPersist without cookie, critical.  Free its value with
 * ber_memfree.  False: liblber has no memory. */
bool sync_request_make(LDAPControl *control);

/* How far a cookie says that the server has come: OpenLDAP's "rid=...,csn=A;B", or the number at the end of 389
 * Directory Server's "host:port#identity:base:filter#123".  Counters are advanced in `position`. */
void sync_cookie_read(const struct berval *cookie, struct position *position);

/* False: the control is missing or no such control.  Its cookie advances `position`. */
bool sync_state_parse(LDAPControl **controls, struct sync_state *state, struct position *position);
/* False: octets that are no Sync Info Message.  Its cookie advances `position`. */
bool sync_info_parse(struct berval *value, struct sync_info *info, struct position *position);
/* A syncUUID as text.  False: not 16 octets. */
bool sync_key_print(const struct berval *uuid, char key[SYNC_KEY_SIZE]);

#endif
