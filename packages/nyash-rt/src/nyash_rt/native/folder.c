/* Folders and what paths lead to; see folder.h. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_path.h"
#include "offload.h"
#include "program.h"

#define DEEPEST 100 /* folders in folders that removing goes into: each keeps one open */

/* ---- In a helper thread: no Boxes, no memory of the heap ------------------------------------- */

typedef struct folder_job {
    ny_job job;
    int code; /* 0 or an errno */
    bool flag;
    mode_t mode;
    int64_t modified;
    char **names; /* of malloc, `count` of them */
    size_t count, room;
    char path[PATH_MAX], other[PATH_MAX];
} folder_job;

static int result_of(int result) { return result == 0 ? 0 : errno; }

static void run_look(ny_job *job) {
    folder_job *asked = (folder_job *)job;
    struct stat status, own;
    asked->code = result_of(lstat(asked->path, &own));
    if (asked->code != 0) return;
    asked->flag = S_ISLNK(own.st_mode);
    if (!asked->flag || stat(asked->path, &status) != 0) status = own;
    asked->mode = status.st_mode;
    asked->modified = status.st_mtim.tv_sec * INT64_C(1000) + status.st_mtim.tv_nsec / 1000000;
}

static void run_real(ny_job *job) {
    folder_job *asked = (folder_job *)job;
    asked->code = realpath(asked->path, asked->other) != NULL ? 0 : errno;
}

static void run_rename(ny_job *job) {
    folder_job *asked = (folder_job *)job;
    asked->code = result_of(rename(asked->path, asked->other));
}

static bool is_dots(const char *name) {
    return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

/* 0 or an errno. */
static int keep_name(folder_job *asked, const char *name) {
    if (asked->count == asked->room) {
        size_t room = asked->room ? asked->room * 2 : 64;
        char **grown = realloc(asked->names, room * sizeof *grown);
        if (grown == NULL) return ENOMEM;
        asked->names = grown;
        asked->room = room;
    }
    char *copy = strdup(name);
    if (copy == NULL) return ENOMEM;
    asked->names[asked->count++] = copy;
    return 0;
}

static int by_name(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void run_list(ny_job *job) {
    folder_job *asked = (folder_job *)job;
    DIR *folder = opendir(asked->path);
    asked->code = folder == NULL ? errno : 0;
    while (asked->code == 0) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            asked->code = errno;
            break;
        }
        if (!is_dots(entry->d_name)) asked->code = keep_name(asked, entry->d_name);
    }
    if (folder != NULL) closedir(folder);
    if (asked->count > 0) qsort(asked->names, asked->count, sizeof *asked->names, by_name);
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* With parents a folder that is there already is fine. */
static void run_make(ny_job *job) {
    folder_job *asked = (folder_job *)job;
    if (asked->flag) {
        for (char *at = asked->path + 1; *at; at++) {
            if (*at != '/') continue;
            *at = 0;
            int code = result_of(mkdir(asked->path, 0777));
            bool there = code == 0 || is_folder(asked->path);
            *at = '/';
            if (!there) {
                asked->code = code == EEXIST ? ENOTDIR : code;
                return;
            }
        }
    }
    asked->code = result_of(mkdir(asked->path, 0777));
    if (asked->code == EEXIST && asked->flag && is_folder(asked->path)) asked->code = 0;
}

/* Remove what `name` in a folder is, a folder with all in it; never what a link leads to. 0 or an errno. */
static int remove_at(int parent, const char *name, int depth) {
    struct stat status;
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return errno;
    if (!S_ISDIR(status.st_mode)) return result_of(unlinkat(parent, name, 0));
    if (depth == DEEPEST) return ELOOP;
    int file = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return errno;
    DIR *folder = fdopendir(file);
    if (folder == NULL) {
        int code = errno;
        close(file);
        return code;
    }
    int code = 0;
    while (code == 0) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            code = errno;
            break;
        }
        if (!is_dots(entry->d_name)) code = remove_at(file, entry->d_name, depth + 1);
    }
    closedir(folder);
    return code != 0 ? code : result_of(unlinkat(parent, name, AT_REMOVEDIR));
}

static void run_remove(ny_job *job) {
    folder_job *asked = (folder_job *)job;
    asked->code = asked->flag ? remove_at(AT_FDCWD, asked->path, 0) : result_of(remove(asked->path));
}

static void run_temporary(ny_job *job) {
    folder_job *asked = (folder_job *)job;
    asked->code = mkdtemp(asked->path) != NULL ? 0 : errno;
}

/* ---- In the worker --------------------------------------------------------------------------- */

static void drop(ny_job *job) {
    folder_job *asked = (folder_job *)job;
    for (size_t i = 0; i < asked->count; i++) free(asked->names[i]);
    free(asked->names);
    ny_memory_free(asked, sizeof *asked);
}

