#include "steps.h"

#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/memory.h"
#include "message.h"

#define NO_STATE (-1) /* an entry without a Sync State control */

/* ---- cookies ---- */

/* NULL: there are none. */
static const char *cookie_print(const struct fake_operation *operation, uint64_t change, char *text, size_t size)
{
	char csn[FAKE_CSN_SIZE];

	if (operation->settings.cookie == FAKE_COOKIE_NONE)
		return NULL;
	if (operation->settings.cookie_text)
		return operation->settings.cookie_text;
	fake_csn_print(change, csn);
	if (operation->settings.cookie == FAKE_COOKIE_OPENLDAP)
		snprintf(text, size, "rid=000,csn=%s", csn);
	else
		snprintf(text, size, "localhost:389#cn=gateway:base:(filter)#%llu", (unsigned long long)change);
	return text;
}

/* ---- entries ---- */

static void send_entry(struct fake_operation *operation, const struct fake_entry *entry, int state, const char *cookie)
{
	struct fake_connection *connection = operation->connection;
	const struct fake_look look = {
		.request = operation->request,
		.range = operation->settings.range,
		.before = fake_entry_at(entry, operation->since),
		.big = connection->faults.big,
		.context = operation->settings.cookie == FAKE_COOKIE_OPENLDAP,
		.change = operation->change,
		.state = operation->request->sync ? state : -1,
		.cookie = cookie,
	};

	fake_wire_send(connection, fake_message_entry(operation->id + (int)connection->faults.id_offset, entry, &look));
}

/* The entry of that DN, whatever the filter and what is hidden. */
static void send_named(struct fake_operation *operation, const char *dn, int state)
{
	struct fake_entries found = fake_store_find(&operation->server->store, dn, 0, true);

	for (size_t i = 0; i < found.count; i++)
		send_entry(operation, found.items[i], state, NULL);
	free(found.items);
}

static void steps_run(struct fake_operation *operation, const struct fake_steps *steps)
{
	for (size_t i = 0; i < steps->count && !operation->over; i++)
		steps->items[i].action->run(operation, steps->items[i].argument);
}

/* The rules that strike after as many entries as were sent. */
static void rules_fire(struct fake_operation *operation)
{
	if (operation->fired_at == operation->sent)
		return;
	operation->fired_at = operation->sent;
	for (size_t i = 0; i < operation->rule_count && !operation->over; i++)
		if (operation->rules[i].after == operation->sent)
			steps_run(operation, &operation->rules[i].steps);
}

static void do_entries(struct fake_operation *operation, const char *argument)
{
	size_t most = *argument ? strtoul(argument, NULL, 10) : operation->limit;

	rules_fire(operation);
	for (; !operation->over && most > 0 && operation->next < operation->limit; most--) {
		send_entry(operation, operation->entries.items[operation->next++], LDAP_SYNC_ADD, NULL);
		operation->sent++;
		rules_fire(operation);
	}
}

static void do_omit(struct fake_operation *operation, const char *argument)
{
	size_t count = strtoul(argument, NULL, 10), left = operation->limit - operation->next;

	operation->next += count < left ? count : left;
}

static void do_entry(struct fake_operation *operation, const char *argument)
{
	send_named(operation, argument, LDAP_SYNC_ADD);
}

static void do_bare(struct fake_operation *operation, const char *argument)
{
	send_named(operation, argument, NO_STATE);
}

static void do_seen(struct fake_operation *operation, const char *argument)
{
	send_named(operation, argument, LDAP_SYNC_PRESENT);
}

static void do_delete(struct fake_operation *operation, const char *argument)
{
	send_named(operation, argument, LDAP_SYNC_DELETE);
}

/* A change of an entry, as a search that persists is told. */
static void change_send(struct fake_operation *operation, const struct fake_entry *entry)
{
	bool there = !entry->deleted && !fake_is_hidden(&operation->settings, entry->dn) &&
	             fake_request_matches(operation->request, entry);
	char text[200];

	send_entry(operation, entry, !there ? LDAP_SYNC_DELETE : entry->created == entry->changed ? LDAP_SYNC_ADD : LDAP_SYNC_MODIFY,
	           cookie_print(operation, entry->changed, text, sizeof(text)));
}

/* ---- content synchronization ---- */

static void send_info(struct fake_operation *operation, BerElement *value)
{
	fake_wire_send(operation->connection,
	               fake_message_info(operation->id + (int)operation->connection->faults.id_offset, value));
}

