package calendar

import (
	"errors"
	"strconv"
)

// Codes of a [ParseError]. Their texts come from the catalogue of whoever asks.
const (
	BadDate    = "date_format"      // not a date in any form known here
	NoSuchDay  = "date_no_such_day" // 115.2.30, or a weekday that is not that day's
	OutOfRange = "date_range"       // a year before 民國 written as one, or not of four digits
	BadTime    = "time_format"      // a date without a readable time of day
	NoSuchTime = "time_no_such_time"
	BadTerm    = "term_format" // not a period such as 3wd
	TermRange  = "term_range"  // a period too long to mean anything
)

// ParseError says why a text is no date, time or term.
type ParseError struct {
	Code string // one of the codes above
	Text string // what was read, cut to 64 characters
}

// Error returns code and text for a log; it is not meant for users.
func (e *ParseError) Error() string { return "calendar: " + e.Code + ": " + strconv.Quote(e.Text) }

// CodeOf returns the code of the ParseError in err's chain, or "".
func CodeOf(err error) string {
	var parse *ParseError
	if errors.As(err, &parse) {
		return parse.Code
	}
	return ""
}

func refuse(code, text string) error {
	if rs := []rune(text); len(rs) > longestText {
		text = string(rs[:longestText])
	}
	return &ParseError{Code: code, Text: text}
}

// ParseDate reads a date as people write it:
//
//	115.11.23  115/11/23  115-11-23  1151123  115年11月23日
//	中華民國115年11月23日  民國 115 年 1 月 5 日  一百十五年十一月廿三日  一一五年十一月二十三日
//	2026-11-23  2026/11/23  20261123  西元2026年11月23日
//	23 Nov 2026  23 November 2026  Nov 23, 2026
//	115.11.23（一）
//
// with full-width digits and white space between the parts. Years of up to three
// digits are Minguo years and years of four digits are Gregorian; without
// separators seven digits are Minguo and eight are Gregorian, so that 20210823 is
// never taken for a Minguo date. Six digits without separators could be either and
// are refused. A weekday written after the date must be that day's.
//
// Errors are *[ParseError] with code BadDate, NoSuchDay or OutOfRange.
func ParseDate(s string) (Date, error) {
	p, err := newReading(s)
	if err != nil {
		return Date{}, err
	}
	d, code := p.date()
	if code == "" {
		code = p.endOfDate(d)
	}
	if code != "" {
		return Date{}, refuse(code, s)
	}
	return d, nil
}

// endOfDate accepts a fitting weekday after the date and nothing more.
func (p *reading) endOfDate(d Date) string {
	w, ok := p.weekday()
	if !ok || !p.done() {
		return BadDate
	}
	if w >= 0 && w != d.Weekday() {
		return NoSuchDay
	}
	return ""
}
