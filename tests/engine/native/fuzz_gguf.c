/* fuzz_gguf.c: mutates GGUF seeds and parses each, under the sanitizers.
 *
 *   fuzz_gguf ITERATIONS SEED FILE…
 *
 * Each image is parsed from an allocation of exactly its size, so a read beyond it is caught. When parsing
 * succeeds every entry and element is read as well. Prints how many images were accepted and refused. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gguf.h"

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

static volatile double sink; /* keeps the reads below from being optimised away */

static void read_everything(const lila_gguf *g) {
    lila_kv kv;
    lila_tensor_info tensor;
    for (uint64_t i = 0; lila_gguf_kv_at(g, i, &kv) == LILA_OK; i++) {
        for (uint64_t e = 0; e <= kv.count && e < 4096; e++) {
            uint64_t len;
            const char *text = lila_gguf_kv_string(g, i, e, &len);
            if (text && len) sink += text[0] + text[len - 1];
            sink += (double)lila_gguf_kv_int(g, i, e) + lila_gguf_kv_float(g, i, e);
        }
    }
    for (uint64_t i = 0; lila_gguf_tensor_at(g, i, &tensor) == LILA_OK; i++) {
        const uint8_t *data = tensor.data;
        sink += data[0] + data[tensor.size - 1];
    }
    uint64_t number;
    sink += gguf_get_u64(g, "llama.block_count", &number) + (gguf_tensor(g, "token_embd.weight") != NULL);
}

/* Values that break arithmetic on sizes. */
static const uint64_t edges[] = {
    0,          1,          31,         32,         0x7fffffff,         0x80000000,
    0xffffffff, 1ull << 32, 1ull << 61, 1ull << 62, 0x7fffffffffffffff, UINT64_MAX};

/* Most mutations fall on the header, where the structure is. */
static size_t position(size_t size) {
    return below(next() % 4 ? (size < 4096 ? size : 4096) : size);
}

static size_t mutate(uint8_t *image, size_t size) {
    for (size_t n = 1 + below(4); n > 0 && size > 0; n--) {
        size_t at = position(size);
        uint64_t edge = edges[below(sizeof edges / sizeof *edges)] + below(3) - 1;
        size_t width = size - at < 8 ? size - at : (next() % 2 ? 8 : 4);
        switch (below(6)) {
        case 0:
            image[at] ^= (uint8_t)(1u << below(8));
            break;
        case 1:
            image[at] = (uint8_t)next();
            break;
        case 2:
            memcpy(image + at, &edge, width);
            break;
        case 3:
            memmove(image + at, image + position(size - width + 1), width);
            break;
        case 4:
            size = below(size + 1);
            break;
        default:
            memmove(image + at, image + at + width, size - at - width);
            size -= width;
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
    lila_gguf *g;
    char err[64]; /* shorter than the sentences, on purpose */
    uint8_t *exact = malloc(size ? size : 1);
    memcpy(exact, image, size);
    int status = gguf_parse(exact, size, &g, err, sizeof err);
    if (status == LILA_OK) {
        read_everything(g);
        lila_gguf_free(g);
    } else if (g || !memchr(err, 0, sizeof err) || !err[0]) {
        fprintf(stderr, "refused without a sentence, or with a handle\n");
        abort();
    }
    free(exact);
    return status;
}

int main(int argc, char **argv) {
    if (argc < 4) return fprintf(stderr, "usage: fuzz_gguf ITERATIONS SEED FILE...\n"), 2;
    long iterations = atol(argv[1]), accepted = 0, refused = 0;
    state = strtoull(argv[2], NULL, 10);
    for (int i = 3; i < argc; i++) {
        size_t size;
        uint8_t *seed = read_file(argv[i], &size);
        if (!seed || !size || parse_once(seed, size) != LILA_OK)
            return fprintf(stderr, "bad seed %s\n", argv[i]), 2;
        uint8_t *image = malloc(size);
        for (long n = 0; n < iterations; n++) {
            memcpy(image, seed, size);
            parse_once(image, mutate(image, size)) == LILA_OK ? accepted++ : refused++;
        }
        free(image);
        free(seed);
    }
    printf("accepted %ld refused %ld\n", accepted, refused);
    return 0;
}