static void send_phase(struct fake_operation *operation, const char *argument, bool done)
{
	ber_tag_t tag = strcmp(argument, "delete") == 0 ? LDAP_TAG_SYNC_REFRESH_DELETE : LDAP_TAG_SYNC_REFRESH_PRESENT;
	BerElement *value = ber_alloc_t(LBER_USE_DER);
	char text[200];
	const char *cookie = cookie_print(operation, operation->change, text, sizeof(text));

	ber_printf(value, "t{", tag);
	if (cookie && done)
		ber_printf(value, "s", cookie);
	if (!done)
		ber_printf(value, "b", 0);
	ber_printf(value, "}");
	send_info(operation, value);
}

static void do_done(struct fake_operation *operation, const char *argument)
{
	send_phase(operation, argument, true);
}

static void do_phase(struct fake_operation *operation, const char *argument)
{
	send_phase(operation, argument, false);
}

/* The ids of all entries that match. */
static void do_ids(struct fake_operation *operation, const char *argument)
{
	BerElement *value = ber_alloc_t(LBER_USE_DER);

	ber_printf(value, "t{b[", LDAP_TAG_SYNC_ID_SET, strcmp(argument, "delete") == 0);
	for (size_t i = 0; i < operation->entries.count; i++)
		ber_printf(value, "o", (const char *)operation->entries.items[i]->id, (ber_len_t)16);
	ber_printf(value, "]}");
	send_info(operation, value);
}

static void do_cookie(struct fake_operation *operation, const char *argument)
{
	BerElement *value = ber_alloc_t(LBER_USE_DER);
	char text[200];
	const char *cookie = *argument ? argument : cookie_print(operation, operation->change, text, sizeof(text));

	ber_printf(value, "ts", LDAP_TAG_SYNC_NEW_COOKIE, cookie ? cookie : "");
	send_info(operation, value);
}

/* ---- results and other messages ---- */

static ber_tag_t answer_tag(const struct fake_request *request)
{
	return !request                          ? LDAP_RES_EXTENDED
	       : request->tag == LDAP_REQ_SEARCH ? LDAP_RES_SEARCH_RESULT
	       : request->tag == LDAP_REQ_BIND   ? LDAP_RES_BIND
	                                         : LDAP_RES_EXTENDED;
}

void fake_result_send(struct fake_operation *operation, int code, const char *text, const char *oid, BerElement *value)
{
	int id = operation->id + (int)operation->connection->faults.id_offset;

	fake_wire_send(operation->connection,
	               fake_message_result(id, answer_tag(operation->request), code, text, oid, value));
	operation->over = true;
}

/* CODE[:TEXT]; without the control of a page or a round. */
static void do_result(struct fake_operation *operation, const char *argument)
{
	const char *text = strchr(argument, ':');

	fake_result_send(operation, (int)strtol(argument, NULL, 10), text ? text + 1 : "", NULL, NULL);
}

static void do_reference(struct fake_operation *operation, const char *argument)
{
	fake_wire_send(operation->connection, fake_message_reference(operation->id, *argument ? argument : "ldap://other/"));
}

static void do_notice(struct fake_operation *operation, const char *argument)
{
	(void)argument;
	fake_wire_send(operation->connection, fake_message_notice());
}

static void do_random(struct fake_operation *operation, const char *argument)
{
	unsigned char octets[4096];
	size_t length = strtoul(argument, NULL, 10);

	if (length > sizeof(octets))
		length = sizeof(octets);
	for (size_t i = 0; i < length; i++)
		octets[i] = (unsigned char)fake_chance(256);
	fake_wire_octets(operation->connection, octets, length);
}

static void do_raw(struct fake_operation *operation, const char *argument)
{
	unsigned char octets[4096];
	size_t count = 0;

	for (; argument[0] && argument[1] && count < sizeof(octets); argument += 2) {
		const char digits[3] = {argument[0], argument[1], '\0'};

		octets[count++] = (unsigned char)strtoul(digits, NULL, 16);
	}
	fake_wire_octets(operation->connection, octets, count);
}

/* ---- what happens to the connection ---- */

static void do_silence(struct fake_operation *operation, const char *argument)
{
	(void)argument;
	operation->connection->faults.silent = true;
	operation->over = true;
}

static void do_hold(struct fake_operation *operation, const char *argument)
{
	(void)argument;
	operation->over = true;
}

static void do_close(struct fake_operation *operation, const char *argument)
{
	(void)argument;
	fake_wire_close(operation->connection, false);
	operation->over = true;
}

static void do_reset(struct fake_operation *operation, const char *argument)
{
	(void)argument;
	fake_wire_close(operation->connection, true);
	operation->over = true;
}

static void do_trickle(struct fake_operation *operation, const char *argument)
{
	operation->connection->faults.trickle_us = (unsigned)(strtod(argument, NULL) * 1000);
}

static void do_pause(struct fake_operation *operation, const char *argument)
{
	operation->connection->faults.pause_us = (unsigned)(strtod(argument, NULL) * 1000);
}

