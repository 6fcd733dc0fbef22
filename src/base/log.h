/* The log: one line per event, key=value, to standard error (where systemd's journal reads it).  The one global of the
 * program.  Thread-safe; a line is written with one write(2).  Nobody waits for whoever reads it: while a pipe is full its
 * lines are lost, and their number is told by event=log-lines-lost as soon as there is room. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR = 0, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_set_level(enum log_level level); /* the default is LOG_LEVEL_WARNING */

/* `event` is a fixed word such as "source-lost"; the rest is printf for " key=value" pairs, values that may hold
 * spaces quoted by the caller with LOG_QUOTED and a string; control characters are replaced by '?'.  A line of more
 * than 4095 octets is cut and ends in " cut=true". */
void log_event(enum log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define LOG_QUOTED "\"%s\""

#endif
