package calendar

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// longestText is the most characters a date or time may have; the longest honest
// one has about thirty.
const longestText = 64

// sign is what a piece of a written date is.
type sign int

const (
	number sign = iota + 1
	mark        // . / - : T and brackets, told apart by text
	yearWord
	monthWord
	dayWord
	hourWord
	minuteWord
	secondWord
	forenoon
	afternoon
	minguo
	gregorian
	beforeMinguo
	weekdayWord
	monthName // Dec or December; its value is the month
)

// words are listed longest first where one begins another.
var words = []struct {
	text string
	sign sign
}{
	{"中華民國", minguo}, {"民國", minguo}, {"民前", beforeMinguo}, {"西元", gregorian}, {"公元", gregorian},
	{"星期", weekdayWord}, {"週", weekdayWord}, {"周", weekdayWord},
	{"上午", forenoon}, {"下午", afternoon},
	{"年", yearWord}, {"月", monthWord}, {"日", dayWord}, {"號", dayWord},
	{"時", hourWord}, {"點", hourWord}, {"分", minuteWord}, {"秒", secondWord},
}

// piece is one number, word or mark of a written date.
type piece struct {
	sign    sign
	text    string // of a mark
	value   int    // of a number
	digits  int    // how many a number was written with, or would be in figures
	figures bool   // the number is written 12, not 十二
}

// reading walks over the pieces of one written date or time.
type reading struct {
	pieces []piece
}

func newReading(s string) (*reading, error) {
	pieces, ok := split(s)
	if !ok {
		return nil, refuse(BadDate, s)
	}
	return &reading{pieces: pieces}, nil
}

func (p *reading) done() bool { return len(p.pieces) == 0 }

// take removes the next piece if it is of the given kind.
func (p *reading) take(want sign) (piece, bool) {
	if p.done() || p.pieces[0].sign != want {
		return piece{}, false
	}
	first := p.pieces[0]
	p.pieces = p.pieces[1:]
	return first, true
}

// takeMark removes the next piece if it is one of the given marks.
func (p *reading) takeMark(marks string) (string, bool) {
	if p.done() || p.pieces[0].sign != mark || !strings.Contains(marks, p.pieces[0].text) {
		return "", false
	}
	m, _ := p.take(mark)
	return m.text, true
}

// split cuts s into pieces; white space only separates.
func split(s string) ([]piece, bool) {
	if !utf8.ValidString(s) || len(s) > longestText*utf8.UTFMax || utf8.RuneCountInString(s) > longestText {
		return nil, false
	}
	s = strings.Map(halfWidth, s)
	var pieces []piece
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" {
			return pieces, len(pieces) > 0
		}
		next, rest, ok := cut(s)
		if !ok {
			return nil, false
		}
		pieces, s = append(pieces, next), rest
	}
}

func cut(s string) (piece, string, bool) {
	if n := strings.IndexFunc(s+" ", func(r rune) bool { return r < '0' || r > '9' }); n > 0 {
		return figures(s[:n]), s[n:], n <= 8
	}
	for _, w := range words {
		if rest, ok := strings.CutPrefix(s, w.text); ok {
			return piece{sign: w.sign, text: w.text}, rest, true
		}
	}
	if name, rest := letters(s); len(name) >= 3 {
		month := monthNamed(name)
		return piece{sign: monthName, value: int(month)}, rest, month != 0
	}
	if n := strings.IndexFunc(s+" ", func(r rune) bool { return !isNumeral(r) }); n > 0 {
		value, digits, ok := readNumeral([]rune(s[:n]))
		return piece{sign: number, value: value, digits: digits}, s[n:], ok
	}
	return piece{sign: mark, text: s[:1]}, s[1:], strings.Contains("./-:T(),", s[:1])
}

// letters cuts the Latin letters at the front.
func letters(s string) (word, rest string) {
	n := strings.IndexFunc(s+" ", func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
	return s[:n], s[n:]
}

// monthNamed is the month that an English name or its beginning says, 0 if none.
func monthNamed(name string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if full := m.String(); len(name) <= len(full) && strings.EqualFold(name, full[:len(name)]) {
			return m
		}
	}
	return 0
}

func figures(s string) piece {
	value := 0
	for _, r := range s {
		if value < 1e8 { // longer runs are refused by cut
			value = value*10 + int(r-'0')
		}
	}
	return piece{sign: number, value: value, digits: len(s), figures: true}
}

