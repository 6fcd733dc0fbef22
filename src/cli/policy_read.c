/* Policy tests, from YAML. */
#include "cli/policy_test.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/text.h"
#include "base/yaml.h"

#define KEYS_MAX    24
#define LABEL_MAX   1000 /* octets; what is longer is cut */
#define PROBLEM_MAX 800

struct reading {
	const char *path, *folder;
	const char *at; /* the time of questions that say none */
	struct policy_file *file;
	struct arena *arena;
	struct error *why;
};

/* A key of a mapping, and what takes its value. */
struct key {
	const char *name;
	int (*read)(const struct reading *reading, const char *name, const struct yaml *value, void *target);
	size_t offset; /* in the target */
};

static int refuse(const struct reading *reading, const struct yaml *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(const struct reading *reading, const struct yaml *node, const char *format, ...)
{
	char words[PROBLEM_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	return error_set(reading->why, -EINVAL, "%s:%zu: %s", reading->path, node->line, words);
}

static void *place(void *target, size_t offset)
{
	return (char *)target + offset;
}

/* ---- values ---- */

static int read_text(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	if (value->kind != YAML_KIND_SCALAR || strlen(value->text) != value->length)
		return refuse(reading, value, "%s: one value is wanted here", name);
	if (value->length == 0)
		return refuse(reading, value, "%s: nothing stands there", name);
	*(const char **)target = value->text;
	return 0;
}

static int read_time(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	int result = read_text(reading, name, value, target);
	instant at;

	if (result == 0 && clock_parse_rfc3339(value->text, &at))
		return refuse(reading, value, "%s: \"%.60s\" is no time: write it as in RFC 3339, such as 2026-11-23T09:00:00Z",
		              name, value->text);
	return result;
}

/* One value, or a list of them. */
static int read_strings(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_strings *strings = target;
	const struct yaml *const *items = value->kind == YAML_KIND_SEQUENCE ? value->items : &value;
	size_t count = value->kind == YAML_KIND_SEQUENCE ? value->count : 1;
	const char **list = arena_array(reading->arena, count + 1, sizeof(*list));
	int result = 0;

	if (count > POLICY_LISTS_MAX)
		return refuse(reading, value, "%s: more than %d", name, POLICY_LISTS_MAX);
	for (size_t i = 0; i < count && result == 0; i++)
		result = read_text(reading, name, items[i], &list[i]);
	*strings = (struct policy_strings){true, count, list};
	return result;
}

/* ---- mappings ---- */

static int refuse_key(const struct reading *reading, const struct yaml *key, const char *what, const struct key *keys,
                      size_t count)
{
	struct nearest nearest;
	struct text known;
	int result;

	nearest_init(&nearest, key->text);
	text_init(&known, PROBLEM_MAX / 2);
	for (size_t i = 0; i < count; i++) {
		nearest_look(&nearest, keys[i].name);
		text_print(&known, "%s%s", i > 0 ? ", " : "", keys[i].name);
	}
	if (nearest_found(&nearest))
		result = refuse(reading, key, "unknown key \"%.80s\" in %s; did you mean \"%s\"?", key->text, what,
		                nearest_found(&nearest));
	else
		result = refuse(reading, key, "unknown key \"%.80s\" in %s; known are %s", key->text, what,
		                text_string(&known));
	text_release(&known);
	return result;
}

static int read_key(const struct reading *reading, const struct yaml_pair *pair, const char *what,
                    const struct key *keys, size_t count, size_t *seen, void *target)
{
	if (pair->key->kind != YAML_KIND_SCALAR)
		return refuse(reading, pair->key, "%s: a key is one word", what);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(keys[i].name, pair->key->text) != 0)
			continue;
		if (seen[i] > 0)
			return refuse(reading, pair->key, "%s: given already in line %zu", keys[i].name, seen[i]);
		seen[i] = pair->key->line;
		return keys[i].read(reading, keys[i].name, pair->value, place(target, keys[i].offset));
	}
	return refuse_key(reading, pair->key, what, keys, count);
}

static int read_mapping(const struct reading *reading, const struct yaml *node, const char *what, const struct key *keys,
                        size_t count, void *target)
{
	size_t seen[KEYS_MAX] = {0};
	int result = 0;

	if (node->kind != YAML_KIND_MAPPING)
		return refuse(reading, node, "%s: keys with values are wanted here", what);
	for (size_t i = 0; i < node->count && result == 0; i++)
		result = read_key(reading, &node->pairs[i], what, keys, count, seen, target);
	return result;
}

#define COUNT(keys) (sizeof(keys) / sizeof((keys)[0]))

/* ---- questions ---- */

static int read_user(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	return read_text(reading, name, value, &((struct policy_step *)target)->question.subject);
}

