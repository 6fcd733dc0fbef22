/* One HTTP server, asked by any number of threads: libcurl, with limits.  No redirects, no proxies: what is asked is
 * nobody else's business. */
#ifndef LIBRARY_HTTP_CLIENT_H
#define LIBRARY_HTTP_CLIENT_H

#include "base/error.h"
#include "base/text.h"

#define HTTP_CLIENT_CONNECT_S 5  /* seconds to connect */
#define HTTP_CLIENT_ANSWER_S  60 /* … and for the whole */

struct http_client; /* opaque */

/* "http://…", "https://…" (with a path before all targets, if there is one), or "unix:/path/of/a/socket".  NULL: the
 * text is no such URL.  Nothing is connected yet. */
struct http_client *http_client_new(const char *url, struct error *why);
void http_client_free(struct http_client *client); /* NULL is allowed */

/* Sends a request and waits for the answer: GET, or POST of a JSON text if `body` is not NULL.  `target` begins with a
 * slash.  Fills `answer` (up to its maximum) and the status.  Negative: there was no answer, or it was too long. */
int http_client_ask(struct http_client *client, const char *target, const char *body, struct text *answer,
                    unsigned *status, struct error *why);

/* Appends a text as one segment of a path, or as a value of a query (RFC 3986 section 2.1). */
void http_client_escape(const char *string, struct text *out);

#endif
