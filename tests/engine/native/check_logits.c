/* check_logits.c: the passes over a vocabulary of the table that a mask of CPU features selects, against loops
 * in double precision.
 *
 *   check_logits MASK     prints every failure and then a count; exits with 1 if any
 *
 * Vocabularies on both sides of a register and of a block, masks, logits of −∞, buffers that end at an
 * unreadable page. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lila_engine.h"
#include "logits.h"
#include "panel_cases.h"

static const logits_kernels *table;
static char name[32];
static int failures, checks;

#define CHECK(condition, ...)                                                                                  \
    (checks++, (condition)                                                                                     \
                   ? (void)0                                                                                   \
                   : (failures++, printf("%s: ", name), (void)printf(__VA_ARGS__), (void)putchar('\n')))

typedef struct sample {
    int32_t n;
    float *logits;
    uint64_t *allow;
} sample;

/* Few different values, so that many are equal; some −∞. */
static sample sample_new(int32_t n, bool masked) {
    size_t words = (size_t)(n + 63) / 64;
    sample s = {n, fenced_new((size_t)n * sizeof(float)), masked ? fenced_new(words * sizeof(uint64_t)) : NULL};
    for (int32_t i = 0; i < n; i++)
        s.logits[i] = random_bits() % 50 ? roundf(random_float() * 40) / 2 : -INFINITY;
    for (size_t w = 0; masked && w < words; w++) s.allow[w] = random_bits() % 3 ? random_bits() : 0;
    return s;
}

static void sample_free(sample *s) {
    fenced_free(s->logits, (size_t)s->n * sizeof(float));
    if (s->allow) fenced_free(s->allow, (size_t)(s->n + 63) / 64 * sizeof(uint64_t));
}

static bool counts(const sample *s, int32_t i) {
    return !s->allow || (s->allow[i / 64] >> (i % 64) & 1);
}

static void check_maxima(const sample *s) {
    float found[8];
    bool finite = true;
    for (int32_t i = 0; i < s->n; i++) finite &= isfinite(s->logits[i]) != 0;
    CHECK(table->maxima(s->logits, s->n, found) == finite, "n=%d: maxima doesn't see what isn't finite", s->n);
    CHECK(table->finite(s->logits, s->n) == finite, "n=%d: finite is wrong", s->n);
    for (int32_t first = 0; first < s->n; first += LOGITS_BLOCK) {
        float most = -INFINITY;
        for (int32_t i = first; i < s->n && i < first + LOGITS_BLOCK; i++) most = fmaxf(most, s->logits[i]);
        CHECK(found[first / LOGITS_BLOCK] == most, "n=%d: maximum of block %d", s->n, first / LOGITS_BLOCK);
    }
}

static void check_largest(const sample *s, int32_t first, int32_t end, float floor) {
    int32_t expected = -1;
    for (int32_t i = first; i < end; i++)
        if (counts(s, i) && s->logits[i] > (expected < 0 ? floor : s->logits[expected])) expected = i;
    int32_t found = table->largest(s->logits, s->allow, first, end, floor);
    CHECK(found == expected, "n=%d [%d, %d) above %g: expected %d, found %d", s->n, first, end, (double)floor,
          expected, found);
}

static void check_mass(const sample *s, int32_t first, int32_t end, float factor) {
    double expected = 0;
    for (int32_t i = first; i < end; i++)
        if (counts(s, i)) expected += exp(((double)s->logits[i] - 20) * (double)factor);
    double found = table->mass(s->logits, s->allow, first, end, 20, factor);
    CHECK(fabs(found - expected) <= 2e-6 * expected + 1e-35, "n=%d [%d, %d) by %g: mass %.9g, expected %.9g",
          s->n, first, end, (double)factor, found, expected);
}

static void check_one_bad(sample *s) {
    static const float bad[] = {NAN, -NAN, INFINITY, -INFINITY};
    float maxima[8];
    for (int32_t i = 0; i < s->n; i++)
        if (!isfinite(s->logits[i])) s->logits[i] = 0;
    CHECK(table->finite(s->logits, s->n) && table->maxima(s->logits, s->n, maxima), "n=%d: all are finite",
          s->n);
    s->logits[random_bits() % (uint64_t)s->n] = bad[random_bits() % 4];
    CHECK(!table->finite(s->logits, s->n) && !table->maxima(s->logits, s->n, maxima), "n=%d: one isn't", s->n);
}

int main(int argc, char **argv) {
    static const int32_t sizes[] = {1, 3, 15, 16, 17, 63, 64, 65, 1000, 1023, 1024, 1025, 1040, 2047, 5000};
    uint32_t used;
    const kernels *chosen = kernels_select(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : UINT32_MAX, &used);
    snprintf(name, sizeof name, "%s", chosen->name);
    table = logits_select(used);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int round = 0; round < 8; round++) {
            sample s = sample_new(sizes[i], round & 1);
            check_maxima(&s);
            for (int32_t first = 0; first < s.n; first += LOGITS_BLOCK) {
                int32_t end = s.n - first < LOGITS_BLOCK ? s.n : first + LOGITS_BLOCK;
                check_largest(&s, first, end, round & 2 ? 18.5f : -INFINITY);
                check_mass(&s, first, end, round & 4 ? 3.7f : 0.6f);
            }
            check_one_bad(&s);
            sample_free(&s);
        }
    printf("%s features=%u checks=%d failures=%d\n", name, used, checks, failures);
    return failures != 0;
}
