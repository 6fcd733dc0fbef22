#include "daemon/greeting.h"

#include <string.h>

static const struct {
	enum kind kind;
	const char *one, *many;
} kinds[] = {
	{KIND_ORGANIZATION, "organization", "organizations"},
	{KIND_WORKSPACE, "workspace", "workspaces"},
	{KIND_ROLE, "role", "roles"},
	{KIND_BINDING, "binding", "bindings"},
	{KIND_PERSON, "person", "people"},
};

void greeting_print_counts(const struct snapshot *snapshot, struct text *out)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint32_t count = snapshot_count(snapshot, kinds[i].kind);

		text_print(out, "%s%u %s", i > 0 ? ", " : "", count, count == 1 ? kinds[i].one : kinds[i].many);
	}
}

static bool is_plain(const char *id)
{
	return strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-") == strlen(id);
}

/* The short id of any entry of that kind that needs no quoting; NULL: none.  Borrowed from the snapshot. */
static const char *any_id(const struct snapshot *snapshot, enum kind kind)
{
	struct relation_cursor cursor;
	node_id node;

	snapshot_relation(snapshot, RELATION_KIND, kind, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct entry *entry = snapshot_entry(snapshot, node);

		if (entry && entry->id && is_plain(entry->id))
			return entry->id;
	}
	return NULL;
}

static void print_question(const struct snapshot *snapshot, const char *url, struct text *out)
{
	const char *person = any_id(snapshot, KIND_PERSON), *workspace = any_id(snapshot, KIND_WORKSPACE);

	if (person && workspace)
		text_print(out,
		           "  try      curl -s %s/access/v1/evaluation -H 'Content-Type: application/json' -d \\\n"
		           "           '{\"subject\":{\"type\":\"user\",\"id\":\"%s\"},\"action\":{\"name\":\"workspace.read\"},"
		           "\"resource\":{\"type\":\"workspace\",\"id\":\"%s\"}}'\n",
		           url, person, workspace);
	else
		text_print(out, "  try      curl -s %s/readyz\n", url);
}

void greeting_print(const struct site *site, const struct snapshot *snapshot, const char *url, struct text *out)
{
	struct follower *follower = site_follower(site);
	struct source_status status;

	text_print(out, "dirgate %s answers at %s\n", DIRGATE_VERSION, url);
	for (size_t i = 0; i < follower_count(follower); i++) {
		follower_source(follower, i, &status);
		text_print(out, "  follows  %s: %s\n", status.name, status.server[0] != '\0' ? status.server : status.kind);
	}
	text_append(out, "  knows    ");
	greeting_print_counts(snapshot, out);
	text_append(out, "\n");
	print_question(snapshot, url, out);
}
