/* threads.c: workers that spin briefly for the next job, then park on a condition variable. */
#define _GNU_SOURCE
#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cores.h"
#include "errors.h"

enum {
    SPIN_BEFORE_PARK = 2000, /* about 0.1 ms: the gap between two decode steps is shorter */
    SPIN_AT_BARRIER = 1000,  /* then sleep: another process holds the core that the last member needs */
    MAX_THREADS = MAX_CORES
};

typedef struct worker {
    pthread_t thread;
    team member;
} worker;

struct pool {
    uint32_t size;
    pthread_mutex_t owner; /* held by the thread whose job runs */
    pthread_mutex_t park;
    pthread_cond_t wake, meet;
    atomic_uint job_number; /* a new number is the signal to start */
    atomic_bool stopping;
    atomic_uint arrived, phase, sleepers; /* the barrier */
    pool_job fn;
    void *job;
    uint32_t started;
    worker *workers; /* [size - 1] */
};

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* The order of phase and sleepers here, and the reverse order of the sleeper, is what loses no wake-up: both
 * are sequentially consistent, so one of the two sees the other's store. */
static void open_barrier(pool *p, unsigned phase) {
    atomic_store_explicit(&p->arrived, 0, memory_order_relaxed);
    atomic_store(&p->phase, phase + 1);
    if (!atomic_load(&p->sleepers)) return;
    pthread_mutex_lock(&p->park);
    pthread_cond_broadcast(&p->meet);
    pthread_mutex_unlock(&p->park);
}

static void sleep_at_barrier(pool *p, unsigned phase) {
    pthread_mutex_lock(&p->park);
    atomic_fetch_add(&p->sleepers, 1);
    while (atomic_load(&p->phase) == phase) pthread_cond_wait(&p->meet, &p->park);
    atomic_fetch_sub(&p->sleepers, 1);
    pthread_mutex_unlock(&p->park);
}

void team_barrier(const team *member) {
    pool *p = member->pool;
    if (!p) return;
    unsigned phase = atomic_load_explicit(&p->phase, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&p->arrived, 1, memory_order_acq_rel) + 1 == p->size) {
        open_barrier(p, phase);
        return;
    }
    for (int i = 0; i < SPIN_AT_BARRIER; i++) {
        if (atomic_load_explicit(&p->phase, memory_order_acquire) != phase) return;
        relax();
    }
    sleep_at_barrier(p, phase);
}

void team_share(const team *member, uint32_t n, uint32_t grain, uint32_t *first, uint32_t *last) {
    uint64_t units = ((uint64_t)n + grain - 1) / grain;
    uint64_t begin = units * member->index / member->size * grain;
    uint64_t end = units * (member->index + 1) / member->size * grain;
    *first = (uint32_t)(begin < n ? begin : n);
    *last = (uint32_t)(end < n ? end : n);
}

static unsigned wait_for_job(pool *p, unsigned seen) {
    for (int i = 0; i < SPIN_BEFORE_PARK; i++) {
        unsigned number = atomic_load_explicit(&p->job_number, memory_order_acquire);
        if (number != seen) return number;
        relax();
    }
    pthread_mutex_lock(&p->park);
    while (atomic_load_explicit(&p->job_number, memory_order_acquire) == seen)
        pthread_cond_wait(&p->wake, &p->park);
    pthread_mutex_unlock(&p->park);
    return atomic_load_explicit(&p->job_number, memory_order_acquire);
}

static void *worker_main(void *arg) {
    worker *w = arg;
    pool *p = w->member.pool;
    sigset_t faults;
    sigemptyset(&faults);
    sigaddset(&faults, SIGBUS);
    pthread_sigmask(SIG_UNBLOCK, &faults, NULL); /* a blocked one ends the process: watch.h */
    for (unsigned seen = 0;;) {
        seen = wait_for_job(p, seen);
        if (atomic_load(&p->stopping)) return NULL;
        p->fn(p->job, &w->member);
        team_barrier(&w->member);
    }
}

static void announce(pool *p) {
    pthread_mutex_lock(&p->park);
    atomic_fetch_add_explicit(&p->job_number, 1, memory_order_release);
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->park);
}

void pool_run(pool *p, pool_job fn, void *job) {
    if (p->size == 1 || pthread_mutex_trylock(&p->owner)) {
        fn(job, &(team){NULL, 0, 1});
        return;
    }
    team caller = {p, 0, p->size};
    p->fn = fn;
    p->job = job;
    announce(p);
    fn(job, &caller);
    team_barrier(&caller); /* nobody still runs the job after this */
    pthread_mutex_unlock(&p->owner);
}

int pool_new(uint32_t size, pool **out, char *err, size_t errlen) {
    *out = NULL;
    if (size < 1 || size > MAX_THREADS)
        return LILA_FAIL(LILA_E_ARGUMENT, "threads: expected 1 to %d, found %u", MAX_THREADS, (unsigned)size);
    pool *p = calloc(1, sizeof *p);
    worker *workers = calloc(size, sizeof *workers);
    if (!p || !workers) {
        free(p);
        free(workers);
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for a pool of %u threads", (unsigned)size);
    }
    p->size = size;
    p->workers = workers;
    pthread_mutex_init(&p->owner, NULL);
    pthread_mutex_init(&p->park, NULL);
    pthread_cond_init(&p->wake, NULL);
    pthread_cond_init(&p->meet, NULL);
    for (; p->started + 1 < size; p->started++) {
        worker *w = &workers[p->started];
        w->member = (team){p, p->started + 1, size};
        if (pthread_create(&w->thread, NULL, worker_main, w)) {
            int status = LILA_FAIL(LILA_E_MEMORY, "can't start thread %u of %u", (unsigned)p->started + 1,
                                   (unsigned)size);
            pool_free(p);
            return status;
        }
    }
    *out = p;
    return LILA_OK;
}

void pool_free(pool *p) {
    if (!p) return;
    atomic_store(&p->stopping, true);
    announce(p);
    for (uint32_t i = 0; i < p->started; i++) pthread_join(p->workers[i].thread, NULL);
    pthread_mutex_destroy(&p->owner);
    pthread_mutex_destroy(&p->park);
    pthread_cond_destroy(&p->wake);
    pthread_cond_destroy(&p->meet);
    free(p->workers);
    free(p);
}

#ifdef __linux__
int pool_pin(pool *p, char *err, size_t errlen) {
    int cpus[MAX_CORES];
    uint32_t cores = cores_list(cpus);
    for (uint32_t i = 0; cores && i < p->started; i++) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpus[(i + 1) % cores], &one);
        int cause = pthread_setaffinity_np(p->workers[i].thread, sizeof one, &one);
        if (cause) return LILA_FAIL(LILA_E_UNSUPPORTED, "threads can't be pinned: %s", strerror(cause));
    }
    return LILA_OK;
}
#else
int pool_pin(pool *p, char *err, size_t errlen) {
    (void)p;
    return LILA_FAIL(LILA_E_UNSUPPORTED, "threads can't be pinned on this system");
}
#endif
