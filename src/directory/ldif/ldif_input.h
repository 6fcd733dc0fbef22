/* The lines of LDIF (RFC 2849): folded ones joined, CR LF or LF, the byte order mark left out.  Internal to the LDIF
 * reader. */
#ifndef DIRECTORY_LDIF_INPUT_H
#define DIRECTORY_LDIF_INPUT_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct ldif_input {
	FILE *file;          /* NULL: all octets are in the window */
	char *buffer;        /* of a file */
	const char *window;  /* octets read and not yet used: [at, end) */
	size_t at, end;
	size_t number;       /* of the physical line that was begun last */
	struct text line;    /* the joined line */
	size_t line_number;  /* where it began */
};

/* NULL-safe ends; the input of memory borrows its octets. */
int ldif_input_open(struct ldif_input *input, const char *path, struct error *why);
void ldif_input_memory(struct ldif_input *input, const char *octets, size_t length);
void ldif_input_close(struct ldif_input *input);

/* The next joined line into input->line.  0; LDIF_END (ldif.h); negative: unreadable, or longer than LDIF_VALUE_MAX
 * (the message does not name the file). */
int ldif_input_next(struct ldif_input *input, struct error *why);

#endif
