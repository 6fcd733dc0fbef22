/* A main for a fuzz target where there is no libFuzzer: runs every file of its corpus once.
 * The corpus of tests/fuzz/fuzz_NAME.c is the folder tests/fuzz/corpus/NAME; other files or folders may be named. */
#include <dirent.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static unsigned replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	uint8_t *octets;
	size_t length;

	if (!file || fstat(fileno(file), &status) != 0) {
		perror(path);
		exit(1);
	}
	octets = memory_alloc((size_t)status.st_size);
	length = fread(octets, 1, (size_t)status.st_size, file);
	fclose(file);
	/* An allocation of exactly this size lets AddressSanitizer see each octet too far. */
	octets = memory_resize(octets, length, 1);
	LLVMFuzzerTestOneInput(octets, length);
	free(octets);
	return 1;
}

static unsigned replay(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	unsigned count = 0;

	if (!folder)
		return replay_file(path);
	while ((entry = readdir(folder))) {
		struct text name;

		if (entry->d_name[0] == '.')
			continue;
		text_init(&name, 4096);
		text_print(&name, "%s/%s", path, entry->d_name);
		count += replay(text_string(&name));
		text_release(&name);
	}
	closedir(folder);
	return count;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	struct text corpus;
	unsigned count = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		count += replay(argv[i]);
	if (argc == 1) {
		text_init(&corpus, 4096);
		text_print(&corpus, "tests/fuzz/corpus/%s", (name ? name + 1 : argv[0]) + strlen("fuzz_"));
		count = replay(text_string(&corpus));
		text_release(&corpus);
	}
	printf("ok - %u inputs\n", count);
	return 0;
}
