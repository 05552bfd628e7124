/* check_faults.c: every allocation of a whole conversation fails in turn, and every call to the system.
 *
 *   check_faults CASE KIND FOLDER FILE
 *
 * CASE: cold (the cache of packed weights is empty), warm (it is filled), tokens (a tokenizer alone), tensors
 * (a safetensors file) or sentences (an encoder). KIND: memory or files, which says what fails. FOLDER is empty
 * and ours. The linker puts the functions below in the place of libc's (--wrap), for the engine's objects
 * alone.
 *
 * First nothing fails: that gives the expected outcome and the number of points. Then for each point the n-th
 * of them fails, alone and with all that follow. Each run must give an error with words or the expected
 * outcome; leave no block of memory, map, file or thread behind; and do no harm to the next run.
 * Prints "points=N errors=N outcomes=N". */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lila_engine.h"

/* ---- what fails */

enum { MEMORY = 1, FILES = 2 };

static int kind;               /* which of the two is counted and fails */
static atomic_long points;     /* so far in this run */
static long failing, until;    /* points [failing, until) fail */
static atomic_long live, maps; /* blocks of memory, files and threads; mapped bytes */

static bool fails(int of) {
    if (of != kind) return false;
    long point = atomic_fetch_add(&points, 1);
    return point >= failing && point < until;
}

static void *owned(void *p) {
    if (p) atomic_fetch_add(&live, 1);
    return p;
}

#define REAL(type, name, ...)                                                                                  \
    type __real_##name(__VA_ARGS__);                                                                           \
    type __wrap_##name(__VA_ARGS__);                                                                           \
    type __wrap_##name(__VA_ARGS__)

#define FAIL_WITH(of, cause, result)                                                                           \
    if (fails(of)) return errno = (cause), result

REAL(void *, malloc, size_t n) {
    FAIL_WITH(MEMORY, ENOMEM, NULL);
    return owned(__real_malloc(n));
}
REAL(void *, calloc, size_t n, size_t size) {
    FAIL_WITH(MEMORY, ENOMEM, NULL);
    return owned(__real_calloc(n, size));
}
REAL(void *, realloc, void *p, size_t n) {
    FAIL_WITH(MEMORY, ENOMEM, NULL);
    return p ? __real_realloc(p, n) : owned(__real_realloc(p, n));
}
REAL(void *, aligned_alloc, size_t alignment, size_t n) {
    FAIL_WITH(MEMORY, ENOMEM, NULL);
    return owned(__real_aligned_alloc(alignment, n));
}
REAL(char *, strdup, const char *s) {
    FAIL_WITH(MEMORY, ENOMEM, NULL);
    return owned(__real_strdup(s));
}
REAL(void, free, void *p) {
    if (p) atomic_fetch_sub(&live, 1);
    __real_free(p);
}
/* What is mapped over something is counted with that. */
REAL(void *, mmap, void *at, size_t n, int protection, int flags, int fd, off_t offset) {
    FAIL_WITH(MEMORY, ENOMEM, MAP_FAILED);
    void *map = __real_mmap(at, n, protection, flags, fd, offset);
    if (map != MAP_FAILED && !(flags & MAP_FIXED)) atomic_fetch_add(&maps, (long)n);
    return map;
}
REAL(int, munmap, void *at, size_t n) {
    atomic_fetch_sub(&maps, (long)n);
    return __real_munmap(at, n);
}
REAL(int, mprotect, void *at, size_t n, int protection) {
    FAIL_WITH(MEMORY, ENOMEM, -1);
    return __real_mprotect(at, n, protection);
}
REAL(int, pthread_create, pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
     void *arg) {
    if (fails(MEMORY)) return EAGAIN;
    int cause = __real_pthread_create(thread, attributes, run, arg);
    if (!cause) atomic_fetch_add(&live, 1);
    return cause;
}
REAL(int, pthread_join, pthread_t thread, void **result) {
    atomic_fetch_sub(&live, 1);
    return __real_pthread_join(thread, result);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...) {
    va_list rest;
    FAIL_WITH(FILES, EMFILE, -1);
    va_start(rest, flags);
    int fd = __real_open(path, flags, flags & O_CREAT ? va_arg(rest, mode_t) : 0);
    va_end(rest);
    if (fd >= 0) atomic_fetch_add(&live, 1);
    return fd;
}
REAL(int, close, int fd) {
    atomic_fetch_sub(&live, 1);
    return __real_close(fd);
}
REAL(int, fstat, int fd, struct stat *out) {
    FAIL_WITH(FILES, EIO, -1);
    return __real_fstat(fd, out);
}
REAL(ssize_t, pread, int fd, void *out, size_t n, off_t at) {
    FAIL_WITH(FILES, EIO, -1);
    return __real_pread(fd, out, n, at);
}
REAL(ssize_t, pwrite, int fd, const void *data, size_t n, off_t at) {
    FAIL_WITH(FILES, ENOSPC, -1);
    return __real_pwrite(fd, data, n, at);
}
REAL(int, ftruncate, int fd, off_t n) {
    FAIL_WITH(FILES, EIO, -1);
    return __real_ftruncate(fd, n);
}
REAL(int, posix_fallocate, int fd, off_t at, off_t n) {
    if (fails(FILES)) return ENOSPC;
    return __real_posix_fallocate(fd, at, n);
}
REAL(int, msync, void *at, size_t n, int flags) {
    FAIL_WITH(FILES, EIO, -1);
    return __real_msync(at, n, flags);
}
REAL(int, fsync, int fd) {
    FAIL_WITH(FILES, EIO, -1);
    return __real_fsync(fd);
}
REAL(int, rename, const char *from, const char *to) {
    FAIL_WITH(FILES, EACCES, -1);
    return __real_rename(from, to);
}
REAL(int, flock, int fd, int how) {
    FAIL_WITH(FILES, ENOLCK, -1);
    return __real_flock(fd, how);
}

