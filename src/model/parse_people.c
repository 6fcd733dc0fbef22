/* People and service accounts: whether they are active, and which groups their own entries put them in. */
#include "model/parse_values.h"

#include "model/name.h"

#include <inttypes.h>
#include <string.h>

static const struct keyword person_status[] = {
	{ "active", STATUS_ACTIVE }, { "deactivated", STATUS_DEACTIVATED }, { "invited", STATUS_INVITED }, { NULL, 0 },
};

/* ---- what the directory itself says ---- */

#define AD_ACCOUNT_DISABLE 0x2                            /* MS-ADTS 2.2.16, userAccountControl */
#define AD_EPOCH INT64_C(-116444736000000000)             /* 1601-01-01 in units of 100 ns since 1970 */
#define AD_NEVER INT64_MAX                                /* MS-ADA1, accountExpires: 0 and this mean never */
#define DAY (INSTANT_SECOND * 86400)

enum sign { SIGN_BROKEN = 0, SIGN_DISABLED, SIGN_ENDS, SIGN_CLEAR };

/* `units` since `epoch`, both in units of `unit` nanoseconds; what lies outside of `instant` at its edge. */
static instant instant_of(int64_t epoch, int64_t units, int64_t unit)
{
	int64_t since;
	instant at;

	if (__builtin_add_overflow(units, epoch, &since) || __builtin_mul_overflow(since, unit, &at))
		return units > -epoch ? INSTANT_MAX - 1 : INSTANT_MIN + 1;
	return at;
}

static enum sign account_control(const char *text, instant *ends)
{
	int64_t bits;

	(void)ends;
	if (!integer_parse(text, &bits))
		return SIGN_BROKEN;
	return (bits & AD_ACCOUNT_DISABLE) != 0 ? SIGN_DISABLED : SIGN_CLEAR;
}

static enum sign account_expires(const char *text, instant *ends)
{
	int64_t units;

	if (!integer_parse(text, &units) || units < 0)
		return SIGN_BROKEN;
	if (units == 0 || units == AD_NEVER)
		return SIGN_CLEAR;
	*ends = instant_of(AD_EPOCH, units, 100);
	return SIGN_ENDS;
}

/* shadow(5): the day, counted from 1970-01-01, from which the account is expired. */
static enum sign shadow_expire(const char *text, instant *ends)
{
	int64_t days;

	if (!integer_parse(text, &days))
		return SIGN_BROKEN;
	if (days < 0)
		return SIGN_CLEAR;
	*ends = instant_of(0, days, DAY);
	return SIGN_ENDS;
}

static enum sign disabled_if_true(const char *text, instant *ends)
{
	(void)ends;
	if (keyword_equal(text, "TRUE"))
		return SIGN_DISABLED;
	return keyword_equal(text, "FALSE") ? SIGN_CLEAR : SIGN_BROKEN;
}

/* draft-behera-ldap-password-policy section 5.3.3: locked since then; its being there is enough. */
static enum sign disabled_if_present(const char *text, instant *ends)
{
	(void)text;
	(void)ends;
	return SIGN_DISABLED;
}

static const struct account_sign {
	const char *attribute;
	enum sign (*read)(const char *text, instant *ends);
} account_signs[] = {
	{ "useraccountcontrol", account_control },         /* Active Directory */
	{ "accountexpires", account_expires },             /* Active Directory */
	{ "nsaccountlock", disabled_if_true },             /* 389 Directory Server, FreeIPA */
	{ "shadowexpire", shadow_expire },                 /* RFC 2307 */
	{ "logindisabled", disabled_if_true },             /* eDirectory */
	{ "pwdaccountlockedtime", disabled_if_present },   /* OpenLDAP's ppolicy */
};

static void account_sign_read(struct parser *parser, const struct account_sign *sign, struct person *person)
{
	const char *text;
	instant ends = INSTANT_MAX;
	enum found found = read_text(parser, sign->attribute, &text);
	enum sign says = SIGN_BROKEN;

	if (found == FOUND_NOTHING)
		return;
	if (found == FOUND_VALUE) {
		says = sign->read(text, &ends);
		if (says == SIGN_BROKEN)
			parser_report(parser, PROBLEM_BAD_ACCOUNT_STATE, sign->attribute, text, "not a value that it can have");
	}
	if ((says == SIGN_BROKEN || says == SIGN_DISABLED) && person->locked_by == NULL)
		person->locked_by = sign->attribute;
	if (says == SIGN_ENDS && ends < person->expires)
		person->expires = ends;
}

/* ---- groups ---- */

/* MS-ADA3, primaryGroupID: the primary group has the SID of the user's domain with primaryGroupID as its last part. */
static const char *primary_group_sid(struct parser *parser)
{
	int64_t relative;
	const char *sid = read_optional_text(parser, "objectsid"), *last;

	if (read_integer(parser, "primarygroupid", 0, UINT32_MAX, &relative) != FOUND_VALUE || sid == NULL)
		return NULL;
	last = strrchr(sid, '-');
	return arena_print(parser->arena, "%.*s-%" PRId64, (int)(last - sid), sid, relative);
}

/* Most people are like this one: they share it. */
static const struct person ordinary = { .status = STATUS_ACTIVE, .expires = INSTANT_MAX };

static bool person_is_ordinary(const struct person *person)
{
	return person->status == STATUS_ACTIVE && person->locked_by == NULL && person->expires == INSTANT_MAX &&
	       !person->plan.present && person->gid_number == NULL && person->primary_group_sid == NULL &&
	       person->roles.count == 0 && person->roles.broken == 0;
}

void person_parse(struct parser *parser)
{
	struct person person = ordinary, *kept;

	person.status = (enum status)read_keyword(parser, "dgstatus", person_status, STATUS_ACTIVE, STATUS_DISABLED);
	for (size_t i = 0; i < sizeof(account_signs) / sizeof(account_signs[0]); i++)
		account_sign_read(parser, &account_signs[i], &person);
	person.plan = read_reference(parser, "dghasplan");
	person.gid_number = read_decimal(parser, "gidnumber");
	person.primary_group_sid = primary_group_sid(parser);
	person.roles = read_references(parser, "nsroledn");
	parser->entry->person = &ordinary;
	if (person_is_ordinary(&person))
		return;
	kept = arena_alloc(parser->arena, sizeof(*kept));
	*kept = person;
	parser->entry->person = kept;
}
