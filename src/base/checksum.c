#include "base/checksum.h"

#include <xxhash.h>

uint64_t checksum_octets(const void *octets, size_t length, uint64_t seed)
{
	return XXH3_64bits_withSeed(octets, length, seed);
}
