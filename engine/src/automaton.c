/* Deterministic automata: the subsets of states that a nondeterministic one can be in at once.
 *
 * The textbook construction (Rabin and Scott 1959), made for automata that are built while somebody waits: a
 * subset is a sorted run of state numbers in one arena, found again by its hash; the work arrays are as large
 * as the automaton that came in and are used over and over.
 */
#include "errors.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES = 256, NONE = -1, TOO_MANY = -2 };

struct lila_automaton {
    int32_t n_states, n_classes, n_starts;
    size_t width; /* n_classes + symbols: a row of transitions */
    uint8_t byte_classes[BYTES];
    int32_t *transitions; /* [n_states][width] */
    int32_t *starts;      /* [n_starts] */
    uint8_t *is_end;      /* [n_states] */
    uint8_t *is_alive;    /* [n_states] */
};

typedef struct {
    const lila_nfa *nfa;
    lila_automaton *made;
    size_t room_states; /* rows that `transitions` has room for */
    uint8_t *nfa_ends;  /* [nfa states] */
    int32_t *members;   /* the subsets, one behind the other */
    size_t n_members, room_members;
    size_t *first;    /* [room_states + 1] where each subset's members begin */
    uint64_t *hashes; /* [room_states] */
    int32_t *slots;   /* [n_slots] a subset's number, by its hash; n_slots is a power of two */
    size_t n_slots;
    int32_t *stamp, epoch;  /* [nfa states] the last closure that a state was in */
    int32_t *stack;         /* [nfa states] */
    int32_t *found;         /* [nfa states] the closure being made */
    int32_t *head;          /* [width] first of the column's targets among `nodes`, or NONE */
    int32_t *next, *target; /* [room_nodes] a column's targets, linked */
    size_t n_nodes, room_nodes;
} builder;

/* ---- memory */

static int grow(void **array, size_t *room, size_t wanted, size_t size) {
    if (wanted <= *room) return 1;
    size_t more = *room ? *room : 256;
    while (more < wanted) more *= 2;
    void *larger = realloc(*array, more * size);
    if (!larger) return 0;
    *array = larger;
    *room = more;
    return 1;
}

static int room_for_states(builder *b, size_t wanted) {
    if (wanted <= b->room_states) return 1;
    size_t more = b->room_states ? b->room_states * 2 : 128;
    while (more < wanted) more *= 2;
    void *rows = realloc(b->made->transitions, more * b->made->width * sizeof(int32_t));
    if (rows) b->made->transitions = rows;
    void *ends = realloc(b->made->is_end, more);
    if (ends) b->made->is_end = ends;
    void *first = realloc(b->first, (more + 1) * sizeof *b->first);
    if (first) b->first = first;
    void *hashes = realloc(b->hashes, more * sizeof *b->hashes);
    if (hashes) b->hashes = hashes;
    if (!rows || !ends || !first || !hashes) return 0;
    b->room_states = more;
    return 1;
}

static void drop(builder *b) {
    free(b->nfa_ends);
    free(b->members);
    free(b->first);
    free(b->hashes);
    free(b->slots);
    free(b->stamp);
    free(b->stack);
    free(b->found);
    free(b->head);
    free(b->next);
    free(b->target);
}

void lila_automaton_free(lila_automaton *automaton) {
    if (!automaton) return;
    free(automaton->transitions);
    free(automaton->starts);
    free(automaton->is_end);
    free(automaton->is_alive);
    free(automaton);
}

/* ---- letters */

/* Bytes that no edge tells apart share a class; a symbol is a column of its own behind them. */
static void class_bytes(const lila_nfa *nfa, lila_automaton *made) {
    uint8_t cut[BYTES + 1] = {1};
    for (uint32_t e = 0; e < nfa->edge_at[nfa->n_states]; e++) {
        if (nfa->edge_low[e] < BYTES) cut[nfa->edge_low[e]] = 1;
        if (nfa->edge_high[e] < BYTES) cut[nfa->edge_high[e] + 1] = 1;
    }
    int32_t class = -1;
    for (int32_t byte = 0; byte < BYTES; byte++) {
        class += cut[byte];
        made->byte_classes[byte] = (uint8_t)class;
    }
    made->n_classes = class + 1;
    made->width = (size_t)(made->n_classes + nfa->n_symbols);
}

