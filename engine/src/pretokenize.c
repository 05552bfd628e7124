/* pretokenize.c: the families by name, and the way through their passes. See pretokenize.h. */
#include "pretokenize.h"

#include <string.h>

/* The names that llama.cpp's converter gives, and "lila", our own. */
static const struct {
    const char *name;
    pretokenizer_family family;
} KNOWN[] = {
    {"gpt-2", {PRETOKENIZE_GPT2, false, false}},
    {"phi-2", {PRETOKENIZE_GPT2, false, false}},
    {"mpt", {PRETOKENIZE_GPT2, false, false}},
    {"olmo", {PRETOKENIZE_GPT2, false, false}},
    {"exaone4", {PRETOKENIZE_GPT2, false, false}},
    {"smollm", {PRETOKENIZE_SMOLLM, false, false}},
    {"lila", {PRETOKENIZE_SMOLLM, false, false}},
    {"starcoder", {PRETOKENIZE_SMOLLM, false, false}},
    {"refact", {PRETOKENIZE_SMOLLM, false, false}},
    {"command-r", {PRETOKENIZE_SMOLLM, false, false}},
    {"codeshell", {PRETOKENIZE_SMOLLM, false, false}},
    {"exaone", {PRETOKENIZE_SMOLLM, false, false}},
    {"minerva-7b", {PRETOKENIZE_SMOLLM, false, false}},
    {"llama-bpe", {PRETOKENIZE_LLAMA3, true, true}},
    {"llama3", {PRETOKENIZE_LLAMA3, true, true}},
    {"llama-v3", {PRETOKENIZE_LLAMA3, true, true}},
    {"falcon3", {PRETOKENIZE_LLAMA3, true, true}},
    {"pixtral", {PRETOKENIZE_LLAMA3, true, true}},
    {"lfm2", {PRETOKENIZE_LLAMA3, true, true}},
    {"smaug-bpe", {PRETOKENIZE_LLAMA3, false, false}},
    {"dbrx", {PRETOKENIZE_LLAMA3, false, false}},
    {"glm4", {PRETOKENIZE_LLAMA3, true, false}},
    {"qwen2", {PRETOKENIZE_QWEN2, false, false}},
    {"stablelm2", {PRETOKENIZE_QWEN2, false, false}},
    {"deepseek-r1-qwen", {PRETOKENIZE_QWEN2, false, false}},
    {"megrez", {PRETOKENIZE_QWEN2, false, false}},
    {"hunyuan", {PRETOKENIZE_QWEN2, false, false}},
    {"qwen35", {PRETOKENIZE_QWEN35, false, false}},
    {"tekken", {PRETOKENIZE_TEKKEN, true, true}},
    {"gpt-4o", {PRETOKENIZE_GPT4O, false, false}},
    {"llama4", {PRETOKENIZE_GPT4O, false, false}},
    {"kanana2", {PRETOKENIZE_GPT4O, false, false}},
    {"falcon", {PRETOKENIZE_FALCON, false, false}},
    {"deepseek-llm", {PRETOKENIZE_DEEPSEEK_LLM, false, false}},
    {"deepseek-coder", {PRETOKENIZE_DEEPSEEK_CODER, false, false}},
    {"deepseek-v3", {PRETOKENIZE_DEEPSEEK_V3, false, false}},
    {"hunyuan-dense", {PRETOKENIZE_DEEPSEEK_V3, false, false}},
};

bool pretokenizer_named(const char *name, size_t len, pretokenizer_family *out) {
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        if (strlen(KNOWN[i].name) == len && memcmp(KNOWN[i].name, name, len) == 0) {
            *out = KNOWN[i].family;
            return true;
        }
    }
    return false;
}

bool pretokenize_next(pretokenize_cursor *cursor, size_t *start, size_t *end) {
    if (cursor->pos >= cursor->len) return false;
    const pretokenize_pass *passes = pretokenize_passes(cursor->kind);
    size_t outer = cursor->len;
    for (int i = 0; i < PRETOKENIZE_PASSES && passes[i]; i++) {
        pretokenize_view piece = {cursor->text, outer};
        if (cursor->ends[i] <= cursor->pos) cursor->ends[i] = passes[i](piece, cursor->pos);
        outer = cursor->ends[i];
    }
    *start = cursor->pos;
    *end = cursor->pos = outer;
    return true;
}
