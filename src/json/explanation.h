/* Decisions, explanations and effective permissions as JSON.  Pure.  README.md has the shapes. */
#ifndef JSON_EXPLANATION_H
#define JSON_EXPLANATION_H

#include "decide/decide.h"
#include "decide/lists/effective.h"
#include "json/json_writer.h"

#include <stdbool.h>

/* What is written where: entries are named by id, and by DN too for those who may see that. */
struct explanation_writer {
	struct json_writer *json;
	const struct snapshot *snapshot;
	bool full; /* DNs, values and the way by which a role came */
};

/* The members of an object that is open: outcome, reason, missing, obligations, and the explanation if there is one. */
void explanation_write_answer(const struct explanation_writer *writer, const struct answer *answer);

/* A decision as AuthZEN has it: {"decision", "context": {"reason", "missing", "obligations", "explanation"}}, the context
 * only if there is something to say in it.  `reason`: the caller wants to know it (with an explanation always so). */
void decision_write(const struct explanation_writer *writer, const struct answer *answer, bool reason);

/* {"id", "dn"} of an entry; nothing for NODE_NONE. */
#define EXPLANATION_DN_MAX 65536 /* octets of a DN as shown */
void explanation_write_entry(const struct explanation_writer *writer, const char *name, node_id node);
void explanation_write_entries(const struct explanation_writer *writer, const char *name, const node_id *nodes,
                               uint32_t count); /* an array */

/* One way, and a role held with the way it came (for those who may see that). */
void explanation_write_chain(const struct explanation_writer *writer, const char *name, const struct chain *chain);
void explanation_write_role(const struct explanation_writer *writer, const struct held_role *held);

/* The members of an explanation, likewise. */
void explanation_write(const struct explanation_writer *writer, const struct explanation *explanation);

/* The members of effective permissions, likewise. */
void effective_write(const struct explanation_writer *writer, const struct effective *effective);

#endif
