/* gguf.c: opens a GGUF file and checks every field of it before anyone reads a weight.
 *
 * The parser walks the image once with a cursor that can't leave it, nor the first GGUF_MAX_HEAD bytes; counts
 * are held against the bytes that remain before anything is allocated, so the memory used is bounded by a small
 * multiple of those. All before the tensors' data is read into memory as the cursor goes, so that it stays what
 * was checked. */
#define _GNU_SOURCE
#include "gguf.h"

#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "gguf_file.h"

enum {
    /* Version 3 only allows big-endian files besides, which aren't ours. */
    GGUF_OLDEST = 2,
    GGUF_NEWEST = 3,
    GGUF_DEFAULT_ALIGNMENT = 32,
    GGUF_MAX_ALIGNMENT = 1 << 20,
    GGUF_MAX_KEY = 65535,
    GGUF_MAX_NAME = 256,
    /* Of all before the tensors' data. The largest vocabularies take some 30 MB; a file with holes in it can
     * have gigabytes here and lie on the disk in one block. */
    GGUF_MAX_HEAD = 256 << 20,
    GGUF_MIN_FILE_BYTES = 24,
    GGUF_MIN_KV_BYTES = 8 + 1 + 4 + 1,             /* length, one-byte key, type, one-byte value */
    GGUF_MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8, /* length, name, n_dims, one dim, type, offset */
};

typedef struct cursor {
    const uint8_t *at, *begin, *end;
    const char *edge;  /* what `end` is, for a sentence */
    mapped_file *file; /* reads what the cursor comes to; NULL: all is there */
} cursor;

static cursor begin_at(const uint8_t *image, size_t size, mapped_file *file) {
    bool whole = size <= GGUF_MAX_HEAD;
    return (cursor){.at = image,
                    .begin = image,
                    .end = image + (whole ? size : GGUF_MAX_HEAD),
                    .edge = whole ? "the end of the file" : "the end of the 256 MiB that metadata may take",
                    .file = file};
}

static uint64_t left(const cursor *c) {
    return (uint64_t)(c->end - c->at);
}
static uint64_t offset_of(const cursor *c) {
    return (uint64_t)(c->at - c->begin);
}

/* Are the next n bytes in the file, and to be read now? */
static bool within(const cursor *c, uint64_t n) {
    return n <= left(c) && (!c->file || mapped_file_read(c->file, offset_of(c) + n));
}

static bool take(cursor *c, void *out, size_t n) {
    if (!within(c, n)) return false;
    memcpy(out, c->at, n);
    c->at += n;
    return true;
}

static bool take_str(cursor *c, gguf_str *out) {
    uint64_t len;
    if (!take(c, &len, sizeof len) || !within(c, len)) return false;
    out->data = (const char *)c->at;
    out->len = len;
    c->at += len;
    return true;
}

/* ---- the sorted indices */

/* qsort_r's signature: orders two indices by their labels. */
typedef struct order_ctx {
    const lila_gguf *g;
    label_of label;
} order_ctx;

static int order_cmp(const void *a, const void *b, void *ctx) {
    const order_ctx *o = ctx;
    return gguf_str_cmp(o->label(o->g, *(const uint32_t *)a), o->label(o->g, *(const uint32_t *)b));
}

/* Sorted index of n labels; *duplicate is set to a repeated one's index, or left alone. */
static uint32_t *sorted_index(const lila_gguf *g, uint64_t n, label_of label, const uint32_t **duplicate) {
    uint32_t *order = malloc((n + 1) * sizeof *order);
    if (!order) return NULL;
    for (uint64_t i = 0; i < n; i++) order[i] = (uint32_t)i;
    order_ctx ctx = {g, label};
    qsort_r(order, n, sizeof *order, order_cmp, &ctx);
    for (uint64_t i = 1; i < n; i++)
        if (gguf_str_cmp(label(g, order[i - 1]), label(g, order[i])) == 0) *duplicate = &order[i];
    return order;
}

/* ---- parsing */

