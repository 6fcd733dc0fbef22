/* The messages that the fake server sends (RFC 4511, RFC 4533, RFC 2696, [MS-ADTS]); each is to be given to
 * fake_wire_send. */
#ifndef FAKE_MESSAGE_H
#define FAKE_MESSAGE_H

#include "request.h"

#include <lber.h>

/* What an entry looks like to who asked. */
struct fake_look {
	const struct fake_request *request;
	long range;          /* see fake_settings */
	const struct fake_entry *before; /* DirSync: what is known of it; NULL: nothing */
	size_t big;          /* octets of padding */
	bool context;        /* it has a contextCSN */
	uint64_t change;     /* the last one */
	int state;           /* LDAP_SYNC_* in a Sync State control; negative: there is none */
	const char *cookie;  /* in that control; NULL: none */
};
BerElement *fake_message_entry(int id, const struct fake_entry *entry, const struct fake_look *look);

/* `oid` and `value`: a control; NULL: none.  Frees the value. */
BerElement *fake_message_result(int id, ber_tag_t tag, int code, const char *text, const char *oid, BerElement *value);
BerElement *fake_message_reference(int id, const char *uri);
BerElement *fake_message_notice(void); /* of disconnection, RFC 4511 section 4.4.1 */
/* A Sync Info message with the value in `value`, which is freed. */
BerElement *fake_message_info(int id, BerElement *value);
BerElement *fake_page_value(long size, const char *cookie);
BerElement *fake_dirsync_value(bool more, const char *cookie);

#endif
