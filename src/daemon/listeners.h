/* What the HTTP server is started with. */
#ifndef DAEMON_LISTENERS_H
#define DAEMON_LISTENERS_H

#include "base/text.h"
#include "daemon/settings.h"
#include "http/server.h"

/* Listeners and limits of the settings (borrows their texts), and the sockets that systemd handed over; if there is no
 * listener at all, the default one.  Negative with `why`. */
int listeners_options(const struct settings *settings, struct server_options *options, struct error *why);

/* Where a started server answers, for people and for curl: "http://127.0.0.1:8080", "--unix-socket /PATH
 * http://dirgate". */
void listeners_print(const struct server_options *options, const struct server *server, size_t listener,
                     struct text *out);

#endif
