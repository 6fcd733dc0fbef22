/* The functions that answer, one file per subject.  Each fills request->reply, and nothing else of the world. */
#ifndef HTTP_HANDLERS_H
#define HTTP_HANDLERS_H

struct request;

/* access.c: decisions and searches (OpenID AuthZEN Authorization API 1.0) */
void access_evaluation(struct request *request);
void access_evaluations(struct request *request);
void access_search_subject(struct request *request);
void access_search_resource(struct request *request);
void access_search_action(struct request *request);

/* users.c: questions about one user */
void users_permissions(struct request *request);
void users_explain(struct request *request);
void users_filter(struct request *request);

/* user_lists.c: users, where they can go, what they hold there */
void users_search(struct request *request);
void users_show(struct request *request);
void users_workspaces(struct request *request);
void users_claims(struct request *request);

/* workspaces.c */
void workspaces_search(struct request *request);
void workspaces_show(struct request *request);
void workspaces_members(struct request *request);
void workspaces_matrix(struct request *request);

/* policy.c: the policy as data */
void policy_roles(struct request *request);
void policy_restrictions(struct request *request);
void policy_group(struct request *request);
void policy_organization(struct request *request);

/* lint.c: what is wrong in the data */
void lint_findings(struct request *request);

/* status.c: the process itself */
void status_live(struct request *request);
void status_ready(struct request *request);
void status_version(struct request *request);

#endif
