/* How long reading a directory takes, from the connection to the first answer, against a client that throws the entries
 * away; and how long it takes to begin with what was kept of it on the disk.
 *   bench_load [PEOPLE GROUPS MEMBERS ROUNDS]     default: 100000 people, 10000 groups of 50, 5 rounds
 * Starts a private slapd (tests/servers/slapd.sh); prints the median of each and their ratio. */
#include <ldap.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "directory/content_sync/content_sync.h"
#include "directory/content_sync/sync_message.h"
#include "directory/follower/follower.h"
#include "directory/server/selection.h"

#define ROUNDS_MAX 99
#define WAIT       (120 * INSTANT_SECOND)

static void fail(const char *words)
{
	fprintf(stderr, "bench_load: %s\n", words);
	exit(1);
}

__attribute__((format(printf, 1, 2))) static void run(const char *format, ...)
{
	struct text command;
	va_list arguments;
	char part[1000];

	va_start(arguments, format);
	vsnprintf(part, sizeof(part), format, arguments);
	va_end(arguments);
	text_init(&command, 2000);
	text_append(&command, part);
	if (system(text_string(&command)) != 0)
		fail(part);
	text_release(&command);
}

/* ---- the directory ---- */

static void write_tree(FILE *file)
{
	fputs("dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n\n", file);
	for (int i = 0; i < 3; i++) {
		const char *name = (const char *[]){"people", "groups", "roles"}[i];

		fprintf(file, "dn: ou=%s,o=acme\nobjectClass: organizationalUnit\nou: %s\n\n", name, name);
	}
	fputs("dn: cn=agent,ou=roles,o=acme\nobjectClass: dgRole\ncn: agent\ndgPermission: contacts.*\n\n", file);
}

static void write_directory(const char *path, unsigned people, unsigned groups, unsigned members)
{
	FILE *file = fopen(path, "w");

	if (!file)
		fail(path);
	write_tree(file);
	for (unsigned i = 0; i < people; i++)
		fprintf(file, "dn: uid=user%u,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: user%u\ncn: First%u Last%u\n"
		        "sn: Last%u\nmail: user%u@acme.example\n\n", i, i, i, i, i, i);
	for (unsigned i = 0; i < groups; i++) {
		fprintf(file, "dn: cn=group%u,ou=groups,o=acme\nobjectClass: groupOfNames\ncn: group%u\n", i, i);
		for (unsigned k = 0; k < members; k++)
			fprintf(file, "member: uid=user%u,ou=people,o=acme\n", (i * 7919 + k * 104729) % people);
		fputs("\n", file);
	}
	fclose(file);
}

/* One line "name='value'" of the file that slapd.sh leaves. */
static void read_variable(const char *folder, const char *name, char *value, size_t size)
{
	char path[300], line[500], pattern[100];
	FILE *file;

	snprintf(path, sizeof(path), "%s/env", folder);
	snprintf(pattern, sizeof(pattern), "export SERVER_%s='", name);
	value[0] = '\0';
	if (!(file = fopen(path, "r")))
		fail(path);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, pattern, strlen(pattern)) == 0)
			snprintf(value, size, "%.*s", (int)strcspn(line + strlen(pattern), "'"), line + strlen(pattern));
	fclose(file);
}

/* ---- the two clients ---- */

struct measure {
	instant wall[ROUNDS_MAX], cpu[ROUNDS_MAX];
	size_t count;
	size_t entries;
};

/* CPU time of this process, all threads. */
static instant cpu_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (instant)now.tv_sec * INSTANT_SECOND + now.tv_nsec;
}

static LDAP *raw_connect(const struct session_options *options)
{
	char secret[100] = "";
	struct berval password = {0, secret};
	const int version = LDAP_VERSION3;
	FILE *file = fopen(options->password_file, "r");
	LDAP *ldap;

	if (!file || !fgets(secret, sizeof(secret), file))
		fail(options->password_file);
	fclose(file);
	password.bv_len = strcspn(secret, "\n");
	if (ldap_initialize(&ldap, options->uris[0]) != LDAP_SUCCESS ||
	    ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version) != LDAP_OPT_SUCCESS ||
	    ldap_sasl_bind_s(ldap, options->bind_dn, LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL) != LDAP_SUCCESS)
		fail("the raw client cannot connect");
	return ldap;
}

/* The same search, as anybody would write it with libldap; each message is freed as it comes. */
static void read_raw(const struct session_options *options, struct measure *measure)
{
	const struct name_set none = {0};
	instant begun = clock_monotonic(), cpu = cpu_now();
	LDAP *ldap = raw_connect(options);
	LDAPControl request, *controls[] = {&request, NULL};
	struct selection selection;
	LDAPMessage *message;
	struct error why;
	int search, type;

	if (selection_make(NULL, &none, NULL, &selection, &why) < 0)
		fail(why.text);
	sync_request_make(&request);
	if (ldap_search_ext(ldap, "o=acme", LDAP_SCOPE_SUBTREE, selection.filter, selection.attributes, 0, controls, NULL,
	                    NULL, LDAP_NO_LIMIT, &search) != LDAP_SUCCESS)
		fail("search");
	measure->entries = 0;
	while ((type = ldap_result(ldap, search, LDAP_MSG_ONE, NULL, &message)) == LDAP_RES_SEARCH_ENTRY) {
		measure->entries++;
		ldap_msgfree(message);
	}
	if (type != LDAP_RES_INTERMEDIATE)
		fail("the raw client did not come to the end of the refresh");
	ldap_msgfree(message);
	measure->cpu[measure->count] = cpu_now() - cpu;
	measure->wall[measure->count++] = clock_monotonic() - begun;
	ber_memfree(request.ldctl_value.bv_val);
	selection_release(&selection);
	ldap_unbind_ext(ldap, NULL, NULL);
}

