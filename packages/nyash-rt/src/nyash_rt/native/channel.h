/* channel.h: ChannelBox, values from task to task in the order they were sent.

   A ring of `room` values. With capacity 0 it has room for one, and a sender waits until its value
   has been taken. */
#ifndef NYASH_CHANNEL_H
#define NYASH_CHANNEL_H

#include "task.h"

typedef struct ny_channel {
    ny_box box;
    ny_word *values; /* owned references at [first, first + count) modulo room */
    uint32_t first, count, room;
    uint32_t capacity;
    uint64_t sent, taken; /* since it was made */
    ny_wait_list senders, receivers;
    bool closed;
    bool reserved[7];
} ny_channel;

/* Natives of channel.nyash. */
ny_word ny_channel_pack(ny_word me, int64_t capacity);
ny_word ny_channel_pack_direct(ny_word me); /* capacity 0 */
ny_word ny_channel_send(ny_word me, ny_word value);
bool ny_channel_try_send(ny_word me, ny_word value); /* false: it would have to wait */
ny_word ny_channel_receive(ny_word me); /* null once it is closed and empty */
void ny_channel_close(ny_word me);
bool ny_channel_is_closed(ny_word me);
int64_t ny_channel_size(ny_word me);
void ny_channel_destroy(ny_box *box);
void ny_channel_visit(ny_box *box, void (*show)(ny_word, void *), void *context);

#endif
