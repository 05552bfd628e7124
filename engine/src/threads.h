/* threads.h: a pool whose workers run one function together with the caller.
 *
 * A job is a function that every member of the team runs at once; inside it they meet at team_barrier. One job
 * runs at a time: a second caller finds the pool taken and does its job alone, with the same result. */
#ifndef LILA_THREADS_H
#define LILA_THREADS_H

#include <stdint.h>

#include "lila_engine.h"

typedef struct pool pool;

/* What one member knows of its team. */
typedef struct team {
    pool *pool;     /* NULL when alone */
    uint32_t index; /* 0 is the caller */
    uint32_t size;
} team;

typedef void (*pool_job)(void *job, const team *member);

/* `size` counts the caller, so size - 1 threads are started. */
int pool_new(uint32_t size, pool **out, char *err, size_t errlen);
void pool_free(pool *p);
/* Binds each started thread to a physical core of its own, as far as there are any; the caller's stays as it
 * is, and the first core is left to it. */
int pool_pin(pool *p, char *err, size_t errlen);

/* Runs job on the whole team if the pool is free, else on the caller alone; returns when all are done. */
void pool_run(pool *p, pool_job fn, void *job);

/* Waits until every member of the team is here; what they wrote before is visible after. */
void team_barrier(const team *member);

/* This member's share [*first, *last) of n units, cut at multiples of `grain`. */
void team_share(const team *member, uint32_t n, uint32_t grain, uint32_t *first, uint32_t *last);

#endif
