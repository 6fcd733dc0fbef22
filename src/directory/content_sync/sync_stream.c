#include "directory/content_sync/sync_stream.h"

#include <assert.h>
#include <errno.h>
#include <ldap.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "directory/content_sync/sync_message.h"
#include "directory/follower/record_time.h"
#include "directory/server/entry_reader.h"
#include "directory/server/read_check.h"
#include "directory/server/sync_server.h"

#define PUMP_MAX 2048 /* messages in one call: there are other things to look after */

struct sync_stream {
	struct session *session;
	LDAP *ldap;
	char *base;
	bool without_policy;
	int search;              /* message id; 0: not sent yet */
	bool complete;
	bool followed;
	struct name_set attributes;
	struct position position;
	bool position_news;      /* since the last bundle */
	struct bundle *bundle;
	struct entry_reader reader;
	struct read_check check; /* of what came in the refresh */
	instant begun_at, heard_at;
};

/* ---- life ---- */

int sync_stream_open(const struct session_options *session, unsigned i, const struct sync_stream_options *options,
                     struct sync_stream **stream, struct error *why)
{
	struct sync_stream *made = memory_alloc(sizeof(*made));
	int result = session_open_at(session, i, &made->session, why);

	made->base = memory_string(options->base);
	made->without_policy = options->without_policy;
	if (result == 0) {
		made->ldap = session_ldap(made->session);
		result = sync_server_check(made->session, options->without_policy, why);
	}
	if (result < 0) {
		sync_stream_close(made);
		return result;
	}
	*stream = made;
	return 0;
}

void sync_stream_close(struct sync_stream *stream)
{
	if (!stream)
		return;
	bundle_free(stream->bundle);
	entry_reader_release(&stream->reader);
	name_set_release(&stream->attributes);
	session_close(stream->session);
	free(stream->base);
	free(stream);
}

int sync_stream_search(struct sync_stream *stream, const struct selection *selection, struct error *why)
{
	LDAPControl request, *controls[] = {&request, NULL};
	int result;

	if (!sync_request_make(&request))
		return error_set(why, -ENOMEM, "no memory for the search");
	stream->begun_at = stream->heard_at = clock_monotonic();
	result = ldap_search_ext(stream->ldap, stream->base, LDAP_SCOPE_SUBTREE, selection->filter, selection->attributes, 0,
	                         controls, NULL, NULL, LDAP_NO_LIMIT, &stream->search);
	ber_memfree(request.ldctl_value.bv_val);
	name_set_copy(&stream->attributes, &selection->names);
	return result == LDAP_SUCCESS ? 0 : session_error(stream->session, result, "search", why);
}

/* ---- messages ---- */

static int stream_error(const struct sync_stream *stream, struct error *why, const char *words)
{
	return error_set(why, -EPROTO, "%s: %s", session_uri(stream->session), words);
}

static void message_free(void *message)
{
	ldap_msgfree(message);
}

/* Takes over the message if it returns 0. */
static int entry_put(struct sync_stream *stream, LDAPMessage *message, const char *key, struct error *why)
{
	struct arena *arena = bundle_arena(stream->bundle);
	struct record record;
	size_t octets;

	if (!entry_reader_read(&stream->reader, stream->ldap, message, arena, &record, &octets))
		return stream_error(stream, why, "an entry cannot be decoded");
	record.key = arena_string(arena, key);
	record_take_changed(&record, &stream->attributes);
	if (!stream->complete)
		read_check_count(&stream->check, &record);
	bundle_put(stream->bundle, &record);
	bundle_keep(stream->bundle, message, message_free, octets);
	return 0;
}

/* Controls first: reading an entry's values overwrites the octet that its controls begin with.  *kept: the bundle has
 * the message now. */
static int take_entry(struct sync_stream *stream, LDAPMessage *message, bool *kept, struct error *why)
{
	LDAPControl **controls = NULL;
	struct sync_state state;
	bool sound = ldap_get_entry_controls(stream->ldap, message, &controls) == LDAP_SUCCESS && controls &&
	             sync_state_parse(controls, &state, &stream->position);

	ldap_controls_free(controls);
	if (!sound)
		return stream_error(stream, why, "an entry came without what content synchronization says about it (RFC 4533)");
	stream->position_news = stream->position_news || state.cookie;
	switch (state.state) {
	case LDAP_SYNC_ADD:
	case LDAP_SYNC_MODIFY:
		*kept = entry_put(stream, message, state.key, why) == 0;
		return *kept ? 0 : -EPROTO;
	case LDAP_SYNC_DELETE:
		bundle_remove(stream->bundle, state.key);
		return 0;
	case LDAP_SYNC_PRESENT:
		bundle_seen(stream->bundle, state.key);
		return 0;
	default:
		return stream_error(stream, why, "an entry has a state that RFC 4533 does not know");
	}
}

static void flush(struct sync_stream *stream, struct feed *feed)
{
	struct bundle *bundle = stream->bundle;

	if (stream->position_news && stream->followed)
		bundle_position(bundle, &stream->position);
	stream->position_news = false;
	if (bundle_is_empty(bundle))
		return;
	stream->bundle = NULL;
	feed_push(feed, bundle, !stream->followed);
}

