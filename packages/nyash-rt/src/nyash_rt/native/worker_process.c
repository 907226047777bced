/* WorkerProcessBox; see worker_process.h. Declared by worker_process.nyash. */
#include "worker_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "program.h"

#define CHANNEL_VARIABLE "NYASH_WORKER_CHANNEL"
#define INHERITED_VARIABLE "NYASH_WORKER_INHERITED"
/* Without a pidfd its end is looked for so often. */
#define LOOK_PAUSE_MS 20

extern char **environ;
extern const uint16_t ny_class_id_SocketBox;

static ny_worker_process *process_of(ny_word me) {
    return (ny_worker_process *)(void *)ny_as_box(me);
}

static ny_word adopted(int fd, enum ny_socket_kind kind) {
    ny_socket *socket = (ny_socket *)(void *)ny_box_new_id(ny_class_id_SocketBox);
    if (socket == NULL) {
        close(fd);
        return NY_ERROR;
    }
    ny_socket_adopt(socket, fd, kind);
    return ny_from_box(socket);
}

/* ---- Starting -------------------------------------------------------------------------------- */

/* Zero-terminated texts, all freed together. */
typedef struct text_list {
    char **texts;
    size_t count;
} text_list;

static bool list_add(text_list *list, char *text) {
    char **larger = text ? realloc(list->texts, (list->count + 2) * sizeof *larger) : NULL;
    if (larger == NULL) {
        free(text);
        return false;
    }
    list->texts = larger;
    larger[list->count++] = text;
    larger[list->count] = NULL;
    return true;
}

static void list_end(text_list *list) {
    for (size_t i = 0; i < list->count; i++) free(list->texts[i]);
    free(list->texts);
}

static bool list_add_string(text_list *list, ny_word word) {
    return list_add(list, strndup(ny_as_string(word)->bytes, ny_as_string(word)->byte_length));
}

static bool list_add_variable(text_list *list, const char *name, long value) {
    char text[64];
    snprintf(text, sizeof text, "%s=%ld", name, value);
    return list_add(list, strdup(text));
}

static bool begins(const char *text, const char *name, size_t length) {
    return strncmp(text, name, length) == 0 && text[length] == '=';
}

/* Whether the new environment says something else of an old variable. */
static bool is_replaced(const char *old, ny_word pairs) {
    if (begins(old, CHANNEL_VARIABLE, sizeof CHANNEL_VARIABLE - 1) ||
        begins(old, INHERITED_VARIABLE, sizeof INHERITED_VARIABLE - 1))
        return true;
    for (size_t i = 0; i < ny_array_count(pairs); i++) {
        const ny_string *pair = ny_as_string(ny_array_at(pairs, i));
        const char *equals = memchr(pair->bytes, '=', pair->byte_length);
        if (equals && begins(old, pair->bytes, (size_t)(equals - pair->bytes))) return true;
    }
    return false;
}

static bool make_environment(text_list *list, ny_word pairs, int channel, int inherited) {
    for (char **old = environ; *old; old++)
        if (!is_replaced(*old, pairs) && !list_add(list, strdup(*old))) return false;
    for (size_t i = 0; i < ny_array_count(pairs); i++)
        if (!list_add_string(list, ny_array_at(pairs, i))) return false;
    if (inherited >= 0 && !list_add_variable(list, INHERITED_VARIABLE, inherited)) return false;
    return list_add_variable(list, CHANNEL_VARIABLE, channel);
}

static bool make_arguments(text_list *list) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    if (!list_add(list, strdup(length > 0 ? path : "nyash"))) return false;
    ny_word words = ny_process_arguments();
    for (size_t i = 0; i < ny_array_count(words); i++)
        if (!list_add_string(list, ny_array_at(words, i))) return false;
    return true;
}

/* 0 or an errno. /proc/self/exe is this very program, also when its file has been replaced. A
   descriptor that is "duplicated" to its own number stays open in the new process. */
