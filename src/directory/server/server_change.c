#include "directory/server/server_change.h"

#include <errno.h>
#include <ldap.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "directory/ldif/entry_edit.h"
#include "directory/ldif/ldif_operation.h"
#include "model/dn.h"

/* An operation as libldap takes it; a rename is followed by the modifications, if there are any. */
struct request {
	enum ldif_change_type type;
	const char *dn;
	LDAPMod **mods;           /* of an add, or of a modify; NULL-terminated; NULL: none */
	const char *new_rdn, *new_superior, *new_dn;
	int delete_old;
};

struct server_changes {
	struct session_options *options; /* its own copy */
	struct session *session;         /* NULL: not connected yet */
	struct arena *arena;             /* of the requests */
	struct request *undo;            /* what takes back, in order of the changes */
	size_t count, room;
};

struct server_changes *server_changes_new(const struct session_options *session)
{
	struct server_changes *changes = memory_alloc(sizeof(*changes));

	changes->options = session_options_copy(session);
	changes->arena = arena_new();
	return changes;
}

void server_changes_free(struct server_changes *changes)
{
	if (!changes)
		return;
	session_close(changes->session);
	session_options_free(changes->options);
	arena_free(changes->arena);
	free(changes->undo);
	free(changes);
}

/* ---- modifications ---- */

static char *writable(struct arena *arena, const char *text)
{
	return arena_string(arena, text); /* libldap takes no const, and writes nothing */
}

static LDAPMod *mod_new(struct arena *arena, int type, const char *name, size_t count)
{
	LDAPMod *mod = arena_alloc(arena, sizeof(*mod));

	mod->mod_op = type | LDAP_MOD_BVALUES;
	mod->mod_type = writable(arena, name);
	mod->mod_bvalues = arena_array(arena, count + 1, sizeof(*mod->mod_bvalues));
	return mod;
}

static void mod_set(struct arena *arena, LDAPMod *mod, size_t i, const char *octets, size_t length)
{
	mod->mod_bvalues[i] = arena_alloc(arena, sizeof(struct berval));
	mod->mod_bvalues[i]->bv_val = arena_octets(arena, octets, length);
	mod->mod_bvalues[i]->bv_len = length;
}

static LDAPMod **mods_of_entry(const struct record *entry, struct arena *arena)
{
	LDAPMod **mods = arena_array(arena, entry->count + 1, sizeof(*mods));

	for (size_t i = 0; i < entry->count; i++) {
		const struct record_attribute *attribute = &entry->attributes[i];

		mods[i] = mod_new(arena, LDAP_MOD_ADD, attribute->name, attribute->count);
		for (size_t k = 0; k < attribute->count; k++)
			mod_set(arena, mods[i], k, attribute->values[k].octets, attribute->values[k].length);
	}
	return mods;
}

static LDAPMod **mods_of_operation(const struct ldif_operation *operation, struct arena *arena)
{
	static const int types[] = {
		[LDIF_MODIFICATION_ADD] = LDAP_MOD_ADD, [LDIF_MODIFICATION_DELETE] = LDAP_MOD_DELETE,
		[LDIF_MODIFICATION_REPLACE] = LDAP_MOD_REPLACE,
	};
	LDAPMod **mods = arena_array(arena, operation->count + 1, sizeof(*mods));

	for (size_t i = 0; i < operation->count; i++) {
		const struct ldif_modification *from = &operation->modifications[i];

		mods[i] = mod_new(arena, types[from->type], from->name, from->count);
		for (size_t k = 0; k < from->count; k++)
			mod_set(arena, mods[i], k, from->values[k].value, from->values[k].length);
		if (from->count == 0)
			mods[i]->mod_bvalues = NULL; /* the whole attribute */
	}
	return mods;
}

/* ---- what was there before ---- */

static int say(const struct server_changes *changes, const struct ldif_operation *operation, int code,
               struct error *why)
{
	int result = session_error(changes->session, code, operation->dn, why);

	return error_prefix(why, result, "%s:%zu: ", operation->file, operation->number);
}

/* The entry at the DN; *found is to be freed.  Positive: an LDAP result. */
static int entry_read(const struct server_changes *changes, const char *dn, LDAPMessage **found)
{
	int code = ldap_search_ext_s(session_ldap(changes->session), dn, LDAP_SCOPE_BASE, "(objectClass=*)", NULL, 0, NULL,
	                             NULL, NULL, LDAP_NO_LIMIT, found);

	if (code == LDAP_SUCCESS && !ldap_first_entry(session_ldap(changes->session), *found))
		return LDAP_NO_SUCH_OBJECT;
	return code;
}

