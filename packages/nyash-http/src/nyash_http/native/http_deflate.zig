//! The gzip format (RFC 1952) by the standard library of Zig, which comes with the compiler; see
//! http_gzip.h and http_gzip_stream.h. No allocation: the caller brings the memory for state and window,
//! aligned to 64.

const std = @import("std");
const flate = std.compress.flate;
const Writer = std.Io.Writer;

/// A failed check is a trap.
pub const panic = std.debug.no_panic;

fn options_of(level: c_int) flate.Compress.Options {
    return switch (level) {
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
}

/// Apart, and in one place: what `init` gives is 130 KB on the way to where it belongs, and a task's stack
/// has 256.
noinline fn begin(compress: *flate.Compress, out: *Writer, window: []u8, level: c_int) bool {
    compress.* = flate.Compress.init(out, window, .gzip, options_of(level)) catch return false;
    return true;
}

// ---- Whole bodies --------------------------------------------------------------------------------

const State = struct {
    compress: flate.Compress,
    window: [flate.max_window_len]u8,
};

export fn ny_http_deflate_memory() usize {
    return @sizeOf(State);
}

/// The number of bytes written, or 0 where `room` does not suffice.
export fn ny_http_deflate_gzip(
    out: [*]u8,
    room: usize,
    in: [*]const u8,
    count: usize,
    level: c_int,
    memory: *align(64) anyopaque,
) usize {
    const state: *State = @ptrCast(memory);
    var writer: Writer = .fixed(out[0..room]);
    if (!begin(&state.compress, &writer, &state.window, level)) return 0;
    state.compress.writer.writeAll(in[0..count]) catch return 0;
    state.compress.finish() catch return 0;
    return writer.end;
}

// ---- Piece by piece ------------------------------------------------------------------------------

const Sink = *const fn (context: ?*anyopaque, bytes: [*]const u8, count: usize) callconv(.c) bool;

/// A piece of usual size leaves in one.
const out_room = 16 << 10;

const Stream = struct {
    compress: flate.Compress,
    window: [flate.max_window_len]u8,
    out: Writer,
    out_bytes: [out_room]u8,
    sink: Sink,
    context: ?*anyopaque,

    fn put(stream: *Stream, bytes: []const u8) Writer.Error!void {
        if (bytes.len > 0 and !stream.sink(stream.context, bytes.ptr, bytes.len))
            return error.WriteFailed;
    }

    fn drain(out: *Writer, data: []const []const u8, splat: usize) Writer.Error!usize {
        const stream: *Stream = @alignCast(@fieldParentPtr("out", out));
        try stream.put(out.buffered());
        out.end = 0;
        var taken: usize = 0;
        for (data, 1..) |bytes, number| {
            const times = if (number == data.len) splat else 1;
            for (0..times) |_| try stream.put(bytes);
            taken += bytes.len * times;
        }
        return taken;
    }
};

export fn ny_http_deflate_stream_memory() usize {
    return @sizeOf(Stream);
}

export fn ny_http_deflate_stream_begin(
    memory: *align(64) anyopaque,
    level: c_int,
    sink: Sink,
    context: ?*anyopaque,
) bool {
    const stream: *Stream = @ptrCast(memory);
    stream.sink = sink;
    stream.context = context;
    stream.out = .{ .vtable = &.{ .drain = Stream.drain }, .buffer = &stream.out_bytes };
    return begin(&stream.compress, &stream.out, &stream.window, level);
}

export fn ny_http_deflate_stream_write(memory: *align(64) anyopaque, in: [*]const u8, count: usize) bool {
    const stream: *Stream = @ptrCast(memory);
    stream.compress.writer.writeAll(in[0..count]) catch return false;
    stream.compress.writer.flush() catch return false;
    stream.out.flush() catch return false;
    return true;
}

export fn ny_http_deflate_stream_end(memory: *align(64) anyopaque) bool {
    const stream: *Stream = @ptrCast(memory);
    stream.compress.finish() catch return false;
    stream.out.flush() catch return false;
    return true;
}
