/* http_file_open.c: see http_file_open.h. */
#include "http_file_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
/* openat2(2), since Linux 5.6; RESOLVE_CACHED since 5.12. */
#define RESOLVE_NO_MAGIC_LINKS 0x02
#define RESOLVE_BENEATH_ROOT 0x08
#define RESOLVE_CACHED_ONLY 0x20
struct how {
    uint64_t flags, mode, resolve;
};

#define READ_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
#define LOOK_FLAGS (O_PATH | O_CLOEXEC)

/* Without openat2 (old kernels, some sandboxes): folder by folder, and no symbolic link at all. */
static int open_by_steps(int root, const char *path, int flags) {
    char name[NAME_MAX + 1];
    int folder = root;
    for (;;) {
        const char *slash = strchr(path, '/');
        size_t length = slash ? (size_t)(slash - path) : strlen(path);
        if (length > NAME_MAX) {
            errno = ENAMETOOLONG;
            break;
        }
        memcpy(name, path, length);
        name[length] = 0;
        bool last = slash == NULL || slash[1] == 0;
        int next = openat(folder, length ? name : ".",
                          (last ? flags : LOOK_FLAGS | O_DIRECTORY) | O_NOFOLLOW);
        int code = errno;
        if (folder != root) close(folder);
        if (next < 0) {
            errno = code;
            return -1;
        }
        if (last) return next;
        folder = next;
        path = slash + 1;
    }
    if (folder != root) close(folder);
    return -1;
}

static int open_file(int root, const char *path, int flags, bool may_wait) {
    struct how how = {.flags = (uint64_t)flags};
    if (root >= 0) how.resolve = RESOLVE_BENEATH_ROOT | RESOLVE_NO_MAGIC_LINKS;
    if (!may_wait) how.resolve |= RESOLVE_CACHED_ONLY;
    static volatile bool unknown; /* set by any thread, to the same */
    int file = -1;
    errno = ENOSYS;
    if (!unknown)
        file = (int)syscall(SYS_openat2, root >= 0 ? root : AT_FDCWD, path, &how, sizeof how);
    if (file >= 0) return file;
    if (!may_wait && (errno == EINVAL || errno == ENOSYS || errno == EPERM)) errno = EAGAIN;
    if (!may_wait || (errno != ENOSYS && errno != EPERM && errno != EAGAIN)) return -1;
    if (errno == ENOSYS) unknown = true;
    /* EAGAIN with RESOLVE_BENEATH: something was renamed meanwhile. */
    return root >= 0 ? open_by_steps(root, path, flags) : open(path, flags);
}

/* A descriptor, or -1 and errno; `status` is of what was opened. */
static int open_plain(int root, const char *path, bool may_wait, struct stat *status) {
    int seen = open_file(root, path, LOOK_FLAGS, may_wait);
    if (seen < 0) return -1;
    int code = fstat(seen, status) != 0          ? errno
               : S_ISDIR(status->st_mode)        ? EISDIR
               : !S_ISREG(status->st_mode)       ? EACCES
                                                 : 0;
    close(seen);
    if (code != 0) {
        errno = code;
        return -1;
    }
    int file = open_file(root, path, READ_FLAGS, may_wait);
    if (file < 0) return -1;
    if (fstat(file, status) == 0 && S_ISREG(status->st_mode)) return file;
    close(file); /* another one took its place */
    errno = EACCES;
    return -1;
}

static bool is_older(const struct stat *variant, const struct stat *original) {
    const struct timespec *left = &variant->st_mtim, *right = &original->st_mtim;
    return left->tv_sec != right->tv_sec ? left->tv_sec < right->tv_sec
                                         : left->tv_nsec < right->tv_nsec;
}

/* False: EAGAIN. */
static bool find_variant(
    ny_http_found *found, int which, int root, const char *path, bool may_wait) {
    char name[PATH_MAX];
    int length = snprintf(name, sizeof name, "%s%s", path, which == NY_HTTP_GZIP ? ".gz" : ".br");
    if (length >= (int)sizeof name) return true;
    int file = open_plain(root, name, may_wait, &found->status[which]);
    if (file < 0) return errno != EAGAIN;
    if (is_older(&found->status[which], &found->status[NY_HTTP_PLAIN]))
        close(file);
    else
        found->file[which] = file;
    return true;
}

void ny_http_file_find(ny_http_found *found, int root, const char *path, bool compressed,
                       bool may_wait) {
    memset(found, 0, sizeof *found);
    for (int i = 0; i < NY_HTTP_VARIANTS; i++) found->file[i] = -1;
    if (root >= 0 && !*path) path = ".";
    found->file[NY_HTTP_PLAIN] =
        open_plain(root, path, may_wait, &found->status[NY_HTTP_PLAIN]);
    if (found->file[NY_HTTP_PLAIN] < 0) {
        found->code = errno;
        return;
    }
    if (!compressed || (find_variant(found, NY_HTTP_BROTLI, root, path, may_wait) &&
                        find_variant(found, NY_HTTP_GZIP, root, path, may_wait)))
        return;
    for (int i = 0; i < NY_HTTP_VARIANTS; i++)
        if (found->file[i] >= 0) close(found->file[i]);
    found->code = EAGAIN;
}
