/* The table of all routes: the one place that says what can be asked, how, and by which function it is answered. */
#ifndef HTTP_ROUTES_H
#define HTTP_ROUTES_H

#include "base/text.h"
#include "http/target.h"

#include <stdbool.h>
#include <stddef.h>

struct request;

enum method { METHOD_OTHER = 0, METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_COUNT };

/* What a route takes as body. */
enum body_rule {
	BODY_NONE = 0, /* a request with a body is refused */
	BODY_JSON,
	BODY_AUTHZEN   /* JSON; another Content-Type is a 400 there, not a 415 (AuthZEN's conformance tests) */
};

struct route {
	enum method method;      /* GET answers HEAD as well */
	const char *pattern;     /* "/v1/users/{user}/permissions": a placeholder is one segment, not empty */
	void (*answer)(struct request *request);
	enum body_rule body;
	const char *parameters;  /* names of its query parameters, separated by spaces: "property.*" with any ending,
	                            "active_role+" as often as one likes, the others once; what is not among them is
	                            refused.  NULL: a query means nothing here */
	const char *help;        /* one line */
};

extern const struct route routes[];
extern const size_t route_count;

const char *method_name(enum method method);     /* "GET"; METHOD_OTHER: NULL */
enum method method_of(const char *name);         /* HEAD is METHOD_GET */

bool route_matches(const struct route *route, const struct target *target);
/* The segment of the target at a placeholder, or NULL when the pattern has none of that name. */
const char *route_place(const struct route *route, const struct target *target, const char *name);
bool route_takes(const struct route *route, const char *parameter);
bool route_repeats(const struct route *route, const char *parameter); /* one that it takes: several times? */

/* The route of a request, or NULL.  `allow` gets the methods that the path has, as for an Allow header: it stays empty
 * if there is nothing at the path. */
const struct route *routes_find(enum method method, const struct target *target, struct text *allow);

#endif
