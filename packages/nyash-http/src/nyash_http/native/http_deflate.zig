//! The gzip format (RFC 1952) by the standard library of Zig, which comes with the compiler; see
//! http_gzip.h. No allocation: the caller brings the memory for state and window.

const std = @import("std");
const flate = std.compress.flate;

/// A failed check is a trap.
pub const panic = std.debug.no_panic;

const State = struct {
    compress: flate.Compress,
    window: [flate.max_window_len]u8,
};

export fn ny_http_deflate_memory() usize {
    return @sizeOf(State);
}

/// The number of bytes written, or 0 where `room` does not suffice. `memory` is aligned to 64.
export fn ny_http_deflate_gzip(
    out: [*]u8,
    room: usize,
    in: [*]const u8,
    count: usize,
    level: c_int,
    memory: *align(64) anyopaque,
) usize {
    const state: *State = @ptrCast(memory);
    var writer: std.Io.Writer = .fixed(out[0..room]);
    const options: flate.Compress.Options = switch (level) {
        1 => .level_1,
        2 => .level_2,
        3 => .level_3,
        4 => .level_4,
        5 => .level_5,
        6 => .level_6,
        7 => .level_7,
        8 => .level_8,
        else => .level_9,
    };
    state.compress = flate.Compress.init(&writer, &state.window, .gzip, options) catch return 0;
    state.compress.writer.writeAll(in[0..count]) catch return 0;
    state.compress.finish() catch return 0;
    return writer.end;
}
