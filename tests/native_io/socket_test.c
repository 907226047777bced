/* Sockets on the loopback. */
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "clock.h"
#include "host.h"
#include "string_box.h"

static ny_word host_name;

static ny_word listening(int64_t *port) {
    ny_word server = host_socket();
    CHECK(ny_socket_bind(server, host_name, 0) == NY_TRUE);
    CHECK(!ny_socket_is_server(server));
    CHECK(ny_socket_listen(server, 128) == NY_TRUE);
    CHECK(ny_socket_is_server(server));
    *port = ny_small(ny_socket_local_port(server));
    return server;
}

static ny_word connected(int64_t port) {
    ny_word client = host_socket();
    CHECK(ny_socket_connect(client, host_name, port) == NY_TRUE);
    return client;
}

/* Both ends of a connection. */
static ny_word pair(ny_word *other) {
    int64_t port;
    ny_word server = listening(&port), client = connected(port);
    *other = ny_socket_accept(server);
    ny_release(server);
    return client;
}

/* ---- Echo ------------------------------------------------------------------------------------ */

static ny_word echo(ny_word closure) {
    ny_socket *client = ny_as_socket(host_argument(closure));
    char bytes[256];
    ptrdiff_t count;
    while ((count = ny_socket_receive(client, bytes, sizeof bytes, NY_NO_DEADLINE)) > 0)
        CHECK(ny_socket_send(client, bytes, (size_t)count, NY_NO_DEADLINE) == count);
    CHECK(count == 0);
    return NY_NULL;
}

static ny_word accepting(ny_word closure) {
    for (;;) {
        ny_word client = ny_socket_accept(host_argument(closure));
        if (client == NY_NULL) return NY_NULL;
        if (client == NY_ERROR) return NY_ERROR;
        host_start(echo, "echo", client);
        ny_release(client);
    }
}

static int64_t echo_port;
static ny_word asking(ny_word closure) {
    ny_word client = connected(echo_port);
    char question[32], answer[32];
    for (int i = 0; i < 50; i++) {
        int length = snprintf(question, sizeof question, "%d:%d",
                              (int)ny_small(host_argument(closure)), i);
        CHECK(ny_socket_send(ny_as_socket(client), question, (size_t)length, NY_NO_DEADLINE) ==
              length);
        CHECK(ny_socket_receive(ny_as_socket(client), answer, sizeof answer,
                                ny_clock_after(5000)) == length);
        CHECK(memcmp(question, answer, (size_t)length) == 0);
    }
    ny_release(client);
    return NY_NULL;
}

