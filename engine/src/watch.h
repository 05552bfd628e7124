/* watch.h: mapped files that shrink are noticed, and kill nobody.
 *
 * Reading a page of a mapping beyond the end of its file, or one that the disk can't give, raises SIGBUS. The
 * handler that is installed here looks whether the address lies in a watched stretch. If so it puts zeros in
 * the place of the whole stretch, marks it lost and returns, so that the read goes on: no thread is torn out
 * of a kernel or a barrier, no lock stays held, and whoever reads asks watch_lost() before using the result.
 * Any other SIGBUS goes to the handler that was there before.
 *
 * The method is libwayland's (wl_shm_buffer_begin_access in wayland-shm.c), here for any number of threads. */
#ifndef LILA_WATCH_H
#define LILA_WATCH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct watched watched;

/* Watches the whole pages begin[bytes], which were mapped with `protection`. NULL when out of memory, or when
 * no handler could be installed. */
watched *watch_begin(void *begin, size_t bytes, int protection);
/* Before it is unmapped. NULL is fine. */
void watch_end(watched *w);

/* What was read may have been zeros instead. */
bool watch_lost(const watched *w);

/* Puts the handler back in front where somebody installed another since, such as Python's faulthandler, which
 * ends the process without asking. Cheap: one system call where nothing changed. */
void watch_ready(void);

#endif