static int32_t column(const builder *b, uint32_t letter) {
    return letter < BYTES ? b->made->byte_classes[letter] : b->made->n_classes + (int32_t)letter - BYTES;
}

/* ---- subsets */

static int by_number(const void *left, const void *right) {
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

/* Adds what is reached from `state` without a letter, as far as it matters: letters follow, or nothing does. */
static size_t close_over(builder *b, int32_t state, size_t n_found) {
    const lila_nfa *nfa = b->nfa;
    size_t depth = 0;
    if (b->stamp[state] == b->epoch) return n_found;
    b->stamp[state] = b->epoch;
    b->stack[depth++] = state;
    while (depth) {
        int32_t here = b->stack[--depth];
        uint32_t from = nfa->empty_at[here], to = nfa->empty_at[here + 1];
        if (from == to || nfa->edge_at[here] != nfa->edge_at[here + 1]) b->found[n_found++] = here;
        for (uint32_t e = from; e < to; e++) {
            int32_t target = nfa->empty_to[e];
            if (b->stamp[target] == b->epoch) continue;
            b->stamp[target] = b->epoch;
            b->stack[depth++] = target;
        }
    }
    return n_found;
}

static int rehash(builder *b) {
    size_t wanted = b->n_slots ? b->n_slots * 2 : 1024;
    int32_t *slots = malloc(wanted * sizeof *slots);
    if (!slots) return 0;
    memset(slots, 0xff, wanted * sizeof *slots);
    for (int32_t s = 0; s < b->made->n_states; s++) {
        size_t at = b->hashes[s] & (wanted - 1);
        while (slots[at] != NONE) at = (at + 1) & (wanted - 1);
        slots[at] = s;
    }
    free(b->slots);
    b->slots = slots;
    b->n_slots = wanted;
    return 1;
}

static int is_subset(const builder *b, int32_t number, size_t n_found) {
    size_t from = b->first[number], count = b->first[number + 1] - from;
    return count == n_found && !memcmp(b->members + from, b->found, count * sizeof *b->found);
}

/* The number of the subset in `found`, a new one if need be; NONE without memory, TOO_MANY beyond the bound. */
static int32_t number_of(builder *b, size_t n_found) {
    lila_automaton *made = b->made;
    qsort(b->found, n_found, sizeof *b->found, by_number);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n_found; i++) hash = (hash ^ (uint32_t)b->found[i]) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 29;
    if ((size_t)made->n_states * 2 >= b->n_slots && !rehash(b)) return NONE;
    size_t at = hash & (b->n_slots - 1);
    for (; b->slots[at] != NONE; at = (at + 1) & (b->n_slots - 1))
        if (b->hashes[b->slots[at]] == hash && is_subset(b, b->slots[at], n_found)) return b->slots[at];
    if (made->n_states >= b->nfa->max_states) return TOO_MANY;
    if (!room_for_states(b, (size_t)made->n_states + 1) ||
        !grow((void **)&b->members, &b->room_members, b->n_members + n_found, sizeof *b->members))
        return NONE;
    int32_t number = made->n_states++;
    b->slots[at] = number;
    b->hashes[number] = hash;
    b->first[number] = b->n_members;
    memcpy(b->members + b->n_members, b->found, n_found * sizeof *b->found);
    b->n_members += n_found;
    b->first[number + 1] = b->n_members;
    made->is_end[number] = 0;
    for (size_t i = 0; i < n_found; i++) made->is_end[number] |= b->nfa_ends[b->found[i]];
    return number;
}

/* ---- moves */

