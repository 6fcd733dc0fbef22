#include "directory/follower/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "directory/follower/journal_file.h"
#include "directory/follower/journal_load.h"
#include "directory/follower/journal_reader.h"

#define MARK_WAIT   INSTANT_SECOND /* between two marks */
#define PAYLOAD_KEPT 4194304       /* octets of memory that are kept for the next block */

struct journal {
	struct journal_options options;
	char name[JOURNAL_NAME_MAX], next_name[JOURNAL_NAME_MAX], ready_name[JOURNAL_NAME_MAX];
	struct journal_head head;
	struct journal_clocks born;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t filled;
	/* Under the lock. */
	struct bundle *first, **last;
	size_t octets;  /* that wait */
	bool skipping;  /* they were too many: nothing is taken until a whole read begins */
	bool overrun;   /* the same, not yet seen by the thread */
	instant proof;  /* clock_monotonic, to be marked behind all that waits; 0: none */
	bool ending;
	enum source_journal state;
	struct error why;

	/* The thread's alone. */
	struct journal_file now;  /* what changes are appended to */
	bool placed;              /* it has its name; else it has `ready_name` and waits for its first mark */
	uint64_t whole;           /* octets of it that its whole read took */
	bool told_long;           /* too_long was called */
	struct journal_file next; /* a whole read that is going on */
	bool mentions;            /* entries of it were only mentioned: they are as in `now` */
	bool overtaken;           /* `now` was changed while it went on */
	struct text payload;
	instant marked;           /* clock_monotonic: the last mark */
};

/* ---- what others see ---- */

static void state_set(struct journal *journal, enum source_journal state, const struct error *why)
{
	pthread_mutex_lock(&journal->lock);
	journal->state = state;
	journal->why.text[0] = '\0';
	if (why)
		journal->why = *why;
	pthread_mutex_unlock(&journal->lock);
}

void journal_look(struct journal *journal, enum source_journal *state, struct error *why)
{
	pthread_mutex_lock(&journal->lock);
	*state = journal->state;
	*why = journal->why;
	pthread_mutex_unlock(&journal->lock);
}

static void file_remove(const struct journal *journal, struct journal_file *file, const char *name)
{
	if (journal_file_is_at(file, journal->options.folder, name))
		unlinkat(journal->options.folder, name, 0);
	journal_file_close(file);
}

/* What has its place on the disk stays there, and grows old. */
static void give_up(struct journal *journal, const char *words)
{
	struct error why;

	if (journal_file_is_open(&journal->now) && !journal->placed)
		file_remove(journal, &journal->now, journal->ready_name);
	journal_file_close(&journal->now);
	error_set(&why, -EIO, "%s: %s; tried again when the source is read whole", journal->name, words);
	state_set(journal, SOURCE_JOURNAL_GIVEN_UP, &why);
	log_event(LOG_LEVEL_WARNING, "journal-given-up", "source=%s why=" LOG_QUOTED, journal->options.source, why.text);
}

/* The whole read that was being written is none: its room on the disk is given back. */
static void next_drop(struct journal *journal)
{
	if (journal_file_is_open(&journal->next))
		file_remove(journal, &journal->next, journal->next_name);
}

/* ---- blocks ---- */

static struct text *payload_begin(struct journal *journal)
{
	if (journal->payload.capacity > PAYLOAD_KEPT) {
		text_release(&journal->payload);
		text_init(&journal->payload, JOURNAL_BLOCK_MAX);
	}
	text_reset(&journal->payload);
	return &journal->payload;
}

static void next_fail(struct journal *journal, const struct error *why)
{
	next_drop(journal);
	log_event(LOG_LEVEL_WARNING, "journal-not-written", "source=%s why=\"%s: %s\"", journal->options.source,
	          journal->next_name, why->text);
	pthread_mutex_lock(&journal->lock);
	journal->why = *why;
	pthread_mutex_unlock(&journal->lock);
}

