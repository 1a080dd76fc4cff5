package forms

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Pattern is how the numbers of a form are written, such as IS-04-012-{roc}-{n:4}. Its parts in braces are
//
//	{roc}           Minguo year, three digits (115)
//	{yyyy} {yy}     Gregorian year
//	{mm} {dd}       month and day, two digits
//	{n:4}           the counter, at least so many digits; exactly once
//	{unit} {…}      any other name: a part that the caller gives, such as a unit's code
//
// The counter starts again at 1 whenever the scope changes: with each value of the parts before {n} named in scope. By
// default these are all the parts that the pattern has, so that a number is never given twice; a smaller scope is
// allowed (numbers run on over years), one that the number doesn't show is not.
type Pattern struct {
	source string
	pieces []serialPiece
	scope  []string
}

// serialPiece is fixed text, or a part by name; the counter is the part "n".
type serialPiece struct {
	text  string
	part  string
	width int
}

const (
	maxSerial       = 100
	maxSerialWidth  = 9
	maxSerialDigits = 15 // of a counter that is read
	counterPart     = "n"
)

// Pattern is written as its source.
func (p Pattern) String() string { return p.source }

// ParsePattern reads a pattern. scope names the parts by which the counter starts again; nil means all of them, an empty
// list none. The error is a Problem.
func ParsePattern(source string, scope []string) (Pattern, error) {
	p := Pattern{source: source, scope: scope}
	for rest := source; rest != ""; {
		text, after, found := strings.Cut(rest, "{")
		if strings.Contains(text, "}") {
			return Pattern{}, Problem{Code: "serial_brace"}
		}
		if text != "" {
			p.pieces = append(p.pieces, serialPiece{text: text})
		}
		if !found {
			break
		}
		part, end, closed := strings.Cut(after, "}")
		if !closed {
			return Pattern{}, Problem{Code: "serial_brace"}
		}
		piece, err := readSerialPart(part)
		if err != nil {
			return Pattern{}, err
		}
		p.pieces = append(p.pieces, piece)
		rest = end
	}
	return p.checked()
}

func readSerialPart(part string) (serialPiece, error) {
	name, width, wide := strings.Cut(part, ":")
	piece := serialPiece{part: name}
	if !validKey(name) {
		return piece, Problem{Code: "serial_part", Params: map[string]any{"part": part}}
	}
	if wide != (name == counterPart) {
		return piece, Problem{Code: "serial_width", Params: map[string]any{"max": maxSerialWidth}}
	}
	if wide {
		n, err := strconv.Atoi(width)
		if err != nil || n < 1 || n > maxSerialWidth {
			return piece, Problem{Code: "serial_width", Params: map[string]any{"max": maxSerialWidth}}
		}
		piece.width = n
	}
	return piece, nil
}

func (p Pattern) checked() (Pattern, error) {
	if _, code := kept(p.source, false); code != "" || len(p.source) > maxSerial {
		return Pattern{}, Problem{Code: "bound", Params: map[string]any{"max": maxSerial}}
	}
	var parts []string
	counters := 0
	for _, piece := range p.pieces {
		switch {
		case piece.part == counterPart:
			counters++
		case piece.part != "" && !slices.Contains(parts, piece.part):
			parts = append(parts, piece.part)
		}
	}
	if counters != 1 {
		return Pattern{}, Problem{Code: "serial_counter"}
	}
	if p.scope == nil {
		p.scope = parts
	}
	for _, name := range p.scope {
		if !slices.Contains(parts, name) {
			return Pattern{}, Problem{Code: "serial_scope", Params: map[string]any{"part": name}}
		}
	}
	return p, nil
}

// Parts lists what Format must be given besides the day: the pattern's own parts, such as unit.
func (p Pattern) Parts() []string {
	var out []string
	for _, piece := range p.pieces {
		if _, ofDay := dayPart(piece.part, calendar.Date{}); piece.part != "" && piece.part != counterPart && !ofDay &&
			!slices.Contains(out, piece.part) {
			out = append(out, piece.part)
		}
	}
	return out
}

// Format writes number n of the given day. A part that isn't given, or has more than letters, digits, "-" and "_", is an
// error: a number must not become ambiguous.
func (p Pattern) Format(day calendar.Date, n int64, parts map[string]string) (string, error) {
	if n < 1 {
		return "", fmt.Errorf("forms: serial number %d", n)
	}
	var out strings.Builder
	for _, piece := range p.pieces {
		switch piece.part {
		case "":
			out.WriteString(piece.text)
		case counterPart:
			fmt.Fprintf(&out, "%0*d", piece.width, n)
		default:
			s, err := p.part(piece.part, day, parts)
			if err != nil {
				return "", err
			}
			out.WriteString(s)
		}
	}
	return out.String(), nil
}

// Fits reports whether a number is one that the pattern writes, on any day and with any counter, with these parts. Capitals
// don't matter.
func (p Pattern) Fits(number string, parts map[string]string) bool {
	_, ok := p.reader(func(name string) (string, bool) { return parts[name], parts[name] != "" })(number)
	return ok
}

