/* Checksums of what was written to a disk: they find what broke by itself, not what somebody forged. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* XXH3 with 64 bits.  Equal octets have another sum with another seed. */
uint64_t checksum_octets(const void *octets, size_t length, uint64_t seed);

#endif
