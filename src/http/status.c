/* The process itself: is it there, can it decide, which version is it. */
#include <inttypes.h>

#include "http/accept.h"
#include "http/handlers.h"
#include "json/json_writer.h"
#include "http/request.h"

void status_live(struct request *request)
{
	reply_fixed_json(&request->reply, 200, "{\"live\":true}");
}

/* ---- readiness: for everybody whether and why not, for those who may see more also of each source ---- */

static void write_counters(struct json_writer *json, const struct http_source *source)
{
	json_write_object(json, "counters");
	for (size_t i = 0; i < source->counter_count; i++)
		json_write_number(json, source->counters[i].name, (int64_t)source->counters[i].count);
	json_write_end(json);
}

static void write_seconds(struct json_writer *json, const char *name, double seconds)
{
	if (seconds >= 0)
		json_write_number(json, name, (int64_t)(seconds * 1000));
}

static const char *unless_empty(const char *words)
{
	return words[0] != '\0' ? words : NULL;
}

static void write_source(void *visitor, const struct http_source *source)
{
	struct json_writer *json = visitor;

	json_write_object(json, NULL);
	json_write_string(json, "name", source->name);
	json_write_string(json, "kind", source->kind);
	json_write_string(json, "state", source->state);
	json_write_boolean(json, "loaded", source->loaded);
	if (source->loaded)
		json_write_instant(json, "loaded_at", source->loaded_at);
	write_seconds(json, "age_ms", source->age);
	write_seconds(json, "lag_ms", source->lag);
	json_write_optional(json, "server", unless_empty(source->server));
	json_write_optional(json, "error", unless_empty(source->error));
	json_write_optional(json, "warning", unless_empty(source->warning));
	if (source->last_error[0] != '\0') {
		json_write_string(json, "last_error", source->last_error);
		json_write_instant(json, "last_error_at", source->last_error_at);
	}
	json_write_number(json, "entries", (int64_t)source->entries);
	json_write_optional(json, "journal", source->journal);
	json_write_optional(json, "journal_error", source->journal ? unless_empty(source->journal_error) : NULL);
	write_counters(json, source);
	json_write_end(json);
}

static void write_ready(struct request *request, enum reason why_not, bool details)
{
	bool ready = why_not == REASON_NO_GRANT;
	struct json_writer json = {.out = reply_json(&request->reply, ready ? 200 : 503)};

	json_write_object(&json, NULL);
	json_write_boolean(&json, "ready", ready);
	if (!ready)
		json_write_string(&json, "reason", reason_code(why_not));
	if (details) {
		json_write_array(&json, "sources");
		request->backend->sources(request->backend->context, write_source, &json);
		json_write_end(&json);
	}
	json_write_end(&json);
}

/* ---- the same in words ---- */

static void print_source(void *visitor, const struct http_source *source)
{
	struct text *out = visitor;

	text_print(out, "%s: %s, %s", source->name, source->kind, source->state);
	text_print(out, "%s%s, %" PRIu64 " entries", source->server[0] != '\0' ? " " : "", source->server, source->entries);
	if (source->age >= 0)
		text_print(out, ", proven %.1f s ago", source->age);
	if (source->lag >= 0)
		text_print(out, ", %.1f s behind", source->lag);
	text_append(out, "\n");
	if (source->error[0] != '\0')
		text_print(out, "  error: %s\n", source->error);
	if (source->warning[0] != '\0')
		text_print(out, "  warning: %s\n", source->warning);
	if (source->journal)
		text_print(out, "  on the disk: %s%s%s\n", source->journal, source->journal_error[0] != '\0' ? ": " : "",
		           source->journal_error);
	for (size_t i = 0; i < source->counter_count; i++)
		text_print(out, "%s%s %" PRIu64, i == 0 ? "  " : ", ", source->counters[i].name, source->counters[i].count);
	text_append(out, "\n");
}

static void print_ready(struct request *request, enum reason why_not, bool details)
{
	bool ready = why_not == REASON_NO_GRANT;
	struct text *out = reply_text(&request->reply, ready ? 200 : 503);

	if (ready)
		text_append(out, "ready\n");
	else
		text_print(out, "not ready: %s (%s)\n", reason_meaning(why_not), reason_code(why_not));
	if (details)
		request->backend->sources(request->backend->context, print_source, out);
}

void status_ready(struct request *request)
{
	const char *accept = request->fields[FIELD_ACCEPT];
	enum reason why_not = request_state(request)->cannot_decide;
	bool details = caller_may(&request->caller, CALLER_EXPLAIN);

	if (accept_prefers(accept, "text/plain") || accept_prefers(accept, "text/html"))
		print_ready(request, why_not, details);
	else
		write_ready(request, why_not, details);
	if (!details)
		request_forget_index(request); /* its token names the sources */
	if (why_not != REASON_NO_GRANT)
		reply_header(&request->reply, "Retry-After", REPLY_RETRY_AFTER);
}

void status_version(struct request *request)
{
	struct json_writer json = {.out = reply_json(&request->reply, 200)};

	json_write_object(&json, NULL);
	json_write_string(&json, "name", "dirgate");
	json_write_string(&json, "version", request->backend->version);
	json_write_end(&json);
}
