/* check_threads.c: one model under many threads, for ThreadSanitizer.
 *
 *   check_threads MODEL.gguf [CLIENTS [ROUNDS]]
 *
 * CLIENTS threads, each with sessions of its own on one model whose pool they fight over: they prefill, decode,
 * truncate, are cancelled between two steps by another thread, and go on. Every reply must be, bit for bit,
 * the one that a single thread computed before. Prints "replies=N cancelled=N differences=0"; the exit status
 * says whether there were differences. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lila_engine.h"

enum { MAX_CLIENTS = 16, PROMPT = 48, REPLY = 12, CONTEXT = 96 };

typedef struct client {
    pthread_t thread;
    const lila_model *model;
    uint32_t seed, rounds;
    atomic_bool cancel, over;
    int32_t expected[REPLY];
    uint32_t replies, cancelled, differences;
} client;

static void check(int status, const char *err) {
    if (!status) return;
    fprintf(stderr, "status %d: %s\n", status, err);
    exit(2);
}

static int32_t best(const float *logits, uint32_t n) {
    int32_t at = 0;
    for (uint32_t i = 1; i < n; i++)
        if (logits[i] > logits[at]) at = (int32_t)i;
    return at;
}

static void write_prompt(uint32_t seed, uint32_t vocab, int32_t *tokens) {
    for (uint32_t i = 0; i < PROMPT; i++) {
        seed = seed * 1664525u + 1013904223u;
        tokens[i] = (int32_t)((seed >> 8) % vocab);
    }
}

/* A prompt in two pieces and a greedy reply; false if it was cancelled between two steps. */
static bool answer(lila_session *s, const lila_model *model, uint32_t seed, atomic_bool *cancel,
                   int32_t *reply) {
    char err[256];
    int32_t prompt[PROMPT];
    lila_model_info info;
    lila_model_describe(model, &info);
    write_prompt(seed, info.vocab_size, prompt);
    check(lila_session_truncate(s, lila_session_common_prefix(s, prompt, PROMPT / 2), err, sizeof err), err);
    uint32_t have = lila_session_count(s);
    if (have < PROMPT / 2) check(lila_session_eval(s, prompt + have, PROMPT / 2 - have, err, sizeof err), err);
    if (cancel && atomic_load(cancel)) return false;
    check(lila_session_eval(s, prompt + PROMPT / 2, PROMPT / 2, err, sizeof err), err);
    for (uint32_t i = 0; i < REPLY; i++) {
        if (cancel && atomic_load(cancel)) return false;
        reply[i] = best(lila_session_logits(s), info.vocab_size);
        check(lila_session_eval(s, &reply[i], 1, err, sizeof err), err);
    }
    return true;
}

static void *live(void *arg) {
    client *c = arg;
    char err[256];
    int32_t reply[REPLY];
    for (uint32_t round = 0; round < c->rounds; round++) {
        lila_session *s;
        lila_session_params params = {CONTEXT, 16, round % 2 ? LILA_KV_CACHE_F32 : LILA_KV_CACHE_F16};
        check(lila_session_new(c->model, &params, &s, err, sizeof err), err);
        while (!answer(s, c->model, c->seed, &c->cancel, reply)) {
            c->cancelled++;
            atomic_store(&c->cancel, false);
        }
        c->replies++;
        /* F16 is what was expected of; both caches are used so that both code paths run. */
        if (round % 2 == 0) c->differences += memcmp(reply, c->expected, sizeof reply) != 0;
        lila_session_free(s);
    }
    atomic_store(&c->over, true);
    return NULL;
}

/* Raises the flags of all clients in turn, a few times each. */
static void *canceller(void *arg) {
    client *clients = arg;
    for (uint32_t i = 0; i < 3 * MAX_CLIENTS; i++) {
        client *c = &clients[i % MAX_CLIENTS];
        if (!c->model || atomic_load(&c->over)) continue;
        atomic_store(&c->cancel, true);
        while (atomic_load(&c->cancel) && !atomic_load(&c->over)) sched_yield();
    }
    return NULL;
}

int main(int argc, char **argv) {
    static client clients[MAX_CLIENTS];
    uint32_t count = argc > 2 ? (uint32_t)atoi(argv[2]) : 4, rounds = argc > 3 ? (uint32_t)atoi(argv[3]) : 3;
    uint32_t replies = 0, cancelled = 0, differences = 0;
    char err[256];
    if (argc < 2 || count < 1 || count > MAX_CLIENTS) return 2;
    lila_model *model;
    lila_model_params params = {3, UINT32_MAX};
    check(lila_model_open(argv[1], &params, &model, err, sizeof err), err);
    for (uint32_t i = 0; i < count; i++) {
        client *c = &clients[i];
        *c = (client){.model = model, .seed = i + 1, .rounds = rounds};
        lila_session *s;
        check(lila_session_new(model, &(lila_session_params){CONTEXT, 16, LILA_KV_CACHE_F16}, &s, err,
                               sizeof err),
              err);
        answer(s, model, c->seed, NULL, c->expected);
        lila_session_free(s);
    }
    pthread_t stopper;
    for (uint32_t i = 0; i < count; i++) pthread_create(&clients[i].thread, NULL, live, &clients[i]);
    pthread_create(&stopper, NULL, canceller, clients);
    for (uint32_t i = 0; i < count; i++) pthread_join(clients[i].thread, NULL);
    pthread_join(stopper, NULL);
    for (uint32_t i = 0; i < count; i++) {
        replies += clients[i].replies;
        cancelled += clients[i].cancelled;
        differences += clients[i].differences;
    }
    lila_model_free(model);
    printf("replies=%u cancelled=%u differences=%u\n", (unsigned)replies, (unsigned)cancelled,
           (unsigned)differences);
    return differences != 0;
}
