/* http_server.c: see http_server.h. */
#include "http_server.h"

#include "http_request_box.h"
#include "http_socket.h"

static ny_http_server *server_of(ny_word me) { return (ny_http_server *)ny_as_box(me); }

/* ---- The queue ------------------------------------------------------------------------------- */

/* Starts a task, unless one that was started has not begun yet. Without memory for it the queue
   waits for the next arrival. */
static void start_worker(ny_http_server *server) {
    if (server->starting || !server->worker) return;
    ny_word future = ny_task_spawn(server->worker);
    if (!future) {
        ny_release(ny_error_take());
        return;
    }
    ny_release(future);
    server->starting = true;
}

static void enqueue(ny_http_connection *connection) {
    ny_http_server *server = connection->server;
    connection->place = NY_HTTP_QUEUED;
    connection->queued = NULL;
    if (server->ready_first)
        server->ready_last->queued = connection;
    else
        server->ready_first = connection;
    server->ready_last = connection;
}

/* A batch is answered at a stretch: its bytes are in the cache, and its answers leave in one write.
   After so many requests others have their turn. */
#define MOST_TURNS 64

static void enqueue_again(ny_http_connection *connection) {
    ny_http_server *server = connection->server;
    if (++connection->turns % MOST_TURNS == 0 || !server->ready_first) {
        enqueue(connection);
        return;
    }
    connection->place = NY_HTTP_QUEUED;
    connection->queued = server->ready_first;
    server->ready_first = connection;
}

static ny_http_connection *dequeue(ny_http_server *server) {
    ny_http_connection *connection = server->ready_first;
    if (!connection) return NULL;
    server->ready_first = connection->queued;
    connection->place = NY_HTTP_BUSY;
    return connection;
}

static void told(void *state, int code) {
    ny_http_connection *connection = state;
    if (code == NY_IO_TIMEOUT) connection->late = true;
    enqueue(connection);
    start_worker(connection->server);
}

/* ---- Connections ----------------------------------------------------------------------------- */

/* Takes it out of the server and closes it, once. It is not queued. */
static void end_connection(ny_http_connection *connection) {
    ny_http_server *server = connection->server;
    ny_socket *socket = connection->socket;
    if (!server) return;
    *connection->link = connection->next;
    if (connection->next) connection->next->link = connection->link;
    connection->server = NULL;
    connection->settings = ny_http_settings_get();
    server->count--;
    ny_word box = connection->owned;
    connection->owned = NY_NULL;
    if (socket) ny_socket_shut(socket);
    ny_release(box);
    ny_http_connection_release(connection);
}

static void park(ny_http_connection *connection) {
    connection->place = NY_HTTP_PARKED;
    if (!ny_socket_watch(connection->socket, connection->deadline, told)) enqueue(connection);
}

ny_word ny_http_server_add(ny_word me, ny_word socket) {
    ny_http_server *server = server_of(me);
    if (server->stopping || !server->worker || server->count >= server->most) {
        ny_socket_shut(ny_as_socket(socket));
        return NY_FALSE;
    }
    ny_http_connection *connection = ny_http_connection_of(ny_as_socket(socket));
    if (!connection) return NY_ERROR;
    ny_http_connection_hold(connection);
    connection->server = server;
    if (server->settings) connection->settings = server->settings;
    connection->owned = ny_retain(socket);
    connection->next = server->all;
    connection->link = &server->all;
    if (server->all) server->all->link = &connection->next;
    server->all = connection;
    server->count++;
    enqueue(connection); /* most clients have sent their first request already */
    start_worker(server);
    return NY_TRUE;
}

/* ---- Settings -------------------------------------------------------------------------------- */

/* NULL: thrown. */
static ny_http_settings *settings_of(ny_http_server *server) {
    if (server->settings) return server->settings;
    server->settings = ny_memory_get(sizeof *server->settings);
    if (server->settings)
        *server->settings = *ny_http_settings_get();
    else
        ny_throw_error("OutOfMemoryError", "no memory for a server's settings");
    return server->settings;
}

ny_word ny_http_server_limit(ny_word me, ny_word name, int64_t value) {
    ny_http_settings *settings = settings_of(server_of(me));
    return settings && ny_http_settings_set(settings, name, value) ? NY_NULL : NY_ERROR;
}

ny_word ny_http_server_gzip(ny_word me, int64_t level, int64_t least) {
    ny_http_settings *settings = settings_of(server_of(me));
    return settings && ny_http_settings_gzip(settings, level, least) ? NY_NULL : NY_ERROR;
}

