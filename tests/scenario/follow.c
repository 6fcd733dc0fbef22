/* Follows directories and answers on standard input, for the scenarios beside it:
 *   follow [-H URI -b BASE [-D DN -y PASSWORDFILE] [-Z] [-C CAFILE] [-X MECH] [-r RECONCILE_S] [-t ANSWER_MS]
 *          [-c CONNECT_MS] [-B BEHIND_LIMIT_MS] [-P] [-K dirsync|poll|auto [-i INTERVAL_MS] [-I IDS_MS] [-o OVERLAP_MS]]]...
 *          [-l LDIF]... [-S]
 * Each -H begins a source "s0", "s1", …; each -l too.  -Z: StartTLS; -P: people and groups only; -K: the kind, content-sync
 * if it is not said.
 * One line is one command, one line its answer (dump: many, the last is "."):
 *   complete MS         wait for the first publication
 *   wait TOKEN          at most 5 s
 *   until MS WORDS      until the line that "state" answers has these words
 *   state               source after source: name, state, counters
 *   error I             of source I: the error, then the warning
 *   kind I              of source I
 *   age                 of what is published, in milliseconds
 *   prove MS            wait until what is published was equal to the sources at some moment after this
 *   token               the snapshot token
 *   entry DN            "entry", "node" (only referred to) or "nothing"
 *   dump                everything in the index, sorted
 *   digest              of that dump
 *   seen                with -S: the digests of all that was published since it was asked last, each once
 *   latency N DN        N changes of the description of DN: median, 99th percentile and maximum of the microseconds from
 *                       the server's answer to the change being published
 *   reload */
#include <errno.h>
#include <inttypes.h>
#include <ldap.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/text.h"
#include "directory/auto_source.h"
#include "directory/content_sync/content_sync.h"
#include "directory/dirsync/dirsync.h"
#include "directory/follower/follower.h"
#include "directory/ldif/ldif_source.h"
#include "directory/poll/poll.h"

#define MILLISECOND (INSTANT_SECOND / 1000)
#define TEXT_MAX    ((size_t)256 * 1024 * 1024)
#define SEEN_MAX    4096 /* different states between two questions */

struct program {
	struct follower *follower;
	struct published *published;
	struct session_options session; /* of the source being described, and of "latency" */
	struct content_sync_options sync;
	struct poll_options poll;
	const char *kind; /* NULL: content-sync */
	char uris[500];
	bool describing; /* a source of which more options may follow */
	size_t sources;
	bool noting;     /* every state that is published */
	pthread_mutex_t seen_lock;
	uint64_t seen[SEEN_MAX];
	size_t seen_count;
};

static void fail(const char *words)
{
	fprintf(stderr, "follow: %s\n", words);
	exit(1);
}

/* ---- sources ---- */

static void add_source(struct program *program, struct source *source, struct error *why)
{
	if (!source || follower_add(program->follower, source, true, why) < 0)
		fail(why->text);
	program->sources++;
}

static struct source *server_source(struct program *program, struct error *why)
{
	const struct content_sync_options *sync = &program->sync;
	const char *kind = program->kind ? program->kind : "content-sync";
	const struct dirsync_options dirsync = {.server = sync->server, .interval_ms = program->poll.interval_ms};

	program->poll.server = sync->server;
	if (strcmp(kind, "auto") == 0) {
		const struct auto_kinds kinds = {.content_sync = content_sync_new(sync, why),
		                                 .dirsync = dirsync_new(&dirsync, why),
		                                 .poll = poll_new(&program->poll, why)};

		return auto_source_new(&sync->server, &kinds, why);
	}
	if (strcmp(kind, "dirsync") == 0)
		return dirsync_new(&dirsync, why);
	return strcmp(kind, "poll") == 0 ? poll_new(&program->poll, why) : content_sync_new(sync, why);
}

/* Ends the description of a source that -H began. */
static void add_sync(struct program *program)
{
	char name[16];
	struct error why;

	if (!program->describing)
		return;
	program->describing = false;
	snprintf(name, sizeof(name), "s%zu", program->sources);
	program->sync.server.name = name;
	program->sync.server.session = &program->session;
	add_source(program, server_source(program, &why), &why);
}

