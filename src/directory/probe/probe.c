#include "directory/probe/probe_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 16384 /* octets of what was found, and of a remedy */
#define LAG_MAX  (2 * INSTANT_SECOND) /* replicas are read one after the other */

/* ---- the table ---- */

static const struct row {
	const char *name;
	probe_check *check;
	bool needs_reading; /* everything was read, as far as it went */
	bool basis;         /* other checks build on it */
} rows[] = {
	{"connection", probe_connection, false, true},
	{"encryption", probe_tls, false, false},
	{"identity", probe_identity, false, true},
	{"server", probe_vendor, false, true},
	{"base", probe_base, false, true},
	{"schema", probe_schema, false, false},
	{"changes", probe_following, false, false},
	{"reading", probe_read_whole, false, false},
	{"entries", probe_entries, true, false},
	{"rights", probe_rights, true, false},
	{"passwords", probe_passwords, false, false},
	{"anonymous", probe_strangers, false, false},
	{"writing", probe_writing, false, false},
	{"paging", probe_paging, false, false},
	{"ranges", probe_ranges, true, false},
	{"references", probe_references, true, false},
	{"groups", probe_groups, true, false},
	{"deletions", probe_deletes, false, false},
	{"position", probe_position, false, false},
	{"clock", probe_clock, false, false},
	{"overlays", probe_overlays, false, false},
	{"idle", probe_idle, false, false},
};

const char *probe_state_name(enum probe_state state)
{
	static const char *const names[PROBE_STATES] = {
		[PROBE_FAILED] = "failed",
		[PROBE_WARNING] = "warning",
		[PROBE_OK] = "ok",
		[PROBE_NOT_APPLICABLE] = "not-applicable",
	};

	return names[state];
}

/* ---- telling ---- */

struct telling {
	int (*found)(void *context, const struct probe_finding *finding);
	void *context;
};

static int tell(const struct telling *telling, const char *server, const char *check, enum probe_state state,
                const struct text *found, const struct text *remedy)
{
	const struct probe_finding finding = {
		.server = server,
		.check = check,
		.state = state,
		.found = text_string(found),
		.remedy = remedy && remedy->length > 0 ? text_string(remedy) : NULL,
	};

	return telling->found(telling->context, &finding);
}

/* ---- one server ---- */

static void probe_init(struct probe *probe, const struct probe_options *options, unsigned number)
{
	*probe = (struct probe){.options = options, .number = number, .uri = options->session->uris[number]};
	text_init(&probe->found, TEXT_MAX);
	text_init(&probe->remedy, TEXT_MAX);
}

static void probe_release(struct probe *probe)
{
	session_close(probe->session);
	free(probe->context);
	free(probe->identity);
	free(probe->database);
	free(probe->reading.largest_dn);
	text_release(&probe->found);
	text_release(&probe->remedy);
}

/* Without a connection there is nothing more to see, without the base nothing that is worth it. */
static bool is_end(const struct row *row, enum probe_state state)
{
	return state == PROBE_FAILED && (row->check == probe_connection || row->check == probe_base);
}

static bool is_asked(const struct probe_options *options, const char *check)
{
	const char *const *asked = options->checks;

	while (asked && *asked && strcmp(*asked, check) != 0)
		asked++;
	return !asked || *asked;
}

static int probe_server(struct probe *probe, const struct telling *telling)
{
	enum probe_state state;
	int result = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && result == 0; i++) {
		bool asked = is_asked(probe->options, rows[i].name);

		if ((rows[i].needs_reading && !probe->reading.done) || (!asked && !rows[i].basis))
			continue;
		text_reset(&probe->found);
		text_reset(&probe->remedy);
		state = rows[i].check(probe);
		if (asked)
			result = tell(telling, probe->uri, rows[i].name, state, &probe->found, &probe->remedy);
		if (is_end(&rows[i], state))
			break;
	}
	return result;
}

/* ---- all of them together ---- */

static void lag_print(struct probe *probe, const struct position *furthest, struct text *found, enum probe_state *state)
{
	struct position_lag lag;

	text_print(found, "%s%s ", found->length > 0 ? "; " : "", probe->uri);
	if (!position_behind(&probe->position, furthest, &lag)) {
		text_append(found, "has all");
		return;
	}
	position_lag_print(&lag, found);
	if (lag.time < 0 || lag.time > LAG_MAX)
		*state = PROBE_WARNING;
}

static int compare_servers(struct probe *probes, size_t count, const struct telling *telling)
{
	struct position furthest = {0};
	enum probe_state state = PROBE_OK;
	struct text found, remedy;
	size_t known = 0;
	int result;

	text_init(&found, TEXT_MAX);
	text_init(&remedy, TEXT_MAX);
	for (size_t i = 0; i < count; i++) {
		if (!probes[i].session || !probes[i].context)
			continue;
		probe_position_read(&probes[i], &probes[i].position);
		position_join(&furthest, &probes[i].position);
		known += probes[i].position.count > 0;
	}
	for (size_t i = 0; i < count && known > 1; i++)
		if (probes[i].position.count > 0)
			lag_print(&probes[i], &furthest, &found, &state);
	if (known < 2) {
		text_append(&found, "fewer than two of them say how far they are in a way that can be compared");
		state = PROBE_NOT_APPLICABLE;
	}
	if (state == PROBE_WARNING)
		text_append(&remedy, "# on the one that is behind, look at its replication: the log says why (olcLogLevel: sync), and "
		            "it is caught up when both print the same:\n"
		            "ldapsearch -LLL -x -H URI -s base -b BASE contextCSN\n");
	result = tell(telling, "", "replicas", state, &found, &remedy);
	text_release(&found);
	text_release(&remedy);
	return result;
}

int probe_run(const struct probe_options *options, int (*found)(void *context, const struct probe_finding *finding),
              void *context, struct error *why)
{
	const struct telling telling = {found, context};
	struct probe probes[SESSION_URIS_MAX];
	size_t count = 0;
	int result = session_options_check(options->session, why);

	if (result < 0)
		return result;
	for (; result == 0 && count < SESSION_URIS_MAX && options->session->uris[count]; count++) {
		probe_init(&probes[count], options, (unsigned)count);
		result = probe_server(&probes[count], &telling);
	}
	if (result == 0 && count > 1 && is_asked(options, "replicas"))
		result = compare_servers(probes, count, &telling);
	for (size_t i = 0; i < count; i++)
		probe_release(&probes[i]);
	return result;
}
