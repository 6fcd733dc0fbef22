/* The yardstick of bench_http.sh: the least that a server in C with these libraries can do.  Reads a body, parses it
 * with Jansson, looks at the three strings, answers {"decision":true}.  Prints "listening PORT"; ends with its input. */
#include <arpa/inet.h>
#include <jansson.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

#define BODY_MAX 65536

struct body { size_t length; char *octets; };

static const char *string_in(json_t *json, const char *entity, const char *name)
{
	return json_string_value(json_object_get(json_object_get(json, entity), name));
}

static enum MHD_Result answer(struct MHD_Connection *connection, const struct body *body)
{
	static char decision[] = "{\"decision\":true}";
	json_t *json = json_loadb(body->octets, body->length, JSON_REJECT_DUPLICATES, NULL);
	unsigned status = string_in(json, "subject", "id") && string_in(json, "action", "name") &&
	                  string_in(json, "resource", "id") ? 200 : 400;
	struct MHD_Response *response =
		MHD_create_response_from_buffer(sizeof(decision) - 1, decision, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	json_decref(json);
	MHD_add_response_header(response, "Content-Type", "application/json");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_length, void **state)
{
	struct body *body = *state;

	(void)context, (void)url, (void)method, (void)version;
	if (!body) {
		*state = calloc(1, sizeof(*body));
		return *state ? MHD_YES : MHD_NO;
	}
	if (*upload_length == 0)
		return answer(connection, body);
	if (*upload_length > BODY_MAX - body->length)
		return MHD_NO;
	body->octets = realloc(body->octets, body->length + *upload_length);
	if (!body->octets)
		return MHD_NO;
	memcpy(body->octets + body->length, upload, *upload_length);
	body->length += *upload_length;
	*upload_length = 0;
	return MHD_YES;
}

static void completed(void *context, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code)
{
	struct body *body = *state;

	(void)context, (void)connection, (void)code;
	if (body)
		free(body->octets);
	free(body);
}

int main(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, handle, NULL,
	                                             MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
	                                             MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)16384,
	                                             MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);

	if (!daemon)
		return 1;
	printf("listening %u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	fflush(stdout);
	while (getchar() != EOF)
		;
	MHD_stop_daemon(daemon);
	return 0;
}
