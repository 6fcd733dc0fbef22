/* What people read about options, made from the table: --help, and the lists in the manual pages. */
#ifndef DAEMON_MANUAL_H
#define DAEMON_MANUAL_H

#include "base/text.h"

#define MANUAL_MAX 131072 /* octets */

void manual_print_help(struct text *out);
/* In mdoc(7): the OPTIONS of dirgated(8), and the KEYS of dirgate.yaml(5). */
void manual_print_options(struct text *out);
void manual_print_keys(struct text *out);

#endif
