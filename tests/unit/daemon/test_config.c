/* What the configuration may say, and the exact words about what it may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/config.h"
#include "decide/decide.h"
#include "model/snapshot.h"

static const struct flags no_flags;

/* A source that is whole, so that a table of texts can be about something else. */
#define SOURCE "sources: [{ name: a, ldif: / }]\n"

static struct config *read_good(const char *text)
{
	struct complaints complaints;
	struct config *config;

	complaints_init(&complaints);
	config = config_read_text(&no_flags, "t.yaml", "/", text, &complaints);
	if (!config)
		fail_msg("%s", text_string(&complaints.lines));
	complaints_release(&complaints);
	return config;
}

static void check_bad(const struct flags *flags, const char *text, const char *wanted)
{
	struct complaints complaints;
	struct config *config;

	complaints_init(&complaints);
	config = config_read_text(flags, "t.yaml", "/", text, &complaints);
	assert_string_equal(text_string(&complaints.lines), wanted);
	assert_null(config);
	complaints_release(&complaints);
}

static const char *text_at(const struct list *list, size_t i)
{
	return i < list->count ? ((const char **)list->items)[i] : NULL;
}

static const struct source_settings *source_at(const struct config *config, size_t i)
{
	assert_true(i < config->settings.sources.count);
	return (const struct source_settings *)config->settings.sources.items + i;
}

/* ---- what is good ---- */

static void test_defaults(void **state)
{
	struct config *config = read_good(SOURCE);
	const struct settings *settings = &config->settings;
	static const char *const person_ids[] = {MODEL_PERSON_IDS};

	(void)state;
	assert_int_equal(settings->max_staleness, 60 * INSTANT_SECOND);
	assert_int_equal(settings->log_level, LOG_LEVEL_INFO);
	assert_int_equal(settings->limits.body, 1048576);
	assert_int_equal(settings->limits.idle_timeout, 75 * INSTANT_SECOND);
	assert_int_equal(settings->listen.count, 0);
	assert_null(settings->time_zone);
	assert_string_equal(settings->person_filter, MODEL_PERSON_FILTER);
	for (size_t i = 0; i < sizeof(person_ids) / sizeof(person_ids[0]); i++)
		assert_string_equal(text_at(&settings->person_ids, i), person_ids[i]);
	for (size_t i = 0; decide_defaults.writable_attributes[i]; i++)
		assert_string_equal(text_at(&settings->writable_attributes, i), decide_defaults.writable_attributes[i]);
	assert_int_equal(config_source_kind(source_at(config, 0)), SOURCE_LDIF);
	config_free(config);
}

static void test_sources(void **state)
{
	struct config *config = read_good("# people in one place, policy in another\n"
	                                  "sources:\n"
	                                  "  - name: people\n"
	                                  "    uri: [ldaps://a, ldaps://b]\n"
	                                  "    base: dc=example, dc=com\n"
	                                  "    bind: { mech: external }\n"
	                                  "    tls: { starttls: yes }\n"
	                                  "    policy: off\n"
	                                  "    heartbeat: 250 ms\n"
	                                  "  - name: policy\n"
	                                  "    ldif: usr\n"
	                                  "max_staleness: 2min\n"
	                                  "limits: { body: 2MiB, batch: '7' }\n"
	                                  "listen:\n"
	                                  "  - { address: 127.0.0.1:0 }\n"
	                                  "  - { address: unix:/tmp/s, mode: 0600 }\n"
	                                  "trusted_subject_properties: groups\n"
	                                  "time_zone: UTC\n");
	const struct settings *settings = &config->settings;
	const struct listener_settings *listeners = settings->listen.items;

	(void)state;
	assert_int_equal(settings->sources.count, 2);
	assert_string_equal(text_at(&source_at(config, 0)->uri, 1), "ldaps://b");
	assert_null(text_at(&source_at(config, 0)->uri, 2));
	assert_int_equal(source_at(config, 0)->bind.mechanism, BIND_EXTERNAL);
	assert_int_equal(source_at(config, 0)->tls.starttls, STARTTLS_YES);
	assert_int_equal(source_at(config, 0)->heartbeat, INSTANT_SECOND / 4);
	assert_int_equal(config_source_kind(source_at(config, 0)), SOURCE_AUTO);
	assert_int_equal(source_at(config, 0)->interval, 5 * INSTANT_SECOND);
	assert_int_equal(source_at(config, 0)->ids_interval, 0);
	assert_false(source_at(config, 0)->policy);
	assert_int_equal(source_at(config, 1)->place.line, 10);
	assert_string_equal(text_at(&source_at(config, 1)->ldif, 0), "//usr");
	assert_int_equal(settings->max_staleness, 120 * INSTANT_SECOND);
	assert_int_equal(settings->limits.body, 2097152);
	assert_int_equal(settings->limits.batch, 7);
	assert_int_equal(settings->limits.connections, 1000);
	assert_string_equal(listeners[1].address, "unix:/tmp/s");
	assert_int_equal(listeners[0].mode, 0660);
	assert_int_equal(listeners[1].mode, 0600);
	assert_string_equal(text_at(&settings->trusted_subject_properties, 0), "groups");
	assert_string_equal(settings->time_zone, "UTC");
	config_free(config);
}

