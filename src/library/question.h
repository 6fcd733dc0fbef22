/* Questions of include/dirgate.h as the evaluator takes them. */
#ifndef LIBRARY_QUESTION_H
#define LIBRARY_QUESTION_H

#include "library/backend.h"

/* What has to be there, and what may not. */
enum question_need {
	QUESTION_NEEDS_SUBJECT = 1,
	QUESTION_NEEDS_ACTION = 2,
	QUESTION_NEEDS_RESOURCE_TYPE = 4,
	QUESTION_TAKES_NO_JSON = 8, /* it is about no single decision */
};

/* Points into `from` and into the arena; both must outlive it.  Negative with what is wrong in the question. */
int question_read(const struct dirgate_question *from, unsigned needs, struct arena *arena,
                  struct asked *asked, struct error *why);

#endif
