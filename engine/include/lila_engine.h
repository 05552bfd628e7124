/* lila_engine.h: the whole public surface of liblila_engine.
 *
 * Ownership. A handle that a function hands out through `**out` belongs to the caller, who frees it with the
 * matching *_free. A pointer returned with `const` is borrowed and lives as long as the handle it came from
 * (or until the next call that the comment names). A session borrows its model and must be freed before it.
 *
 * Threads. A lila_gguf and a lila_model are immutable after open and may be shared by any number of threads.
 * A session, a sampler, a constraint state and a stream are each used by one thread at a time; several of
 * them may run at once on the same model. The one thing of the whole process is a handler of SIGBUS, which
 * hands on what isn't the engine's.
 *
 * Files. A model file is mapped. While it is open it must stay as it is: every call that reads weights notices
 * a file that shrank or was written to (LILA_E_IO), and so do all later ones; nothing of the result is kept.
 * Putting another file under its name, or deleting it, does no harm. What puts bytes into it and then sets its
 * time of writing back is not noticed.
 *
 * Errors. A call that can fail returns a lila_status and writes a sentence into err[errlen] (always
 * terminated, possibly truncated, control characters of files and their names as \x1b; err may be NULL). On
 * failure *out is NULL and nothing was changed unless the comment says otherwise.
 *
 * What stands between the cffi markers is read by engine/_ffi_build.py as well: declarations only, no macros
 * but LILA_API.
 */
#ifndef LILA_ENGINE_H
#define LILA_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#define LILA_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* cffi: begin */

/* ================================================================ core */

typedef enum lila_status {
    LILA_OK = 0,
    LILA_E_IO = 1,          /* the file can't be opened, read or mapped */
    LILA_E_FORMAT = 2,      /* the file or text is malformed; the sentence gives expected and found */
    LILA_E_UNSUPPORTED = 3, /* well-formed, but something this engine doesn't do, by name */
    LILA_E_MEMORY = 4,      /* an allocation failed */
    LILA_E_ARGUMENT = 5,    /* the caller's argument is out of range */
    LILA_E_CONTEXT = 6,     /* the tokens don't fit the session's context */
    LILA_E_FATAL = 7,       /* the result can't be trusted (non-finite numbers) */
    LILA_E_CANCELLED = 8    /* the caller's cancel flag was raised */
} lila_status;

typedef struct lila_gguf lila_gguf;       /* a mapped, validated GGUF file */
typedef struct lila_model lila_model;     /* weights and hyper-parameters, immutable */
typedef struct lila_session lila_session; /* one mutable timeline of tokens with its KV cache */

LILA_API const char *lila_version(void);

/* CPU features as bits; a mask is ANDed with what the CPU has, so 0 forces the portable kernels. Each is of use
 * only with those before it. */
enum { LILA_CPU_AVX2 = 1, LILA_CPU_AVX512 = 2, LILA_CPU_VNNI = 4, LILA_CPU_BF16 = 8 };
LILA_API uint32_t lila_cpu_features(void);

/* ---- GGUF files */

typedef enum lila_kv_type {
    LILA_KV_U8 = 0,
    LILA_KV_I8 = 1,
    LILA_KV_U16 = 2,
    LILA_KV_I16 = 3,
    LILA_KV_U32 = 4,
    LILA_KV_I32 = 5,
    LILA_KV_F32 = 6,
    LILA_KV_BOOL = 7,
    LILA_KV_STRING = 8,
    LILA_KV_ARRAY = 9,
    LILA_KV_U64 = 10,
    LILA_KV_I64 = 11,
    LILA_KV_F64 = 12
} lila_kv_type;

typedef struct lila_kv {
    const char *key; /* key_len bytes, not terminated */
    uint64_t key_len;
    uint32_t type;      /* lila_kv_type */
    uint32_t elem_type; /* of an array's elements; else equal to type */
    uint64_t count;     /* elements of an array; else 1 */
} lila_kv;

typedef struct lila_tensor_info {
    const char *name; /* name_len bytes, not terminated */
    uint64_t name_len;
    uint32_t type;    /* ggml type number */
    uint32_t n_dims;  /* 1..4 */
    uint64_t dims[4]; /* fastest-varying first; unused ones are 1 */
    const void *data; /* bytes[size], inside the mapping */
    uint64_t size;
} lila_tensor_info;