static int add_target(builder *b, int32_t at, int32_t target) {
    if (b->n_nodes == b->room_nodes) {
        size_t room = b->room_nodes;
        if (!grow((void **)&b->next, &room, b->n_nodes + 1, sizeof *b->next)) return 0;
        room = b->room_nodes;
        if (!grow((void **)&b->target, &room, b->n_nodes + 1, sizeof *b->target)) return 0;
        b->room_nodes = room;
    }
    b->target[b->n_nodes] = target;
    b->next[b->n_nodes] = b->head[at];
    b->head[at] = (int32_t)b->n_nodes++;
    return 1;
}

static int gather(builder *b, int32_t number) {
    const lila_nfa *nfa = b->nfa;
    memset(b->head, 0xff, b->made->width * sizeof *b->head);
    b->n_nodes = 0;
    for (size_t i = b->first[number]; i < b->first[number + 1]; i++) {
        int32_t state = b->members[i];
        for (uint32_t e = nfa->edge_at[state]; e < nfa->edge_at[state + 1]; e++)
            for (int32_t at = column(b, nfa->edge_low[e]); at <= column(b, nfa->edge_high[e]); at++)
                if (!add_target(b, at, nfa->edge_to[e])) return 0;
    }
    return 1;
}

/* Whether two columns lead to the same states: neighbours often do, as all letters but one. */
static int alike(const builder *b, int32_t one, int32_t other) {
    while (one != NONE && other != NONE && b->target[one] == b->target[other]) {
        one = b->next[one];
        other = b->next[other];
    }
    return one == other; /* both NONE */
}

static int32_t move(builder *b, int32_t nodes) {
    size_t n_found = 0;
    b->epoch++;
    for (int32_t node = nodes; node != NONE; node = b->next[node])
        n_found = close_over(b, b->target[node], n_found);
    return number_of(b, n_found);
}

/* The row of one subset: the number that each letter leads to. 0, NONE or TOO_MANY. */
static int32_t explore(builder *b, int32_t number) {
    size_t width = b->made->width;
    if (!gather(b, number)) return NONE;
    int32_t before = NONE, led = LILA_DFA_DEAD; /* the last column that led anywhere */
    for (size_t at = 0; at < width; at++) {
        int32_t nodes = b->head[at], to = LILA_DFA_DEAD;
        if (nodes != NONE) {
            to = before != NONE && alike(b, before, nodes) ? led : move(b, nodes);
            if (to < 0) return to;
            before = nodes;
            led = to;
        }
        b->made->transitions[(size_t)number * width + at] = to; /* the array may have moved meanwhile */
    }
    return 0;
}

/* A state is alive if some way leads from it to an end. Later states are mostly nearer to one, hence backwards.
 */
static int mark_alive(lila_automaton *made) {
    made->is_alive = malloc((size_t)made->n_states);
    if (!made->is_alive) return 0;
    memcpy(made->is_alive, made->is_end, (size_t)made->n_states);
    for (int changed = 1; changed;) {
        changed = 0;
        for (int32_t s = made->n_states - 1; s >= 0; s--) {
            const int32_t *row = made->transitions + (size_t)s * made->width;
            for (size_t at = 0; at < made->width && !made->is_alive[s]; at++)
                if (row[at] >= 0 && made->is_alive[row[at]]) changed = made->is_alive[s] = 1;
        }
    }
    return 1;
}

/* ---- the whole */

