/* fuzz_safetensors.c: mutates safetensors seeds and parses each, under the sanitizers.
 *
 *   fuzz_safetensors ITERATIONS SEED FILE…
 *
 * When parsing succeeds every entry is read as well. Prints how many images were accepted and refused. */
#include <stdlib.h>

#include "fuzz.h"
#include "mutate_safetensors.h"
#include "safetensors.h"

static volatile unsigned sink; /* keeps the reads below from being optimised away */

static void read_everything(const lila_safetensors *f) {
    lila_safetensor t;
    lila_text_pair pair;
    for (uint64_t i = 0; lila_safetensors_at(f, i, &t) == LILA_OK; i++) {
        const uint8_t *data = t.data;
        sink += t.name[0] + t.name[t.name_len - 1] + t.dtype[0];
        for (uint64_t b = 0; b < t.size; b++) sink += data[b];
    }
    for (uint64_t i = 0; lila_safetensors_metadata_at(f, i, &pair) == LILA_OK; i++)
        for (uint64_t b = 0; b < pair.value_len; b++) sink += pair.value[b];
    const lila_safetensor *w = safetensors_find(f, "w");
    if (w) sink += (unsigned)safetensors_index(f, w);
}

static int take(const uint8_t *image, size_t size, char *err, size_t errlen) {
    lila_safetensors *f;
    int status = safetensors_parse(image, size, &f, err, errlen);
    if (status) {
        if (f) abort();
        return status;
    }
    read_everything(f);
    lila_safetensors_free(f);
    return LILA_OK;
}

int main(int argc, char **argv) {
    return fuzz_main(
        argc, argv,
        &(fuzz_target){
            .room = SAFETENSORS_ROOM, .place = safetensors_place, .change = safetensors_change, .take = take});
}