static void test_aliases(void **state)
{
	struct config *config = read_good("sources:\n"
	                                  "  - { name: a, uri: ldapi:///, base: o=a, tls: &t { verify: no } }\n"
	                                  "  - { name: b, uri: ldapi:///, base: o=b, tls: *t }\n");

	(void)state;
	assert_int_equal(source_at(config, 1)->tls.verify, VERIFY_NO);
	config_free(config);
}

/* ---- what is bad ---- */

static const struct { const char *text, *wanted; } bad_texts[] = {
	{"", "t.yaml: no source: sources, or on the command line --ldif PATH or -H URI -b BASE is needed\n"},
	{"max_stalenes: 60s\n" SOURCE, "t.yaml:1: unknown key \"max_stalenes\"; did you mean \"max_staleness\"?\n"},
	{SOURCE "\n\nlog-level: debug\n", "t.yaml:4: unknown key \"log-level\"; did you mean \"log_level\"?\n"},
	{"sources:\n  - name: a\n    ldfi: /\n",
	 "t.yaml:3: unknown key \"ldfi\" in sources[]; did you mean \"ldif\"?\n"},
	{SOURCE "limits:\n  frobnication: 1\n",
	 "t.yaml:3: unknown key \"frobnication\" in limits; known are body, header, batch, connections, threads, waiting, "
	 "request_timeout, idle_timeout\n"},
	{SOURCE "max_staleness: 60\n", "t.yaml:2: max_staleness: \"60\": a number with a unit (ms, s, min, h, d), such as "
	                               "60s, is wanted\n"},
	{SOURCE "max_staleness: 10ms\n", "t.yaml:2: max_staleness: 10ms is outside of 1s to 365d\n"},
	{SOURCE "max_staleness: 99999999999999999999s\n",
	 "t.yaml:2: max_staleness: 99999999999999999999s is outside of 1s to 365d\n"},
	{SOURCE "max_staleness: 999999999999999d\n", "t.yaml:2: max_staleness: 999999999999999d is outside of 1s to 365d\n"},
	{SOURCE "max_staleness: -1s\n", "t.yaml:2: max_staleness: \"-1s\": a number with a unit (ms, s, min, h, d), such "
	                                "as 60s, is wanted\n"},
	{SOURCE "limits: { body: 1MB }\n", "t.yaml:2: body: \"1MB\": a number of octets, or of KiB, MiB, GiB, such as "
	                                   "1MiB, is wanted\n"},
	{SOURCE "limits: { body: 1 }\n", "t.yaml:2: body: 1 is outside of 1KiB to 1GiB\n"},
	{SOURCE "removal_share: many\n", "t.yaml:2: removal_share: \"many\": a whole number is wanted\n"},
	{SOURCE "removal_share: 101\n", "t.yaml:2: removal_share: 101 is outside of 1 to 100\n"},
	{SOURCE "log_level: loud\n", "t.yaml:2: log_level: \"loud\": one of error, warning, info, debug is wanted\n"},
	{SOURCE "time_zone: Mars/Olympus\n", "t.yaml:2: time_zone: \"Mars/Olympus\" is no time zone: one is a file below "
	                                     "/usr/share/zoneinfo, such as Europe/Paris\n"},
	{SOURCE "time_zone: ../../../etc/passwd\n",
	 "t.yaml:2: time_zone: \"../../../etc/passwd\" is no time zone: one is a file below /usr/share/zoneinfo, such as "
	 "Europe/Paris\n"},
	{SOURCE "person_filter: (uid=*\n", "t.yaml:2: person_filter: not a filter: no closing parenthesis at octet 7\n"},
	{SOURCE "person_ids:\n", "t.yaml:2: person_ids: nothing stands there\n"},
	{SOURCE "person_ids: [[a]]\n", "t.yaml:2: person_ids: one value is wanted here\n"},
	{SOURCE "person_ids: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,\n a]\n", "t.yaml:3: person_ids: more than 16\n"},
	{SOURCE "max_staleness: [60s]\n", "t.yaml:2: max_staleness: one value is wanted here\n"},
	{SOURCE "limits: 5\n", "t.yaml:2: limits: keys with values are wanted here\n"},
	{SOURCE "max_staleness: 60s\nmax_staleness: 61s\n", "t.yaml:3: max_staleness: given already in line 2\n"},
	{SOURCE "listen: [{}]\n", "t.yaml:2: the key \"address\" is missing in listen[]\n"},
	{SOURCE "listen: [{ address: 'unix:/s', mode: 0999 }]\n",
	 "t.yaml:2: mode: \"0999\": octal permissions are wanted, such as 0660\n"},
	{SOURCE "listen: [{ address: \"a\\0b\" }]\n", "t.yaml:2: address: a NUL stands in it\n"},
	{"- a\n", "t.yaml:1: keys with values are wanted here\n"},
	{SOURCE "---\na: b\n", "t.yaml:2: a second document begins here; only one is read\n"},
	{SOURCE "listen: [\n", "t.yaml:3: no YAML: did not find expected node content while parsing a flow node\n"},
	{SOURCE "\tlisten: 1\n",
	 "t.yaml:2: no YAML: found character that cannot start any token while scanning for the next token\n"},
	{SOURCE "a: \xff\n", "t.yaml: no YAML: invalid leading UTF-8 octet\n"},
	{SOURCE "a: *b\n", "t.yaml:2: no YAML: found undefined alias\n"},
	{"&a { sources: [*a] }\n",
	 "t.yaml:1: unknown key \"sources\" in sources[]; known are name, kind, ldif, uri, base, bind, tls, policy, "
	 "attributes, heartbeat, heartbeat_limit, behind_limit, reconcile, connection_age, interval, ids_interval, overlap, "
	 "connect_timeout, answer_timeout\n"
	 "t.yaml:1: the key \"name\" is missing in sources[]\n"},
	{"sources: &a [*a]\n", "t.yaml:1: sources[]: keys with values are wanted here\n"},
	/* What only the whole shows. */
	{"sources: []\n", "t.yaml: no source: sources, or on the command line --ldif PATH or -H URI -b BASE is needed\n"},
	{"sources: [{ name: a b, ldif: / }]\n",
	 "t.yaml:1: name: \"a b\": use at most 63 letters, digits, '-', '_' and '.'\n"},
	{"sources: [{ ldif: / }]\n", "t.yaml:1: the key \"name\" is missing in sources[]\n"},
	{"sources:\n - name: a\n",
	 "t.yaml:2: source a: where is it?  set ldif: PATH, or uri: ldaps://HOST with base: DN\n"},
	{"sources:\n - name: a\n   uri: ldapi:///\n",
	 "t.yaml:2: source a: base is missing (-b): the DN below which everything is\n"},
	{"sources:\n - name: a\n   uri: ldapi:///\n   base: nonsense\n",
	 "t.yaml:4: base: \"nonsense\" is not a DN: no '=' at octet 9\n"},
	{"sources:\n - name: a\n   ldif: /\n   base: o=x\n",
	 "t.yaml:2: source a: it is either ldif, or uri with base\n"},
	{"sources:\n - name: a\n   ldif: /nowhere\n", "t.yaml:3: ldif: /nowhere: No such file or directory\n"},
	{"sources:\n - { name: a, ldif: / }\n - { name: a, ldif: / }\n",
	 "t.yaml:3: source a: another source has that name\n"},
	{"sources:\n - { name: a, uri: ldapi:///, base: o=x, bind: { dn: cn=x } }\n",
	 "t.yaml:2: source a: a bind with dn needs password_file (-y)\n"},
	{"sources:\n - { name: a, uri: ldapi:///, base: o=x, bind: { mech: simple } }\n",
	 "t.yaml:2: source a: mech simple needs dn\n"
	 "t.yaml:2: source a: a bind with dn needs password_file (-y)\n"},
	{"sources:\n - { name: a, uri: ldapi:///, base: o=x, heartbeat: 2min }\n",
	 "t.yaml:2: source a: heartbeat must be shorter than max_staleness\n"},
	{"sources:\n - { name: a, uri: ldapi:///, base: o=x, kind: poll, heartbeat: 2min, ids_interval: 60s }\n",
	 "t.yaml:2: source a: ids_interval must be shorter than max_staleness: make that longer, or leave ids_interval "
	 "out\n"},
	{"sources:\n - { name: a, uri: ldapi:///, base: o=x, tls: { certificate: / } }\n",
	 "t.yaml:2: source a: tls needs both certificate and key, or neither\n"},
	/* All of it, not only the first. */
	{"sources:\n - name: a\n   lidf: x\n   bind: { mech: KERBEROS }\nmax_staleness: soon\n",
	 "t.yaml:3: unknown key \"lidf\" in sources[]; did you mean \"ldif\"?\n"
	 "t.yaml:4: mech: \"KERBEROS\": one of auto, none, simple, EXTERNAL, GSSAPI, SCRAM-SHA-256 is wanted\n"
	 "t.yaml:5: max_staleness: \"soon\": a number with a unit (ms, s, min, h, d), such as 60s, is wanted\n"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++)
		check_bad(&no_flags, bad_texts[i].text, bad_texts[i].wanted);
}

