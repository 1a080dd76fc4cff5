package calendar

import "time"

// ParseTime reads a date in any form of [ParseDate] with a time of day after it, on
// the clocks of loc: 115.11.23 14:05, 2026-11-23T14:05, 113/11/23 16:03:20,
// 115.11.23 上午 9:05, 115年11月23日 下午2時5分. 24:00 is the end of that day. A time the
// clocks of loc skip is refused.
//
// Errors are *[ParseError]: those of ParseDate, BadTime and NoSuchTime.
func ParseTime(s string, loc *time.Location) (time.Time, error) {
	p, err := newReading(s)
	if err != nil {
		return time.Time{}, err
	}
	d, code := p.date()
	if code != "" {
		return time.Time{}, refuse(code, s)
	}
	w, ok := p.weekday()
	if w >= 0 && w != d.Weekday() {
		return time.Time{}, refuse(NoSuchDay, s)
	}
	c, read := p.clock()
	if !ok || !read || !p.done() {
		return time.Time{}, refuse(BadTime, s)
	}
	t, ok := c.on(d, zone(loc))
	if !ok {
		return time.Time{}, refuse(NoSuchTime, s)
	}
	return t, nil
}

// clock is a time of day as it was written.
type clock struct {
	half                 sign // forenoon, afternoon or 0
	hour, minute, second int
}

func (p *reading) clock() (c clock, ok bool) {
	p.takeMark("T")
	for _, half := range []sign{forenoon, afternoon} {
		if _, ok := p.take(half); ok {
			c.half = half
		}
	}
	hour, ok := p.take(number)
	if !ok || hour.digits > 2 {
		return c, false
	}
	c.hour = hour.value
	if _, words := p.take(hourWord); words {
		return p.minuteWords(c)
	}
	return p.minuteMarks(c)
}

// minuteWords reads 5分20秒 after the hour; both parts may be missing.
func (p *reading) minuteWords(c clock) (clock, bool) {
	for _, part := range []struct {
		into *int
		word sign
	}{{&c.minute, minuteWord}, {&c.second, secondWord}} {
		n, found := p.take(number)
		if !found {
			return c, true
		}
		if _, ok := p.take(part.word); !ok || n.digits > 2 {
			return c, false
		}
		*part.into = n.value
	}
	return c, true
}

// minuteMarks reads :05 and perhaps :20 after the hour.
func (p *reading) minuteMarks(c clock) (clock, bool) {
	_, ok1 := p.takeMark(":")
	minute, ok2 := p.take(number)
	if !ok1 || !ok2 || minute.digits != 2 || !minute.figures {
		return c, false
	}
	c.minute = minute.value
	if _, more := p.takeMark(":"); !more {
		return c, true
	}
	second, ok := p.take(number)
	c.second = second.value
	return c, ok && second.digits == 2 && second.figures
}

func (c clock) on(d Date, loc *time.Location) (time.Time, bool) {
	hour := c.hour
	switch {
	case c.half == forenoon && hour > 12:
		return time.Time{}, false
	case c.half == forenoon && hour == 12:
		hour = 0
	case c.half == afternoon && hour < 12: // 下午14時 is written too and means what it says
		hour += 12
	}
	if c.minute > 59 || c.second > 59 {
		return time.Time{}, false
	}
	if hour == 24 && c.minute == 0 && c.second == 0 && c.half == 0 {
		return d.AddDays(1).Start(loc), true
	}
	t := time.Date(d.Year, d.Month, d.Day, hour, c.minute, c.second, 0, loc)
	return t, hour <= 23 && t.Hour() == hour && t.Minute() == c.minute
}