static void begin(struct journal *journal)
{
	struct error why;

	next_drop(journal);
	journal->mentions = journal->overtaken = false;
	if (journal_file_start(&journal->next, journal->options.folder, journal->next_name, &journal->head, &why) < 0 ||
	    journal_file_write(&journal->next, JOURNAL_BEGIN, payload_begin(journal), &why) < 0)
		next_fail(journal, &why);
}

static void append_whole(struct journal *journal, const struct bundle *bundle)
{
	struct error why;

	if (!journal_file_is_open(&journal->next))
		return;
	for (size_t i = 0; i < bundle->count && !journal->mentions; i++)
		journal->mentions = bundle->changes[i].kind == CHANGE_SEEN;
	journal_write_changes(bundle, payload_begin(journal));
	if (journal_file_write(&journal->next, JOURNAL_CHANGES, &journal->payload, &why) < 0)
		next_fail(journal, &why);
}

/* A file that is growing faster than it is made anew. */
static void look_at_length(struct journal *journal)
{
	uint64_t appended = journal->now.octets - journal->whole;
	uint64_t most = journal->whole > JOURNAL_APPENDED_MAX ? journal->whole : JOURNAL_APPENDED_MAX;

	if (appended > most * JOURNAL_APPENDED_END) {
		give_up(journal, "it became too long");
	} else if (appended > most && !journal->told_long) {
		journal->told_long = true;
		journal->options.too_long(journal->options.context);
	}
}

static void append_changes(struct journal *journal, const struct bundle *bundle)
{
	struct error why;

	journal->overtaken = journal->overtaken || bundle->count > 0;
	if (!journal_file_is_open(&journal->now))
		return;
	journal_write_changes(bundle, payload_begin(journal));
	if (bundle->rejected)
		give_up(journal, "a change had no place in the index");
	else if (journal_file_write(&journal->now, JOURNAL_CHANGES, &journal->payload, &why) < 0)
		give_up(journal, why.text);
	else
		look_at_length(journal);
}

/* ---- a whole read ends ---- */

/* Appends the blocks of a file, but for its head, to what is there. */
static int blocks_copy(struct journal *journal, struct error *why)
{
	struct journal_reader reader;
	int result = journal_reader_begin(&reader, journal->next.file, why);

	if (result == 0)
		result = journal_reader_next(&reader, why); /* the head */
	while (result == 0 && (result = journal_reader_next(&reader, why)) == 0) {
		text_append_octets(payload_begin(journal), reader.octets, reader.length);
		result = journal_file_write(&journal->now, reader.kind, &journal->payload, why);
	}
	journal_reader_release(&reader);
	return result == JOURNAL_AT_END ? 0 : result < 0 ? result : error_set(why, -EIO, "what was written is not there");
}

/* What it mentions is in the file that is there, if nothing has come between. */
static void commit_differences(struct journal *journal)
{
	struct error why;

	if (!journal_file_is_open(&journal->now))
		return;
	if (journal->overtaken)
		give_up(journal, "changes came while differences were read");
	else if (blocks_copy(journal, &why) < 0)
		give_up(journal, why.text);
	else
		look_at_length(journal);
}

static void commit_whole(struct journal *journal)
{
	struct error why;

	if (journal_file_rename(&journal->next, journal->options.folder, journal->next_name, journal->ready_name, &why) < 0) {
		next_fail(journal, &why);
		give_up(journal, why.text);
		return;
	}
	journal_file_close(&journal->now);
	journal->now = journal->next;
	journal->next = (struct journal_file){.file = -1};
	journal->placed = journal->told_long = false;
	journal->whole = journal->now.octets;
	journal->marked = 0;
}

static void commit(struct journal *journal, const struct bundle *bundle)
{
	struct error why;

	if (journal_file_is_open(&journal->next)) {
		journal_write_end(bundle->end, clock_now(), payload_begin(journal));
		if (journal_file_write(&journal->next, JOURNAL_COMMIT, &journal->payload, &why) < 0)
			next_fail(journal, &why);
	}
	if (!journal_file_is_open(&journal->next)) {
		give_up(journal, journal->why.text);
		return;
	}
	if (!journal->mentions) {
		commit_whole(journal);
		return;
	}
	commit_differences(journal);
	next_drop(journal);
}

