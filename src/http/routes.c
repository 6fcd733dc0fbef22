#include "http/routes.h"

#include <string.h>

#include "http/handlers.h"

const struct route routes[] = {
	{METHOD_POST, "/access/v1/evaluation", access_evaluation, BODY_AUTHZEN, NULL,
	 "One decision (AuthZEN Access Evaluation)"},
	{METHOD_POST, "/access/v1/evaluations", access_evaluations, BODY_AUTHZEN, NULL,
	 "Many decisions on one snapshot (AuthZEN Access Evaluations)"},
	{METHOD_POST, "/access/v1/search/subject", access_search_subject, BODY_AUTHZEN, NULL,
	 "Who may do it (AuthZEN Subject Search)"},
	{METHOD_POST, "/access/v1/search/resource", access_search_resource, BODY_AUTHZEN, NULL,
	 "On which resources (AuthZEN Resource Search)"},
	{METHOD_POST, "/access/v1/search/action", access_search_action, BODY_AUTHZEN, NULL,
	 "What may be done (AuthZEN Action Search)"},
	{METHOD_GET, "/v1/users", users_search, BODY_NONE, "q organization at limit token",
	 "Users, or those whose name or mail has a part q"},
	{METHOD_GET, "/v1/users/{user}", users_show, BODY_NONE, "at", "Who it is: status, plan, groups, roles of the organization"},
	{METHOD_GET, "/v1/users/{user}/workspaces", users_workspaces, BODY_NONE, "at limit token",
	 "The workspaces that the user can enter, with the roles there"},
	{METHOD_GET, "/v1/users/{user}/claims", users_claims, BODY_NONE, "at limit token",
	 "Roles and permissions in each workspace, in few words, for a token"},
	{METHOD_GET, "/v1/users/{user}/filter", users_filter, BODY_NONE,
	 "workspace subject_type active_role+ at action resource_type", "Which resources the user may do it to, as a filter"},
	{METHOD_GET, "/v1/users/{user}/permissions", users_permissions, BODY_NONE,
	 "workspace subject_type active_role+ at", "What the user may do in a workspace: roles, permissions, limits"},
	{METHOD_GET, "/v1/users/{user}/explain", users_explain, BODY_NONE,
	 "workspace subject_type active_role+ at action resource_type resource_id property.*", "Why the user may or may not do something"},
	{METHOD_GET, "/v1/workspaces", workspaces_search, BODY_NONE, "organization at limit token", "Workspaces"},
	{METHOD_GET, "/v1/workspaces/{workspace}", workspaces_show, BODY_NONE, "at", "One workspace"},
	{METHOD_GET, "/v1/workspaces/{workspace}/members", workspaces_members, BODY_NONE, "include at limit token",
	 "Who has which access there, by which path; as CSV the members export"},
	{METHOD_GET, "/v1/workspaces/{workspace}/matrix", workspaces_matrix, BODY_NONE, "at",
	 "Roles and permissions: yes, no, optional, conditional"},
	{METHOD_GET, "/v1/roles", policy_roles, BODY_NONE, "organization at limit token", "Roles, as the directory has them"},
	{METHOD_GET, "/v1/restrictions", policy_restrictions, BODY_NONE, "organization at limit token", "Restrictions, likewise"},
	{METHOD_GET, "/v1/groups/{group}", policy_group, BODY_NONE, "at limit token",
	 "One group: what it is in, what it is bound to, who is in it"},
	{METHOD_GET, "/v1/organization", policy_organization, BODY_NONE, "organization at",
	 "The organization: default workspace, seats used and free by plan"},
	{METHOD_GET, "/v1/lint", lint_findings, BODY_NONE, "", "What is wrong in the directory"},
	{METHOD_GET, "/livez", status_live, BODY_NONE, NULL, "Does the process answer?"},
	{METHOD_GET, "/readyz", status_ready, BODY_NONE, NULL, "Can it decide, and if not, why not?"},
	{METHOD_GET, "/version", status_version, BODY_NONE, NULL, "Which version it is"},
};
const size_t route_count = sizeof(routes) / sizeof(routes[0]);

static const char *const method_names[METHOD_COUNT] = {
	[METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
};

const char *method_name(enum method method)
{
	return method_names[method];
}

enum method method_of(const char *name)
{
	for (enum method method = METHOD_GET; method < METHOD_COUNT; method++)
		if (strcmp(method_names[method], name) == 0)
			return method;
	return strcmp(name, "HEAD") == 0 ? METHOD_GET : METHOD_OTHER;
}

/* One segment of a pattern: from after a slash to the next one or the end. */
struct pattern_segment { const char *octets; size_t length; };

/* Steps to the next segment of a pattern; `*pattern` is at its slash, or at the end (false). */
static bool segment_next(const char **pattern, struct pattern_segment *segment)
{
	if (**pattern != '/')
		return false;
	segment->octets = *pattern + 1;
	segment->length = strcspn(segment->octets, "/");
	*pattern = segment->octets + segment->length;
	return true;
}

static bool segment_fits(const struct pattern_segment *segment, const char *sent)
{
	if (segment->octets[0] == '{')
		return sent[0] != '\0';
	return strncmp(segment->octets, sent, segment->length) == 0 && sent[segment->length] == '\0';
}

bool route_matches(const struct route *route, const struct target *target)
{
	const char *pattern = route->pattern;
	struct pattern_segment segment;
	size_t index = 0;

	while (segment_next(&pattern, &segment))
		if (index == target->segment_count || !segment_fits(&segment, target->segments[index++]))
			return false;
	return index == target->segment_count;
}

const char *route_place(const struct route *route, const struct target *target, const char *name)
{
	const char *pattern = route->pattern;
	struct pattern_segment segment;

	for (size_t index = 0; segment_next(&pattern, &segment); index++)
		if (segment.octets[0] == '{' && segment.length == strlen(name) + 2 &&
		    strncmp(segment.octets + 1, name, strlen(name)) == 0)
			return target->segments[index];
	return NULL;
}

/* The mark behind a name in route->parameters: '*' for any ending, '+' for several values, else ' '; '\0': the route has
 * no such parameter. */
static char parameter_mark(const struct route *route, const char *parameter)
{
	const char *known = route->parameters;

	while (*known != '\0') {
		size_t length = strcspn(known, " ");
		char mark = known[length - 1] == '*' || known[length - 1] == '+' ? known[length - 1] : ' ';
		size_t fixed = mark == ' ' ? length : length - 1;

		if (strncmp(known, parameter, fixed) == 0 && (parameter[fixed] != '\0') == (mark == '*'))
			return mark;
		known += length + strspn(known + length, " ");
	}
	return '\0';
}

bool route_takes(const struct route *route, const char *parameter)
{
	return !route->parameters || parameter_mark(route, parameter) != '\0';
}

bool route_repeats(const struct route *route, const char *parameter)
{
	return !route->parameters || strchr("*+", parameter_mark(route, parameter)) != NULL;
}

const struct route *routes_find(enum method method, const struct target *target, struct text *allow)
{
	for (size_t i = 0; i < route_count; i++) {
		if (!route_matches(&routes[i], target))
			continue;
		if (routes[i].method == method)
			return &routes[i];
		text_append(allow, allow->length > 0 ? ", " : "");
		text_append(allow, method_names[routes[i].method]);
		text_append(allow, routes[i].method == METHOD_GET ? ", HEAD" : "");
	}
	return NULL;
}
