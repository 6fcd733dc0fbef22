/* Does the server know our classes and attributes?  One that does not finds nothing, without an error (RFC 4511 section
 * 4.5.1.7: an unknown attribute in a filter is Undefined). */
#include "directory/probe/probe_parts.h"

#include <stdlib.h>
#include <string.h>

#define NUMBERS_MAX 128 /* last arcs of our OIDs */

struct known {
	bool readable;
	bool numbers[NUMBERS_MAX];
};

/* The last arc of "( ARC.n NAME …"; 0: it is none of ours. */
static unsigned number_of(const char *definition, const char *arc)
{
	const char *at = definition + strspn(definition, "( ");
	unsigned long number;

	if (strncmp(at, arc, strlen(arc)) != 0)
		return 0;
	number = strtoul(at + strlen(arc), NULL, 10);
	return number < NUMBERS_MAX ? (unsigned)number : 0;
}

static void known_read(struct probe *probe, const char *subschema, const char *attribute, const char *arc,
                       struct known *known)
{
	struct berval **definitions = probe_values(probe, subschema, attribute);

	known->readable = definitions != NULL;
	for (size_t i = 0; definitions && definitions[i]; i++)
		known->numbers[number_of(definitions[i]->bv_val, arc)] = true;
	ldap_value_free_len(definitions);
}

struct missing {
	size_t count, all;
	struct text names;
};

static void look(struct missing *missing, const struct known *known, unsigned number, const char *name)
{
	if (number == 0)
		return;
	missing->all++;
	if (known->numbers[number])
		return;
	text_print(&missing->names, "%s%s", missing->count > 0 ? ", " : "", name);
	missing->count++;
}

static void remedy_load(struct probe *probe)
{
	switch (probe->vendor) {
	case VENDOR_OPENLDAP:
		text_append(&probe->remedy, "# on the server, as root (the folder schema/ is installed with dirgate):\n"
		            "ldapadd -Y EXTERNAL -H ldapi:/// -f schema/openldap/dirgate.ldif\n"
		            "# or, where slapd.conf is used: include schema/openldap/dirgate.schema\n");
		break;
	case VENDOR_389:
		text_append(&probe->remedy, "# on the server, as root (the folder schema/ is installed with dirgate):\n"
		            "cp schema/389ds/60dirgate.ldif /etc/dirsrv/slapd-INSTANCE/schema/ && dsctl INSTANCE restart\n");
		break;
	case VENDOR_AD:
		text_append(&probe->remedy, "# as a schema administrator, on the schema master (schema/ad/dirgate.ldf says how):\n"
		            "ldifde -i -f dirgate.ldf -c \"DC=X\" \"DC=your,DC=domain\"\n");
		break;
	case VENDOR_OTHER:
		text_append(&probe->remedy, "# schema/README.md lists all classes and attributes, with their OIDs\n");
		break;
	}
}

static enum probe_state judge(struct probe *probe, const struct missing *missing)
{
	if (missing->count == 0) {
		text_print(&probe->found, "all %zu classes and attributes are known", missing->all);
		return PROBE_OK;
	}
	if (missing->count == missing->all)
		text_append(&probe->found, "the schema of dirgate is not there");
	else
		text_print(&probe->found, "%zu of %zu are missing, it is that of another version: %s", missing->count, missing->all,
		           text_string(&missing->names));
	if (probe->options->without_policy)
		return PROBE_NOT_APPLICABLE;
	text_append(&probe->found, missing->count == missing->all ? ", so there can be no policy" : "");
	remedy_load(probe);
	return missing->count == missing->all ? PROBE_FAILED : PROBE_WARNING;
}

enum probe_state probe_schema(struct probe *probe)
{
	struct known classes = {.readable = false}, attributes = {.readable = false};
	struct missing missing = {.count = 0};
	char *subschema = probe_value(probe, "", "subschemaSubentry");
	enum probe_state state = PROBE_WARNING;

	if (subschema) {
		known_read(probe, subschema, "objectClasses", SCHEMA_ARC ".2.", &classes);
		known_read(probe, subschema, "attributeTypes", SCHEMA_ARC ".1.", &attributes);
	}
	free(subschema);
	if (!classes.readable || !attributes.readable) {
		text_append(&probe->found, "the server's schema cannot be read; what of it is there shows in the entries alone");
		return state;
	}
	text_init(&missing.names, 4096);
	for (size_t i = 0; i < CLASS_COUNT; i++)
		look(&missing, &classes, schema_classes[i].number, schema_classes[i].name);
	for (size_t i = 0; i < schema_attribute_count; i++)
		look(&missing, &attributes, schema_attributes[i].number, schema_attributes[i].spelling);
	state = judge(probe, &missing);
	text_release(&missing.names);
	return state;
}
