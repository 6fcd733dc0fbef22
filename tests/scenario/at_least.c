/* Writers that ask right after each write: does the answer know of it?
 *
 *   at_least PORT WRITERS TRIES ADMIN PASSWORD LDAPURI...
 *
 * Each writer has one connection to a directory server (the first writer to the first one, and so on in turn) and one to
 * the gateway on 127.0.0.1.  It puts its person uid=wN,o=acme into a binding, or takes it out again, with the post-read
 * control (RFC 4527) for the entryCSN, and at once asks for the decision with Dirgate-At-Least.  Every other time the
 * binding is one that all writers of that server share, so that they wait for each other there.
 *
 * Prints "tries N wrong N late N broken N", and how long the questions took; late: 503 in spite of the gateway's
 * patience.  Status 0: every answer was right. */
#include <arpa/inet.h>
#include <ldap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

#define WRITERS_MAX 64
#define CSN_MAX     64
#define ANSWER_MAX  16384

struct writer {
	pthread_t thread;
	int number, server; /* which person, which shared binding */
	int tries;
	LDAP *ldap;
	int http;
	int wrong, late, broken;
	instant *times; /* of the questions, one for each try */
};

struct plan {
	int port, writers, tries, servers;
	const char *admin, *password;
	char **uris;
};

__attribute__((noreturn)) static void give_up(const char *what, const char *why)
{
	fprintf(stderr, "at_least: %s: %s\n", what, why);
	exit(2);
}

/* ---- the directory ---- */

static LDAP *directory_open(const char *uri, const char *admin, const char *password)
{
	struct berval secret = {strlen(password), (char *)(uintptr_t)password};
	const int version = LDAP_VERSION3;
	LDAP *ldap;
	int result = ldap_initialize(&ldap, uri);

	if (result == LDAP_SUCCESS) {
		ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
		result = ldap_sasl_bind_s(ldap, admin, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
	}
	if (result != LDAP_SUCCESS)
		give_up(uri, ldap_err2string(result));
	return ldap;
}

/* RFC 4527 section 3.2: the value of the control is an AttributeSelection, of its answer a SearchResultEntry. */
static LDAPControl *postread_new(void)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval value;
	LDAPControl *control;

	if (!ber || ber_printf(ber, "{s}", "entryCSN") < 0 || ber_flatten2(ber, &value, 0) < 0 ||
	    ldap_control_create(LDAP_CONTROL_POST_READ, 1, &value, 1, &control) != LDAP_SUCCESS)
		give_up("post-read control", "cannot be made");
	ber_free(ber, 1);
	return control;
}

static void postread_read(LDAPControl **controls, char csn[CSN_MAX])
{
	LDAPControl *control = ldap_control_find(LDAP_CONTROL_POST_READ, controls, NULL);
	BerElement *ber = control ? ber_init(&control->ldctl_value) : NULL;
	struct berval dn, name;
	BerVarray values = NULL;

	if (!ber || ber_scanf(ber, "{m{{m[W]", &dn, &name, &values) == LBER_ERROR || !values ||
	    values[0].bv_len >= CSN_MAX)
		give_up("post-read control", "no entryCSN came back");
	memcpy(csn, values[0].bv_val, values[0].bv_len + 1);
	ber_bvarray_free(values);
	ber_free(ber, 1);
}

static int change_send(LDAP *ldap, const char *dn, LDAPMod *change, char csn[CSN_MAX])
{
	LDAPMod *changes[] = {change, NULL};
	LDAPControl *control = postread_new(), *controls[] = {control, NULL}, **answered = NULL;
	LDAPMessage *message = NULL;
	int id, code = LDAP_OTHER, result = ldap_modify_ext(ldap, dn, changes, controls, NULL, &id);

	ldap_control_free(control);
	if (result == LDAP_SUCCESS && ldap_result(ldap, id, LDAP_MSG_ALL, NULL, &message) > 0)
		result = ldap_parse_result(ldap, message, &code, NULL, NULL, NULL, &answered, 1);
	if (result == LDAP_SUCCESS && code == LDAP_SUCCESS)
		postread_read(answered, csn);
	ldap_controls_free(answered);
	return result == LDAP_SUCCESS ? code : result;
}