static int read_group(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	((struct policy_step *)target)->question.subject_type = "group";
	return read_user(reading, name, value, target);
}

#define IN_QUESTION(member) offsetof(struct policy_step, question.member)

/* A mapping of whatever a question may carry. */
static int read_json(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct error problem;
	struct yaml at = *value;

	if (policy_json(value, reading->arena, target, &at.line, &problem) < 0)
		return refuse(reading, &at, "%s: %s", name, problem.text);
	return 0;
}

static const struct key subject_keys[] = {
	{"type", read_text, IN_QUESTION(subject_type)},
	{"id", read_text, IN_QUESTION(subject)},
	{"properties", read_json, IN_QUESTION(subject_properties)},
};

static int read_subject(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	return read_mapping(reading, value, name, subject_keys, COUNT(subject_keys), target);
}

static const struct key action_keys[] = {
	{"name", read_text, IN_QUESTION(action)},
	{"properties", read_json, IN_QUESTION(action_properties)},
};

/* Its name, or a name with properties. */
static int read_action(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_step *step = target;
	int result;

	if (value->kind != YAML_KIND_MAPPING)
		return read_text(reading, name, value, &step->question.action);
	result = read_mapping(reading, value, name, action_keys, COUNT(action_keys), target);
	return result == 0 && !step->question.action ? refuse(reading, value, "%s: the key \"name\" is missing", name)
	                                             : result;
}

static const struct key resource_keys[] = {
	{"type", read_text, IN_QUESTION(resource_type)},
	{"id", read_text, IN_QUESTION(resource_id)},
	{"properties", read_json, IN_QUESTION(resource_properties)},
};

static int read_resource(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	return read_mapping(reading, value, name, resource_keys, COUNT(resource_keys), target);
}

static int read_roles(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_strings roles;
	int result = read_strings(reading, name, value, &roles);

	if (result == 0)
		((struct policy_step *)target)->question.active_roles = roles.items;
	return result;
}

static const struct key ask_keys[] = {
	{"user", read_user, 0},
	{"group", read_group, 0},
	{"subject", read_subject, 0},
	{"action", read_action, 0},
	{"workspace", read_text, IN_QUESTION(workspace)},
	{"resource", read_resource, 0},
	{"context", read_json, IN_QUESTION(context)},
	{"at", read_time, IN_QUESTION(at)},
	{"active_roles", read_roles, 0},
};

static int read_ask(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_step *step = target;
	int result = read_mapping(reading, value, name, ask_keys, COUNT(ask_keys), target);

	step->kind = POLICY_ASK;
	if (result == 0 && !step->question.subject)
		return refuse(reading, value, "%s: who? user, group or subject is missing", name);
	if (result == 0 && !step->question.action)
		return refuse(reading, value, "%s: the key \"action\" is missing", name);
	return result;
}

/* ---- lists ---- */

/* The key that says what is listed takes its value where the listing wants it. */
static int read_listing(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_step *step = target;

	for (size_t i = 0; i < policy_listing_count; i++) {
		if (strcmp(policy_listings[i].name, name) != 0)
			continue;
		if (step->listing)
			return refuse(reading, value, "%s: it lists %s already", name, step->listing->name);
		step->listing = &policy_listings[i];
		return read_text(reading, name, value, place(step, policy_listings[i].place));
	}
	return refuse(reading, value, "%s: this is not listed", name);
}

static const struct key list_keys[] = {
	{"user", read_user, 0},
	{"group", read_group, 0},
	{"subject", read_subject, 0},
	{"action", read_action, 0},
	{"workspace", read_text, IN_QUESTION(workspace)},
	{"resource", read_resource, 0},
	{"context", read_json, IN_QUESTION(context)},
	{"type", read_text, IN_QUESTION(resource_type)},
	{"role", read_text, offsetof(struct policy_step, role)},
	{"permission", read_text, offsetof(struct policy_step, permission)},
	{"at", read_time, IN_QUESTION(at)},
	{"active_roles", read_roles, 0},
};

/* The keys above, and one for each listing. */
static size_t all_list_keys(struct key keys[KEYS_MAX])
{
	size_t count = 0;

	for (; count < COUNT(list_keys); count++)
		keys[count] = list_keys[count];
	for (size_t i = 0; i < policy_listing_count && count < KEYS_MAX; i++)
		keys[count++] = (struct key){policy_listings[i].name, read_listing, 0};
	return count;
}

static int read_list(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_step *step = target;
	struct key keys[KEYS_MAX];
	size_t count = all_list_keys(keys);
	const char *missing;
	int result = read_mapping(reading, value, name, keys, count, target);

	step->kind = POLICY_LIST;
	if (result < 0)
		return result;
	if (!step->listing)
		return refuse(reading, value, "%s: of what? one of members, workspaces, who … is missing", name);
	missing = policy_listing_missing(step);
	return missing ? refuse(reading, value, "%s: %s needs the key \"%s\"", name, step->listing->name, missing) : 0;
}