/* Printable form of a label for an error sentence: at most 64 bytes of it. */
#define LABEL_FMT "'%.*s'"
#define LABEL(s)  (int)((s).len < 64 ? (s).len : 64), (s).data

static int parse_strings(cursor *c, gguf_kv *kv, char *err, size_t errlen) {
    if (kv->count > left(c) / 8)
        return LILA_FAIL(LILA_E_FORMAT, "key " LABEL_FMT ": %llu strings can't fit in the %llu bytes before %s",
                         LABEL(kv->key), (unsigned long long)kv->count, (unsigned long long)left(c), c->edge);
    kv->strings = malloc((kv->count + 1) * sizeof *kv->strings);
    if (!kv->strings)
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for %llu strings", (unsigned long long)kv->count);
    for (uint64_t i = 0; i < kv->count; i++) {
        gguf_str s;
        kv->strings[i] = c->at;
        if (!take_str(c, &s))
            return LILA_FAIL(LILA_E_FORMAT, "key " LABEL_FMT ": string %llu runs past %s", LABEL(kv->key),
                             (unsigned long long)i, c->edge);
    }
    return LILA_OK;
}

static int parse_elements(cursor *c, gguf_kv *kv, char *err, size_t errlen) {
    kv->data = c->at;
    if (kv->elem_type == LILA_KV_STRING) return parse_strings(c, kv, err, errlen);
    size_t bytes = gguf_scalar_bytes(kv->elem_type);
    if (!bytes)
        return LILA_FAIL(LILA_E_FORMAT, "key " LABEL_FMT ": expected a value type of 0 to 12%s, found %u",
                         LABEL(kv->key), kv->type == LILA_KV_ARRAY ? " other than array" : "",
                         (unsigned)kv->elem_type);
    if (kv->count > left(c) / bytes || !within(c, kv->count * bytes))
        return LILA_FAIL(LILA_E_FORMAT, "key " LABEL_FMT ": %llu values of %zu bytes run past %s",
                         LABEL(kv->key), (unsigned long long)kv->count, bytes, c->edge);
    c->at += kv->count * bytes;
    for (uint64_t i = 0; kv->elem_type == LILA_KV_BOOL && i < kv->count; i++)
        if (kv->data[i] > 1)
            return LILA_FAIL(LILA_E_FORMAT, "key " LABEL_FMT ": expected a boolean of 0 or 1, found %u",
                             LABEL(kv->key), kv->data[i]);
    return LILA_OK;
}

static int parse_kv(cursor *c, gguf_kv *kv, char *err, size_t errlen) {
    uint64_t at = offset_of(c);
    if (!take_str(c, &kv->key) || kv->key.len == 0 || kv->key.len > GGUF_MAX_KEY)
        return LILA_FAIL(LILA_E_FORMAT, "metadata key at byte %llu: expected 1 to %d bytes before %s",
                         (unsigned long long)at, GGUF_MAX_KEY, c->edge);
    if (memchr(kv->key.data, 0, kv->key.len))
        return LILA_FAIL(LILA_E_FORMAT, "metadata key at byte %llu contains a zero byte",
                         (unsigned long long)at);
    if (!take(c, &kv->type, 4))
        return LILA_FAIL(LILA_E_FORMAT, "key " LABEL_FMT ": its type runs past %s", LABEL(kv->key), c->edge);
    kv->elem_type = kv->type;
    kv->count = 1;
    if (kv->type == LILA_KV_ARRAY && (!take(c, &kv->elem_type, 4) || !take(c, &kv->count, 8)))
        return LILA_FAIL(LILA_E_FORMAT, "key " LABEL_FMT ": its array header runs past %s", LABEL(kv->key),
                         c->edge);
    return parse_elements(c, kv, err, errlen);
}

