#include "directory/content_sync/heartbeat.h"

#include <errno.h>
#include <ldap.h>
#include <poll.h>
#include <stdlib.h>

#include "base/memory.h"
#include "directory/server/sync_server.h"

#define MILLISECOND (INSTANT_SECOND / 1000)

struct heartbeat {
	struct session *session;
	char *context;     /* the entry that is asked for */
	instant interval, limit;
	int question;      /* message id; 0: none is on its way */
	instant asked_at;
	struct position position; /* of the answer that is arriving */
	struct position reached;  /* by the stream, when it was asked */
	bool says;                /* it said once how far it is */
};

int heartbeat_open(const struct session_options *session, unsigned i, const char *base,
                   const struct heartbeat_options *options, struct heartbeat **heartbeat, struct error *why)
{
	struct heartbeat *made = memory_alloc(sizeof(*made));
	int result = session_open_at(session, i, &made->session, why);

	if (result < 0) {
		heartbeat_close(made);
		return error_prefix(why, result, "second connection: ");
	}
	made->context = sync_server_context(made->session, base);
	made->interval = (instant)options->interval_ms * MILLISECOND;
	made->limit = (instant)options->limit_ms * MILLISECOND;
	*heartbeat = made;
	return 0;
}

void heartbeat_close(struct heartbeat *heartbeat)
{
	if (!heartbeat)
		return;
	session_close(heartbeat->session);
	free(heartbeat->context);
	free(heartbeat);
}

int heartbeat_descriptor(const struct heartbeat *heartbeat)
{
	return session_descriptor(heartbeat->session);
}

instant heartbeat_due(const struct heartbeat *heartbeat)
{
	return heartbeat->asked_at + (heartbeat->question ? heartbeat->limit : heartbeat->interval);
}

static int ask(struct heartbeat *heartbeat, struct error *why)
{
	char attribute[] = "contextCSN", *attributes[] = {attribute, NULL};
	int result;

	heartbeat->position = (struct position){0};
	heartbeat->asked_at = clock_monotonic();
	result = ldap_search_ext(session_ldap(heartbeat->session), heartbeat->context, LDAP_SCOPE_BASE, "(objectClass=*)",
	                         attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &heartbeat->question);
	return result == LDAP_SUCCESS ? 0 : session_error(heartbeat->session, result, "heartbeat", why);
}

static void take_entry(struct heartbeat *heartbeat, LDAP *ldap, LDAPMessage *message)
{
	struct berval **values = ldap_get_values_len(ldap, message, "contextCSN");

	for (size_t i = 0; values && values[i]; i++)
		position_advance_csn(&heartbeat->position, values[i]->bv_val, values[i]->bv_len);
	ldap_value_free_len(values);
}

/* Takes what has arrived.  1: the answer is complete. */
static int listen(struct heartbeat *heartbeat, struct error *why)
{
	LDAP *ldap = session_ldap(heartbeat->session);
	struct timeval at_once = {0, 0};
	LDAPMessage *message;
	int type, code;

	while ((type = ldap_result(ldap, heartbeat->question, LDAP_MSG_ONE, &at_once, &message)) > 0) {
		if (type == LDAP_RES_SEARCH_ENTRY)
			take_entry(heartbeat, ldap, message);
		if (type != LDAP_RES_SEARCH_RESULT) {
			ldap_msgfree(message);
			continue;
		}
		heartbeat->question = 0;
		if (ldap_parse_result(ldap, message, &code, NULL, NULL, NULL, NULL, 1) != LDAP_SUCCESS || code != LDAP_SUCCESS)
			return session_error(heartbeat->session, 0, "heartbeat", why);
		return 1;
	}
	return type < 0 ? session_error(heartbeat->session, 0, "heartbeat", why) : 0;
}

/* The answer is there: what does it say? */
static int weigh(struct heartbeat *heartbeat, struct error *why)
{
	struct position_lag lag;
	struct text words;

	heartbeat->says = heartbeat->says || heartbeat->position.count > 0;
	if (!heartbeat->says || !position_behind(&heartbeat->position, &heartbeat->reached, &lag))
		return HEARTBEAT_ANSWER;
	text_init(&words, 200);
	position_lag_print(&lag, &words);
	error_set(why, -ESTALE, "%s: the second connection is to a server that is behind the first one's: %s",
	          session_uri(heartbeat->session), text_string(&words));
	text_release(&words);
	return HEARTBEAT_BEHIND;
}

int heartbeat_beat(struct heartbeat *heartbeat, const struct position *reached, struct position *position, instant *at,
                   struct error *why)
{
	instant now = clock_monotonic();
	int result;

	if (!heartbeat->question) {
		if (now < heartbeat_due(heartbeat))
			return 0;
		heartbeat->reached = *reached;
		return ask(heartbeat, why);
	}
	result = listen(heartbeat, why);
	if (result < 0)
		return result;
	if (result > 0) {
		*position = heartbeat->position;
		*at = heartbeat->asked_at;
		return weigh(heartbeat, why);
	}
	if (now >= heartbeat_due(heartbeat))
		return error_set(why, -ETIMEDOUT, "%s: the server has not answered for %lld ms; it hangs",
		                 session_uri(heartbeat->session), (long long)((now - heartbeat->asked_at) / MILLISECOND));
	return 0;
}

int heartbeat_position(struct heartbeat *heartbeat, struct position *position, struct error *why)
{
	const struct position nowhere = {0};
	instant at, left;
	int result;

	while ((result = heartbeat_beat(heartbeat, &nowhere, position, &at, why)) == 0) {
		struct pollfd file = {.fd = heartbeat_descriptor(heartbeat), .events = POLLIN};

		left = heartbeat_due(heartbeat) - clock_monotonic();
		if (left > 0 && !session_has_data(heartbeat->session))
			poll(&file, 1, (int)(left / MILLISECOND) + 1);
	}
	return result < 0 && heartbeat->question != 0 ? result : 0;
}
