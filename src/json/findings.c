#include "json/findings.h"

#include <stdlib.h>
#include <string.h>

#include "json/explanation.h"

/* A finding that is kept: lint's own strings live only until the next one. */
struct kept {
	const struct problem_info *info;
	const char *dn; /* in normal form, to sort by */
	struct finding finding;
};

struct findings {
	const struct snapshot *snapshot;
	struct arena *arena;
	struct kept *items;
	size_t count, capacity;
};

static const char *keep_string(struct findings *collection, const char *string)
{
	return string ? arena_string(collection->arena, string) : NULL;
}

static void grow(struct findings *collection)
{
	size_t capacity = collection->capacity ? 2 * collection->capacity : 64;
	struct kept *bigger = arena_array(collection->arena, capacity, sizeof(*bigger));

	if (collection->count > 0)
		memcpy(bigger, collection->items, collection->count * sizeof(*bigger));
	collection->items = bigger;
	collection->capacity = capacity;
}

static void keep(void *context, const struct finding *finding)
{
	struct findings *collection = context;
	struct kept *kept;
	struct text dn;

	if (collection->count == collection->capacity) {
		grow(collection);
	}
	kept = &collection->items[collection->count++];
	text_init(&dn, EXPLANATION_DN_MAX);
	snapshot_print_normal_dn(collection->snapshot, finding->entry, &dn);
	*kept = (struct kept){problem_info(finding->problem.code), keep_string(collection, text_string(&dn)), *finding};
	kept->finding.problem.attribute = keep_string(collection, finding->problem.attribute);
	kept->finding.problem.value = keep_string(collection, finding->problem.value);
	kept->finding.problem.detail = keep_string(collection, finding->problem.detail);
	text_release(&dn);
}

static int compare_strings(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare(const void *a, const void *b)
{
	const struct kept *one = a, *other = b;
	const struct problem *mine = &one->finding.problem, *theirs = &other->finding.problem;
	int order;

	if (one->info->severity != other->info->severity)
		return one->info->severity < other->info->severity ? -1 : 1;
	if ((order = compare_strings(one->dn, other->dn)) || (order = compare_strings(one->info->code, other->info->code)) ||
	    (order = compare_strings(mine->attribute, theirs->attribute)) ||
	    (order = compare_strings(mine->value, theirs->value)))
		return order;
	return compare_strings(mine->detail, theirs->detail);
}

static void write_finding(const struct explanation_writer *writer, const struct kept *kept)
{
	const struct problem *problem = &kept->finding.problem;
	struct json_writer *json = writer->json;

	json_write_object(json, NULL);
	json_write_string(json, "code", kept->info->code);
	json_write_string(json, "severity", severity_name(kept->info->severity));
	explanation_write_entry(writer, "entry", kept->finding.entry);
	explanation_write_entry(writer, "other", kept->finding.other);
	json_write_optional(json, "attribute", problem->attribute);
	json_write_optional(json, "value", problem->value);
	json_write_optional(json, "detail", problem->detail);
	json_write_string(json, "meaning", kept->info->meaning);
	json_write_string(json, "remedy", kept->info->remedy);
	json_write_end(json);
}

static struct findings *find(const struct snapshot *snapshot, instant at, const struct finding *more, size_t count,
                             struct arena *arena)
{
	struct findings *findings = arena_alloc(arena, sizeof(*findings));

	*findings = (struct findings){.snapshot = snapshot, .arena = arena};
	lint(snapshot, at, keep, findings);
	for (size_t i = 0; i < count; i++)
		keep(findings, &more[i]);
	if (findings->count > 1)
		qsort(findings->items, findings->count, sizeof(*findings->items), compare);
	return findings;
}

struct findings *findings_find(const struct snapshot *snapshot, instant at, struct arena *arena)
{
	return find(snapshot, at, NULL, 0, arena);
}

size_t findings_count(const struct findings *findings)
{
	return findings->count;
}

void findings_write_some(struct json_writer *json, const struct findings *findings, size_t first, size_t count)
{
	const struct explanation_writer writer = {.json = json, .snapshot = findings->snapshot, .full = true};

	json_write_array(json, "findings");
	for (size_t i = first; i < findings->count && i - first < count; i++)
		write_finding(&writer, &findings->items[i]);
	json_write_end(json);
}

void findings_write_more(struct json_writer *json, const struct snapshot *snapshot, instant at,
                         const struct finding *more, size_t count, struct arena *arena)
{
	const struct findings *findings = find(snapshot, at, more, count, arena);

	json_write_object(json, NULL);
	json_write_number(json, "total", (int64_t)findings->count);
	findings_write_some(json, findings, 0, FINDINGS_MAX);
	json_write_end(json);
}

void findings_write(struct json_writer *json, const struct snapshot *snapshot, instant at, struct arena *arena)
{
	findings_write_more(json, snapshot, at, NULL, 0, arena);
}
