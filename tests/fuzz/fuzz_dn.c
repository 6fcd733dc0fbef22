/* DNs: what parses has a normal form that parses to itself, and RDNs that parse by themselves. */
#include <assert.h>
#include <stdint.h>

#include "base/memory.h"
#include "model/dn.h"
#include "model/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void check_normal(const struct dn *dn, struct arena *arena)
{
	struct text normal, again;
	struct dn parsed;

	text_init(&normal, (size_t)DN_DEPTH_MAX * 4 * NAME_LENGTH_MAX);
	text_init(&again, normal.maximum);
	dn_normal(dn, &normal);
	assert(!normal.overflowed);
	/* Unicode can make a value longer than a DN may be. */
	if (normal.length <= DN_LENGTH_MAX) {
		assert(dn_parse(text_string(&normal), normal.length, arena, &parsed, NULL) == 0);
		assert(dn_same(dn, &parsed));
		dn_normal(&parsed, &again);
		assert(strcmp(text_string(&normal), text_string(&again)) == 0);
	}
	text_release(&normal);
	text_release(&again);
}

static void check_rdns(const struct dn *dn, struct arena *arena)
{
	for (uint32_t i = 0; i < dn->count; i++) {
		const struct rdn *rdn = &dn->rdns[i];
		struct dn parsed;

		assert(dn_parse(rdn->display, strlen(rdn->display), arena, &parsed, NULL) == 0);
		assert(parsed.count == 1 && strcmp(parsed.rdns[0].normal, rdn->normal) == 0);
		assert(strcmp(parsed.rdns[0].display, rdn->display) == 0);
		assert(strcmp(parsed.rdns[0].value, rdn->value) == 0);
		assert(keyword_equal(rdn->type, attribute_canonical(rdn->type, arena)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct arena *arena = arena_new();
	struct dn dn;
	struct error why = {""};

	if (dn_parse((const char *)octets, length, arena, &dn, &why) == 0) {
		check_normal(&dn, arena);
		check_rdns(&dn, arena);
	} else {
		assert(why.text[0] != '\0');
	}
	arena_free(arena);
	return 0;
}