/* Two providers may meet over the binding of another: a server that is busy with that is asked again. */
static void directory_change(struct writer *writer, const char *dn, bool add, char csn[CSN_MAX])
{
	char member[40];
	char *values[] = {member, NULL};
	LDAPMod change = {.mod_op = add ? LDAP_MOD_ADD : LDAP_MOD_DELETE, .mod_type = (char[]){"member"}, .mod_values = values};
	int result;

	snprintf(member, sizeof(member), "uid=w%d,o=acme", writer->number);
	while ((result = change_send(writer->ldap, dn, &change, csn)) == LDAP_BUSY)
		usleep(1000);
	if (result != LDAP_SUCCESS)
		give_up(dn, ldap_err2string(result));
}

/* ---- the gateway ---- */

static int gateway_open(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		give_up("the gateway", "no connection");
	return fd;
}

/* One answer, head and body, NUL-terminated. */
static void answer_read(int fd, char answer[ANSWER_MAX])
{
	size_t length = 0, whole = SIZE_MAX;

	while (length < whole) {
		ssize_t got = recv(fd, answer + length, ANSWER_MAX - 1 - length, 0);
		const char *end, *size;

		if (got <= 0)
			give_up("the gateway", "the connection ended");
		length += (size_t)got;
		answer[length] = '\0';
		end = strstr(answer, "\r\n\r\n");
		size = strcasestr(answer, "Content-Length: ");
		if (end && size)
			whole = (size_t)(end + 4 - answer) + strtoul(size + 16, NULL, 10);
	}
}

