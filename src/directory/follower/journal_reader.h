/* The blocks of a journal, read one by one.  Internal to the journal. */
#ifndef DIRECTORY_JOURNAL_READER_H
#define DIRECTORY_JOURNAL_READER_H

#include "base/error.h"
#include "directory/follower/journal_block.h"

struct journal_reader {
	int file;        /* not the reader's to close; read from where its blocks begin, wherever it is written */
	uint64_t size;   /* of the file, when it was begun */
	uint64_t at;     /* behind the block that was read last */
	uint64_t before; /* the sum of that block */
	enum journal_kind kind;
	char *octets;    /* its payload, until the next one */
	size_t length, room;
};

/* Negative: it is no journal of this format, or cannot be read.  To be released in any case. */
int journal_reader_begin(struct journal_reader *reader, int file, struct error *why);

/* The next block.  JOURNAL_AT_END: there is none.  JOURNAL_TORN: the file ends in the midst of one.  Negative: what is
 * there is none, or cannot be read. */
#define JOURNAL_AT_END 1
#define JOURNAL_TORN   2
int journal_reader_next(struct journal_reader *reader, struct error *why);
void journal_reader_release(struct journal_reader *reader);

#endif
