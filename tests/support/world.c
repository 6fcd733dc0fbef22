#include "world.h"

#include "base/arena.h"
#include "directory/ldif/ldif.h"
#include "model/builder.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(const char *name, const char *why)
{
	fprintf(stderr, "%s: %s\n", name, why);
	abort();
}

/* ---- The directory ---- */

static void put(struct world *world, const char *name, const struct record *record)
{
	struct error why = {""};
	enum builder_outcome outcome = builder_put(world->builder, 0, record, &why);
	if (outcome != BUILDER_DONE && outcome != BUILDER_UNCHANGED)
		give_up(name, why.text);
}

void world_add(struct world *world, const char *name, const char *ldif)
{
	struct ldif_reader *reader = ldif_open_memory(name, ldif, strlen(ldif));
	struct ldif_record record;
	struct record entry;
	struct error why = {""};
	int result;
	while ((result = ldif_next(reader, world->arena, &record, &why)) == 0) {
		if (ldif_entry(&record, world->arena, &entry, &why) != 0)
			give_up(name, why.text);
		put(world, name, &entry);
	}
	if (result != LDIF_END)
		give_up(name, why.text);
	ldif_close(reader);
	snapshot_drop(world->snapshot);
	world->snapshot = builder_freeze(world->builder);
}

void world_open(struct world *world, const char *name, const char *ldif)
{
	*world = (struct world){.builder = builder_new(NULL, NULL), .settings = decide_defaults, .arena = arena_new()};
	clock_parse_rfc3339("2026-11-21T09:00:00Z", &world->at);
	world_add(world, name, ldif);
}

void world_close(struct world *world)
{
	snapshot_drop(world->snapshot);
	builder_free(world->builder);
	arena_free(world->arena);
	*world = (struct world){0};
}

/* ---- Values ---- */

#define ITEMS_MAX 64

struct reading {
	struct arena *arena;
	const char *at;
	const char *why; /* what is wrong */
};

static struct value read_value(struct reading *reading);

static const char *read_quoted(struct reading *reading)
{
	const char *start = ++reading->at;
	while (*reading->at != '\0' && *reading->at != '"')
		reading->at++;
	if (*reading->at == '\0')
		reading->why = "a quoted string has no end";
	const char *text = arena_octets(reading->arena, start, (size_t)(reading->at - start));
	if (*reading->at == '"')
		reading->at++;
	return text;
}

static const char *read_bare(struct reading *reading, const char *ends)
{
	const char *start = reading->at;
	while (*reading->at != '\0' && strchr(ends, *reading->at) == NULL)
		reading->at++;
	return arena_octets(reading->arena, start, (size_t)(reading->at - start));
}

static struct value scalar(const char *text)
{
	char *end;
	long double number = strtold(text, &end);
	if (strcmp(text, "null") == 0)
		return (struct value){.kind = VALUE_NULL};
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return (struct value){.kind = VALUE_BOOLEAN, .boolean = text[0] == 't'};
	if (*text != '\0' && *end == '\0' && (isdigit((unsigned char)*text) || *text == '-'))
		return (struct value){.kind = VALUE_NUMBER, .number = number};
	return (struct value){.kind = VALUE_STRING, .string = text};
}

static struct value read_list(struct reading *reading)
{
	struct value *items = arena_array(reading->arena, ITEMS_MAX, sizeof(*items));
	size_t count = 0;
	reading->at++;
	while (reading->why == NULL && *reading->at != ']' && count < ITEMS_MAX) {
		items[count++] = read_value(reading);
		if (*reading->at == ',')
			reading->at++;
		else if (*reading->at != ']')
			reading->why = "a list has no end";
	}
	reading->at++;
	return (struct value){.kind = VALUE_ARRAY, .count = count, .items = items};
}

static struct value read_object(struct reading *reading)
{
	struct member *members = arena_array(reading->arena, ITEMS_MAX, sizeof(*members));
	size_t count = 0;
	reading->at++;
	while (reading->why == NULL && *reading->at != '}' && count < ITEMS_MAX) {
		members[count].name = read_bare(reading, ":},] ");
		if (*reading->at++ != ':') {
			reading->why = "a member of an object is NAME:VALUE";
			break;
		}
		members[count++].value = read_value(reading);
		if (*reading->at == ',')
			reading->at++;
		else if (*reading->at != '}')
			reading->why = "an object has no end";
	}
	reading->at++;
	return (struct value){.kind = VALUE_OBJECT, .count = count, .members = members};
}

static struct value read_value(struct reading *reading)
{
	switch (*reading->at) {
	case '[':
		return read_list(reading);
	case '{':
		return read_object(reading);
	case '"':
		return (struct value){.kind = VALUE_STRING, .string = read_quoted(reading)};
	default:
		return scalar(read_bare(reading, ",]} "));
	}
}

/* ---- Questions ---- */

struct members { size_t count; struct member *items; };

struct asking {
	struct reading reading;
	struct question *question;
	struct members subject, action, resource, context;
};