/* ---- what is wanted ---- */

#define IN_WANT(member) offsetof(struct policy_want, member)

static const struct key want_keys[] = {
	{"allow", read_strings, IN_WANT(allow)},       {"deny", read_text, IN_WANT(deny)},
	{"contains", read_strings, IN_WANT(contains)}, {"not", read_strings, IN_WANT(absent)},
	{"count", read_text, IN_WANT(count)},
};

static int read_want(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_want *want = target;

	if (value->kind == YAML_KIND_SCALAR)
		return read_text(reading, name, value, &want->word);
	if (value->kind == YAML_KIND_SEQUENCE)
		return read_strings(reading, name, value, &want->exact);
	return read_mapping(reading, value, name, want_keys, COUNT(want_keys), want);
}

static bool is_decimal(const char *text)
{
	return text[0] != '\0' && strlen(text) <= 9 && strspn(text, "0123456789") == strlen(text);
}

static bool wants_ids(const struct policy_want *want)
{
	return want->exact.given || want->contains.given || want->absent.given || want->count;
}

static int check_want(const struct reading *reading, const struct yaml *node, const struct policy_step *step)
{
	const struct policy_want *want = &step->want;
	const bool word = want->word && (strcmp(want->word, "allow") == 0 || strcmp(want->word, "deny") == 0 ||
	                                 strcmp(want->word, "cannot-decide") == 0);

	if (want->count && !is_decimal(want->count))
		return refuse(reading, node, "count: \"%.60s\" is no number", want->count);
	if (step->kind == POLICY_ASK && (wants_ids(want) || (want->word && !word)))
		return refuse(reading, node, "want: of a question it is allow, deny, cannot-decide, {deny: REASON} or "
		                             "{allow: [OBLIGATION]}");
	if (step->kind == POLICY_LIST && (want->allow.given || (want->word && !step->permission)))
		return refuse(reading, node, "want: of a list it is [ID, …], {contains: […]}, {not: […]}, {count: N} or "
		                             "{deny: REASON}");
	if ((want->word != NULL) + (want->deny != NULL) + want->allow.given + wants_ids(want) != 1)
		return refuse(reading, node, "want: say one thing: what is wanted");
	return 0;
}

/* ---- steps ---- */

/* One mapping of `tests`. */
struct test {
	struct policy_step step;
	struct policy_strings rules;
	const char *name;
	const char *at;
	const char *undo;
	bool asks, lists, wants;
};

static int read_test_ask(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	((struct test *)target)->asks = true;
	return read_ask(reading, name, value, &((struct test *)target)->step);
}

static int read_test_list(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	((struct test *)target)->lists = true;
	return read_list(reading, name, value, &((struct test *)target)->step);
}

static int read_test_want(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	((struct test *)target)->wants = true;
	return read_want(reading, name, value, &((struct test *)target)->step.want);
}

static int read_change(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_step *step = &((struct test *)target)->step;
	int result = read_text(reading, name, value, &step->ldif);
	size_t above = value->block ? value->line : value->line - 1;
	char *padded;

	step->kind = POLICY_CHANGE;
	if (result < 0)
		return result;
	/* Empty lines above, as many as there are in the file: then the lines of both have the same numbers. */
	padded = arena_alloc(reading->arena, above + value->length + 1);
	memset(padded, '\n', above);
	memcpy(padded + above, step->ldif, value->length);
	step->ldif = padded;
	return 0;
}

static int read_undo(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct test *test = target;

	test->step.kind = POLICY_UNDO;
	if (read_text(reading, name, value, &test->undo) < 0)
		return -EINVAL;
	return strcmp(test->undo, "all") == 0 ? 0 : refuse(reading, value, "undo: only all can be undone");
}

static const struct key test_keys[] = {
	{"rule", read_strings, offsetof(struct test, rules)},
	{"name", read_text, offsetof(struct test, name)},
	{"at", read_time, offsetof(struct test, at)},
	{"ask", read_test_ask, 0},
	{"list", read_test_list, 0},
	{"want", read_test_want, 0},
	{"change", read_change, 0},
	{"undo", read_undo, 0},
};

