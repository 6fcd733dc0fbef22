#include "library/server_lint.h"

#include <string.h>

#include "directory/probe/probe.h"

static const struct { const char *check; enum problem_code code; } rules[] = {
	{"overlays", PROBLEM_UNSEEN_CHANGES},
	{"anonymous", PROBLEM_ANONYMOUS_READS},
	{"passwords", PROBLEM_PASSWORDS_READABLE},
	{"writing", PROBLEM_POLICY_WRITABLE},
};
#define RULES (sizeof(rules) / sizeof(*rules))

struct looking {
	struct arena *arena;
	node_id base;
	size_t count;
	struct finding items[RULES * SESSION_URIS_MAX];
};

static int take(void *context, const struct probe_finding *probed)
{
	struct looking *looking = context;

	if (probed->state != PROBE_WARNING && probed->state != PROBE_FAILED)
		return 0;
	for (size_t i = 0; i < RULES; i++)
		if (strcmp(rules[i].check, probed->check) == 0)
			looking->items[looking->count++] = (struct finding){
				{rules[i].code, NULL, arena_string(looking->arena, probed->server),
				 arena_string(looking->arena, probed->found)}, looking->base, NODE_NONE};
	return 0;
}

const struct finding *server_lint(const struct session_options *session, const char *base, const struct snapshot *snapshot,
                                  struct arena *arena, size_t *count)
{
	struct looking *looking = arena_alloc(arena, sizeof(*looking));
	const char *checks[RULES + 1] = {NULL};
	const struct probe_options options = {.session = session, .base = base, .checks = checks};
	struct error why;

	*looking = (struct looking){.arena = arena, .base = snapshot_find_dn(snapshot, base)};
	for (size_t i = 0; i < RULES; i++)
		checks[i] = rules[i].check;
	probe_run(&options, take, looking, &why);
	*count = looking->count;
	return looking->items;
}
