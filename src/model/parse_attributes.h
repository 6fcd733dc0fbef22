/* The attributes of a record become those of its entry.  Internal to model/parse*.c. */
#ifndef MODEL_PARSE_ATTRIBUTES_H
#define MODEL_PARSE_ATTRIBUTES_H

#include "model/parse_values.h"

#define ENTRY_ATTRIBUTES_MAX 65535 /* of one entry; one with more counts for nothing, and is reported */

/* The record as filters see it; lives in the parser's scratch. */
struct draft;
struct record_view {
	struct parser *parser;
	struct draft *drafts;
	uint32_t count;
};

/* Fills in the attributes of parser->entry: spellings of one attribute joined, those with options left out, equal
 * values once, DNs that the model follows as nodes (what is no DN stays a text, and is reported). */
void record_read(struct parser *parser, const struct record *record, struct record_view *view);

/* Does a filter over entries match the record, its values as text? */
bool record_matches(struct record_view *view, const struct filter *filter);

#endif