/* Validates every header field, string, array and tensor extent of `path`, and maps its tensors. */
LILA_API int lila_gguf_open(const char *path, lila_gguf **out, char *err, size_t errlen);
LILA_API void lila_gguf_free(lila_gguf *file);
LILA_API uint64_t lila_gguf_kv_count(const lila_gguf *file);
LILA_API uint64_t lila_gguf_tensor_count(const lila_gguf *file);
/* Entry `index` in file order; LILA_E_ARGUMENT beyond the end. */
LILA_API int lila_gguf_kv_at(const lila_gguf *file, uint64_t index, lila_kv *out);
LILA_API int lila_gguf_tensor_at(const lila_gguf *file, uint64_t index, lila_tensor_info *out);
/* Element `element` (0 for a scalar) of entry `index`. A wrong type or index gives 0, 0.0 or NULL. */
LILA_API int64_t lila_gguf_kv_int(const lila_gguf *file, uint64_t index, uint64_t element);
LILA_API double lila_gguf_kv_float(const lila_gguf *file, uint64_t index, uint64_t element);
LILA_API const char *lila_gguf_kv_string(const lila_gguf *file, uint64_t index, uint64_t element,
                                         uint64_t *len);

/* ---- safetensors files */

typedef struct lila_safetensors lila_safetensors; /* a mapped, validated file; immutable, for any threads */

enum { LILA_SAFETENSOR_DIMS = 8 };

typedef struct lila_safetensor {
    const char *name; /* name_len bytes, not terminated */
    uint64_t name_len;
    const char *dtype; /* "F32", "F16", "BF16", …, terminated */
    uint32_t n_dims;   /* 0..8 */
    uint64_t dims[8];  /* slowest-varying first; unused ones are 0 */
    const void *data;  /* bytes[size], inside the mapping, not aligned */
    uint64_t size;
} lila_safetensor;

typedef struct lila_text_pair {
    const char *key; /* not terminated, as value */
    uint64_t key_len;
    const char *value;
    uint64_t value_len;
} lila_text_pair;

/* Checks the header of `path` (JSON, names, types, shapes, and that the tensors fill the rest of the file
 * without gap or overlap) and maps the tensors. */
LILA_API int lila_safetensors_open(const char *path, lila_safetensors **out, char *err, size_t errlen);
LILA_API void lila_safetensors_free(lila_safetensors *file); /* NULL is fine */
/* LILA_E_IO when the file is no longer what it was when it was opened. Whoever reads tensors calls it before
 * and after: what was read between two that are LILA_OK can be trusted. */
LILA_API int lila_safetensors_check(const lila_safetensors *file, char *err, size_t errlen);
LILA_API uint64_t lila_safetensors_count(const lila_safetensors *file);
/* Tensor `index` in file order; LILA_E_ARGUMENT beyond the end. */
LILA_API int lila_safetensors_at(const lila_safetensors *file, uint64_t index, lila_safetensor *out);
LILA_API uint64_t lila_safetensors_metadata_count(const lila_safetensors *file);
/* Entry `index` of __metadata__, in the order of the keys. */
LILA_API int lila_safetensors_metadata_at(const lila_safetensors *file, uint64_t index, lila_text_pair *out);

/* ---- models */

/* Weights may be packed into panels, the order in which the kernels read them, and the rows of the file are no
 * longer read. Quantised ones are then multiplied in integers: activations are rounded to eight bits in blocks
 * as long as those of the weights, and numbers differ from the exact products by that rounding. Floats are
 * packed only into a cache_folder, which changes no bit. */
enum {
    LILA_PANELS_AUTO = 0, /* where this CPU has kernels of its own for them, and there is memory */
    LILA_PANELS_OFF = 1,
    LILA_PANELS_ON = 2
};

enum {
    LILA_CACHE_UNUSED = 0, /* no folder was given, or there are no panels */
    LILA_CACHE_READ = 1,
    LILA_CACHE_WRITTEN = 2,
    LILA_CACHE_FAILED = 3 /* the panels are in memory only, and floats have none: lila_model_cache_note */
};