ny_word ny_http_server_stream_body(ny_word me, ny_word pattern) {
    ny_http_settings *settings = settings_of(server_of(me));
    if (!settings) return NY_ERROR;
    if (!settings->streamed) settings->streamed = ny_array_empty();
    if (!settings->streamed) return NY_ERROR;
    return ny_array_append(settings->streamed, ny_retain(pattern)) ? NY_NULL : NY_ERROR;
}

static void drop_settings(ny_http_server *server) {
    if (!server->settings) return;
    if (server->settings->streamed) ny_release(server->settings->streamed);
    ny_memory_free(server->settings, sizeof *server->settings);
    server->settings = NULL;
}

/* ---- Work ------------------------------------------------------------------------------------ */

ny_word ny_http_server_open(ny_word me, ny_word worker, int64_t most) {
    ny_http_server *server = server_of(me);
    if (server->worker) return ny_throw_error("StateError", "the server is running already");
    server->worker = ny_retain(worker);
    server->most = most;
    server->stopping = server->draining = false;
    return NY_NULL;
}

void ny_http_server_begin(ny_word me) { server_of(me)->starting = false; }

ny_word ny_http_server_next(ny_word me) {
    ny_http_server *server = server_of(me);
    for (;;) {
        ny_http_connection *connection = dequeue(server);
        if (!connection) return NY_NULL;
        if (server->ready_first) start_worker(server);
        ny_http_connection_hold(connection);
        enum ny_http_outcome outcome = ny_http_connection_poll(connection);
        ny_word request = NY_NULL;
        if (outcome == NY_HTTP_READY) {
            request = ny_http_request_box_new(connection);
            if (request) ny_http_connection_take(connection);
        } else if (outcome == NY_HTTP_WAITING && connection->server &&
                   !(server->stopping && !connection->input)) {
            park(connection);
        } else {
            end_connection(connection);
        }
        if (!request) end_connection(connection);
        ny_http_connection_release(connection);
        if (request != NY_NULL) return request;
    }
}

ny_word ny_http_server_answer(ny_word me, ny_word request, ny_word response) {
    ny_http_server *server = server_of(me);
    ny_http_connection *connection =
        ((ny_http_request_box *)ny_as_box(request))->connection;
    if (!connection || connection->server != server || connection->place != NY_HTTP_BUSY)
        return NY_FALSE;
    ny_http_connection_hold(connection);
    connection->closing = server->draining;
    server->requests++;
    ny_word outcome = connection->socket
                          ? ny_http_send_response(ny_from_box(connection->socket), response)
                          : NY_FALSE;
    if (NY_UNLIKELY(connection->unanswered) && outcome != NY_ERROR && connection->socket) {
        /* RFC 9110 section 15.2: only an interim response has left, the client waits for another. */
        outcome = ny_throw_error("StateError", "a status below 200 is no final response");
    } else if (outcome == NY_TRUE && connection->server) {
        if (connection->input && connection->input->filled > connection->start)
            enqueue_again(connection);
        else
            ny_http_connection_rest(connection), park(connection);
    } else if (outcome != NY_ERROR || !connection->unanswered || !connection->socket) {
        end_connection(connection);
    } /* else nothing was sent: the caller answers with another response */
    ny_http_connection_release(connection);
    return outcome;
}

void ny_http_server_drop(ny_word me, ny_word request) {
    ny_http_connection *connection =
        ((ny_http_request_box *)ny_as_box(request))->connection;
    if (connection && connection->server == server_of(me) && connection->place == NY_HTTP_BUSY)
        end_connection(connection);
}

/* ---- The end --------------------------------------------------------------------------------- */

static void end_all(ny_http_server *server, bool only_idle) {
    ny_http_connection *connection = server->all;
    while (connection) {
        ny_http_connection *next = connection->next;
        if (!only_idle) connection->place = NY_HTTP_BUSY;
        if (!only_idle || (connection->place == NY_HTTP_PARKED && !connection->input))
            end_connection(connection);
        connection = next;
    }
}

void ny_http_server_drain(ny_word me) { server_of(me)->draining = true; }

int64_t ny_http_server_requests(ny_word me) { return server_of(me)->requests; }

void ny_http_server_stop(ny_word me) {
    server_of(me)->stopping = server_of(me)->draining = true;
    end_all(server_of(me), true);
}

void ny_http_server_close(ny_word me) {
    ny_http_server *server = server_of(me);
    server->stopping = true;
    server->ready_first = NULL;
    end_all(server, false);
    ny_word worker = server->worker;
    server->worker = 0;
    if (worker) ny_release(worker);
}

void ny_http_server_destroy(ny_box *box) {
    ny_http_server_close(ny_from_box(box));
    drop_settings((ny_http_server *)box);
}

void ny_http_server_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    ny_http_server *server = (ny_http_server *)box;
    if (server->worker) show(server->worker, context);
}

int64_t ny_http_server_count(ny_word me) { return server_of(me)->count; }