static void add_ldif(struct program *program, const char *path)
{
	char name[16];
	struct ldif_source_options options = {.name = name, .paths = {path}, .watch_ms = 50};
	struct error why;

	add_sync(program);
	snprintf(name, sizeof(name), "s%zu", program->sources);
	add_source(program, ldif_source_new(&options, &why), &why);
}

static void begin_sync(struct program *program, const char *uris)
{
	char *rest = program->uris;

	add_sync(program);
	snprintf(program->uris, sizeof(program->uris), "%s", uris);
	program->describing = true;
	program->session = (struct session_options){.tls = SESSION_TLS_NONE};
	program->sync = (struct content_sync_options){.heartbeat_ms = 200, .heartbeat_limit_ms = 1000};
	program->poll = (struct poll_options){.interval_ms = 200, .overlap_ms = 1000, .ids_ms = 500};
	program->kind = NULL;
	for (size_t i = 0; rest && i < SESSION_URIS_MAX; i++)
		program->session.uris[i] = strsep(&rest, " ");
}

static void read_options(struct program *program, int count, char **arguments)
{
	int option;

	while ((option = getopt(count, arguments, "H:b:D:y:ZC:X:r:A:t:c:B:Pl:SK:i:I:o:")) != -1) {
		switch (option) {
		case 'H': begin_sync(program, optarg); break;
		case 'b': program->sync.server.base = optarg; break;
		case 'D': program->session.bind_dn = optarg; break;
		case 'y': program->session.password_file = optarg; break;
		case 'Z': program->session.tls = SESSION_TLS_DEMAND; break;
		case 'C': program->session.ca_file = optarg; break;
		case 'X': program->session.mechanism = optarg; break;
		case 'r': program->sync.server.reconcile_s = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'A': program->sync.server.connection_age_s = (unsigned)strtoul(optarg, NULL, 10); break;
		case 't': program->session.answer_ms = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'c': program->session.connect_ms = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'B': program->sync.server.behind_limit_ms = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'P': program->sync.server.without_policy = true; break;
		case 'K': program->kind = optarg; break;
		case 'i': program->poll.interval_ms = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'I': program->poll.ids_ms = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'o': program->poll.overlap_ms = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'l': add_ldif(program, optarg); break;
		case 'S': program->noting = true; break;
		default: fail("unknown option");
		}
	}
	add_sync(program);
}

/* ---- the dump ---- */

struct lines {
	char **items;
	size_t count, capacity;
};

static void lines_add(struct lines *lines, struct text *line)
{
	if (lines->count == lines->capacity) {
		lines->capacity = lines->capacity > 0 ? lines->capacity * 2 : 1024;
		lines->items = memory_resize(lines->items, lines->capacity, sizeof(*lines->items));
	}
	lines->items[lines->count++] = memory_string(text_string(line));
	text_reset(line);
}

static int line_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void dump_attributes(const struct snapshot *snapshot, const struct entry *entry, const char *dn,
                            struct lines *lines, struct text *line)
{
	for (uint32_t i = 0; i < entry->attribute_count; i++) {
		const struct entry_attribute *attribute = &entry->attributes[i];

		for (uint32_t k = 0; k < attribute->count && attribute->values; k++) {
			text_print(line, "%s|%s=%s", dn, attribute->name, attribute->values[k].text ? attribute->values[k].text : "?");
			lines_add(lines, line);
		}
		for (uint32_t k = 0; k < attribute->node_count; k++) {
			text_print(line, "%s|%s->", dn, attribute->name);
			snapshot_print_normal_dn(snapshot, attribute->nodes[k], line);
			lines_add(lines, line);
		}
	}
}

static void dump_relations(const struct snapshot *snapshot, node_id node, const char *dn, struct lines *lines,
                           struct text *line)
{
	struct relation_cursor cursor;
	node_id to;

	for (int relation = RELATION_MEMBER_OF; relation < RELATION_KIND; relation++) {
		snapshot_relation(snapshot, (enum relation)relation, node, &cursor);
		while (relation_next(&cursor, &to)) {
			text_print(line, "%s|relation %d: ", dn, relation);
			snapshot_print_normal_dn(snapshot, to, line);
			lines_add(lines, line);
		}
	}
}

