#include "http/target.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* RFC 3986 section 2.1; with `plus` also the '+' of HTML forms.  NULL with `*why`: broken. */
static const char *decode(const char *octets, size_t length, bool plus, struct arena *arena, const char **why)
{
	char *decoded = arena_alloc(arena, length + 1), *out = decoded;

	for (size_t i = 0; i < length; i++, out++) {
		*out = plus && octets[i] == '+' ? ' ' : octets[i];
		if (octets[i] == '%') {
			int high = i + 2 < length ? hex_digit(octets[i + 1]) : -1;
			int low = high < 0 ? -1 : hex_digit(octets[i + 2]);

			if (low < 0) {
				*why = "a percent sign without two hexadecimal digits";
				return NULL;
			}
			*out = (char)(high * 16 + low);
			i += 2;
		}
		if (*out == '\0') {
			*why = "a NUL in the target";
			return NULL;
		}
	}
	if (!utf8_valid(decoded)) {
		*why = "octets in the target that are no UTF-8";
		return NULL;
	}
	return decoded;
}

/* The origin form of either form: what follows "http://authority". */
static const char *origin_form(const char *octets)
{
	const char *authority = strncasecmp(octets, "http://", 7) == 0    ? octets + 7
	                        : strncasecmp(octets, "https://", 8) == 0 ? octets + 8
	                                                                  : NULL;

	return authority ? authority + strcspn(authority, "/?#") : octets;
}

static int parse_segments(const char *path, struct arena *arena, struct target *target, const char **why)
{
	while (*path == '/') {
		size_t length = strcspn(++path, "/");

		if (target->segment_count == TARGET_SEGMENTS_MAX) {
			*why = "a path with too many segments";
			return 1;
		}
		target->segments[target->segment_count] = decode(path, length, false, arena, why);
		if (!target->segments[target->segment_count++])
			return 1;
		path += length;
	}
	return 0;
}

static int parse_parameter(const char *octets, size_t length, struct arena *arena, struct target_parameter *parameter,
                           const char **why)
{
	const char *equals = memchr(octets, '=', length);
	size_t name_length = equals ? (size_t)(equals - octets) : length;

	parameter->name = decode(octets, name_length, true, arena, why);
	parameter->value = equals ? decode(equals + 1, length - name_length - 1, true, arena, why) : "";
	return parameter->name && parameter->value ? 0 : 1;
}

static int parse_parameters(const char *query, struct arena *arena, struct target *target, const char **why)
{
	struct target_parameter *parameters;
	size_t count = 1;

	for (const char *at = query; (at = strchr(at, '&')) != NULL; at++)
		count++;
	if (count > TARGET_PARAMETERS_MAX) {
		*why = "too many query parameters";
		return 1;
	}
	parameters = arena_array(arena, count, sizeof(*parameters));
	target->parameters = parameters;
	for (;;) {
		size_t length = strcspn(query, "&");

		if (length > 0 && parse_parameter(query, length, arena, &parameters[target->parameter_count++], why))
			return 1;
		if (query[length] == '\0')
			return 0;
		query += length + 1;
	}
}

int target_parse(const char *octets, struct arena *arena, struct target *target, const char **why)
{
	const char *query;

	*target = (struct target){.path = ""};
	octets = origin_form(octets);
	query = octets + strcspn(octets, "?");
	target->path = *octets == '?' || *octets == '\0' ? "/" : arena_octets(arena, octets, (size_t)(query - octets));
	if (target->path[0] != '/' || strchr(target->path, '#')) {
		*why = "a target that is no path";
		return 1;
	}
	if (parse_segments(target->path, arena, target, why))
		return 1;
	return *query == '\0' ? 0 : parse_parameters(query + 1, arena, target, why);
}

const char *target_parameter(const struct target *target, const char *name)
{
	for (size_t i = 0; i < target->parameter_count; i++)
		if (strcmp(target->parameters[i].name, name) == 0)
			return target->parameters[i].value;
	return NULL;
}
