/* A small directory for tests, written as LDIF, and questions to it, written as one line.
 *
 * A question is   SUBJECT ACTION [in PLACE] [on TYPE:ID] [NAME=VALUE]…   where SUBJECT is an id of type user, or
 * TYPE:ID; `in` is context.workspace; NAME is a property of the resource, or subject.X, action.X, context.X; `active=…`
 * is context.active_roles.  A VALUE is a bare word, a "quoted string", a number, true, false, null, [list,of,values] or
 * {name:value,…}.  Without `on` the resource is thing:1.
 *
 *   ana contacts.read in atlas on contact:7 owner=ana tags=[a,b] context.ip="10.0.0.1"
 *   group:staff contacts.read in atlas
 */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "decide/decide.h"

struct world {
	struct builder *builder;
	struct snapshot *snapshot;
	struct decide_settings settings;
	instant at; /* of all questions; 2026-11-21T09:00:00Z, a Saturday, at first */
	struct arena *arena;
};

/* Both end the test program when the LDIF is broken: `name` stands for it in the message. */
void world_open(struct world *world, const char *name, const char *ldif);
void world_add(struct world *world, const char *name, const char *ldif); /* more entries, or others in their place */
void world_close(struct world *world);

/* Reads a question; NULL, or what is wrong with it.  All of it is in the world's arena. */
const char *world_question(struct world *world, const char *text, struct question *question);

/* Decides; the answer is in the world's arena.  The question must be one. */
void world_decide(struct world *world, const char *text, struct answer *answer);

/* The reason code of the answer ("granted" for an allow). */
const char *world_ask(struct world *world, const char *text);

/* The first RDN of a node, as written; "-" for none. */
const char *world_rdn(struct world *world, node_id node);
node_id world_node(struct world *world, const char *dn); /* ends the program when there is none */

#endif
