/* bench_floats.h: --bench of check_floats. */
#ifndef BENCH_FLOATS_H
#define BENCH_FLOATS_H

#include "kernels.h"

int bench_floats(const kernels *table, int argc, char **argv);

#endif
