#include <errno.h>
#include <fcntl.h>
#include <sasl/sasl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "directory/session_parts.h"

#define PASSWORD_SIZE (SESSION_PASSWORD_MAX + 2) /* a newline and a NUL */

/* Reads the one line of the file into `password` of PASSWORD_SIZE octets. */
static int password_read(const char *path, char *password, struct error *why)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	ssize_t length;

	if (file < 0 || fstat(file, &status) < 0) {
		int code = -errno;

		if (file >= 0)
			close(file);
		return error_set(why, code, "password file %s: %s", path, strerror(-code));
	}
	if (status.st_mode & S_IRWXO) {
		close(file);
		return error_set(why, -EPERM, "password file %s: others may use it; chmod o= %s", path, path);
	}
	length = read(file, password, PASSWORD_SIZE - 1);
	close(file);
	if (length < 0)
		return error_set(why, -EIO, "password file %s cannot be read", path);
	password[length] = '\0';
	if (length > 0 && password[length - 1] == '\n')
		password[--length] = '\0';
	if (length > 0 && password[length - 1] == '\r')
		password[--length] = '\0';
	/* RFC 4513 section 5.1.2: a name without a password is an anonymous bind that looks like success. */
	if (length == 0)
		return error_set(why, -EINVAL, "password file %s: the password is empty", path);
	if (length > SESSION_PASSWORD_MAX || strlen(password) != (size_t)length || strchr(password, '\n'))
		return error_set(why, -EINVAL, "password file %s: not one line of at most %d octets", path, SESSION_PASSWORD_MAX);
	return 0;
}

struct credentials {
	const struct session_options *options;
	const char *password; /* "": none */
};

/* What a SASL mechanism may ask for. */
static int sasl_answer(LDAP *ldap, unsigned flags, void *context, void *questions)
{
	const struct credentials *credentials = context;

	(void)ldap;
	(void)flags;
	for (sasl_interact_t *question = questions; question->id != SASL_CB_LIST_END; question++) {
		const char *answer = question->id == SASL_CB_AUTHNAME ? credentials->options->sasl_user
		                     : question->id == SASL_CB_USER   ? credentials->options->sasl_authzid
		                     : question->id == SASL_CB_PASS   ? credentials->password
		                                                      : question->defresult;

		question->result = answer ? answer : "";
		question->len = (unsigned)strlen(question->result);
	}
	return LDAP_SUCCESS;
}

static int bind_with(const struct session *session, const char *password, struct error *why)
{
	const struct session_options *options = session->options;
	struct credentials credentials = {options, password};
	struct berval secret = {strlen(password), (char *)(uintptr_t)password};
	struct text what;
	int result;

	if (options->mechanism) {
		/* Servers refuse a second layer of encryption inside TLS. */
		if (ldap_tls_inplace(session->ldap))
			ldap_set_option(session->ldap, LDAP_OPT_X_SASL_SECPROPS, "maxssf=0");
		result = ldap_sasl_interactive_bind_s(session->ldap, NULL, options->mechanism, NULL, NULL, LDAP_SASL_QUIET,
		                                      sasl_answer, &credentials);
	} else {
		result = ldap_sasl_bind_s(session->ldap, options->bind_dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
	}
	if (result == LDAP_SUCCESS)
		return 0;
	text_init(&what, 400);
	text_print(&what, "bind as %.300s", options->mechanism ? options->mechanism
	                                    : options->bind_dn ? options->bind_dn : "anonymous");
	session_error(session, result, text_string(&what), why);
	text_release(&what);
	return -EIO;
}

int session_bind(const struct session *session, struct error *why)
{
	char password[PASSWORD_SIZE] = "";
	int result = 0;

	if (session->options->password_file)
		result = password_read(session->options->password_file, password, why);
	if (result == 0)
		result = bind_with(session, password, why);
	explicit_bzero(password, sizeof(password));
	return result;
}
