/* dirgated: the gateway. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/process.h"
#include "daemon/check.h"
#include "daemon/manual.h"
#include "daemon/run.h"

#define STATUS_BROKEN 1
#define STATUS_USAGE  2

static int print(void (*write)(struct text *out))
{
	struct text text;

	text_init(&text, MANUAL_MAX);
	write(&text);
	fputs(text_string(&text), stdout);
	text_release(&text);
	return 0;
}

static int print_version(void)
{
	printf("dirgated %s\n", DIRGATE_VERSION);
	return 0;
}

/* What libraries take from the environment, set before there are threads. */
static void set_environment(const struct settings *settings)
{
	if (settings->time_zone)
		setenv("TZ", settings->time_zone, 1);
	tzset();
}

static int work(const struct flags *flags)
{
	struct complaints complaints;
	struct config *config;
	int status = STATUS_BROKEN;

	complaints_init(&complaints);
	config = config_read(flags, &complaints);
	if (config) {
		set_environment(&config->settings);
		status = flags->command.check ? check(config) : run(flags, config);
	} else if (flags->command.check) {
		status = check_complaints(&complaints);
	} else {
		fputs(text_string(&complaints.lines), stderr);
	}
	complaints_release(&complaints);
	return status;
}

static int obey(const struct flags *flags)
{
	if (flags->command.help)
		return print(manual_print_help);
	if (flags->command.version)
		return print_version();
	if (flags->command.manual > 0)
		return print(flags->command.manual == 5 ? manual_print_keys : manual_print_options);
	return work(flags);
}

int main(int argc, char **argv)
{
	struct flags flags;
	struct error why;
	int status = STATUS_USAGE;

	if (flags_read(argc, argv, &flags, &why) == 0)
		status = obey(&flags);
	else
		fprintf(stderr, "dirgated: %s\n", why.text);
	flags_release(&flags);
	process_end(status);
}
