#include "library/local.h"

#include <errno.h>

#include "decide/lists/effective.h"
#include "json/explanation.h"
#include "json/findings.h"
#include "json/lists.h"
#include "json/problem_details.h"

struct local_state local_acquire(struct dirgate *gate)
{
	struct local *local = (struct local *)gate;
	struct local_state state = {NULL, REASON_NOT_LOADED};

	local->kind->acquire(local, &state);
	return state;
}

const struct decide_settings *local_decide_settings(const struct dirgate *gate)
{
	return &((const struct local *)gate)->settings.decide;
}

static int local_decide(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
                        struct error *why)
{
	struct local_state state = local_acquire(gate);
	struct json_writer writer = {.out = json};
	const struct explanation_writer explanation = {&writer, state.snapshot, true};
	struct question question = asked->question;
	struct answer answer;

	(void)why;
	question.cannot_decide = state.cannot_decide;
	decide(state.snapshot, local_decide_settings(gate), &question, arena, &answer);
	if (answer.outcome == OUTCOME_CANNOT_DECIDE)
		problem_details_write_reason(&writer, answer.reason);
	else
		decision_write(&explanation, &answer, true);
	snapshot_drop(state.snapshot);
	return 0;
}

/* Why there is no answer, as a gateway says it, with what the name may have been meant to be. */
static void write_problem(const struct snapshot *snapshot, const struct question *question, enum reason reason,
                          struct json_writer *json)
{
	const struct explanation_writer writer = {json, snapshot, true};
	struct name_missed missed;

	if (name_of_question(snapshot, question, reason, &missed))
		name_problem_write(&writer, missed.kind, missed.name, &missed.found, true);
	else
		problem_details_write_reason(json, reason);
}

static void write_permissions(const struct local_state *state, const struct question *question,
                              const struct effective *effective, struct json_writer *json)
{
	const struct explanation_writer writer = {json, state->snapshot, true};

	if (problem_details_status(effective->reason) != 0) {
		write_problem(state->snapshot, question, effective->reason, json);
		return;
	}
	json_write_object(json, NULL);
	effective_write(&writer, effective);
	json_write_end(json);
}

static int local_permissions(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
                             struct error *why)
{
	struct local_state state = local_acquire(gate);
	struct effective effective = {.reason = state.cannot_decide};
	struct json_writer writer = {.out = json};

	(void)why;
	if (state.cannot_decide == REASON_NO_GRANT)
		effective_permissions(state.snapshot, local_decide_settings(gate), &asked->question, arena, &effective);
	write_permissions(&state, &asked->question, &effective, &writer);
	snapshot_drop(state.snapshot);
	return 0;
}

/* As http/README.md has it; names that lead nowhere are a problem. */
static void write_filter(const struct local_state *state, const struct question *question, enum truth truth,
                         const struct filter *filter, enum reason reason, struct json_writer *json)
{
	if (problem_details_status(reason) != 0) {
		write_problem(state->snapshot, question, reason, json);
		return;
	}
	json_write_object(json, NULL);
	resource_filter_write(json, truth, filter, reason);
	json_write_end(json);
}

static int local_filter(struct dirgate *gate, const struct asked *asked, struct arena *arena, struct text *json,
                        struct error *why)
{
	struct local_state state = local_acquire(gate);
	struct question question = asked->question;
	enum reason reason = state.cannot_decide;
	struct json_writer writer = {.out = json};
	const struct filter *filter = NULL;
	enum truth truth = TRUTH_FALSE;
	bool administrative = false;

	if (question.resource.type[0] == '\0')
		question.resource.type = NULL; /* any */
	if (reason == REASON_NO_GRANT)
		truth = resource_filter(state.snapshot, local_decide_settings(gate), &question, arena, &filter, &reason,
		                        &administrative);
	if (!administrative)
		write_filter(&state, &question, truth, filter, reason, &writer);
	snapshot_drop(state.snapshot);
	return administrative ? error_set(why, -EINVAL, "%s is about people and places, and has no resource filter",
	                                  question.action.name)
	                      : 0;
}

static int local_lint(struct dirgate *gate, struct arena *arena, struct text *json, struct error *why)
{
	struct local_state state = local_acquire(gate);
	struct local *local = (struct local *)gate;
	struct json_writer writer = {.out = json};
	const struct finding *more = NULL;
	size_t count = 0;
	int result = 0;

	if (state.cannot_decide == REASON_NO_GRANT && local->kind->lint)
		more = local->kind->lint(local, state.snapshot, arena, &count);
	if (state.cannot_decide == REASON_NO_GRANT)
		findings_write_more(&writer, state.snapshot, clock_now(), more, count, arena);
	else
		result = error_set(why, -EAGAIN, "%s: try again later", reason_meaning(state.cannot_decide));
	snapshot_drop(state.snapshot);
	return result;
}

static int local_apply(struct dirgate *gate, const char *ldif, const char *name, struct error *why)
{
	struct local *local = (struct local *)gate;

	return local->kind->apply(local, ldif, name, why);
}

static int local_reset(struct dirgate *gate, struct error *why)
{
	struct local *local = (struct local *)gate;

	return local->kind->reset(local, why);
}

static void local_free(struct dirgate *gate)
{
	struct local *local = (struct local *)gate;

	local_settings_release(&local->settings);
	local->kind->free(local);
}

void local_init(struct local *local, const struct local_kind *kind)
{
	static const struct backend backend = {
		local_decide, local_permissions, local_filter, local_table, local_lint,
		local_report, local_apply,       local_reset,  local_free,
	};

	local->gate.backend = &backend;
	local->kind = kind;
}
