/* Filters: three-valued evaluation and reduction. */
#include "filters.h"

#include "model/dn.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

/* ---- evaluation ---- */

#define STRING(text) { .kind = VALUE_STRING, .string = (text) }
#define NUMBER(value) { .kind = VALUE_NUMBER, .number = (value) }

static const struct value tags[] = { STRING("red"), STRING("Green"), { .kind = VALUE_NULL }, NUMBER(7) };
static const struct value inner[] = { { .kind = VALUE_ARRAY, .count = COUNT(tags), .items = tags } };
static const struct value nulls[] = { { .kind = VALUE_NULL } };
static const struct member members[] = { { "a", STRING("red") } };

/* What is known of a name; without values it is known to be absent, names that are not here are not known. */
struct fact {
	enum filter_space space;
	const char *name;
	size_t count;
	struct value values[2];
};

static const struct fact facts[] = {
	{ SPACE_RESOURCE, "owner", 1, { STRING("uid=Lena, ou=people,o=acme") } },
	{ SPACE_RESOURCE, "title", 1, { STRING("Night  Shift") } },
	{ SPACE_RESOURCE, "count", 1, { NUMBER(42) } },
	{ SPACE_RESOURCE, "size", 1, { STRING("9") } },
	{ SPACE_RESOURCE, "ratio", 1, { NUMBER((long double)0.1) } },
	{ SPACE_RESOURCE, "open", 1, { { .kind = VALUE_BOOLEAN, .boolean = true } } },
	{ SPACE_RESOURCE, "due", 1, { STRING("2026-11-21T09:00:00Z") } },
	{ SPACE_RESOURCE, "tags", 1, { { .kind = VALUE_ARRAY, .count = COUNT(tags), .items = tags } } },
	{ SPACE_RESOURCE, "nested", 1, { { .kind = VALUE_ARRAY, .count = 1, .items = inner } } },
	{ SPACE_RESOURCE, "meta", 1, { { .kind = VALUE_OBJECT, .count = 1, .members = members } } },
	{ SPACE_RESOURCE, "null", 1, { { .kind = VALUE_NULL } } },
	{ SPACE_RESOURCE, "empty", 1, { { .kind = VALUE_ARRAY } } },
	{ SPACE_RESOURCE, "nulls", 1, { { .kind = VALUE_ARRAY, .count = 1, .items = nulls } } },
	{ SPACE_RESOURCE, "gone", 0, { { 0 } } },
	{ SPACE_RESOURCE, "binary", 1, { STRING("\xff") } },
	{ SPACE_RESOURCE, "mixed", 2, { STRING("old"), STRING("5") } },
	{ SPACE_RESOURCE, "sharedWith", 2, { STRING("cn=x,o=acme"), STRING("CN=Team B,o=acme") } },
	{ SPACE_ACTION, "name", 1, { STRING("contacts.read") } },
	{ SPACE_CONTEXT, "ip", 1, { STRING("10.0.0.1") } },
	{ SPACE_SUBJECT, "uid", 1, { STRING("lena") } },
	{ SPACE_ENTRY, "uid", 1, { STRING("lena") } },
};

static const struct value lena[] = { STRING("UID=lena,ou=People,o=acme") };
static const struct value groups[] = { STRING("cn=team a,o=acme"), STRING("cn=team b,o=acme"), STRING("team b") };
static const struct value level[] = { NUMBER(42) };
static const struct value now[] = { STRING("2026-11-21T08:00:00Z") };
static const struct value support[] = { STRING("Support") };

static enum known fact_values(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	(void)context;
	for (size_t i = 0; i < COUNT(facts); i++) {
		if (facts[i].space == space && name_equal(facts[i].name, name)) {
			*list = (struct value_list){ facts[i].count, facts[i].values };
			return facts[i].count > 0 ? KNOWN_VALUES : KNOWN_ABSENT;
		}
	}
	return KNOWN_NOT;
}

