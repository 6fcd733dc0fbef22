/* One record parsed by itself, without an index. */
#ifndef TESTS_SUPPORT_PARSED_H
#define TESTS_SUPPORT_PARSED_H

#include "base/text.h"
#include "model/parse.h"
#include "model/policy.h"
#include "model/problem.h"

#define PARSED_NODES_MAX 256

struct parsed {
	struct atoms *atoms;
	struct arena *arena;
	const struct entry *entry;
	struct model_settings settings; /* to be filled in before parsing; zeroed: the defaults */
	uint32_t node_count;
	char *nodes[PARSED_NODES_MAX];  /* normal DNs; the node is the place, counted from 1 */
};

/* Parses the record that `text` describes: lines "NAME: VALUE", or "NAME:: HEX" for octets; lines of one name that
 * follow each other are one attribute, "key" is the stable id.  Without "dn: ", it is cn=x,o=acme. */
const struct entry *parsed_make(struct parsed *parsed, const char *text);
void parsed_release(struct parsed *parsed);

const char *parsed_dn(const struct parsed *parsed, node_id node); /* "-" for NODE_NONE */

/* "code attribute=value, …" in the order of finding; value and '=' left out where there is none. */
void parsed_print_problems(const struct parsed *parsed, struct text *out);

/* The pieces of policy.h as text: "a b!" are two nodes and something broken, "pattern(filter)" is a rule. */
void parsed_print_references(const struct parsed *parsed, struct references references, struct text *out);
void parsed_print_reference(const struct parsed *parsed, struct reference reference, struct text *out); /* "!" broken */
void parsed_print_rules(struct rules rules, struct text *out);
void parsed_print_strings(struct strings strings, struct text *out);
void parsed_print_instant(instant at, struct text *out);
void parsed_print_filter(const struct filter *filter, struct text *out); /* "-" for NULL */

#endif
