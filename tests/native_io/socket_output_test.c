/* Output that waits for more: when it leaves, and that its order never changes. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "clock.h"
#include "host.h"
#include "socket_output.h"

static ny_word pair(ny_word *other) {
    ny_word host = text("localhost"), server = host_socket(), client = host_socket();
    CHECK(ny_socket_bind(server, host, 0) == NY_TRUE);
    CHECK(ny_socket_listen(server, 8) == NY_TRUE);
    CHECK(ny_socket_connect(client, host, ny_small(ny_socket_local_port(server))) == NY_TRUE);
    *other = ny_socket_accept(server);
    ny_release(server);
    ny_release(host);
    return client;
}

static bool defer(ny_word socket, const char *bytes, size_t count) {
    char *room = ny_socket_defer_room(ny_as_socket(socket), count);
    if (room == NULL) return false;
    memcpy(room, bytes, count);
    ny_socket_defer(ny_as_socket(socket), count);
    return true;
}

/* What has arrived, without waiting for more. */
static size_t arrived(ny_word socket, char *bytes, size_t room) {
    ssize_t count = recv(ny_socket_descriptor(ny_as_socket(socket)), bytes, room, MSG_DONTWAIT);
    return count > 0 ? (size_t)count : 0;
}

static void expect(ny_word socket, const char *expected) {
    char bytes[64] = "";
    size_t count = arrived(socket, bytes, sizeof bytes - 1);
    CHECK(count == strlen(expected) && memcmp(bytes, expected, count) == 0);
}

static void leaves_with_the_next_send(void) {
    ny_word client, server = pair(&client);
    CHECK(defer(server, "one ", 4) && defer(server, "two ", 4));
    CHECK(ny_socket_defers(ny_as_socket(server)));
    expect(client, "");
    CHECK(ny_socket_send(ny_as_socket(server), "three", 5, NY_NO_DEADLINE) == 5);
    CHECK(!ny_socket_defers(ny_as_socket(server)));
    expect(client, "one two three");
    CHECK(defer(server, "a", 1));
    CHECK(ny_socket_send_parts(ny_as_socket(server), "b", 1, "c", 1, NY_NO_DEADLINE) == 2);
    expect(client, "abc");
    CHECK(ny_socket_send_parts(ny_as_socket(server), NULL, 0, NULL, 0, NY_NO_DEADLINE) == 0);
    CHECK(defer(server, "d", 1));
    CHECK(ny_socket_send(ny_as_socket(server), NULL, 0, NY_NO_DEADLINE) == 0);
    expect(client, "d");
    ny_release(server);
    ny_release(client);
}

static void leaves_before_anybody_waits(void) {
    ny_word client, server = pair(&client);
    char byte;
    CHECK(defer(server, "held", 4));
    CHECK(ny_task_sleep(1)); /* a handler that is suspended */
    expect(client, "held");
    CHECK(defer(server, "read", 4));
    CHECK(ny_socket_receive(ny_as_socket(server), &byte, 1, ny_clock_after(1)) == NY_IO_TIMEOUT);
    expect(client, "read");
    CHECK(defer(server, "idle", 4));
    CHECK(ny_socket_wait_readable(ny_as_socket(server), ny_clock_after(1)) == NY_IO_TIMEOUT);
    expect(client, "idle");
    CHECK(defer(server, "shut", 4));
    CHECK(ny_socket_shutdown(server) == NY_TRUE);
    expect(client, "shut");
    ny_release(server);
    ny_release(client);
}

static void leaves_before_the_end(void) {
    ny_word client, server = pair(&client);
    CHECK(defer(server, "last words", 10));
    CHECK(ny_socket_close(server) == NY_TRUE);
    CHECK(ny_socket_defer_room(ny_as_socket(server), 1) == NULL);
    expect(client, "last words");
    ny_release(server);
    ny_release(client);
}

/* A client that does not read: the buffer fills and no more, and leaves when it reads again. */
static void waits_for_a_slow_reader(void) {
    ny_word client, server = pair(&client);
    static char block[8000];
    size_t put = 0;
    int refused = 0;
    for (int i = 0; i < 2000 && refused < 3; i++) {
        for (size_t at = 0; at < sizeof block; at++) block[at] = (char)('a' + (put + at) % 26);
        if (defer(server, block, sizeof block))
            put += sizeof block;
        else
            refused++;
        ny_socket_output_settle(ny_as_socket(server));
    }
    CHECK(refused == 3 && ny_socket_defers(ny_as_socket(server)));
    CHECK(ny_socket_defer_room(ny_as_socket(server), 1 << 20) == NULL);
    size_t taken = 0;
    for (int idle = 0; idle < 200 && taken < put; idle++) {
        size_t count;
        while ((count = arrived(client, block, sizeof block)) > 0) {
            for (size_t at = 0; at < count; at++)
                if (block[at] != 'a' + (char)((taken + at) % 26)) CHECK(!"in order");
            taken += count;
            idle = 0;
        }
        CHECK(ny_task_sleep(1));
    }
    CHECK(taken == put && !ny_socket_defers(ny_as_socket(server)));
    ny_release(server);
    ny_release(client);
}

static void is_dropped_with_a_broken_connection(void) {
    ny_word client, server = pair(&client);
    struct linger at_once = {1, 0};
    setsockopt(ny_socket_descriptor(ny_as_socket(client)), SOL_SOCKET, SO_LINGER, &at_once,
               sizeof at_once);
    CHECK(defer(server, "nobody reads this", 17));
    CHECK(ny_socket_close(client) == NY_TRUE);
    CHECK(ny_task_sleep(1));
    CHECK(!ny_socket_defers(ny_as_socket(server)));
    CHECK(ny_socket_send(ny_as_socket(server), "x", 1, ny_clock_after(100)) < 0);
    ny_release(server);
    ny_release(client);
}

ny_word run_tests(ny_word arguments) {
    (void)arguments;
    leaves_with_the_next_send();
    leaves_before_anybody_waits();
    leaves_before_the_end();
    waits_for_a_slow_reader();
    is_dropped_with_a_broken_connection();
    return NY_NULL;
}