static enum known fact_reference(void *context, enum filter_reference reference, const char *name,
                                 struct value_list *list)
{
	(void)context;
	static const struct {
		enum filter_reference reference;
		const char *name;
		struct value_list list;
	} references[] = {
		{ REFERENCE_USER, "dn", { COUNT(lena), lena } },
		{ REFERENCE_USER, "groups", { COUNT(groups), groups } },
		{ REFERENCE_USER, "level", { COUNT(level), level } },
		{ REFERENCE_USER, "tags", { COUNT(inner), inner } },
		{ REFERENCE_USER, "nulls", { COUNT(nulls), nulls } },
		{ REFERENCE_USER, "none", { 0, NULL } },
		{ REFERENCE_WORKSPACE, "id", { COUNT(support), support } },
		{ REFERENCE_NOW, "", { COUNT(now), now } },
	};
	if (reference == REFERENCE_USER && strcmp(name, "manager") == 0)
		return KNOWN_ABSENT;
	for (size_t i = 0; i < COUNT(references); i++) {
		if (references[i].reference == reference && strcmp(references[i].name, name) == 0) {
			*list = references[i].list;
			return KNOWN_VALUES;
		}
	}
	return KNOWN_NOT;
}

/* Every name has the value that the context is. */
static enum known one_value(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	(void)space, (void)name;
	*list = (struct value_list){ 1, context };
	return KNOWN_VALUES;
}

static const struct filter_source fact_source = { NULL, fact_values, fact_reference };

enum { F = TRUTH_FALSE, U = TRUTH_UNDEFINED, T = TRUTH_TRUE };