static void dump_below(const struct snapshot *snapshot, node_id parent, struct lines *lines, struct text *line)
{
	struct relation_cursor cursor;
	struct text dn;
	node_id node;

	snapshot_relation(snapshot, RELATION_CHILD, parent, &cursor);
	while (relation_next(&cursor, &node)) {
		const struct entry *entry = snapshot_entry(snapshot, node);

		text_init(&dn, TEXT_MAX);
		snapshot_print_normal_dn(snapshot, node, &dn);
		if (entry)
			text_print(line, "%s|kinds %x key %s rdn %s id %s", text_string(&dn), entry->kinds, entry->key, entry->rdn,
			           entry->id ? entry->id : "-");
		else
			text_print(line, "%s|no entry", text_string(&dn));
		lines_add(lines, line);
		if (entry)
			dump_attributes(snapshot, entry, text_string(&dn), lines, line);
		dump_relations(snapshot, node, text_string(&dn), lines, line);
		text_release(&dn);
		dump_below(snapshot, node, lines, line);
	}
}

/* Everything in the snapshot (NULL: nothing), sorted; to be released. */
static void lines_make(const struct snapshot *snapshot, struct lines *lines)
{
	struct text line;

	*lines = (struct lines){0};
	text_init(&line, TEXT_MAX);
	if (snapshot)
		dump_below(snapshot, NODE_NONE, lines, &line);
	if (lines->count > 0)
		qsort(lines->items, lines->count, sizeof(*lines->items), line_order);
	text_release(&line);
}

static void lines_release(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->items[i]);
	free(lines->items);
}

static void dump(struct program *program)
{
	const struct snapshot *snapshot = published_acquire(program->published);
	struct lines lines;

	lines_make(snapshot, &lines);
	for (size_t i = 0; i < lines.count; i++)
		puts(lines.items[i]);
	lines_release(&lines);
	snapshot_drop(snapshot);
	puts(".");
}

/* ---- what was published ---- */

static uint64_t digest_of(const struct snapshot *snapshot)
{
	struct lines lines;
	uint64_t digest = 0;

	lines_make(snapshot, &lines);
	for (size_t i = 0; i < lines.count; i++)
		digest = XXH64(lines.items[i], strlen(lines.items[i]), digest);
	lines_release(&lines);
	return digest;
}

/* Called for every publication. */
static void note(void *context, const struct snapshot *before, const struct snapshot *after, const char *token)
{
	struct program *program = context;
	uint64_t digest;
	size_t i = 0;

	(void)before;
	(void)token;
	if (!program->noting)
		return;
	digest = digest_of(after);
	pthread_mutex_lock(&program->seen_lock);
	while (i < program->seen_count && program->seen[i] != digest)
		i++;
	if (i == SEEN_MAX)
		fail("too many states");
	program->seen[i] = digest;
	program->seen_count += i == program->seen_count;
	pthread_mutex_unlock(&program->seen_lock);
}

static void do_digest(struct program *program, char *rest)
{
	const struct snapshot *snapshot = published_acquire(program->published);

	(void)rest;
	printf("%016" PRIx64 "\n", digest_of(snapshot));
	snapshot_drop(snapshot);
}

static void do_seen(struct program *program, char *rest)
{
	(void)rest;
	pthread_mutex_lock(&program->seen_lock);
	for (size_t i = 0; i < program->seen_count; i++)
		printf("%s%016" PRIx64, i > 0 ? " " : "", program->seen[i]);
	program->seen_count = 0;
	pthread_mutex_unlock(&program->seen_lock);
	putchar('\n');
}

/* ---- latency ---- */

