/* Searches as JSON: OpenID AuthZEN Authorization API 1.0, sections "Subject Search API" to "Action Search API". */
#include "json/list_parts.h"

struct search_results {
	struct json_writer *json;
	const char *type; /* as the caller wrote it; NULL: actions have none */
};

static void write_result(void *context, const char *id, node_id node)
{
	const struct search_results *results = context;

	(void)node;
	json_write_object(results->json, NULL);
	json_write_optional(results->json, "type", results->type);
	json_write_string(results->json, results->type ? "id" : "name", id);
	json_write_end(results->json);
}

static enum reason write_results(const struct list_writer *writer, enum search_kind kind, const struct question *question,
                                 struct list_page *page)
{
	static enum reason (*const searches[SEARCH_KINDS])(const struct snapshot *snapshot,
	                                                   const struct decide_settings *settings,
	                                                   const struct question *question, struct list_page *page,
	                                                   const struct search_visitor *visitor) = {
		[SEARCH_SUBJECTS] = search_subjects,
		[SEARCH_RESOURCES] = search_resources,
		[SEARCH_ACTIONS] = search_actions,
	};
	const char *const types[SEARCH_KINDS] = {
		[SEARCH_SUBJECTS] = question->subject.type,
		[SEARCH_RESOURCES] = question->resource.type,
	};
	struct search_results results = {writer->entries.json, types[kind]};
	const struct search_visitor visitor = {&results, write_result};
	enum reason reason;

	json_write_array(writer->entries.json, "results");
	reason = searches[kind](writer->view->snapshot, writer->view->settings, question, page, &visitor);
	json_write_end(writer->entries.json);
	return reason;
}

/* The question without what is looked for, which it need not name. */
static struct question without_target(enum search_kind kind, const struct question *question)
{
	struct question rest = *question;

	if (kind == SEARCH_SUBJECTS)
		rest.subject.id = NULL;
	else if (kind == SEARCH_RESOURCES)
		rest.resource.type = rest.resource.id = NULL;
	return rest;
}

void search_write(const struct list_writer *writer, enum search_kind kind, const struct question *question,
                  enum search_tells tells, struct list_page *page)
{
	const struct question rest = without_target(kind, question);
	enum reason reason = write_results(writer, kind, question, page);
	struct name_missed missed;

	if (tells == SEARCH_TELLS_RESULTS)
		return;
	json_write_object(writer->entries.json, "context");
	json_write_string(writer->entries.json, "reason", reason_code(reason));
	if (name_of_question(writer->view->snapshot, &rest, reason, &missed))
		name_problem_write_members(&writer->entries, missed.kind, missed.name, &missed.found,
		                           tells == SEARCH_TELLS_NEAR);
	json_write_end(writer->entries.json);
}
