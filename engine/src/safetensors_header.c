/* safetensors_header.c: what the header of a safetensors file says of each tensor, checked one by one. */
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "safetensors_file.h"

enum { MAX_NAME = 512 };

/* ---- element types */

static const struct dtype {
    char name[8];
    uint32_t bytes;
} dtypes[] = {{"F32", 4}, {"F16", 2}, {"BF16", 2}, {"F64", 8},     {"I64", 8},
              {"I32", 4}, {"I16", 2}, {"I8", 1},   {"U64", 8},     {"U32", 4},
              {"U16", 2}, {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};

static const struct dtype *dtype_named(json_span name) {
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        if (name.len < sizeof dtypes->name && memcmp(dtypes[i].name, name.data, name.len) == 0 &&
            (name.len == sizeof dtypes->name - 1 || !dtypes[i].name[name.len]))
            return &dtypes[i];
    return NULL;
}

/* ---- one tensor's entry */

enum { HAS_DTYPE = 1, HAS_SHAPE = 2, HAS_OFFSETS = 4, HAS_ALL = 7 };

typedef struct entry {
    lila_safetensor *t;
    json_span dtype;
    uint64_t begin, end;
    uint32_t has;
} entry;

static int parse_shape(json_cursor *c, lila_safetensor *t, char *err, size_t errlen) {
    int status = json_expect(c, '[', err, errlen);
    if (status || json_take(c, ']')) return status;
    do {
        if (t->n_dims == LILA_SAFETENSOR_DIMS)
            return LILA_FAIL(LILA_E_UNSUPPORTED,
                             "tensor " SPAN_FMT ": expected at most %d dimensions, found more",
                             SPAN(tensor_name(t)), LILA_SAFETENSOR_DIMS);
        status = json_u64(c, &t->dims[t->n_dims++], err, errlen);
    } while (!status && json_take(c, ','));
    return status ? status : json_expect(c, ']', err, errlen);
}

static int parse_offsets(json_cursor *c, entry *e, char *err, size_t errlen) {
    int status = json_expect(c, '[', err, errlen);
    if (!status) status = json_u64(c, &e->begin, err, errlen);
    if (!status) status = json_expect(c, ',', err, errlen);
    if (!status) status = json_u64(c, &e->end, err, errlen);
    return status ? status : json_expect(c, ']', err, errlen);
}

static int parse_field(json_cursor *c, entry *e, char *err, size_t errlen) {
    json_span key;
    int status = json_string(c, &key, err, errlen);
    if (!status) status = json_expect(c, ':', err, errlen);
    if (status) return status;
    uint32_t field = json_is(key, "dtype")          ? HAS_DTYPE
                     : json_is(key, "shape")        ? HAS_SHAPE
                     : json_is(key, "data_offsets") ? HAS_OFFSETS
                                                    : 0;
    if (!field || e->has & field)
        return LILA_FAIL(LILA_E_FORMAT,
                         "tensor " SPAN_FMT
                         ": expected dtype, shape and data_offsets once each, found " SPAN_FMT "%s",
                         SPAN(tensor_name(e->t)), SPAN(key), field ? " twice" : "");
    e->has |= field;
    if (field == HAS_DTYPE) return json_string(c, &e->dtype, err, errlen);
    return field == HAS_SHAPE ? parse_shape(c, e->t, err, errlen) : parse_offsets(c, e, err, errlen);
}

/* The element type, and data_offsets against the bytes that shape and type ask for. */
static int check_entry(const entry *e, char *err, size_t errlen) {
    lila_safetensor *t = e->t;
    if (e->has != HAS_ALL)
        return LILA_FAIL(LILA_E_FORMAT,
                         "tensor " SPAN_FMT ": expected dtype, shape and data_offsets, found no %s",
                         SPAN(tensor_name(t)),
                         !(e->has & HAS_DTYPE)   ? "dtype"
                         : !(e->has & HAS_SHAPE) ? "shape"
                                                 : "data_offsets");
    const struct dtype *type = dtype_named(e->dtype);
    if (!type)
        return LILA_FAIL(LILA_E_UNSUPPORTED, "tensor " SPAN_FMT ": element type " SPAN_FMT " is not supported",
                         SPAN(tensor_name(t)), SPAN(e->dtype));
    t->dtype = type->name;
    t->size = type->bytes;
    for (uint32_t d = 0; d < t->n_dims; d++)
        if (__builtin_mul_overflow(t->size, t->dims[d], &t->size))
            return LILA_FAIL(LILA_E_FORMAT, "tensor " SPAN_FMT ": its shape exceeds 64 bits of bytes",
                             SPAN(tensor_name(t)));
    if (e->end < e->begin || e->end - e->begin != t->size)
        return LILA_FAIL(LILA_E_FORMAT,
                         "tensor " SPAN_FMT ": expected data_offsets %llu bytes apart, found [%llu, %llu]",
                         SPAN(tensor_name(t)), (unsigned long long)t->size, (unsigned long long)e->begin,
                         (unsigned long long)e->end);
    t->data = (const void *)(uintptr_t)e->begin;
    return LILA_OK;
}

/* ---- the header */

/* Room for one more element of an array that doubles. */
static void *grown(void *array, size_t count, size_t *room, size_t bytes) {
    if (count < *room) return array;
    size_t wanted = *room ? 2 * *room : 64;
    void *larger = realloc(array, wanted * bytes);
    if (larger) *room = wanted;
    return larger;
}

static int parse_tensor(lila_safetensors *f, json_cursor *c, json_span name, char *err, size_t errlen) {
    if (name.len < 1 || name.len > MAX_NAME)
        return LILA_FAIL(LILA_E_FORMAT, "tensor name: expected 1 to %d bytes, found %zu", MAX_NAME, name.len);
    lila_safetensor *all = grown(f->tensors, f->n_tensors, &f->tensor_room, sizeof *all);
    if (!all) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %zu tensors", f->n_tensors + 1);
    f->tensors = all;
    lila_safetensor *t = &all[f->n_tensors++];
    *t = (lila_safetensor){.name = name.data, .name_len = name.len};
    entry e = {.t = t};
    int status = json_expect(c, '{', err, errlen);
    do {
        if (!status) status = parse_field(c, &e, err, errlen);
    } while (!status && json_take(c, ','));
    if (!status) status = json_expect(c, '}', err, errlen);
    return status ? status : check_entry(&e, err, errlen);
}

static int parse_pair(lila_safetensors *f, json_cursor *c, char *err, size_t errlen) {
    text_pair *all = grown(f->metadata, f->n_metadata, &f->metadata_room, sizeof *all);
    if (!all) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %zu entries of metadata", f->n_metadata + 1);
    f->metadata = all;
    text_pair *pair = &all[f->n_metadata++];
    int status = json_string(c, &pair->key, err, errlen);
    if (!status) status = json_expect(c, ':', err, errlen);
    return status ? status : json_string(c, &pair->value, err, errlen);
}

static int parse_metadata(lila_safetensors *f, json_cursor *c, char *err, size_t errlen) {
    int status = json_expect(c, '{', err, errlen);
    if (status || json_take(c, '}')) return status;
    do status = parse_pair(f, c, err, errlen);
    while (!status && json_take(c, ','));
    return status ? status : json_expect(c, '}', err, errlen);
}

int safetensors_header(lila_safetensors *f, json_cursor *c, char *err, size_t errlen) {
    bool metadata = false;
    int status = json_expect(c, '{', err, errlen);
    if (status || json_take(c, '}')) return status ? status : json_end(c, err, errlen);
    do {
        json_span name;
        status = json_string(c, &name, err, errlen);
        if (!status) status = json_expect(c, ':', err, errlen);
        if (status) return status;
        bool special = json_is(name, "__metadata__");
        if (special && metadata) return LILA_FAIL(LILA_E_FORMAT, "'__metadata__' occurs twice");
        metadata = metadata || special;
        status = special ? parse_metadata(f, c, err, errlen) : parse_tensor(f, c, name, err, errlen);
    } while (!status && json_take(c, ','));
    if (!status) status = json_expect(c, '}', err, errlen);
    return status ? status : json_end(c, err, errlen);
}