/* ---- what is done */

enum { VOCABULARY = 1 << 18, TOKEN_BYTES = 1 << 22, REPLY = 6, MAX_TEXT = 1 << 16 };

typedef struct outcome {
    int32_t tokens[4096];
    uint32_t count;
    uint8_t text[4096];
    size_t text_length;
} outcome;

static char err[512];
static const char *file, *folder;
static uint8_t kept_rows[1 << 16];

#define TRY(call)                                                                                              \
    if ((status = (call))) goto done

static const char TEXT[] = "Hello  there, naïve 東京 42 <|im_start|>it's\n\n x\xff";

static int encode(const lila_tokenizer *t, outcome *out) {
    size_t count, length, used = 0;
    for (int i = 0; i < 8; i++) { /* longer than what needs no allocation */
        char text[sizeof TEXT * 64];
        size_t n = 0;
        for (int k = 0; k < 1 << i && k < 64; k++, n += sizeof TEXT - 1)
            memcpy(text + n, TEXT, sizeof TEXT - 1);
        int status = lila_tokenizer_encode(t, text, n, LILA_ENCODE_BOS | LILA_ENCODE_SPECIAL, out->tokens,
                                           sizeof out->tokens / 4, &count, err, sizeof err);
        if (status) return status;
        used = count < 4096 ? count : 4096;
    }
    out->count = (uint32_t)used;
    int status = lila_tokenizer_decode(t, out->tokens, used, 0, (char *)out->text, sizeof out->text, &length,
                                       err, sizeof err);
    out->text_length = length < sizeof out->text ? length : sizeof out->text;
    return status;
}

/* Any bytes, and a symbol that ends them: one state, whose only row goes to `transitions`. */
static int make_automaton(uint8_t *classes, int32_t *transitions) {
    lila_nfa nfa = {.n_states = 2,
                    .n_symbols = 1,
                    .n_starts = 1,
                    .max_states = 9,
                    .edge_at = (uint32_t[]){0, 2, 2},
                    .edge_low = (uint16_t[]){0, 256},
                    .edge_high = (uint16_t[]){255, 256},
                    .edge_to = (int32_t[]){0, 1},
                    .empty_at = (uint32_t[]){0, 0, 0},
                    .empty_to = (int32_t[]){0},
                    .starts = (int32_t[]){0},
                    .ends = (int32_t[]){1}};
    lila_automaton *made = NULL;
    int32_t rows[4], start, n_states, n_classes;
    uint8_t is_end[2], is_alive[2];
    int status = lila_automaton_create(&nfa, &made, err, sizeof err);
    if (status) return status;
    lila_automaton_size(made, &n_states, &n_classes);
    if (n_states != 2 || n_classes != 1) status = LILA_E_FATAL;
    if (!status) lila_automaton_read(made, classes, rows, &start, is_end, is_alive);
    lila_automaton_free(made);
    transitions[0] = rows[0];
    transitions[1] = LILA_DFA_DONE;
    return status;
}

/* Any bytes inside of a block that the token 2 begins and ends. */
static int make_constraint(const lila_tokenizer *t, int32_t n, lila_constraint **out) {
    static uint8_t bytes[TOKEN_BYTES], classes[256];
    static uint64_t starts[VOCABULARY + 1];
    static int32_t symbols[VOCABULARY], transitions[2];
    int status = make_automaton(classes, transitions);
    if (status) return status;
    for (int32_t i = 0; i < n; i++) {
        size_t length;
        const char *text = lila_tokenizer_bytes(t, i, &length);
        memcpy(bytes + starts[i], text, length);
        starts[i + 1] = starts[i] + length;
        symbols[i] = i == 2 ? 0 : LILA_SYMBOL_TEXT;
    }
    lila_constraint_tables tables = {.n_vocab = n,
                                     .token_bytes = bytes,
                                     .token_starts = starts,
                                     .token_symbols = symbols,
                                     .n_states = 1,
                                     .n_byte_classes = 1,
                                     .n_symbols = 1,
                                     .byte_classes = classes,
                                     .transitions = transitions,
                                     .symbol_starts = (int32_t[]){0},
                                     .symbol_free = (uint8_t[]){1},
                                     .cache_bytes = 1};
    return lila_constraint_create(&tables, out, err, sizeof err);
}

