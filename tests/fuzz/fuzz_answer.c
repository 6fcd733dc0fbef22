/* Requests to a small directory, one after the other on one connection: each is answered, or refused with a problem, and what
 * was told to go on after can be asked for.  An input is requests with \x01 between them, each its target, its Accept and its
 * body with \n between them: a body that is not empty is posted.  "@@@@@@@@@@@@@@@@" stands for the first part of the token
 * that was given last. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../support/world.h"
#include "base/memory.h"
#include "http/request.h"
#include "json/json_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUESTS_MAX 6
#define TOKEN_HEAD   16 /* octets; what follows in a token is a position */

static const char ldif[] =
	"dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n\n"
	"dn: uid=ada,o=acme\nobjectClass: inetOrgPerson\nuid: ada\ncn: =Ada\nsn: \"A\n\n"
	"dn: uid=bob,o=acme\nobjectClass: inetOrgPerson\nuid: bob\ncn: Bob\nsn: B\n\n"
	"dn: cn=team,o=acme\nobjectClass: groupOfNames\ncn: team\nmember: uid=ada,o=acme\nmember: uid=bob,o=acme\n\n"
	"dn: ou=red,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: red\n\n"
	"dn: ou=blue,o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: blue\n\n"
	"dn: cn=reader,o=acme\nobjectClass: dgRole\ncn: reader\ndgPermission: docs.* (owner=$user.id)\ndgPermission: workspace.read\n\n"
	"dn: cn=readers,ou=red,o=acme\nobjectClass: dgBinding\ncn: readers\ndgGrantsRole: cn=reader,o=acme\nmember: cn=team,o=acme\n\n"
	"dn: cn=readers,ou=blue,o=acme\nobjectClass: dgBinding\ncn: readers\ndgGrantsRole: cn=reader,o=acme\nmember: uid=ada,o=acme\n";

static struct world world;
static long held;

static void acquire(void *context, struct http_state *state)
{
	(void)context;
	held++;
	*state = (struct http_state){.snapshot = snapshot_acquire(world.snapshot), .settings = &decide_defaults, .token = "t1"};
}

static void drop(void *context, struct http_state *state)
{
	(void)context;
	held--;
	snapshot_drop(state->snapshot);
}

static enum http_reached reached(void *context, const struct http_state *state, const char *token)
{
	(void)context;
	return strcmp(state->token, token) == 0 ? HTTP_REACHED : HTTP_NOT_REACHED;
}

static void watch(void *context, void (*progressed)(void *watcher), void *watcher)
{
	(void)context;
	(void)progressed;
	(void)watcher;
}

static void sources(void *context, void (*visit)(void *visitor, const struct http_source *source), void *visitor)
{
	(void)context;
	(void)visit;
	(void)visitor;
}

static const char *put_token(char *text, const char *token)
{
	for (char *at = text; (at = strstr(at, "@@@@@@@@@@@@@@@@")); at += TOKEN_HEAD)
		memcpy(at, token, TOKEN_HEAD);
	return text;
}

/* An answer in JSON is JSON; it may have a token, which replaces the one before. */
static void check_json(const char *octets, size_t length, struct arena *arena, char token[TOKEN_HEAD + 1])
{
	const struct value *answer, *next;
	struct error why;

	assert(json_value_parse(octets, length, arena, &answer, &why) == 0);
	next = json_value_member(json_value_member(answer, "page"), "next_token");
	if (next && strlen(next->string) > TOKEN_HEAD)
		memcpy(token, next->string, TOKEN_HEAD);
}

static void check_reply(struct request *request, char token[TOKEN_HEAD + 1])
{
	struct reply *reply = &request->reply;
	const char *body = reply->fixed ? reply->fixed : text_string(&reply->body);
	char part[512];
	long length = 1;

	assert(reply->status == 200 || (reply->status >= 400 && reply->status < 500) || reply->status == 503);
	for (unsigned i = 0; i < reply->header_count; i++)
		assert(!strpbrk(reply->headers[i].value, "\r\n"));
	if (strncmp(reply->type, "application/", 12) == 0)
		check_json(body, strlen(body), request->arena, token);
	while (!reply->fixed && length > 0)
		length = reply_read(reply, part, sizeof(part));
	assert(length >= 0);
}

/* False: the connection ends with it. */
static bool ask(struct request *request, char *text, char token[TOKEN_HEAD + 1])
{
	char *accept = strchr(text, '\n'), *body = accept ? strchr(accept + 1, '\n') : NULL;

	if (!body)
		return false;
	*accept++ = *body++ = '\0';
	put_token(body, token);
	request_begin(request, put_token(text, token));
	request_field(request, "Host", 4, "x", 1);
	request_field(request, "Accept", 6, accept, strlen(accept));
	if (*body != '\0') {
		request_field(request, "Content-Type", 12, "application/json", 16);
		request_field(request, "Transfer-Encoding", 17, "chunked", 7);
	}
	if (request_head(request, *body != '\0' ? "POST" : "GET", "HTTP/1.1") == REQUEST_READ && *body != '\0')
		request_body(request, body, strlen(body));
	assert(request_answer(request));
	check_reply(request, token);
	return !request->reply.close;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct http_backend backend = {NULL, "1", acquire, drop, reached, watch, sources};
	const struct request_limits limits = {4096, 10, 0};
	const struct request_shared shared = {pages_new(), sightings_new(1)};
	const struct caller caller = {.kind = &caller_local};
	char token[TOKEN_HEAD + 1] = "0123456789abcdef";
	char *text = memory_octets((const char *)data, size), *rest = text;
	struct request request;
	bool goes_on = true;

	if (!world.snapshot)
		world_open(&world, "fuzz", ldif);
	request_init(&request, &backend, &limits, &shared, &caller, 1);
	for (int i = 0; i < REQUESTS_MAX && rest && goes_on; i++)
		goes_on = ask(&request, strsep(&rest, "\x01"), token);
	request_release(&request);
	assert(held == 0);
	pages_free(shared.pages);
	sightings_free(shared.sightings);
	free(text);
	return 0;
}