/* Changes the description; the entryCSN of the change is copied to `csn`. */
static int change_once(LDAP *ldap, const char *dn, int number, char csn[64])
{
	char text[32], *values[] = {text, NULL}, type[] = "description", oid[] = LDAP_CONTROL_POST_READ;
	LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE, .mod_type = type, .mod_values = values}, *mods[] = {&mod, NULL};
	LDAPControl control = {.ldctl_oid = oid, .ldctl_iscritical = 1}, *asked[] = {&control, NULL}, **answered = NULL;
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	LDAPMessage *message = NULL;
	int id, code = -1;
	struct berval value;

	snprintf(text, sizeof(text), "change %d", number);
	ber_printf(ber, "{s}", "entryCSN");
	ber_flatten2(ber, &control.ldctl_value, 0);
	if (ldap_modify_ext(ldap, dn, mods, asked, NULL, &id) == LDAP_SUCCESS &&
	    ldap_result(ldap, id, LDAP_MSG_ALL, NULL, &message) > 0)
		ldap_parse_result(ldap, message, &code, NULL, NULL, NULL, &answered, 1);
	ber_free(ber, 1);
	if (code != LDAP_SUCCESS || !answered || !(ber = ber_init(&answered[0]->ldctl_value)))
		return -1;
	if (ber_scanf(ber, "{x{{x[m]", &value) != LBER_ERROR)
		snprintf(csn, 64, "%.*s", (int)value.bv_len, value.bv_val);
	ber_free(ber, 1);
	ldap_controls_free(answered);
	return 0;
}

static int time_order(const void *a, const void *b)
{
	instant one = *(const instant *)a, other = *(const instant *)b;

	return one < other ? -1 : one > other;
}

static void latency(struct program *program, const char *count_text, const char *dn)
{
	int count = (int)strtol(count_text, NULL, 10), done = 0;
	instant *times = memory_array((size_t)count, sizeof(*times));
	struct session *session;
	struct error why = {""};
	char csn[64] = "";

	if (session_open_at(&program->session, 0, &session, &why) < 0)
		fail(why.text);
	while (done < count && change_once(session_ldap(session), dn, done, csn) == 0) {
		instant begun = clock_monotonic();

		if (follower_wait(program->follower, csn, begun + 5 * INSTANT_SECOND, &why) != 0)
			break;
		times[done++] = clock_monotonic() - begun;
	}
	qsort(times, (size_t)done, sizeof(*times), time_order);
	if (done == count)
		printf("%lld %lld %lld\n", (long long)times[count / 2] / 1000, (long long)times[count * 99 / 100] / 1000,
		       (long long)times[count - 1] / 1000);
	else
		printf("failed after %d: %s\n", done, why.text);
	session_close(session);
	free(times);
}

/* ---- commands ---- */

static void print_state(struct program *program, struct text *line)
{
	struct follower_state state;
	struct source_status status;

	follower_state(program->follower, &state);
	text_print(line, "%s", state.complete ? "complete" : "incomplete");
	for (size_t i = 0; i < program->sources; i++) {
		follower_source(program->follower, i, &status);
		text_print(line, " %s:%s entries=%llu changes=%llu loads=%llu reconnects=%llu references=%llu held_back=%llu "
		           "repaired=%llu rejected=%llu behind=%llu went_back=%llu server=%s", status.name, source_state_name(status.state),
		           (unsigned long long)status.counters.entries, (unsigned long long)status.counters.changes,
		           (unsigned long long)status.counters.loads, (unsigned long long)status.counters.reconnects,
		           (unsigned long long)status.counters.references, (unsigned long long)status.counters.held_back,
		           (unsigned long long)status.counters.repaired, (unsigned long long)status.counters.rejected,
		           (unsigned long long)status.counters.behind, (unsigned long long)status.counters.went_back, status.server);
	}
}

static void until(struct program *program, const char *milliseconds, const char *words)
{
	instant deadline = clock_monotonic() + strtol(milliseconds, NULL, 10) * MILLISECOND;
	struct text line;
	bool found = false;

	text_init(&line, 10000);
	while (!found) {
		text_reset(&line);
		print_state(program, &line);
		found = strstr(text_string(&line), words) != NULL;
		if (!found && clock_monotonic() > deadline)
			break;
		if (!found)
			poll(NULL, 0, 10);
	}
	printf("%s%s\n", found ? "" : "not yet: ", found ? "ok" : text_string(&line));
	text_release(&line);
}

static void do_complete(struct program *program, char *rest)
{
	struct error why;
	instant deadline = clock_monotonic() + strtol(rest, NULL, 10) * MILLISECOND;

	puts(follower_wait_complete(program->follower, deadline, &why) == 0 ? "ok" : why.text);
}

