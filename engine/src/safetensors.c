/* safetensors.c: opens a safetensors file and checks all that its header says before anyone reads a weight. The
 * header is read into memory, the tensors are mapped.
 *
 * The tensors' bytes must lie one behind the other and fill the file to its end: so none overlap, none lies
 * outside, and nothing hides between them. The memory used is bounded by a small multiple of the header. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "safetensors_file.h"

enum { MAX_HEADER = 100000000, PREFIX = 8 };

static int compare_spans(json_span a, json_span b) {
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* ---- what all tensors must be together */

static int by_name(const void *a, const void *b, void *tensors) {
    const lila_safetensor *t = tensors;
    return compare_spans(tensor_name(&t[*(const uint32_t *)a]), tensor_name(&t[*(const uint32_t *)b]));
}

static int by_key(const void *a, const void *b) {
    return compare_spans(((const text_pair *)a)->key, ((const text_pair *)b)->key);
}

static int by_offset(const void *a, const void *b, void *tensors) {
    const lila_safetensor *x = &((lila_safetensor *)tensors)[*(const uint32_t *)a],
                          *y = &((lila_safetensor *)tensors)[*(const uint32_t *)b];
    uintptr_t at = (uintptr_t)x->data, other = (uintptr_t)y->data;
    return at != other ? (at > other) - (at < other) : (x->size > y->size) - (x->size < y->size);
}

static int check_names(const lila_safetensors *f, char *err, size_t errlen) {
    for (size_t i = 1; i < f->n_tensors; i++) {
        json_span name = tensor_name(&f->tensors[f->order[i]]);
        if (compare_spans(tensor_name(&f->tensors[f->order[i - 1]]), name) == 0)
            return LILA_FAIL(LILA_E_FORMAT, "tensor " SPAN_FMT " occurs twice", SPAN(name));
    }
    for (size_t i = 1; i < f->n_metadata; i++)
        if (compare_spans(f->metadata[i - 1].key, f->metadata[i].key) == 0)
            return LILA_FAIL(LILA_E_FORMAT, "metadata " SPAN_FMT " occurs twice", SPAN(f->metadata[i].key));
    return LILA_OK;
}

/* Turns offsets into pointers: each tensor begins where the one before it ends, the last ends with the file. */
static int place_tensors(lila_safetensors *f, const uint32_t *order, size_t start, char *err, size_t errlen) {
    uint64_t room = f->size - start, next = 0;
    for (size_t i = 0; i < f->n_tensors; i++) {
        lila_safetensor *t = &f->tensors[order[i]];
        uint64_t begin = (uintptr_t)t->data;
        if (begin != next)
            return LILA_FAIL(LILA_E_FORMAT, "tensor " SPAN_FMT ": expected to begin at %llu, found %llu: %s",
                             SPAN(tensor_name(t)), (unsigned long long)next, (unsigned long long)begin,
                             begin < next ? "it overlaps another" : "there is a gap before it");
        if (t->size > room - next)
            return LILA_FAIL(LILA_E_FORMAT,
                             "tensor " SPAN_FMT
                             ": expected %llu bytes at offset %llu, found %llu bytes of tensor "
                             "data (is the file truncated?)",
                             SPAN(tensor_name(t)), (unsigned long long)t->size, (unsigned long long)begin,
                             (unsigned long long)room);
        t->data = f->image + start + begin;
        next += t->size;
    }
    if (next != room)
        return LILA_FAIL(LILA_E_FORMAT, "expected %llu bytes of tensor data, found %llu",
                         (unsigned long long)next, (unsigned long long)room);
    return LILA_OK;
}

static int check_tensors(lila_safetensors *f, size_t start, char *err, size_t errlen) {
    uint32_t *places = malloc((f->n_tensors + 1) * sizeof *places);
    f->order = malloc((f->n_tensors + 1) * sizeof *f->order);
    if (!places || !f->order) {
        free(places);
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for %zu tensors", f->n_tensors);
    }
    for (size_t i = 0; i < f->n_tensors; i++) places[i] = f->order[i] = (uint32_t)i;
    qsort_r(f->order, f->n_tensors, sizeof *f->order, by_name, f->tensors);
    if (f->n_metadata) qsort(f->metadata, f->n_metadata, sizeof *f->metadata, by_key);
    qsort_r(places, f->n_tensors, sizeof *places, by_offset, f->tensors);
    int status = check_names(f, err, errlen);
    if (!status) status = place_tensors(f, places, start, err, errlen);
    free(places);
    return status;
}

/* ---- open and close */

static uint64_t header_length(const uint8_t *image) {
    uint64_t length = 0;
    for (int i = 0; i < PREFIX; i++) length |= (uint64_t)image[i] << 8 * i;
    return length;
}