static struct source *source_new(const struct session_options *options, struct error *why)
{
	const struct content_sync_options sync = {.server = {.name = "bench", .session = options, .base = "o=acme"}};
	struct source *source = content_sync_new(&sync, why);

	if (source)
		source->identity = memory_string("bench");
	return source;
}

static void wait_for_journal(struct follower *follower)
{
	instant deadline = clock_monotonic() + WAIT;
	struct source_status status;

	do {
		usleep(10000);
		follower_source(follower, 0, &status);
	} while (status.journal != SOURCE_JOURNAL_WRITTEN && clock_monotonic() < deadline);
	if (status.journal != SOURCE_JOURNAL_WRITTEN)
		fail("the journal was not written");
}

/* With a folder: the index is kept there, and begins with what is there. */
static void read_index(const struct session_options *options, const char *kept, bool resume, struct measure *measure)
{
	struct published *published = published_new();
	const struct follower_options follower_options = {.published = published, .state_directory = kept, .resume = resume};
	instant begun = clock_monotonic(), cpu = cpu_now();
	struct follower *follower = follower_new(&follower_options);
	struct source_status status;
	struct error why;

	if (follower_add(follower, source_new(options, &why), true, &why) < 0 || follower_start(follower, &why) < 0 ||
	    follower_wait_complete(follower, begun + WAIT, &why) != 0)
		fail(why.text);
	measure->cpu[measure->count] = cpu_now() - cpu;
	measure->wall[measure->count++] = clock_monotonic() - begun;
	follower_source(follower, 0, &status);
	measure->entries = status.counters.entries;
	if (kept && !resume)
		wait_for_journal(follower);
	follower_free(follower);
	published_free(published);
}

/* ---- results ---- */

static int instant_order(const void *a, const void *b)
{
	instant one = *(const instant *)a, other = *(const instant *)b;

	return one < other ? -1 : one > other;
}

static double seconds(instant time)
{
	return (double)time / (double)INSTANT_SECOND;
}

static double median(struct measure *measure)
{
	qsort(measure->wall, measure->count, sizeof(*measure->wall), instant_order);
	return seconds(measure->wall[measure->count / 2]);
}

static void measure_all(const char *folder, unsigned rounds)
{
	static struct measure raw, index, written, resumed;
	char uri[200], identity[200], password[300], kept[300];
	struct session_options given = {.tls = SESSION_TLS_NONE, .uris = {uri}, .bind_dn = identity,
	                                .password_file = password};
	struct session_options *options;

	read_variable(folder, "URI", uri, sizeof(uri));
	read_variable(folder, "GATEWAY", identity, sizeof(identity));
	snprintf(password, sizeof(password), "%s/password", folder);
	snprintf(kept, sizeof(kept), "%s/kept", folder);
	run("mkdir -m 0700 %s", kept);
	options = session_options_copy(&given);
	read_raw(options, &raw); /* the server's caches are cold only once */
	raw.count = 0;
	for (unsigned i = 0; i < rounds; i++) {
		read_raw(options, &raw);
		read_index(options, NULL, false, &index);
		read_index(options, kept, false, &written);
		read_index(options, kept, true, &resumed);
		printf("round %u: thrown away %.3f s (CPU %.3f s), index %.3f s (CPU %.3f s), kept as well %.3f s, resumed %.3f s "
		       "(CPU %.3f s)\n", i + 1, seconds(raw.wall[i]), seconds(raw.cpu[i]), seconds(index.wall[i]),
		       seconds(index.cpu[i]), seconds(written.wall[i]), seconds(resumed.wall[i]), seconds(resumed.cpu[i]));
	}
	session_options_free(options);
	if (raw.entries != index.entries || raw.entries != resumed.entries)
		fail("they did not read the same number of entries");
	printf("entries: %zu\nthrown away: %.3f s\nindex: %.3f s\nratio: %.2f\nkept as well: %.3f s\nresumed: %.3f s\n", raw.entries, median(&raw),
	       median(&index), median(&index) / median(&raw), median(&written), median(&resumed));
}

int main(int count, char **arguments)
{
	unsigned numbers[4] = {100000, 10000, 50, 5};
	char folder[] = "/tmp/bench_load.XXXXXX", path[100];

	for (int i = 1; i < count && i <= 4; i++)
		numbers[i - 1] = (unsigned)strtoul(arguments[i], NULL, 10);
	if (numbers[3] < 1 || numbers[3] > ROUNDS_MAX || numbers[0] < 1 || !mkdtemp(folder))
		fail("see the head of the source");
	snprintf(path, sizeof(path), "%s/data.ldif", folder);
	write_directory(path, numbers[0], numbers[1], numbers[2]);
	run("tests/servers/slapd.sh start %s -b o=acme -l %s >/dev/null", folder, path);
	run("umask 077; . %s/env; echo \"$SERVER_PASSWORD\" >%s/password", folder, folder);
	measure_all(folder, numbers[3]);
	run("tests/servers/slapd.sh stop %s", folder);
	run("rm -r %s", folder);
	return 0;
}
