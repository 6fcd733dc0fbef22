/* Users as JSON: lists, one user, where she can go, what she holds there. */
#include "json/list_parts.h"

#include <ctype.h>
#include <string.h>

/* ---- one user as lists show her ---- */

/* RFC 4516: ldap:///DN?jpegPhoto says where the picture is.  Percent-encoded but for what a DN is mostly made of. */
static void print_photo_link(const char *dn, struct text *link)
{
	text_append(link, "ldap:///");
	for (; *dn != '\0'; dn++)
		if (isalnum((unsigned char)*dn) || strchr("=,-._~", *dn))
			text_append_char(link, *dn);
		else
			text_print(link, "%%%02X", (unsigned char)*dn);
	text_append(link, "?jpegPhoto");
}

static void write_avatar(const struct list_writer *writer, const struct listed_user *user)
{
	struct text dn, link;

	if (user->avatar || !user->photo || !writer->entries.full) {
		json_write_optional(writer->entries.json, "avatar", user->avatar);
		return;
	}
	text_init(&dn, EXPLANATION_DN_MAX);
	text_init(&link, 4u * EXPLANATION_DN_MAX);
	snapshot_print_dn(writer->entries.snapshot, user->node, &dn);
	print_photo_link(text_string(&dn), &link);
	json_write_string(writer->entries.json, "avatar", text_string(&link));
	text_release(&link);
	text_release(&dn);
}

/* INSTANT_MIN: never, or nobody watches. */
static instant seen_by_gateway(const struct list_writer *writer, const struct listed_user *user)
{
	const struct entry *entry = snapshot_entry(writer->entries.snapshot, user->node);

	return writer->seen && entry_is(entry, KIND_PERSON) ? writer->seen(writer->seen_context, entry) : INSTANT_MIN;
}

instant list_last_seen(const struct list_writer *writer, const struct listed_user *user)
{
	instant seen = seen_by_gateway(writer, user);

	return seen > user->last_seen ? seen : user->last_seen;
}

bool list_online(const struct list_writer *writer, const struct listed_user *user)
{
	instant seen = seen_by_gateway(writer, user);

	return seen != INSTANT_MIN && writer->view->at - seen <= LIST_ONLINE;
}

void list_write_dn(const struct list_writer *writer, node_id node)
{
	struct text dn;

	if (!writer->entries.full)
		return;
	text_init(&dn, EXPLANATION_DN_MAX);
	snapshot_print_dn(writer->entries.snapshot, node, &dn);
	json_write_string(writer->entries.json, "dn", text_string(&dn));
	text_release(&dn);
}

void list_write_user(const struct list_writer *writer, const struct listed_user *user)
{
	struct json_writer *json = writer->entries.json;
	instant seen = list_last_seen(writer, user);

	json_write_string(json, "id", user->id);
	if (user->node != NODE_NONE)
		list_write_dn(writer, user->node);
	json_write_optional(json, "name", user->name);
	json_write_optional(json, "mail", user->mail);
	write_avatar(writer, user);
	json_write_string(json, "status", account_state_name(user->status));
	if (writer->seen)
		json_write_boolean(json, "online", list_online(writer, user));
	if (seen != INSTANT_MIN)
		json_write_instant(json, "last_seen", seen);
}

/* ---- lists of users ---- */

static void user_found(void *context, const struct listed_user *user)
{
	const struct list_writer *writer = context;

	json_write_object(writer->entries.json, NULL);
	list_write_user(writer, user);
	json_write_end(writer->entries.json);
}

void users_write(const struct list_writer *writer, node_id organization, const char *query, struct list_page *page)
{
	const struct user_visitor visitor = {(void *)(uintptr_t)writer, user_found};

	json_write_array(writer->entries.json, "users");
	users_list(writer->view, organization, query, page, &visitor);
	json_write_end(writer->entries.json);
}

void list_write_roles(const struct list_writer *writer, const struct held_role *roles, uint32_t count)
{
	struct json_writer *json = writer->entries.json;

	json_write_array(json, "roles");
	for (uint32_t i = 0; i < count; i++)
		explanation_write_role(&writer->entries, &roles[i]);
	json_write_end(json);
}

void user_profile_write(const struct list_writer *writer, node_id user, struct arena *arena)
{
	struct user_profile profile;

	user_profile(writer->view, user, arena, &profile);
	list_write_user(writer, &profile.user);
	explanation_write_entry(&writer->entries, "plan", profile.plan);
	explanation_write_entries(&writer->entries, "organizations", profile.organizations, profile.organization_count);
	explanation_write_entries(&writer->entries, "groups", profile.groups, profile.group_count);
	list_write_roles(writer, profile.roles, profile.role_count);
}

/* ---- where she can go ---- */

static void workspace_found(void *context, const struct entered_workspace *entered)
{
	const struct list_writer *writer = context;
	struct json_writer *json = writer->entries.json;
	struct arena *arena = arena_new();
	struct listed_place place;

	place_describe(writer->view, entered->workspace, arena, &place);
	json_write_object(json, NULL);
	json_write_string(json, "id", place.id);
	list_write_dn(writer, place.node);
	json_write_optional(json, "name", place.name);
	json_write_optional(json, "color", place.color);
	list_write_roles(writer, entered->roles, entered->role_count);
	json_write_end(json);
	arena_free(arena);
}

void user_workspaces_write(const struct list_writer *writer, node_id user, struct list_page *page)
{
	const struct workspace_visitor visitor = {(void *)(uintptr_t)writer, workspace_found};

	json_write_array(writer->entries.json, "workspaces");
	user_workspaces(writer->view, user, page, &visitor);
	json_write_end(writer->entries.json);
}

/* ---- claims ---- */

struct claim_writer {
	const struct list_writer *list;
	struct arena *arena; /* for names */
	bool workspaces;     /* the organizations are over */
};

static void begin_workspaces(struct claim_writer *writer)
{
	struct json_writer *json = writer->list->entries.json;

	if (writer->workspaces)
		return;
	json_write_end(json);
	json_write_object(json, "workspaces");
	writer->workspaces = true;
}

static void claim_found(void *context, const struct claim *claim)
{
	struct claim_writer *writer = context;
	const struct snapshot *snapshot = writer->list->entries.snapshot;
	struct json_writer *json = writer->list->entries.json;

	if (!entry_is(snapshot_entry(snapshot, claim->place), KIND_ORGANIZATION))
		begin_workspaces(writer);
	json_write_object(json, name_of(snapshot, NAMED_PLACE, claim->place, writer->arena));
	json_write_array(json, "roles");
	for (uint32_t i = 0; i < claim->role_count; i++)
		json_write_string(json, NULL, name_of(snapshot, NAMED_ROLE, claim->roles[i], writer->arena));
	json_write_end(json);
	json_write_strings(json, "permissions", claim->permissions, claim->permission_count);
	json_write_strings(json, "conditional", claim->conditional, claim->conditional_count);
	json_write_end(json);
}

void user_claims_write(const struct list_writer *writer, node_id user, struct list_page *page)
{
	struct claim_writer claims = {writer, arena_new(), false};
	const struct claim_visitor visitor = {&claims, claim_found};

	json_write_string(writer->entries.json, "subject",
	                  name_of(writer->entries.snapshot, NAMED_USER, user, claims.arena));
	json_write_object(writer->entries.json, "organizations");
	user_claims(writer->view, user, page, &visitor);
	begin_workspaces(&claims);
	json_write_end(writer->entries.json);
	arena_free(claims.arena);
}