// Counter reads the counters of numbers that are counted together with those of the day and parts: of the same scope. ok is
// false for any other number. It is made once for however many numbers there are.
func (p Pattern) Counter(day calendar.Date, parts map[string]string) func(number string) (n int64, ok bool) {
	return p.reader(func(name string) (string, bool) {
		if !slices.Contains(p.scope, name) {
			return "", false
		}
		s, err := p.part(name, day, parts)
		return s, err == nil
	})
}

// reader reads the counters of numbers whose parts are as given; what isn't given may be any.
func (p Pattern) reader(given func(name string) (string, bool)) func(number string) (int64, bool) {
	var re strings.Builder
	re.WriteString("(?i)^")
	for _, piece := range p.pieces {
		_, ofDay := dayPart(piece.part, calendar.Date{})
		text, known := given(piece.part)
		switch {
		case piece.part == "":
			re.WriteString(regexp.QuoteMeta(piece.text))
		case piece.part == counterPart:
			fmt.Fprintf(&re, "([0-9]{%d}|[1-9][0-9]{%d,%d})", piece.width, piece.width, max(piece.width, maxSerialDigits-1))
		case known:
			re.WriteString(regexp.QuoteMeta(text))
		case ofDay:
			re.WriteString("[0-9]+")
		default:
			re.WriteString("[A-Za-z0-9_-]+")
		}
	}
	numbers := regexp.MustCompile(re.String() + "$")
	return func(number string) (int64, bool) {
		found := numbers.FindStringSubmatch(number)
		if found == nil {
			return 0, false
		}
		n, err := strconv.ParseInt(found[1], 10, 64)
		return n, err == nil && n > 0
	}
}

// Scope names the counter that gives the next number: numbers of the same scope are counted together.
func (p Pattern) Scope(day calendar.Date, parts map[string]string) (string, error) {
	var out strings.Builder
	out.WriteString(p.source)
	for _, name := range p.scope {
		s, err := p.part(name, day, parts)
		if err != nil {
			return "", err
		}
		out.WriteString("|" + name + "=" + s)
	}
	return out.String(), nil
}

func (p Pattern) part(name string, day calendar.Date, parts map[string]string) (string, error) {
	if s, ok := dayPart(name, day); ok {
		if !day.Valid() {
			return "", fmt.Errorf("forms: serial %s: no day for {%s}", p.source, name)
		}
		return s, nil
	}
	s := parts[name]
	if s == "" || len(s) > maxSerial || strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", r)
	}) >= 0 {
		return "", fmt.Errorf("forms: serial %s: {%s} can't be %q", p.source, name, s)
	}
	return s, nil
}

func dayPart(name string, day calendar.Date) (string, bool) {
	switch name {
	case "roc":
		return fmt.Sprintf("%03d", day.ROCYear()), true
	case "yyyy":
		return fmt.Sprintf("%04d", day.Year), true
	case "yy":
		return fmt.Sprintf("%02d", day.Year%100), true
	case "mm":
		return fmt.Sprintf("%02d", int(day.Month)), true
	case "dd":
		return fmt.Sprintf("%02d", day.Day), true
	}
	return "", false
}

// serialType is the number of the form, given by the system and never typed. Its Pattern rule is the number pattern.
// Parameters: scope (see Pattern), at ("create", "submit" or "approve": when the number is given; default submit).
type serialType struct{}

func (serialType) Name() string { return "serial" }

type serialParams struct {
	Scope []string `json:"scope"`
	At    string   `json:"at"`
}

func (serialType) Compile(f Field, r Report) Input {
	p := serialParams{At: "submit"}
	r.Params(f.Params, &p)
	if !slices.Contains([]string{"create", "submit", "approve"}, p.At) {
		r.At("params.at").Problem("want_one_of", "values", []string{"create", "submit", "approve"})
	}
	pattern, err := ParsePattern(f.Pattern, p.Scope)
	if problem, bad := err.(Problem); bad {
		problem.Path = r.At("pattern").path
		if r.into != nil {
			*r.into = append(*r.into, problem)
		}
		return nil
	}
	return serialInput{textInput{max: DefaultText}, pattern, p.At}
}

type serialInput struct {
	textInput
	pattern Pattern
	at      string
}

// SerialInfo is a field that holds a number the system gives, and when: "create", "submit" or "approve".
type SerialInfo struct {
	Key     string
	Pattern Pattern
	At      string
}

// Serials lists the form's numbers, in its order. Whoever keeps the counters puts them among the values; from then on no
// edit changes them.
func (f *Form) Serials() []SerialInfo {
	var out []SerialInfo
	for _, fl := range f.fields {
		if in, ok := fl.input.(serialInput); ok {
			out = append(out, SerialInfo{Key: fl.Key, Pattern: in.pattern, At: in.at})
		}
	}
	return out
}

// SameAs reports whether two patterns write the same numbers, counted together.
func (p Pattern) SameAs(other Pattern) bool {
	return p.source == other.source && slices.Equal(p.scope, other.scope)
}
