/* fuzz.h: what the fuzzers have in common: random numbers, and the loop that mutates files. */
#ifndef LILA_FUZZ_H
#define LILA_FUZZ_H

#include <stddef.h>
#include <stdint.h>

void fuzz_seed(uint64_t seed);
uint64_t fuzz_next(void);
size_t fuzz_below(size_t n); /* 0 to n - 1; 0 for n = 0 */

typedef struct fuzz_target {
    size_t room; /* bytes that an image may have more than its seed */
    /* Where a change is worth something, below `size`, which isn't 0. */
    size_t (*place)(const uint8_t *image, size_t size);
    /* A change that this format invites; returns the image's new size, at most `most`. */
    size_t (*change)(uint8_t *image, size_t size, size_t most, size_t at);
    /* Takes an image, of an allocation of exactly `size`, and does all that can be done with what it holds:
     * LILA_OK, or a status and a sentence. Aborts where a refusal comes with a handle. */
    int (*take)(const uint8_t *image, size_t size, char *err, size_t errlen);
} fuzz_target;

/* The fuzzer's main: PROGRAM ITERATIONS SEED FILE…. Every file must be accepted; then it is changed so many
 * times, and what comes of it must be accepted, or refused with a sentence. Prints how many were. Returns the
 * exit status. */
int fuzz_main(int argc, char **argv, const fuzz_target *target);

#endif
