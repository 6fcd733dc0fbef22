/* What is wrong in the directory. */
#include "http/handlers.h"
#include "http/lists.h"
#include "json/findings.h"

/* Unlike JSON, which tells how many there are and shows the first, CSV has all of them. */
static bool write_part(void *context, struct json_writer *json, uint64_t *position)
{
	const struct findings *findings = context;

	findings_write_some(json, findings, *position, LISTS_PART_ROWS);
	*position += LISTS_PART_ROWS;
	return *position < findings_count(findings);
}

void lint_findings(struct request *request)
{
	static const struct table_shape shape = {{"findings"},
		{{"severity", "severity"}, {"code", "code"}, {"dn", "entry.dn"}, {"attribute", "attribute"}, {"value", "value"},
		 {"detail", "detail"}, {"other", "other.dn"}, {"meaning", "meaning"}, {"remedy", "remedy"}}};
	struct json_writer json = {.out = NULL};
	const struct http_state *state;

	if (!request_may(request, CALLER_EXPLAIN) || !(state = request_index(request)))
		return;
	if (lists_want_csv(request)) {
		lists_answer_csv(request, &shape, write_part, findings_find(state->snapshot, request->now, request->arena));
		return;
	}
	json.out = reply_json(&request->reply, 200);
	findings_write(&json, state->snapshot, request->now, request->arena);
}
