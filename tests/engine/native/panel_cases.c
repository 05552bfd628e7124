/* panel_cases.c: see panel_cases.h. */
#include "panel_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *const panel_names[PANEL_QUANTISED] = {"u4", "u4m", "u5m", "u8", "k4", "k5", "k6"};

static uint64_t state = 42;

void random_seed(uint64_t seed) {
    state = seed;
}

uint64_t random_bits(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = state ^ state >> 29;
    return x ^ x >> 32;
}

float random_float(void) {
    return (float)((double)(random_bits() & 0xffffff) / 0x800000 - 1.0);
}

static size_t pages(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) / page * page;
}

void *fenced_new(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), inside = pages(bytes);
    uint8_t *p = mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || (inside && mprotect(p + page, inside, PROT_READ | PROT_WRITE))) {
        perror("fenced_new");
        exit(2);
    }
    return p + page + inside - bytes;
}

void fenced_free(void *p, size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), inside = pages(bytes);
    munmap((uint8_t *)p + bytes - inside - page, inside + 2 * page);
}

/* A half between 2⁻¹⁴ and about 4, of either sign; extreme ones include 0, subnormals and the largest. */
static uint16_t random_half(int extreme) {
    static const uint16_t ends[] = {0, 0x8000, 1, 0x8001, 0x03ff, 0x0400, 0x7bff, 0xfbff};
    return extreme ? ends[random_bits() % 8]
                   : (uint16_t)((random_bits() & 0x83ff) | (1 + random_bits() % 16) << 10);
}

static uint8_t random_code(panel_type type, uint32_t bias, int extreme) {
    uint32_t most = type == PANEL_U8 && bias != 128 ? bias + 127 : 255;
    if (extreme) return random_bits() & 1 ? (uint8_t)most : 0;
    return (uint8_t)(random_bits() % (most + 1));
}

static size_t panel_count(const panel_matmul *m, panel_type type) {
    return (size_t)((m->rows + 15) / 16) * (m->k / panel_columns(type));
}

/* Integer scales and minima take any byte, though a file's have six bits. */
static void fill_panels(uint8_t *p, const panel_matmul *m, panel_type type, int extreme) {
    size_t halves = type == PANEL_U4 || type == PANEL_U8 ? 16 : 32, codes = panel_bytes(type) - 2 * halves;
    for (size_t panels = panel_count(m, type); panels; panels--) {
        for (size_t i = 0; i < halves; i++, p += 2) memcpy(p, &(uint16_t){random_half(extreme)}, 2);
        for (size_t i = 0; i < codes; i++) *p++ = random_code(type, m->bias, extreme);
    }
}

static size_t panels_size(const panel_case *c) {
    return panel_count(&c->m, c->type) * panel_bytes(c->type) + (size_t)c->shift;
}

static size_t input_size(const panel_case *c) {
    return (size_t)c->m.tokens * (c->m.k / 32) * sizeof(panel_input) + (size_t)c->shift / 4 * 4;
}

static void fill_input(panel_input *x, const panel_matmul *m, panel_type type, int extreme) {
    panel_quantise *quantise = panel_is_super(type) ? panel_quantise_super_ref : panel_quantise_ref;
    float *values = malloc((m->k + 1) * sizeof *values);
    for (uint32_t t = 0; t < m->tokens; t++) {
        for (uint32_t i = 0; i < m->k; i++) {
            values[i] = random_float();
            if (extreme) values[i] = values[i] < 0 ? -1 : 1; /* every q is 127 or −127 */
        }
        quantise(x, m->tokens, t, values, m->k);
    }
    free(values);
}

/* A codebook of distinct unsigned bytes that fit an int8 after the bias, both ends among them. */
static const uint8_t *code_new(uint32_t bias) {
    uint8_t *code = fenced_new(16);
    for (int i = 0; i < 16; i++) code[i] = (uint8_t)((bias == 128 ? 255 : bias + 127) * (uint32_t)i / 15);
    return code;
}

void case_new(panel_case *c, panel_type type, uint32_t k, uint32_t rows, uint32_t tokens, int code, int extreme,
              int shift) {
    static const uint32_t biases[] = {8, 16, 128};
    *c = (panel_case){.type = type, .shift = shift, .extreme = extreme};
    k = (k + panel_columns(type) - 1) / panel_columns(type) * panel_columns(type);
    c->m = (panel_matmul){.k = k, .rows = rows, .tokens = tokens, .y_stride = rows + 3};
    c->m.bias = biases[random_bits() % 3];
    if (code) c->m.code = code_new(c->m.bias);
    c->m.panels = fenced_new(panels_size(c));
    c->m.x = fenced_new(input_size(c));
    /* The shift moves the start, and the unreadable page still follows at once. */
    fill_panels((uint8_t *)(uintptr_t)c->m.panels, &c->m, type, extreme);
    fill_input((panel_input *)(uintptr_t)c->m.x, &c->m, type, extreme);
}

void case_free(panel_case *c) {
    fenced_free((void *)(uintptr_t)c->m.panels, panels_size(c));
    fenced_free((void *)(uintptr_t)c->m.x, input_size(c));
    if (c->m.code) fenced_free((void *)(uintptr_t)c->m.code, 16);
}