static void test_evaluate(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int result;
		const char *missing; /* the item that is named; NULL: none */
	} cases[] = {
		/* equality */
		{ "(title=night shift)", T, NULL },
		{ "(TITLE=NIGHT SHIFT)", T, NULL },
		{ "(title=nightshift)", F, NULL },
		{ "(count=42)", T, NULL },
		{ "(count=42.0)", T, NULL },
		{ "(count=043)", F, NULL },
		{ "(count=0x2a)", F, NULL },
		{ "(ratio=0.1)", T, NULL },
		{ "(size=9)", T, NULL },
		{ "(size=9.0)", F, NULL },
		{ "(open=true)", T, NULL },
		{ "(open=FALSE)", F, NULL },
		{ "(open=1)", F, NULL },
		{ "(due=20261121090000Z)", T, NULL },
		{ "(due=2026-11-21)", F, NULL },
		{ "(owner=uid=lena,ou=people,o=acme)", T, NULL },
		{ "(owner=0.9.2342.19200300.100.1.1=lena,ou=people,o=acme)", T, NULL },
		{ "(owner=lena)", F, NULL },
		{ "(binary=x)", U, NULL },
		{ "(!(binary=x))", U, NULL },
		/* arrays, objects, null */
		{ "(tags=green)", T, NULL },
		{ "(tags=7)", T, NULL },
		{ "(tags=blue)", F, NULL },
		{ "(tags=*)", T, NULL },
		{ "(nested=red)", F, NULL },
		{ "(nested=*)", T, NULL },
		{ "(meta=red)", F, NULL },
		{ "(meta=a)", F, NULL },
		{ "(meta=*)", T, NULL },
		{ "(meta=*r*)", F, NULL },
		{ "(meta>=1)", U, NULL },
		{ "(null=*)", F, NULL },
		{ "(empty=*)", F, NULL },
		{ "(nulls=*)", F, NULL },
		{ "(null=x)", F, NULL },
		{ "(!(null=x))", T, NULL },
		{ "(!(empty=x))", T, NULL },
		{ "(gone=*)", F, NULL },
		{ "(!(gone>=1))", T, NULL },
		{ "(!(gone=a*))", T, NULL },
		/* not known */
		{ "(other=x)", U, "other" },
		{ "(other=*)", U, "other" },
		{ "(other=x*)", U, "other" },
		{ "(other<=1)", U, "other" },
		{ "(!(other=x))", U, "other" },
		/* order */
		{ "(count>=42)", T, NULL },
		{ "(count<=42)", T, NULL },
		{ "(count>=42.5)", F, NULL },
		{ "(size<=10)", T, NULL },
		{ "(size>=10)", F, NULL },
		{ "(due<=2026-11-21T10:00:00+01:00)", T, NULL },
		{ "(due>=20261121090001Z)", F, NULL },
		{ "(title>=a)", U, NULL },
		{ "(open>=0)", U, NULL },
		{ "(count>=x)", U, NULL },
		{ "(due>=5)", U, NULL },
		{ "(mixed>=4)", T, NULL },
		{ "(mixed>=6)", U, NULL },
		{ "(ratio<=0.1)", T, NULL },
		{ "(ratio>=0.1)", T, NULL },
		/* substrings */
		{ "(title=night*)", T, NULL },
		{ "(title=*SHIFT)", T, NULL },
		{ "(title=*t s*)", T, NULL },
		{ "(title=* s*)", T, NULL },
		{ "(title=n*g*t*f*)", T, NULL },
		{ "(title=n*t*g*)", F, NULL },
		{ "(title=night *shift)", T, NULL },
		{ "(title=night * shift)", F, NULL },
		{ "(title=  night*)", T, NULL },
		{ "(title=*shift  )", T, NULL },
		{ "(title=* night*)", F, NULL },
		{ "(title=*shift *)", F, NULL },
		{ "(title=night shift*night shift)", F, NULL },
		{ "(title= *)", T, NULL },
		{ "(title=* *)", T, NULL },
		{ "(action.name=* *)", F, NULL },
		{ "(count=4*)", T, NULL },
		{ "(ratio=*.1)", T, NULL },
		{ "(open=t*)", T, NULL },
		{ "(tags=gr*)", T, NULL },
		{ "(binary=*)", T, NULL },
		{ "(binary=x*)", U, NULL },
		/* spaces of names */
		{ "(action.name=contacts.read)", T, NULL },
		{ "(context.ip=10.0.0.1)", T, NULL },
		{ "(subject.uid=LENA)", T, NULL },
		{ "(uid=lena)", U, "uid" },
		{ "(context.owner=*)", U, "owner" },
		/* references */
		{ "(owner=$user.dn)", T, NULL },
		{ "(sharedWith=$user.groups)", T, NULL },
		{ "(owner=$user.groups)", F, NULL },
		{ "(count=$user.level)", T, NULL },
		{ "(count>=$user.level)", T, NULL },
		{ "(tags=$user.tags)", T, NULL },
		{ "(nested=$user.tags)", F, NULL }, /* arrays in arrays are no values */
		{ "(title=$workspace.id)", F, NULL },
		{ "(due>=$now)", T, NULL },
		{ "(due<=$now)", F, NULL },
		{ "(owner=$user.manager)", U, NULL },
		{ "(!(owner=$user.manager))", U, NULL },
		{ "(!(owner=$user.unheard))", U, NULL },
		{ "(!(owner=$user.none))", U, NULL },
		{ "(!(owner=$user.nulls))", U, NULL },
		{ "(!(gone=$user.manager))", U, NULL },
		{ "(gone=$user.dn)", F, NULL },
		/* three values */
		{ "(&)", T, NULL },
		{ "(|)", F, NULL },
		{ "(!(&))", F, NULL },
		{ "(&(size=9)(other=x))", U, "other" },
		{ "(&(other=x)(size=9))", U, "other" },
		{ "(&(other=x)(size=8))", F, NULL },
		{ "(&(size=8)(other=x))", F, NULL },
		{ "(|(other=x)(size=9))", T, NULL },
		{ "(|(other=x)(size=8))", U, "other" },
		{ "(|(size=8)(other=x))", U, "other" },
		{ "(!(|(size=8)(other=x)))", U, "other" },
		{ "(!(&(size=8)(other=x)))", T, NULL },
		{ "(|(&(first=x)(size=8))(second=y))", U, "second" },
		{ "(&(title>=a)(other=x))", U, "other" },
		{ "(&(|(a=1)(b=2))(!(c=3)))", U, "a" },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct filter *filter = parse(cases[i].text, FILTER_OF_REQUEST, arena);
		const struct filter *missing = NULL;
		int result = (int)filter_evaluate(filter, &fact_source, &missing);
		if (result != cases[i].result)
			fail_msg("%s is %d", cases[i].text, result);
		if ((missing == NULL) != (cases[i].missing == NULL))
			fail_msg("%s: missing %s", cases[i].text, missing == NULL ? "nothing" : missing->name);
		if (missing != NULL)
			assert_string_equal(missing->name, cases[i].missing);
		assert_int_equal(filter_evaluate(filter, &fact_source, NULL), result);
	}
	assert_int_equal(filter_evaluate(parse("(uid=lena)", FILTER_OF_ENTRY, arena), &fact_source, NULL), TRUTH_TRUE);
	assert_int_equal(filter_evaluate(&filter_unknown, &fact_source, NULL), TRUTH_UNDEFINED);
	arena_free(arena);
}