static void do_wait(struct program *program, char *rest)
{
	struct error why;

	puts(follower_wait(program->follower, rest, clock_monotonic() + 5 * INSTANT_SECOND, &why) == 0 ? "reached" : why.text);
}

static void do_until(struct program *program, char *rest)
{
	const char *milliseconds = strsep(&rest, " ");

	until(program, milliseconds, rest);
}

static void do_prove(struct program *program, char *rest)
{
	instant begun = clock_monotonic(), deadline = begun + strtol(rest, NULL, 10) * MILLISECOND;
	struct follower_state state;

	do {
		poll(NULL, 0, 5);
		follower_state(program->follower, &state);
	} while (state.proven_at < begun && clock_monotonic() < deadline);
	puts(state.proven_at < begun ? "not yet" : "ok");
}

static void do_state(struct program *program, char *rest)
{
	struct text line;

	(void)rest;
	text_init(&line, 10000);
	print_state(program, &line);
	puts(text_string(&line));
	text_release(&line);
}

static void do_error(struct program *program, char *rest)
{
	struct source_status status;

	follower_source(program->follower, (size_t)strtoul(rest, NULL, 10), &status);
	printf("%s || %s\n", status.error.text, status.warning.text);
}

static void do_kind(struct program *program, char *rest)
{
	struct source_status status;

	follower_source(program->follower, (size_t)strtoul(rest, NULL, 10), &status);
	puts(status.kind);
}

static void do_age(struct program *program, char *rest)
{
	struct follower_state state;

	(void)rest;
	follower_state(program->follower, &state);
	printf("%lld\n", (long long)((clock_monotonic() - state.proven_at) / MILLISECOND));
}

static void do_token(struct program *program, char *rest)
{
	char token[FOLLOWER_TOKEN_MAX];
	struct follower_state state;

	(void)rest;
	snapshot_drop(follower_acquire(program->follower, &state, token));
	puts(token);
}

static void do_entry(struct program *program, char *rest)
{
	const struct snapshot *snapshot = published_acquire(program->published);
	node_id node = snapshot ? snapshot_find_dn(snapshot, rest) : NODE_NONE;

	puts(node == NODE_NONE ? "nothing" : snapshot_entry(snapshot, node) ? "entry" : "node");
	snapshot_drop(snapshot);
}

static void do_dump(struct program *program, char *rest)
{
	(void)rest;
	dump(program);
}

static void do_latency(struct program *program, char *rest)
{
	const char *count = strsep(&rest, " ");

	latency(program, count, rest);
}

static void do_reload(struct program *program, char *rest)
{
	(void)rest;
	follower_reload(program->follower);
	puts("ok");
}

static const struct command {
	const char *name;
	void (*function)(struct program *program, char *rest);
} commands[] = {
	{"complete", do_complete}, {"wait", do_wait},   {"until", do_until}, {"state", do_state},
	{"error", do_error},       {"age", do_age},     {"token", do_token}, {"entry", do_entry},
	{"prove", do_prove},       {"kind", do_kind},
	{"dump", do_dump},         {"latency", do_latency}, {"reload", do_reload},
	{"digest", do_digest},     {"seen", do_seen},
};

static void answer(struct program *program, const char *name, char *rest)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			commands[i].function(program, rest);
	fflush(stdout);
}

int main(int count, char **arguments)
{
	struct program program = {.published = published_new(), .seen_lock = PTHREAD_MUTEX_INITIALIZER};
	const struct follower_options options = {.published = program.published, .changed = note, .context = &program};
	struct error why;
	char *line = NULL;
	size_t size = 0;

	log_set_level(LOG_LEVEL_INFO);
	program.follower = follower_new(&options);
	read_options(&program, count, arguments);
	if (follower_start(program.follower, &why) < 0)
		fail(why.text);
	while (getline(&line, &size, stdin) > 0) {
		char *rest = line, *command;

		line[strcspn(line, "\n")] = '\0';
		command = strsep(&rest, " ");
		answer(&program, command, rest ? rest : command + strlen(command));
	}
	free(line);
	follower_free(program.follower);
	published_free(program.published);
	process_end(0);
}
