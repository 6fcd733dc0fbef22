#include "daemon/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "daemon/gateway.h"
#include "daemon/greeting.h"
#include "daemon/listeners.h"
#include "daemon/service.h"

#define LOOK_SOON_MS 50   /* between two looks at an index that is being read */
#define LOOK_MS      1000 /* … at one that is followed */
#define READY_WAIT   (30 * INSTANT_SECOND) /* a service whose directory is down is ready after that, and says why not */
#define RENEWAL_MAX  (600 * INSTANT_SECOND) /* a new index that is not whole by then is given up */
#define GREETING_MAX 8192

/* A site that went out of force, until the last request that began with it has ended. */
struct leaving {
	struct site *site;
	struct leaving *next;
};

struct run {
	const struct flags *flags;
	struct gateway *gateway;
	struct http_backend backend;
	struct server_options listen;
	struct server *server;
	struct leaving *leaving;
	struct site *next; /* being read beside the one in force; NULL: none */
	instant next_began;
	instant began; /* clock_monotonic, as all times here */
	bool ready;
	enum reason freshness; /* as it was told last */
	int signals;           /* descriptor */
	bool stopping;
	int status;
};

/* ---- starting ---- */

static int block_signals(struct error *why)
{
	sigset_t signals;
	int descriptor;

	/* Before any thread is made, so that all of them leave signals to the descriptor. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return descriptor >= 0 ? descriptor : error_set(why, -errno, "signals: %s", strerror(errno));
}

static int start(struct run *run, struct config *config, struct error *why)
{
	struct site *site;
	int result;

	log_set_level((enum log_level)config->settings.log_level);
	run->signals = block_signals(why);
	if (run->signals < 0) {
		config_free(config);
		return run->signals;
	}
	run->gateway = gateway_new();
	gateway_backend(run->gateway, &run->backend);
	site = site_new(config, SITE_RESUMED, gateway_watcher(run->gateway), why);
	if (!site)
		return -EINVAL;
	gateway_exchange(run->gateway, site);
	result = listeners_options(site_settings(site), &run->listen, why);
	return result < 0 ? result : server_start(&run->server, &run->listen, &run->backend, why);
}

/* ---- another site in force ---- */

static void put_in_force(struct run *run, struct site *site)
{
	struct leaving *leaving = memory_alloc(sizeof(*leaving));

	log_set_level((enum log_level)site_settings(site)->log_level);
	*leaving = (struct leaving){gateway_exchange(run->gateway, site), run->leaving};
	run->leaving = leaving;
	log_event(LOG_LEVEL_INFO, "configuration-in-force", "sources=%zu", site_settings(site)->sources.count);
}

static void free_those_that_left(struct run *run)
{
	for (struct leaving **at = &run->leaving; *at;) {
		struct leaving *leaving = *at;

		if (!site_is_mine(leaving->site)) {
			at = &leaving->next;
			continue;
		}
		*at = leaving->next;
		site_drop(leaving->site);
		free(leaving);
	}
}

static void give_up_next(struct run *run, const char *why)
{
	log_event(LOG_LEVEL_ERROR, "configuration-refused", "why=" LOG_QUOTED " kept=the-old-one", why);
	site_drop(run->next);
	run->next = NULL;
	service_ready();
}

/* The new index is put in force when it is whole; one that cannot be read is given up. */
static void look_at_next(struct run *run)
{
	struct error why;
	int result;

	if (!run->next)
		return;
	result = follower_wait_complete(site_follower(run->next), clock_monotonic(), &why);
	if (result == 0) {
		put_in_force(run, run->next);
		run->next = NULL;
		service_ready();
	} else if (result == FOLLOWER_FAILED) {
		give_up_next(run, why.text);
	} else if (clock_monotonic() - run->next_began > RENEWAL_MAX) {
		give_up_next(run, "its sources were not read in time");
	}
}

/* ---- SIGHUP ---- */

struct changes {
	bool index;
};

static void note_change(void *context, const struct option_row *option)
{
	struct changes *changes = context;

	changes->index |= option->change == CHANGE_INDEX;
	if (option->change == CHANGE_RESTART)
		log_event(LOG_LEVEL_WARNING, "configuration-needs-restart", "setting=%s", option->name);
}

static void log_complaints(const struct complaints *complaints)
{
	const char *line = text_string(&complaints->lines);

	for (size_t length; *line; line += length + (line[length] == '\n')) {
		length = strcspn(line, "\n");
		log_event(LOG_LEVEL_ERROR, "configuration-broken", "why=\"%.*s\" kept=the-old-one", (int)length, line);
	}
}

/* Takes over the configuration. */
static void renew(struct run *run, struct config *config)
{
	struct site *now = gateway_site(run->gateway);
	struct changes changes = {.index = false};
	struct error why;

	options_compare(&options_top, site_settings(now), &config->settings, note_change, &changes);
	if (!changes.index) {
		put_in_force(run, site_renew(now, config));
		follower_reload(site_follower(now));
		service_ready();
		return;
	}
	run->next = site_new(config, SITE_KEPT, gateway_watcher(run->gateway), &why);
	run->next_began = clock_monotonic();
	if (!run->next)
		give_up_next(run, why.text);
}

static void reload(struct run *run)
{
	struct complaints complaints;
	struct config *config;

	service_reloading();
	site_drop(run->next);
	run->next = NULL;
	complaints_init(&complaints);
	config = config_read(run->flags, &complaints);
	if (config) {
		renew(run, config);
	} else {
		log_complaints(&complaints);
		service_ready();
	}
	complaints_release(&complaints);
}

/* ---- looking after the index ---- */

static void greet(const struct run *run, const struct snapshot *snapshot)
{
	struct text url, words;

	if (!isatty(STDERR_FILENO))
		return;
	text_init(&url, 1024);
	text_init(&words, GREETING_MAX);
	listeners_print(&run->listen, run->server, 0, &url);
	greeting_print(gateway_site(run->gateway), snapshot, text_string(&url), &words);
	fputs(text_string(&words), stderr);
	text_release(&words);
	text_release(&url);
}

static void tell_freshness(struct run *run, enum reason freshness, const struct snapshot *snapshot)
{
	struct text counts;

	if (freshness == REASON_NO_GRANT) {
		text_init(&counts, 1000);
		greeting_print_counts(snapshot, &counts);
		log_event(LOG_LEVEL_INFO, "index-fresh", "knows=" LOG_QUOTED, text_string(&counts));
		service_status("%s", text_string(&counts));
		text_release(&counts);
	} else {
		log_event(LOG_LEVEL_ERROR, "index-stale", "reason=%s", reason_code(freshness));
		service_status("cannot decide: %s", reason_code(freshness));
	}
	run->freshness = freshness;
}

/* Files that are broken at the first reading are a mistake to be told at once; a directory that is down comes back. */
static void look_at_broken_files(struct run *run)
{
	struct source_status status;

	if (!site_find_broken_files(gateway_site(run->gateway), &status))
		return;
	log_event(LOG_LEVEL_ERROR, "start-failed", "source=%s why=" LOG_QUOTED, status.name, status.error.text);
	run->stopping = true;
	run->status = 1;
}

static void look_at_index(struct run *run)
{
	struct site *site = gateway_site(run->gateway);
	struct follower_state state;
	const struct snapshot *snapshot = follower_acquire(site_follower(site), &state, NULL);
	enum reason freshness = site_freshness(site, &state);

	if (!state.complete)
		look_at_broken_files(run);
	if (freshness != run->freshness)
		tell_freshness(run, freshness, snapshot);
	if (!run->ready && (state.complete || clock_monotonic() - run->began > READY_WAIT)) {
		run->ready = true;
		service_ready();
		if (snapshot)
			greet(run, snapshot);
	}
	snapshot_drop(snapshot);
}

/* ---- the loop ---- */

static void take_signals(struct run *run)
{
	struct signalfd_siginfo signal;

	while (read(run->signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		log_event(LOG_LEVEL_INFO, "signal", "number=%u", signal.ssi_signo);
		if (signal.ssi_signo == SIGHUP)
			reload(run);
		else
			run->stopping = true;
	}
}

static int wait_ms(const struct run *run)
{
	unsigned watchdog = service_interval();
	unsigned wait = !run->ready || run->next ? LOOK_SOON_MS : LOOK_MS;

	return (int)(watchdog > 0 && watchdog < wait ? watchdog : wait);
}

static void loop(struct run *run)
{
	struct pollfd signals = {.fd = run->signals, .events = POLLIN};

	while (!run->stopping) {
		poll(&signals, 1, wait_ms(run));
		take_signals(run);
		look_at_index(run);
		look_at_next(run);
		free_those_that_left(run);
		service_alive();
	}
}

/* First those who ask, then those who are asked. */
static void stop(struct run *run)
{
	service_stopping();
	server_stop(run->server);
	free_those_that_left(run);
	site_drop(run->next);
	if (run->gateway)
		gateway_free(run->gateway);
	if (run->signals >= 0)
		close(run->signals);
}

static void log_listeners(const struct run *run)
{
	struct text url;

	for (size_t i = 0; i < run->listen.listener_count; i++) {
		text_init(&url, 1024);
		listeners_print(&run->listen, run->server, i, &url);
		log_event(LOG_LEVEL_INFO, "listening", "version=%s at=" LOG_QUOTED, DIRGATE_VERSION, text_string(&url));
		text_release(&url);
	}
}

int run(const struct flags *flags, struct config *config)
{
	struct run run = {.flags = flags, .signals = -1, .began = clock_monotonic(), .freshness = REASON_NOT_LOADED};
	struct error why;

	if (start(&run, config, &why) < 0) {
		log_event(LOG_LEVEL_ERROR, "start-failed", "why=" LOG_QUOTED, why.text);
		run.status = 1;
	} else {
		log_listeners(&run);
		loop(&run);
		log_event(LOG_LEVEL_INFO, "stopping", "status=%d", run.status);
	}
	stop(&run);
	return run.status;
}