static int parse_dims(cursor *c, lila_tensor_info *t, gguf_str name, uint64_t *n, char *err, size_t errlen) {
    if (!take(c, &t->n_dims, 4) || t->n_dims < 1 || t->n_dims > 4)
        return LILA_FAIL(LILA_E_FORMAT, "tensor " LABEL_FMT ": expected 1 to 4 dimensions, found %u",
                         LABEL(name), (unsigned)t->n_dims);
    *n = 1;
    for (uint32_t d = 0; d < 4; d++) {
        t->dims[d] = 1;
        if (d < t->n_dims && !take(c, &t->dims[d], 8))
            return LILA_FAIL(LILA_E_FORMAT, "tensor " LABEL_FMT ": its dimensions run past %s", LABEL(name),
                             c->edge);
        if (t->dims[d] == 0 || t->dims[d] > INT64_MAX / *n)
            return LILA_FAIL(LILA_E_FORMAT, "tensor " LABEL_FMT ": dimension %u is %llu, zero or too large",
                             LABEL(name), (unsigned)d, (unsigned long long)t->dims[d]);
        *n *= t->dims[d];
    }
    return LILA_OK;
}

/* t->data holds the offset into the data section until place_tensors() resolves it. */
static int parse_tensor(cursor *c, lila_tensor_info *t, char *err, size_t errlen) {
    gguf_str name;
    uint64_t at = offset_of(c), n, offset;
    if (!take_str(c, &name) || name.len == 0 || name.len > GGUF_MAX_NAME || memchr(name.data, 0, name.len))
        return LILA_FAIL(LILA_E_FORMAT,
                         "tensor name at byte %llu: expected 1 to %d bytes without a zero byte before %s",
                         (unsigned long long)at, GGUF_MAX_NAME, c->edge);
    t->name = name.data;
    t->name_len = name.len;
    int status = parse_dims(c, t, name, &n, err, errlen);
    if (status) return status;
    if (!take(c, &t->type, 4) || !take(c, &offset, 8))
        return LILA_FAIL(LILA_E_FORMAT, "tensor " LABEL_FMT ": its type and offset run past %s", LABEL(name),
                         c->edge);
    if (!gguf_type_block(t->type))
        return LILA_FAIL(LILA_E_UNSUPPORTED,
                         "tensor " LABEL_FMT ": expected F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, "
                         "Q5_K, Q6_K or IQ4_NL, found %s (%u)",
                         LABEL(name), gguf_type_name(t->type), (unsigned)t->type);
    t->size = gguf_type_bytes(t->type, t->dims[0]) ? gguf_type_bytes(t->type, n) : 0;
    if (!t->size)
        return LILA_FAIL(LILA_E_FORMAT,
                         "tensor " LABEL_FMT ": expected rows in blocks of %u for %s, found %llu", LABEL(name),
                         (unsigned)gguf_type_block(t->type), gguf_type_name(t->type),
                         (unsigned long long)t->dims[0]);
    t->data = (const void *)(uintptr_t)offset;
    return LILA_OK;
}

static int by_offset(const void *a, const void *b, void *ctx) {
    const lila_tensor_info *t = ctx;
    uintptr_t x = (uintptr_t)t[*(const uint32_t *)a].data, y = (uintptr_t)t[*(const uint32_t *)b].data;
    return (x > y) - (x < y);
}

static int check_overlap(const lila_gguf *g, const uint32_t *order, char *err, size_t errlen) {
    for (uint64_t i = 1; i < g->n_tensors; i++) {
        const lila_tensor_info *a = &g->tensors[order[i - 1]], *b = &g->tensors[order[i]];
        if ((const uint8_t *)a->data + a->size > (const uint8_t *)b->data)
            return LILA_FAIL(LILA_E_FORMAT, "tensors " LABEL_FMT " and " LABEL_FMT " overlap",
                             LABEL(gguf_name_of(g, order[i - 1])), LABEL(gguf_name_of(g, order[i])));
    }
    return LILA_OK;
}

