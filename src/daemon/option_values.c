/* Types of options: how a value is written, and what it becomes. */
#include "daemon/options.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/follower/source.h"
#include "model/dn.h"
#include "model/filter.h"

#define ZONES     "/usr/share/zoneinfo"
#define ZONE_MAX  256
#define DIGITS_MAX 18 /* of a number: what is longer does not fit into int64_t */

struct given {
	const struct option_row *option;
	const char *text; /* as it is written */
	const char *folder; /* NULL: where the process is */
	struct arena *arena;
	void *target;
};

/* ---- texts ---- */

static int keep(const struct given *given, const char *text)
{
	*(const char **)given->target = arena_string(given->arena, text);
	return 0;
}

static int read_text(const struct given *given, struct error *why)
{
	if (given->text[0] == '\0')
		return error_set(why, -EINVAL, "nothing stands there");
	return keep(given, given->text);
}

static int read_name(const struct given *given, struct error *why)
{
	if (!source_name_valid(given->text))
		return error_set(why, -EINVAL, "\"%.80s\": use at most %d letters, digits, '-', '_' and '.'", given->text,
		                 SOURCE_NAME_MAX - 1);
	return keep(given, given->text);
}

static int read_dn(const struct given *given, struct error *why)
{
	struct arena *arena = arena_new();
	struct dn dn;
	int broken = dn_parse(given->text, strlen(given->text), arena, &dn, why);

	arena_free(arena);
	return broken ? error_prefix(why, -EINVAL, "\"%.200s\" is ", given->text) : keep(given, given->text);
}

static int read_filter(const struct given *given, struct error *why)
{
	struct arena *arena = arena_new();
	const struct filter *filter;
	int broken = filter_parse(given->text, FILTER_OF_ENTRY, arena, &filter, why);

	arena_free(arena);
	return broken ? -EINVAL : keep(given, given->text);
}

