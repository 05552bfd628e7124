/* fuzz_encoder.c: opens encoders, sound ones and mutated ones, and embeds texts with each, under the
 * sanitizers.
 *
 *   fuzz_encoder WIDTH HEADS INNER LAYERS ITERATIONS SEED FILE…
 *
 * A sound file is opened with every table of kernels that this processor has: its embeddings must be the same
 * bits on any number of threads, and what isn't a text is refused. A mutated one is opened with a table and a
 * number of threads by chance. What the engine reads and writes lies in allocations of exactly its size. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "lila_engine.h"
#include "mutate_safetensors.h"

enum { VOCABULARY = 41, POSITIONS = 64, SOUND_TEXTS = 14 }; /* as the test's files have them */

static const uint32_t masks[] = {0, 1, 3, 7};
static lila_encoder_params params = {
    .vocab_size = VOCABULARY, .positions = POSITIONS, .token_types = 2, .epsilon = 1e-6f, .normalise = 1};

static void must(int held, const char *what) {
    if (held) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* One block that ends where its contents do. */
static void *exact(size_t count, size_t size) {
    void *block = malloc(count * size);
    must(block != NULL, "out of memory");
    return block;
}

static size_t sum(const uint32_t *lengths, uint32_t texts) {
    size_t total = 0;
    for (uint32_t i = 0; i < texts; i++) total += lengths[i];
    return total;
}

/* Texts of random words; *out, which the caller frees, is NULL where the encoder refuses. */
static int embed(const lila_encoder *e, const uint32_t *lengths, uint32_t texts, float **out, char *err,
                 size_t errlen) {
    size_t count = sum(lengths, texts), width = params.embedding;
    int32_t *tokens = exact(count, sizeof *tokens);
    uint32_t *given = exact(texts, sizeof *given);
    float *hidden = exact((params.layers + 1) * count * width, sizeof *hidden);
    *out = exact(texts * width, sizeof **out);
    memcpy(given, lengths, texts * sizeof *given);
    for (size_t i = 0; i < count; i++) tokens[i] = (int32_t)fuzz_below(VOCABULARY);
    int status = lila_encoder_embed(e, tokens, given, texts, *out, hidden, err, errlen);
    free(tokens);
    free(given);
    free(hidden);
    if (status) {
        free(*out);
        *out = NULL;
    }
    return status;
}

/* ---- mutated files */

/* A name under which the engine finds the image: it maps files. */
static const char *as_file(const uint8_t *image, size_t size) {
    static int fd = -1;
    static char path[64];
    if (fd < 0) fd = memfd_create("encoder", MFD_CLOEXEC);
    must(fd >= 0 && !ftruncate(fd, 0) && pwrite(fd, image, size, 0) == (ssize_t)size, "no file in memory");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

static int take(const uint8_t *image, size_t size, char *err, size_t errlen) {
    uint32_t lengths[4], texts = 1 + (uint32_t)fuzz_below(4);
    for (uint32_t i = 0; i < texts; i++) lengths[i] = 1 + (uint32_t)fuzz_below(POSITIONS);
    params.threads = 1 + (uint32_t)fuzz_below(3);
    params.cpu_mask = masks[fuzz_below(sizeof masks / sizeof *masks)];
    lila_encoder *e;
    float *out;
    int status = lila_encoder_open(as_file(image, size), &params, &e, err, errlen);
    if (status) {
        must(e == NULL, "refused with a handle");
        return status;
    }
    status = embed(e, lengths, texts, &out, err, errlen);
    free(out);
    lila_encoder_free(e);
    return status;
}

/* ---- sound files */

static void check_refusals(const lila_encoder *e) {
    static const struct {
        int32_t token;
        uint32_t length;
    } wrong[] = {{VOCABULARY, 1}, {-1, 1}, {INT32_MIN, 1}, {0, 0}, {0, POSITIONS + 1}, {0, UINT32_MAX}};
    float *out = exact(params.embedding, sizeof *out);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char err[256] = "";
        int status = lila_encoder_embed(e, &wrong[i].token, &wrong[i].length, 1, out, NULL, err, sizeof err);
        must(status == LILA_E_ARGUMENT && err[0], "what isn't a text was taken");
    }
    free(out);
}

/* The embeddings of the same texts, more than one pass takes, from an encoder of its own. */
static float *sound(const char *path, uint32_t mask, uint32_t threads) {
    static const uint32_t lengths[SOUND_TEXTS] = {
        1, POSITIONS, 2, POSITIONS - 1, 17, POSITIONS, 33, 64, 48, 16, 15, 31, 64, 64};
    char err[256];
    lila_encoder *e;
    float *out;
    params.cpu_mask = mask;
    params.threads = threads;
    must(lila_encoder_open(path, &params, &e, err, sizeof err) == LILA_OK, "a sound file was refused");
    fuzz_seed(1);
    must(embed(e, lengths, SOUND_TEXTS, &out, err, sizeof err) == LILA_OK, "sound texts were refused");
    check_refusals(e);
    lila_encoder_free(e);
    return out;
}

static void check_seed(const char *path) {
    for (size_t m = 0; m < sizeof masks / sizeof *masks; m++) {
        if (masks[m] & ~lila_cpu_features()) continue;
        float *alone = sound(path, masks[m], 1), *shared = sound(path, masks[m], 3);
        must(!memcmp(alone, shared, SOUND_TEXTS * params.embedding * sizeof *alone),
             "threads change the result");
        free(alone);
        free(shared);
    }
}

int main(int argc, char **argv) {
    if (argc < 8) return fprintf(stderr, "usage: WIDTH HEADS INNER LAYERS ITERATIONS SEED FILE...\n"), 2;
    params.embedding = (uint32_t)atol(argv[1]);
    params.heads = (uint32_t)atol(argv[2]);
    params.feed_forward = (uint32_t)atol(argv[3]);
    params.layers = (uint32_t)atol(argv[4]);
    for (int i = 7; i < argc; i++) check_seed(argv[i]);
    return fuzz_main(
        argc - 4, argv + 4,
        &(fuzz_target){
            .room = SAFETENSORS_ROOM, .place = safetensors_place, .change = safetensors_change, .take = take});
}