/* The attribute as it is in `found`, as a modification of that type; without values if it is not there. */
static LDAPMod *mod_before(const struct server_changes *changes, LDAPMessage *found, int type, const char *name)
{
	LDAP *ldap = session_ldap(changes->session);
	struct berval **values = ldap_get_values_len(ldap, ldap_first_entry(ldap, found), name);
	size_t count = (size_t)ldap_count_values_len(values);
	LDAPMod *mod = mod_new(changes->arena, type, name, count);

	for (size_t i = 0; i < count; i++)
		mod_set(changes->arena, mod, i, values[i]->bv_val, values[i]->bv_len);
	if (count == 0)
		mod->mod_bvalues = NULL;
	ldap_value_free_len(values);
	return mod;
}

/* How many attributes the entry has; with `mods`, each is put there, to be added again. */
static size_t attributes_take(const struct server_changes *changes, LDAPMessage *found, LDAPMod **mods)
{
	LDAP *ldap = session_ldap(changes->session);
	LDAPMessage *entry = ldap_first_entry(ldap, found);
	BerElement *rest = NULL;
	size_t count = 0;

	for (char *name = ldap_first_attribute(ldap, entry, &rest); name; name = ldap_next_attribute(ldap, entry, rest)) {
		if (mods)
			mods[count] = mod_before(changes, found, LDAP_MOD_ADD, name);
		count++;
		ldap_memfree(name);
	}
	ber_free(rest, 0);
	return count;
}

static LDAPMod **mods_before(const struct server_changes *changes, LDAPMessage *found)
{
	LDAPMod **mods = arena_array(changes->arena, attributes_take(changes, found, NULL) + 1, sizeof(*mods));

	attributes_take(changes, found, mods);
	return mods;
}

/* ---- taking back ---- */

static void split_dn(const char *dn, struct arena *arena, const char **rdn, const char **parent)
{
	struct dn parsed;
	struct text rest;

	text_init(&rest, DN_LENGTH_MAX * 4);
	*rdn = "";
	if (dn_parse(dn, strlen(dn), arena, &parsed, NULL) == 0 && parsed.count > 0)
		*rdn = parsed.rdns[0].display;
	for (uint32_t i = 1; (*rdn)[0] != '\0' && i < parsed.count; i++)
		text_print(&rest, "%s%s", i > 1 ? "," : "", parsed.rdns[i].display);
	*parent = arena_string(arena, text_string(&rest));
	text_release(&rest);
}

static struct request undo_modify(const struct server_changes *changes, const struct ldif_operation *operation,
                                  LDAPMessage *found)
{
	LDAPMod **mods = arena_array(changes->arena, operation->count + 1, sizeof(*mods));

	for (size_t i = 0; i < operation->count; i++)
		mods[i] = mod_before(changes, found, LDAP_MOD_REPLACE, operation->modifications[i].name);
	return (struct request){.type = LDIF_CHANGE_MODIFY, .dn = writable(changes->arena, operation->dn), .mods = mods};
}

/* Back to the old name, and then the attributes of both names as they were. */
static struct request undo_rename(const struct server_changes *changes, const struct ldif_operation *operation,
                                  LDAPMessage *found)
{
	struct named_value *old_names, *new_names;
	const char *rdn, *parent, *superior = operation->new_superior;
	LDAPMod **mods;
	size_t old_count, new_count, count = 0;

	split_dn(operation->dn, changes->arena, &rdn, &parent);
	old_count = rdn_values(rdn, changes->arena, &old_names);
	new_count = rdn_values(operation->new_rdn, changes->arena, &new_names);
	mods = arena_array(changes->arena, old_count + new_count + 1, sizeof(*mods));
	for (size_t i = 0; i < old_count; i++)
		mods[count++] = mod_before(changes, found, LDAP_MOD_REPLACE, old_names[i].type);
	for (size_t i = 0; i < new_count; i++)
		mods[count++] = mod_before(changes, found, LDAP_MOD_REPLACE, new_names[i].type);
	return (struct request){
		.type = LDIF_CHANGE_RENAME,
		.dn = arena_print(changes->arena, "%s,%s", operation->new_rdn, superior ? superior : parent),
		.mods = mods,
		.new_rdn = rdn,
		.new_superior = superior ? parent : NULL,
		.new_dn = writable(changes->arena, operation->dn),
	};
}

/* What will take the operation back.  Positive: an LDAP result. */
static int undo_prepare(const struct server_changes *changes, const struct ldif_operation *operation,
                        struct request *undo)
{
	LDAPMessage *found = NULL;
	int code = LDAP_SUCCESS;

