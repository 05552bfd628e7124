/* gguf_values.c: finds the entries and tensors of an opened file and reads their values. */
#include "gguf_file.h"

size_t gguf_scalar_bytes(uint32_t type) {
    switch (type) {
    case LILA_KV_U8:
    case LILA_KV_I8:
    case LILA_KV_BOOL:
        return 1;
    case LILA_KV_U16:
    case LILA_KV_I16:
        return 2;
    case LILA_KV_U32:
    case LILA_KV_I32:
    case LILA_KV_F32:
        return 4;
    case LILA_KV_U64:
    case LILA_KV_I64:
    case LILA_KV_F64:
        return 8;
    default:
        return 0;
    }
}

/* ---- lookups */

static int64_t find_label(const lila_gguf *g, const uint32_t *order, uint64_t n, label_of label,
                          const char *text) {
    gguf_str wanted = {text, strlen(text)};
    uint64_t low = 0, high = n;
    while (low < high) {
        uint64_t mid = low + (high - low) / 2;
        int c = gguf_str_cmp(label(g, order[mid]), wanted);
        if (c == 0) return order[mid];
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return -1;
}

const gguf_kv *gguf_find(const lila_gguf *g, const char *key) {
    int64_t i = find_label(g, g->kv_order, g->n_kv, gguf_key_of, key);
    return i < 0 ? NULL : &g->kv[i];
}

const lila_tensor_info *gguf_tensor(const lila_gguf *g, const char *name) {
    int64_t i = find_label(g, g->tensor_order, g->n_tensors, gguf_name_of, name);
    return i < 0 ? NULL : &g->tensors[i];
}

uint64_t gguf_tensor_index(const lila_gguf *g, const lila_tensor_info *tensor) {
    return (uint64_t)(tensor - g->tensors);
}

/* ---- values */

int64_t gguf_elem_i64(const gguf_kv *kv, uint64_t i) {
    const uint8_t *p = kv->data + i * gguf_scalar_bytes(kv->elem_type);
    union {
        uint16_t u16;
        int16_t i16;
        uint32_t u32;
        int32_t i32;
        uint64_t u64;
    } v;
    switch (kv->elem_type) {
    case LILA_KV_U8:
    case LILA_KV_BOOL:
        return *p;
    case LILA_KV_I8:
        return (int8_t)*p;
    case LILA_KV_U16:
        return memcpy(&v, p, 2), v.u16;
    case LILA_KV_I16:
        return memcpy(&v, p, 2), v.i16;
    case LILA_KV_U32:
        return memcpy(&v, p, 4), v.u32;
    case LILA_KV_I32:
        return memcpy(&v, p, 4), v.i32;
    case LILA_KV_U64:
    case LILA_KV_I64:
        return memcpy(&v, p, 8), (int64_t)v.u64;
    default:
        return 0;
    }
}

double gguf_elem_f64(const gguf_kv *kv, uint64_t i) {
    const uint8_t *p = kv->data;
    float f;
    double d;
    switch (kv->elem_type) {
    case LILA_KV_F32:
        return memcpy(&f, p + i * 4, 4), (double)f;
    case LILA_KV_F64:
        return memcpy(&d, p + i * 8, 8), d;
    case LILA_KV_U64:
        return (double)(uint64_t)gguf_elem_i64(kv, i);
    default:
        return (double)gguf_elem_i64(kv, i);
    }
}

gguf_str gguf_elem_str(const gguf_kv *kv, uint64_t i) {
    gguf_str s = {NULL, 0};
    if (!kv->strings) return s;
    memcpy(&s.len, kv->strings[i], sizeof s.len);
    s.data = (const char *)kv->strings[i] + sizeof s.len;
    return s;
}

static bool is_integer(uint32_t type) {
    return gguf_scalar_bytes(type) && type != LILA_KV_BOOL && type != LILA_KV_F32 && type != LILA_KV_F64;
}

bool gguf_of_integers(const gguf_kv *kv) {
    return is_integer(kv->elem_type);
}

bool gguf_of_numbers(const gguf_kv *kv) {
    return is_integer(kv->elem_type) || kv->elem_type == LILA_KV_F32 || kv->elem_type == LILA_KV_F64;
}

static const gguf_kv *scalar(const lila_gguf *g, const char *key) {
    const gguf_kv *kv = gguf_find(g, key);
    return kv && kv->type != LILA_KV_ARRAY ? kv : NULL;
}

bool gguf_get_i64(const lila_gguf *g, const char *key, int64_t *out) {
    const gguf_kv *kv = scalar(g, key);
    if (!kv || !is_integer(kv->type)) return false;
    int64_t value = gguf_elem_i64(kv, 0);
    if (kv->type == LILA_KV_U64 && value < 0) return false;
    *out = value;
    return true;
}

bool gguf_get_u64(const lila_gguf *g, const char *key, uint64_t *out) {
    const gguf_kv *kv = scalar(g, key);
    if (!kv || !is_integer(kv->type)) return false;
    int64_t value = gguf_elem_i64(kv, 0);
    if (kv->type != LILA_KV_U64 && value < 0) return false;
    *out = (uint64_t)value;
    return true;
}

bool gguf_get_f64(const lila_gguf *g, const char *key, double *out) {
    const gguf_kv *kv = scalar(g, key);
    if (!kv || !gguf_of_numbers(kv)) return false;
    *out = gguf_elem_f64(kv, 0);
    return true;
}

bool gguf_get_bool(const lila_gguf *g, const char *key, bool *out) {
    const gguf_kv *kv = scalar(g, key);
    if (!kv || kv->type != LILA_KV_BOOL) return false;
    *out = *kv->data != 0;
    return true;
}

bool gguf_get_str(const lila_gguf *g, const char *key, gguf_str *out) {
    const gguf_kv *kv = scalar(g, key);
    if (!kv || kv->type != LILA_KV_STRING) return false;
    *out = gguf_elem_str(kv, 0);
    return true;
}

const gguf_kv *gguf_get_array(const lila_gguf *g, const char *key) {
    const gguf_kv *kv = gguf_find(g, key);
    return kv && kv->type == LILA_KV_ARRAY ? kv : NULL;
}

/* ---- the public view */

file_identity gguf_identity(const lila_gguf *g) {
    return g->file.identity;
}

uint64_t lila_gguf_kv_count(const lila_gguf *g) {
    return g->n_kv;
}
uint64_t lila_gguf_tensor_count(const lila_gguf *g) {
    return g->n_tensors;
}

int lila_gguf_kv_at(const lila_gguf *g, uint64_t index, lila_kv *out) {
    if (index >= g->n_kv) return LILA_E_ARGUMENT;
    const gguf_kv *kv = &g->kv[index];
    *out = (lila_kv){kv->key.data, kv->key.len, kv->type, kv->elem_type, kv->count};
    return LILA_OK;
}

int lila_gguf_tensor_at(const lila_gguf *g, uint64_t index, lila_tensor_info *out) {
    if (index >= g->n_tensors) return LILA_E_ARGUMENT;
    *out = g->tensors[index];
    return LILA_OK;
}

static const gguf_kv *element(const lila_gguf *g, uint64_t index, uint64_t i) {
    return index < g->n_kv && i < g->kv[index].count ? &g->kv[index] : NULL;
}

int64_t lila_gguf_kv_int(const lila_gguf *g, uint64_t index, uint64_t i) {
    const gguf_kv *kv = element(g, index, i);
    return kv ? gguf_elem_i64(kv, i) : 0;
}

double lila_gguf_kv_float(const lila_gguf *g, uint64_t index, uint64_t i) {
    const gguf_kv *kv = element(g, index, i);
    return kv ? gguf_elem_f64(kv, i) : 0.0;
}

const char *lila_gguf_kv_string(const lila_gguf *g, uint64_t index, uint64_t i, uint64_t *len) {
    const gguf_kv *kv = element(g, index, i);
    gguf_str s = kv ? gguf_elem_str(kv, i) : (gguf_str){NULL, 0};
    *len = s.len;
    return s.data;
}