static int read_alignment(const lila_gguf *g, uint64_t *out, char *err, size_t errlen) {
    const gguf_kv *kv = gguf_find(g, "general.alignment");
    *out = GGUF_DEFAULT_ALIGNMENT;
    if (!kv) return LILA_OK;
    if (!gguf_get_u64(g, "general.alignment", out))
        return LILA_FAIL(LILA_E_FORMAT, "general.alignment: expected an unsigned integer, found value type %u",
                         (unsigned)kv->type);
    if (*out < 8 || *out > GGUF_MAX_ALIGNMENT || (*out & (*out - 1)))
        return LILA_FAIL(LILA_E_FORMAT, "general.alignment: expected a power of two from 8 to %d, found %llu",
                         GGUF_MAX_ALIGNMENT, (unsigned long long)*out);
    return LILA_OK;
}

/* Turns offsets into pointers after holding each against alignment, the file's end and its neighbours. */
static int place_tensors(lila_gguf *g, uint64_t header_end, uint32_t *order, char *err, size_t errlen) {
    uint64_t alignment;
    int status = read_alignment(g, &alignment, err, errlen);
    if (status) return status;
    uint64_t start = (header_end + alignment - 1) & ~(alignment - 1);
    uint64_t room = start <= g->size ? g->size - start : 0;
    g->head = g->size - room;
    for (uint64_t i = 0; i < g->n_tensors; i++) {
        lila_tensor_info *t = &g->tensors[i];
        uint64_t offset = (uintptr_t)t->data;
        gguf_str name = gguf_name_of(g, (uint32_t)i);
        order[i] = (uint32_t)i;
        if (offset % alignment)
            return LILA_FAIL(LILA_E_FORMAT,
                             "tensor " LABEL_FMT ": offset %llu isn't a multiple of the alignment %llu",
                             LABEL(name), (unsigned long long)offset, (unsigned long long)alignment);
        if (offset > room || t->size > room - offset)
            return LILA_FAIL(
                LILA_E_FORMAT,
                "tensor " LABEL_FMT ": expected %llu bytes at offset %llu, found %llu bytes of tensor data "
                "(is the file truncated?)",
                LABEL(name), (unsigned long long)t->size, (unsigned long long)offset, (unsigned long long)room);
        t->data = g->image + start + offset;
    }
    qsort_r(order, g->n_tensors, sizeof *order, by_offset, g->tensors);
    return check_overlap(g, order, err, errlen);
}

static int parse_header(lila_gguf *g, cursor *c, char *err, size_t errlen) {
    uint32_t magic = 0, version = 0;
    if (!take(c, &magic, 4) || memcmp(&magic, "GGUF", 4))
        return LILA_FAIL(LILA_E_FORMAT, "expected the magic bytes 'GGUF', found %08x: this is not a GGUF file",
                         magic);
    if (!take(c, &version, 4) || version < GGUF_OLDEST || version > GGUF_NEWEST)
        return LILA_FAIL(LILA_E_FORMAT, "expected GGUF version %d or %d, found %u%s", GGUF_OLDEST, GGUF_NEWEST,
                         (unsigned)version, version == 0x03000000 ? " (a big-endian file)" : "");
    if (!take(c, &g->n_tensors, 8) || !take(c, &g->n_kv, 8))
        return LILA_FAIL(LILA_E_FORMAT, "the file ends inside its header (%zu bytes)", g->size);
    if (g->n_kv > left(c) / GGUF_MIN_KV_BYTES || g->n_kv > UINT32_MAX)
        return LILA_FAIL(LILA_E_FORMAT, "%llu metadata entries can't fit in the %llu bytes before %s",
                         (unsigned long long)g->n_kv, (unsigned long long)left(c), c->edge);
    if (g->n_tensors > left(c) / GGUF_MIN_TENSOR_BYTES || g->n_tensors > UINT32_MAX)
        return LILA_FAIL(LILA_E_FORMAT, "%llu tensors can't fit in the %llu bytes before %s",
                         (unsigned long long)g->n_tensors, (unsigned long long)left(c), c->edge);
    return LILA_OK;
}

