#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#define ROOM_FIRST 65536 /* octets */

/* Opens a file that is no folder: reading one would fail with other words. */
static int file_open(const char *path, struct error *why)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (file < 0 || fstat(file, &status) < 0 || (S_ISDIR(status.st_mode) && (errno = EISDIR))) {
		int code = -errno;

		if (file >= 0)
			close(file);
		return error_set(why, code, "%s", strerror(-code));
	}
	return file;
}

/* Reads up to `maximum` octets and one, which shows that there are more. */
static char *octets_read(int file, size_t maximum, size_t *length, struct error *why)
{
	size_t room = maximum < ROOM_FIRST ? maximum + 1 : ROOM_FIRST;
	char *octets = memory_alloc(room + 1);
	ssize_t part;

	*length = 0;
	while ((part = read(file, octets + *length, room - *length)) > 0) {
		*length += (size_t)part;
		if (*length < room || room > maximum)
			continue;
		room = room * 2 <= maximum ? room * 2 : maximum + 1;
		octets = memory_resize(octets, room + 1, 1);
	}
	octets[*length] = '\0';
	if (part == 0 && *length <= maximum)
		return octets;
	if (part < 0)
		error_set(why, -errno, "%s", strerror(errno));
	else
		error_set(why, -EFBIG, "too long: more than %zu octets", maximum);
	free(octets);
	return NULL;
}

char *file_read(const char *path, size_t maximum, size_t *length, struct error *why)
{
	int file = file_open(path, why);
	char *octets;

	if (file < 0)
		return NULL;
	octets = octets_read(file, maximum, length, why);
	close(file);
	return octets;
}

char *file_folder(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return arena_string(arena, ".");
	return slash == path ? arena_string(arena, "/") : arena_octets(arena, path, (size_t)(slash - path));
}
