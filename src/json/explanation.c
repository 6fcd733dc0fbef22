#include "json/explanation.h"

#include "model/filter.h"

#define FILTER_TEXT_MAX (4u * FILTER_LENGTH_MAX)

static const char *const origin_names[] = {
	[ORIGIN_ENTRY] = "entry",     [ORIGIN_OWNER] = "owner",   [ORIGIN_RULE] = "group-rule",
	[ORIGIN_DEFAULT] = "default", [ORIGIN_PUBLIC] = "public", [ORIGIN_INVITATION] = "invitation",
};

void explanation_write_entry(const struct explanation_writer *writer, const char *name, node_id node)
{
	const struct entry *entry = snapshot_entry(writer->snapshot, node);
	struct text dn;

	if (node == NODE_NONE)
		return;
	json_write_object(writer->json, name);
	if (entry && entry->id)
		json_write_string(writer->json, "id", entry->id);
	if (writer->full) {
		text_init(&dn, EXPLANATION_DN_MAX);
		snapshot_print_dn(writer->snapshot, node, &dn);
		json_write_string(writer->json, "dn", text_string(&dn));
		text_release(&dn);
	}
	json_write_end(writer->json);
}

void explanation_write_entries(const struct explanation_writer *writer, const char *name, const node_id *nodes,
                               uint32_t count)
{
	json_write_array(writer->json, name);
	for (uint32_t i = 0; i < count; i++)
		explanation_write_entry(writer, NULL, nodes[i]);
	json_write_end(writer->json);
}

static void write_until(const struct explanation_writer *writer, instant until)
{
	if (until != INSTANT_MAX)
		json_write_instant(writer->json, "until", until);
}

void explanation_write_chain(const struct explanation_writer *writer, const char *name, const struct chain *chain)
{
	json_write_object(writer->json, name);
	json_write_string(writer->json, "stop", reason_code(chain->stop));
	json_write_string(writer->json, "origin", origin_names[chain->origin]);
	explanation_write_entries(writer, "groups", chain->groups, chain->group_count);
	explanation_write_entry(writer, "binding", chain->binding);
	explanation_write_entry(writer, "workspace", chain->workspace);
	explanation_write_entries(writer, "roles", chain->roles, chain->role_count);
	json_write_optional(writer->json, "attribute", chain->attribute);
	json_write_optional(writer->json, "value", chain->value);
	explanation_write_entry(writer, "restriction", chain->restriction);
	json_write_optional(writer->json, "restriction_value", chain->restriction_value);
	json_write_end(writer->json);
}

static void write_limit(const struct explanation_writer *writer, const char *name, const struct limit *limit)
{
	json_write_object(writer->json, name);
	json_write_string(writer->json, "reason", reason_code(limit->reason));
	if (writer->full) {
		explanation_write_entry(writer, "entry", limit->entry);
		explanation_write_entry(writer, "binding", limit->binding);
		json_write_optional(writer->json, "attribute", limit->attribute);
		json_write_optional(writer->json, "value", limit->value);
	}
	json_write_end(writer->json);
}

void explanation_write(const struct explanation_writer *writer, const struct explanation *explanation)
{
	explanation_write_entry(writer, "subject", explanation->subject);
	explanation_write_entry(writer, "place", explanation->place);
	explanation_write_entry(writer, "organization", explanation->organization);
	explanation_write_entry(writer, "resource", explanation->resource);
	write_until(writer, explanation->until);
	json_write_array(writer->json, "chains");
	for (uint32_t i = 0; i < explanation->chain_count; i++)
		explanation_write_chain(writer, NULL, &explanation->chains[i]);
	json_write_end(writer->json);
	json_write_array(writer->json, "limits");
	for (uint32_t i = 0; i < explanation->limit_count; i++)
		write_limit(writer, NULL, &explanation->limits[i]);
	json_write_end(writer->json);
	explanation_write_entry(writer, "rule_entry", explanation->rule_entry);
}

