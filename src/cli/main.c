/* dirgate: who may do what, and why, on the command line. */
#include "cli/commands.h"

#include "base/log.h"
#include "base/process.h"

int main(int argc, char **argv)
{
	struct printer out, errors;

	log_set_level(LOG_LEVEL_ERROR); /* what matters is in the messages */
	printer_init(&out, stdout);
	printer_init(&errors, stderr);
	process_end((int)commands_run(argc, argv, &out, &errors));
}