static int parse_image(lila_safetensors *f, char *err, size_t errlen) {
    if (f->size < PREFIX)
        return LILA_FAIL(LILA_E_FORMAT, "expected at least %d bytes, found %zu: this is not a safetensors file",
                         PREFIX, f->size);
    uint64_t length = header_length(f->image);
    if (length < 2 || length > MAX_HEADER || length > f->size - PREFIX)
        return LILA_FAIL(LILA_E_FORMAT,
                         "expected a header of 2 to %d bytes inside the file's %zu, found %llu: this is not a "
                         "safetensors file, or it is truncated",
                         MAX_HEADER, f->size, (unsigned long long)length);
    const char *text = (const char *)f->image + PREFIX;
    f->arena = malloc((size_t)length);
    if (!f->arena) return LILA_FAIL(LILA_E_MEMORY, "out of memory for a header of %zu bytes", (size_t)length);
    json_cursor c = {text, text, text + length, f->arena};
    int status = *text == '{' ? LILA_OK : json_fail(&c, "'{'", err, errlen);
    if (!status) status = safetensors_header(f, &c, err, errlen);
    return status ? status : check_tensors(f, PREFIX + (size_t)length, err, errlen);
}

int safetensors_parse(const uint8_t *image, size_t size, lila_safetensors **out, char *err, size_t errlen) {
    *out = NULL;
    lila_safetensors *f = calloc(1, sizeof *f);
    if (!f) return LILA_FAIL(LILA_E_MEMORY, "out of memory");
    f->image = image;
    f->size = size;
    int status = parse_image(f, err, errlen);
    if (status) {
        lila_safetensors_free(f);
        return status;
    }
    *out = f;
    return LILA_OK;
}

/* The length and the header; a length that can't be is left to parse_image. */
static bool read_head(mapped_file *file, size_t *head) {
    if (!mapped_file_read(file, PREFIX)) return false;
    uint64_t length = header_length(file->image);
    *head = PREFIX + (length <= MAX_HEADER && length <= file->size - PREFIX ? (size_t)length : 0);
    return mapped_file_read(file, *head);
}

int lila_safetensors_open(const char *path, lila_safetensors **out, char *err, size_t errlen) {
    mapped_file file;
    size_t head = 0;
    *out = NULL;
    int status = mapped_file_open(path, PREFIX, &file, err, errlen);
    if (status) return status;
    if (!read_head(&file, &head)) status = LILA_FAIL(LILA_E_IO, "can't read the header of %s", path);
    if (!status) status = safetensors_parse(file.image, file.size, out, err, errlen);
    if (!status) status = mapped_file_map(&file, head, err, errlen);
    if (!status) status = mapped_file_check(&file, err, errlen);
    if (status) {
        lila_safetensors_free(*out);
        *out = NULL;
        mapped_file_close(&file);
        return status;
    }
    (*out)->file = file;
    return LILA_OK;
}

int lila_safetensors_check(const lila_safetensors *f, char *err, size_t errlen) {
    watch_ready();
    return mapped_file_check(&f->file, err, errlen);
}

void lila_safetensors_free(lila_safetensors *f) {
    if (!f) return;
    mapped_file_close(&f->file);
    free(f->tensors);
    free(f->metadata);
    free(f->order);
    free(f->arena);
    free(f);
}

/* ---- reading */

const lila_safetensor *safetensors_find(const lila_safetensors *f, const char *name) {
    json_span wanted = {name, strlen(name)};
    size_t low = 0, high = f->n_tensors;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = compare_spans(tensor_name(&f->tensors[f->order[mid]]), wanted);
        if (order == 0) return &f->tensors[f->order[mid]];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

uint64_t safetensors_index(const lila_safetensors *f, const lila_safetensor *tensor) {
    return (uint64_t)(tensor - f->tensors);
}

uint64_t lila_safetensors_count(const lila_safetensors *f) {
    return f->n_tensors;
}

int lila_safetensors_at(const lila_safetensors *f, uint64_t index, lila_safetensor *out) {
    if (index >= f->n_tensors) return LILA_E_ARGUMENT;
    *out = f->tensors[index];
    return LILA_OK;
}

uint64_t lila_safetensors_metadata_count(const lila_safetensors *f) {
    return f->n_metadata;
}

int lila_safetensors_metadata_at(const lila_safetensors *f, uint64_t index, lila_text_pair *out) {
    if (index >= f->n_metadata) return LILA_E_ARGUMENT;
    const text_pair *pair = &f->metadata[index];
    *out = (lila_text_pair){pair->key.data, pair->key.len, pair->value.data, pair->value.len};
    return LILA_OK;
}