static int spawn(ny_worker_process *process, ny_word pairs, int channel, int inherited) {
    text_list arguments = {0}, environment = {0};
    posix_spawn_file_actions_t actions;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return code;
    if (!make_arguments(&arguments) || !make_environment(&environment, pairs, channel, inherited))
        code = ENOMEM;
    if (code == 0) code = posix_spawn_file_actions_adddup2(&actions, channel, channel);
    if (code == 0 && inherited >= 0)
        code = posix_spawn_file_actions_adddup2(&actions, inherited, inherited);
    pid_t pid = 0;
    if (code == 0)
        code = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, arguments.texts,
                           environment.texts);
    if (code == 0) process->pid = (int32_t)pid;
    posix_spawn_file_actions_destroy(&actions);
    list_end(&arguments);
    list_end(&environment);
    return code;
}

ny_word ny_worker_process_start(ny_word me, ny_word pairs, ny_word inherited) {
    ny_worker_process *process = process_of(me);
    if (process->pid != 0 || process->ended)
        return ny_throw_error("StateError", "this worker process was started already");
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
        return ny_throw_system(errno, "cannot start a worker process");
    ny_print_flush();
    int code = spawn(process, pairs, pair[1],
                     inherited == NY_NULL ? -1 : ny_socket_descriptor(ny_as_socket(inherited)));
    close(pair[1]);
    if (code != 0) {
        close(pair[0]);
        return ny_throw_system(code, "cannot start a worker process");
    }
#ifdef SYS_pidfd_open
    int end = (int)syscall(SYS_pidfd_open, process->pid, 0);
    if (end >= 0) {
        fcntl(end, F_SETFL, O_NONBLOCK);
        ny_descriptor_open(&process->end, end);
    }
#endif
    return adopted(pair[0], NY_SOCKET_CONNECTED);
}

/* ---- Its end --------------------------------------------------------------------------------- */

static bool has_ended(ny_worker_process *process) {
    if (process->ended || process->pid == 0) return true;
    int status = 0;
    pid_t found = waitpid(process->pid, &status, WNOHANG);
    if (found == 0 || (found < 0 && errno == EINTR)) return false;
    process->status = found > 0 ? status : 0;
    process->ended = true;
    process->pid = 0;
    ny_descriptor_close(&process->end);
    return true;
}

ny_word ny_worker_process_wait(ny_word me) {
    ny_worker_process *process = process_of(me);
    while (!has_ended(process)) {
        if (!process->end.open) {
            if (!ny_task_sleep(LOOK_PAUSE_MS)) return NY_ERROR;
            continue;
        }
        int code = ny_descriptor_wait_readable(&process->end, NY_NO_DEADLINE, "a worker process");
        if (code == NY_IO_CANCELLED) return ny_task_throw_cancelled();
        if (code != 0 && code != NY_IO_CLOSED) ny_descriptor_close(&process->end);
    }
    int status = process->status;
    return ny_from_integer(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

bool ny_worker_process_is_running(ny_word me) { return !has_ended(process_of(me)); }
int64_t ny_worker_process_pid(ny_word me) { return process_of(me)->pid; }

void ny_worker_process_kill(ny_word me) {
    if (!has_ended(process_of(me))) kill(process_of(me)->pid, SIGKILL);
}

void ny_worker_process_destroy(ny_box *box) {
    ny_descriptor_close(&((ny_worker_process *)(void *)box)->end);
}

/* ---- The other side -------------------------------------------------------------------------- */

/* The descriptor that a variable names, taken out of the environment; null without one. */
static ny_word taken(const char *variable, enum ny_socket_kind kind) {
    const char *text = getenv(variable);
    int fd = text ? atoi(text) : -1;
    if (fd < 3) return NY_NULL;
    unsetenv(variable);
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return NY_NULL;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return adopted(fd, kind);
}

ny_word ny_worker_process_channel(void) { return taken(CHANNEL_VARIABLE, NY_SOCKET_CONNECTED); }
ny_word ny_worker_process_inherited(void) { return taken(INHERITED_VARIABLE, NY_SOCKET_LISTENING); }
