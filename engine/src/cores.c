/* cores.c: reads affinity, topology and the limits of control groups. What can't be read limits nothing. */
#define _GNU_SOURCE
#include "cores.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

/* ---- physical cores */

/* The number in /sys/devices/system/cpu/cpuN/topology/<name>, or -1. */
static long topology(int cpu, const char *name) {
    char path[128];
    long value = -1;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/%s", cpu, name);
    FILE *f = fopen(path, "re");
    if (!f) return -1;
    if (fscanf(f, "%ld", &value) != 1) value = -1;
    fclose(f);
    return value;
}

uint32_t cores_list(int cpus[MAX_CORES]) {
    cpu_set_t allowed;
    long package[MAX_CORES], core[MAX_CORES];
    uint32_t found = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed)) return 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && found < MAX_CORES; cpu++) {
        if (!CPU_ISSET(cpu, &allowed)) continue;
        long at_package = topology(cpu, "physical_package_id"), at_core = topology(cpu, "core_id");
        uint32_t i = 0;
        while (i < found && (at_core < 0 || package[i] != at_package || core[i] != at_core)) i++;
        if (i < found) continue; /* a sibling of a core already counted */
        package[found] = at_package;
        core[found] = at_core;
        cpus[found++] = cpu;
    }
    return found;
}

/* ---- control groups */

static bool read_line(const char *folder, const char *name, char *line, int size) {
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return false;
    FILE *f = fopen(path, "re");
    if (!f) return false;
    bool read = fgets(line, size, f) != NULL;
    fclose(f);
    return read;
}

/* Of one group, of either version. */
static uint32_t quota_here(const char *folder) {
    char line[64];
    long quota = -1, period = 0;
    if (read_line(folder, "cpu.max", line, sizeof line)) { /* "max 100000" has no number first */
        if (sscanf(line, "%ld %ld", &quota, &period) != 2) return UINT32_MAX;
    } else if (!read_line(folder, "cpu.cfs_quota_us", line, sizeof line) || sscanf(line, "%ld", &quota) != 1 ||
               !read_line(folder, "cpu.cfs_period_us", line, sizeof line) ||
               sscanf(line, "%ld", &period) != 1) {
        return UINT32_MAX;
    }
    if (quota <= 0 || period <= 0) return UINT32_MAX;
    long whole = quota / period + (quota % period != 0);
    return whole < MAX_CORES ? (uint32_t)whole : MAX_CORES;
}

/* The least of a group and all above it. Inside a container the group's own path may not be there; the top,
 * which then is the container's, always is. */
static uint32_t quota_above(const char *root, char *group) {
    char folder[PATH_BYTES];
    uint32_t least = UINT32_MAX;
    for (;;) {
        if (snprintf(folder, sizeof folder, "%s%s", root, group) < (int)sizeof folder) {
            uint32_t here = quota_here(folder);
            if (here < least) least = here;
        }
        char *last = strrchr(group, '/');
        if (!last) return least;
        *last = 0;
    }
}

/* Is the controller "cpu" in "cpu,cpuacct"? */
static bool has_cpu(const char *controllers, size_t length) {
    for (size_t at = 0; at < length; at++) {
        size_t n = strcspn(controllers + at, ",:");
        if (n == 3 && !memcmp(controllers + at, "cpu", 3)) return true;
        at += n;
    }
    return false;
}

uint32_t cores_of_quota(const char *membership, const char *root) {
    char line[PATH_BYTES], top[PATH_BYTES];
    uint32_t least = UINT32_MAX;
    FILE *f = fopen(membership, "re");
    while (f && fgets(line, sizeof line, f)) { /* "4:cpu,cpuacct:/group", or "0::/group" of version 2 */
        line[strcspn(line, "\n")] = 0;
        char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group) continue;
        size_t length = (size_t)(group - ++controllers);
        if (length && !has_cpu(controllers, length)) continue;
        int written = length ? snprintf(top, sizeof top, "%s/%.*s", root, (int)length, controllers)
                             : snprintf(top, sizeof top, "%s", root);
        if (written >= (int)sizeof top) continue;
        uint32_t found = quota_above(top, group + 1);
        if (found < least) least = found;
    }
    if (f) fclose(f);
    return least;
}

uint32_t cores_to_use(void) {
    int cpus[MAX_CORES];
    uint32_t cores = cores_list(cpus), quota = cores_of_quota("/proc/self/cgroup", "/sys/fs/cgroup");
    if (quota < cores) cores = quota;
    return cores ? cores : 1;
}
