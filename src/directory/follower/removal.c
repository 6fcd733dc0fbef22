#include "directory/follower/removal.h"

#include <stddef.h>
#include <stdint.h>

#define AGREE_SHARE 10 /* percent */
#define AGREE_FLOOR 10

static const struct kind_of_amount {
	const char *words;
	size_t offset;
} kinds[] = {
	{"people", offsetof(struct amounts, people)},
	{"memberships", offsetof(struct amounts, memberships)},
	{"bindings", offsetof(struct amounts, bindings)},
	{"entries", offsetof(struct amounts, entries)},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static uint64_t amount(const struct amounts *amounts, size_t kind)
{
	return *(const uint32_t *)(const void *)((const char *)amounts + kinds[kind].offset);
}

static bool kind_is_too_much(const struct removal_limits *limits, const struct amounts *before,
                             const struct amounts *lost, size_t kind)
{
	uint64_t gone = amount(lost, kind);

	return gone > limits->floor && gone * 100 > limits->share * amount(before, kind);
}

bool removal_is_too_much(const struct removal_limits *limits, const struct amounts *before, const struct amounts *lost)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kind_is_too_much(limits, before, lost, i))
			return true;
	return false;
}

bool removal_agrees(const struct amounts *one, const struct amounts *other)
{
	for (size_t i = 0; i < KINDS; i++) {
		uint64_t a = amount(one, i), b = amount(other, i), difference = a > b ? a - b : b - a;

		if (difference > AGREE_FLOOR && difference * 100 > AGREE_SHARE * a)
			return false;
	}
	return true;
}

void removal_print(const struct removal_limits *limits, const struct amounts *before, const struct amounts *lost,
                   struct text *out)
{
	const char *comma = "";

	for (size_t i = 0; i < KINDS; i++) {
		if (!kind_is_too_much(limits, before, lost, i))
			continue;
		text_print(out, "%s%llu of %llu %s", comma, (unsigned long long)amount(lost, i),
		           (unsigned long long)amount(before, i), kinds[i].words);
		comma = ", ";
	}
}
