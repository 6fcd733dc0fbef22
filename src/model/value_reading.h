/* Inside of the comparison of values: what a text can be read as (value.h says when). */
#ifndef MODEL_VALUE_READING_H
#define MODEL_VALUE_READING_H

#include "base/clock.h"
#include "model/value.h"

#include <stdbool.h>

bool text_reads_as_number(const char *text, long double *number);
bool text_reads_as_time(const char *text, instant *at);

/* An instant that stands for all times too far away to count; texts of such are equal as names only. */
bool instant_is_limit(instant at);

#endif
