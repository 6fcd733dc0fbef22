/* Why there is no answer, as JSON: problem details (RFC 9457) {"type","title","status","reason"} and sometimes
 * "detail".  Pure. */
#ifndef JSON_PROBLEM_DETAILS_H
#define JSON_PROBLEM_DETAILS_H

#include "decide/reason.h"
#include "json/json_writer.h"

#define PROBLEM_DETAILS_TYPE "urn:dirgate:problem:" /* and the reason code */

/* `status` is that of HTTP; `detail` may be NULL. */
void problem_details_write(struct json_writer *json, unsigned status, const char *code, const char *title,
                           const char *detail);

/* The same, and the object stays open for further members. */
void problem_details_begin(struct json_writer *json, unsigned status, const char *code, const char *title,
                           const char *detail);

/* The question has no answer for this reason. */
void problem_details_write_reason(struct json_writer *json, enum reason reason);

/* The status of HTTP for a reason: 503 if nothing can be decided; 404 or 409 if who or what was asked about is not
 * there, or there more than once; 0: the reason belongs to an answer. */
unsigned problem_details_status(enum reason reason);

#endif
