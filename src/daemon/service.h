/* systemd: sockets handed over, readiness, status, watchdog.  Everything here does nothing where there is none. */
#ifndef DAEMON_SERVICE_H
#define DAEMON_SERVICE_H

#include "http/server.h"

/* Adds the sockets that were handed over to the listeners.  Negative: more than there may be. */
int service_take_sockets(struct server_options *options, struct error *why);

void service_ready(void); /* also the end of service_reloading */
void service_reloading(void);
void service_stopping(void);
void service_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

void service_alive(void);          /* for the watchdog, at least every service_interval() */
unsigned service_interval(void);   /* milliseconds; 0: nobody watches */

#endif
