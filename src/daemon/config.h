/* The configuration: a YAML file and the command line, read by the table of options.
 *
 * Everything that is wrong is reported, not only the first thing, each as "FILE:LINE: what", with the nearest known key
 * where one is unknown.  The file is read with base/yaml.h, on libyaml's documents, which know where each value stands;
 * libcyaml, which is built on them, loses the lines, has no value that may be a list or not, and needs its own second
 * table. */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "base/text.h"
#include "daemon/flags.h"
#include "daemon/settings.h"

#define CONFIG_DEFAULT    "/etc/dirgate/dirgate.yaml"
#define CONFIG_SIZE_MAX   1048576 /* octets of the file */
#define COMPLAINTS_MAX    65536   /* octets; what is beyond is counted only */
#define CONFIG_NAME_LDIF  "ldif"  /* the sources that the command line makes */
#define CONFIG_NAME_LDAP  "ldap"

/* What is wrong, a line each. */
struct complaints {
	struct text lines;
	size_t count;
};

void complaints_init(struct complaints *complaints);
void complaints_release(struct complaints *complaints);
void complain(struct complaints *complaints, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct config {
	struct settings settings;
	const char *file;    /* that was read; NULL: none, the command line says all */
	struct arena *arena; /* of everything above */
};

/* Reads everything anew.  NULL when anything is wrong; `complaints` says what. */
struct config *config_read(const struct flags *flags, struct complaints *complaints);
/* The same with a text in the place of the file: for tests.  `folder` is where relative paths begin. */
struct config *config_read_text(const struct flags *flags, const char *name, const char *folder, const char *text,
                                struct complaints *complaints);
void config_free(struct config *config); /* NULL is allowed */

/* What a source is; SOURCE_AUTO: a server that will be asked. */
enum source_kind config_source_kind(const struct source_settings *source);

#endif
