/* panel_cases.h: random and extreme products for the check and the measurement of the panel kernels. */
#ifndef PANEL_CASES_H
#define PANEL_CASES_H

#include "kernels.h"

/* One product whose every buffer ends at a page that may not be touched; `shift` bytes off their alignment. */
typedef struct panel_case {
    panel_matmul m;
    panel_type type;
    int shift, extreme;
} panel_case;

extern const char *const panel_names[PANEL_QUANTISED];

uint64_t random_bits(void);
void random_seed(uint64_t seed);

/* Values in [-1, 1). */
float random_float(void);

/* `bytes` bytes whose last is the last before an unreadable page, and those before it an unreadable page too.
 */
void *fenced_new(size_t bytes);
void fenced_free(void *p, size_t bytes);

/* k is rounded up to whole panels. extreme: 0 random; else every code and activation is at an end of its range,
 * in a random pattern. */
void case_new(panel_case *c, panel_type type, uint32_t k, uint32_t rows, uint32_t tokens, int code, int extreme,
              int shift);
void case_free(panel_case *c);

/* --bench of check_panels. */
int bench_panels(const kernels *table, int argc, char **argv);

#endif
