#include "http/accept.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The weight of a media type in an Accept field (RFC 9110 section 12.5.1), in thousandths; -1: it is not named. */
static int weight_of(const char *accept, const char *type)
{
	for (const char *at = accept; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
		size_t length = strcspn(at += strspn(at, " \t"), ",; \t");
		const char *weight;

		if (length != strlen(type) || strncasecmp(at, type, length) != 0)
			continue;
		weight = strcasestr(at, "q=");
		return weight && weight < at + strcspn(at, ",") ? (int)(strtod(weight + 2, NULL) * 1000) : 1000;
	}
	return -1;
}

bool accept_prefers(const char *accept, const char *type)
{
	int weight = accept ? weight_of(accept, type) : 0;

	return weight > 0 && weight >= weight_of(accept, "application/json");
}
