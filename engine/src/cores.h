/* cores.h: how many threads are worth starting, and where they may be put. */
#ifndef LILA_CORES_H
#define LILA_CORES_H

#include <stdint.h>

enum { MAX_CORES = 256 };

/* Physical cores that this process may run on (its affinity), at most as many as its control groups give it
 * time for; 1 to MAX_CORES. */
uint32_t cores_to_use(void);

/* One CPU of each physical core that this process may run on, whatever the control groups say; their number. */
uint32_t cores_list(int cpus[MAX_CORES]);

/* Cores' worth of processor time, begun ones counted whole, that the groups of `membership` (as
 * /proc/self/cgroup) and those above them are given in the hierarchy mounted at `root` (as /sys/fs/cgroup),
 * version 1 or 2; UINT32_MAX where nothing limits them. */
uint32_t cores_of_quota(const char *membership, const char *root);

#endif
