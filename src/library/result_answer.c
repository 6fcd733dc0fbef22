/* Decisions and their explanations. */
#include "library/result.h"

#include <string.h>

#include "json/json_value.h"
#include "json/problem_details.h"

/* What the origin of a binding (json/explanation.h) is called as a step. */
static const struct { const char *origin, *kind; } origins[] = {
	{"entry", "binding"},   {"owner", "owner"},   {"group-rule", "rule"},
	{"default", "default"}, {"public", "public"}, {"invitation", "invitation"},
};

static const char *kind_of(const char *origin)
{
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++)
		if (strcmp(origins[i].origin, origin) == 0)
			return origins[i].kind;
	return "binding";
}

/* The steps of one chain, as they are added. */
struct walk {
	const struct result *result;
	struct dirgate_step *steps;
	size_t count;
};

static void add_entry(struct walk *walk, const char *kind, const struct value *entry)
{
	if (entry)
		walk->steps[walk->count++] =
			(struct dirgate_step){kind, result_string(entry, "dn"), result_text(entry, "id")};
}

static void add_entries(struct walk *walk, const char *kind, const struct value *chain, const char *name)
{
	const struct value *items = NULL;
	size_t count = result_items(chain, name, &items);

	for (size_t i = 0; i < count; i++)
		add_entry(walk, kind, &items[i]);
}

/* "dgPermission: contacts.*" */
static void add_value(struct walk *walk, const struct value *from)
{
	const char *attribute = result_string(from, "attribute"), *value = result_string(from, "value");

	if (attribute)
		walk->steps[walk->count++] = (struct dirgate_step){
			"value", NULL,
			value ? arena_print(walk->result->arena, "%s: %s", attribute, value) : attribute};
}

static void add_restriction(struct walk *walk, const struct value *chain)
{
	const struct value *restriction = json_value_member(chain, "restriction");

	if (restriction)
		walk->steps[walk->count++] = (struct dirgate_step){
			"restriction", result_string(restriction, "dn"),
			arena_print(walk->result->arena, "dgRestricts: %s", result_text(chain, "restriction_value"))};
}

/* Begins with the subject; `most` further steps may follow. */
static struct walk walk_begin(const struct result *result, const struct value *explanation, size_t most)
{
	struct walk walk = {.result = result};

	walk.steps = arena_array(result->arena, most + 1, sizeof(*walk.steps));
	add_entry(&walk, "subject", json_value_member(explanation, "subject"));
	return walk;
}

static struct dirgate_chain chain_end(const struct walk *walk, const char *reason)
{
	return (struct dirgate_chain){reason, reason_meaning(result_reason(reason)), walk->count, walk->steps};
}

static struct dirgate_chain chain_of(const struct result *result, const struct value *explanation,
                                     const struct value *chain)
{
	const struct value *items;
	struct walk walk = walk_begin(result, explanation,
	                              result_items(chain, "groups", &items) + result_items(chain, "roles", &items) + 3);

	add_entries(&walk, "group", chain, "groups");
	add_entry(&walk, kind_of(result_text(chain, "origin")), json_value_member(chain, "binding"));
	add_entries(&walk, "role", chain, "roles");
	add_value(&walk, chain);
	add_restriction(&walk, chain);
	return chain_end(&walk, result_text(chain, "stop"));
}

static struct dirgate_chain limit_chain(const struct result *result, const struct value *explanation,
                                        const struct value *limit)
{
	const struct value *binding = json_value_member(limit, "binding");
	struct walk walk = walk_begin(result, explanation, 3);

	add_entry(&walk, "binding", binding);
	add_entry(&walk, binding ? "role" : "entry", json_value_member(limit, "entry"));
	add_value(&walk, limit);
	return chain_end(&walk, result_text(limit, "reason"));
}

/* What stopped it as a whole comes first: limits, the entry that an administrative rule names; then the ways. */
static void read_chains(const struct result *result, const struct value *explanation, struct dirgate_answer *answer)
{
	const struct value *chains = NULL, *limits = NULL, *rule = json_value_member(explanation, "rule_entry");
	size_t chain_count = result_items(explanation, "chains", &chains);
	size_t limit_count = result_items(explanation, "limits", &limits);
	struct dirgate_chain *all = arena_array(result->arena, chain_count + limit_count + 1, sizeof(*all));
	size_t count = 0;

	for (size_t i = 0; i < limit_count; i++)
		all[count++] = limit_chain(result, explanation, &limits[i]);
	if (rule) {
		struct walk walk = walk_begin(result, explanation, 1);

		add_entry(&walk, "entry", rule);
		all[count++] = chain_end(&walk, answer->reason);
	}
	for (size_t i = 0; i < chain_count; i++)
		all[count++] = chain_of(result, explanation, &chains[i]);
	answer->chains = all;
	answer->chain_count = count;
}

/* Without a decision it is a problem, which result_answer takes only for reasons that leave it undecided. */
static enum dirgate_outcome outcome_of(const struct value *decision)
{
	if (!decision)
		return DIRGATE_CANNOT_DECIDE;
	return decision->boolean ? DIRGATE_ALLOW : DIRGATE_DENY;
}

int result_answer(const struct text *json, struct dirgate_answer **answer, struct error *why)
{
	const struct value *decision, *context, *explanation;
	struct dirgate_answer *made;
	struct result result;
	const char *reason;
	int outcome = result_begin(json, &result, why);

	if (outcome < 0)
		return outcome;
	decision = json_value_member(result.root, "decision");
	context = decision ? json_value_member(result.root, "context") : result.root;
	reason = result_string(context, "reason");
	if (!reason || (decision && decision->kind != VALUE_BOOLEAN) ||
	    (!decision && problem_details_status(result_reason(reason)) != 503))
		return result_refuse(&result, "a decision with its reason", why);
	made = result_alloc(&result, sizeof(*made));
	*made = (struct dirgate_answer){.outcome = outcome_of(decision), .reason = reason, .json = result.json};
	made->meaning = reason_meaning(result_reason(reason));
	made->missing = result_string(context, "missing");
	made->obligation_count = result_strings(&result, context, "obligations", &made->obligations);
	explanation = json_value_member(context, "explanation");
	made->until = result_string(explanation, "until");
	if (explanation)
		read_chains(&result, explanation, made);
	*answer = made;
	return 0;
}