typedef struct lila_model_params {
    uint32_t threads;  /* that share one step of one session; 0 = one for every 16 MiB of weights begun, up to
                        the physical cores */
    uint32_t cpu_mask; /* ANDed with lila_cpu_features() */
    uint32_t panels;   /* LILA_PANELS_* */
    const char *cache_folder; /* keeps panels from one opening to the next; it must exist. NULL: none is kept */
    uint64_t cache_limit;     /* bytes of all panels in cache_folder; 0 = 8 GiB */
    uint32_t check_cache;     /* 1: compare all of what is kept with the model, even what was found sound before
                                 and hasn't changed since */
    uint32_t pin; /* 1: each thread of the model's own stays on one physical core; LILA_E_UNSUPPORTED
                     where that can't be */
} lila_model_params;

/* How products are computed: sessions of models that differ in it have different cache rows. */
enum {
    LILA_INTEGERS = 1,   /* those with packed quantised weights: panels.h */
    LILA_FLOAT_TILES = 2 /* those with F32, F16 and BF16: floats.h */
};

typedef struct lila_model_info {
    uint32_t vocab_size;
    uint32_t context_length; /* the length the model was trained for */
    uint32_t layers;
    uint32_t embedding;
    uint32_t heads;
    uint32_t kv_heads;
    uint32_t key_length;
    uint32_t value_length;
    uint32_t feed_forward;
    uint32_t threads;
    uint32_t cpu_features; /* of the kernels in use */
    uint32_t tied_head;    /* 1: the embedding is the output head */
    uint64_t panel_bytes;  /* of packed weights; 0: none is packed */
    uint32_t cache;        /* LILA_CACHE_* */
    uint32_t arithmetic;   /* LILA_INTEGERS | LILA_FLOAT_TILES; 0: the row kernels, which round nothing */
    uint32_t rope_switch; /* sessions with a longer context turn their heads by other frequencies, so that their
                             cache rows differ from those of shorter ones; 0: all are alike */
} lila_model_info;

LILA_API int lila_model_open(const char *path, const lila_model_params *params, lila_model **out, char *err,
                             size_t errlen);
LILA_API void lila_model_free(lila_model *model);
LILA_API void lila_model_describe(const lila_model *model, lila_model_info *out);
/* Why panels could not be written to the cache, why those found there were made anew, or that there was no
 * memory for any; else "". Borrowed. */
LILA_API const char *lila_model_cache_note(const lila_model *model);
/* The file under the model: borrowed, for metadata and the tokenizer. */
LILA_API const lila_gguf *lila_model_file(const lila_model *model);

/* ---- sessions */

/* Q8_0: eight bits and a half-precision scale for every 32 elements of a head, whose length must be a multiple
 * of 32; the queries are rounded to eight bits as well. Half the memory and the reading of F16. */
enum { LILA_KV_CACHE_F32 = 0, LILA_KV_CACHE_F16 = 1, LILA_KV_CACHE_Q8_0 = 2 };

typedef struct lila_session_params {
    uint32_t context; /* tokens the KV cache holds; 0 = the model's context_length */
    uint32_t batch;   /* tokens per forward pass of a prefill; 0 = 128 */
    uint32_t kv_type; /* LILA_KV_CACHE_* */
} lila_session_params;

/* Allocates the KV cache and every buffer a step needs; nothing is allocated afterwards. */
LILA_API int lila_session_new(const lila_model *model, const lila_session_params *params, lila_session **out,
                              char *err, size_t errlen);
LILA_API void lila_session_free(lila_session *session);
LILA_API uint32_t lila_session_context(const lila_session *session);
LILA_API uint32_t lila_session_count(const lila_session *session);
/* int32 [count]: the resident tokens; valid until the session is freed. */
LILA_API const int32_t *lila_session_tokens(const lila_session *session);
/* Tokens that `tokens[n]` shares with the resident ones from the start. */
LILA_API uint32_t lila_session_common_prefix(const lila_session *session, const int32_t *tokens, uint32_t n);
/* Appends tokens[n] and computes the logits after the last one. All arguments are checked before the cache is
 * touched. On failure (LILA_E_CONTEXT, LILA_E_ARGUMENT, LILA_E_IO, LILA_E_FATAL) count, tokens and logits are
 * as before.
 */
LILA_API int lila_session_eval(lila_session *session, const int32_t *tokens, uint32_t n, char *err,
                               size_t errlen);