static void bundle_write(struct journal *journal, const struct bundle *bundle)
{
	switch (bundle->step) {
	case STEP_BEGIN:
		begin(journal);
		break;
	case STEP_COMMIT:
		commit(journal, bundle);
		break;
	case STEP_ABANDON:
		next_drop(journal);
		break;
	case STEP_CHANGES:
		if (bundle->whole)
			append_whole(journal, bundle);
		else
			append_changes(journal, bundle);
		break;
	}
}

/* ---- marks ---- */

static int place(struct journal *journal, struct error *why)
{
	const int folder = journal->options.folder;
	int result;

	if (journal->placed)
		return journal_file_is_at(&journal->now, folder, journal->name)
		               ? 0 : error_set(why, -ENOENT, "it was removed, or another gateway writes it");
	result = journal_file_rename(&journal->now, folder, journal->ready_name, journal->name, why);
	journal->placed = result == 0;
	return result;
}

static void mark(struct journal *journal, instant proof)
{
	struct journal_clocks clocks;
	struct error why;
	instant age;

	if (!journal_file_is_open(&journal->now))
		return;
	journal_clocks_read(&clocks);
	age = clock_monotonic() - proof;
	journal->marked = clock_monotonic();
	clocks.now.wall -= age;
	clocks.now.awake -= age;
	journal_write_mark(&clocks.now, payload_begin(journal));
	if (journal_file_write(&journal->now, JOURNAL_MARK, &journal->payload, &why) < 0 || place(journal, &why) < 0)
		give_up(journal, why.text);
	else
		state_set(journal, SOURCE_JOURNAL_WRITTEN, NULL);
}

/* ---- the thread ---- */

/* Under the lock: waits until there is something to be written.  False: there will be nothing more. */
static bool wait_for_work(struct journal *journal)
{
	while (!journal->first && !journal->ending && !journal->overrun) {
		instant due = journal->marked + MARK_WAIT;
		struct timespec until = {.tv_sec = due / INSTANT_SECOND, .tv_nsec = due % INSTANT_SECOND};

		if (journal->proof == 0)
			pthread_cond_wait(&journal->filled, &journal->lock); /* for work only: the end wakes it too */
		else if (clock_monotonic() >= due || pthread_cond_timedwait(&journal->filled, &journal->lock, &until) == ETIMEDOUT)
			return true;
	}
	return journal->first || journal->overrun || journal->proof != 0;
}

/* What is to be written next, in one step, so that the proof is about no more than the bundles. */
struct work {
	struct bundle *bundles;
	instant proof; /* 0: no mark */
	bool overrun;
};

/* Under the lock. */
static struct work work_take(struct journal *journal)
{
	bool due = journal->ending || clock_monotonic() - journal->marked >= MARK_WAIT;
	struct work work = {journal->first, due ? journal->proof : 0, journal->overrun};

	journal->first = NULL;
	journal->last = &journal->first;
	journal->overrun = false;
	if (due)
		journal->proof = 0;
	return work;
}

static void bundles_write(struct journal *journal, struct bundle *bundle)
{
	while (bundle) {
		struct bundle *following = bundle->next;
		size_t octets = bundle_octets(bundle);

		bundle_write(journal, bundle);
		bundle_free(bundle);
		pthread_mutex_lock(&journal->lock);
		journal->octets -= octets;
		pthread_mutex_unlock(&journal->lock);
		bundle = following;
	}
}

static void *journal_run(void *context)
{
	struct journal *journal = context;
	struct work work;

	pthread_mutex_lock(&journal->lock);
	while (wait_for_work(journal)) {
		work = work_take(journal);
		pthread_mutex_unlock(&journal->lock);
		if (work.overrun) {
			next_drop(journal);
			give_up(journal, "the disk is too slow");
		}
		bundles_write(journal, work.bundles);
		if (work.proof != 0)
			mark(journal, work.proof);
		pthread_mutex_lock(&journal->lock);
	}
	pthread_mutex_unlock(&journal->lock);
	return NULL;
}

