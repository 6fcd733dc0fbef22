#include "library/http_client.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/memory.h"

#define IDLE_MAX 8    /* connections that are kept for the next question */
#define URL_MAX  65536 /* octets */

struct http_client {
	char *base;   /* without a slash at the end */
	char *socket; /* of the file system; NULL: TCP */
	pthread_mutex_t lock;
	CURL *idle[IDLE_MAX]; /* guarded by `lock`, as is the count */
	size_t idle_count;
};

/* ---- life ---- */

static const char unix_scheme[] = "unix:";

static bool url_usable(const char *url)
{
	static const char *const schemes[] = {"http://", "https://", "unix:/"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncmp(url, schemes[i], strlen(schemes[i])) == 0 && url[strlen(schemes[i])] != '\0')
			return true;
	return false;
}

struct http_client *http_client_new(const char *url, struct error *why)
{
	struct http_client *client;
	size_t length = strlen(url);

	if (!url_usable(url) || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		error_set(why, -EINVAL, "%s is no address of a gateway: give one such as http://127.0.0.1:8080 or "
		                        "unix:/run/dirgate/http.sock", url);
		return NULL;
	}
	client = memory_alloc(sizeof(*client));
	pthread_mutex_init(&client->lock, NULL);
	if (strncmp(url, unix_scheme, strlen(unix_scheme)) == 0) {
		client->socket = memory_string(url + strlen(unix_scheme));
		client->base = memory_string("http://localhost");
	} else {
		while (url[length - 1] == '/')
			length--;
		client->base = memory_octets(url, length);
	}
	return client;
}

void http_client_free(struct http_client *client)
{
	if (!client)
		return;
	for (size_t i = 0; i < client->idle_count; i++)
		curl_easy_cleanup(client->idle[i]);
	pthread_mutex_destroy(&client->lock);
	free(client->base);
	free(client->socket);
	free(client);
	curl_global_cleanup();
}

/* ---- handles, each with its connection ---- */

static CURL *take_handle(struct http_client *client)
{
	CURL *handle = NULL;

	pthread_mutex_lock(&client->lock);
	if (client->idle_count > 0)
		handle = client->idle[--client->idle_count];
	pthread_mutex_unlock(&client->lock);
	if (!handle)
		handle = curl_easy_init();
	assert(handle != NULL); /* it fails only without memory */
	return handle;
}

static void give_handle_back(struct http_client *client, CURL *handle)
{
	curl_easy_reset(handle); /* the connection stays */
	pthread_mutex_lock(&client->lock);
	if (client->idle_count < IDLE_MAX) {
		client->idle[client->idle_count++] = handle;
		handle = NULL;
	}
	pthread_mutex_unlock(&client->lock);
	if (handle)
		curl_easy_cleanup(handle);
}

/* ---- asking ---- */

static size_t receive(char *octets, size_t size, size_t count, void *context)
{
	struct text *answer = context;

	text_append_octets(answer, octets, size * count);
	return answer->overflowed ? 0 : size * count; /* 0 ends it */
}

static void set_options(CURL *handle, const struct http_client *client, const char *url, struct text *answer,
                        char message[CURL_ERROR_SIZE])
{
	curl_easy_setopt(handle, CURLOPT_URL, url);
	if (client->socket)
		curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, client->socket);
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(handle, CURLOPT_PROXY, "");
	curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, (long)HTTP_CLIENT_CONNECT_S);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)HTTP_CLIENT_ANSWER_S);
	curl_easy_setopt(handle, CURLOPT_USERAGENT, "libdirgate/" DIRGATE_VERSION);
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(handle, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
}

/* The handle with all options set, and the list of header fields in *fields. */
static int perform(CURL *handle, const struct http_client *client, const char *body, struct curl_slist **fields,
                   const struct text *answer, const char *message, struct error *why)
{
	const char *where = client->socket ? client->socket : client->base;
	CURLcode code;

	if (body) {
		*fields = curl_slist_append(NULL, "Content-Type: application/json");
		curl_easy_setopt(handle, CURLOPT_HTTPHEADER, *fields);
		curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
	}
	code = curl_easy_perform(handle);
	if (code == CURLE_OK)
		return 0;
	if (answer->overflowed)
		return error_set(why, -EMSGSIZE, "%s: the answer is longer than %zu octets", where, answer->maximum);
	return error_set(why, -EIO, "%s: %s: is the gateway running, and is this its address?", where,
	                 message[0] != '\0' ? message : curl_easy_strerror(code));
}

int http_client_ask(struct http_client *client, const char *target, const char *body, struct text *answer,
                    unsigned *status, struct error *why)
{
	char message[CURL_ERROR_SIZE] = "";
	struct curl_slist *fields = NULL;
	CURL *handle;
	struct text url;
	long code = 0;
	int result;

	text_init(&url, URL_MAX);
	text_append(&url, client->base);
	text_append(&url, target);
	if (url.overflowed) {
		text_release(&url);
		return error_set(why, -EMSGSIZE, "the question is longer than %d octets", URL_MAX);
	}
	handle = take_handle(client);
	set_options(handle, client, text_string(&url), answer, message);
	result = perform(handle, client, body, &fields, answer, message, why);
	curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
	*status = (unsigned)code;
	give_handle_back(client, handle);
	curl_slist_free_all(fields);
	text_release(&url);
	return result;
}

/* RFC 3986 section 2.3: what is unreserved stands for itself. */
void http_client_escape(const char *string, struct text *out)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *string != '\0'; string++)
		if (strchr(unreserved, *string))
			text_append_char(out, *string);
		else
			text_print(out, "%%%02X", (unsigned)(unsigned char)*string);
}