/* "S4.35 S4.36 a name", or what is asked when nobody gave a name. */
static const char *label_of(const struct reading *reading, const struct test *test)
{
	const struct dirgate_question *question = &test->step.question;
	struct text label;
	const char *kept;

	text_init(&label, POLICY_FILE_MAX);
	for (size_t i = 0; i < test->rules.count; i++)
		text_print(&label, "%s ", test->rules.items[i]);
	if (test->name)
		text_append(&label, test->name);
	else if (test->lists)
		text_print(&label, "%s %s", test->step.listing->name, policy_step_text(&test->step, test->step.listing->place));
	else
		text_print(&label, "%s %s", question->subject, question->action);
	if (!test->name && question->workspace)
		text_print(&label, " in %s", question->workspace);
	kept = arena_octets(reading->arena, text_string(&label), label.length < LABEL_MAX ? label.length : LABEL_MAX);
	text_release(&label);
	return kept;
}

static int check_test(const struct reading *reading, const struct yaml *node, const struct test *test)
{
	bool asks = test->asks || test->lists;
	int kinds = test->asks + test->lists + (test->step.ldif != NULL) + (test->undo != NULL);

	if (kinds > 1)
		return refuse(reading, node, "ask, list, change and undo are tests of their own: begin a new one with \"-\"");
	if (kinds == 0 && !(test->at && !test->wants))
		return refuse(reading, node, "nothing is asked: ask, list, change or undo is missing");
	if (asks && !test->wants)
		return refuse(reading, node, "the key \"want\" is missing");
	if (!asks && test->wants)
		return refuse(reading, node, "want: nothing is asked here");
	return asks ? check_want(reading, node, &test->step) : 0;
}

static int read_test(struct reading *reading, const struct yaml *node, struct policy_step *step)
{
	struct test test = {.step = {.line = node->line, .kind = POLICY_TIME}};
	int result = read_mapping(reading, node, "a test", test_keys, COUNT(test_keys), &test);

	if (result == 0)
		result = check_test(reading, node, &test);
	if (result < 0)
		return result;
	if (test.step.kind == POLICY_TIME)
		reading->at = test.at;
	if (!test.step.question.at)
		test.step.question.at = test.at ? test.at : reading->at;
	if (test.asks || test.lists)
		test.step.label = label_of(reading, &test);
	*step = test.step;
	return 0;
}

/* ---- the file ---- */

/* The topmost keys; the tests are read when the time is known, wherever it stands. */
struct top {
	struct policy_strings load;
	const char *at;
	const struct yaml *tests;
};

static int keep_tests(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	if (value->kind != YAML_KIND_SEQUENCE)
		return refuse(reading, value, "%s: a list is wanted here, each test begins with \"-\"", name);
	*(const struct yaml **)target = value;
	return 0;
}

static int read_load(const struct reading *reading, const char *name, const struct yaml *value, void *target)
{
	struct policy_strings *load = target;
	int result = read_strings(reading, name, value, load);
	const char **paths;

	if (result < 0)
		return result;
	paths = arena_array(reading->arena, load->count + 1, sizeof(*paths));
	for (size_t i = 0; i < load->count; i++)
		paths[i] = load->items[i][0] == '/' ? load->items[i]
		                                    : arena_print(reading->arena, "%s/%s", reading->folder, load->items[i]);
	load->items = paths;
	return 0;
}

static const struct key top_keys[] = {
	{"load", read_load, offsetof(struct top, load)},
	{"at", read_time, offsetof(struct top, at)},
	{"tests", keep_tests, offsetof(struct top, tests)},
};

static int read_top(struct reading *reading, const struct yaml *root)
{
	struct top top = {.tests = NULL};
	struct policy_step *steps;
	int result = read_mapping(reading, root, "the file", top_keys, COUNT(top_keys), &top);

	if (result == 0 && !top.tests)
		return refuse(reading, root, "the key \"tests\" is missing");
	if (result < 0)
		return result;
	reading->at = top.at;
	reading->file->load = top.load;
	reading->file->steps = steps = arena_array(reading->arena, top.tests->count, sizeof(*steps));
	for (; reading->file->count < top.tests->count && result == 0; reading->file->count++)
		result = read_test(reading, top.tests->items[reading->file->count], &steps[reading->file->count]);
	return result;
}

int policy_read(const char *path, struct arena *arena, struct policy_file *file, struct error *why)
{
	struct reading reading = {.path = arena_string(arena, path), .folder = file_folder(path, arena), .file = file,
	                          .arena = arena, .why = why};
	const struct yaml *root;
	size_t length, line;
	char *text = file_read(path, POLICY_FILE_MAX, &length, why);
	int result;

	*file = (struct policy_file){.path = reading.path};
	if (!text)
		return error_prefix(why, -EIO, "%s: ", path);
	result = yaml_read(text, length, arena, &root, &line, why);
	free(text);
	if (result != 0)
		return error_prefix(why, -EINVAL, "%s:%zu: ", path, line);
	if (!root)
		return error_set(why, -EINVAL, "%s: nothing is in it; it begins with \"tests:\"", path);
	return read_top(&reading, root);
}
