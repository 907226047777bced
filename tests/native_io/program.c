/* A program whose first argument says what it does; test_program.py looks at how it ends. */
#include <signal.h>

#include "array.h"
#include "clock.h"
#include "console.h"
#include "host.h"
#include "process.h"
#include "signal_handlers.h"

static ny_word say(const char *what) {
    ny_print_bytes(what, strlen(what));
    return NY_NULL;
}

static ny_word wait_for_ever(ny_word closure) { return ny_await(host_argument(closure)); }

static ny_word deadlock(void) {
    ny_word never = ny_from_box(ny_box_new_id(NY_CLASS_FUTURE));
    host_start(wait_for_ever, "Main.waiter", never);
    say("before\n");
    return ny_await(never);
}

/* The frames are different, so that the compiler makes no loop of them. */
static int __attribute__((noinline)) recurse(volatile char *above, int depth) {
    volatile char here[200];
    here[0] = above[0];
    return depth == 0 ? here[0] : recurse(here, depth + 1) + here[0];
}
static ny_word overflow(ny_word closure) {
    (void)closure;
    char start = 1;
    return ny_from_integer(recurse(&start, 1));
}

static ny_word overflow_in_task(void) {
    say("before\n");
    ny_word future = host_task(overflow, "Main.deep", NY_NULL);
    return ny_await(future);
}

static ny_word sleeper(ny_word closure) {
    if (ny_task_sleep(ny_small(host_argument(closure)))) return say("slept\n");
    return say("cancelled\n"), NY_ERROR;
}

static ny_word exits(ny_word closure) {
    (void)closure;
    return ny_process_exit(7);
}

static ny_word failing(ny_word closure) {
    (void)closure;
    return ny_throw_error("OddError", "odd");
}

static ny_word stopping(ny_word closure) {
    (void)closure;
    say("stopping\n");
    ny_socket_close(host_argument(closure));
    return NY_NULL;
}

static ny_word read_until_stop(ny_word closure) {
    ny_socket *socket = ny_as_socket(host_argument(closure));
    char byte;
    CHECK(ny_socket_wait_readable(socket, NY_NO_DEADLINE) == 1); /* it may: nobody has tried */
    CHECK(ny_socket_receive(socket, &byte, 1, ny_clock_ms()) == NY_IO_TIMEOUT);
    int code = ny_socket_wait_readable(socket, NY_NO_DEADLINE);
    return say(code == NY_IO_STOPPING ? "idle ends\n" : "no\n");
}

/* Waits for connections until a signal comes; one client is idle meanwhile. */
static ny_word serve(void) {
    ny_word server = host_socket(), host = text("127.0.0.1"), client = host_socket();
    ny_socket_bind(server, host, 0);
    ny_socket_listen(server, 8);
    ny_socket_connect(client, host, ny_small(ny_socket_local_port(server)));
    host_start(read_until_stop, "idle", client);
    ny_word closure = ny_closure_new((void *)stopping, 0, 1, "stopping");
    ny_as_closure(closure)->captures[0] = ny_retain(server);
    ny_process_on_stop(closure);
    ny_release(closure);
    say("serving\n");
    ny_word accepted = ny_socket_accept(server);
    CHECK(ny_socket_accept(server) == NY_NULL);
    ny_release(accepted);
    say(ny_worker_stopping() ? "stopped\n" : "closed\n");
    ny_release(server);
    ny_release(client);
    ny_release(host);
    return ny_from_integer(3);
}

/* Does not react to the first signal. */
static ny_word stubborn(void) {
    ny_word closure = ny_closure_new((void *)sleeper, 0, 1, "sleeper");
    ny_as_closure(closure)->captures[0] = ny_from_small(30000);
    ny_process_on_stop(closure);
    ny_release(closure);
    say("serving\n");
    ny_task_sleep(30000);
    return NY_NULL;
}

static ny_word echo_lines(void) {
    ny_word line;
    while ((line = ny_console_read_line()) != NY_NULL) {
        if (line == NY_ERROR) return NY_ERROR;
        ny_console_log(line);
        ny_release(line);
    }
    return NY_NULL;
}

static ny_word print_much(void) {
    for (int i = 0; i < 100000; i++) say("0123456789\n");
    return ny_from_integer(5);
}

ny_word run_tests(ny_word arguments) {
    host_tasks_go_on = true;
    if (ny_array_count(arguments) == 0) return NY_NULL;
    const char *what = ny_as_string(ny_array_at(arguments, 0))->bytes;
    if (!strcmp(what, "code")) return ny_from_integer(258);
    if (!strcmp(what, "uncaught")) return failing(NY_NULL);
    if (!strcmp(what, "deadlock")) return deadlock();
    if (!strcmp(what, "overflow")) return overflow(NY_NULL);
    if (!strcmp(what, "overflow-in-task")) return overflow_in_task();
    if (!strcmp(what, "unawaited")) return host_start(failing, "failing", NY_NULL), NY_NULL;
    if (!strcmp(what, "outlives-main"))
        return host_start(sleeper, "sleeper", ny_from_small(100)), say("main\n");
    if (!strcmp(what, "exit")) {
        host_start(sleeper, "sleeper", ny_from_small(5000));
        host_start(exits, "exits", NY_NULL);
        return ny_task_sleep(5000) ? NY_NULL : (say("main cancelled\n"), NY_ERROR);
    }
    if (!strcmp(what, "serve")) return serve();
    if (!strcmp(what, "stubborn")) return stubborn();
    if (!strcmp(what, "lines")) return echo_lines();
    if (!strcmp(what, "much")) return print_much();
    return ny_throw_error("ArgumentError", "%s", what);
}
