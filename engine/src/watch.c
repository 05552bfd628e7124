/* watch.c: the SIGBUS handler and the list that it looks addresses up in.
 *
 * The list only grows: an entry that is no longer in use is taken again by the next watch_begin. So the handler
 * walks it without a lock, while other threads change it. */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct watched {
    atomic_uintptr_t begin; /* 0: not in use */
    atomic_uintptr_t end;
    atomic_int protection;
    atomic_bool lost;
    watched *next; /* never changes */
};

/* Handlers that were found in the way. A record must stay whole while another thread's handler may read it, so
 * they are used in turn. */
enum { RECORDS = 16 };

static _Atomic(watched *) all;
static struct sigaction records[RECORDS];
static _Atomic(const struct sigaction *) previous;
static unsigned installed;
static pthread_mutex_t changing = PTHREAD_MUTEX_INITIALIZER;

/* How deep this thread is in handlers of others that hand the signal back to this one. The model of storage
 * spares the handler an allocation on first use. */
static _Thread_local volatile int depth __attribute__((tls_model("initial-exec")));

/* ---- in the handler: nothing here may allocate or lock */

/* The system call itself where there is one: what a sanitizer puts in the place of libc's function isn't meant
 * to run here, and takes the new pages for a race with those who read. */
static bool put_zeros(uintptr_t begin, size_t bytes, int protection) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
#if defined(__linux__) && defined(SYS_mmap)
    return syscall(SYS_mmap, begin, bytes, protection, flags, -1, 0L) == (long)begin;
#else
    return mmap((void *)begin, bytes, protection, flags, -1, 0) != MAP_FAILED;
#endif
}

static bool replace(uintptr_t at) {
    for (watched *w = atomic_load(&all); w; w = w->next) {
        uintptr_t begin = atomic_load(&w->begin), end = atomic_load(&w->end);
        if (!begin || at < begin || at >= end || atomic_load(&w->begin) != begin) continue;
        atomic_store(&w->lost, true);
        return put_zeros(begin, end - begin, atomic_load(&w->protection));
    }
    return false;
}

/* A fault happens again when the handler returns; a signal that was sent doesn't. */
static void do_default(int number, const siginfo_t *info) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(number, &standard, NULL);
    if (info->si_code <= 0) raise(number);
}

static void pass_on(int number, siginfo_t *info, void *context) {
    const struct sigaction *p = atomic_load(&previous);
    bool ignored = !(p->sa_flags & SA_SIGINFO) && p->sa_handler == SIG_IGN;
    if (ignored && info->si_code <= 0) return;
    if (depth || ignored || (!(p->sa_flags & SA_SIGINFO) && p->sa_handler == SIG_DFL)) {
        do_default(number, info);
        return;
    }
    depth++;
    if (p->sa_flags & SA_SIGINFO)
        p->sa_sigaction(number, info, context);
    else
        p->sa_handler(number);
    depth--;
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
    int cause = errno;
    if (info->si_code <= 0 || !replace((uintptr_t)info->si_addr)) pass_on(number, info, context);
    errno = cause;
}

/* ---- outside of it */

static bool is_ours(const struct sigaction *action) {
    return action->sa_flags & SA_SIGINFO && action->sa_sigaction == on_bus_error;
}

/* The record is whole before the handler that reads it can run. The signal isn't held back meanwhile, so that
 * one raised in a handler that was passed it is seen to come from there. */
static bool install(void) {
    struct sigaction ours = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    struct sigaction *record = &records[installed % RECORDS];
    if (sigaction(SIGBUS, NULL, record)) return false;
    if (is_ours(record)) return true;
    ours.sa_sigaction = on_bus_error;
    sigemptyset(&ours.sa_mask);
    atomic_store(&previous, record);
    installed++;
    return !sigaction(SIGBUS, &ours, NULL);
}

void watch_ready(void) {
    struct sigaction now;
    if (!sigaction(SIGBUS, NULL, &now) && is_ours(&now)) return;
    pthread_mutex_lock(&changing);
    install();
    pthread_mutex_unlock(&changing);
}

/* An entry that isn't in use, or a new one. */
static watched *take_entry(void) {
    for (watched *w = atomic_load(&all); w; w = w->next)
        if (!atomic_load(&w->begin)) return w;
    watched *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->next = atomic_load(&all);
    atomic_store(&all, w);
    return w;
}

watched *watch_begin(void *begin, size_t bytes, int protection) {
    pthread_mutex_lock(&changing);
    watched *w = install() ? take_entry() : NULL;
    if (w) {
        atomic_store(&w->lost, false);
        atomic_store(&w->protection, protection);
        atomic_store(&w->end, (uintptr_t)begin + bytes);
        atomic_store(&w->begin, (uintptr_t)begin); /* last: from here on the handler sees it */
    }
    pthread_mutex_unlock(&changing);
    return w;
}

void watch_end(watched *w) {
    if (!w) return;
    pthread_mutex_lock(&changing);
    atomic_store(&w->begin, 0);
    pthread_mutex_unlock(&changing);
}

bool watch_lost(const watched *w) {
    return w && atomic_load(&w->lost);
}
