/* Questions of include/dirgate.h as the evaluator takes them. */
#ifndef LIBRARY_QUESTION_H
#define LIBRARY_QUESTION_H

#include "library/backend.h"

/* What has to be there besides a subject. */
enum question_need { QUESTION_OF_SUBJECT = 0, QUESTION_OF_ACTION };

/* Points into `from` and into the arena; both must outlive it.  Negative with what is wrong in the question. */
int question_read(const struct dirgate_question *from, enum question_need need, struct arena *arena,
                  struct asked *asked, struct error *why);

#endif
