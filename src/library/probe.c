/* What a server gives of what is needed, and what a gateway says of its sources. */
#include "directory/probe/probe.h"

#include <stdlib.h>
#include <string.h>

#include "json/json_value.h"
#include "json/json_writer.h"
#include "library/backend.h"
#include "library/directory_source.h"
#include "library/http_client.h"
#include "library/local_settings.h"
#include "library/result.h"

#define JSON_MAX 131072 /* octets of a finding, as JSON */

_Static_assert((int)DIRGATE_PROBE_FAILED == (int)PROBE_FAILED && (int)DIRGATE_PROBE_WARNING == (int)PROBE_WARNING &&
               (int)DIRGATE_PROBE_OK == (int)PROBE_OK &&
               (int)DIRGATE_PROBE_NOT_APPLICABLE == (int)PROBE_NOT_APPLICABLE, "the states are the same");

struct telling {
	int (*found)(void *context, const struct dirgate_probe_finding *finding);
	void *context;
};

static int tell(void *context, const struct probe_finding *finding)
{
	const struct telling *telling = context;
	struct dirgate_probe_finding told = {
		.server = finding->server,
		.check = finding->check,
		.state = (enum dirgate_probe_state)finding->state,
		.found = finding->found,
		.remedy = finding->remedy,
	};
	struct text json;
	struct json_writer writer = {.out = &json};
	int result;

	text_init(&json, JSON_MAX);
	json_write_object(&writer, NULL);
	json_write_optional(&writer, "server", finding->server[0] != '\0' ? finding->server : NULL);
	json_write_string(&writer, "check", finding->check);
	json_write_string(&writer, "state", probe_state_name(finding->state));
	json_write_string(&writer, "found", finding->found);
	json_write_optional(&writer, "remedy", finding->remedy);
	json_write_end(&writer);
	told.json = text_string(&json);
	result = telling->found(telling->context, &told);
	text_release(&json);
	return result;
}

int dirgate_probe(const struct dirgate_directory *directory, const struct dirgate_settings *settings,
                  int (*found)(void *context, const struct dirgate_probe_finding *finding), void *context, char **why)
{
	struct telling telling = {found, context};
	struct local_settings local;
	struct session_options session;
	struct error error = {""};
	int result = directory_session(directory, &session, &error);

	if (result == 0) {
		result = local_settings_init(&local, settings, &error);
		if (result == 0)
			result = probe_run(&(struct probe_options){.session = &session, .base = directory->base,
			                                           .settings = &local.model}, tell, &telling, &error);
		local_settings_release(&local);
	}
	if (error.text[0] != '\0')
		backend_fail(&error, why);
	return result;
}

/* ---- a gateway ---- */

#define ANSWER_MAX 1048576 /* octets of /readyz */

static enum probe_state state_of(const struct value *source)
{
	const char *state = result_text(source, "state");

	if (strcmp(state, "following") != 0)
		return strcmp(state, "lost") == 0 ? PROBE_WARNING : PROBE_FAILED;
	return result_string(source, "warning") ? PROBE_WARNING : PROBE_OK;
}

static int tell_source(struct telling *telling, const struct value *source)
{
	const char *problem = result_string(source, "error");
	struct text found;
	int result;

	if (!problem)
		problem = result_string(source, "warning");
	text_init(&found, JSON_MAX / 4);
	text_print(&found, "%s, %s%s%s", result_text(source, "kind"), result_text(source, "state"), problem ? ": " : "",
	           problem ? problem : "");
	result = tell(telling, &(struct probe_finding){
		.server = result_text(source, "server"),
		.check = result_text(source, "name"),
		.state = state_of(source),
		.found = text_string(&found),
	});
	text_release(&found);
	return result;
}

static int tell_ready(struct telling *telling, const char *url, const struct value *root)
{
	const char *reason = result_string(root, "reason");
	const struct value *sources;
	size_t count = result_items(root, "sources", &sources);
	struct text found;
	int result;

	text_init(&found, 1024);
	if (reason)
		text_print(&found, "it cannot decide: %s", reason);
	else
		text_append(&found, count > 0 ? "ready" : "ready; of its sources it tells only who may explain (dirgate.explain)");
	result = tell(telling, &(struct probe_finding){
		.server = url,
		.check = "gateway",
		.state = reason ? PROBE_FAILED : PROBE_OK,
		.found = text_string(&found),
	});
	text_release(&found);
	for (size_t i = 0; result == 0 && i < count; i++)
		result = tell_source(telling, &sources[i]);
	return result;
}

int dirgate_probe_gateway(const char *url, int (*found)(void *context, const struct dirgate_probe_finding *finding),
                          void *context, char **why)
{
	struct telling telling = {found, context};
	struct error error = {""};
	struct http_client *client = http_client_new(url, &error);
	struct arena *arena = arena_new();
	const struct value *root;
	struct text answer;
	unsigned status;
	int result = -1;

	text_init(&answer, ANSWER_MAX);
	if (client && http_client_ask(client, "/readyz", NULL, &answer, &status, &error) == 0) {
		if ((status != 200 && status != 503) || json_value_parse(text_string(&answer), answer.length, arena, &root, NULL))
			error_set(&error, -1, "%s answers %u to /readyz: is it a dirgate gateway?", url, status);
		else
			result = tell_ready(&telling, url, root);
	}
	if (error.text[0] != '\0')
		backend_fail(&error, why);
	text_release(&answer);
	arena_free(arena);
	http_client_free(client);
	return result;
}