/* What is too long to be compared might match: a denial about it holds, and its negation opens nothing. */
static void test_too_long(void **state)
{
	(void)state;
	static char text[NAME_LENGTH_MAX + 2];
	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, "secret", strlen("secret"));
	const struct value value = STRING(text);
	struct arena *arena = arena_new();
	static const char *const filters[] = { "(class=secret)", "(class=secret*)", "(class=*x)", "(!(class=secret))" };
	for (size_t i = 0; i < COUNT(filters); i++) {
		const struct filter_source source = { (void *)(uintptr_t)&value, one_value, fact_reference };
		assert_int_equal(filter_evaluate(parse(filters[i], FILTER_OF_REQUEST, arena), &source, NULL), U);
	}
	text[DN_LENGTH_MAX + 1] = '\0';
	memcpy(text, "uid=lena , o=acme", strlen("uid=lena , o=acme"));
	const struct filter_source source = { (void *)(uintptr_t)&value, one_value, fact_reference };
	const struct filter *owner = parse("(!(owner=uid=lena,o=acme))", FILTER_OF_REQUEST, arena);
	assert_int_equal(filter_evaluate(owner, &source, NULL), U);
	text[DN_LENGTH_MAX] = '\0';
	assert_int_equal(filter_evaluate(owner, &source, NULL), F);
	arena_free(arena);
}

/* ---- reduction ---- */

static enum known values_later(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	return space == SPACE_RESOURCE ? KNOWN_LATER : fact_values(context, space, name, list);
}

static const struct filter_source later_source = { NULL, values_later, fact_reference };

static void test_reduce(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int result;
		const char *rest;    /* NULL: none */
		const char *settled; /* of the rest */
	} cases[] = {
		{ "(owner=lena)", U, "(owner=lena)", "(owner=lena)" },
		{ "(subject.uid=lena)", T, NULL, NULL },
		{ "(subject.uid=x)", F, NULL, NULL },
		{ "(subject.other=x)", U, NULL, NULL },
		{ "(owner=$user.dn)", U, "(owner=UID=lena,ou=People,o=acme)", "(owner=UID=lena,ou=People,o=acme)" },
		{ "(owner=$user.manager)", U, NULL, NULL },
		{ "(!(owner=$user.manager))", U, NULL, NULL },
		{ "(s=$user.groups)", U, "(|(s=cn=team a,o=acme)(s=cn=team b,o=acme)(s=team b))",
		  "(|(s=cn=team a,o=acme)(s=cn=team b,o=acme)(s=team b))" },
		{ "(|(x=1)(s=$user.groups))", U, "(|(x=1)(s=cn=team a,o=acme)(s=cn=team b,o=acme)(s=team b))",
		  "(|(x=1)(s=cn=team a,o=acme)(s=cn=team b,o=acme)(s=team b))" },
		{ "(level<=$user.level)", U, "(level<=42)", "(level<=42)" },
		{ "(due>=$now)", U, "(due>=2026-11-21T08:00:00Z)", "(due>=2026-11-21T08:00:00Z)" },
		{ "(&(x=1)(subject.uid=lena))", U, "(x=1)", "(x=1)" },
		{ "(&(x=1)(subject.uid=y))", F, NULL, NULL },
		{ "(|(x=1)(subject.uid=lena))", T, NULL, NULL },
		{ "(!(&(x=1)(subject.uid=y)))", T, NULL, NULL },
		{ "(!(!(x=1)))", U, "(x=1)", "(x=1)" },
		{ "(&(x=1)(&(y=2)(z=*)))", U, "(&(x=1)(y=2)(z=*))", "(&(x=1)(y=2)(z=*))" },
		{ "(&(x=1)(subject.other=y))", U, "(&(x=1)(|))", "(|)" },
		{ "(|(x=1)(subject.other=y))", U, "(|(x=1)(|))", "(x=1)" },
		{ "(!(&(x=1)(subject.other=y)))", U, "(!(&(x=1)(&)))", "(!(x=1))" },
		{ "(!(|(x=1)(subject.other=y)))", U, "(!(|(x=1)(&)))", "(|)" },
		{ "(&(x=1)(subject.o=y)(subject.p=y))", U, "(&(x=1)(|))", "(|)" },
	};
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct filter *rest = &filter_always;
		int result = (int)filter_reduce(parse(cases[i].text, FILTER_OF_REQUEST, arena), &later_source, arena, &rest);
		if (result != cases[i].result)
			fail_msg("%s is %d", cases[i].text, result);
		assert_int_equal(rest == NULL, cases[i].rest == NULL);
		if (rest != NULL) {
			assert_string_equal(print(rest, arena), cases[i].rest);
			assert_string_equal(print(filter_settle(rest, arena), arena), cases[i].settled);
		}
	}
	arena_free(arena);
}

