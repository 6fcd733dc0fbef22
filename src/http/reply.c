#include "http/reply.h"

#include <assert.h>
#include <string.h>

#include "json/problem_details.h"

static const struct {
	unsigned status;
	const char *code;
	const char *title;
} refusals[REFUSAL_COUNT] = {
	[REFUSAL_INTERNAL] = {500, "internal", "The answer could not be made."},
	[REFUSAL_BAD_REQUEST] = {400, "bad-request", "The request breaks a rule of HTTP or of this interface."},
	[REFUSAL_MALFORMED] = {400, "malformed", "The question is not understood."},
	[REFUSAL_FORBIDDEN] = {403, "forbidden", "The caller may not ask that."},
	[REFUSAL_NOT_FOUND] = {404, "not-found", "There is nothing at this path."},
	[REFUSAL_PAGE_EXPIRED] = {410, "page-expired", "The list was not read for too long: begin it anew."},
	[REFUSAL_METHOD] = {405, "method-not-allowed", "The path has no such method."},
	[REFUSAL_TOO_LARGE] = {413, "too-large", "The body is larger than allowed."},
	[REFUSAL_TOO_MANY_ITEMS] = {413, "too-many-items", "The batch is longer than allowed."},
	[REFUSAL_MEDIA_TYPE] = {415, "unsupported-media-type", "The body must be application/json."},
	[REFUSAL_HEADERS_TOO_LARGE] = {431, "headers-too-large", "There are more header fields than allowed."},
};

void reply_init(struct reply *reply)
{
	*reply = (struct reply){.status = 0};
	text_init(&reply->body, REPLY_BODY_MAX);
}

void reply_release(struct reply *reply)
{
	text_release(&reply->body);
}

void reply_reset(struct reply *reply)
{
	if (reply->body.capacity > REPLY_BODY_KEEP)
		text_release(&reply->body);
	else
		text_reset(&reply->body);
	reply->status = 0;
	reply->type = NULL;
	reply->fixed = NULL;
	reply->more = NULL;
	reply->sent = 0;
	reply->header_count = 0;
	reply->close = false;
}

void reply_header(struct reply *reply, const char *name, const char *value)
{
	assert(reply->header_count < REPLY_HEADERS_MAX);
	reply->headers[reply->header_count++] = (struct reply_header){name, value};
}

static struct text *reply_begin(struct reply *reply, unsigned status, const char *type)
{
	reply->status = status;
	reply->type = type;
	reply->fixed = NULL;
	reply->more = NULL;
	text_reset(&reply->body);
	return &reply->body;
}

struct text *reply_problem_json(struct reply *reply, unsigned status)
{
	return reply_begin(reply, status, "application/problem+json");
}

struct text *reply_csv(struct reply *reply, unsigned status)
{
	return reply_begin(reply, status, "text/csv; charset=utf-8; header=present");
}

struct text *reply_text(struct reply *reply, unsigned status)
{
	return reply_begin(reply, status, "text/plain; charset=utf-8");
}

struct text *reply_json(struct reply *reply, unsigned status)
{
	return reply_begin(reply, status, "application/json");
}

void reply_fixed_json(struct reply *reply, unsigned status, const char *json)
{
	reply_begin(reply, status, "application/json");
	reply->fixed = json;
}

static void reply_problem(struct reply *reply, unsigned status, const char *code, const char *title,
                          const char *detail)
{
	struct json_writer writer = {.out = reply_problem_json(reply, status)};

	problem_details_write(&writer, status, code, title, detail);
}

static void add_part(struct reply *reply)
{
	if (!reply->more(reply->more_context, &reply->body))
		reply->more = NULL;
}

long reply_read(struct reply *reply, char *octets, size_t size)
{
	size_t length;

	while (reply->sent == reply->body.length && reply->more && !reply->body.overflowed) {
		text_reset(&reply->body);
		reply->sent = 0;
		add_part(reply);
	}
	if (reply->body.overflowed)
		return -1;
	length = reply->body.length - reply->sent < size ? reply->body.length - reply->sent : size;
	memcpy(octets, text_string(&reply->body) + reply->sent, length);
	reply->sent += length;
	return (long)length;
}

void reply_join(struct reply *reply)
{
	while (reply->more && !reply->body.overflowed)
		add_part(reply);
	reply_finish(reply);
}

void reply_finish(struct reply *reply)
{
	if (reply->body.overflowed)
		reply_refuse(reply, REFUSAL_INTERNAL, "the answer would be too long");
}

unsigned refusal_status(enum refusal refusal)
{
	return refusals[refusal].status;
}

void reply_refuse(struct reply *reply, enum refusal refusal, const char *detail)
{
	reply_problem(reply, refusals[refusal].status, refusals[refusal].code, refusals[refusal].title, detail);
}

void reply_refuse_and_close(struct reply *reply, enum refusal refusal, const char *detail)
{
	reply_refuse(reply, refusal, detail);
	reply->close = true;
}

void reply_refuse_for(struct reply *reply, unsigned status, enum reason reason)
{
	reply_problem(reply, status, reason_code(reason), reason_meaning(reason), NULL);
	if (status == 503)
		reply_header(reply, "Retry-After", REPLY_RETRY_AFTER);
}