// halfWidth maps the full-width forms an input method leaves behind to ASCII.
func halfWidth(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// date reads a date at the front and returns a code when there is none.
func (p *reading) date() (Date, string) {
	era, code := p.era()
	if code != "" {
		return Date{}, code
	}
	year, month, day, ok := p.english(era)
	if !ok {
		if year, ok = p.take(number); !ok {
			return Date{}, BadDate
		}
		if year.figures && year.digits > 4 {
			year, month, day, ok = packed(year, era)
		} else {
			month, day, ok = p.monthAndDay(year)
		}
	}
	if !ok || month.digits > 2 || day.digits > 2 {
		return Date{}, BadDate
	}
	y, code := fullYear(year, era)
	if code != "" {
		return Date{}, code
	}
	d := Date{Year: y, Month: time.Month(month.value), Day: day.value}
	if !d.Valid() {
		return Date{}, NoSuchDay
	}
	return d, ""
}

// english reads 1 Dec 2026 and Dec 1, 2026; where there is neither it takes nothing.
func (p *reading) english(era sign) (year, month, day piece, ok bool) {
	before := p.pieces
	defer func() {
		if !ok {
			p.pieces = before
		}
	}()
	day, first := p.take(number)
	month, named := p.take(monthName)
	if !first {
		day, first = p.take(number)
		p.takeMark(",")
	}
	year, last := p.take(number)
	ok = first && named && last && era == 0 && day.figures && year.figures && year.digits == 4
	return year, month, day, ok
}

func (p *reading) era() (sign, string) {
	if _, ok := p.take(beforeMinguo); ok {
		return 0, OutOfRange
	}
	if _, ok := p.take(minguo); ok {
		return minguo, ""
	}
	if _, ok := p.take(gregorian); ok {
		return gregorian, ""
	}
	return 0, ""
}

// monthAndDay reads what follows the year: 年11月23日, or .11.23 with the same mark
// twice.
func (p *reading) monthAndDay(year piece) (month, day piece, ok bool) {
	if _, ok := p.take(yearWord); ok {
		month, ok1 := p.take(number)
		_, ok2 := p.take(monthWord)
		day, ok3 := p.take(number)
		_, ok4 := p.take(dayWord)
		return month, day, ok1 && ok2 && ok3 && ok4
	}
	separator, ok1 := p.takeMark("./-")
	month, ok2 := p.take(number)
	again, ok3 := p.takeMark("./-")
	day, ok4 := p.take(number)
	plain := year.figures && month.figures && day.figures
	return month, day, ok1 && ok2 && ok3 && ok4 && separator == again && plain
}

// packed splits figures without separators. Seven are a Minguo date, eight a
// Gregorian one. Six could be either and are read only after 民國.
func packed(n piece, era sign) (year, month, day piece, ok bool) {
	ok = n.digits == 7 || n.digits == 8 || n.digits == 6 && era == minguo
	year = piece{value: n.value / 10000, digits: n.digits - 4, figures: true}
	month = piece{value: n.value / 100 % 100, digits: 2, figures: true}
	day = piece{value: n.value % 100, digits: 2, figures: true}
	return year, month, day, ok
}

// fullYear returns the Gregorian year. Without an era, up to three digits are a
// Minguo year and four a Gregorian one.
func fullYear(n piece, era sign) (int, string) {
	if era == 0 {
		era = minguo
		if n.digits >= 4 {
			era = gregorian
		}
	}
	if era == minguo && n.value >= 1 && n.value <= maxMinguo {
		return n.value + minguoOffset, ""
	}
	if era == gregorian && n.value >= minYear && n.value <= maxYear {
		return n.value, ""
	}
	return 0, OutOfRange
}

func (p *reading) yearMonth() (YearMonth, string) {
	era, code := p.era()
	if code != "" {
		return YearMonth{}, code
	}
	month, named := p.take(monthName)
	year, ok := p.take(number)
	switch {
	case !ok:
	case named: // Dec 2026
		ok = era == 0 && year.figures && year.digits == 4
	case year.figures && (year.digits == 5 || year.digits == 6):
		month = piece{value: year.value % 100, digits: 2}
		year = piece{value: year.value / 100, digits: year.digits - 2}
	default:
		month, ok = p.month(year)
	}
	if !ok || month.digits > 2 || year.digits > 4 {
		return YearMonth{}, BadDate
	}
	y, code := fullYear(year, era)
	if code != "" {
		return YearMonth{}, code
	}
	ym := YearMonth{Year: y, Month: time.Month(month.value)}
	if !ym.Valid() {
		return YearMonth{}, NoSuchDay
	}
	return ym, ""
}

func (p *reading) month(year piece) (piece, bool) {
	if _, ok := p.take(yearWord); ok {
		month, ok1 := p.take(number)
		_, ok2 := p.take(monthWord)
		return month, ok1 && ok2
	}
	_, ok1 := p.takeMark("./-")
	month, ok2 := p.take(number)
	return month, ok1 && ok2 && year.figures && month.figures
}

// weekday reads an optional （一） or 星期一 after a date. ok is false when it is
// there and malformed; none is -1.
func (p *reading) weekday() (w time.Weekday, ok bool) {
	_, open := p.takeMark("(")
	_, word := p.take(weekdayWord)
	if !open && !word {
		return -1, true
	}
	if _, sunday := p.take(dayWord); sunday {
		w = time.Sunday
	} else if n, is := p.take(number); is && !n.figures && n.value >= 1 && n.value <= 6 {
		w = time.Weekday(n.value)
	} else {
		return -1, false
	}
	if open {
		if _, closed := p.takeMark(")"); !closed {
			return -1, false
		}
	}
	return w, true
}
