/* fuzz.c: mutates seeds and gives each to a target, under the sanitizers. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lila_engine.h"

static uint64_t state;

void fuzz_seed(uint64_t seed) {
    state = seed;
}

uint64_t fuzz_next(void) { /* splitmix64 */
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

size_t fuzz_below(size_t n) {
    return n ? (size_t)(fuzz_next() % n) : 0;
}

static size_t mutate(const fuzz_target *target, uint8_t *image, size_t size, size_t most) {
    for (size_t n = 1 + fuzz_below(4); n > 0 && size > 0; n--) {
        size_t at = target->place(image, size);
        switch (fuzz_below(6)) {
        case 0:
            image[at] ^= (uint8_t)(1u << fuzz_below(8));
            break;
        case 1:
            image[at] = (uint8_t)fuzz_next();
            break;
        case 2:
            size = fuzz_below(size + 1);
            break;
        default:
            size = target->change(image, size, most, at);
        }
    }
    return size;
}

static int take_once(const fuzz_target *target, const uint8_t *image, size_t size) {
    char err[64]; /* shorter than the sentences, on purpose */
    uint8_t *exact = malloc(size ? size : 1);
    memcpy(exact, image, size);
    memset(err, 0x7f, sizeof err);
    int status = target->take(exact, size, err, sizeof err);
    if (status != LILA_OK && (!memchr(err, 0, sizeof err) || !err[0])) {
        fprintf(stderr, "refused without a sentence\n");
        abort();
    }
    free(exact);
    return status;
}

static uint8_t *read_file(const char *path, size_t *size) {
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    fseek(f, 0, SEEK_END);
    *size = (size_t)ftell(f);
    rewind(f);
    uint8_t *data = malloc(*size);
    if (data && fread(data, 1, *size, f) != *size) *size = 0;
    fclose(f);
    return data;
}

int fuzz_main(int argc, char **argv, const fuzz_target *target) {
    if (argc < 4) return fprintf(stderr, "usage: ITERATIONS SEED FILE...\n"), 2;
    long iterations = atol(argv[1]), accepted = 0, refused = 0;
    fuzz_seed(strtoull(argv[2], NULL, 10));
    for (int i = 3; i < argc; i++) {
        size_t size;
        uint8_t *seed = read_file(argv[i], &size);
        if (!seed || !size || take_once(target, seed, size) != LILA_OK)
            return fprintf(stderr, "bad seed %s\n", argv[i]), 2;
        uint8_t *image = malloc(size + target->room);
        for (long n = 0; n < iterations; n++) {
            memcpy(image, seed, size);
            size_t mutated = mutate(target, image, size, size + target->room);
            take_once(target, image, mutated) == LILA_OK ? accepted++ : refused++;
        }
        free(image);
        free(seed);
    }
    printf("accepted %ld refused %ld\n", accepted, refused);
    return 0;
}
