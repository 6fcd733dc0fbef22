#include "daemon/config.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "daemon/config_yaml.h"

static const char command_line[] = "command line";

/* ---- complaints ---- */

void complaints_init(struct complaints *complaints)
{
	complaints->count = 0;
	text_init(&complaints->lines, COMPLAINTS_MAX);
}

void complaints_release(struct complaints *complaints)
{
	text_release(&complaints->lines);
}

void complain(struct complaints *complaints, struct place place, const char *format, ...)
{
	char words[ERROR_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	complaints->count++;
	if (place.line > 0)
		text_print(&complaints->lines, "%s:%zu: %s\n", place.file, place.line, words);
	else
		text_print(&complaints->lines, "%s: %s\n", place.file, words);
}

/* ---- the command line over the file ---- */

static bool table_has(const struct option_table *table, const struct option_row *wanted)
{
	for (const struct option_row *option = table->options; option->name; option++)
		if (option == wanted || (option->table && table_has(option->table, wanted)))
			return true;
	return false;
}

static const struct option_row *sources_row(void)
{
	return options_find(&options_top, "sources");
}

static bool is_about_sources(const struct option_row *option)
{
	return table_has(sources_row()->table, option);
}

static bool names_sources(const struct flags *flags)
{
	for (size_t i = 0; i < flags->count; i++)
		if (is_about_sources(flags->settings[i].option))
			return true;
	return false;
}

/* The source that the command line makes: LDIF files are one, the LDAP server another. */
static struct source_settings *command_source(struct config *config, const char *name)
{
	struct source_settings *source;

	for (size_t i = 0; i < config->settings.sources.count; i++) {
		source = (struct source_settings *)config->settings.sources.items + i;
		if (strcmp(source->name, name) == 0)
			return source;
	}
	source = option_append(sources_row(), config->arena, &config->settings);
	assert(source);
	source->place = (struct place){command_line, 0};
	source->name = name;
	return source;
}

/* Sets an option that is somewhere in a table.  False: it is not there. */
static int set_inside(struct config *config, const struct option_table *table, void *settings, const struct flag *flag,
                      struct error *why)
{
	for (const struct option_row *option = table->options; option->name; option++) {
		void *place = (char *)settings + option->offset;

		if (option->table && option->list_max == 0 && table_has(option->table, flag->option))
			return set_inside(config, option->table, place, flag, why);
		if (option != flag->option)
			continue;
		if (option->list_max > 0)
			place = option_append(option, config->arena, settings);
		return place ? option_read(option, flag->written, NULL, config->arena, place, why)
		             : error_set(why, -E2BIG, "more than %zu", option->list_max);
	}
	return error_set(why, -EINVAL, "not here");
}

static int set_listener(struct config *config, const struct flag *flag, struct error *why)
{
	struct listener_settings *listener = option_append(flag->option, config->arena, &config->settings);

	if (!listener)
		return error_set(why, -E2BIG, "more than %zu", flag->option->list_max);
	listener->place = (struct place){command_line, 0};
	listener->address = arena_string(config->arena, flag->written);
	return 0;
}

static int set_flag(struct config *config, const struct flag *flag, struct error *why)
{
	bool ldif = flag->option->flag && strcmp(flag->option->flag, "ldif") == 0;

	if (!is_about_sources(flag->option))
		return set_listener(config, flag, why);
	return set_inside(config, sources_row()->table,
	                  command_source(config, ldif ? CONFIG_NAME_LDIF : CONFIG_NAME_LDAP), flag, why);
}

/* What the command line says of sources or listeners stands in the place of all that the file says of them. */
static void apply_flags(struct config *config, const struct flags *flags, struct complaints *complaints)
{
	bool listens = false;
	struct error why;

	if (names_sources(flags))
		config->settings.sources = (struct list){0};
	for (size_t i = 0; i < flags->count; i++) {
		const struct flag *flag = &flags->settings[i];

		if (!is_about_sources(flag->option) && !listens) {
			config->settings.listen = (struct list){0};
			listens = true;
		}
		if (set_flag(config, flag, &why) == 0)
			continue;
		if (flag->option->letter)
			complain(complaints, (struct place){command_line, 0}, "-%c: %s", flag->option->letter, why.text);
		else
			complain(complaints, (struct place){command_line, 0}, "--%s: %s", flag->option->flag, why.text);
	}
	if (flags->command.verbose)
		config->settings.log_level = LOG_LEVEL_DEBUG;
}

/* ---- what only the whole shows ---- */

enum source_kind config_source_kind(const struct source_settings *source)
{
	if (source->kind != SOURCE_AUTO)
		return (enum source_kind)source->kind;
	return source->ldif.count > 0 ? SOURCE_LDIF : SOURCE_AUTO;
}

static void check_bind(const struct source_settings *source, struct complaints *complaints)
{
	const struct bind_settings *bind = &source->bind;
	bool scram = bind->mechanism == BIND_SCRAM;
	bool simple = bind->mechanism == BIND_SIMPLE || (bind->mechanism == BIND_AUTO && bind->dn);

	if (simple && !bind->dn)
		complain(complaints, source->place, "source %s: mech simple needs dn", source->name);
	if (simple && !bind->password_file)
		complain(complaints, source->place, "source %s: a bind with dn needs password_file (-y)", source->name);
	if (scram && (!bind->user || !bind->password_file))
		complain(complaints, source->place, "source %s: mech SCRAM-SHA-256 needs user and password_file", source->name);
	if (bind->keytab && bind->mechanism != BIND_GSSAPI)
		complain(complaints, source->place, "source %s: keytab is for mech GSSAPI", source->name);
	if (bind->password_file && !simple && !scram)
		complain(complaints, source->place, "source %s: password_file without dn (-D) to bind as", source->name);
	if (!source->tls.certificate != !source->tls.key)
		complain(complaints, source->place, "source %s: tls needs both certificate and key, or neither", source->name);
}

/* What proves that a source is fresh must come more often than it grows stale. */
static void check_freshness(const struct settings *settings, const struct source_settings *source,
                            struct complaints *complaints)
{
	enum source_kind kind = config_source_kind(source);

	if ((kind == SOURCE_CONTENT_SYNC || kind == SOURCE_AUTO) && source->heartbeat >= settings->max_staleness)
		complain(complaints, source->place, "source %s: heartbeat must be shorter than max_staleness", source->name);
	if (kind == SOURCE_DIRSYNC && source->interval >= settings->max_staleness)
		complain(complaints, source->place, "source %s: interval must be shorter than max_staleness", source->name);
	if ((kind == SOURCE_POLL || kind == SOURCE_AUTO) && source->ids_interval >= settings->max_staleness)
		complain(complaints, source->place, "source %s: ids_interval must be shorter than max_staleness: make that longer, "
		         "or leave ids_interval out", source->name);
}

static void check_source(const struct settings *settings, const struct source_settings *source,
                         struct complaints *complaints)
{
	bool ldif = config_source_kind(source) == SOURCE_LDIF;

	if (ldif ? source->ldif.count == 0 : source->uri.count == 0) {
		complain(complaints, source->place, "source %s: %s", source->name,
		         ldif ? "kind ldif needs ldif: PATH" : "where is it?  set ldif: PATH, or uri: ldaps://HOST with base: DN");
		return;
	}
	if (ldif && (source->uri.count > 0 || source->base))
		complain(complaints, source->place, "source %s: it is either ldif, or uri with base", source->name);
	if (!ldif && source->ldif.count > 0)
		complain(complaints, source->place, "source %s: ldif in a source that is a server", source->name);
	if (ldif)
		return;
	if (!source->base)
		complain(complaints, source->place, "source %s: base is missing (-b): the DN below which everything is",
		         source->name);
	check_bind(source, complaints);
	check_freshness(settings, source, complaints);
}

static void check_whole(const struct config *config, struct complaints *complaints)
{
	const struct settings *settings = &config->settings;
	const struct source_settings *sources = settings->sources.items;

	if (settings->sources.count == 0)
		complain(complaints, (struct place){config->file ? config->file : command_line, 0},
		         "no source: %s--ldif PATH or -H URI -b BASE is needed", config->file ? "sources, or on the command line " : "--config FILE, ");
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_settings *source = &sources[i];

		check_source(settings, source, complaints);
		for (size_t k = 0; k < i; k++)
			if (source->name && sources[k].name && strcmp(sources[k].name, source->name) == 0)
				complain(complaints, source->place, "source %s: another source has that name", source->name);
	}
}