/* As a decision, now and then as the list of what the person may do. */
static int question_print(char *out, size_t size, int person, const char *permission, const char *token, bool list)
{
	char body[200];
	int length = snprintf(body, sizeof(body), "{\"subject\":{\"type\":\"user\",\"id\":\"w%d\"},\"action\":{\"name\":\"%s\"},"
	                      "\"resource\":{\"type\":\"workspace\",\"id\":\"red\"}}", person, permission);

	if (list)
		return snprintf(out, size, "GET /v1/users/w%d/permissions?workspace=red HTTP/1.1\r\nHost: x\r\n"
		                "Dirgate-At-Least: %s\r\n\r\n", person, token);
	return snprintf(out, size, "POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	                "Content-Length: %d\r\nDirgate-At-Least: %s\r\n\r\n%s", length, token, body);
}

static void gateway_ask(struct writer *writer, const char *permission, const char *token, bool allowed, bool list)
{
	char question[600], answer[ANSWER_MAX], name[40];
	int length = question_print(question, sizeof(question), writer->number, permission, token, list);
	bool yes;

	if (send(writer->http, question, (size_t)length, MSG_NOSIGNAL) != length)
		give_up("the gateway", "the connection ended");
	answer_read(writer->http, answer);
	snprintf(name, sizeof(name), list ? "\"name\":\"%s\"" : "{\"decision\":true}", permission);
	yes = strstr(answer, name) != NULL;
	if (strncmp(answer, "HTTP/1.1 503", 12) == 0 && strstr(answer, "not-fresh-enough"))
		writer->late++;
	else if (strncmp(answer, "HTTP/1.1 200", 12) != 0 || (!list && !yes && !strstr(answer, "{\"decision\":false}")))
		writer->broken++;
	else if (yes != allowed)
		writer->wrong++;
	if (writer->wrong + writer->broken == 1 && yes != allowed)
		fprintf(stderr, "wanted %d after %s:\n%s\n%s\n", allowed, token, question, answer);
}

/* ---- writers ---- */

static void *write_and_ask(void *context)
{
	struct writer *writer = context;
	char own[40], shared[40], csn[CSN_MAX];
	bool in[2] = {false, false};

	snprintf(own, sizeof(own), "cn=w%d,ou=red,o=acme", writer->number);
	snprintf(shared, sizeof(shared), "cn=shared%d,ou=red,o=acme", writer->server);
	for (int i = 0; i < writer->tries; i++) {
		instant begun;

		in[i % 2] = !in[i % 2];
		directory_change(writer, i % 2 ? shared : own, in[i % 2], csn);
		begun = clock_monotonic();
		gateway_ask(writer, i % 2 ? "docs.share" : "docs.read", csn, in[i % 2], i % 16 < 2);
		writer->times[i] = clock_monotonic() - begun;
	}
	for (int i = 0; i < 2; i++) /* as it was found */
		if (in[i])
			directory_change(writer, i ? shared : own, false, csn);
	return NULL;
}

static int compare_times(const void *a, const void *b)
{
	const instant *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static double milliseconds(instant time)
{
	return (double)time * 1000 / INSTANT_SECOND;
}

static int report(const struct writer *writers, const struct plan *plan, instant *times, double seconds)
{
	const int tries = plan->writers * (plan->tries / plan->writers);
	int wrong = 0, late = 0, broken = 0;

	for (int i = 0; i < plan->writers; i++) {
		wrong += writers[i].wrong;
		late += writers[i].late;
		broken += writers[i].broken;
	}
	qsort(times, (size_t)tries, sizeof(*times), compare_times);
	printf("tries %d wrong %d late %d broken %d\n", tries, wrong, late, broken);
	printf("%d writers, %.0f tries a second; a question took %.2f ms (median), %.2f ms (99 of 100), %.2f ms (at most)\n",
	       plan->writers, tries / seconds, milliseconds(times[tries / 2]), milliseconds(times[tries / 100 * 99]),
	       milliseconds(times[tries - 1]));
	return wrong + late + broken > 0;
}

static int run(const struct plan *plan)
{
	const int tries = plan->tries / plan->writers;
	instant *times = memory_array((size_t)plan->tries, sizeof(*times)), begun = clock_monotonic();
	struct writer writers[WRITERS_MAX];
	int status;

	for (int i = 0; i < plan->writers; i++) {
		const int server = i % plan->servers;

		writers[i] = (struct writer){.number = i, .server = server, .tries = tries, .times = times + i * tries};
		writers[i].ldap = directory_open(plan->uris[server], plan->admin, plan->password);
		writers[i].http = gateway_open(plan->port);
	}
	for (int i = 0; i < plan->writers; i++)
		if (pthread_create(&writers[i].thread, NULL, write_and_ask, &writers[i]) != 0)
			give_up("a writer", "no thread");
	for (int i = 0; i < plan->writers; i++) {
		pthread_join(writers[i].thread, NULL);
		ldap_unbind_ext_s(writers[i].ldap, NULL, NULL);
		close(writers[i].http);
	}
	status = report(writers, plan, times, milliseconds(clock_monotonic() - begun) / 1000);
	free(times);
	return status;
}

int main(int argc, char **argv)
{
	struct plan plan;

	if (argc < 7)
		give_up("usage", "at_least PORT WRITERS TRIES ADMIN PASSWORD LDAPURI...");
	plan = (struct plan){.port = (int)strtol(argv[1], NULL, 10), .writers = (int)strtol(argv[2], NULL, 10),
	                     .tries = (int)strtol(argv[3], NULL, 10), .servers = argc - 6,
	                     .admin = argv[4], .password = argv[5], .uris = argv + 6};
	if (plan.writers < 1 || plan.writers > WRITERS_MAX || plan.tries < plan.writers)
		give_up("usage", "1 to 64 writers, and at least as many tries");
	return run(&plan);
}
