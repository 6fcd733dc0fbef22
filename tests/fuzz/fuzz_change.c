/* Changes from anywhere: each text leads to another index or is refused with words, and leaves the first one alone. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "directory/ldif/ldif_change.h"
#include "model/builder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char entries[] =
	"dn: o=x\nobjectClass: organization\no: x\n\n"
	"dn: ou=a,o=x\nobjectClass: organizationalUnit\nou: a\n\n"
	"dn: cn=b,ou=a,o=x\nobjectClass: groupOfNames\ncn: b\nmember: cn=c,o=x\n";

static int change(const struct snapshot *from, const void *octets, size_t size, struct snapshot **to)
{
	struct ldif_reader *reader = ldif_open_memory("fuzz", octets, size);
	struct error why = {""};
	int result = ldif_change(from, reader, to, &why);

	assert(result == 0 || (result < 0 && why.text[0] != '\0'));
	ldif_close(reader);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct builder *builder = builder_new(NULL, NULL);
	struct snapshot *nothing = builder_freeze(builder), *from = NULL, *to = NULL;
	int result = change(nothing, entries, strlen(entries), &from);

	assert(result == 0);
	result = change(from, data, size, &to);
	assert(snapshot_entry(from, snapshot_find_dn(from, "cn=b,ou=a,o=x")) != NULL);
	if (result == 0)
		snapshot_drop(to);
	snapshot_drop(from);
	snapshot_drop(nothing);
	builder_free(builder);
	return 0;
}
