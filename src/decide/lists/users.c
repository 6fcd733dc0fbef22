#include "decide/lists/users.h"

#include "base/text.h"
#include "decide/lists/held.h"
#include "decide/lists/names.h"
#include "decide/place.h"
#include "decide/subject.h"
#include "model/name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *account_state_name(enum account_state state)
{
	static const char *const names[] = {
		[ACCOUNT_DEACTIVATED] = "deactivated", [ACCOUNT_ACTIVE] = "active", [ACCOUNT_PENDING] = "pending"};
	return names[state];
}

/* ---- One person ---- */

static const char *first_text(const struct entry *entry, const char *attribute)
{
	const struct entry_attribute *found = entry_attribute(entry, attribute);
	for (uint32_t i = 0; found != NULL && i < found->count; i++)
		if (found->values[i].text != NULL && found->values[i].text[0] != '\0')
			return found->values[i].text;
	return NULL;
}

/* labeledURI (RFC 2079) is a URI, then perhaps a space and a label.  Only what a browser fetches: a link of another scheme
 * could be a script. */
static const char *link_of(const struct entry *person, struct arena *arena)
{
	static const char *const schemes[] = {"https://", "http://"};
	const char *uri = first_text(person, "labeleduri");
	for (size_t i = 0; uri != NULL && i < sizeof(schemes) / sizeof(*schemes); i++)
		if (strncasecmp(uri, schemes[i], strlen(schemes[i])) == 0)
			return arena_octets(arena, uri, strcspn(uri, " "));
	return NULL;
}

/* MS-DTYP 2.3.3: units of 100 ns since 1601-01-01; 0: never. */
static bool read_filetime(const char *text, instant *at)
{
	static const int64_t epoch = INT64_C(116444736000000000);
	char *end;
	errno = 0;
	int64_t units = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' && units > 0 && !__builtin_mul_overflow(units - epoch, INT64_C(100), at);
}

static bool read_generalized(const char *text, instant *at)
{
	return clock_parse_generalized(text, at) == 0;
}

static const struct seen_attribute {
	const char *name; /* canonical */
	bool (*read)(const char *text, instant *at);
} seen_attributes[] = {
	{"authtimestamp", read_generalized},  /* OpenLDAP, contrib lastbind */
	{"pwdlastsuccess", read_generalized}, /* OpenLDAP 2.5 and later, draft-behera-ldap-password-policy */
	{"lastlogintime", read_generalized},  /* 389, account policy */
	{"lastlogon", read_filetime},         /* Active Directory, of that very controller */
	{"lastlogontimestamp", read_filetime},
};

static instant seen_by_directory(const struct entry *person)
{
	instant latest = INSTANT_MIN, at;
	for (size_t i = 0; i < sizeof(seen_attributes) / sizeof(*seen_attributes); i++) {
		const char *text = first_text(person, seen_attributes[i].name);
		if (text != NULL && seen_attributes[i].read(text, &at) && at > latest)
			latest = at;
	}
	return latest;
}

enum account_state account_state(const struct entry *person, instant at)
{
	const struct person *account = person->person;
	if (person_active(person, at))
		return ACCOUNT_ACTIVE;
	bool invited = account->status == STATUS_INVITED && account->locked_by == NULL && at < account->expires;
	return invited ? ACCOUNT_PENDING : ACCOUNT_DEACTIVATED;
}

void user_describe(const struct list_view *view, node_id node, struct arena *arena, struct listed_user *user)
{
	const struct entry *person = snapshot_entry(view->snapshot, node);
	*user = (struct listed_user){
		.node = node,
		.id = name_of(view->snapshot, NAMED_USER, node, arena),
		.name = person->name,
		.mail = first_text(person, "mail"),
		.avatar = link_of(person, arena),
		.photo = entry_attribute(person, "jpegphoto") != NULL,
		.status = account_state(person, view->at),
		.last_seen = seen_by_directory(person),
	};
}

/* ---- Searching ---- */

struct user_search {
	const struct list_view *view;
	node_id organization;
	const char *query;  /* in normal form; NULL: everybody */
	struct text normal; /* of the value that is looked at */
	struct arena *arena; /* for one row at a time */
	const struct user_visitor *visitor;
};

static bool has_part(struct user_search *search, const char *value)
{
	text_reset(&search->normal);
	return value != NULL && name_normalise(value, strlen(value), &search->normal) == 0 &&
	       strstr(text_string(&search->normal), search->query) != NULL;
}

