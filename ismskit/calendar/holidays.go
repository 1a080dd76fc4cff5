package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// ReadJSON reads a list of the days off of one year: {"20270101": "開國紀念日", …}. It
// returns those days and every Monday to Friday of the year, worked when not
// listed. About unlisted Saturdays and Sundays such a list is silent, so they are
// not returned: [Merge] keeps an older calendar's make-up Saturdays and [New] takes
// the rest for off. Errors are *[SourceError].
func ReadJSON(r io.Reader) ([]Day, error) {
	text, err := readSource(r)
	if err != nil {
		return nil, err
	}
	holidays, err := jsonHolidays(text)
	if err != nil {
		return nil, err
	}
	year := 0
	listed := make(map[Date]bool, len(holidays))
	for _, h := range holidays {
		year = h.Date.Year
		listed[h.Date] = true
	}
	for d := (Date{Year: year, Month: time.January, Day: 1}); d.Year == year; d = d.AddDays(1) {
		if !listed[d] && !weekend(d.number()) {
			holidays = append(holidays, Day{Date: d})
		}
	}
	return Merge(nil, holidays), nil
}

// holidayList reads the one object of a list of holidays, token by token, because
// only tokens tell the line and a name given twice.
type holidayList struct {
	text []byte
	dec  *json.Decoder
	days []Day
	seen map[Date]bool
}

func jsonHolidays(text []byte) ([]Day, error) {
	l := &holidayList{text: text, dec: json.NewDecoder(bytes.NewReader(text)), seen: map[Date]bool{}}
	if open, err := l.dec.Token(); err != nil || open != json.Delim('{') {
		return nil, l.fault(SourceSyntax, "")
	}
	for l.dec.More() {
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	if _, err := l.dec.Token(); err != nil { // the closing brace
		return nil, l.fault(SourceSyntax, "")
	}
	if _, err := l.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, l.fault(SourceSyntax, "")
	}
	if len(l.days) == 0 {
		return nil, sourceFault(SourceEmpty, 0, "")
	}
	return l.days, nil
}

func (l *holidayList) next() error {
	key, ok := l.string()
	if !ok {
		return l.fault(SourceSyntax, key)
	}
	date, ok := compactDate(key)
	switch {
	case !ok:
		return l.fault(SourceDate, key)
	case l.seen[date]:
		return l.fault(SourceOrder, key)
	case len(l.days) > 0 && l.days[0].Date.Year != date.Year:
		return l.fault(SourceManyYears, key)
	}
	name, ok := l.string()
	switch {
	case !ok:
		return l.fault(SourceSyntax, key)
	case !sourceName(name):
		return l.fault(SourceName, name)
	}
	l.seen[date] = true
	l.days = append(l.days, Day{Date: date, Off: true, Name: name})
	return nil
}

func (l *holidayList) string() (string, bool) {
	token, err := l.dec.Token()
	s, ok := token.(string)
	return s, ok && err == nil
}

func (l *holidayList) fault(code, text string) error {
	return sourceFault(code, 1+bytes.Count(l.text[:l.dec.InputOffset()], []byte("\n")), text)
}
