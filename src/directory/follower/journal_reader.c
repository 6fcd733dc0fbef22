#include "directory/follower/journal_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* Reads all of it, which is within what the file's size was. */
static int read_all(struct journal_reader *reader, void *octets, size_t length, struct error *why)
{
	size_t done = 0;

	while (done < length) {
		ssize_t part = pread(reader->file, (char *)octets + done, length - done, (off_t)(reader->at + done));

		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return error_set(why, -EIO, "%s", part < 0 ? strerror(errno) : "it became shorter while it was read");
		done += (size_t)part;
	}
	reader->at += length;
	return 0;
}

int journal_reader_begin(struct journal_reader *reader, int file, struct error *why)
{
	char magic[JOURNAL_MAGIC_SIZE];
	struct stat status;
	int result;

	*reader = (struct journal_reader){.file = file};
	if (fstat(file, &status) < 0)
		return error_set(why, -errno, "%s", strerror(errno));
	reader->size = (uint64_t)status.st_size;
	if (reader->size < JOURNAL_START)
		return error_set(why, -EBADMSG, "it is no journal");
	if ((result = read_all(reader, magic, sizeof(magic), why)) < 0 ||
	    (result = read_all(reader, &reader->before, sizeof(reader->before), why)) < 0)
		return result;
	if (memcmp(magic, JOURNAL_MAGIC, sizeof(magic)) != 0)
		return error_set(why, -EBADMSG, "it is no journal, or one of another format");
	return 0;
}

static int broken(const struct journal_reader *reader, struct error *why)
{
	return error_set(why, -EBADMSG, "it is broken at octet %llu", (unsigned long long)reader->at);
}

int journal_reader_next(struct journal_reader *reader, struct error *why)
{
	struct journal_frame frame;
	int result;

	if (reader->at == reader->size)
		return JOURNAL_AT_END;
	if (reader->size - reader->at < sizeof(frame))
		return JOURNAL_TORN;
	if ((result = read_all(reader, &frame, sizeof(frame), why)) < 0)
		return result;
	if (!journal_frame_is_good(&frame, reader->before))
		return broken(reader, why);
	if (reader->size - reader->at < frame.length)
		return JOURNAL_TORN;
	if (frame.length > reader->room || !reader->octets) {
		free(reader->octets);
		reader->room = frame.length;
		reader->octets = memory_alloc(reader->room + 1);
	}
	if ((result = read_all(reader, reader->octets, frame.length, why)) < 0)
		return result;
	if (!journal_payload_is_good(&frame, reader->octets))
		return broken(reader, why);
	reader->before = frame.sum;
	reader->kind = (enum journal_kind)frame.kind;
	reader->length = frame.length;
	return 0;
}

void journal_reader_release(struct journal_reader *reader)
{
	free(reader->octets);
	reader->octets = NULL;
}
