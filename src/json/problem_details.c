#include "json/problem_details.h"

void problem_details_begin(struct json_writer *json, unsigned status, const char *code, const char *title,
                           const char *detail)
{
	char type[sizeof(PROBLEM_DETAILS_TYPE) + 64];

	snprintf(type, sizeof(type), PROBLEM_DETAILS_TYPE "%s", code);
	json_write_object(json, NULL);
	json_write_string(json, "type", type);
	json_write_string(json, "title", title);
	json_write_number(json, "status", status);
	json_write_string(json, "reason", code);
	if (detail && detail[0] != '\0')
		json_write_string(json, "detail", detail);
}

void problem_details_write(struct json_writer *json, unsigned status, const char *code, const char *title,
                           const char *detail)
{
	problem_details_begin(json, status, code, title, detail);
	json_write_end(json);
}

void problem_details_write_reason(struct json_writer *json, enum reason reason)
{
	problem_details_write(json, problem_details_status(reason), reason_code(reason), reason_meaning(reason), NULL);
}

unsigned problem_details_status(enum reason reason)
{
	switch (reason) {
	case REASON_UNKNOWN_SUBJECT:
	case REASON_UNKNOWN_WORKSPACE:
		return 404;
	case REASON_AMBIGUOUS_SUBJECT:
	case REASON_AMBIGUOUS_WORKSPACE:
	case REASON_AMBIGUOUS_ORGANIZATION:
		return 409;
	case REASON_STALE:
	case REASON_NOT_LOADED:
	case REASON_NOT_FRESH_ENOUGH:
		return 503;
	default:
		return 0;
	}
}