/* Drops every resident token from `count` on. The logits are gone unless nothing was dropped. */
LILA_API int lila_session_truncate(lila_session *session, uint32_t count, char *err, size_t errlen);
/* float [vocab_size] after the last resident token, or NULL when there are none for it; valid until the next
 * eval, truncate or adopt. */
LILA_API const float *lila_session_logits(const lila_session *session);
/* The cache rows of one layer, for snapshots: which = 0 keys, 1 values; a row is one token's, all KV heads in
 * turn, in the type of the cache. Bytes of a row; 0 when `which` is out of range. */
LILA_API uint64_t lila_session_row_bytes(const lila_session *session, uint32_t which);
/* Copies the rows of tokens [first, first + n), n times the bytes of a row, out of or into the cache. */
LILA_API int lila_session_read_rows(const lila_session *session, uint32_t layer, uint32_t which, uint32_t first,
                                    uint32_t n, void *rows, char *err, size_t errlen);
LILA_API int lila_session_write_rows(lila_session *session, uint32_t layer, uint32_t which, uint32_t first,
                                     uint32_t n, const void *rows, char *err, size_t errlen);
/* For tests: from now on each eval also writes the residual stream of its tokens, float
 * [layers + 1][context][embedding]: hidden[0][p] is the embedding of position p and hidden[i][p] what layer i
 * (from 1) made of it. The caller keeps `hidden` alive; NULL ends it. */
LILA_API void lila_session_trace(lila_session *session, float *hidden);
/* Declares tokens[n] resident after their rows were written with lila_session_write_rows; without logits. */
LILA_API int lila_session_adopt(lila_session *session, const int32_t *tokens, uint32_t n, char *err,
                                size_t errlen);

/* ================================================================ sentence encoders */

/* BERT: learnt positions, layer norm after each half of a layer, GELU; a text's embedding is the mean of its
 * tokens' last hidden states. Immutable after open, for any number of threads: their calls take turns with the
 * encoder's own threads, and one that finds those taken works alone, with the same result. */
typedef struct lila_encoder lila_encoder;

typedef struct lila_encoder_params {
    uint32_t vocab_size;
    uint32_t embedding; /* a multiple of heads */
    uint32_t layers;
    uint32_t heads;
    uint32_t feed_forward;
    uint32_t positions; /* the longest text, in tokens */
    uint32_t token_types;
    float epsilon;      /* of the layer norms */
    uint32_t normalise; /* 1: embeddings have length 1 */
    uint32_t threads;   /* 0 = one for every 4 MiB of weights begun, up to the physical cores */
    uint32_t cpu_mask;  /* ANDed with lila_cpu_features() */
} lila_encoder_params;

typedef struct lila_encoder_info {
    uint32_t threads;
    uint32_t cpu_features; /* of the kernels in use */
    uint64_t packed_bytes; /* of weights in memory; the embedding of words stays in the mapped file */
} lila_encoder_info;

/* Maps a safetensors file, holds every tensor against `params`, and packs the weights. A tensor that the
 * encoder would leave out is LILA_E_UNSUPPORTED, by name. */
LILA_API int lila_encoder_open(const char *path, const lila_encoder_params *params, lila_encoder **out,
                               char *err, size_t errlen);
LILA_API void lila_encoder_free(lila_encoder *encoder); /* NULL is fine */
LILA_API void lila_encoder_describe(const lila_encoder *encoder, lila_encoder_info *out);
/* tokens: those of all texts, one text behind the other, each framed as the model expects it; lengths [texts],
 * 1 to positions each. out: float [texts][embedding]. A text's embedding doesn't depend on the others. hidden:
 * NULL, or for tests float [layers + 1][tokens][embedding]: what the embedding, and each layer, made. */
LILA_API int lila_encoder_embed(const lila_encoder *encoder, const int32_t *tokens, const uint32_t *lengths,
                                uint32_t texts, float *out, float *hidden, char *err, size_t errlen);

/* ================================================================ tokenizer */

typedef struct lila_tokenizer lila_tokenizer; /* a vocabulary and its rules; immutable, shared by any threads */

enum { LILA_TOKENIZER_SPM = 0, LILA_TOKENIZER_BPE = 1, LILA_TOKENIZER_WORDPIECE = 2 };

/* Token types, as GGUF numbers them. */
enum {
    LILA_TOKEN_NORMAL = 1,
    LILA_TOKEN_UNKNOWN = 2,
    LILA_TOKEN_CONTROL = 3,
    LILA_TOKEN_USER_DEFINED = 4,
    LILA_TOKEN_UNUSED = 5,
    LILA_TOKEN_BYTE = 6
};

