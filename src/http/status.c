/* The process itself: is it there, can it decide, which version is it. */
#include "http/handlers.h"
#include "json/json_writer.h"
#include "http/request.h"

void status_live(struct request *request)
{
	reply_fixed_json(&request->reply, 200, "{\"live\":true}");
}

static void write_source(void *visitor, const struct http_source *source)
{
	struct json_writer *json = visitor;

	json_write_object(json, NULL);
	json_write_string(json, "name", source->name);
	json_write_string(json, "state", source->state);
	json_write_boolean(json, "loaded", source->loaded);
	if (source->age >= 0)
		json_write_number(json, "age_ms", (int64_t)(source->age * 1000));
	json_write_end(json);
}

void status_ready(struct request *request)
{
	const struct http_state *state = request_state(request);
	bool ready = state->cannot_decide == REASON_NO_GRANT;
	struct json_writer json = {.out = reply_json(&request->reply, ready ? 200 : 503)};

	json_write_object(&json, NULL);
	json_write_boolean(&json, "ready", ready);
	if (!ready)
		json_write_string(&json, "reason", reason_code(state->cannot_decide));
	json_write_array(&json, "sources");
	request->backend->sources(request->backend->context, write_source, &json);
	json_write_end(&json);
	json_write_end(&json);
	if (!ready)
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
