#include "opened.h"

#include <string.h>

struct dirgate *opened_source(int count, char **words, char **why)
{
	const char *kind = count > 1 ? words[0] : "";

	if (strcmp(kind, "ldif") == 0)
		return dirgate_open_ldif((const char *[]){words[1], NULL}, NULL, why);
	if (strcmp(kind, "gateway") == 0)
		return dirgate_open_gateway(words[1], why);
	if (strcmp(kind, "directory") == 0 && count == 5)
		return dirgate_open_directory(&(struct dirgate_directory){.uri = words[1], .base = words[2], .bind_dn = words[3],
		                                                          .password_file = words[4]}, NULL, why);
	return NULL;
}
