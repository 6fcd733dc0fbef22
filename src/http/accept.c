#include "http/accept.h"

#include <string.h>
#include <strings.h>

/* "0", "1", or up to three digits after the point; of anything else as much as reads so. */
static int thousandths(const char *text)
{
	int weight = text[0] == '1' ? 1000 : 0, place = 100;

	if ((text[0] != '0' && text[0] != '1') || text[1] != '.')
		return weight;
	for (text += 2; *text >= '0' && *text <= '9' && place > 0; text++, place /= 10)
		weight += (*text - '0') * place;
	return weight < 1000 ? weight : 1000;
}

/* The weight of a media type in an Accept field (RFC 9110 section 12.5.1), in thousandths; -1: it is not named. */
static int weight_of(const char *accept, const char *type)
{
	for (const char *at = accept; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
		size_t length = strcspn(at += strspn(at, " \t"), ",; \t");
		const char *weight;

		if (length != strlen(type) || strncasecmp(at, type, length) != 0)
			continue;
		weight = strcasestr(at, "q=");
		return weight && weight < at + strcspn(at, ",") ? thousandths(weight + 2) : 1000;
	}
	return -1;
}

bool accept_prefers(const char *accept, const char *type)
{
	int weight = accept ? weight_of(accept, type) : 0;

	return weight > 0 && weight >= weight_of(accept, "application/json");
}