static void test_secrets(void **state)
{
	char path[] = "/tmp/dirgate-test-XXXXXX", text[256], wanted[256];
	int file = mkstemp(path);

	(void)state;
	assert_true(file >= 0);
	snprintf(text, sizeof(text),
	         "sources:\n - { name: a, uri: 'ldapi:///', base: o=x, bind: { dn: cn=x, password_file: %s } }\n", path);
	snprintf(wanted, sizeof(wanted),
	         "t.yaml:2: password_file: %s is a secret, and everybody may use it: chmod o= %s\n", path, path);
	config_free(read_good(text));
	assert_int_equal(fchmod(file, 0604), 0);
	check_bad(&no_flags, text, wanted);
	assert_int_equal(fchmod(file, 0640), 0);
	config_free(read_good(text));
	assert_int_equal(unlink(path), 0);
	close(file);
}

static void test_file(void **state)
{
	struct flags flags = {.command.config = "/nowhere/dirgate.yaml"};
	struct complaints complaints;

	(void)state;
	complaints_init(&complaints);
	assert_null(config_read(&flags, &complaints));
	assert_non_null(strstr(text_string(&complaints.lines), "/nowhere/dirgate.yaml: No such file or directory\n"));
	complaints_release(&complaints);
}

/* ---- the command line ---- */

