#include "daemon/check.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/log.h"
#include "daemon/greeting.h"
#include "daemon/listeners.h"
#include "daemon/site.h"
#include "decide/lint/lint.h"

#define READING_MAX (120 * INSTANT_SECOND)
#define LOOK_MS     20

#define ERRORS_SHOWN   20    /* of lint */
#define ERROR_LINE_MAX 65536 /* octets */

static void say(const char *word, const char *what, const char *words)
{
	printf("%-6s %s: %s\n", word, what, words);
}

int check_complaints(const struct complaints *complaints)
{
	const char *line = text_string(&complaints->lines);

	for (size_t length; *line; line += length + (line[length] == '\n')) {
		length = strcspn(line, "\n");
		printf("%-6s %.*s\n", "wrong", (int)length, line);
	}
	return 1;
}

/* ---- listeners ---- */

static bool check_listener(const struct listener_options *options)
{
	const char *name = options->address ? options->address : "a socket of systemd";
	struct listener listener = {.fd = -1};
	struct error why;
	int result = listener_open(options, &listener, &why);
	bool good = result == 0 && listener.local;

	if (result == -EADDRINUSE) {
		say("note", "listen", why.text);
		good = true;
	} else if (result < 0) {
		say("wrong", "listen", why.text);
	} else if (!listener.local) {
		error_set(&why, -EPERM, "%s can be reached by other machines: use a loopback address and put a proxy before it",
		          name);
		say("wrong", "listen", why.text);
	} else {
		say("ok", "listen", name);
	}
	listener_release(&listener);
	return good;
}

static bool check_listeners(const struct settings *settings)
{
	struct server_options options;
	struct error why;
	bool good = true;

	if (listeners_options(settings, &options, &why) < 0) {
		say("wrong", "listen", why.text);
		return false;
	}
	for (size_t i = 0; i < options.listener_count; i++)
		good = check_listener(&options.listeners[i]) && good;
	return good;
}

/* ---- sources ---- */

/* Waits until each source was read whole, or could not be, and what was read is published. */
static void wait_for_sources(const struct site *site)
{
	struct follower *follower = site_follower(site);
	instant deadline = clock_monotonic() + READING_MAX;
	struct source_status status;
	struct follower_state state;
	bool waiting = true;

	while (waiting && clock_monotonic() < deadline) {
		bool failed = false;

		poll(NULL, 0, LOOK_MS);
		follower_state(follower, &state);
		waiting = false;
		for (size_t i = 0; i < follower_count(follower); i++) {
			follower_source(follower, i, &status);
			waiting |= !status.loaded && status.state != SOURCE_FAILED;
			failed |= status.required && status.state == SOURCE_FAILED;
		}
		waiting |= !failed && !state.complete;
	}
}

static bool check_source(const struct source_status *status)
{
	struct text what;

	text_init(&what, 2 * ERROR_TEXT_MAX);
	text_print(&what, "source %s", status->name);
	if (status->loaded)
		printf("%-6s %s: %llu entries from %s\n", "ok", text_string(&what), (unsigned long long)status->counters.entries,
		       status->server);
	else
		say(status->required ? "wrong" : "note", text_string(&what),
		    status->error.text[0] != '\0' ? status->error.text : "not read in time");
	if (status->warning.text[0] != '\0')
		say("note", text_string(&what), status->warning.text);
	text_release(&what);
	return status->loaded || !status->required;
}

static void check_counts(const struct snapshot *snapshot)
{
	struct text counts;

	text_init(&counts, 1000);
	greeting_print_counts(snapshot, &counts);
	say("ok", "index", text_string(&counts));
	if (snapshot_count(snapshot, KIND_PERSON) == 0)
		say("note", "index", "nobody is in it: does person_filter match, and may the gateway read people?");
	if (snapshot_count(snapshot, KIND_ORGANIZATION) == 0)
		say("note", "index", "no dgOrganization is in it: nothing will be allowed");
	text_release(&counts);
}

/* ---- lint ---- */

/* What of lint is told here; none of it keeps a gateway from starting. */
struct findings {
	const struct snapshot *snapshot;
	size_t counts[SEVERITY_NOTE + 1];
};

/* Texts of a directory may hold anything, what a terminal obeys included. */
static void make_plain(struct text *text)
{
	for (size_t i = 0; i < text->length; i++)
		if ((unsigned char)text->octets[i] < ' ' || text->octets[i] == 0x7F)
			text->octets[i] = '?';
}

static void take_finding(void *context, const struct finding *finding)
{
	const struct problem_info *info = problem_info(finding->problem.code);
	struct findings *findings = context;
	struct text line;

	if (findings->counts[info->severity]++ >= ERRORS_SHOWN || info->severity != SEVERITY_ERROR)
		return;
	text_init(&line, ERROR_LINE_MAX);
	snapshot_print_dn(findings->snapshot, finding->entry, &line);
	text_print(&line, ": %s%s%s", info->code, finding->problem.attribute ? " in " : "",
	           finding->problem.attribute ? finding->problem.attribute : "");
	make_plain(&line);
	say("note", "lint", text_string(&line));
	text_release(&line);
}

static void check_data(const struct snapshot *snapshot)
{
	struct findings findings = {.snapshot = snapshot};
	struct text counts;

	lint(snapshot, clock_now(), take_finding, &findings);
	text_init(&counts, 1000);
	for (enum severity severity = SEVERITY_ERROR; severity <= SEVERITY_NOTE; severity++)
		text_print(&counts, "%s%zu %s%s", severity > SEVERITY_ERROR ? ", " : "", findings.counts[severity],
		           severity_name(severity), findings.counts[severity] == 1 ? "" : "s");
	if (findings.counts[SEVERITY_ERROR] > 0)
		text_append(&counts, "; dirgate lint says what they mean, and what to do");
	say(findings.counts[SEVERITY_ERROR] > 0 ? "note" : "ok", "lint", text_string(&counts));
	text_release(&counts);
}

/* ---- all sources ---- */

static bool check_sources(const struct site *site)
{
	struct follower *follower = site_follower(site);
	const struct snapshot *snapshot;
	struct source_status status;
	struct follower_state state;
	bool good = true;

	wait_for_sources(site);
	for (size_t i = 0; i < follower_count(follower); i++) {
		follower_source(follower, i, &status);
		good = check_source(&status) && good;
	}
	snapshot = follower_acquire(follower, &state, NULL);
	if (snapshot) {
		check_counts(snapshot);
		check_data(snapshot);
	} else {
		say("wrong", "index", "nothing can be decided: not all sources were read");
	}
	snapshot_drop(snapshot);
	return good && state.complete;
}

int check(struct config *config)
{
	struct error why;
	struct site *site;
	bool good;

	/* What goes wrong is said here, once. */
	log_set_level(LOG_LEVEL_ERROR);
	say("ok", "configuration", config->file ? config->file : "on the command line");
	good = check_listeners(&config->settings);
	site = site_new(config, SITE_APART, &(struct site_watcher){.progressed = NULL}, &why);
	if (site)
		good = check_sources(site) && good;
	else
		say("wrong", "configuration", why.text);
	site_drop(site);
	return site && good ? 0 : 1;
}
