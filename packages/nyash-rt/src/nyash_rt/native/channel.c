/* Channels; see channel.h. Declared by channel.nyash. */
#include "channel.h"

#include "heap.h"
#include "program.h"

#define CAPACITY_LIMIT ((int64_t)1 << 24)

extern const uint16_t ny_class_id_ChannelBox;

static ny_channel *channel_of(ny_word me) { return (ny_channel *)(void *)ny_as_box(me); }

/* For loop(value in channel). */
static ny_word next_value(ny_word me);

ny_word ny_channel_pack(ny_word me, int64_t capacity) {
    static bool provided;
    if (!provided) ny_iterator_provide(ny_class_id_ChannelBox, next_value);
    provided = true;
    ny_channel *channel = channel_of(me);
    if (channel->values != NULL) return NY_NULL; /* a child called our constructor twice */
    if (capacity < 0 || capacity > CAPACITY_LIMIT)
        return ny_throw_error("ArgumentError", "a channel holds 0 to %lld values, not %lld",
                              (long long)CAPACITY_LIMIT, (long long)capacity);
    channel->capacity = (uint32_t)capacity;
    channel->room = capacity > 0 ? (uint32_t)capacity : 1;
    channel->values = ny_memory_get(channel->room * sizeof(ny_word));
    return channel->values == NULL ? ny_heap_exhausted() : NY_NULL;
}

ny_word ny_channel_pack_direct(ny_word me) { return ny_channel_pack(me, 0); }

/* False: cancelled (thrown). The caller looks again at what it waits for. */
static bool wait_in(ny_wait_list *list, const char *what) {
    ny_waiter waiter = {0};
    ny_waiter_join(&waiter, list);
    enum ny_wake wake = ny_task_suspend(what);
    ny_waiter_leave(&waiter, list);
    if (NY_LIKELY(wake != NY_WAKE_CANCELLED)) return true;
    ny_task_throw_cancelled();
    return false;
}

static NY_COLD ny_word throw_closed(void) {
    return ny_throw_error("ChannelClosedError", "the channel is closed");
}

/* A sender that is cancelled before its value was taken takes it back: the channel without room
   holds no other. */
static void take_back(ny_channel *channel) {
    ny_word value = channel->values[channel->first];
    channel->count = 0;
    channel->sent--;
    ny_wait_list_wake(&channel->senders, NY_WAKE_EVENT); /* whose turn it is, is theirs to see */
    ny_release(value);
}

/* send and receive may be suspended while the last other reference goes: they hold the channel. */
static ny_word send(ny_channel *channel, ny_word value) {
    while (!channel->closed && channel->count == channel->room)
        if (!wait_in(&channel->senders, "room in a channel")) return NY_ERROR;
    if (channel->closed || channel->values == NULL) return throw_closed();
    channel->values[(channel->first + channel->count++) % channel->room] = ny_retain(value);
    uint64_t number = ++channel->sent;
    ny_wait_list_wake_one(&channel->receivers);
    while (channel->capacity == 0 && channel->taken < number && !channel->closed)
        if (!wait_in(&channel->senders, "the receiver of a value")) {
            if (channel->taken < number && !channel->closed) take_back(channel);
            return NY_ERROR;
        }
    return NY_NULL;
}

ny_word ny_channel_send(ny_word me, ny_word value) {
    ny_retain(me);
    ny_word result = send(channel_of(me), value);
    ny_release(me);
    return result;
}

bool ny_channel_try_send(ny_word me, ny_word value) {
    ny_channel *channel = channel_of(me);
    if (channel->closed || channel->values == NULL || channel->count == channel->room) return false;
    if (channel->capacity == 0 && channel->receivers.first == NULL) return false;
    channel->values[(channel->first + channel->count++) % channel->room] = ny_retain(value);
    channel->sent++;
    ny_wait_list_wake_one(&channel->receivers);
    return true;
}

/* `end` when it is closed and empty. */
static ny_word receive(ny_channel *channel, ny_word end) {
    while (channel->count == 0) {
        if (channel->closed || channel->values == NULL) return end;
        if (!wait_in(&channel->receivers, "a value in a channel")) return NY_ERROR;
    }
    ny_word value = channel->values[channel->first];
    channel->first = (channel->first + 1) % channel->room;
    channel->count--;
    channel->taken++;
    if (channel->capacity > 0)
        ny_wait_list_wake_one(&channel->senders);
    else
        ny_wait_list_wake(&channel->senders, NY_WAKE_EVENT); /* whose it was, and who is next */
    return value;
}

static ny_word receive_held(ny_word me, ny_word end) {
    ny_retain(me);
    ny_word value = receive(channel_of(me), end);
    ny_release(me);
    return value;
}

ny_word ny_channel_receive(ny_word me) { return receive_held(me, NY_NULL); }

static ny_word next_value(ny_word me) { return receive_held(me, NY_END); }

void ny_channel_close(ny_word me) {
    ny_channel *channel = channel_of(me);
    channel->closed = true;
    ny_wait_list_wake(&channel->senders, NY_WAKE_CLOSED);
    ny_wait_list_wake(&channel->receivers, NY_WAKE_CLOSED);
}

bool ny_channel_is_closed(ny_word me) { return channel_of(me)->closed; }

int64_t ny_channel_size(ny_word me) { return channel_of(me)->count; }

void ny_channel_destroy(ny_box *box) {
    ny_channel *channel = (ny_channel *)(void *)box;
    ny_channel_close(ny_from_box(box));
    ny_word *values = channel->values;
    uint32_t first = channel->first, count = channel->count, room = channel->room;
    channel->values = NULL;
    channel->count = 0;
    for (uint32_t i = 0; i < count; i++) ny_release(values[(first + i) % room]);
    ny_memory_free(values, room * sizeof *values);
}

void ny_channel_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    const ny_channel *channel = (const ny_channel *)(const void *)box;
    for (uint32_t i = 0; i < channel->count; i++)
        show(channel->values[(channel->first + i) % channel->room], context);
}
