/* http_file_cache.c: the files that are kept; see http_file.h. */
#include "http_file_cache.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "nyash_io.h"

/* A file that was changed is served anew after this long at the latest. */
#define CHECK_MS 1000
#define BUCKETS 1024 /* a power of two */
#define MOST_PATHS 1024
#define MOST_BYTES (16 << 20)
/* Descriptors are the scarcest: 1024 is a common limit, and connections want them too. */
#define MOST_DESCRIPTORS 128

typedef struct kept {
    struct kept *next;           /* in the bucket */
    struct kept *older, *newer;  /* by last use */
    uint64_t owner, hash;
    int64_t checked; /* ms */
    ny_http_files files;
    size_t bytes, descriptors;
    uint32_t path_length;
    bool compressed; /* variants were looked for */
    char path[];
} kept;

static kept *buckets[BUCKETS];
static kept *oldest, *newest;
static size_t paths, bytes, descriptors;

/* FNV-1a (Fowler, Noll, Vo). Only files that exist get in, so nobody else chooses the keys. */
static uint64_t hash_of(uint64_t owner, const char *path, size_t length) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ owner;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)path[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

static kept *find(uint64_t hash, uint64_t owner, const char *path, size_t length, bool compressed) {
    for (kept *entry = buckets[hash % BUCKETS]; entry; entry = entry->next)
        if (entry->hash == hash && entry->owner == owner && entry->path_length == length &&
            entry->compressed == compressed && memcmp(entry->path, path, length) == 0)
            return entry;
    return NULL;
}

/* ---- The order of use ------------------------------------------------------------------------ */

static void leave_order(kept *entry) {
    *(entry->older ? &entry->older->newer : &oldest) = entry->newer;
    *(entry->newer ? &entry->newer->older : &newest) = entry->older;
}

static void join_order(kept *entry) {
    entry->newer = NULL;
    entry->older = newest;
    *(newest ? &newest->newer : &oldest) = entry;
    newest = entry;
}

/* ---- Keeping --------------------------------------------------------------------------------- */

static void count_files(kept *entry) {
    entry->bytes = sizeof *entry + entry->path_length;
    entry->descriptors = 0;
    for (int i = 0; i < NY_HTTP_VARIANTS; i++) {
        const ny_http_file *file = entry->files.variant[i];
        entry->bytes += ny_http_file_memory(file);
        entry->descriptors += file && file->descriptor >= 0;
    }
    bytes += entry->bytes;
    descriptors += entry->descriptors;
}

static void uncount_files(const kept *entry) {
    bytes -= entry->bytes;
    descriptors -= entry->descriptors;
}

static void forget(kept *entry) {
    kept **link = &buckets[entry->hash % BUCKETS];
    while (*link != entry) link = &(*link)->next;
    *link = entry->next;
    leave_order(entry);
    uncount_files(entry);
    paths--;
    ny_http_files_release(&entry->files);
    ny_memory_free(entry, sizeof *entry + entry->path_length);
}

static void make_room(void) {
    while (oldest && (paths > MOST_PATHS || bytes > MOST_BYTES || descriptors > MOST_DESCRIPTORS))
        forget(oldest);
}

static void hold(ny_http_files *to, const ny_http_files *from) {
    *to = *from;
    for (int i = 0; i < NY_HTTP_VARIANTS; i++)
        if (to->variant[i]) ny_http_file_hold(to->variant[i]);
}

void ny_http_files_release(ny_http_files *files) {
    for (int i = 0; i < NY_HTTP_VARIANTS; i++) {
        if (files->variant[i]) ny_http_file_release(files->variant[i]);
        files->variant[i] = NULL;
    }
}

void ny_http_files_forget(uint64_t owner) {
    for (kept *entry = oldest, *next; entry; entry = next) {
        next = entry->newer;
        if (entry->owner == owner) forget(entry);
    }
}

#ifdef NYASH_FAULTS /* the check at the end counts what is not given back: nyash-rt's fault.h */
void ny_fault_at_end(void (*give_back)(void));

static void forget_all(void) {
    while (oldest) forget(oldest);
}

__attribute__((constructor)) static void register_forget_all(void) { ny_fault_at_end(forget_all); }
#endif

/* ---- Finding --------------------------------------------------------------------------------- */

typedef struct find_job {
    ny_job job;
    ny_http_found found;
    int root;
    bool compressed;
    size_t length;
    char path[];
} find_job;

static void run_find(ny_job *job) {
    find_job *finding = (find_job *)job;
    ny_http_file_find(
        &finding->found, finding->root, finding->path, finding->compressed, true);
}

static void free_find(find_job *finding) {
    ny_memory_free(finding, sizeof *finding + finding->length + 1);
}

static void close_found(ny_http_found *found) {
    for (int i = 0; i < NY_HTTP_VARIANTS; i++)
        if (found->file[i] >= 0) ny_file_close_descriptor(found->file[i]);
}

static void drop_find(ny_job *job) {
    find_job *finding = (find_job *)job;
    if (job->done) close_found(&finding->found);
    free_find(finding);
}

/* False: thrown. `path` ends in a zero. */
static bool find_by_helper(
    ny_http_found *found, int root, const char *path, size_t length, bool compressed) {
    find_job *finding = ny_memory_get(sizeof *finding + length + 1);
    if (!finding) {
        ny_throw_error("OutOfMemoryError", "no memory to open a file");
        return false;
    }
    *finding = (find_job){.job = {.run = run_find, .drop = drop_find},
                          .root = root,
                          .compressed = compressed,
                          .length = length};
    memcpy(finding->path, path, length + 1);
    if (!ny_offload(&finding->job, "a file to be opened")) return false;
    *found = finding->found;
    free_find(finding);
    return true;
}

static bool look(
    ny_http_found *found, int root, const char *path, size_t length, bool compressed) {
#ifndef NYASH_FAULTS
    ny_http_file_find(found, root, path, compressed, false);
    if (found->code != EAGAIN) return true;
#endif
    return find_by_helper(found, root, path, length, compressed);
}

static bool unchanged(const ny_http_files *files, const ny_http_found *found) {
    for (int i = 0; i < NY_HTTP_VARIANTS; i++) {
        const ny_http_file *file = files->variant[i];
        bool there = file && !file->made;
        if (there != (found->file[i] >= 0)) return false;
        if (there && !ny_http_file_is(file, &found->status[i])) return false;
    }
    return true;
}

/* The files of open descriptors, which are taken over. False: thrown. */
static bool load(ny_http_files *files, ny_http_found *found, const char *path, size_t length,
                 bool compressed) {
    *files = (ny_http_files){{NULL}};
    bool made = compressed && found->file[NY_HTTP_GZIP] < 0 &&
                ny_http_file_worth_compressing((uint64_t)found->status[NY_HTTP_PLAIN].st_size);
    bool varies = made || found->file[NY_HTTP_BROTLI] >= 0 || found->file[NY_HTTP_GZIP] >= 0;
    for (int i = 0; i < NY_HTTP_VARIANTS; i++) {
        if (found->file[i] < 0) continue;
        int descriptor = found->file[i];
        found->file[i] = -1;
        files->variant[i] =
            ny_http_file_of(descriptor, &found->status[i], path, length, i, varies);
        if (files->variant[i]) continue;
        close_found(found);
        ny_http_files_release(files);
        return false;
    }
    bool thrown = false;
    if (made) files->variant[NY_HTTP_GZIP] =
        ny_http_file_compressed(files->variant[NY_HTTP_PLAIN], &thrown);
    if (thrown) ny_http_files_release(files);
    return !thrown;
}

/* Without memory for it the file is served and not kept. */
static void keep(uint64_t hash, uint64_t owner, const char *path, size_t length, bool compressed,
                 const ny_http_files *files) {
    kept *entry = find(hash, owner, path, length, compressed);
    if (entry) { /* it was changed, or another task was faster */
        uncount_files(entry);
        ny_http_files_release(&entry->files);
    } else {
        entry = ny_memory_get(sizeof *entry + length);
        if (!entry) return;
        *entry = (kept){.next = buckets[hash % BUCKETS],
                        .owner = owner,
                        .hash = hash,
                        .path_length = (uint32_t)length,
                        .compressed = compressed};
        memcpy(entry->path, path, length);
        buckets[hash % BUCKETS] = entry;
        join_order(entry);
        paths++;
    }
    entry->checked = ny_clock_ms();
    hold(&entry->files, files);
    count_files(entry);
    make_room();
}

int ny_http_files_get(ny_http_files *files, uint64_t owner, int root, const char *path,
                      size_t length, bool compressed) {
    uint64_t hash = hash_of(owner, path, length);
    kept *entry = find(hash, owner, path, length, compressed);
    if (NY_LIKELY(entry != NULL)) {
        if (entry != newest) {
            leave_order(entry);
            join_order(entry);
        }
        if (NY_LIKELY(ny_clock_ms() - entry->checked < CHECK_MS)) {
            hold(files, &entry->files);
            return 0;
        }
        entry->checked = ny_clock_ms(); /* one task looks, the others take what is there */
    }
    char name[PATH_MAX];
    ny_http_found found;
    if (length >= sizeof name) return ENAMETOOLONG;
    memcpy(name, path, length);
    name[length] = 0;
    if (!look(&found, root, name, length, compressed)) return -1;
    entry = find(hash, owner, path, length, compressed); /* it may have gone meanwhile */
    if (found.code != 0) {
        if (entry) forget(entry);
        return found.code;
    }
    if (entry && unchanged(&entry->files, &found)) {
        close_found(&found);
        hold(files, &entry->files);
        return 0;
    }
    if (!load(files, &found, name, length, compressed)) return -1;
    keep(hash, owner, name, length, compressed, files);
    return 0;
}
