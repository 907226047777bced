/* http_file.c: one file; see http_file.h. The kept ones are in http_file_cache.c. */
#include "http_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "http_date.h"
#include "http_file_cache.h"
#include "http_gzip.h"
#include "http_mime.h"
#include "nyash_io.h"

/* Kept in memory up to this size: beyond it, copying costs more than sendfile's two calls save. */
#define LARGEST_KEPT (64 << 10)
/* Of those, texts from here on are also kept compressed, once for all who take that. */
#define LEAST_COMPRESSED 1024
#define LEVEL 6
/* A change this soon after another could leave the same time stamp behind. */
#define SETTLING_NS INT64_C(1000000000)
#define WARM_MS 1000
/* Of a file that is warm as a whole for a while. */
#define LARGEST_WARM (1 << 20)

/* ---- Life ------------------------------------------------------------------------------------ */

static size_t size_of(const ny_http_file *file) { return sizeof *file + file->fields_length; }

size_t ny_http_file_memory(const ny_http_file *file) {
    return file ? size_of(file) + (file->bytes ? file->is.size : 0) : 0;
}

void ny_http_file_release(ny_http_file *file) {
    if (--file->holders > 0) return;
    if (file->descriptor >= 0) ny_file_close_descriptor(file->descriptor);
    if (file->bytes) ny_memory_free(file->bytes, (size_t)file->is.size);
    ny_memory_free(file, size_of(file));
}

