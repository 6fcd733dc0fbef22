/* What is wrong in the directory. */
#include "http/handlers.h"
#include "http/request.h"
#include "json/findings.h"

void lint_findings(struct request *request)
{
	struct json_writer json = {.out = NULL};
	const struct http_state *state;

	if (!request_may(request, CALLER_EXPLAIN) || !(state = request_index(request)))
		return;
	json.out = reply_json(&request->reply, 200);
	findings_write(&json, state->snapshot, request->now, request->arena);
}