static bool is_wanted(struct user_search *search, const struct entry *person)
{
	static const char *const names[] = {"cn", "displayname", "givenname", "sn", "mail", "uid"};
	if (search->query == NULL || has_part(search, person->id))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct entry_attribute *found = entry_attribute(person, names[i]);
		for (uint32_t j = 0; found != NULL && j < found->count; j++)
			if (has_part(search, found->values[j].text))
				return true;
	}
	return false;
}

static void search_users(struct user_search *search, struct list_page *page)
{
	const struct snapshot *snapshot = search->view->snapshot;
	struct relation_cursor cursor;
	node_id node;
	snapshot_relation_after(snapshot, RELATION_KIND, KIND_PERSON, (node_id)page->after, &cursor);
	while (relation_next(&cursor, &node) && list_page_look(page, node)) {
		struct listed_user user;
		if ((search->organization != NODE_NONE && !organization_has_person(snapshot, search->organization, node)) ||
		    !is_wanted(search, snapshot_entry(snapshot, node)))
			continue;
		list_page_row(page);
		arena_reset(search->arena);
		user_describe(search->view, node, search->arena, &user);
		search->visitor->found(search->visitor->context, &user);
	}
}

void users_list(const struct list_view *view, node_id organization, const char *query, struct list_page *page,
                const struct user_visitor *visitor)
{
	struct user_search search = {.view = view, .organization = organization, .visitor = visitor};
	struct text wanted;
	text_init(&wanted, NAME_LENGTH_MAX);
	text_init(&search.normal, NAME_LENGTH_MAX);
	/* What has no normal form is part of nothing. */
	if (query == NULL || name_normalise(query, strlen(query), &wanted) == 0) {
		search.query = query != NULL ? text_string(&wanted) : NULL;
		search.arena = arena_new();
		search_users(&search, page);
		arena_free(search.arena);
	}
	text_release(&search.normal);
	text_release(&wanted);
}

/* ---- The profile ---- */

static bool held_on_organization(const void *context, const struct evaluation *evaluation,
                                 const struct standing *standing, const struct holding *holding)
{
	return held_by_binding(context, evaluation, standing, holding) && holding->by_organization;
}

static void add_roles(struct user_profile *profile, const struct held_roles *held, struct arena *arena)
{
	struct held_role *roles = arena_array(arena, (size_t)profile->role_count + held->count + 1, sizeof(*roles));
	if (profile->role_count > 0)
		memcpy(roles, profile->roles, profile->role_count * sizeof(*roles));
	if (held->count > 0)
		memcpy(roles + profile->role_count, held->roles, held->count * sizeof(*roles));
	profile->roles = roles;
	profile->role_count += held->count;
}

static void list_organizations(const struct list_view *view, node_id node, struct arena *arena,
                               struct user_profile *profile)
{
	const struct held_wish wish = {false, held_on_organization, NULL};
	struct organizations *home = arena_alloc(arena, sizeof(*home));
	organizations_of_person(view->snapshot, node, home);
	profile->organization_count = home->count;
	profile->organizations = home->nodes;
	for (uint32_t i = 0; i < home->count; i++) {
		struct evaluation evaluation;
		struct standing standing;
		struct held_roles held;
		viewing_begin(view, node, home->nodes[i], arena, &evaluation);
		standing_find(&evaluation, home->nodes[i], &standing);
		held_list(&evaluation, &standing, &wish, &held);
		add_roles(profile, &held, arena);
	}
}

static void list_groups(const struct list_view *view, node_id node, struct arena *arena, struct user_profile *profile)
{
	struct membership membership;
	membership_find(view->snapshot, node, false, NULL, 0, arena, &membership);
	node_id *groups = arena_array(arena, membership.count, sizeof(*groups));
	for (uint32_t i = 1; i < membership.count; i++)
		if (membership.steps[i].certain)
			groups[profile->group_count++] = membership.steps[i].node;
	profile->groups = groups;
}

void user_profile(const struct list_view *view, node_id node, struct arena *arena, struct user_profile *profile)
{
	const struct reference *plan = &snapshot_entry(view->snapshot, node)->person->plan;
	*profile = (struct user_profile){0};
	user_describe(view, node, arena, &profile->user);
	if (plan->present && entry_is(snapshot_entry(view->snapshot, plan->node), KIND_PLAN))
		profile->plan = plan->node;
	list_organizations(view, node, arena, profile);
	list_groups(view, node, arena, profile);
}
