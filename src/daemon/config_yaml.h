/* YAML into settings, by a table of options.  Internal to the configuration. */
#ifndef DAEMON_CONFIG_YAML_H
#define DAEMON_CONFIG_YAML_H

#include "daemon/config.h"

/* Fills `settings` (the struct of the table, cleared) with what the text says.  Relative paths begin at `folder`. */
void config_yaml_read(const char *file, const char *folder, const char *text, size_t length,
                      const struct option_table *table, struct arena *arena, void *settings,
                      struct complaints *complaints);

#endif
