/* The reports of the examples against single questions: everybody, everywhere, every permission of the catalogue. */
#include "dirgate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/loaded.h"
#include "decide/lists/effective.h"
#include "decide/lists/names.h"
#include "decide/place.h"

#define ROWS_MAX 20000

/* A row, as far as a question can tell it. */
struct row {
	char *key; /* place, person, permission */
	char *state, *detail, *binding;
	bool asked;
};
struct rows {
	size_t count;
	struct row items[ROWS_MAX];
};

static char *key_of(const char *place, const char *person, const char *permission)
{
	char *key = NULL;

	assert_true(asprintf(&key, "%s|%s|%s", place, person, permission) > 0);
	return key;
}

static int found(void *context, const struct dirgate_report_row *row)
{
	struct rows *rows = context;

	assert_true(rows->count < ROWS_MAX);
	rows->items[rows->count++] = (struct row){
		.key = key_of(row->workspace ? row->workspace : row->organization, row->person, row->permission),
		.state = strdup(row->state),
		.detail = strdup(row->detail ? row->detail : ""),
		.binding = strdup(row->binding_dn ? row->binding_dn : ""),
	};
	return 0;
}

static void release(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free(rows->items[i].key);
		free(rows->items[i].state);
		free(rows->items[i].detail);
		free(rows->items[i].binding);
	}
	free(rows);
}

/* Allowed exactly if it says yes.  Where a property decides, a question without it is denied, for a grant or for a limit. */
static void compare(const struct row *row, const char *key, const struct dirgate_answer *answer)
{
	const char *limits[] = {"above-ceiling", "forbidden-here", "explicit-deny"};
	bool limited = false, missing = strcmp(answer->reason, "missing-property") == 0;

	for (size_t i = 0; i < 3; i++)
		limited |= strcmp(answer->reason, limits[i]) == 0;
	if (!row && (answer->outcome == DIRGATE_ALLOW || limited))
		fail_msg("%s: %s, and not in the report", key, answer->reason);
	if (!row)
		return;
	if ((strcmp(row->state, "yes") == 0) != (answer->outcome == DIRGATE_ALLOW) ||
	    (strcmp(row->state, "conditional") == 0 && !limited && !missing) ||
	    (strcmp(row->state, "denied") == 0 && !missing && strcmp(row->detail, answer->reason) != 0))
		fail_msg("%s: %s %s in the report, but %s", key, row->state, row->detail, answer->reason);
	for (size_t i = 0; answer->outcome == DIRGATE_ALLOW && i < answer->chain_count; i++)
		for (size_t j = 0; j < answer->chains[i].step_count; j++)
			if (answer->chains[i].steps[j].dn && strcmp(answer->chains[i].steps[j].dn, row->binding) == 0 &&
			    strcmp(answer->chains[i].reason, "granted") == 0)
				return;
	if (answer->outcome == DIRGATE_ALLOW)
		fail_msg("%s: %s is no way to it", key, row->binding);
}

static void ask(struct dirgate *gate, struct rows *rows, const char *place, const char *type, const char *person,
                const char *permission)
{
	struct dirgate_question question = {.subject = person, .action = permission, .workspace = place};
	struct dirgate_answer *answer;
	char *key = key_of(place, person, permission);
	struct row *row = NULL;

	if (action_is_administrative(permission)) {
		question.resource_type = type;
		question.resource_id = place;
	}
	answer = dirgate_explain(gate, &question, NULL);
	assert_non_null(answer);
	for (size_t i = 0; i < rows->count && !row; i++)
		if (strcmp(rows->items[i].key, key) == 0)
			row = &rows->items[i];
	compare(row, key, answer);
	if (row) {
		assert_false(row->asked);
		row->asked = true;
	}
	dirgate_answer_free(answer);
	free(key);
}

static void ask_in(struct dirgate *gate, struct rows *rows, const struct snapshot *snapshot, node_id place,
                   struct arena *arena)
{
	const char *name = name_of(snapshot, NAMED_PLACE, place, arena);
	bool whole = entry_is(snapshot_entry(snapshot, place), KIND_ORGANIZATION);
	struct catalogue catalogue;
	struct relation_cursor people;
	node_id person;

	catalogue_of(snapshot, organization_of(snapshot, place), arena, &catalogue);
	snapshot_relation(snapshot, RELATION_KIND, KIND_PERSON, &people);
	while (relation_next(&people, &person))
		for (uint32_t i = 0; i < catalogue.count; i++)
			ask(gate, rows, name, whole ? "organization" : "workspace", name_of(snapshot, NAMED_USER, person, arena),
			    catalogue.names[i]);
}

static void compare_example(const char *path)
{
	static const enum kind kinds[] = {KIND_ORGANIZATION, KIND_WORKSPACE};
	struct error why = {""};
	struct snapshot *snapshot = loaded_snapshot(path, &why);
	struct dirgate *gate = dirgate_open_ldif((const char *[]){path, NULL}, NULL, NULL);
	struct rows *rows = calloc(1, sizeof(*rows));
	struct arena *arena = arena_new();
	struct relation_cursor cursor;
	node_id place;

	assert_non_null(snapshot);
	assert_int_equal(dirgate_report(gate, found, rows, NULL), 0);
	assert_true(rows->count > 100);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snapshot_relation(snapshot, RELATION_KIND, kinds[i], &cursor);
		while (relation_next(&cursor, &place))
			ask_in(gate, rows, snapshot, place, arena);
	}
	for (size_t i = 0; i < rows->count; i++)
		if (!rows->items[i].asked)
			fail_msg("%s: a row that nobody asks for", rows->items[i].key);
	release(rows);
	arena_free(arena);
	dirgate_close(gate);
	snapshot_drop(snapshot);
}

static void test_against_questions(void **state)
{
	(void)state;
	compare_example("examples/cemantica");
	compare_example("examples/spaces");
	compare_example("examples/sagicc");
	compare_example("examples/respondio");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
