#include "daemon/flags.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>

#define KNOWN_MAX 64
#define LONG_BASE 256 /* what getopt_long gives for an option without letter: this and its number */

/* What getopt_long wants to know, made from the tables. */
struct known {
	const struct option_row *rows[KNOWN_MAX];
	size_t count;
	char letters[2 * KNOWN_MAX + 2];
	struct option longs[KNOWN_MAX + 1];
	size_t long_count;
};

void flags_visit(const struct option_table *table, void (*visit)(void *context, const struct option_row *option),
                 void *context)
{
	for (const struct option_row *option = table->options; option->name; option++) {
		if (option->letter || option->flag)
			visit(context, option);
		if (option->table)
			flags_visit(option->table, visit, context);
	}
}

static void known_add(void *context, const struct option_row *option)
{
	struct known *known = context;
	size_t length = strlen(known->letters);

	assert(known->count < KNOWN_MAX);
	if (option->letter) {
		known->letters[length++] = option->letter;
		if (option->argument)
			known->letters[length] = ':';
	}
	if (option->flag)
		known->longs[known->long_count++] = (struct option){
			.name = option->flag,
			.has_arg = option->argument ? required_argument : no_argument,
			.val = option->letter ? option->letter : LONG_BASE + (int)known->count,
		};
	known->rows[known->count++] = option;
}

static const struct option_row *known_find(const struct known *known, int value)
{
	if (value >= LONG_BASE)
		return known->rows[value - LONG_BASE];
	for (size_t i = 0; i < known->count; i++)
		if (known->rows[i]->letter == value)
			return known->rows[i];
	return NULL;
}

static bool is_command(const struct option_row *option)
{
	return options_find(&options_command, option->name) == option;
}

static int take(struct flags *flags, const struct option_row *option, const char *written, struct error *why)
{
	char *command = (char *)&flags->command;

	if (is_command(option)) {
		int result = option_read(option, written, NULL, flags->arena, command + option->offset, why);

		return result < 0 ? error_prefix(why, result, "--%s: ", option->flag) : 0;
	}
	if (flags->count == FLAGS_MAX)
		return error_set(why, -E2BIG, "more than %d options", FLAGS_MAX);
	for (size_t i = 0; i < flags->count; i++)
		if (flags->settings[i].option == option && option->list_max == 0)
			return error_set(why, -EINVAL, "-%c: given already", option->letter);
	flags->settings[flags->count++] = (struct flag){option, written};
	return 0;
}

int flags_read(int argc, char **argv, struct flags *flags, struct error *why)
{
	struct known known = {.letters = ":"}; /* getopt_long shall tell a missing argument from an unknown option */
	int value, result = 0;

	*flags = (struct flags){.arena = arena_new()};
	flags_visit(&options_command, known_add, &known);
	flags_visit(&options_top, known_add, &known);
	optind = 0; /* from the beginning: a test reads many command lines */
	while (result == 0 && (value = getopt_long(argc, argv, known.letters, known.longs, NULL)) != -1) {
		if (value == ':' || value == '?')
			return error_set(why, -EINVAL, "%s: %s", argv[optind - 1],
			                 value == ':' ? "something must stand after it" : "no such option, see --help");
		result = take(flags, known_find(&known, value), optarg ? optarg : "yes", why);
	}
	if (result == 0 && optind < argc)
		return error_set(why, -EINVAL, "%s: an option is wanted, see --help; LDIF files are named by --ldif",
		                 argv[optind]);
	return result;
}

void flags_release(struct flags *flags)
{
	arena_free(flags->arena);
	*flags = (struct flags){0};
}
