/* A journal read back into an index.  Internal to the follower.
 *
 * It is taken as it was at its last mark: what stands behind that is no loss, since the age is counted from the mark.  A file
 * that ends in the midst of a block, as a process that was killed leaves it, is taken; one that is broken in any other way is
 * not, nor is one that was made by another program, with other settings, or by another user. */
#ifndef DIRECTORY_JOURNAL_LOAD_H
#define DIRECTORY_JOURNAL_LOAD_H

#include "base/error.h"
#include "directory/follower/journal_block.h"
#include "model/builder.h"

#define JOURNAL_BOOT_SIZE 64

/* Now, as the clocks tell it. */
struct journal_clocks {
	struct journal_moment now;
	char boot[JOURNAL_BOOT_SIZE]; /* names this start of the machine; "": unknown */
};

void journal_clocks_read(struct journal_clocks *clocks);

/* How long ago a mark was made.  Of two clocks the one counts that says longer; a mark of another start of the machine has
 * the wall clock alone, which must have been disciplined then and be so now.  Negative: no clock can tell, or it went back. */
int journal_age(const struct journal_moment *mark, const char *boot, const struct journal_clocks *clocks, instant *age,
                struct error *why);

struct journal_loaded {
	struct journal_end end;   /* of the last whole read; its server is below; `covered` is to be released, in any case */
	char server[SOURCE_SERVER_SIZE];
	struct position position; /* how far the source had come */
	instant age;              /* of the last mark */
	bool torn;                /* the end of the file was dropped */
};

/* Reads the journal of that name into a builder, as entries of the source of that number, of which it must have none.
 * Negative: it is not taken, `why` says why; the builder is to be thrown away then. */
#define JOURNAL_NONE 1 /* there is no such file */
int journal_load(int folder, const char *name, const struct journal_head *expected, const struct journal_clocks *clocks,
                 struct builder *builder, uint16_t source, struct journal_loaded *loaded, struct error *why);
/* The same of an open file, whoever's it is. */
int journal_load_file(int file, const struct journal_head *expected, const struct journal_clocks *clocks,
                      struct builder *builder, uint16_t source, struct journal_loaded *loaded, struct error *why);

#endif
