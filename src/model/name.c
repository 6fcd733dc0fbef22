#include "model/name.h"

#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

enum {
	SHORT_OCTETS = 512,     /* names up to here need no heap */
	SHORT_CHARACTERS = 256,
	ROUNDS_MAX = 8,         /* two are enough for every known character */
};

/* A normal form while it is compared or copied. */
struct form {
	char *octets; /* `fixed`, or on the heap */
	size_t length;
	char fixed[SHORT_OCTETS];
};

struct characters {
	uint32_t *units; /* `fixed`, or on the heap */
	size_t count;
	uint32_t fixed[SHORT_CHARACTERS];
};

static void form_release(struct form *form)
{
	if (form->octets != form->fixed)
		free(form->octets);
}

static void characters_release(struct characters *characters)
{
	if (characters->units != characters->fixed)
		free(characters->units);
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_ascii(const char *octets, size_t length)
{
	unsigned char all = 0;
	for (size_t i = 0; i < length; i++)
		all |= (unsigned char)octets[i];
	return all < 0x80;
}

/* Lower-cases ASCII letters, squeezes runs of spaces to one and drops those at the ends.  `to` may be `from`. */
static size_t squeeze(const char *from, size_t length, char *to)
{
	size_t made = 0;
	bool space = false;
	for (size_t i = 0; i < length; i++) {
		if (from[i] == ' ') {
			space = made > 0;
			continue;
		}
		if (space)
			to[made++] = ' ';
		space = false;
		to[made++] = ascii_lower(from[i]);
	}
	return made;
}

/* Returns whether any character changed. */
static bool characters_lower(struct characters *characters)
{
	bool changed = false;
	for (size_t i = 0; i < characters->count; i++) {
		uint32_t lower = uc_tolower(characters->units[i]);
		changed |= lower != characters->units[i];
		characters->units[i] = lower;
	}
	return changed;
}

/* Want of memory ends the process, as everywhere (memory.h). */
static void characters_compose(const struct characters *from, struct characters *to)
{
	to->count = SHORT_CHARACTERS;
	to->units = u32_normalize(UNINORM_NFKC, from->units, from->count, to->fixed, &to->count);
	assert(to->units != NULL);
}

static int form_encode(struct form *form, const struct characters *characters)
{
	form->length = SHORT_OCTETS;
	form->octets = (char *)u32_to_u8(characters->units, characters->count, (uint8_t *)form->fixed, &form->length);
	assert(form->octets != NULL);
	form->length = squeeze(form->octets, form->length, form->octets);
	if (form->length <= NAME_LENGTH_MAX)
		return 0;
	form_release(form);
	return 1;
}

/* NFKC, then lower case.  Lower-casing can undo NFKC (U+0130 before U+0301 becomes "i" before it, which composes), so
 * both are repeated until there is nothing left to lower: then the form is its own normal form. */
static int form_settle(struct form *form, const struct characters *read)
{
	struct characters work[2];
	int rounds = 0;
	characters_compose(read, &work[0]);
	while (rounds < ROUNDS_MAX && characters_lower(&work[rounds % 2])) {
		characters_compose(&work[rounds % 2], &work[(rounds + 1) % 2]);
		characters_release(&work[rounds % 2]);
		rounds++;
	}
	int result = rounds < ROUNDS_MAX ? form_encode(form, &work[rounds % 2]) : 1;
	characters_release(&work[rounds % 2]);
	return result;
}

static int form_init(struct form *form, const char *octets, size_t length)
{
	if (length > NAME_LENGTH_MAX || memchr(octets, '\0', length) != NULL)
		return 1;
	if (is_ascii(octets, length)) {
		form->octets = length <= SHORT_OCTETS ? form->fixed : memory_alloc(length);
		form->length = squeeze(octets, length, form->octets);
		return 0;
	}
	struct characters read = { .count = SHORT_CHARACTERS };
	read.units = u8_to_u32((const uint8_t *)octets, length, read.fixed, &read.count);
	if (read.units == NULL) {
		assert(errno == EILSEQ);
		return 1;
	}
	int result = form_settle(form, &read);
	characters_release(&read);
	return result;
}

int name_normalise(const char *octets, size_t length, struct text *out)
{
	struct form form;
	if (form_init(&form, octets, length) != 0)
		return 1;
	text_append_octets(out, form.octets, form.length);
	form_release(&form);
	return 0;
}

bool name_equal(const char *a, const char *b)
{
	struct form forms[2];
	if (form_init(&forms[0], a, strlen(a)) != 0)
		return false;
	bool equal = false;
	if (form_init(&forms[1], b, strlen(b)) == 0) {
		equal = forms[0].length == forms[1].length &&
		        memcmp(forms[0].octets, forms[1].octets, forms[0].length) == 0;
		form_release(&forms[1]);
	}
	form_release(&forms[0]);
	return equal;
}

bool name_has_form(const char *text)
{
	struct form form;
	size_t length = strlen(text);
	if (length <= NAME_LENGTH_MAX && is_ascii(text, length))
		return true;
	if (form_init(&form, text, length) != 0)
		return false;
	form_release(&form);
	return true;
}

bool keyword_equal(const char *a, const char *b)
{
	return keyword_compare(a, b) == 0;
}

int keyword_compare(const char *a, const char *b)
{
	while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
	}
	return (unsigned char)ascii_lower(*a) - (unsigned char)ascii_lower(*b);
}

void keyword_lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = ascii_lower(*text);
}