typedef struct lila_tokenizer_info {
    uint32_t vocab_size;
    uint32_t kind;         /* LILA_TOKENIZER_* */
    int32_t bos, eos, unk; /* -1 where the vocabulary has none; a control token is no unk */
    uint32_t add_bos;      /* 1: the model expects LILA_ENCODE_BOS at the start of a prompt */
    uint32_t add_eos;
    uint32_t longest; /* bytes of the longest token */
} lila_tokenizer_info;

/* Builds a tokenizer from the metadata of `file`, which it doesn't keep. An inconsistent vocabulary is
 * LILA_E_FORMAT; a tokenizer kind or pre-tokenizer that isn't ours is LILA_E_UNSUPPORTED, by name. */
LILA_API int lila_tokenizer_create(const lila_gguf *file, lila_tokenizer **out, char *err, size_t errlen);
/* A WordPiece vocabulary as BERT's vocab.txt has it: a token a line, `##` before one that goes on within a
 * word; [CLS], [SEP] and [UNK] must be among them. Nothing of it is kept. */
typedef struct lila_wordpiece {
    const char *vocabulary; /* vocabulary_len bytes */
    size_t vocabulary_len;
    uint32_t lowercase, strip_accents; /* 0 or 1 */
} lila_wordpiece;
LILA_API int lila_tokenizer_create_wordpiece(const lila_wordpiece *words, lila_tokenizer **out, char *err,
                                             size_t errlen);
LILA_API void lila_tokenizer_free(lila_tokenizer *tokenizer);
LILA_API void lila_tokenizer_describe(const lila_tokenizer *tokenizer, lila_tokenizer_info *out);
/* Token id whose vocabulary text is exactly text[len], or -1. */
LILA_API int32_t lila_tokenizer_find(const lila_tokenizer *tokenizer, const char *text, size_t len);
/* The bytes that token `id` stands for; borrowed. NULL when the id is out of range. */
LILA_API const char *lila_tokenizer_bytes(const lila_tokenizer *tokenizer, int32_t id, size_t *len);
/* The token's vocabulary text; borrowed. NULL when the id is out of range. */
LILA_API const char *lila_tokenizer_text(const lila_tokenizer *tokenizer, int32_t id, size_t *len);
/* LILA_TOKEN_*, or -1 when the id is out of range. */
LILA_API int lila_tokenizer_type(const lila_tokenizer *tokenizer, int32_t id);
/* 1 when the token ends a generation, else 0. */
LILA_API int lila_tokenizer_is_end(const lila_tokenizer *tokenizer, int32_t id);

enum {
    LILA_ENCODE_BOS = 1,    /* begin with bos (nothing when there is none) */
    LILA_ENCODE_EOS = 2,    /* end with eos */
    LILA_ENCODE_SPECIAL = 4 /* the text of a control token is that token; else it is plain text */
};
/* text[len] (any bytes; NUL and malformed UTF-8 included) to ids[capacity]. *count is the number of tokens
 * there are; beyond capacity they are counted but not written. What the vocabulary can't express becomes unk,
 * or nothing where there is no unk. At most 1 GiB of text. */
LILA_API int lila_tokenizer_encode(const lila_tokenizer *tokenizer, const char *text, size_t len,
                                   uint32_t flags, int32_t *ids, size_t capacity, size_t *count, char *err,
                                   size_t errlen);

enum { LILA_DECODE_SKIP_SPECIAL = 1 }; /* leave control and unknown tokens out */
/* ids[count] to text[capacity]; *len is the number of bytes there are, written as far as they fit. The space
 * that SPM puts before a text is taken off again. Tokens may end in the middle of a UTF-8 character. */
LILA_API int lila_tokenizer_decode(const lila_tokenizer *tokenizer, const int32_t *ids, size_t count,
                                   uint32_t flags, char *text, size_t capacity, size_t *len, char *err,
                                   size_t errlen);

/* ================================================================ sampling */

