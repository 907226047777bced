#include "class.h"
#include "closure.h"
#include "host.h"
#include "report.h"

static ny_word I(int64_t i) { return ny_box_integer(i); }

static void traces_travel_with_errors(void) {
    ny_throw_error("IOError", "cannot open %s", "a.txt");
    ny_trace_add(1);
    ny_trace_add(0);
    ny_word error = ny_caught();
    CHECK(ny_caught() == NY_ERROR);
    CHECK(ny_error_is(error, "IOError", 0) && ny_error_is(error, "ErrorBox", NY_CLASS_ERROR));
    CHECK(ny_error_is(error, "Error", 0) && !ny_error_is(error, "TypeError", 0));
    CHECK_TEXT(ny_error_stack_trace(error),
               "    at Angry.fini (test.nyash:7)\n    at Main.main (test.nyash:1)");
    CHECK_TEXT(ny_retain(*ny_error_field(error, NY_ERROR_STACK_TRACE)),
               "    at Angry.fini (test.nyash:7)\n    at Main.main (test.nyash:1)");
    CHECK_TEXT(ny_retain(error), "IOError: cannot open a.txt");
    CHECK_TEXT(ny_error_type(error), "IOError");
    CHECK(ny_throw_again(error) == NY_ERROR && ny_pending.trace.count == 2);
    ny_trace_add(0);
    error = ny_caught();
    CHECK(((ny_error *)ny_as_box(error))->trace_count == 3);
    ny_throw(error);
    CHECK(ny_pending.trace.count == 0);
    for (int i = 0; i < 1000; i++) ny_trace_add(0);
    error = ny_caught();
    CHECK(((ny_error *)ny_as_box(error))->trace_room == NY_TRACE_LIMIT);
    ny_word trace = ny_error_stack_trace(error);
    CHECK(strstr(ny_as_string(trace)->bytes, "and 936 more calls") != NULL);
    ny_release(trace);
    ny_release(error);
}

static void anything_can_be_thrown(void) {
    ny_throw(text("a text"));
    ny_trace_add(0);
    ny_word error = ny_caught();
    CHECK(ny_error_is(error, "StringBox", NY_CLASS_STRING));
    CHECK(ny_throw_again(error) == NY_ERROR && ny_pending.trace.count == 1);
    error = ny_caught();
    ny_release(error);
    ny_word mine = host_new(HOST_MY_ERROR), message = text("my message");
    CHECK(ny_error_pack(mine, message) == NY_NULL);
    ny_release(message);
    ny_throw(mine);
    mine = ny_caught();
    CHECK(ny_error_is(mine, "MyError", HOST_MY_ERROR) && ny_error_is(mine, "x", NY_CLASS_ERROR));
    CHECK_TEXT(ny_any_type(mine), "MyError");
    CHECK_TEXT(mine, "MyError: my message");
    CHECK_THROWS(ny_throw_system(2, "opening %s", "x"), "IOError", "opening x: No such file");
}

static void missing_members_say_why(void) {
    ny_word point = host_new(HOST_POINT);
    CHECK_THROWS(ny_method_missing(NY_NULL, "length", 0), "NullError", "`length` of null");
    CHECK_THROWS(ny_method_missing(point, "length", 2), "ArgumentError",
                 "Point.length takes 0 arguments, not 2");
    CHECK_THROWS(ny_method_missing(point, "len", 0), "MethodNotFoundError", "no method `len`");
    CHECK_THROWS(ny_method_missing(I(1), "pow", 0), "ArgumentError", "takes 1 argument, not 0");
    CHECK_THROWS(ny_member_missing(NY_NULL, "x"), "NullError", "`x` of null");
    CHECK_THROWS(ny_member_missing(point, "z"), "MethodNotFoundError", "`z`");
    CHECK_THROWS(ny_check_failed(point, "IntegerBox", "argument `port` of SocketBox.bind"),
                 "TypeError", "argument `port` of SocketBox.bind: expected Integer, got Point");
    ny_fini(point);
    CHECK_THROWS(ny_method_missing(point, "length", 0), "UseAfterFiniError", "Point");
    ny_release(point);
    ny_word source = text("a == b"), left = text("x");
    CHECK_THROWS(ny_assert_failed(source, left, I(3), NY_NULL), "AssertionError",
                 "assert(a == b); left is \"x\", right is 3");
    CHECK_THROWS(ny_assert_failed(source, NY_NULL, NY_NULL, left), "AssertionError",
                 "x: assert(a == b)");
    ny_release(source);
    ny_release(left);
}

static ny_word sum(ny_word self, ny_word a, ny_word b) {
    return ny_add(ny_as_closure(self)->captures[0], ny_add(a, b));
}

static ny_word method(ny_word me, ny_word a) {
    CHECK(ny_class_id_of(me) == HOST_POINT);
    return ny_retain(a);
}

static void functions_are_called(void) {
    ny_word closure = ny_closure_new((void *)sum, 2, 1, "sum");
    ny_as_closure(closure)->captures[0] = I(100);
    ny_word arguments[] = {I(1), I(2)};
    CHECK_TEXT(ny_call(closure, 2, arguments), "103");
    CHECK_THROWS(ny_call(closure, 1, arguments), "ArgumentError", "sum takes 2 arguments, not 1");
    CHECK_THROWS(ny_call_slow(I(5), 1, arguments), "TypeError", "Integer is not a function");
    CHECK_TEXT(ny_retain(closure), "<Function sum>");
    CHECK(ny_closure_arity(closure) == 2);
    ny_release(closure);
    ny_word bound = ny_bound_method(host_new(HOST_POINT), (void *)method, 1, "Point.method");
    CHECK_TEXT(ny_call(bound, 1, arguments), "1");
    CHECK(ny_closure_arity(bound) == 1);
    CHECK_THROWS(ny_call(bound, 2, arguments), "ArgumentError", "Point.method takes 1 argument");
    ny_release(bound);
    ny_word cell = ny_cell_new(text("value"));
    ny_release(cell);
}

static void roots_end_in_reverse_order(void) {
    static ny_word first, second;
    host_log[0] = 0;
    first = host_new(HOST_NODE);
    second = host_new(HOST_NODE);
    *host_field(first, 1) = text("1");
    *host_field(second, 1) = text("2");
    ny_root_register(&first);
    ny_root_register(&second);
    ny_core_end();
    CHECK(strcmp(host_log, "21") == 0 && first == NY_NULL);
}

static void the_report_counts(void) {
    int64_t live = ny_report_live(), bytes = ny_report_bytes();
    ny_word points[100];
    for (int i = 0; i < 100; i++) points[i] = host_new(HOST_POINT);
    CHECK(ny_report_live() == live + 100 && ny_report_bytes() >= bytes + 2400);
    ny_word boxes = ny_report_boxes(), name = text("Point");
    CHECK(ny_map_find(boxes, name) == I(100));
    ny_release(boxes);
    ny_release(name);
    for (int i = 0; i < 100; i++) ny_release(points[i]);
    CHECK(ny_report_live() == live && ny_report_bytes() == bytes);
    ny_handle_opened(NY_HANDLE_SOCKET);
    CHECK_TEXT(ny_report_handles(), "{\"socket\": 1, \"file\": 0, \"timer\": 0, \"task\": 0}");
    ny_handle_closed(NY_HANDLE_SOCKET);
}

void run_tests(void) {
    traces_travel_with_errors();
    anything_can_be_thrown();
    missing_members_say_why();
    functions_are_called();
    roots_end_in_reverse_order();
    the_report_counts();
}
