/* Kerberos tickets, got by ourselves with the keys of a keytab: no kinit, no renewal, no file that others may find.
 * They are got anew for each bind and live in memory until it is done. */
#ifndef DIRECTORY_KERBEROS_H
#define DIRECTORY_KERBEROS_H

#include "base/error.h"

struct kerberos_tickets; /* opaque; used by the thread that acquired it */

/* Asks the KDC (krb5.conf(5)) for a ticket of `principal`, or of the first one in the keytab if it is NULL.  Until
 * kerberos_drop, GSSAPI takes it for whatever this thread begins.  Negative with what is wrong and what to do. */
int kerberos_acquire(const char *keytab, const char *principal, struct kerberos_tickets **tickets, struct error *why);
void kerberos_drop(struct kerberos_tickets *tickets); /* NULL is allowed */

#endif