static void do_half(struct fake_operation *operation, const char *argument)
{
	(void)argument;
	operation->connection->faults.half = true;
}

static void do_twice(struct fake_operation *operation, const char *argument)
{
	(void)argument;
	operation->connection->faults.twice = true;
}

static void do_big(struct fake_operation *operation, const char *argument)
{
	operation->connection->faults.big = strtoul(argument, NULL, 10);
}

static void do_wrong_id(struct fake_operation *operation, const char *argument)
{
	operation->connection->faults.id_offset = strtol(argument, NULL, 10);
}

static void do_cut(struct fake_operation *operation, const char *argument)
{
	operation->connection->faults.cut = strtoul(argument, NULL, 10);
}

static void do_corrupt(struct fake_operation *operation, const char *argument)
{
	operation->connection->faults.corrupt = strtoul(argument, NULL, 10);
}

/* ---- what happens to the entries ---- */

static void do_put(struct fake_operation *operation, const char *argument)
{
	struct error why;

	if (fake_store_put(&operation->server->store, argument, &why) < 0)
		fprintf(stderr, "fake_ldap: %s\n", why.text);
	fake_tell(operation->server);
}

static void do_remove(struct fake_operation *operation, const char *argument)
{
	struct error why;

	if (fake_store_remove(&operation->server->store, argument, &why) < 0)
		fprintf(stderr, "fake_ldap: %s\n", why.text);
	fake_tell(operation->server);
}

static const struct fake_action actions[] = {
	{"entries", do_entries}, {"entry", do_entry},     {"bare", do_bare},       {"seen", do_seen},
	{"delete", do_delete},   {"done", do_done},       {"phase", do_phase},     {"ids", do_ids},
	{"cookie", do_cookie},   {"result", do_result},   {"reference", do_reference}, {"notice", do_notice},
	{"random", do_random},   {"raw", do_raw},         {"silence", do_silence}, {"hold", do_hold},
	{"close", do_close},     {"reset", do_reset},     {"trickle", do_trickle}, {"pause", do_pause},
	{"half", do_half},       {"twice", do_twice},     {"big", do_big},         {"wrong-id", do_wrong_id},
	{"omit", do_omit},       {"cut", do_cut},         {"corrupt", do_corrupt}, {"put", do_put},         {"remove", do_remove},
};

const struct fake_action *fake_action_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (strlen(actions[i].name) == length && strncmp(actions[i].name, name, length) == 0)
			return &actions[i];
	return NULL;
}

/* ---- searches that persist ---- */

/* Under the connection's lock: an operation of the search that persists there.  False: there is none. */
static bool followed_begin(struct fake_server *server, struct fake_connection *connection,
                           struct fake_operation *operation)
{
	*operation = (struct fake_operation){.server = server, .connection = connection, .kind = "sync"};
	operation->request = connection->followed;
	if (!operation->request || connection->closed)
		return false;
	operation->id = operation->request->id;
	operation->change = fake_store_change(&server->store);
	pthread_mutex_lock(&server->lock);
	operation->settings = server->script.settings;
	pthread_mutex_unlock(&server->lock);
	return true;
}

static size_t connections_count(struct fake_server *server)
{
	size_t count;

	pthread_mutex_lock(&server->lock);
	count = server->connection_count;
	pthread_mutex_unlock(&server->lock);
	return count;
}

void fake_send_steps(struct fake_server *server, const struct fake_steps *steps)
{
	size_t count = connections_count(server);
	struct fake_operation operation;

	for (size_t i = 0; i < count; i++) {
		struct fake_connection *connection = server->connections[i];

		pthread_mutex_lock(&connection->lock);
		if (followed_begin(server, connection, &operation))
			steps_run(&operation, steps);
		pthread_mutex_unlock(&connection->lock);
	}
}

void fake_tell_one(struct fake_server *server, struct fake_connection *connection)
{
	struct fake_operation operation;
	struct fake_entries changes;

	if (!followed_begin(server, connection, &operation))
		return;
	changes = fake_store_changes(&server->store, connection->told);
	for (size_t i = 0; i < changes.count && !operation.settings.mute; i++)
		change_send(&operation, changes.items[i]);
	connection->told += changes.count;
	free(changes.items);
}

void fake_tell(struct fake_server *server)
{
	size_t count = connections_count(server);

	for (size_t i = 0; i < count; i++) {
		struct fake_connection *connection = server->connections[i];

		/* One that is busy tells by itself when it is no more. */
		if (pthread_mutex_trylock(&connection->lock) == 0) {
			fake_tell_one(server, connection);
			pthread_mutex_unlock(&connection->lock);
		}
	}
}
