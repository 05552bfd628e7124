/* check_cores.c: what cores.c finds out.
 *
 *   check_cores                     cores_to_use
 *   check_cores MEMBERSHIP ROOT     cores_of_quota, or -1 without a limit */
#include <stdio.h>

#include "cores.h"

int main(int argc, char **argv) {
    uint32_t found = argc > 2 ? cores_of_quota(argv[1], argv[2]) : cores_to_use();
    printf("%lld\n", found == UINT32_MAX ? -1LL : (long long)found);
    return 0;
}
