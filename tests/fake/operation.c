#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "message.h"
#include "steps.h"

/* ---- kinds ---- */

static const char *const kinds[] = {
	"connect", "bind", "extended", "root", "schema", "beat", "range", "base", "sync", "page", "dirsync", "notify", "search",
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static bool asks_for_range(const struct fake_request *request)
{
	for (size_t i = 0; request->attributes[i]; i++)
		if (strcasestr(request->attributes[i], ";range="))
			return true;
	return false;
}

static const char *kind_of(const struct fake_request *request)
{
	if (!request)
		return "connect";
	if (request->tag != LDAP_REQ_SEARCH)
		return request->tag == LDAP_REQ_BIND ? "bind" : "extended";
	if (request->sync)
		return "sync";
	if (request->dirsync)
		return "dirsync";
	if (request->notify)
		return "notify";
	if (request->paged)
		return "page";
	if (request->scope != LDAP_SCOPE_BASE)
		return "search";
	if (fake_request_names(request, "contextCSN") || fake_request_names(request, "highestCommittedUSN"))
		return "beat";
	if (!*request->base)
		return "root";
	if (strcasecmp(request->base, "cn=subschema") == 0)
		return "schema";
	return asks_for_range(request) ? "range" : "base";
}

bool fake_kind_valid(const char *kind)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return strcmp(kind, "any") == 0;
}

long fake_count(struct fake_server *server, const char *kind)
{
	long count = -1;

	pthread_mutex_lock(&server->lock);
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i], kind) == 0)
			count = (long)server->counts[i];
	if (strcmp(kind, "open") == 0)
		count = 0;
	for (size_t i = 0; strcmp(kind, "open") == 0 && i < server->connection_count; i++)
		count += !server->connections[i]->closed;
	pthread_mutex_unlock(&server->lock);
	return count;
}

/* ---- beginning ---- */

static bool rule_strikes(struct fake_rule *rule, const char *kind)
{
	if (strcmp(rule->kind, kind) != 0 && strcmp(rule->kind, "any") != 0)
		return false;
	if (rule->skip > 0) {
		rule->skip--;
		return false;
	}
	if (rule->times == 0)
		return false;
	rule->times -= rule->times > 0;
	return true;
}

/* Takes from the script what concerns the operation.  The plan is empty if the script has none. */
static void script_take(struct fake_operation *operation, struct fake_steps *plan)
{
	struct fake_server *server = operation->server;
	struct fake_script *script = &server->script;

	pthread_mutex_lock(&server->lock);
	for (size_t i = 0; i < KINDS; i++)
		server->counts[i] += strcmp(kinds[i], operation->kind) == 0;
	operation->settings = script->settings;
	operation->rules = memory_array(script->rule_count + 1, sizeof(*operation->rules));
	for (size_t i = 0; i < script->rule_count; i++)
		if (rule_strikes(&script->rules[i], operation->kind))
			operation->rules[operation->rule_count++] = script->rules[i];
	plan->count = 0;
	for (size_t i = 0; i < script->plan_count; i++)
		if (strcmp(script->plans[i].kind, operation->kind) == 0)
			*plan = script->plans[i].steps;
	pthread_mutex_unlock(&server->lock);
}

bool fake_is_hidden(const struct fake_settings *settings, const char *dn)
{
	for (size_t i = 0; i < settings->hidden_count; i++)
		if (fake_dn_is_below(dn, settings->hidden[i], LDAP_SCOPE_SUBTREE))
			return true;
	return false;
}

static int change_order(const void *a, const void *b)
{
	const struct fake_entry *one = *(const struct fake_entry *const *)a, *other = *(const struct fake_entry *const *)b;

	return one->changed < other->changed ? -1 : one->changed > other->changed;
}

/* Sets `entries` and `limit`. */
static void entries_select(struct fake_operation *operation)
{
	const struct fake_request *request = operation->request;
	const bool deleted = request->deleted || (request->dirsync && *request->cookie);
	const uint64_t after = operation->since;
	struct fake_entries *entries = &operation->entries;
	size_t kept = 0;

	*entries = fake_store_find(&operation->server->store, request->base, request->scope, deleted);
	for (size_t i = 0; i < entries->count; i++)
		if (!fake_is_hidden(&operation->settings, entries->items[i]->dn) && entries->items[i]->changed >= after + (after > 0) &&
		    fake_request_matches(request, entries->items[i]))
			entries->items[kept++] = entries->items[i];
	entries->count = operation->limit = kept;
	if (request->dirsync && kept > 0)
		qsort(entries->items, kept, sizeof(*entries->items), change_order);
	if (request->dirsync && operation->settings.round > 0 && kept > (size_t)operation->settings.round)
		operation->limit = (size_t)operation->settings.round;
}