static int check_nfa(const lila_nfa *nfa, char *err, size_t errlen) {
    if (nfa->n_states < 1 || nfa->n_states > 1 << 24 || nfa->n_symbols < 0 || nfa->n_symbols > 4096 ||
        nfa->n_starts < 1 || nfa->max_states < 1 || nfa->max_states > 1 << 20)
        return LILA_FAIL(LILA_E_ARGUMENT, "automaton: %d states, %d symbols and %d patterns can't be used",
                         nfa->n_states, nfa->n_symbols, nfa->n_starts);
    int bad = nfa->edge_at[0] != 0 || nfa->empty_at[0] != 0;
    for (int32_t s = 0; s < nfa->n_states && !bad; s++)
        bad = nfa->edge_at[s] > nfa->edge_at[s + 1] || nfa->empty_at[s] > nfa->empty_at[s + 1];
    for (uint32_t e = 0; !bad && e < nfa->edge_at[nfa->n_states]; e++) {
        uint32_t low = nfa->edge_low[e], high = nfa->edge_high[e];
        bad = low > high || high >= BYTES + (uint32_t)nfa->n_symbols || (low < BYTES) != (high < BYTES) ||
              nfa->edge_to[e] < 0 || nfa->edge_to[e] >= nfa->n_states;
    }
    for (uint32_t e = 0; !bad && e < nfa->empty_at[nfa->n_states]; e++)
        bad = nfa->empty_to[e] < 0 || nfa->empty_to[e] >= nfa->n_states;
    for (int32_t i = 0; !bad && i < nfa->n_starts; i++)
        bad = nfa->starts[i] < 0 || nfa->starts[i] >= nfa->n_states || nfa->ends[i] < 0 ||
              nfa->ends[i] >= nfa->n_states;
    return bad ? LILA_FAIL(LILA_E_ARGUMENT, "automaton: an edge leads out of the %d states", nfa->n_states)
               : LILA_OK;
}

static int begin(builder *b) {
    size_t states = (size_t)b->nfa->n_states, patterns = (size_t)b->nfa->n_starts;
    class_bytes(b->nfa, b->made);
    b->nfa_ends = calloc(states, 1);
    b->stamp = calloc(states, sizeof *b->stamp);
    b->stack = malloc(states * sizeof *b->stack);
    b->found = malloc(states * sizeof *b->found);
    b->head = malloc(b->made->width * sizeof *b->head);
    b->made->starts = malloc(patterns * sizeof *b->made->starts);
    if (!b->nfa_ends || !b->stamp || !b->stack || !b->found || !b->head || !b->made->starts) return 0;
    for (size_t i = 0; i < patterns; i++) b->nfa_ends[b->nfa->ends[i]] = 1;
    b->made->n_starts = b->nfa->n_starts;
    return room_for_states(b, 1) && rehash(b);
}

static int32_t build(builder *b) {
    if (!begin(b)) return NONE;
    for (int32_t i = 0; i < b->nfa->n_starts; i++) {
        b->epoch++;
        int32_t number = number_of(b, close_over(b, b->nfa->starts[i], 0));
        if (number < 0) return number;
        b->made->starts[i] = number;
    }
    for (int32_t number = 0; number < b->made->n_states; number++) { /* which grow meanwhile */
        int32_t failed = explore(b, number);
        if (failed) return failed;
    }
    return mark_alive(b->made) ? 0 : NONE;
}

int lila_automaton_create(const lila_nfa *nfa, lila_automaton **out, char *err, size_t errlen) {
    *out = NULL;
    int status = check_nfa(nfa, err, errlen);
    if (status != LILA_OK) return status;
    builder b = {.nfa = nfa, .made = calloc(1, sizeof(lila_automaton))};
    int32_t failed = b.made ? build(&b) : NONE;
    drop(&b);
    if (!failed) {
        *out = b.made;
        return LILA_OK;
    }
    lila_automaton_free(b.made);
    if (failed == NONE) return LILA_FAIL(LILA_E_MEMORY, "automaton: no memory for %d states", nfa->n_states);
    return LILA_FAIL(LILA_E_UNSUPPORTED, "automaton: more than %d states", nfa->max_states);
}

void lila_automaton_size(const lila_automaton *automaton, int32_t *n_states, int32_t *n_byte_classes) {
    *n_states = automaton->n_states;
    *n_byte_classes = automaton->n_classes;
}

void lila_automaton_read(const lila_automaton *automaton, uint8_t *byte_classes, int32_t *transitions,
                         int32_t *starts, uint8_t *is_end, uint8_t *is_alive) {
    size_t states = (size_t)automaton->n_states;
    memcpy(byte_classes, automaton->byte_classes, BYTES);
    memcpy(transitions, automaton->transitions, states * automaton->width * sizeof *transitions);
    memcpy(starts, automaton->starts, (size_t)automaton->n_starts * sizeof *starts);
    memcpy(is_end, automaton->is_end, states);
    memcpy(is_alive, automaton->is_alive, states);
}
