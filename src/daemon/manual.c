#include "daemon/manual.h"

#include <ctype.h>
#include <string.h>

#include "daemon/flags.h"

#define HELP_COLUMN 20 /* where explanations begin */
#define HELP_WIDTH  80

/* ---- --help ---- */

/* Words of a paragraph, broken at HELP_WIDTH; the first line begins at `column` already. */
static void print_wrapped(const char *words, size_t column, struct text *out)
{
	while (*words) {
		size_t length = strcspn(words, " ");

		if (column + 1 + length > HELP_WIDTH && column > HELP_COLUMN) {
			text_print(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			text_append(out, " ");
			column++;
		}
		text_append_octets(out, words, length);
		column += length;
		words += length;
		words += strspn(words, " ");
	}
	text_append(out, "\n");
}

static void print_flag_help(void *context, const struct option_row *option)
{
	struct text *out = context, flag;

	if (!option->help)
		return;
	text_init(&flag, 200);
	if (option->letter)
		text_print(&flag, "-%c%s", option->letter, option->flag ? ", " : "");
	if (option->flag)
		text_print(&flag, "--%s", option->flag);
	if (option->argument)
		text_print(&flag, " %s", option->argument);
	text_print(out, "  %-*s", HELP_COLUMN - 2, text_string(&flag));
	if (flag.length + 2 >= HELP_COLUMN)
		text_print(out, "\n%*s", HELP_COLUMN, "");
	print_wrapped(option->help, HELP_COLUMN, out);
	text_release(&flag);
}

void manual_print_help(struct text *out)
{
	text_append(out, "usage: dirgated --ldif PATH... | -H URI -b BASE [-D DN -y FILE | -Y MECH] | [--config FILE]\n\n"
	                 "Answers who may do what, from a directory.  See dirgated(8) and dirgate.yaml(5).\n\n");
	flags_visit(&options_top, print_flag_help, out);
	flags_visit(&options_command, print_flag_help, out);
}

/* ---- mdoc ---- */

/* One sentence a line, and nothing that mdoc takes for a request or an escape. */
static void print_sentences(const char *words, struct text *out)
{
	bool at_start = true;

	for (; *words; words++) {
		if (at_start && strchr(".'", *words))
			text_append(out, "\\&");
		at_start = words[0] == ' ' && words[1] == ' ';
		if (at_start) {
			text_append(out, "\n");
			words++;
		} else if (*words == '\\') {
			text_append(out, "\\e");
		} else {
			text_append_char(out, *words);
		}
	}
	text_append(out, "\n");
}

static void print_flag_item(void *context, const struct option_row *option)
{
	struct text *out = context;

	if (!option->help)
		return;
	text_append(out, ".It");
	if (option->letter)
		text_print(out, " Fl %c%s", option->letter, option->flag ? " ," : "");
	if (option->flag)
		text_print(out, " Fl -%s", option->flag);
	if (option->argument)
		text_print(out, " Ar %s", option->argument);
	text_append(out, "\n");
	print_sentences(option->help, out);
}

void manual_print_options(struct text *out)
{
	text_append(out, ".Bl -tag -width Ds\n");
	flags_visit(&options_top, print_flag_item, out);
	flags_visit(&options_command, print_flag_item, out);
	text_append(out, ".El\n");
}

static const char *const change_words[] = {
	[CHANGE_AT_ONCE] = NULL,
	[CHANGE_INDEX] = "A change takes effect once a new index was read beside the old one.",
	[CHANGE_RESTART] = "A change takes effect when the gateway is started again.",
};

static void print_key(const struct option_row *option, struct text *out)
{
	struct text type;

	text_init(&type, 300);
	option_print_type(option, &type);
	text_print(out, ".It Ic %s : Ar %s\n", option->name, text_string(&type));
	print_sentences(option->help, out);
	if (option->needed)
		text_append(out, "It must be there.\n");
	if (option->fallback)
		text_print(out, "The default is\n.Ql %s .\n", option->fallback);
	if (change_words[option->change])
		text_print(out, "%s\n", change_words[option->change]);
	text_release(&type);
}

static void print_table(const struct option_table *table, struct text *out)
{
	if (table->path[0] != '\0')
		text_print(out, ".Ss %s\n", table->path);
	print_sentences(table->about, out);
	text_append(out, ".Bl -tag -width Ds\n");
	for (const struct option_row *option = table->options; option->name; option++)
		print_key(option, out);
	text_append(out, ".El\n");
	for (const struct option_row *option = table->options; option->name; option++)
		if (option->table)
			print_table(option->table, out);
}

void manual_print_keys(struct text *out)
{
	print_table(&options_top, out);
}