/*
 * A sampler chooses the next token from logits; it belongs to one conversation and one thread at a time.
 *
 * Order: logit bias, penalties, the allow mask, then
 *   temperature 0:  the largest logit (ties: the smaller id);
 *   mirostat 1, 2:  temperature, then mirostat (top_k, top_p and min_p do not apply);
 *   otherwise:      top_k, temperature, top_p, min_p on the tempered distribution, one draw.
 * Random numbers: xoshiro256** seeded through splitmix64; the same seed, parameters and logits give the
 * same tokens on every machine with IEEE 754 floats and the same libm.
 */
typedef struct lila_sampler lila_sampler;

typedef struct lila_sampling_params {
    float temperature;       /* >= 0; 0 is greedy */
    int32_t top_k;           /* >= 0; 0 is off */
    float top_p;             /* (0, 1]; 1 is off */
    float min_p;             /* [0, 1]; 0 is off */
    float repeat_penalty;    /* > 0; 1 is off. l > 0 ? l / p : l * p for every token in the history */
    float frequency_penalty; /* l -= p * occurrences in the history */
    float presence_penalty;  /* l -= p for every token in the history */
    int32_t penalty_last_n;  /* length of the history that the three penalties see; 0 is off */
    int32_t mirostat;        /* 0 off, 1 or 2 */
    float mirostat_tau;      /* target surprise in bits, > 0 */
    float mirostat_eta;      /* learning rate, > 0 */
    uint64_t seed;
    const int32_t *bias_tokens; /* [n_bias], copied */
    const float *bias_values;   /* [n_bias]; -INFINITY bans a token */
    size_t n_bias;
} lila_sampling_params;

LILA_API int lila_sampler_create(const lila_sampling_params *params, int32_t n_vocab, lila_sampler **out,
                                 char *err, size_t errlen);
LILA_API void lila_sampler_free(lila_sampler *sampler); /* NULL is fine */

/* Adds tokens that were not sampled here (the prompt, forced text) to the penalties' history, oldest first. */
LILA_API int lila_sampler_accept(lila_sampler *sampler, const int32_t *tokens, size_t n, char *err,
                                 size_t errlen);

/*
 * Chooses a token from logits [n_vocab] and adds it to the history itself.
 * allow: bit t of word t / 64 is set if token t may be chosen, [(n_vocab + 63) / 64]; NULL allows all.
 * logprob: NULL costs nothing; otherwise the chosen token's natural log-probability among the allowed ones,
 * log_softmax(logits[allowed])[token], before bias, penalties and temperature.
 * A NaN or infinite logit, or nothing left to choose from, is LILA_E_ARGUMENT, and no state has changed.
 */
LILA_API int lila_sampler_sample(lila_sampler *sampler, const float *logits, const uint64_t *allow,
                                 int32_t *token, float *logprob, char *err, size_t errlen);

/*
 * A nondeterministic automaton over letters: 0..255 are bytes, 256 + i is symbol i. State s has the edges
 * edge_at[s] .. edge_at[s + 1], each for the letters low .. high (all bytes, or all symbols), and leads to
 * empty_to[empty_at[s]] .. empty_to[empty_at[s + 1]] without a letter. Pattern p is what leads from starts[p]
 * to ends[p].
 */
typedef struct lila_nfa {
    int32_t n_states, n_symbols, n_starts;
    int32_t max_states;      /* of the deterministic one; more are LILA_E_UNSUPPORTED */
    const uint32_t *edge_at; /* [n_states + 1] */
    const uint16_t *edge_low, *edge_high;
    const int32_t *edge_to;
    const uint32_t *empty_at; /* [n_states + 1] */
    const int32_t *empty_to;
    const int32_t *starts, *ends; /* [n_starts] */
} lila_nfa;

/* The deterministic automaton of the same patterns; every index is checked before it is used. */
typedef struct lila_automaton lila_automaton;
LILA_API int lila_automaton_create(const lila_nfa *nfa, lila_automaton **out, char *err, size_t errlen);
LILA_API void lila_automaton_free(lila_automaton *automaton); /* NULL is fine */
LILA_API void lila_automaton_size(const lila_automaton *automaton, int32_t *n_states, int32_t *n_byte_classes);

/*
 * byte_classes [256]; transitions [n_states][n_byte_classes + n_symbols], a state or LILA_DFA_DEAD; starts
 * [n_starts]; is_end [n_states] where a pattern is complete; is_alive [n_states] where one can still be
 * completed.
 */
