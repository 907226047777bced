/* Open files; see file_handle.h. No Box declares these. */
#include "file_handle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "loop.h"
#include "offload.h"
#include "program.h"

#define MOST_BYTES ((size_t)1 << 20) /* of one job */

/* ---- Life ------------------------------------------------------------------------------------ */

static ny_file_handle *handle_of(int fd) {
    ny_file_handle *handle = ny_memory_get(sizeof *handle);
    if (handle != NULL) *handle = (ny_file_handle){.fd = fd, .holders = 1};
    return handle;
}

void ny_file_close_descriptor(int file) {
    close(file);
    ny_descriptor_freed();
}

void ny_file_handle_release(ny_file_handle *handle) {
    if (--handle->holders != 0) return;
    ny_file_close_descriptor(handle->fd);
    ny_memory_free(handle->input, handle->room);
    ny_memory_free(handle, sizeof *handle);
}

bool ny_file_handle_begin(ny_file_handle *handle) {
    handle->holders++;
    while (NY_UNLIKELY(handle->busy)) {
        ny_waiter waiter = {0};
        ny_waiter_join(&waiter, &handle->turns);
        enum ny_wake wake = ny_task_suspend("a file that another task uses");
        ny_waiter_leave(&waiter, &handle->turns);
        if (wake != NY_WAKE_CANCELLED) continue;
        if (!handle->busy) ny_wait_list_wake_one(&handle->turns); /* it may have been our turn */
        ny_file_handle_release(handle);
        ny_task_throw_cancelled();
        return false;
    }
    handle->busy = true;
    return true;
}

void ny_file_handle_end(ny_file_handle *handle) {
    handle->busy = false;
    ny_wait_list_wake_one(&handle->turns);
    ny_file_handle_release(handle);
}

/* ---- Opening --------------------------------------------------------------------------------- */

typedef struct open_job {
    ny_job job;
    int flags, fd, code;
    size_t length;
    char path[];
} open_job;

/* A descriptor for something that is no folder, or -errno. */
static int checked(int fd) {
    struct stat status;
    if (fd < 0) return -errno;
    if (fstat(fd, &status) != 0 || !S_ISDIR(status.st_mode)) return fd;
    close(fd);
    return -EISDIR;
}

static void run_open(ny_job *job) {
    open_job *opening = (open_job *)job;
    opening->fd = checked(open(opening->path, opening->flags | O_CLOEXEC, 0666));
}

static void free_open(ny_job *job) {
    ny_memory_free(job, sizeof(open_job) + ((open_job *)job)->length + 1);
}

static void drop_open(ny_job *job) {
    int fd = ((open_job *)job)->fd;
    if (job->done && fd >= 0) ny_file_close_descriptor(fd);
    free_open(job);
}

#ifndef NYASH_FAULTS
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
/* openat2(2): fails with EAGAIN where the way to the file is not in the kernel's caches. */
#define RESOLVE_CACHED_ONLY 0x20
struct how { uint64_t flags, mode, resolve; };

/* Opens a plain file for reading where that cannot block; -1: ask a helper. A FIFO would open at
   once this way, without anybody at its other end. */
static int open_at_once(const char *path, int flags) {
    if (flags != O_RDONLY) return -1;
    struct how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_CACHED_ONLY};
    int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
    struct stat status;
    if (fd < 0) return -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) return fd;
    close(fd);
    return -1;
}
#else
static int open_at_once(const char *path, int flags) { return (void)path, (void)flags, -1; }
#endif

static int open_by_helper(const char *path, int flags, int *code) {
    size_t length = strlen(path);
    open_job *opening = ny_memory_get(sizeof *opening + length + 1);
    if (opening == NULL) return *code = ENOMEM, -1;
    opening->job = (ny_job){.run = run_open, .drop = drop_open};
    opening->flags = flags;
    opening->length = length;
    memcpy(opening->path, path, length + 1);
    if (!ny_offload(&opening->job, "a file to be opened")) return *code = -1, -1;
    int fd = opening->fd;
    free_open(&opening->job);
    if (fd < 0) *code = -fd;
    return fd;
}

