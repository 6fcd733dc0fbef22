/* test: does the policy say what it should? */
#include "cli/commands.h"

#include "base/memory.h"
#include "cli/policy_test.h"

static enum exit_status refuse(const struct error *error, char **why)
{
	*why = memory_string(error->text);
	return STATUS_FAILURE;
}

/* Runs a file on what it loads itself, or on `gate`, which is as it was afterwards. */
static int run_file(const struct policy_file *file, struct dirgate *gate, struct printer *out,
                    struct policy_tally *tally, char **why)
{
	struct dirgate *own = NULL;
	int result;

	if (!gate)
		gate = own = dirgate_open_ldif(file->load.items, NULL, why);
	if (!gate)
		return -1;
	printer_print(out, STYLE_DIM, "# %s\n", file->path);
	result = policy_run(file, gate, out, tally, why);
	if (!own && dirgate_reset(gate, result < 0 ? NULL : why) < 0)
		result = -1;
	dirgate_close(own);
	return result;
}

/* All files are read before the first is run: what is broken is said at once. */
static enum exit_status read_files(const struct command_line *line, bool load, struct policy_file *files, size_t count,
                                   char **why)
{
	struct error error;

	for (size_t i = 0; i < count; i++) {
		if (policy_read(line->files[i], line->arena, &files[i], &error) < 0)
			return refuse(&error, why);
		if (load && files[i].load.count == 0) {
			error_set(&error, -1, "%s: the key \"load\" is missing: say which LDIF files it is about, or name a source on "
			                      "the command line", files[i].path);
			return refuse(&error, why);
		}
	}
	return STATUS_YES;
}

enum exit_status command_test(const struct command_line *line, struct dirgate *gate, struct printer *out, char **why)
{
	struct policy_tally tally = {0};
	struct policy_file *files;
	enum exit_status status;
	size_t count = 0;

	while (line->files[count])
		count++;
	files = arena_array(line->arena, count, sizeof(*files));
	status = read_files(line, !gate, files, count, why);
	if (status != STATUS_YES)
		return status;
	printer_write_line(out, "TAP version 14");
	for (size_t i = 0; i < count; i++)
		if (run_file(&files[i], gate, out, &tally, why) < 0) {
			printer_print(out, STYLE_BAD, "Bail out!  %s\n", *why ? *why : "");
			return STATUS_FAILURE;
		}
	printer_print(out, STYLE_PLAIN, "1..%zu\n", tally.run);
	return tally.failed > 0 ? STATUS_NO : STATUS_YES;
}
