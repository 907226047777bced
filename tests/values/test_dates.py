"""Dates of RFC 3339 against Python's datetime."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest

CASES = 2_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EDGES = [
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1582, 10, 15, tzinfo=UTC),
    datetime(1600, 2, 29, tzinfo=UTC),
    datetime(1900, 2, 28, 23, 59, 59, 999000, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    EPOCH,
    datetime(2000, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(2100, 3, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
]


def instants(seed: int, count: int) -> list[datetime]:
    """All at whole milliseconds, far enough from the ends for any offset."""
    random = Random(seed)
    last = (datetime(9999, 12, 30, tzinfo=UTC) - datetime(1, 1, 3, tzinfo=UTC)) // timedelta(
        milliseconds=1
    )
    first = datetime(1, 1, 3, tzinfo=UTC)
    return [first + timedelta(milliseconds=random.randrange(last)) for _ in range(count)]


def milliseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(milliseconds=1)


def text(instant: datetime) -> str:
    part = f".{instant.microsecond // 1000:03}" if instant.microsecond else ""
    return (
        f"{instant.year:04}-{instant.month:02}-{instant.day:02}"
        f"T{instant.hour:02}:{instant.minute:02}:{instant.second:02}{part}Z"
    )


def written(instant: datetime, random: Random) -> str:
    """The instant at a random offset, in a random one of the spellings that are allowed."""
    minutes = random.choice([0, 0, random.randint(-23 * 60 - 59, 23 * 60 + 59)])
    local = instant.astimezone(timezone(timedelta(minutes=minutes)))
    shown = text(local).removesuffix("Z").replace("T", random.choice("Tt "))
    if "." in shown:
        shown += random.choice(["", "0", "000999", "123456789"])  # cut after milliseconds
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    offset = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    if minutes == 0:
        offset = random.choice(["Z", "z", "+00:00", "-00:00"])
    return shown + offset


def fields(instant: datetime) -> list[int]:
    day = instant.timetuple().tm_yday
    clock = [instant.hour, instant.minute, instant.second]
    return [instant.year, instant.month, instant.day, *clock, instant.isoweekday() % 7, day]


def test_reading_and_fields(ask, scale) -> None:
    random = Random(8)
    given = [(i, written(i, random)) for i in instants(9, CASES * scale)]
    given += [(instant, text(instant)) for instant in EDGES]
    answers = ask([("date", shown) for _, shown in given])
    for (instant, shown), answer in zip(given, answers, strict=True):
        assert answer == [milliseconds(instant), text(instant), *fields(instant)], shown


def test_every_day_of_some_years(ask) -> None:
    """Leap years, common ones, the turn of a century of both kinds."""
    days = []
    for year in (1, 4, 100, 400, 1899, 1900, 1999, 2000, 2023, 2024, 9996, 9999):
        day = datetime(year, 1, 1, 12, tzinfo=UTC)
        while day.year == year:
            days.append(day)
            if (day.month, day.day) == (12, 31):
                break
            day += timedelta(days=1)
    answers = ask([("date", text(day)) for day in days])
    assert [answer[2:] for answer in answers] == [fields(day) for day in days]


def test_leap_seconds(ask) -> None:
    """23:59:60 in UTC, whatever the offset; it is the next day's first second."""
    good = {
        "2016-12-31T23:59:60Z": "2017-01-01T00:00:00Z",
        "1990-12-31T15:59:60-08:00": "1991-01-01T00:00:00Z",
        "2012-07-01T01:59:60+02:00": "2012-07-01T00:00:00Z",
    }
    answers = ask([("date", shown) for shown in good])
    assert [answer[1] for answer in answers] == list(good.values())
    bad = [
        "2016-12-31T23:58:60Z",
        "2016-12-31T22:59:60Z",
        "2016-12-31T23:59:61Z",
        "2016-12-31T23:59:60+01:00",
    ]
    assert ask([("date", shown) for shown in bad]) == ["!ParseError"] * len(bad)


INVALID = """\
|2024|2024-01|2024-01-01|2024-01-01T|2024-01-01T00|2024-01-01T00:00|2024-01-01T00:00:00
2024-01-01T00:00Z|2024-1-01T00:00:00Z|2024-01-1T00:00:00Z|24-01-01T00:00:00Z|02024-01-01T00:00:00Z
2024-13-01T00:00:00Z|2024-00-01T00:00:00Z|2024-01-32T00:00:00Z|2024-01-00T00:00:00Z
2024-02-30T00:00:00Z|2023-02-29T00:00:00Z|1900-02-29T00:00:00Z|2024-04-31T00:00:00Z
2024-01-01T24:00:00Z|2024-01-01T00:60:00Z|2024-01-01T00:00:61Z|2024-01-01T00:00:0Z
2024-01-01T00:00:00.Z|2024-01-01T00:00:00,5Z|2024-01-01T00:00:00+24:00|2024-01-01T00:00:00+00:60
2024-01-01T00:00:00+0000|2024-01-01T00:00:00+00|2024-01-01T00:00:00+0:00|2024-01-01T00:00:00 Z
2024-01-01T00:00:00ZZ| 2024-01-01T00:00:00Z|2024-01-01T00:00:00Z |2024-01-01X00:00:00Z
2024/01/01T00:00:00Z|20240101T000000Z|-001-01-01T00:00:00Z|+2024-01-01T00:00:00Z|2024-W01-1T00:00:00Z
2024-001T00:00:00Z|2024-01-01T00:00:00.1.2Z|2024-01-01T0a:00:00Z|2024-01-01T00:00:00.aZ
２０２４-01-01T00:00:00Z|2024-01-01T00:00:00−01:00|2024-01-01T00:00:00UTC|now|0000-01-01T00:00:00+00:01
9999-12-31T23:59:59-00:01|9999-12-31T23:59:60Z|2024- 1-01T00:00:00Z|2024-01-01T-1:00:00Z"""


@pytest.mark.parametrize("shown", INVALID.replace("\n", "|").split("|"))
def test_invalid(ask, shown: str) -> None:
    (answer,) = ask([("date", shown)])
    assert answer in ("!ParseError", "!ArgumentError"), answer


def test_arithmetic_and_formats(ask) -> None:
    random = Random(10)
    given = [
        (i, random.randint(-(10**4), 10**4), random.randint(-999, 999)) for i in instants(11, 500)
    ]
    given = [g for g in given if 50 < g[0].year < 9950]
    answers = ask([("moved", text(i), days, hours) for i, days, hours in given])
    for (instant, days, hours), answer in zip(given, answers, strict=True):
        assert answer == text(instant + timedelta(days=days, hours=hours))
    pattern = "%m/%d %H:%M:%S %j %a %A %b %B %F %T %z %Z %% %y"
    shown = [i for i, _, _ in given if i.year >= 1000]
    answers = ask([("format", text(i), pattern) for i in shown])
    assert answers == [i.strftime(pattern) for i in shown]