ny_file_handle *ny_file_handle_open(const char *path, int flags, int *code) {
    int fd = open_at_once(path, flags);
    if (fd < 0) fd = open_by_helper(path, flags, code);
    if (fd < 0) return NULL;
    ny_file_handle *handle = handle_of(fd);
    if (handle != NULL) return handle;
    close(fd);
    *code = ENOMEM;
    return NULL;
}

/* ---- Reading and writing --------------------------------------------------------------------- */

enum action { READ, WRITE, EMPTY };

typedef struct transfer {
    ny_job job;
    ny_file_handle *handle; /* held, and its turn, by the task or the job */
    enum action action;
    int64_t result;
    size_t count;
    char bytes[];
} transfer;

static int64_t once(enum action action, int fd, char *bytes, size_t count) {
    for (;;) {
        ssize_t done = action == READ ? read(fd, bytes, count) : write(fd, bytes, count);
        if (done >= 0) return done;
        if (errno != EINTR) return -errno;
    }
}

static void run_transfer(ny_job *job) {
    transfer *moving = (transfer *)job;
    int fd = moving->handle->fd;
    if (moving->action != EMPTY)
        moving->result = once(moving->action, fd, moving->bytes, moving->count);
    else
        moving->result = ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0 ? 0 : -errno;
}

static void free_transfer(transfer *moving) {
    ny_memory_free(moving, sizeof *moving + moving->count);
}

static void drop_transfer(ny_job *job) {
    transfer *moving = (transfer *)job;
    ny_file_handle_end(moving->handle);
    free_transfer(moving);
}

static int64_t by_helper(ny_file_handle *handle, enum action action, char *in, const char *out,
                         size_t count) {
    transfer *moving = ny_memory_get(sizeof *moving + count);
    if (moving == NULL) return -ENOMEM;
    moving->job = (ny_job){.run = run_transfer, .drop = drop_transfer};
    moving->handle = handle;
    moving->action = action;
    moving->count = count;
    if (action == WRITE) memcpy(moving->bytes, out, count);
    if (!ny_offload(&moving->job, action == READ ? "a file to be read" : "a file to be written"))
        return NY_FILE_LOST;
    int64_t result = moving->result;
    if (action == READ && result > 0) memcpy(in, moving->bytes, (size_t)result);
    free_transfer(moving);
    return result;
}

#ifndef NYASH_FAULTS
/* preadv2(2) and pwritev2(2): fail with EAGAIN where they would wait for a disk or a writer. */
#define WITHOUT_WAITING 8

/* False: a helper has to do it. */
static bool at_once(ny_file_handle *handle, enum action action, const char *bytes, size_t count,
                    int64_t *result) {
    if (handle->may_not_ask) return false;
    struct iovec piece = {(void *)(uintptr_t)bytes, count};
    long number = action == READ ? SYS_preadv2 : SYS_pwritev2;
    *result = syscall(number, handle->fd, &piece, 1, -1L, -1L, WITHOUT_WAITING);
    if (*result > 0 || (*result == 0 && action == READ)) return true;
    if (*result < 0 && errno != EAGAIN && errno != EINTR) handle->may_not_ask = true;
    return false;
}
#else
static bool at_once(ny_file_handle *handle, enum action action, const char *bytes, size_t count,
                    int64_t *result) {
    return (void)handle, (void)action, (void)bytes, (void)count, (void)result, false;
}
#endif

int64_t ny_file_handle_read(ny_file_handle *handle, char *bytes, size_t room) {
    int64_t result;
    if (at_once(handle, READ, bytes, room, &result)) return result;
    return by_helper(handle, READ, bytes, NULL, room < MOST_BYTES ? room : MOST_BYTES);
}

int64_t ny_file_handle_write(ny_file_handle *handle, const char *bytes, size_t count) {
    int64_t result;
    if (at_once(handle, WRITE, bytes, count, &result)) return result;
    return by_helper(handle, WRITE, NULL, bytes, count < MOST_BYTES ? count : MOST_BYTES);
}

int64_t ny_file_handle_empty(ny_file_handle *handle) {
    return by_helper(handle, EMPTY, NULL, NULL, 0);
}