#define WORDS_MAX 32

static int read_flags(const char *line, struct flags *flags, struct error *why)
{
	static char copy[512]; /* flags borrow it */
	char *words[WORDS_MAX] = {"dirgated"}, *rest = copy;
	int count = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word; count < WORDS_MAX - 1 && (word = strsep(&rest, " ")) != NULL;)
		if (*word)
			words[count++] = word;
	return flags_read(count, words, flags, why);
}

static void test_flags(void **state)
{
	struct complaints complaints;
	struct config *config;
	struct flags flags;
	struct error why;

	(void)state;
	assert_int_equal(read_flags("-H ldap://127.0.0.1:3 -b o=acme -Y EXTERNAL -Z --listen=127.0.0.1:0 --ldif / "
	                            "--listen unix:/s --ldif /usr -v --check", &flags, &why), 0);
	assert_true(flags.command.check);
	complaints_init(&complaints);
	config = config_read_text(&flags, "t.yaml", "/", SOURCE "listen: [{ address: x:1 }]\n", &complaints);
	assert_string_equal(text_string(&complaints.lines), "");
	assert_int_equal(config->settings.sources.count, 2);
	assert_string_equal(source_at(config, 0)->name, "ldap");
	assert_string_equal(source_at(config, 0)->base, "o=acme");
	assert_int_equal(source_at(config, 0)->bind.mechanism, BIND_EXTERNAL);
	assert_int_equal(source_at(config, 0)->tls.starttls, STARTTLS_YES);
	assert_string_equal(source_at(config, 1)->name, "ldif");
	assert_string_equal(text_at(&source_at(config, 1)->ldif, 1), "/usr");
	assert_int_equal(config->settings.listen.count, 2);
	assert_int_equal(config->settings.log_level, LOG_LEVEL_DEBUG);
	config_free(config);
	complaints_release(&complaints);
	flags_release(&flags);
}