static int parse_metadata(lila_gguf *g, cursor *c, char *err, size_t errlen) {
    g->kv = calloc(g->n_kv + 1, sizeof *g->kv);
    if (!g->kv) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %llu entries", (unsigned long long)g->n_kv);
    for (uint64_t i = 0; i < g->n_kv; i++) {
        int status = parse_kv(c, &g->kv[i], err, errlen);
        if (status) return status;
    }
    const uint32_t *duplicate = NULL;
    g->kv_order = sorted_index(g, g->n_kv, gguf_key_of, &duplicate);
    if (!g->kv_order) return LILA_FAIL(LILA_E_MEMORY, "out of memory for the key index");
    if (duplicate)
        return LILA_FAIL(LILA_E_FORMAT, "key " LABEL_FMT " occurs twice", LABEL(gguf_key_of(g, *duplicate)));
    return LILA_OK;
}

static int parse_tensors(lila_gguf *g, cursor *c, char *err, size_t errlen) {
    g->tensors = calloc(g->n_tensors + 1, sizeof *g->tensors);
    if (!g->tensors)
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for %llu tensors", (unsigned long long)g->n_tensors);
    for (uint64_t i = 0; i < g->n_tensors; i++) {
        int status = parse_tensor(c, &g->tensors[i], err, errlen);
        if (status) return status;
    }
    const uint32_t *duplicate = NULL;
    g->tensor_order = sorted_index(g, g->n_tensors, gguf_name_of, &duplicate);
    if (!g->tensor_order) return LILA_FAIL(LILA_E_MEMORY, "out of memory for the tensor index");
    if (duplicate)
        return LILA_FAIL(LILA_E_FORMAT, "tensor " LABEL_FMT " occurs twice",
                         LABEL(gguf_name_of(g, *duplicate)));
    uint32_t *order = malloc((g->n_tensors + 1) * sizeof *order);
    if (!order) return LILA_FAIL(LILA_E_MEMORY, "out of memory for the tensor order");
    int status = place_tensors(g, offset_of(c), order, err, errlen);
    free(order);
    return status;
}

static int parse(const uint8_t *image, size_t size, mapped_file *file, lila_gguf **out, char *err,
                 size_t errlen) {
    *out = NULL;
    lila_gguf *g = calloc(1, sizeof *g);
    if (!g) return LILA_FAIL(LILA_E_MEMORY, "out of memory");
    g->image = image;
    g->size = size;
    cursor c = begin_at(image, size, file);
    int status = parse_header(g, &c, err, errlen);
    if (!status) status = parse_metadata(g, &c, err, errlen);
    if (!status) status = parse_tensors(g, &c, err, errlen);
    if (status) {
        lila_gguf_free(g);
        return status;
    }
    *out = g;
    return LILA_OK;
}

int gguf_parse(const uint8_t *image, size_t size, lila_gguf **out, char *err, size_t errlen) {
    return parse(image, size, NULL, out, err, errlen);
}

int lila_gguf_open(const char *path, lila_gguf **out, char *err, size_t errlen) {
    mapped_file file;
    *out = NULL;
    int status = mapped_file_open(path, GGUF_MIN_FILE_BYTES, &file, err, errlen);
    if (!status) status = parse(file.image, file.size, &file, out, err, errlen);
    if (!status) status = mapped_file_map(&file, (*out)->head, err, errlen);
    if (!status) status = mapped_file_check(&file, err, errlen);
    if (status) {
        lila_gguf_free(*out);
        *out = NULL;
        mapped_file_close(&file);
        return status;
    }
    (*out)->file = file;
    return LILA_OK;
}

int gguf_check(const lila_gguf *g, char *err, size_t errlen) {
    return mapped_file_check(&g->file, err, errlen);
}

void lila_gguf_free(lila_gguf *g) {
    if (!g) return;
    for (uint64_t i = 0; g->kv && i < g->n_kv; i++) free(g->kv[i].strings);
    free(g->kv);
    free(g->tensors);
    free(g->kv_order);
    free(g->tensor_order);
    mapped_file_close(&g->file);
    free(g);
}
