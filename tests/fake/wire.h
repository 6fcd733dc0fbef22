/* One connection of the fake server: whole messages in, whole or broken ones out.  What is to happen to the octets is set
 * in `faults` by the steps of the script (steps.c). */
#ifndef FAKE_WIRE_H
#define FAKE_WIRE_H

#include "request.h"

#include <lber.h>
#include <pthread.h>
#include <stdbool.h>

struct fake_faults {
	/* From now on, for the whole connection: */
	bool silent;        /* nothing is sent any more */
	unsigned trickle_us; /* one octet each so many microseconds */
	unsigned pause_us;  /* before each message */
	/* For the next message only: */
	bool half;          /* its first half, then silence */
	bool twice;
	size_t big;         /* an entry is given an attribute "padding" of so many octets */
	long id_offset;
	size_t cut;         /* octets missing at its end; the outer length says so, the inner ones do not */
	size_t corrupt;     /* octets of chance at places of chance, behind its header */
};

struct fake_connection {
	int socket;
	bool closed;            /* by either side */
	pthread_mutex_t lock;   /* whoever sends holds it */
	struct fake_faults faults;
	struct fake_request *followed; /* the search that persists; NULL: none */
	uint64_t told;          /* the last change that its client was told */
	struct fake_entries pages; /* of the paged search under way */
};

/* The next request; NULL: the client has closed, or sent what is no message. */
struct fake_request *fake_wire_receive(struct fake_connection *connection);
/* Sends the message in `ber`, and frees it. */
void fake_wire_send(struct fake_connection *connection, BerElement *ber);
void fake_wire_octets(struct fake_connection *connection, const unsigned char *octets, size_t length);
void fake_wire_close(struct fake_connection *connection, bool reset);
unsigned fake_chance(unsigned below); /* a number from a fixed sequence */

#endif