static void test_joining(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	const struct filter *a = parse("(a=1)", FILTER_OF_REQUEST, arena);
	const struct filter *b = parse("(b=1)", FILTER_OF_REQUEST, arena);
	assert_ptr_equal(filter_and(&filter_always, a, arena), a);
	assert_ptr_equal(filter_and(a, &filter_always, arena), a);
	assert_ptr_equal(filter_and(a, &filter_never, arena), &filter_never);
	assert_ptr_equal(filter_and(&filter_unknown, &filter_never, arena), &filter_never);
	assert_ptr_equal(filter_and(&filter_unknown, &filter_unknown, arena), &filter_unknown);
	assert_ptr_equal(filter_and(&filter_always, &filter_always, arena), &filter_always);
	assert_ptr_equal(filter_or(&filter_never, a, arena), a);
	assert_ptr_equal(filter_or(a, &filter_always, arena), &filter_always);
	assert_ptr_equal(filter_or(&filter_unknown, &filter_always, arena), &filter_always);
	assert_ptr_equal(filter_or(&filter_never, &filter_never, arena), &filter_never);
	assert_ptr_equal(filter_or(&filter_never, &filter_unknown, arena), &filter_unknown);
	assert_ptr_equal(filter_not(&filter_always, arena), &filter_never);
	assert_ptr_equal(filter_not(&filter_never, arena), &filter_always);
	assert_ptr_equal(filter_not(&filter_unknown, arena), &filter_unknown);
	assert_ptr_equal(filter_not(filter_not(a, arena), arena), a);
	assert_ptr_equal(filter_settle(&filter_unknown, arena), &filter_never);
	assert_ptr_equal(filter_settle(filter_and(a, &filter_unknown, arena), arena), &filter_never);
	const struct filter *deny = filter_and(&filter_unknown, filter_not(a, arena), arena);
	assert_ptr_equal(filter_settle(filter_not(deny, arena), arena), a);
	const struct filter *right = filter_or(a, filter_and(a, b, arena), arena);
	const struct filter *joined = filter_or(filter_or(a, b, arena), right, arena);
	assert_string_equal(print(joined, arena), "(|(a=1)(b=1)(a=1)(&(a=1)(b=1)))");
	arena_free(arena);
}

/* ---- properties, over random filters and sources ---- */

static size_t pick(size_t count)
{
	return (size_t)random() % count;
}

static void random_filter(struct text *text, int depth)
{
	static const char *const names[] = {
		"a", "b", "resource.c", "subject.a", "subject.b", "action.a", "context.b",
	};
	static const char *const operands[] = {
		"=1",       "=x",       "=X y",      "=*",        "=x*",           "=*y",   "=*x*",    "=1*",
		">=1",      "<=1",      ">=x",       "=$user.a",  "=$user.b",      "=cn=x", "=$user.c", "=true",
		">=$user.a", "<=$user.b", "=$workspace.a", "=$now", ">=$now",      "=",     "=\\24\\2a\\28",
	};
	switch (depth == 0 ? 3 : pick(4)) {
	case 0:
	case 1:
		text_append(text, pick(2) == 0 ? "(&" : "(|");
		for (size_t n = pick(4); n > 0; n--)
			random_filter(text, depth - 1);
		text_append(text, ")");
		break;
	case 2:
		text_append(text, "(!");
		random_filter(text, depth - 1);
		text_append(text, ")");
		break;
	default:
		text_print(text, "(%s%s)", names[pick(COUNT(names))], operands[pick(COUNT(operands))]);
	}
}

/* A random world: what is known of each name of each space, and of each reference. */
struct world {
	bool later; /* resources are not chosen yet */
	struct cell {
		enum known known;
		size_t count;
		struct value values[2];
	} cells[4 + REFERENCE_USER_MAYBE + 1][3]; /* the spaces, then the references */
};