static folder_job *prepare(void (*run)(ny_job *)) {
    folder_job *asked = ny_memory_get(sizeof *asked);
    if (asked == NULL) {
        ny_throw_error("OutOfMemoryError", "no memory to ask the system about a path");
        return NULL;
    }
    memset(asked, 0, offsetof(folder_job, path));
    asked->job = (ny_job){.run = run, .drop = drop};
    return asked;
}

static folder_job *finished(folder_job *asked) {
    return ny_offload(&asked->job, "the file system") ? asked : NULL;
}

/* The job about a path, or about two (`other` 0: one), done; NULL: thrown. */
static folder_job *done(void (*run)(ny_job *), ny_word path, ny_word other, bool flag) {
    folder_job *asked = prepare(run);
    if (asked == NULL) return NULL;
    asked->flag = flag;
    if (ny_path_text(path, asked->path) == NULL ||
        (other != 0 && ny_path_text(other, asked->other) == NULL)) {
        drop(&asked->job);
        return NULL;
    }
    return finished(asked);
}

/* Of a job that only succeeds or fails. */
static ny_word outcome(folder_job *asked, const char *act, ny_word path) {
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    drop(&asked->job);
    return code == 0 ? NY_TRUE : ny_path_failed(act, path, code);
}

static const char *kind_of(const folder_job *asked) {
    if (S_ISREG(asked->mode)) return "file";
    if (S_ISDIR(asked->mode)) return "folder";
    return S_ISLNK(asked->mode) ? "link" : "other";
}

ny_word ny_path_kind(ny_word path) {
    folder_job *asked = done(run_look, path, 0, false);
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    const char *kind = kind_of(asked);
    drop(&asked->job);
    if (code == ENOENT || code == ENOTDIR) return NY_NULL;
    return code == 0 ? ny_string_text(kind) : ny_path_failed("look at", path, code);
}

ny_word ny_path_is_link(ny_word path) {
    folder_job *asked = done(run_look, path, 0, false);
    if (asked == NULL) return NY_ERROR;
    ny_word found = ny_from_bool(asked->code == 0 && asked->flag);
    drop(&asked->job);
    return found;
}

ny_word ny_path_modified(ny_word path) {
    folder_job *asked = done(run_look, path, 0, false);
    if (asked == NULL) return NY_ERROR;
    int code = asked->code;
    int64_t modified = asked->modified;
    drop(&asked->job);
    return code == 0 ? ny_from_integer(modified) : ny_path_failed("look at", path, code);
}

ny_word ny_path_real(ny_word path) {
    folder_job *asked = done(run_real, path, 0, false);
    if (asked == NULL) return NY_ERROR;
    ny_word found = asked->code == 0 ? ny_string_from_untrusted(asked->other, strlen(asked->other))
                                     : ny_path_failed("find", path, asked->code);
    drop(&asked->job);
    return found;
}

ny_word ny_path_rename(ny_word from, ny_word to) {
    return outcome(done(run_rename, from, to, false), "rename", from);
}

ny_word ny_dir_current(void) {
    char path[PATH_MAX];
    if (getcwd(path, sizeof path) == NULL) return ny_throw_system(errno, "cannot find the current folder");
    return ny_string_from_untrusted(path, strlen(path));
}

ny_word ny_dir_temporary(void) {
    folder_job *asked = prepare(run_temporary);
    if (asked == NULL) return NY_ERROR;
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] == 0) base = "/tmp";
    int length = snprintf(asked->path, sizeof asked->path, "%s/nyash-XXXXXX", base);
    if (length < 0 || (size_t)length >= sizeof asked->path) {
        drop(&asked->job);
        return ny_throw_error("IOError", "TMPDIR: no such path");
    }
    asked = finished(asked);
    if (asked == NULL) return NY_ERROR;
    ny_word made = asked->code == 0 ? ny_string_from_untrusted(asked->path, strlen(asked->path))
                                    : ny_throw_system(asked->code, "cannot make a folder in %s", base);
    drop(&asked->job);
    return made;
}

ny_word ny_dir_list(ny_word path) {
    folder_job *asked = done(run_list, path, 0, false);
    if (asked == NULL) return NY_ERROR;
    ny_word names = asked->code == 0 ? ny_array_empty() : ny_path_failed("list", path, asked->code);
    for (size_t i = 0; names != NY_ERROR && i < asked->count; i++) {
        ny_word name = ny_string_from_untrusted(asked->names[i], strlen(asked->names[i]));
        if (name != NY_ERROR && ny_array_append(names, name)) continue;
        ny_release(names);
        names = NY_ERROR;
    }
    drop(&asked->job);
    return names;
}

ny_word ny_dir_make(ny_word path, bool parents) {
    return outcome(done(run_make, path, 0, parents), "make the folder", path);
}

ny_word ny_dir_remove(ny_word path, bool everything) {
    return outcome(done(run_remove, path, 0, everything), "remove", path);
}
