#include "directory/follower/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* ---- the folder ---- */

static int folder_check(int folder, const char *path, struct error *why)
{
	struct stat status;

	if (fstat(folder, &status) < 0)
		return error_set(why, -errno, "%s: %s", path, strerror(errno));
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return error_set(why, -EPERM, "%s belongs to another user, who could change what the gateway believes: chown it",
		                 path);
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return error_set(why, -EPERM, "others can write in %s, and so change what the gateway believes: chmod 0700 it",
		                 path);
	return 0;
}

int journal_folder_open(const char *path, struct error *why)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result;

	if (folder < 0)
		return error_set(why, -errno, "%s: %s", path, strerror(errno));
	result = folder_check(folder, path, why);
	if (result == 0)
		return folder;
	close(folder);
	return result;
}

/* ---- a file ---- */

bool journal_file_is_open(const struct journal_file *file)
{
	return file->file >= 0;
}

void journal_file_close(struct journal_file *file)
{
	if (file->file >= 0)
		close(file->file);
	*file = (struct journal_file){.file = -1};
}

bool journal_file_is_at(const struct journal_file *file, int folder, const char *name)
{
	struct stat mine, there;

	return fstat(file->file, &mine) == 0 && fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

/* All of it or an error. */
static int write_all(int file, struct iovec *parts, int count, struct error *why)
{
	while (count > 0) {
		ssize_t written = writev(file, parts, count);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return error_set(why, -errno, "%s", strerror(errno));
		for (; count > 0 && (size_t)written >= parts->iov_len; count--)
			written -= (ssize_t)parts++->iov_len;
		if (count > 0) {
			parts->iov_base = (char *)parts->iov_base + written;
			parts->iov_len -= (size_t)written;
		}
	}
	return 0;
}

int journal_file_write(struct journal_file *file, enum journal_kind kind, const struct text *payload, struct error *why)
{
	struct journal_frame frame;
	struct iovec parts[] = {{&frame, sizeof(frame)}, {payload->octets, payload->length}};
	int result;

	if (payload->overflowed)
		return error_set(why, -EFBIG, "an entry is too large for it");
	journal_frame_make(kind, payload, file->sum, &frame);
	result = write_all(file->file, parts, 2, why);
	file->sum = frame.sum;
	file->octets += sizeof(frame) + payload->length;
	return result;
}

/* Nobody else writes into it: what another process has open is left to it. */
static int file_own(const struct journal_file *file, int folder, const char *name, struct error *why)
{
	if (flock(file->file, LOCK_EX | LOCK_NB) < 0 || !journal_file_is_at(file, folder, name))
		return error_set(why, -EBUSY, "another gateway is writing it");
	if (fchmod(file->file, S_IRUSR | S_IWUSR) < 0 || ftruncate(file->file, 0) < 0)
		return error_set(why, -errno, "%s", strerror(errno));
	return 0;
}

/* The random number keeps what is left of other files on the disk from being taken for blocks of this one. */
static int start_write(struct journal_file *file, const struct journal_head *head, struct error *why)
{
	struct iovec parts[] = {{(char *)(uintptr_t)JOURNAL_MAGIC, JOURNAL_MAGIC_SIZE}, {&file->sum, sizeof(file->sum)}};
	struct text payload;
	int result;

	if (getrandom(&file->sum, sizeof(file->sum), 0) != (ssize_t)sizeof(file->sum))
		return error_set(why, -EIO, "no random number");
	result = write_all(file->file, parts, 2, why);
	if (result < 0)
		return result;
	file->octets = JOURNAL_START;
	text_init(&payload, JOURNAL_BLOCK_MAX);
	journal_write_head(head, &payload);
	result = journal_file_write(file, JOURNAL_HEAD, &payload, why);
	text_release(&payload);
	return result;
}

int journal_file_start(struct journal_file *file, int folder, const char *name, const struct journal_head *head,
                       struct error *why)
{
	int result;

	*file = (struct journal_file){
		.file = openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
	if (file->file < 0)
		return error_set(why, -errno, "%s", strerror(errno));
	result = file_own(file, folder, name, why);
	if (result == 0)
		result = start_write(file, head, why);
	if (result < 0)
		journal_file_close(file);
	return result;
}

int journal_file_rename(struct journal_file *file, int folder, const char *from, const char *to, struct error *why)
{
	if (!journal_file_is_at(file, folder, from))
		return error_set(why, -ENOENT, "somebody has removed it");
	if (fsync(file->file) < 0 || renameat(folder, from, folder, to) < 0 || fsync(folder) < 0)
		return error_set(why, -errno, "%s", strerror(errno));
	return 0;
}