void explanation_write_answer(const struct explanation_writer *writer, const struct answer *answer)
{
	json_write_string(writer->json, "outcome", outcome_name(answer->outcome));
	json_write_string(writer->json, "reason", reason_code(answer->reason));
	json_write_optional(writer->json, "missing", answer->missing);
	json_write_strings(writer->json, "obligations", answer->obligations, answer->obligation_count);
	if (answer->explanation)
		explanation_write(writer, answer->explanation);
}

/* ---- decisions ---- */

static void write_context(const struct explanation_writer *writer, const struct answer *answer, bool reason)
{
	struct json_writer *json = writer->json;

	json_write_object(json, "context");
	if (reason) {
		json_write_string(json, "reason", reason_code(answer->reason));
		json_write_optional(json, "missing", answer->missing);
	}
	if (answer->obligation_count > 0)
		json_write_strings(json, "obligations", answer->obligations, answer->obligation_count);
	if (answer->explanation) {
		json_write_object(json, "explanation");
		explanation_write(writer, answer->explanation);
		json_write_end(json);
	}
	json_write_end(json);
}

void decision_write(const struct explanation_writer *writer, const struct answer *answer, bool reason)
{
	json_write_object(writer->json, NULL);
	json_write_boolean(writer->json, "decision", answer->outcome == OUTCOME_ALLOW);
	if (reason || answer->obligation_count > 0)
		write_context(writer, answer, reason);
	json_write_end(writer->json);
}

/* ---- effective permissions ---- */

void explanation_write_role(const struct explanation_writer *writer, const struct held_role *held)
{
	json_write_object(writer->json, NULL);
	explanation_write_entry(writer, "role", held->role);
	json_write_string(writer->json, "stop", reason_code(held->chain.stop));
	write_until(writer, held->until);
	if (writer->full)
		explanation_write_chain(writer, "path", &held->chain);
	json_write_end(writer->json);
}

static void write_permission(const struct explanation_writer *writer, const struct effective_permission *permission)
{
	struct text filter;

	json_write_object(writer->json, NULL);
	json_write_string(writer->json, "name", permission->name);
	if (permission->conditional) {
		text_init(&filter, FILTER_TEXT_MAX);
		filter_print(permission->filter, &filter);
		if (filter.overflowed)
			json_write_boolean(writer->json, "filter_too_long", true);
		else
			json_write_string(writer->json, "filter", text_string(&filter));
		text_release(&filter);
	}
	if (permission->obligation_count > 0)
		json_write_strings(writer->json, "obligations", permission->obligations, permission->obligation_count);
	write_until(writer, permission->until);
	json_write_end(writer->json);
}

void effective_write(const struct explanation_writer *writer, const struct effective *effective)
{
	json_write_string(writer->json, "reason", reason_code(effective->reason));
	explanation_write_entry(writer, "subject", effective->subject);
	explanation_write_entry(writer, "place", effective->place);
	explanation_write_entry(writer, "organization", effective->organization);
	json_write_array(writer->json, "roles");
	for (uint32_t i = 0; i < effective->role_count; i++)
		explanation_write_role(writer, &effective->roles[i]);
	json_write_end(writer->json);
	json_write_array(writer->json, "permissions");
	for (uint32_t i = 0; i < effective->permission_count; i++)
		write_permission(writer, &effective->permissions[i]);
	json_write_end(writer->json);
	json_write_array(writer->json, "denied");
	for (uint32_t i = 0; i < effective->denied_count; i++) {
		json_write_object(writer->json, NULL);
		json_write_string(writer->json, "name", effective->denied[i].name);
		write_limit(writer, "limit", &effective->denied[i].limit);
		json_write_end(writer->json);
	}
	json_write_end(writer->json);
	explanation_write_entries(writer, "ceilings", effective->ceilings, effective->ceiling_count);
}