static const struct { const char *line, *wanted; } bad_lines[] = {
	{"--frobnicate", "--frobnicate: no such option, see --help"},
	{"-x", "-x: no such option, see --help"},
	{"-H", "-H: something must stand after it"},
	{"--listen", "--listen: something must stand after it"},
	{"policy.ldif", "policy.ldif: an option is wanted, see --help; LDIF files are named by --ldif"},
	{"-b o=a -b o=b", "-b: given already"},
	{"--config /nowhere", "--config: /nowhere: No such file or directory"},
};

static const struct { const char *line, *wanted; } bad_settings[] = {
	{"-H ldapi:///", "command line: source ldap: base is missing (-b): the DN below which everything is\n"},
	{"-b nonsense", "command line: -b: \"nonsense\" is not a DN: no '=' at octet 9\n"},
	{"--ldif /nowhere", "command line: --ldif: /nowhere: No such file or directory\n"},
	{"-H ldapi:/// -b o=a -Y MAGIC",
	 "command line: -Y: \"MAGIC\": one of auto, none, simple, EXTERNAL, GSSAPI, SCRAM-SHA-256 is wanted\n"},
};

static void test_bad_flags(void **state)
{
	struct flags flags;
	struct error why;

	(void)state;
	for (size_t i = 0; i < sizeof(bad_lines) / sizeof(bad_lines[0]); i++) {
		assert_true(read_flags(bad_lines[i].line, &flags, &why) < 0);
		assert_string_equal(why.text, bad_lines[i].wanted);
		flags_release(&flags);
	}
	for (size_t i = 0; i < sizeof(bad_settings) / sizeof(bad_settings[0]); i++) {
		assert_int_equal(read_flags(bad_settings[i].line, &flags, &why), 0);
		check_bad(&flags, "", bad_settings[i].wanted);
		flags_release(&flags);
	}
}

/* ---- the table ---- */

static void test_nearest(void **state)
{
	(void)state;
	assert_string_equal(options_nearest(&options_top, "lsiten"), "listen");
	assert_string_equal(options_nearest(&options_top, "LISTEN"), "listen");
	assert_string_equal(options_nearest(&options_top, "source"), "sources");
	assert_null(options_nearest(&options_top, "zzz"));
	assert_null(options_nearest(&options_top, "a_name_that_is_much_too_long_to_be_near_to_anything_that_is_in_the_table"));
}

static void check_table(const struct option_table *table)
{
	for (const struct option_row *option = table->options; option->name; option++) {
		assert_ptr_equal(options_find(table, option->name), option);
		assert_true(option->offset < table->size);
		assert_true(option - table->options < OPTION_ROWS_MAX);
		assert_int_equal(option->type == OPTION_CHOICE, option->words != NULL);
		assert_int_equal(option->type == OPTION_GROUP, option->table != NULL);
		if (option->table)
			check_table(option->table);
	}
}

static void test_table(void **state)
{
	(void)state;
	check_table(&options_top);
	check_table(&options_command);
}

static void count_difference(void *context, const struct option_row *option)
{
	struct text *names = context;

	text_print(names, "%s ", option->name);
}

static void test_compare(void **state)
{
	struct config *a = read_good(SOURCE "time_zone: UTC\nperson_ids: [uid, mail]\n");
	struct config *b = read_good("sources: [{ name: a, ldif: /usr }]\nlimits: { batch: 3 }\nperson_ids: [uid, dn]\n");
	struct text names;

	(void)state;
	text_init(&names, 1000);
	options_compare(&options_top, &a->settings, &a->settings, count_difference, &names);
	assert_string_equal(text_string(&names), "");
	options_compare(&options_top, &a->settings, &b->settings, count_difference, &names);
	assert_string_equal(text_string(&names), "sources person_ids time_zone limits ");
	text_release(&names);
	config_free(a);
	config_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_bad_flags),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_compare),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