static void two_hundred_clients(void) {
    ny_word server = listening(&echo_port);
    ny_word acceptor = host_task(accepting, "accepting", server);
    ny_word futures[200];
    for (int i = 0; i < 200; i++) futures[i] = host_task(asking, "asking", ny_from_small(i));
    for (int i = 0; i < 200; i++) {
        CHECK_TEXT(ny_await(futures[i]), "null");
        ny_release(futures[i]);
    }
    CHECK(ny_socket_close(server) == NY_TRUE);
    CHECK_TEXT(ny_await(acceptor), "null"); /* the close woke it */
    CHECK(ny_socket_accept(server) == NY_NULL);
    ny_release(acceptor);
    ny_release(server);
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void write_text(ny_word socket, const char *bytes) {
    ny_word content = text(bytes);
    CHECK(ny_socket_write(socket, content) == NY_TRUE);
    ny_release(content);
}

static void reading_text(void) {
    ny_word client, server = pair(&client);
    write_text(server, "one\r\ntwo\n\nlast");
    CHECK_TEXT(ny_socket_read_line(client), "one");
    CHECK_TEXT(ny_socket_read_line(client), "two");
    CHECK_TEXT(ny_socket_read_line(client), "");
    CHECK_TEXT(ny_socket_read_some(client, 2), "la");
    CHECK_TEXT(ny_socket_read_exact(client, 1), "s");
    CHECK_TEXT(ny_socket_recv_timeout(client, 20), "t");
    CHECK_TEXT(ny_socket_recv_timeout(client, 20), "");
    /* A character that comes in two parts is not torn. */
    send(ny_socket_descriptor(ny_as_socket(server)), "a\xe2\x82", 3, 0);
    CHECK_TEXT(ny_socket_read(client), "a");
    CHECK_TEXT(ny_socket_recv_timeout(client, 10), "");
    send(ny_socket_descriptor(ny_as_socket(server)), "\xac!", 2, 0);
    CHECK_TEXT(ny_socket_read(client), "\xe2\x82\xac!");
    write_text(server, "ends");
    CHECK(ny_socket_shutdown(server) == NY_TRUE);
    CHECK_THROWS(ny_socket_read_exact(client, 10), "IOError", "after 4 of 10");
    CHECK_TEXT(ny_socket_read_line(client), "ends");
    CHECK(ny_socket_read(client) == NY_NULL);
    CHECK(ny_socket_read_line(client) == NY_NULL);
    CHECK(ny_socket_read_exact(client, 3) == NY_NULL);
    CHECK(ny_socket_read_bytes(client, 3) == NY_NULL);
    CHECK(ny_socket_is_disconnected(client));
    CHECK(ny_socket_is_connected(server));
    ny_release(client);
    CHECK(ny_socket_is_disconnected(server));
    ny_release(server);
}

static ny_word sending_much(ny_word closure) {
    static char block[3 << 20];
    memset(block, 'x', sizeof block);
    return ny_from_integer(ny_socket_send(ny_as_socket(host_argument(closure)), block,
                                          sizeof block, ny_clock_after(5000)));
}

/* More than the buffers of the connection hold: the sender waits for room. */
static void more_than_fits(void) {
    ny_word client, server = pair(&client);
    ny_word future = host_task(sending_much, "sending_much", server);
    size_t total = 0;
    static char bytes[100000];
    while (total < 3 << 20) {
        ptrdiff_t count =
            ny_socket_receive(ny_as_socket(client), bytes, sizeof bytes, ny_clock_after(5000));
        if (count <= 0) break;
        total += (size_t)count;
    }
    CHECK(total == 3 << 20);
    CHECK_TEXT(ny_await(future), "3145728");
    ny_release(future);
    ny_release(server);
    ny_release(client);
}

/* ---- Deadlines, closing, cancelling ---------------------------------------------------------- */

static void deadlines(void) {
    ny_word client, server = pair(&client);
    ny_socket *socket = ny_as_socket(client);
    char byte;
    for (int i = 1; i <= 3; i++) {
        int64_t begin = ny_clock_after(0);
        CHECK(ny_socket_receive(socket, &byte, 1, begin + 20 * i) == NY_IO_TIMEOUT);
        int64_t elapsed = ny_clock_after(0) - begin;
        CHECK(elapsed >= 20 * i && elapsed < 20 * i + 2000);
    }
    /* A long wait that ends early leaves its timer; a short one after it is still on time. */
    write_text(server, "x");
    CHECK(ny_socket_receive(socket, &byte, 1, ny_clock_after(60000)) == 1);
    int64_t begin = ny_clock_after(0);
    CHECK(ny_socket_receive(socket, &byte, 1, begin + 15) == NY_IO_TIMEOUT);
    CHECK(ny_clock_after(0) - begin < 2000);
    CHECK(ny_socket_set_timeout(client, 15) == NY_TRUE);
    CHECK_THROWS(ny_socket_read(client), "IOError", "no answer in time");
    ny_release(client);
    ny_release(server);
    int64_t port;
    server = listening(&port);
    CHECK(ny_socket_accept_timeout(server, 10) == NY_NULL);
    ny_release(server);
}

static ny_word receiving(ny_word closure) {
    char bytes[8];
    return ny_from_integer(ny_socket_receive(ny_as_socket(host_argument(closure)), bytes,
                                             sizeof bytes, ny_clock_after(5000)));
}

static int states_freed;
static void free_state(void *state) { states_freed += *(int *)state; }

static void closing_while_waiting(void) {
    ny_word client, server = pair(&client);
    static int one = 1;
    ny_socket_set_state(ny_as_socket(client), &one, free_state);
    ny_word first = host_task(receiving, "receiving", client);
    ny_word second = host_task(receiving, "receiving", client);
    CHECK(ny_task_yield());
    CHECK(ny_fini(client) == NY_NULL);
    CHECK(ny_fini(client) == NY_NULL);
    CHECK_TEXT(ny_await(first), "-9"); /* NY_IO_CLOSED */
    CHECK_TEXT(ny_await(second), "-9");
    CHECK(states_freed == 1);
    CHECK(ny_socket_descriptor(ny_as_socket(client)) == -1);
    ny_release(first);
    ny_release(second);

    first = host_task(receiving, "receiving", server);
    CHECK(ny_task_yield());
    ny_future_cancel(first);
    CHECK_TEXT(ny_await(first), "0"); /* the peer had left; the cancellation came too late */
    ny_release(first);
    ny_release(client);
    ny_release(server);

    server = pair(&client);
    first = host_task(receiving, "receiving", server);
    CHECK(ny_task_yield());
    ny_future_cancel(first);
    CHECK_TEXT(ny_await(first), "-125"); /* NY_IO_CANCELLED */
    ny_release(first);
    ny_release(client);
    ny_release(server);
}

/* ---- Errors ---------------------------------------------------------------------------------- */

static void errors(void) {
    int64_t port;
    ny_word server = listening(&port), other = host_socket();
    CHECK_THROWS(ny_socket_bind(other, host_name, port), "IOError", "use");
    CHECK_THROWS(ny_socket_bind(other, host_name, 70000), "IOError", "70000 is no port");
    CHECK_THROWS(ny_socket_listen(other, 1), "IOError", "bind");
    CHECK_THROWS(ny_socket_accept(other), "IOError", "does not listen");
    CHECK_THROWS(ny_socket_read(other), "IOError", "cannot read from");
    CHECK_THROWS(ny_socket_write(other, host_name), "IOError", "cannot write to");
    CHECK_THROWS(ny_socket_bind(server, host_name, 0), "IOError", "in use");
    ny_release(server);
    CHECK_THROWS(ny_socket_connect(other, host_name, port), "IOError", "refused");
    CHECK(!ny_socket_is_connected(other));
    CHECK(ny_socket_close(other) == NY_TRUE);
    ny_word name = text("no-such-host.invalid");
    CHECK_THROWS(ny_socket_connect(other, name, 1), "IOError", "no-such-host.invalid");
    ny_release(name);
    ny_release(other);
}

static void addresses(void) {
    ny_word client, server = pair(&client);
    int on = 0;
    socklen_t bytes = sizeof on;
    getsockopt(ny_socket_descriptor(ny_as_socket(client)), IPPROTO_TCP, TCP_NODELAY, &on, &bytes);
    CHECK(on != 0); /* inherited from the listening one */
    ny_word mine = ny_socket_local_address(client), peer = ny_socket_peer_address(server);
    CHECK(ny_string_equal(mine, peer));
    ny_release(mine);
    ny_release(peer);
    ny_release(client);
    ny_release(server);
    ny_word six = text("::1"), socket = host_socket();
    if (ny_socket_bind(socket, six, 0) == NY_TRUE) {
        ny_word address = ny_socket_local_address(socket);
        CHECK(memcmp(ny_as_string(address)->bytes, "[::1]:", 6) == 0);
        ny_release(address);
    } else {
        ny_release(ny_caught()); /* a machine without IPv6 */
    }
    ny_release(six);
    ny_release(socket);
}

static ny_word connecting(ny_word closure) {
    ny_word client = connected(ny_small(host_argument(closure)));
    CHECK(ny_task_sleep(30));
    return client;
}

/* Without descriptors accepting rests, and goes on when there are some again. */
static void no_descriptors(void) {
    int64_t port;
    ny_word server = listening(&port);
    ny_word client = host_task(connecting, "connecting", ny_from_small(port));
    CHECK(ny_task_sleep(5));
    struct rlimit before, none;
    getrlimit(RLIMIT_NOFILE, &before);
    none = before;
    none.rlim_cur = 1;
    setrlimit(RLIMIT_NOFILE, &none);
    CHECK(ny_socket_accept_timeout(server, 30) == NY_NULL);
    setrlimit(RLIMIT_NOFILE, &before);
    ny_word accepted = ny_socket_accept_timeout(server, 1000);
    CHECK(ny_socket_is_connected(accepted));
    ny_release(accepted);
    ny_word socket = ny_await(client);
    ny_release(socket);
    ny_release(client);
    ny_release(server);
}

ny_word run_tests(ny_word arguments) {
    (void)arguments;
    host_name = text("localhost");
    two_hundred_clients();
    reading_text();
    more_than_fits();
    deadlines();
    closing_while_waiting();
    errors();
    addresses();
    no_descriptors();
    ny_release(host_name);
    return NY_NULL;
}