static int take_ids(struct sync_stream *stream, struct feed *feed, const struct sync_info *info, struct error *why)
{
	char key[SYNC_KEY_SIZE];

	for (size_t i = 0; info->ids && info->ids[i].bv_val; i++) {
		if (!sync_key_print(&info->ids[i], key))
			return stream_error(stream, why, "an id set has an id that is no UUID");
		if (info->deletes)
			bundle_remove(stream->bundle, key);
		else if (!stream->followed)
			bundle_seen(stream->bundle, key);
		if (bundle_is_full(stream->bundle)) {
			flush(stream, feed);
			stream->bundle = bundle_new();
		}
	}
	return 0;
}

/* Without a cookie in the request the refresh is the whole content, whichever phase ends it (RFC 4533 section 3.4.1):
 * what was not mentioned is not there. */
static int take_info(struct sync_stream *stream, struct feed *feed, LDAPMessage *message, struct error *why)
{
	struct berval *value = NULL;
	struct sync_info info;
	char *oid = NULL;
	int result = 0;

	if (ldap_parse_intermediate(stream->ldap, message, &oid, &value, NULL, 0) != LDAP_SUCCESS)
		return stream_error(stream, why, "an intermediate response cannot be decoded");
	if (oid && strcmp(oid, LDAP_SYNC_INFO) == 0) {
		if (!value || !sync_info_parse(value, &info, &stream->position)) {
			result = stream_error(stream, why, "a sync info message cannot be decoded (RFC 4533 section 2.5)");
		} else {
			stream->position_news = stream->position_news || info.cookie;
			if (info.kind == SYNC_INFO_ID_SET)
				result = take_ids(stream, feed, &info, why);
			else if (info.kind != SYNC_INFO_NEW_COOKIE && info.done)
				stream->complete = true;
			ber_bvarray_free(info.ids);
		}
	}
	ldap_memfree(oid);
	ber_bvfree(value);
	return result;
}

/* The end of the search, which never ends by itself. */
static int take_result(struct sync_stream *stream, LDAPMessage *message, struct error *why)
{
	char what[300];
	int code = LDAP_SUCCESS;

	ldap_parse_result(stream->ldap, message, &code, NULL, NULL, NULL, NULL, 0);
	if (code == LDAP_SUCCESS)
		return stream_error(stream, why, "the server ended the synchronization");
	/* The message's diagnostic is now the handle's. */
	snprintf(what, sizeof(what), "synchronization of \"%.200s\"", stream->base);
	return session_error(stream->session, code, what, why);
}

static int take_message(struct sync_stream *stream, struct feed *feed, LDAPMessage *message, struct error *why)
{
	bool kept = false;
	int result = 0;

	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		result = take_entry(stream, message, &kept, why);
		break;
	case LDAP_RES_SEARCH_REFERENCE:
		feed_count_reference(feed);
		break;
	case LDAP_RES_INTERMEDIATE:
		result = take_info(stream, feed, message, why);
		break;
	case LDAP_RES_SEARCH_RESULT:
		result = take_result(stream, message, why);
		break;
	default: /* an unsolicited notification that is none of disconnection */
		break;
	}
	if (!kept)
		ldap_msgfree(message);
	return result;
}

int sync_stream_pump(struct sync_stream *stream, struct feed *feed, struct error *why)
{
	struct timeval at_once = {0, 0};
	LDAPMessage *message;
	int type = 0, result = 0, count = 0;

	while (result == 0 && count++ < PUMP_MAX &&
	       (type = ldap_result(stream->ldap, stream->search, LDAP_MSG_ONE, &at_once, &message)) > 0) {
		if (!stream->bundle)
			stream->bundle = bundle_new();
		result = take_message(stream, feed, message, why);
		if (bundle_is_full(stream->bundle))
			flush(stream, feed);
	}
	if (count > 1)
		stream->heard_at = clock_monotonic();
	if (result == 0 && type < 0)
		result = session_error(stream->session, 0, "synchronization", why);
	if (result < 0)
		return result;
	/* During the refresh nobody waits for a part of it. */
	if (stream->bundle && stream->complete)
		flush(stream, feed);
	return type > 0 || session_has_data(stream->session) ? STREAM_MORE : 0;
}

/* ---- what is known of it ---- */

bool sync_stream_is_complete(const struct sync_stream *stream)
{
	return stream->complete;
}

void sync_stream_follow(struct sync_stream *stream)
{
	assert(stream->complete);
	stream->followed = true;
}

int sync_stream_check(const struct sync_stream *stream, struct error *why)
{
	return read_check_result(&stream->check, stream->session, stream->base, stream->without_policy, why);
}

const struct position *sync_stream_position(const struct sync_stream *stream)
{
	return &stream->position;
}

const struct name_set *sync_stream_attributes(const struct sync_stream *stream)
{
	return &stream->attributes;
}

const struct session *sync_stream_session(const struct sync_stream *stream)
{
	return stream->session;
}

instant sync_stream_begun_at(const struct sync_stream *stream)
{
	return stream->begun_at;
}

instant sync_stream_heard_at(const struct sync_stream *stream)
{
	return stream->heard_at;
}