/* ---- reading ---- */

static struct config *config_new(void)
{
	struct config *config = memory_alloc(sizeof(*config));

	config->arena = arena_new();
	options_clear(&options_top, config->arena, &config->settings);
	return config;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	arena_free(config->arena);
	free(config);
}

/* Only settings that were read without complaint are looked at as a whole. */
static struct config *config_finish(struct config *config, const struct flags *flags, struct complaints *complaints)
{
	apply_flags(config, flags, complaints);
	if (complaints->count == 0)
		check_whole(config, complaints);
	if (complaints->count == 0)
		return config;
	config_free(config);
	return NULL;
}

struct config *config_read_text(const struct flags *flags, const char *name, const char *folder, const char *text,
                                struct complaints *complaints)
{
	struct config *config = config_new();

	config->file = arena_string(config->arena, name);
	config_yaml_read(config->file, folder, text, strlen(text), &options_top, config->arena, &config->settings,
	                 complaints);
	return config_finish(config, flags, complaints);
}

struct config *config_read(const struct flags *flags, struct complaints *complaints)
{
	struct config *config = config_new();
	const char *path = flags->command.config;
	struct error why;
	size_t length;
	char *text;

	if (!path && !names_sources(flags) && access(CONFIG_DEFAULT, F_OK) == 0)
		path = CONFIG_DEFAULT;
	if (path) {
		config->file = arena_string(config->arena, path);
		text = file_read(path, CONFIG_SIZE_MAX, &length, &why);
		if (text)
			config_yaml_read(config->file, file_folder(path, config->arena), text, length, &options_top, config->arena,
			                 &config->settings, complaints);
		else
			complain(complaints, (struct place){path, 0}, "%s", why.text);
		free(text);
	}
	return config_finish(config, flags, complaints);
}
