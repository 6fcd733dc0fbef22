#include "wire.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

unsigned fake_chance(unsigned below)
{
	static unsigned long long state = 88172645463325252ull; /* the same sequence in each run */

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 20) % below;
}

/* ---- in ---- */

static bool receive(struct fake_connection *connection, unsigned char *octets, size_t length)
{
	while (length > 0) {
		ssize_t got = recv(connection->socket, octets, length, 0);

		if (got <= 0)
			return false;
		octets += got;
		length -= (size_t)got;
	}
	return true;
}

struct fake_request *fake_wire_receive(struct fake_connection *connection)
{
	unsigned char header[6], *octets;
	size_t length, size = 2;

	if (!receive(connection, header, 2))
		return NULL;
	length = header[1];
	if (length & 0x80) {
		size_t count = length & 0x7f;

		if (count > 4 || !receive(connection, header + 2, count))
			return NULL;
		for (length = 0; size < 2 + count; size++)
			length = length << 8 | header[size];
	}
	if (length > FAKE_MESSAGE_MAX)
		return NULL;
	octets = memory_alloc(size + length);
	memcpy(octets, header, size);
	if (!receive(connection, octets + size, length)) {
		free(octets);
		return NULL;
	}
	return fake_request_new(octets, size + length);
}

/* ---- out ---- */

void fake_wire_close(struct fake_connection *connection, bool reset)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	if (reset)
		setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	connection->closed = true;
	shutdown(connection->socket, reset ? SHUT_RD : SHUT_RDWR); /* its thread closes it */
}

void fake_wire_octets(struct fake_connection *connection, const unsigned char *octets, size_t length)
{
	const struct fake_faults *faults = &connection->faults;

	if (faults->pause_us > 0)
		usleep(faults->pause_us);
	while (length > 0 && !connection->closed && !faults->silent) {
		ssize_t sent = send(connection->socket, octets, faults->trickle_us > 0 ? 1 : length, MSG_NOSIGNAL);

		if (sent <= 0) {
			connection->closed = true;
			return;
		}
		octets += sent;
		length -= (size_t)sent;
		if (faults->trickle_us > 0)
			usleep(faults->trickle_us);
	}
}

/* The size of a message's tag and length. */
static size_t header_size(const struct berval *message)
{
	unsigned char length = (unsigned char)message->bv_val[1];

	return 2u + (length & 0x80 ? length & 0x7fu : 0);
}

/* The message with another length of four octets, and without its end. */
static void send_cut(struct fake_connection *connection, const struct berval *message, size_t cut)
{
	size_t header = header_size(message), length = message->bv_len - header;
	unsigned char begin[6] = {0x30, 0x84, 0, 0, 0, 0};

	length = length > cut ? length - cut : 0;
	for (int i = 0; i < 4; i++)
		begin[2 + i] = (unsigned char)(length >> (24 - 8 * i));
	fake_wire_octets(connection, begin, sizeof(begin));
	fake_wire_octets(connection, (const unsigned char *)message->bv_val + header, length);
}

static void corrupt(struct berval *message, size_t count)
{
	size_t header = header_size(message);

	for (size_t i = 0; i < count && message->bv_len > header; i++)
		message->bv_val[header + fake_chance((unsigned)(message->bv_len - header))] = (char)fake_chance(256);
}

void fake_wire_send(struct fake_connection *connection, BerElement *ber)
{
	struct fake_faults *faults = &connection->faults, now = *faults;
	struct berval message;

	*faults = (struct fake_faults){.silent = now.silent, .trickle_us = now.trickle_us, .pause_us = now.pause_us};
	if (ber_flatten2(ber, &message, 0) < 0)
		abort();
	corrupt(&message, now.corrupt);
	if (now.cut > 0)
		send_cut(connection, &message, now.cut);
	else
		fake_wire_octets(connection, (unsigned char *)message.bv_val, now.half ? message.bv_len / 2 : message.bv_len);
	if (now.twice)
		fake_wire_octets(connection, (unsigned char *)message.bv_val, message.bv_len);
	faults->silent = faults->silent || now.half;
	ber_free(ber, 1);
}