static const struct value pool_items[] = { STRING("x"), NUMBER(1), { .kind = VALUE_NULL }, { .kind = VALUE_OBJECT } };
static const struct value pool[] = {
	STRING("x"), STRING("x y"), STRING("1"), STRING("1.0"), NUMBER(1), NUMBER(2), NUMBER((long double)0.5),
	STRING("CN=X"), STRING("2026-11-21T09:00:00Z"), STRING("20261121090000Z"), { .kind = VALUE_BOOLEAN, .boolean = true },
	{ .kind = VALUE_NULL }, { .kind = VALUE_OBJECT }, { .kind = VALUE_ARRAY }, STRING(""), STRING("\xff"),
	{ .kind = VALUE_ARRAY, .count = COUNT(pool_items), .items = pool_items }, STRING("$*("),
};

static void world_random(struct world *world)
{
	for (size_t i = 0; i < COUNT(world->cells); i++) {
		for (size_t j = 0; j < COUNT(world->cells[i]); j++) {
			struct cell *cell = &world->cells[i][j];
			cell->known = (enum known)pick(KNOWN_VALUES + 2);
			if (cell->known > KNOWN_VALUES)
				cell->known = KNOWN_VALUES;
			cell->count = cell->known == KNOWN_VALUES ? pick(3) : 0;
			for (size_t k = 0; k < cell->count; k++)
				cell->values[k] = pool[pick(COUNT(pool))];
		}
	}
}

static enum known cell_answer(const struct cell *cell, struct value_list *list)
{
	*list = (struct value_list){ cell->count, cell->values };
	return cell->known;
}

static enum known world_values(void *context, enum filter_space space, const char *name, struct value_list *list)
{
	const struct world *world = context;
	if (world->later && space == SPACE_RESOURCE)
		return KNOWN_LATER;
	return cell_answer(&world->cells[space][name[0] - 'a'], list);
}

static enum known world_reference(void *context, enum filter_reference reference, const char *name,
                                  struct value_list *list)
{
	const struct world *world = context;
	size_t column = reference == REFERENCE_NOW ? 0 : (size_t)(name[0] - 'a');
	return cell_answer(&world->cells[4 + (int)reference][column], list);
}

static void assert_same_verdict(const char *text, const struct filter *a, const struct filter *b,
                                const struct filter_source *source, bool only_true)
{
	enum truth first = filter_evaluate(a, source, NULL);
	enum truth second = filter_evaluate(b, source, NULL);
	if (only_true ? (first == TRUTH_TRUE) != (second == TRUTH_TRUE) : first != second)
		fail_msg("%s: %d, then %d", text, (int)first, (int)second);
}

static void check_reduction(const char *text, const struct filter *filter, struct world *world, struct arena *arena)
{
	const struct filter_source source = { world, world_values, world_reference };
	const struct filter *rest;
	world->later = true;
	enum truth reduced = filter_reduce(filter, &source, arena, &rest);
	world->later = false;
	if (rest == NULL) {
		assert_int_equal(filter_evaluate(filter, &source, NULL), reduced);
		return;
	}
	assert_int_equal(reduced, TRUTH_UNDEFINED);
	const char *printed = print(rest, arena);
	const struct filter *settled = filter_settle(rest, arena);
	assert_same_verdict(text, filter, rest, &source, false);
	assert_same_verdict(text, filter, settled, &source, true);
	if (strstr(printed, "\\ff") == NULL) /* values that are no text cannot be read again */
		assert_same_verdict(text, filter, parse(printed, FILTER_OF_REQUEST, arena), &source, true);
	/* The negation, as limits need it. */
	assert_same_verdict(text, filter_not(filter, arena), filter_settle(filter_not(rest, arena), arena), &source, true);
}

static void test_random(void **state)
{
	(void)state;
	srandom(1);
	struct arena *arena = arena_new();
	struct text text;
	struct world world;
	text_init(&text, FILTER_LENGTH_MAX);
	for (int round = 0; round < 20000; round++) {
		random_filter(&text, 4);
		const struct filter *filter = parse(text_string(&text), FILTER_OF_REQUEST, arena);
		const char *printed = print(filter, arena);
		assert_string_equal(print(parse(printed, FILTER_OF_REQUEST, arena), arena), printed);
		for (int worlds = 0; worlds < 3; worlds++) {
			world_random(&world);
			check_reduction(text_string(&text), filter, &world, arena);
		}
		text_reset(&text);
		arena_reset(arena);
	}
	text_release(&text);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evaluate),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_reduce),
		cmocka_unit_test(test_joining),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
