/* watch: what changes, as it happens. */
#include "cli/commands.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"

#define PAUSE_MS    200  /* how soon an interrupt is seen */
#define ASK_MS      1000 /* how often a gateway is asked */
#define ANSWERS_MAX 1048576 /* octets */

/* ---- the end ---- */

/* From now on, in this thread and those that it makes, an interrupt waits until it is asked for. */
static void interrupts_hold(sigset_t *set, sigset_t *before)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, set, before);
}

static bool interrupted(const sigset_t *set, unsigned milliseconds)
{
	const struct timespec limit = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};

	return sigtimedwait(set, NULL, &limit) > 0;
}

/* ---- events ---- */

static const struct look {
	const char *change;
	enum style style;
} looks[] = {
	{"added", STYLE_GOOD},
	{"removed", STYLE_BAD},
	{"changed", STYLE_PLAIN},
	{"renamed", STYLE_PLAIN},
};

static enum style style_of(const char *change)
{
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (strcmp(looks[i].change, change) == 0)
			return looks[i].style;
	return STYLE_PLAIN;
}

/* "09:41:02Z" of "2026-11-21T09:41:02.123Z". */
static void print_time(const char *time, struct printer *out)
{
	printer_print(out, STYLE_DIM, "%.8sZ  ", strlen(time) > 19 ? time + 11 : time);
}

static void print_source(const struct dirgate_event *event, struct printer *out)
{
	bool good = strcmp(event->state, "following") == 0, bad = strcmp(event->state, "loading") != 0;

	printer_print(out, STYLE_PLAIN, "%-8s ", "source");
	printer_print(out, good ? STYLE_GOOD : bad ? STYLE_BAD : STYLE_DOUBT, "%s", event->state);
	printer_print(out, STYLE_PLAIN, " %s%s%s\n", event->source, event->message ? ": " : "",
	              event->message ? event->message : "");
}

static void print_entry(const struct dirgate_event *event, struct printer *out)
{
	printer_print(out, style_of(event->change), "%-8s ", event->change);
	printer_print(out, STYLE_PLAIN, "%s  %s", event->kinds[0] != '\0' ? event->kinds : "entry", event->dn);
	if (event->old_dn)
		printer_print(out, STYLE_DIM, "  (was %s)", event->old_dn);
	printer_print(out, STYLE_PLAIN, "\n");
}

static void print_index(const struct dirgate_event *event, bool first, struct printer *out)
{
	printer_print(out, STYLE_DIM, "%-8s %zu entr%s %s%s%s\n", "index", event->entries, event->entries == 1 ? "y" : "ies",
	              first ? "to begin with" : "changed", event->token[0] != '\0' ? "; token " : "", event->token);
}

static void print_event(const struct dirgate_event *event, bool first, struct printer *out)
{
	print_time(event->time, out);
	if (strcmp(event->event, "source") == 0)
		print_source(event, out);
	else if (strcmp(event->event, "entry") == 0)
		print_entry(event, out);
	else
		print_index(event, first, out);
}

static enum exit_status watch_changes(const struct command_line *line, const sigset_t *interrupts, struct printer *out,
                                      char **why)
{
	struct dirgate_watch *watch = dirgate_watch_open(line->directory.uri ? &line->directory : NULL,
	                                                 line->ldif_count > 0 ? line->ldif : NULL, NULL, why);
	const struct dirgate_event *event;
	int states = 0; /* of the index; the first is no change */
	bool stop = !watch;

	while (!stop) {
		event = dirgate_watch_next(watch, PAUSE_MS);
		if (event) {
			if (line->json)
				printer_write_line(out, event->json);
			else
				print_event(event, states == 0, out);
			states += event->token && (states == 0 || event->entries > 0);
			fflush(out->file);
		}
		stop = ferror(out->file) || (line->changes > 0 && states > line->changes) || interrupted(interrupts, 0);
	}
	dirgate_watch_close(watch);
	return !watch ? STATUS_FAILURE : states > line->changes ? STATUS_YES : STATUS_NO;
}

/* ---- a gateway ---- */

struct asking {
	bool json;
	struct text answers;
};

static int note_finding(void *context, const struct dirgate_probe_finding *finding)
{
	struct asking *asking = context;

	if (asking->json)
		text_print(&asking->answers, "%s\n", finding->json);
	else
		text_print(&asking->answers, "source   %s%s%s: %s\n", finding->check, finding->server[0] != '\0' ? " " : "",
		           finding->server, finding->found);
	return 0;
}

static void print_answers(const struct asking *asking, struct printer *out)
{
	char clock[16];
	struct tm broken;
	time_t now = time(NULL);

	if (!asking->json && gmtime_r(&now, &broken) && strftime(clock, sizeof(clock), "%H:%M:%SZ", &broken) > 0)
		printer_print(out, STYLE_DIM, "%s\n", clock);
	printer_print(out, STYLE_PLAIN, "%s", text_string(&asking->answers));
	fflush(out->file);
}

static enum exit_status watch_gateway(const struct command_line *line, const sigset_t *interrupts, struct printer *out,
                                      char **why)
{
	struct asking asking = {.json = line->json};
	char *last = NULL;
	int states = 0, result = 0;

	text_init(&asking.answers, ANSWERS_MAX);
	if (!line->json)
		printer_print(out, STYLE_DIM, "The states of the gateway's sources; changes of entries are seen with -H\n");
	do {
		text_reset(&asking.answers);
		result = dirgate_probe_gateway(line->url, note_finding, &asking, why);
		if (result == 0 && (!last || strcmp(last, text_string(&asking.answers)) != 0)) {
			print_answers(&asking, out);
			free(last);
			last = memory_string(text_string(&asking.answers));
			states++;
		}
	} while (result == 0 && !ferror(out->file) && !(line->changes > 0 && states > line->changes) &&
	         !interrupted(interrupts, ASK_MS));
	text_release(&asking.answers);
	free(last);
	return result != 0 ? STATUS_FAILURE : states > line->changes ? STATUS_YES : STATUS_NO;
}

enum exit_status command_watch(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	sigset_t interrupts, before;
	enum exit_status status;

	(void)gate;
	interrupts_hold(&interrupts, &before);
	status = line->url ? watch_gateway(line, &interrupts, out, why) : watch_changes(line, &interrupts, out, why);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return status;
}
