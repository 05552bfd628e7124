/* fuzz_model.c: opens models, sound ones and mutated ones, and runs sessions on each, under the sanitizers.
 *
 *   fuzz_model CACHE ITERATIONS SEED FILE…
 *
 * Changes fall on weights, on values of metadata and on the entries of tensors, so that many files are sound
 * for the parser and odd for the model. Kernels, threads, panels and whether panels are kept in the folder
 * CACHE are chosen by chance. Prints how many files were accepted and refused. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "gguf_file.h"

enum { MOST_CONTEXT = 400, MOST_BATCH = 40, STEPS = 6, CACHE_BYTES = 1 << 20 };

static const char *cache; /* a folder */

static uint32_t below(size_t n) {
    return (uint32_t)fuzz_below(n);
}

static void must(bool held, const char *what) {
    if (held) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* ---- where a change is worth something */

/* A number, somewhere in a text, or now and then the type, element type or count in front of them. */
static const uint8_t *value_place(const lila_gguf *g) {
    const gguf_kv *kv = &g->kv[fuzz_below(g->n_kv)];
    if (!below(12)) return kv->data - (kv->type == LILA_KV_ARRAY ? (const int[]){16, 12, 8}[below(3)] : 4);
    size_t i = fuzz_below(kv->count);
    if (!kv->strings || !kv->count) return kv->data + i * gguf_scalar_bytes(kv->elem_type);
    gguf_str text = gguf_elem_str(kv, i);
    return text.len ? (const uint8_t *)text.data + fuzz_below(text.len) : kv->strings[i];
}

/* A tensor's number of dimensions, one of them, its type or its offset. */
static const uint8_t *tensor_place(const lila_gguf *g) {
    const lila_tensor_info *t = &g->tensors[fuzz_below(g->n_tensors)];
    const uint8_t *fields = (const uint8_t *)t->name + t->name_len, *type = fields + 4 + 8 * t->n_dims;
    const uint8_t *const places[] = {fields, fields + 4 + 8 * (size_t)below(t->n_dims), type, type + 4};
    return places[below(4)];
}

static size_t place(const uint8_t *image, size_t size) {
    char err[8];
    lila_gguf *g;
    size_t at = fuzz_below(size);
    if (below(2) || gguf_parse(image, size, &g, err, sizeof err)) return at;
    if (g->n_kv && g->n_tensors) at = (size_t)((below(4) ? value_place(g) : tensor_place(g)) - image);
    lila_gguf_free(g);
    return at < size ? at : size - 1;
}

/* Sizes that are nearly right, edges of arithmetic, and the bits of 1, infinity and NaN. */
static const uint64_t numbers[] = {0,          1,          2,          3,          4,          7,
                                   8,          16,         17,         31,         32,         64,
                                   96,         128,        255,        256,        320,        4096,
                                   65535,      1 << 20,    1 << 24,    INT32_MAX,  0x80000000, UINT32_MAX,
                                   0x3f800000, 0x7f800000, 0x7fc00000, 1ull << 32, INT64_MAX,  UINT64_MAX};

static size_t change(uint8_t *image, size_t size, size_t most, size_t at) {
    (void)most;
    size_t room = size - at, width = room < 4 ? room : room < 8 || below(4) ? 4 : 8;
    uint64_t value = 0, chosen = numbers[below(sizeof numbers / sizeof *numbers)];
    memcpy(&value, image + at, width);
    const uint64_t others[] = {chosen, chosen, value + 1, value - 1, value * 2, value / 2};
    memcpy(image + at, &others[below(6)], width);
    return size;
}

/* ---- what is done with a file */

/* A name under which the engine finds the image: it maps files. */
static const char *as_file(const uint8_t *image, size_t size) {
    static int fd = -1;
    static char path[64];
    if (fd < 0) fd = memfd_create("model", MFD_CLOEXEC);
    must(fd >= 0 && !ftruncate(fd, 0) && pwrite(fd, image, size, 0) == (ssize_t)size, "no file in memory");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

static void encode(const lila_gguf *file) {
    static const char text[] = "Hello <s> é\n 12";
    char err[256] = "";
    int32_t ids[64];
    size_t count;
    lila_tokenizer *t;
    if (lila_tokenizer_create(file, &t, err, sizeof err)) {
        must(!t && err[0], "a tokenizer was refused with a handle or without words");
        return;
    }
    (void)lila_tokenizer_encode(t, text, sizeof text - 1, below(8), ids, 64, &count, err, sizeof err);
    lila_tokenizer_free(t);
}

/* Rows out of the cache and back, in a block that ends where they do. */
static void copy_rows(lila_session *s, uint32_t layer) {
    char err[256];
    uint32_t which = below(2), n = lila_session_count(s);
    uint8_t *rows = malloc(lila_session_row_bytes(s, which) * n + !n);
    must(!lila_session_read_rows(s, layer, which, 0, n, rows, err, sizeof err), "rows can't be read");
    must(!lila_session_write_rows(s, layer, which, 0, n, rows, err, sizeof err), "rows can't be written");
    free(rows);
}

/* Numbers that aren't finite end a session; what else there is to refuse was refused when it was opened. */
static void talk(const lila_model *m) {
    char err[256] = "";
    lila_model_info info;
    lila_session *s;
    lila_model_describe(m, &info);
    uint32_t most = info.context_length < MOST_CONTEXT ? info.context_length : MOST_CONTEXT;
    lila_session_params params = {1 + below(most), 1 + below(MOST_BATCH), below(3)};
    if (lila_session_new(m, &params, &s, err, sizeof err)) {
        must(!s && err[0], "a session was refused with a handle or without words");
        return;
    }
    for (int step = 0; step < STEPS; step++) {
        int32_t tokens[MOST_BATCH];
        uint32_t room = params.context - lila_session_count(s), n = 1 + below(MOST_BATCH);
        if (n > room) n = room;
        for (uint32_t i = 0; i < n; i++) tokens[i] = (int32_t)below(info.vocab_size);
        int status = n ? lila_session_eval(s, tokens, n, err, sizeof err) : LILA_OK;
        must(!status || status == LILA_E_FATAL, err);
        if (!below(3)) copy_rows(s, below(info.layers));
        if (!below(3)) must(!lila_session_truncate(s, below(lila_session_count(s) + 1), err, sizeof err), err);
    }
    lila_session_free(s);
}

static int take(const uint8_t *image, size_t size, char *err, size_t errlen) {
    static const uint32_t masks[] = {0, 1, 3, 7, 15};
    lila_model_params params = {.threads = 1 + below(3),
                                .cpu_mask = masks[below(5)],
                                .panels = below(3),
                                .cache_folder = below(3) ? cache : NULL,
                                .cache_limit = CACHE_BYTES};
    lila_model *m;
    int status = lila_model_open(as_file(image, size), &params, &m, err, errlen);
    if (status) {
        must(m == NULL, "refused with a handle");
        return status;
    }
    encode(lila_model_file(m));
    talk(m);
    lila_model_free(m);
    return LILA_OK;
}

int main(int argc, char **argv) {
    if (argc < 5) return fprintf(stderr, "usage: CACHE ITERATIONS SEED FILE...\n"), 2;
    cache = argv[1];
    return fuzz_main(argc - 1, argv + 1, &(fuzz_target){.place = place, .change = change, .take = take});
}
