/* fuzz_safetensors.c: mutates safetensors seeds and parses each, under the sanitizers.
 *
 *   fuzz_safetensors ITERATIONS SEED FILE…
 *
 * Each image is parsed from an allocation of exactly its size, so a read beyond it is caught. When parsing
 * succeeds every entry is read as well. Prints how many images were accepted and refused. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "safetensors.h"

static uint64_t state;

static uint64_t next(void) { /* splitmix64 */
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static size_t below(size_t n) {
    return n ? (size_t)(next() % n) : 0;
}

static volatile unsigned sink; /* keeps the reads below from being optimised away */

static void read_everything(const lila_safetensors *f) {
    lila_safetensor t;
    lila_text_pair pair;
    for (uint64_t i = 0; lila_safetensors_at(f, i, &t) == LILA_OK; i++) {
        const uint8_t *data = t.data;
        sink += t.name[0] + t.name[t.name_len - 1] + t.dtype[0];
        for (uint64_t b = 0; b < t.size; b++) sink += data[b];
    }
    for (uint64_t i = 0; lila_safetensors_metadata_at(f, i, &pair) == LILA_OK; i++)
        for (uint64_t b = 0; b < pair.value_len; b++) sink += pair.value[b];
    const lila_safetensor *w = safetensors_find(f, "w");
    if (w) sink += (unsigned)safetensors_index(f, w);
}

/* What a header is made of, and what arithmetic on sizes trips over. */
static const char *const parts[] = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud83d",
    "\\udc00",
    "\\u00e9",
    "0",
    "-1",
    "1e9",
    "01",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775808",
    "\"dtype\"",
    "\"shape\"",
    "\"F32\"",
    "\"BF16\"",
    "\"F7\"",
    "\"w\"",
    "\xff",
    "\xed\xa0\x80",
    " ",
    "\n",
    "null",
    "\"__metadata__\"",
    "\"data_offsets\"",
    "[[[[[[[[",
    "{\"a\":{\"a\":{",
};

/* Replaces `taken` bytes at `at` with a part; returns the new size, at most `room`. */
static size_t splice(uint8_t *image, size_t size, size_t room, size_t at, size_t taken) {
    const char *part = parts[below(sizeof parts / sizeof *parts)];
    size_t len = strlen(part);
    if (taken > size - at) taken = size - at;
    if (size - taken + len > room) return size;
    memmove(image + at + len, image + at + taken, size - at - taken);
    memcpy(image + at, part, len);
    return size - taken + len;
}

/* So that the length in front doesn't refuse what stands behind it. */
static void mend_length(uint8_t *image, size_t before, size_t after) {
    uint64_t length;
    memcpy(&length, image, sizeof length);
    length += after - before;
    memcpy(image, &length, sizeof length);
}

static size_t mutate(uint8_t *image, size_t size, size_t room) {
    uint64_t header;
    memcpy(&header, image, sizeof header);
    for (size_t n = 1 + below(3); n > 0 && size > 8; n--) {
        size_t at = 8 + below(header < size - 8 ? header : size - 8), before = size;
        switch (below(5)) {
        case 0:
            image[at] ^= (uint8_t)(1u << below(8));
            break;
        case 1:
            image[below(8)] = (uint8_t)next();
            break;
        case 2:
            return below(size + 1);
        case 3:
            size = splice(image, size, room, at, 0);
            if (next() % 4) mend_length(image, before, size);
            break;
        default:
            size = splice(image, size, room, at, below(24));
            if (next() % 4) mend_length(image, before, size);
        }
    }
    return size;
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

static int parse_once(const uint8_t *image, size_t size) {
    lila_safetensors *f;
    char err[64]; /* shorter than the sentences, on purpose */
    uint8_t *exact = malloc(size ? size : 1);
    memcpy(exact, image, size);
    int status = safetensors_parse(exact, size, &f, err, sizeof err);
    if (status == LILA_OK) {
        read_everything(f);
        lila_safetensors_free(f);
    } else if (f || !memchr(err, 0, sizeof err) || !err[0]) {
        fprintf(stderr, "refused without a sentence, or with a handle\n");
        abort();
    }
    free(exact);
    return status;
}

int main(int argc, char **argv) {
    if (argc < 4) return fprintf(stderr, "usage: fuzz_safetensors ITERATIONS SEED FILE...\n"), 2;
    long iterations = atol(argv[1]), accepted = 0, refused = 0;
    state = strtoull(argv[2], NULL, 10);
    for (int i = 3; i < argc; i++) {
        size_t size;
        uint8_t *seed = read_file(argv[i], &size);
        if (!seed || !size || parse_once(seed, size) != LILA_OK)
            return fprintf(stderr, "bad seed %s\n", argv[i]), 2;
        uint8_t *image = malloc(size + 256);
        for (long n = 0; n < iterations; n++) {
            memcpy(image, seed, size);
            parse_once(image, mutate(image, size, size + 256)) == LILA_OK ? accepted++ : refused++;
        }
        free(image);
        free(seed);
    }
    printf("accepted %ld refused %ld\n", accepted, refused);
    return 0;
}