/* Tokens one by one: sampled inside of a constraint, pushed through a stream. */
static int reply(lila_session *s, lila_sampler *sampler, lila_constraint *constraint, lila_stream *stream,
                 const lila_tokenizer *t, outcome *out) {
    static uint64_t allow[VOCABULARY / 64];
    int32_t state;
    int status = lila_constraint_advance(constraint, LILA_CONSTRAINT_FREE, 2, &state, err, sizeof err);
    for (int i = 0; !status && i < REPLY; i++) {
        int32_t token;
        size_t length, shown;
        const uint8_t *text;
        int stopped;
        status = lila_constraint_mask(constraint, state, allow, err, sizeof err);
        if (!status)
            status = lila_sampler_sample(sampler, lila_session_logits(s), allow, &token, NULL, err, sizeof err);
        if (status) break;
        const char *bytes = lila_tokenizer_bytes(t, token, &length);
        status =
            lila_stream_push(stream, (const uint8_t *)bytes, length, &text, &shown, &stopped, err, sizeof err);
        if (!status) status = lila_constraint_advance(constraint, state, token, &state, err, sizeof err);
        if (!status) status = lila_session_eval(s, &token, 1, err, sizeof err);
        if (status) break;
        out->tokens[out->count++] = token;
        memcpy(out->text + out->text_length, text, shown);
        out->text_length += shown;
    }
    return status;
}

/* As a snapshot does: the rows out, another timeline, and the rows back. */
static int put_aside(lila_session *s, const int32_t *prompt, uint32_t n) {
    uint64_t bytes = lila_session_row_bytes(s, 0);
    if (bytes * n > sizeof kept_rows) return LILA_E_ARGUMENT;
    int status = lila_session_read_rows(s, 0, 0, 0, n, kept_rows, err, sizeof err);
    if (!status) status = lila_session_truncate(s, 1, err, sizeof err);
    if (!status) status = lila_session_eval(s, (int32_t[]){7, 8, 9}, 3, err, sizeof err);
    if (!status) status = lila_session_write_rows(s, 0, 0, 0, n, kept_rows, err, sizeof err);
    if (!status) status = lila_session_adopt(s, prompt, n, err, sizeof err);
    if (!status) status = lila_session_truncate(s, 1, err, sizeof err);
    return status ? status : lila_session_eval(s, prompt + 1, n - 1, err, sizeof err);
}

static int talk(outcome *out) {
    static const int32_t prompt[] = {1, 5, 9, 200, 17, 44, 8, 120, 3, 3, 61};
    enum { PROMPT = sizeof prompt / sizeof *prompt };
    lila_model *model = NULL;
    lila_tokenizer *tokenizer = NULL;
    lila_session *session = NULL;
    lila_sampler *sampler = NULL;
    lila_constraint *constraint = NULL;
    lila_stream *stream = NULL;
    lila_model_info info;
    int status;
    const uint8_t *stops[] = {(const uint8_t *)"\n\nnever", (const uint8_t *)"##"};
    lila_sampling_params sampling = {.temperature = 0.8f,
                                     .top_k = 40,
                                     .top_p = 0.9f,
                                     .repeat_penalty = 1.1f,
                                     .penalty_last_n = 32,
                                     .seed = 7,
                                     .bias_tokens = (int32_t[]){5},
                                     .bias_values = (float[]){-1},
                                     .n_bias = 1};
    lila_model_params params = {.threads = 3, .cpu_mask = 0, .panels = LILA_PANELS_ON, .cache_folder = folder};
    TRY(lila_model_open(file, &params, &model, err, sizeof err));
    lila_model_describe(model, &info);
    TRY(lila_tokenizer_create(lila_model_file(model), &tokenizer, err, sizeof err));
    TRY(lila_session_new(model, &(lila_session_params){64, 4, LILA_KV_CACHE_F16}, &session, err, sizeof err));
    TRY(lila_sampler_create(&sampling, (int32_t)info.vocab_size, &sampler, err, sizeof err));
    TRY(make_constraint(tokenizer, (int32_t)info.vocab_size, &constraint));
    TRY(lila_stream_create(stops, (size_t[]){7, 2}, 2, &stream, err, sizeof err));
    TRY(lila_sampler_accept(sampler, prompt, PROMPT, err, sizeof err));
    TRY(lila_session_eval(session, prompt, PROMPT, err, sizeof err));
    TRY(put_aside(session, prompt, PROMPT));
    TRY(reply(session, sampler, constraint, stream, tokenizer, out));
done:
    lila_stream_free(stream);
    lila_constraint_free(constraint);
    lila_sampler_free(sampler);
    lila_session_free(session);
    lila_tokenizer_free(tokenizer);
    lila_model_free(model);
    return status;
}