	*undo = (struct request){.type = LDIF_CHANGE_DELETE, .dn = writable(changes->arena, operation->dn)};
	if (operation->type != LDIF_CHANGE_ADD)
		code = entry_read(changes, operation->dn, &found);
	if (code == LDAP_SUCCESS && operation->type == LDIF_CHANGE_DELETE)
		*undo = (struct request){.type = LDIF_CHANGE_ADD, .dn = undo->dn, .mods = mods_before(changes, found)};
	if (code == LDAP_SUCCESS && operation->type == LDIF_CHANGE_MODIFY)
		*undo = undo_modify(changes, operation, found);
	if (code == LDAP_SUCCESS && operation->type == LDIF_CHANGE_RENAME)
		*undo = undo_rename(changes, operation, found);
	ldap_msgfree(found);
	return code;
}

/* ---- doing ---- */

static struct request request_of(const struct ldif_operation *operation, struct arena *arena)
{
	return (struct request){
		.type = operation->type,
		.dn = operation->dn,
		.mods = operation->type == LDIF_CHANGE_ADD      ? mods_of_entry(&operation->entry, arena)
		        : operation->type == LDIF_CHANGE_MODIFY ? mods_of_operation(operation, arena)
		                                                : NULL,
		.new_rdn = operation->new_rdn,
		.new_superior = operation->new_superior,
		.new_dn = "",
		.delete_old = operation->delete_old,
	};
}

/* Each waits at most as long as the session's timeout.  Positive: an LDAP result. */
static int request_do(const struct server_changes *changes, const struct request *request)
{
	LDAP *ldap = session_ldap(changes->session);
	int code;

	switch (request->type) {
	case LDIF_CHANGE_ADD:
		return ldap_add_ext_s(ldap, request->dn, request->mods, NULL, NULL);
	case LDIF_CHANGE_DELETE:
		return ldap_delete_ext_s(ldap, request->dn, NULL, NULL);
	case LDIF_CHANGE_MODIFY:
		return ldap_modify_ext_s(ldap, request->dn, request->mods, NULL, NULL);
	case LDIF_CHANGE_RENAME:
		code = ldap_rename_s(ldap, request->dn, request->new_rdn, request->new_superior, request->delete_old, NULL, NULL);
		if (code == LDAP_SUCCESS && request->mods)
			code = ldap_modify_ext_s(ldap, request->new_dn, request->mods, NULL, NULL);
		return code;
	}
	return LDAP_PARAM_ERROR;
}

static void undo_keep(struct server_changes *changes, const struct request *undo)
{
	if (changes->count == changes->room) {
		changes->room = changes->room > 0 ? changes->room * 2 : 16;
		changes->undo = memory_resize(changes->undo, changes->room, sizeof(*changes->undo));
	}
	changes->undo[changes->count++] = *undo;
}

static int apply(struct server_changes *changes, const struct ldif_record *record, struct arena *arena,
                 struct error *why)
{
	struct ldif_operation operation;
	struct request request, undo;
	int result = ldif_operation_read(record, arena, &operation, why);

	if (result < 0)
		return result;
	if (changes->count == SERVER_CHANGES_MAX)
		return error_set(why, -E2BIG, "%s:%zu: more than %d changes", record->file, record->number, SERVER_CHANGES_MAX);
	result = undo_prepare(changes, &operation, &undo);
	if (result == LDAP_SUCCESS) {
		request = request_of(&operation, arena);
		result = request_do(changes, &request);
	}
	if (result != LDAP_SUCCESS)
		return say(changes, &operation, result, why);
	undo_keep(changes, &undo);
	return 0;
}

static int connect_once(struct server_changes *changes, struct error *why)
{
	struct session_health health = {.failed_at = {0}};

	return changes->session ? 0 : session_open(changes->options, &health, &changes->session, why);
}

int server_changes_apply(struct server_changes *changes, struct ldif_reader *reader, struct error *why)
{
	struct arena *arena = arena_new();
	struct ldif_record record;
	int result = connect_once(changes, why);

	while (result == 0 && (result = ldif_next(reader, arena, &record, why)) == 0) {
		result = apply(changes, &record, arena, why);
		arena_reset(arena);
	}
	arena_free(arena);
	return result == LDIF_END ? 0 : result;
}

int server_changes_undo(struct server_changes *changes, struct error *why)
{
	int code;

	for (; changes->count > 0; changes->count--) {
		const struct request *undo = &changes->undo[changes->count - 1];

		code = request_do(changes, undo);
		if (code != LDAP_SUCCESS)
			return error_prefix(why, session_error(changes->session, code, undo->dn, why), "taking back a change: ");
	}
	arena_reset(changes->arena);
	return 0;
}
