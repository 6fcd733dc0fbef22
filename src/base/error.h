/* The error rule, once and for all (src/README.md has the reasons):
 *   negative  fatal for this call; pass it on unchanged.  The message is in `struct error`.
 *   0         done.
 *   positive  an outcome of this very function, listed in its header; the caller must handle it.
 * A deny is an outcome of a decision, never an error. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#define ERROR_TEXT_MAX 1024 /* octets, with the NUL; a longer message is cut and ends in "..." */

/* What went wrong, for a person: what happened, where (file:line, DN or field), and what to do about it.  The caller
 * owns it, usually on its stack; an empty text means that nothing was said. */
struct error {
	char text[ERROR_TEXT_MAX];
};

/* Writes a message and returns `code` (which must be negative, usually -errno), so that a function can end with
 * `return error_set(why, -EINVAL, "...")`.  `why` may be NULL. */
int error_set(struct error *why, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts words in front of the message that is there: "policy.ldif:12: " + text.  Returns `code`. */
int error_prefix(struct error *why, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
