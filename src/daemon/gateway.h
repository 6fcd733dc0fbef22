/* What the HTTP server is answered from: the site in force, and how fresh its index is (http/backend.h). */
#ifndef DAEMON_GATEWAY_H
#define DAEMON_GATEWAY_H

#include "daemon/site.h"
#include "http/backend.h"

struct gateway; /* opaque */

struct gateway *gateway_new(void); /* without a site, which it must have before a server uses it */
/* For the sites that it will have: whoever watches the backend is told of their progress. */
const struct site_watcher *gateway_watcher(const struct gateway *gateway);
/* The site from now on; takes over the caller's hold on it and gives back that on the one before (NULL: none). */
struct site *gateway_exchange(struct gateway *gateway, struct site *site);
struct site *gateway_site(struct gateway *gateway);      /* in force; borrowed by the thread that exchanges */
void gateway_backend(struct gateway *gateway, struct http_backend *backend); /* functions over the gateway */
void gateway_free(struct gateway *gateway);              /* once no server uses it */

#endif