static int tokens(outcome *out) {
    lila_gguf *g = NULL;
    lila_tokenizer *t = NULL;
    int status;
    TRY(lila_gguf_open(file, &g, err, sizeof err));
    TRY(lila_tokenizer_create(g, &t, err, sizeof err));
    TRY(encode(t, out));
done:
    lila_tokenizer_free(t);
    lila_gguf_free(g);
    return status;
}

static int tensors(outcome *out) {
    lila_safetensors *f = NULL;
    lila_safetensor t;
    int status;
    TRY(lila_safetensors_open(file, &f, err, sizeof err));
    for (uint64_t i = 0; !lila_safetensors_at(f, i, &t); i++) out->tokens[out->count++] = (int32_t)t.size;
    TRY(lila_safetensors_check(f, err, sizeof err));
done:
    lila_safetensors_free(f);
    return status;
}

/* An encoder of the sizes that test_faults.py writes. */
static int sentences(outcome *out) {
    lila_encoder *e = NULL;
    lila_encoder_params params = {.vocab_size = 41,
                                  .embedding = 32,
                                  .layers = 1,
                                  .heads = 4,
                                  .feed_forward = 48,
                                  .positions = 64,
                                  .token_types = 2,
                                  .epsilon = 1e-6f,
                                  .normalise = 1,
                                  .threads = 3};
    static const int32_t words[] = {2, 7, 9, 40, 3, 2, 11, 3};
    static float embedded[2 * 32];
    int status;
    TRY(lila_encoder_open(file, &params, &e, err, sizeof err));
    TRY(lila_encoder_embed(e, words, (uint32_t[]){5, 3}, 2, embedded, NULL, err, sizeof err));
    memcpy(out->text, embedded, out->text_length = sizeof embedded);
done:
    lila_encoder_free(e);
    return status;
}

/* ---- the runs */

typedef int (*work)(outcome *out);

static void complain(const char *what, long first, long end) {
    printf("%s when points %ld to %ld fail: %s\n", what, first, end, err);
    exit(1);
}

/* Deletes all that is in the folder; false when something is there that shouldn't stay. */
static bool empty_folder(void) {
    bool clean = true;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') continue;
        if (strstr(entry->d_name, ".unfinished")) clean = false;
        unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir) closedir(dir);
    return clean;
}

static int run(work job, long first, long end, outcome *out) {
    memset(out, 0, sizeof *out);
    memset(err, 0, sizeof err);
    atomic_store(&points, 0);
    failing = first;
    until = end;
    long blocks = atomic_load(&live), mapped = atomic_load(&maps);
    int status = job(out);
    failing = until = 0;
    if (end && atomic_load(&live) != blocks) complain("blocks, files or threads are left", first, end);
    if (atomic_load(&maps) != mapped) complain("maps are left", first, end);
    if (status && !err[0]) complain("an error without words", first, end);
    return status;
}

int main(int argc, char **argv) {
    static outcome expected, got;
    if (argc < 5) return 2;
    bool cold = !strcmp(argv[1], "cold");
    work job = !strcmp(argv[1], "tokens")      ? tokens
               : !strcmp(argv[1], "tensors")   ? tensors
               : !strcmp(argv[1], "sentences") ? sentences
                                               : talk;
    kind = !strcmp(argv[2], "memory") ? MEMORY : FILES;
    folder = argv[3];
    file = argv[4];
    long errors = 0, outcomes = 0;
    run(job, 0, 0, &expected); /* what is taken once and kept, is taken here (watch.c) */
    if (cold) empty_folder();
    if (run(job, 0, 0, &expected)) complain("an error", 0, 0);
    long total = atomic_load(&points);
    for (long point = 0; point < total; point++)
        for (int all = 0; all < 2; all++) {
            long end = all ? total * 10 : point + 1;
            if (cold) empty_folder();
            int status = run(job, point, end, &got);
            if (!status && memcmp(&got, &expected, sizeof got)) complain("another outcome", point, end);
            status ? errors++ : outcomes++;
            if (run(job, 0, 0, &got) || memcmp(&got, &expected, sizeof got))
                complain("the next run suffers", point, end);
            if (cold && !empty_folder()) complain("an unfinished file is left", point, end);
        }
    printf("points=%ld errors=%ld outcomes=%ld\n", total, errors, outcomes);
    return 0;
}
