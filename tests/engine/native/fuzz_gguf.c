/* fuzz_gguf.c: mutates GGUF seeds and parses each, under the sanitizers.
 *
 *   fuzz_gguf ITERATIONS SEED FILE…
 *
 * When parsing succeeds every entry and element is read as well. Prints how many images were accepted and
 * refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "gguf.h"

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

/* Most changes fall on the header, where the structure is. */
static size_t place(const uint8_t *image, size_t size) {
    (void)image;
    return fuzz_below(fuzz_next() % 4 ? (size < 4096 ? size : 4096) : size);
}

/* An edge, a copy of another place, or nothing in the place of a number. */
static size_t change(uint8_t *image, size_t size, size_t most, size_t at) {
    (void)most;
    uint64_t edge = edges[fuzz_below(sizeof edges / sizeof *edges)] + fuzz_below(3) - 1;
    size_t width = size - at < 8 ? size - at : (fuzz_next() % 2 ? 8 : 4);
    switch (fuzz_below(3)) {
    case 0:
        memcpy(image + at, &edge, width);
        return size;
    case 1:
        memmove(image + at, image + place(image, size - width + 1), width);
        return size;
    default:
        memmove(image + at, image + at + width, size - at - width);
        return size - width;
    }
}

static int take(const uint8_t *image, size_t size, char *err, size_t errlen) {
    lila_gguf *g;
    int status = gguf_parse(image, size, &g, err, errlen);
    if (status) {
        if (g) abort();
        return status;
    }
    read_everything(g);
    lila_gguf_free(g);
    return LILA_OK;
}

int main(int argc, char **argv) {
    return fuzz_main(argc, argv, &(fuzz_target){.place = place, .change = change, .take = take});
}