LILA_API void lila_automaton_read(const lila_automaton *automaton, uint8_t *byte_classes, int32_t *transitions,
                                  int32_t *starts, uint8_t *is_end, uint8_t *is_alive);

/*
 * A constraint says which tokens may come next. Outside of blocks (LILA_CONSTRAINT_FREE) everything may but
 * the forbidden tokens; a trigger token enters its automaton, which runs until its pattern is complete.
 * Immutable but for an internal locked cache of masks: any number of threads and sessions may share one.
 * The state is a plain int32_t that the caller keeps.
 */
typedef struct lila_constraint lila_constraint;

enum { LILA_CONSTRAINT_FREE = -1 };

enum {
    LILA_SYMBOL_TEXT = -1,  /* this token moves through the automaton by its bytes */
    LILA_SYMBOL_NEVER = -2, /* allowed outside of blocks only: end of generation, special tokens unnamed */
    LILA_DFA_DEAD = -1,
    LILA_DFA_DONE = -2 /* the pattern is complete */
};

typedef struct lila_constraint_tables {
    int32_t n_vocab;
    const uint8_t *token_bytes;   /* every token's bytes, one after the other */
    const uint64_t *token_starts; /* [n_vocab + 1] offsets into token_bytes */
    const int32_t *token_symbols; /* [n_vocab] kind of each token: LILA_SYMBOL_TEXT, LILA_SYMBOL_NEVER, or the
                                     index of a special token's symbol, < n_symbols */
    int32_t n_states;
    int32_t n_byte_classes; /* 1..256 */
    int32_t n_symbols;
    const uint8_t *byte_classes;  /* [256] class of each byte */
    const int32_t *transitions;   /* [n_states][n_byte_classes + n_symbols] next state; LILA_DFA_DEAD or
                                     LILA_DFA_DONE */
    const int32_t *symbol_starts; /* [n_symbols] start state if the symbol is a trigger, else -1 */
    const uint8_t *symbol_free;   /* [n_symbols] 1 if the symbol may be chosen outside of blocks */
    size_t cache_bytes;           /* bound on cached masks; at least one mask is always kept */
} lila_constraint_tables;

/* Copies the tables after checking every index in them. */
LILA_API int lila_constraint_create(const lila_constraint_tables *tables, lila_constraint **out, char *err,
                                    size_t errlen);
LILA_API void lila_constraint_free(lila_constraint *constraint); /* NULL is fine */

/* Writes the state's allow mask, [(n_vocab + 63) / 64] words; LILA_E_ARGUMENT where nothing is allowed. */
LILA_API int lila_constraint_mask(lila_constraint *constraint, int32_t state, uint64_t *allow, char *err,
                                  size_t errlen);

/* state -> state after token; LILA_E_ARGUMENT for a token that the state does not allow. */
LILA_API int lila_constraint_advance(lila_constraint *constraint, int32_t state, int32_t token, int32_t *next,
                                     char *err, size_t errlen);

/*
 * A stream turns tokens' bytes into text that may be shown: whole UTF-8 characters only, and nothing that
 * may be the beginning of a stop string. Bytes that can't become UTF-8 are U+FFFD, one for each maximal
 * ill-formed part, as soon as that is certain. The result does not depend on how the bytes were split.
 */
typedef struct lila_stream lila_stream;

/* stops: n_stops strings of valid, non-empty UTF-8; the first to be complete ends the text. */
LILA_API int lila_stream_create(const uint8_t *const *stops, const size_t *stop_lengths, size_t n_stops,
                                lila_stream **out, char *err, size_t errlen);
LILA_API void lila_stream_free(lila_stream *stream); /* NULL is fine */

/*
 * text: what may be shown now, text_length bytes, not terminated, valid until the stream's next call.
 * stopped: 1 once a stop string is complete; it and all after it are not text, and later pushes give none.
 */
LILA_API int lila_stream_push(lila_stream *stream, const uint8_t *bytes, size_t n, const uint8_t **text,
                              size_t *text_length, int *stopped, char *err, size_t errlen);

/* Gives what was held back, at the end of generation; an incomplete character becomes U+FFFD. */
LILA_API int lila_stream_finish(lila_stream *stream, const uint8_t **text, size_t *text_length, char *err,
                                size_t errlen);

/* ================================================================ end */
/* cffi: end */

#ifdef __cplusplus
}
#endif

#endif