static int read_zone(const struct given *given, struct error *why)
{
	char path[ZONE_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", ZONES, given->text);
	struct stat status;

	if (given->text[0] == '\0' || strstr(given->text, "..") || length >= (int)sizeof(path) ||
	    stat(path, &status) < 0 || !S_ISREG(status.st_mode))
		return error_set(why, -EINVAL, "\"%.80s\" is no time zone: one is a file below %s, such as Europe/Paris",
		                 given->text, ZONES);
	return keep(given, given->text);
}

/* ---- files ---- */

static int read_path(const struct given *given, struct error *why)
{
	bool relative = given->text[0] != '/' && given->folder;
	const char *path;

	if (given->text[0] == '\0')
		return error_set(why, -EINVAL, "nothing stands there");
	path = relative ? arena_print(given->arena, "%s/%s", given->folder, given->text) : given->text;
	if (access(path, R_OK) < 0)
		return error_set(why, -errno, "%s: %s", path, strerror(errno));
	return keep(given, path);
}

static int read_secret(const struct given *given, struct error *why)
{
	struct stat status;
	const char *path;
	int result = read_path(given, why);

	if (result < 0)
		return result;
	path = *(const char **)given->target;
	if (stat(path, &status) < 0)
		return error_set(why, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return error_set(why, -EINVAL, "%s is no file", path);
	if (status.st_mode & S_IRWXO)
		return error_set(why, -EPERM, "%s is a secret, and everybody may use it: chmod o= %s", path, path);
	return 0;
}

/* ---- numbers ---- */

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit no_units[] = {{"", 1}, {NULL, 0}};
static const struct unit size_units[] = {{"", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {NULL, 0}};
static const struct unit duration_units[] = {
	{"ms", INSTANT_SECOND / 1000},    {"s", INSTANT_SECOND},           {"min", 60 * INSTANT_SECOND},
	{"h", 3600 * INSTANT_SECOND}, {"d", 24 * 3600 * INSTANT_SECOND}, {NULL, 0},
};

/* The limit as people would write it: in the largest unit that it is a whole number of. */
static void print_in_units(int64_t number, const struct unit *units, struct text *out)
{
	const struct unit *best = units;

	for (const struct unit *unit = units; unit->name; unit++)
		if (number % unit->factor == 0 && number / unit->factor > 0)
			best = unit;
	text_print(out, "%" PRId64 "%s", number / best->factor, best->name);
}

static int refuse_range(const struct given *given, const struct unit *units, struct error *why)
{
	struct text range;

	text_init(&range, 100);
	print_in_units(given->option->least, units, &range);
	text_append(&range, " to ");
	print_in_units(given->option->most, units, &range);
	error_set(why, -ERANGE, "%.40s is outside of %s", given->text, text_string(&range));
	text_release(&range);
	return -ERANGE;
}

static int read_in_units(const struct given *given, const struct unit *units, const char *example, struct error *why)
{
	size_t digits = strspn(given->text, "0123456789");
	const char *name = given->text + digits;
	const struct unit *unit = units;
	int64_t number = 0;

	name += strspn(name, " ");
	while (unit->name && strcmp(unit->name, name) != 0)
		unit++;
	if (digits == 0 || !unit->name)
		return error_set(why, -EINVAL, "\"%.80s\": %s is wanted", given->text, example);
	for (size_t i = 0; i < digits && digits <= DIGITS_MAX; i++)
		number = number * 10 + (given->text[i] - '0');
	if (digits > DIGITS_MAX || __builtin_mul_overflow(number, unit->factor, &number) ||
	    number < given->option->least || number > given->option->most)
		return refuse_range(given, units, why);
	*(int64_t *)given->target = number;
	return 0;
}

static int read_number(const struct given *given, struct error *why)
{
	return read_in_units(given, no_units, "a whole number", why);
}

static int read_size(const struct given *given, struct error *why)
{
	return read_in_units(given, size_units, "a number of octets, or of KiB, MiB, GiB, such as 1MiB,", why);
}

static int read_duration(const struct given *given, struct error *why)
{
	return read_in_units(given, duration_units, "a number with a unit (ms, s, min, h, d), such as 60s,", why);
}

static int read_mode(const struct given *given, struct error *why)
{
	size_t digits = strspn(given->text, "01234567");
	int64_t mode = 0;

	if (digits == 0 || digits > 4 || given->text[digits] != '\0')
		return error_set(why, -EINVAL, "\"%.80s\": octal permissions are wanted, such as 0660", given->text);
	for (size_t i = 0; i < digits; i++)
		mode = mode * 8 + (given->text[i] - '0');
	if (mode < given->option->least || mode > given->option->most)
		return error_set(why, -ERANGE, "%s: octal permissions are wanted, such as 0660", given->text);
	*(int64_t *)given->target = mode;
	return 0;
}

/* ---- words ---- */

static int64_t find_word(const char *const *words, const char *written)
{
	for (int64_t i = 0; words[i]; i++)
		if (strcasecmp(words[i], written) == 0)
			return i;
	return -1;
}

static void print_words(const char *const *words, const char *between, struct text *out)
{
	for (size_t i = 0; words[i]; i++)
		text_print(out, "%s%s", i > 0 ? between : "", words[i]);
}

/* The words of YAML 1.1 (https://yaml.org/type/bool.html); those of even numbers mean yes. */
static const char *const boolean_words[] = {"yes", "no", "true", "false", "on", "off", NULL};

static int read_boolean(const struct given *given, struct error *why)
{
	int64_t word = find_word(boolean_words, given->text);

	if (word < 0)
		return error_set(why, -EINVAL, "\"%.80s\": yes or no is wanted", given->text);
	*(bool *)given->target = word % 2 == 0;
	return 0;
}

static int read_choice(const struct given *given, struct error *why)
{
	int64_t word = find_word(given->option->words, given->text);
	struct text words;

	if (word >= 0) {
		*(int64_t *)given->target = word;
		return 0;
	}
	text_init(&words, 400);
	print_words(given->option->words, ", ", &words);
	error_set(why, -EINVAL, "\"%.80s\": one of %s is wanted", given->text, text_string(&words));
	text_release(&words);
	return -EINVAL;
}

/* ---- the table of types ---- */

static const struct {
	const char *name;
	int (*read)(const struct given *given, struct error *why);
} types[OPTION_TYPES] = {
	[OPTION_TEXT] = {"text", read_text},
	[OPTION_NAME] = {"name", read_name},
	[OPTION_DN] = {"DN", read_dn},
	[OPTION_FILTER] = {"filter", read_filter},
	[OPTION_ZONE] = {"time zone", read_zone},
	[OPTION_PATH] = {"path", read_path},
	[OPTION_SECRET] = {"file that others cannot read", read_secret},
	[OPTION_BOOLEAN] = {"yes | no", read_boolean},
	[OPTION_NUMBER] = {"number", read_number},
	[OPTION_MODE] = {"octal number", read_mode},
	[OPTION_DURATION] = {"duration", read_duration},
	[OPTION_SIZE] = {"size", read_size},
	[OPTION_CHOICE] = {NULL, read_choice},
	[OPTION_GROUP] = {"keys below", NULL},
};

static const struct unit *units_of(enum option_type type)
{
	return type == OPTION_DURATION ? duration_units : type == OPTION_SIZE ? size_units : no_units;
}

void option_print_type(const struct option_row *option, struct text *out)
{
	text_append(out, option->list_max > 0 ? "list of: " : "");
	if (option->words)
		print_words(option->words, " | ", out);
	else
		text_append(out, types[option->type].name);
	if (option->type == OPTION_NUMBER || option->type == OPTION_DURATION || option->type == OPTION_SIZE) {
		text_append(out, ", ");
		print_in_units(option->least, units_of(option->type), out);
		text_append(out, " to ");
		print_in_units(option->most, units_of(option->type), out);
	}
}

int option_read(const struct option_row *option, const char *written, const char *folder, struct arena *arena, void *target,
                struct error *why)
{
	const struct given given = {option, written, folder, arena, target};

	assert(types[option->type].read);
	return types[option->type].read(&given, why);
}