static int64_t nanoseconds(const struct timespec *time) {
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

bool ny_http_file_is(const ny_http_file *file, const struct stat *status) {
    return file->settled && file->is.size == (uint64_t)status->st_size &&
           file->inode == (int64_t)status->st_ino && file->device == (int64_t)status->st_dev &&
           file->modified_ns == nanoseconds(&status->st_mtim);
}

bool ny_http_file_worth_compressing(uint64_t size) {
    return size >= LEAST_COMPRESSED && size <= LARGEST_KEPT;
}

/* What the field lines of a file are made of. */
typedef struct description {
    const char *type, *coding; /* NULL: none */
    int64_t modified;          /* seconds */
    char etag[64];
    bool varies;
} description;

static ny_http_file *file_of(const description *said) {
    char fields[512], date[NY_HTTP_DATE_LENGTH];
    int length = snprintf(fields, sizeof fields, "Content-Type: %s\r\nAccept-Ranges: bytes\r\n%s%s%s",
                          said->type, said->coding ? "Content-Encoding: " : "",
                          said->coding ? said->coding : "", said->coding ? "\r\n" : "");
    int content = length;
    ny_http_date_write(date, said->modified);
    length += snprintf(fields + length, sizeof fields - (size_t)length,
                       "Last-Modified: %.*s\r\nETag: ", NY_HTTP_DATE_LENGTH, date);
    int etag = length;
    length += snprintf(fields + length, sizeof fields - (size_t)length, "%s\r\n%s", said->etag,
                       said->varies ? "Vary: Accept-Encoding\r\n" : "");
    ny_http_file *file = ny_memory_get(sizeof *file + (size_t)length);
    if (!file) return NULL;
    *file = (ny_http_file){
        .holders = 1,
        .descriptor = -1,
        .is = {.etag = file->fields + etag,
               .etag_length = strlen(said->etag),
               .modified = said->modified},
        .content_fields = (uint16_t)content,
        .fields_length = (uint16_t)length,
    };
    memcpy(file->fields, fields, (size_t)length);
    return file;
}

/* Reads a short file into memory; then it needs no descriptor. False: thrown. */
static bool keep_content(ny_http_file *file) {
    size_t size = (size_t)file->is.size;
    if (size > 0) {
        file->bytes = ny_memory_get(size);
        if (!file->bytes) {
            ny_throw_error("OutOfMemoryError", "no memory for a file's content");
            return false;
        }
        if (!ny_http_file_read(file, file->bytes, 0, size)) return false;
    }
    ny_file_close_descriptor(file->descriptor);
    file->descriptor = -1;
    return true;
}

ny_http_file *ny_http_file_of(int descriptor, const struct stat *status, const char *path,
                              size_t path_length, int variant, bool varies) {
    static const char *const codings[] = {NULL, "br", "gzip"};
    description said = {.type = ny_http_mime_of(path, path_length),
                        .coding = codings[variant],
                        .modified = status->st_mtim.tv_sec,
                        .varies = varies};
    int64_t modified_ns = nanoseconds(&status->st_mtim);
    snprintf(said.etag, sizeof said.etag, "\"%llx-%llx-%llx\"", (unsigned long long)status->st_ino,
             (unsigned long long)status->st_size, (unsigned long long)modified_ns);
    ny_http_file *file = file_of(&said);
    if (!file) {
        ny_file_close_descriptor(descriptor);
        ny_throw_error("OutOfMemoryError", "no memory for a file");
        return NULL;
    }
    file->descriptor = descriptor;
    file->is.size = (uint64_t)status->st_size;
    file->device = (int64_t)status->st_dev;
    file->inode = (int64_t)status->st_ino;
    file->modified_ns = modified_ns;
    int64_t age = ny_clock_wall_ms() * 1000000 - modified_ns;
    file->settled = age > SETTLING_NS || age < -SETTLING_NS;
    if (file->is.size > LARGEST_KEPT || keep_content(file)) return file;
    ny_http_file_release(file);
    return NULL;
}

ny_http_file *ny_http_file_compressed(ny_http_file *plain, bool *thrown) {
    char *bytes;
    size_t count;
    *thrown = !ny_http_gzip_bytes(plain->bytes, (size_t)plain->is.size, LEVEL, &bytes, &count);
    if (*thrown || !bytes) return NULL;
    const char *type = plain->fields + sizeof "Content-Type: " - 1;
    char own_type[128];
    snprintf(own_type, sizeof own_type, "%.*s", (int)(strchr(type, '\r') - type), type);
    description said = {
        .type = own_type, .coding = "gzip", .modified = plain->is.modified, .varies = true};
    /* Other bytes, so another strong tag. */
    snprintf(said.etag, sizeof said.etag, "%.*s-z\"", (int)plain->is.etag_length - 1,
             plain->is.etag);
    ny_http_file *file = file_of(&said);
    if (!file) {
        ny_memory_free(bytes, count);
        return NULL;
    }
    file->made = true;
    file->bytes = bytes;
    file->is.size = count;
    return file;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* preadv2(2): EAGAIN rather than to wait for a disk. */
#define WITHOUT_WAITING 8

typedef struct read_job {
    ny_job job;
    ny_http_file *file; /* held */
    uint64_t start;
    size_t count;
    int code;
    char *bytes; /* malloc's, for a helper must not touch the worker's heap */
} read_job;

static void run_read(ny_job *job) {
    read_job *reading = (read_job *)job;
    size_t done = 0;
    while (done < reading->count) {
        ssize_t count = pread(reading->file->descriptor, reading->bytes + done,
                              reading->count - done, (off_t)(reading->start + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            reading->code = count < 0 ? errno : EIO; /* it has become shorter */
            return;
        }
        done += (size_t)count;
    }
}

static void drop_read(ny_job *job) {
    read_job *reading = (read_job *)job;
    ny_http_file_release(reading->file);
    free(reading->bytes);
    ny_memory_free(reading, sizeof *reading);
}

/* `bytes` NULL: only so that they are in the kernel's cache. */
static bool read_by_helper(ny_http_file *file, char *bytes, uint64_t start, size_t count) {
    read_job *reading = ny_memory_get(sizeof *reading);
    char *room = malloc(count);
    if (!reading || !room) {
        if (reading) ny_memory_free(reading, sizeof *reading);
        free(room);
        ny_throw_error("OutOfMemoryError", "no memory to read a file");
        return false;
    }
    *reading = (read_job){.job = {.run = run_read, .drop = drop_read},
                          .file = ny_http_file_hold(file),
                          .start = start,
                          .count = count,
                          .bytes = room};
    if (!ny_offload(&reading->job, "a file to be read")) return false;
    int code = reading->code;
    if (code == 0 && bytes) memcpy(bytes, room, count);
    drop_read(&reading->job);
    if (code != 0) ny_throw_system(code, "cannot read a file");
    return code == 0;
}

static ssize_t read_at_once(const ny_http_file *file, char *bytes, size_t count, uint64_t start) {
    struct iovec piece = {bytes, count};
    /* The position's high half is an argument of its own where a long has 32 bits only. */
    return syscall(SYS_preadv2, file->descriptor, &piece, 1, (long)start,
                   (long)(start >> 32 >> (sizeof(long) * 8 - 32)), WITHOUT_WAITING);
}

bool ny_http_file_read(ny_http_file *file, char *bytes, uint64_t start, size_t count) {
    if (file->bytes && file->descriptor < 0) {
        memcpy(bytes, file->bytes + start, count);
        return true;
    }
    if (count == 0) return true;
#ifndef NYASH_FAULTS
    if (read_at_once(file, bytes, count, start) == (ssize_t)count) return true;
#endif
    return read_by_helper(file, bytes, start, count);
}

bool ny_http_file_warm(ny_http_file *file, uint64_t start, size_t count) {
    if (count == 0 || ny_clock_ms() < file->warm_until) return true;
    char last;
    ssize_t there = read_at_once(file, &last, 1, start + count - 1);
    /* A file system that cannot tell is one in memory, or there is nothing to be done about it. */
    if (there < 0 && errno == EAGAIN && !read_by_helper(file, NULL, start, count)) return false;
    if (file->is.size <= LARGEST_WARM) file->warm_until = ny_clock_ms() + WARM_MS;
    return true;
}