static void add_member(struct asking *asking, struct members *members, const char *name, struct value value)
{
	if (members->items == NULL)
		members->items = arena_array(asking->reading.arena, ITEMS_MAX, sizeof(*members->items));
	if (members->count < ITEMS_MAX)
		members->items[members->count++] = (struct member){name, value};
}

static const struct value *object_of(const struct asking *asking, const struct members *members)
{
	if (members->count == 0)
		return NULL;
	struct value *object = arena_alloc(asking->reading.arena, sizeof(*object));
	*object = (struct value){.kind = VALUE_OBJECT, .count = members->count, .members = members->items};
	return object;
}

static void read_property(struct asking *asking, const char *name)
{
	const struct { const char *prefix; struct members *members; } spaces[] = {
		{"subject.", &asking->subject}, {"action.", &asking->action}, {"context.", &asking->context}};
	struct members *into = &asking->resource;
	asking->reading.at++;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(*spaces) && into == &asking->resource; i++)
		if (strncmp(name, spaces[i].prefix, strlen(spaces[i].prefix)) == 0) {
			into = spaces[i].members;
			name += strlen(spaces[i].prefix);
		}
	if (strcmp(name, "active") == 0) {
		into = &asking->context;
		name = "active_roles";
	}
	add_member(asking, into, name, read_value(&asking->reading));
}

static const char *read_word(struct reading *reading)
{
	while (*reading->at == ' ')
		reading->at++;
	if (*reading->at == '"')
		return read_quoted(reading);
	return read_bare(reading, " ");
}

/* "TYPE:ID", or "ID" of the type that is meant otherwise. */
static void split_type(struct reading *reading, const char *text, const char **type, const char **id)
{
	const char *colon = strchr(text, ':');
	*id = colon != NULL ? colon + 1 : text;
	if (colon != NULL)
		*type = arena_octets(reading->arena, text, (size_t)(colon - text));
	if (**id == '"') {
		struct reading quoted = {reading->arena, *id, NULL};
		*id = read_quoted(&quoted);
	}
}

/* TYPE:"an id with spaces" is one word, too. */
static const char *read_typed(struct reading *reading)
{
	while (*reading->at == ' ')
		reading->at++;
	if (*reading->at == '"')
		return read_quoted(reading);
	const char *start = reading->at;
	for (bool quoted = false; *reading->at != '\0' && (quoted || *reading->at != ' '); reading->at++)
		if (*reading->at == '"')
			quoted = !quoted;
	return arena_octets(reading->arena, start, (size_t)(reading->at - start));
}

static void read_rest(struct asking *asking)
{
	struct reading *reading = &asking->reading;
	while (reading->why == NULL) {
		while (*reading->at == ' ')
			reading->at++;
		if (*reading->at == '\0')
			return;
		const char *name = read_bare(reading, " =");
		if (*reading->at == '=')
			read_property(asking, name);
		else if (strcmp(name, "in") == 0)
			add_member(asking, &asking->context, "workspace",
			           (struct value){.kind = VALUE_STRING, .string = read_word(reading)});
		else if (strcmp(name, "on") == 0)
			split_type(reading, read_typed(reading), &asking->question->resource.type,
			           &asking->question->resource.id);
		else
			reading->why = arena_print(reading->arena, "\"%s\" is none of: in, on, NAME=VALUE", name);
	}
}

const char *world_question(struct world *world, const char *text, struct question *question)
{
	struct asking asking = {.reading = {world->arena, text, NULL}, .question = question};
	*question = (struct question){.subject = {.type = "user"}, .resource = {.type = "thing", .id = "1"},
	                              .at = world->at};
	split_type(&asking.reading, read_typed(&asking.reading), &question->subject.type, &question->subject.id);
	question->action.name = read_word(&asking.reading);
	read_rest(&asking);
	question->subject.properties = object_of(&asking, &asking.subject);
	question->action.properties = object_of(&asking, &asking.action);
	question->resource.properties = object_of(&asking, &asking.resource);
	question->context = object_of(&asking, &asking.context);
	return asking.reading.why;
}

void world_decide(struct world *world, const char *text, struct answer *answer)
{
	struct question question;
	const char *wrong = world_question(world, text, &question);
	if (wrong != NULL)
		give_up(text, wrong);
	question.explain = true;
	decide(world->snapshot, &world->settings, &question, world->arena, answer);
}

const char *world_ask(struct world *world, const char *text)
{
	struct answer answer;
	world_decide(world, text, &answer);
	return reason_code(answer.reason);
}

const char *world_rdn(struct world *world, node_id node)
{
	struct text dn;
	if (node == NODE_NONE)
		return "-";
	text_init(&dn, 65536);
	snapshot_print_dn(world->snapshot, node, &dn);
	const char *comma = strchr(text_string(&dn), ',');
	const char *rdn = arena_octets(world->arena, text_string(&dn),
	                               comma != NULL ? (size_t)(comma - text_string(&dn)) : dn.length);
	text_release(&dn);
	return rdn;
}

node_id world_node(struct world *world, const char *dn)
{
	node_id node = snapshot_find_dn(world->snapshot, dn);
	if (node == NODE_NONE)
		give_up(dn, "no such entry");
	return node;
}
