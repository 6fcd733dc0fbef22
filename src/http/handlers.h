/* The functions that answer, one file per subject.  Each fills request->reply, and nothing else of the world. */
#ifndef HTTP_HANDLERS_H
#define HTTP_HANDLERS_H

struct request;

/* access.c: decisions (OpenID AuthZEN Authorization API 1.0) */
void access_evaluation(struct request *request);
void access_evaluations(struct request *request);

/* users.c: questions about one user */
void users_permissions(struct request *request);
void users_explain(struct request *request);

/* lint.c: what is wrong in the data */
void lint_findings(struct request *request);

/* status.c: the process itself */
void status_live(struct request *request);
void status_ready(struct request *request);
void status_version(struct request *request);

#endif
