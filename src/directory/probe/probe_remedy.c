#include "directory/probe/probe_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_OCTETS 4096

/* What a server says of itself is pasted into a shell by somebody in a hurry. */
const char *remedy_plain(const char *name, const char *otherwise)
{
	for (const char *at = name; at && *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f || strchr("\"'`$\\!<>", *at))
			return otherwise;
	return name && *name ? name : otherwise;
}

const char *remedy_base(const struct probe *probe)
{
	return remedy_plain(probe->options->base, "BASE");
}

const char *remedy_identity(const struct probe *probe)
{
	return remedy_plain(probe->identity, "DN-OF-THE-GATEWAY");
}

void remedy_begin_modify(struct probe *probe, const char *dn, const char *who)
{
	text_print(&probe->remedy, "ldapmodify %s <<'END'\ndn: %s\nchangetype: modify\n", who, dn);
}

void remedy_end_modify(struct probe *probe)
{
	text_append(&probe->remedy, "END\n");
}

void remedy_who(const struct probe *probe, struct text *who)
{
	if (probe->identity && probe->identity[0] == '\0')
		text_append(who, "anonymous");
	else
		text_print(who, "dn.exact=\"%s\"", remedy_identity(probe));
}

void remedy_openldap(struct probe *probe, const char *attribute, const char *directive, const char *prefix,
                     const char *format, ...)
{
	char line[LINE_MAX_OCTETS];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	text_append(&probe->remedy, "# on the server, as root:\n");
	if (!probe->database)
		text_print(&probe->remedy, "# the database is the dn of: ldapsearch -LLL -Y EXTERNAL -H ldapi:/// -b cn=config "
		           "'(olcSuffix=%s)' dn\n", remedy_plain(probe->context, remedy_base(probe)));
	remedy_begin_modify(probe, remedy_plain(probe->database, "olcDatabase={1}mdb,cn=config"), "-Y EXTERNAL -H ldapi:///");
	text_print(&probe->remedy, "add: %s\n%s: %s%s\n", attribute, attribute, prefix, line);
	remedy_end_modify(probe);
	text_print(&probe->remedy, "# or, where slapd.conf is used, below its \"database\": %s %s\n", directive, line);
}

void remedy_openldap_no_passwords(struct probe *probe)
{
	struct text who;

	text_init(&who, LINE_MAX_OCTETS);
	remedy_who(probe, &who);
	remedy_openldap(probe, "olcAccess", "access", "{0}", "to attrs=userPassword by %s auth by * break", text_string(&who));
	text_release(&who);
}

/* The rule about passwords is pasted last, so that it stands first. */
void remedy_openldap_read(struct probe *probe, const char *dn, const char *attributes)
{
	struct text who;

	text_init(&who, LINE_MAX_OCTETS);
	remedy_who(probe, &who);
	remedy_openldap(probe, "olcAccess", "access", "{0}", "to dn.subtree=\"%s\"%s%s by %s read by * break", dn,
	                *attributes ? " attrs=entry," : "", attributes, text_string(&who));
	text_release(&who);
	if (*attributes)
		return;
	text_append(&probe->remedy, "# but no passwords (in slapd.conf this line goes above the other one):\n");
	remedy_openldap_no_passwords(probe);
}

void remedy_389_aci(struct probe *probe, const char *name, const char *target, const char *rights)
{
	bool anonymous = probe->identity && probe->identity[0] == '\0';

	text_append(&probe->remedy, "# as the Directory Manager:\n");
	remedy_begin_modify(probe, remedy_base(probe), "-x -D \"cn=Directory Manager\" -W");
	text_print(&probe->remedy, "add: aci\naci: (targetattr%s)(version 3.0; acl \"%s\"; %s userdn=\"ldap:///%s\";)\n",
	           target, name, rights, anonymous ? "anyone" : remedy_identity(probe));
	remedy_end_modify(probe);
}
