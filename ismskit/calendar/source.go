package calendar

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Codes of a [SourceError].
const (
	SourceTooLarge   = "calendar_too_large"  // more than 4 MiB
	SourceEncoding   = "calendar_encoding"   // not UTF-8; the agency also publishes Big5
	SourceSyntax     = "calendar_syntax"     // no CSV or JSON of the expected shape
	SourceHeader     = "calendar_header"     // the first line is not the known one
	SourceDate       = "calendar_date"       // not a day written 20261123
	SourceWeekday    = "calendar_weekday"    // the weekday is not that of the date
	SourceOff        = "calendar_off"        // neither 0 nor 2
	SourceName       = "calendar_name"       // control characters, or over 100 characters
	SourceOrder      = "calendar_order"      // a day is missing, repeated or out of order
	SourceIncomplete = "calendar_incomplete" // does not hold whole years, 1 January to 31 December
	SourceManyYears  = "calendar_many_years" // a list of holidays spans more than one year
	SourceEmpty      = "calendar_empty"      // no day at all
	SourceUnreadable = "calendar_unreadable" // the reader failed; see Unwrap
)

const (
	largestSource = 4 << 20
	longestName   = 100
	byteOrderMark = "\ufeff"
)

var sourceHeader = []string{"西元日期", "星期", "是否放假", "備註"}

// SourceError says where a published calendar cannot be read, and why.
type SourceError struct {
	Code string // one of the codes above
	Line int    // counted from 1; 0 when it concerns the whole file
	Text string // what stands there, cut short
	err  error
}

// Error returns code, line and text for a log; it is not meant for users.
func (e *SourceError) Error() string {
	return fmt.Sprintf("calendar: %s: line %d: %q", e.Code, e.Line, e.Text)
}

// Unwrap returns the failure of the reader, if that was the reason.
func (e *SourceError) Unwrap() error { return e.err }

func sourceFault(code string, line int, text string) error {
	if rs := []rune(text); len(rs) > longestName {
		text = string(rs[:longestName])
	}
	return &SourceError{Code: code, Line: line, Text: text}
}

// ReadCSV reads the office calendar as the central personnel administration
// publishes it: 西元日期,星期,是否放假(0 or 2),備註, in UTF-8, every day of one or more
// whole years in order. Anything else is a *[SourceError]: a file cut in the middle
// must not become a calendar without holidays.
func ReadCSV(r io.Reader) ([]Day, error) {
	text, err := readSource(r)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(bytes.NewReader(text))
	rows.FieldsPerRecord = len(sourceHeader)
	header, err := rows.Read()
	if err != nil || strings.Join(header, ",") != strings.Join(sourceHeader, ",") {
		return nil, sourceFault(SourceHeader, 1, strings.Join(header, ","))
	}
	var days []Day
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return days, wholeYears(days)
		}
		if err != nil {
			return nil, csvFault(err)
		}
		line, _ := rows.FieldPos(0)
		day, code := sourceRow(row, days)
		if code != "" {
			return nil, sourceFault(code, line, strings.Join(row, ","))
		}
		days = append(days, day)
	}
}

func sourceRow(row []string, before []Day) (Day, string) {
	date, ok := compactDate(row[0])
	switch {
	case !ok:
		return Day{}, SourceDate
	case row[1] != weekdayName(date.Weekday()):
		return Day{}, SourceWeekday
	case row[2] != "0" && row[2] != "2":
		return Day{}, SourceOff
	case !sourceName(row[3]):
		return Day{}, SourceName
	case len(before) > 0 && before[len(before)-1].Date.AddDays(1) != date:
		return Day{}, SourceOrder
	}
	return Day{Date: date, Off: row[2] == "2", Name: row[3]}, ""
}

func csvFault(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return sourceFault(SourceSyntax, parse.Line, parse.Err.Error())
	}
	return sourceFault(SourceSyntax, 0, err.Error())
}

func wholeYears(days []Day) error {
	if len(days) == 0 {
		return sourceFault(SourceEmpty, 0, "")
	}
	first, last := days[0].Date, days[len(days)-1].Date
	if first.Month != time.January || first.Day != 1 {
		return sourceFault(SourceIncomplete, 2, first.String())
	}
	if last.Month != time.December || last.Day != 31 {
		return sourceFault(SourceIncomplete, len(days)+1, last.String())
	}
	return nil
}

// readSource reads everything, within bounds, as UTF-8 without a byte order mark.
func readSource(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, largestSource+1))
	if err != nil {
		return nil, &SourceError{Code: SourceUnreadable, Text: err.Error(), err: err}
	}
	if len(text) > largestSource {
		return nil, sourceFault(SourceTooLarge, 0, "")
	}
	if !utf8.Valid(text) {
		return nil, sourceFault(SourceEncoding, 0, "")
	}
	return bytes.TrimPrefix(text, []byte(byteOrderMark)), nil
}

// compactDate reads exactly eight figures.
func compactDate(s string) (Date, bool) {
	t, err := time.Parse("20060102", s)
	if err != nil || len(s) != 8 {
		return Date{}, false
	}
	d := DateOf(t)
	return d, d.Valid()
}

func sourceName(s string) bool {
	return utf8.RuneCountInString(s) <= longestName && strings.IndexFunc(s, unicode.IsControl) < 0
}
