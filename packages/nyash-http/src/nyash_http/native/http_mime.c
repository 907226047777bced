/* http_mime.c: see http_mime.h. Types as registered with IANA; text is sent as UTF-8. */
#include "http_mime.h"

#include <string.h>

#include "http_scan.h"

#define LONGEST_EXTENSION 11

/* Sorted by extension. */
static const struct kind {
    const char *extension, *type;
} kinds[] = {
    {"3gp", "video/3gpp"},
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"apng", "image/apng"},
    {"atom", "application/atom+xml"},
    {"avi", "video/x-msvideo"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"br", "application/octet-stream"},
    {"bz2", "application/x-bzip2"},
    {"c", "text/plain; charset=utf-8"},
    {"cjs", "text/javascript; charset=utf-8"},
    {"conf", "text/plain; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eot", "application/vnd.ms-fontobject"},
    {"epub", "application/epub+zip"},
    {"flac", "audio/flac"},
    {"geojson", "application/geo+json"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"h", "text/plain; charset=utf-8"},
    {"heic", "image/heic"},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/vnd.microsoft.icon"},
    {"ics", "text/calendar; charset=utf-8"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"jsonld", "application/ld+json"},
    {"jxl", "image/jxl"},
    {"log", "text/plain; charset=utf-8"},
    {"m3u8", "application/vnd.apple.mpegurl"},
    {"m4a", "audio/mp4"},
    {"map", "application/json"},
    {"md", "text/markdown; charset=utf-8"},
    {"mid", "audio/midi"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mkv", "video/matroska"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"mpg", "video/mpeg"},
    {"nyash", "text/plain; charset=utf-8"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"rss", "application/rss+xml"},
    {"rtf", "application/rtf"},
    {"sh", "application/x-sh"},
    {"svg", "image/svg+xml"},
    {"svgz", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"toml", "application/toml"},
    {"ts", "video/mp2t"},
    {"tsv", "text/tab-separated-values; charset=utf-8"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=utf-8"},
    {"vtt", "text/vtt; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"weba", "audio/webm"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"zip", "application/zip"},
    {"zst", "application/zstd"},
};

const char *ny_http_mime_of(const char *path, size_t length) {
    static const char unknown[] = "application/octet-stream";
    char extension[LONGEST_EXTENSION + 1];
    size_t count = 0;
    while (count < length && count <= LONGEST_EXTENSION && path[length - 1 - count] != '.' &&
           path[length - 1 - count] != '/')
        count++;
    if (count == 0 || count == length || count > LONGEST_EXTENSION ||
        path[length - 1 - count] != '.')
        return unknown;
    for (size_t i = 0; i < count; i++) extension[i] = ny_http_lower(path[length - count + i]);
    extension[count] = 0;
    size_t low = 0, high = sizeof kinds / sizeof *kinds;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(extension, kinds[middle].extension);
        if (order == 0) return kinds[middle].type;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return unknown;
}

static bool ends_with(const char *type, size_t length, const char *end) {
    size_t count = strlen(end);
    return length >= count && memcmp(type + length - count, end, count) == 0;
}

bool ny_http_mime_compressible(const char *type, size_t length) {
    static const char *const shrinking[] = {
        "application/javascript", "application/json",         "application/manifest+json",
        "application/rtf",        "application/toml",         "application/wasm",
        "application/x-sh",       "application/x-ndjson",     "application/xml",
        "application/yaml",       "font/otf",                 "font/ttf",
        "image/bmp",              "image/vnd.microsoft.icon", "application/x-tar",
    };
    const char *semicolon = memchr(type, ';', length);
    if (semicolon) length = (size_t)(semicolon - type);
    while (length > 0 && ny_http_is_blank(type[length - 1])) length--;
    if (length > 5 && memcmp(type, "text/", 5) == 0)
        /* Each event must leave at once, and by itself. */
        return !ends_with(type, length, "/event-stream");
    if (ends_with(type, length, "+xml") || ends_with(type, length, "+json")) return true;
    for (size_t i = 0; i < sizeof shrinking / sizeof *shrinking; i++)
        if (strlen(shrinking[i]) == length && memcmp(type, shrinking[i], length) == 0) return true;
    return false;
}