/* ---- what is handed over ---- */

/* Under the lock: what waits is let go of. */
static void overrun(struct journal *journal)
{
	struct bundle *bundle = journal->first;

	while (bundle) {
		struct bundle *following = bundle->next;

		journal->octets -= bundle_octets(bundle);
		bundle_free(bundle);
		bundle = following;
	}
	journal->first = NULL;
	journal->last = &journal->first;
	journal->skipping = journal->overrun = true;
	journal->proof = 0;
}

void journal_take(struct journal *journal, struct bundle *bundle)
{
	size_t octets = bundle_octets(bundle);

	pthread_mutex_lock(&journal->lock);
	if (bundle->step == STEP_BEGIN)
		journal->skipping = false;
	if (bundle->step == STEP_COMMIT)
		journal->proof = 0; /* it was about what there was before */
	if (!journal->skipping && journal->octets + octets > JOURNAL_QUEUE_MAX && journal->first)
		overrun(journal);
	if (journal->skipping) {
		bundle_free(bundle);
	} else {
		bundle->next = NULL;
		*journal->last = bundle;
		journal->last = &bundle->next;
		journal->octets += octets;
	}
	pthread_cond_signal(&journal->filled);
	pthread_mutex_unlock(&journal->lock);
}

void journal_prove(struct journal *journal, instant at)
{
	pthread_mutex_lock(&journal->lock);
	if (!journal->skipping && at > journal->proof)
		journal->proof = at;
	pthread_cond_signal(&journal->filled);
	pthread_mutex_unlock(&journal->lock);
}

/* ---- life ---- */

static void head_copy(struct journal *journal, const struct journal_options *options)
{
	journal_clocks_read(&journal->born);
	journal->head = (struct journal_head){
		.version = DIRGATE_VERSION,
		.source = memory_string(options->source),
		.identity = memory_string(options->identity),
		.asked = memory_string(options->asked),
		.boot = journal->born.boot,
	};
	journal->options.source = journal->head.source;
}

static void journal_release(struct journal *journal)
{
	next_drop(journal);
	journal_file_close(&journal->now);
	text_release(&journal->payload);
	free((char *)(uintptr_t)journal->head.source);
	free((char *)(uintptr_t)journal->head.identity);
	free((char *)(uintptr_t)journal->head.asked);
	pthread_cond_destroy(&journal->filled);
	pthread_mutex_destroy(&journal->lock);
	free(journal);
}

struct journal *journal_new(const struct journal_options *options, struct error *why)
{
	struct journal *journal = memory_alloc(sizeof(*journal));
	pthread_condattr_t attributes;
	int result;

	journal->options = *options;
	head_copy(journal, options);
	snprintf(journal->name, sizeof(journal->name), "%s.index", options->source);
	snprintf(journal->next_name, sizeof(journal->next_name), "%s.index.new", options->source);
	snprintf(journal->ready_name, sizeof(journal->ready_name), "%s.index.ready", options->source);
	journal->now.file = journal->next.file = -1;
	journal->last = &journal->first;
	journal->state = SOURCE_JOURNAL_WAITING;
	text_init(&journal->payload, JOURNAL_BLOCK_MAX);
	pthread_mutex_init(&journal->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&journal->filled, &attributes);
	pthread_condattr_destroy(&attributes);
	result = pthread_create(&journal->thread, NULL, journal_run, journal);
	if (result == 0)
		return journal;
	error_set(why, -result, "no thread for the journal of source %s: %s", options->source, strerror(result));
	journal_release(journal);
	return NULL;
}

void journal_free(struct journal *journal)
{
	if (!journal)
		return;
	pthread_mutex_lock(&journal->lock);
	journal->ending = true;
	pthread_cond_signal(&journal->filled);
	pthread_mutex_unlock(&journal->lock);
	pthread_join(journal->thread, NULL);
	journal_release(journal);
}