/* ---- pages ---- */

/* The list is made for the first page, and kept at the connection. */
static void page_begin(struct fake_operation *operation)
{
	struct fake_connection *connection = operation->connection;
	const struct fake_request *request = operation->request;
	size_t size = request->page_size > 0 ? (size_t)request->page_size : 1;

	if (*request->cookie) {
		free(operation->entries.items);
		operation->next = strtoul(request->cookie, NULL, 10);
	} else {
		free(connection->pages.items);
		connection->pages = operation->entries;
	}
	operation->entries = connection->pages;
	if (operation->settings.page > 0 && size > (size_t)operation->settings.page)
		size = (size_t)operation->settings.page;
	operation->limit = operation->next + size < operation->entries.count ? operation->next + size : operation->entries.count;
}

/* ---- ending ---- */

static void end_well(struct fake_operation *operation)
{
	const struct fake_request *request = operation->request;
	const bool more = operation->next < operation->entries.count;
	char cookie[32] = "";

	if (strcmp(operation->kind, "page") == 0) {
		if (more)
			snprintf(cookie, sizeof(cookie), "%zu", operation->next);
		fake_result_send(operation, LDAP_SUCCESS, "", LDAP_CONTROL_PAGEDRESULTS, fake_page_value(0, cookie));
	} else if (strcmp(operation->kind, "dirsync") == 0) {
		snprintf(cookie, sizeof(cookie), "%llu", (unsigned long long)(more && operation->next > 0
		         ? operation->entries.items[operation->next - 1]->changed : operation->change));
		fake_result_send(operation, LDAP_SUCCESS, "", "1.2.840.113556.1.4.841", fake_dirsync_value(more, cookie));
	} else if (request->tag == LDAP_REQ_SEARCH && request->scope == LDAP_SCOPE_BASE && operation->entries.count == 0) {
		fake_result_send(operation, LDAP_NO_SUCH_OBJECT, "", NULL, NULL);
	} else {
		fake_result_send(operation, more ? LDAP_SIZELIMIT_EXCEEDED : LDAP_SUCCESS, "", NULL, NULL);
	}
}

/* ---- running ---- */

static void plan_run(struct fake_operation *operation, const struct fake_steps *scripted)
{
	static char nothing[] = "", present[] = "present";
	const struct fake_steps entries = {.items = {{fake_action_find("entries", 7), nothing}}, .count = 1};
	const struct fake_steps sync = {.items = {{fake_action_find("entries", 7), nothing}, {fake_action_find("done", 4), present}},
	                                .count = 2};
	const struct fake_steps *plan = scripted->count > 0 ? scripted : operation->request && operation->request->sync ? &sync : &entries;

	for (size_t i = 0; i < plan->count && !operation->over; i++)
		plan->items[i].action->run(operation, plan->items[i].argument);
}

static bool persists(const struct fake_operation *operation)
{
	return operation->request && (operation->request->sync || operation->request->notify);
}

static void operation_run_locked(struct fake_server *server, struct fake_connection *connection,
                                 const struct fake_request *request)
{
	struct fake_operation operation = {
		.server = server, .connection = connection, .request = request, .kind = kind_of(request),
		.id = request ? request->id : 0, .fired_at = -1,
	};
	struct fake_steps plan;

	script_take(&operation, &plan);
	operation.change = fake_store_change(&server->store);
	operation.since = request && request->dirsync ? strtoull(request->cookie, NULL, 10) : 0;
	if (request && request->tag == LDAP_REQ_SEARCH && !request->notify)
		entries_select(&operation);
	if (strcmp(operation.kind, "page") == 0)
		page_begin(&operation);
	else if (strcmp(operation.kind, "search") == 0 && operation.settings.page > 0 &&
	         operation.limit > (size_t)operation.settings.page)
		operation.limit = (size_t)operation.settings.page;
	plan_run(&operation, &plan);
	if (persists(&operation) && !operation.over) {
		connection->followed = (struct fake_request *)(uintptr_t)request;
		connection->told = operation.change;
	} else if (request && !operation.over) {
		end_well(&operation);
	}
	if (strcmp(operation.kind, "page") != 0)
		free(operation.entries.items);
	free(operation.rules);
}

void fake_operation_run(struct fake_server *server, struct fake_connection *connection, const struct fake_request *request)
{
	bool behind = true;

	pthread_mutex_lock(&connection->lock);
	operation_run_locked(server, connection, request);
	while (behind) {
		fake_tell_one(server, connection);
		pthread_mutex_unlock(&connection->lock);
		/* What changed since then may have found it busy. */
		behind = connection->followed && connection->told < fake_store_change(&server->store);
		if (behind)
			pthread_mutex_lock(&connection->lock);
	}
}
