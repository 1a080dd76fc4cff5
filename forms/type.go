package forms

import (
	"fmt"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Type is a kind of field. Embedders add their own with [Types.With]; a Type must be safe for concurrent use.
type Type interface {
	// Name is the word used in Field.Type.
	Name() string
	// Compile reads the field's own rules, reports every mistake in them, and returns what handles its values. After
	// reporting a mistake it may return nil.
	Compile(f Field, r Report) Input
}

// Input handles the values of one field of one form. It is made by Type.Compile, never changes afterwards and is safe
// for concurrent use. A returned Fault needs only Code, Params and Part; the form adds field and row. No method is
// called with an unanswered value.
type Input interface {
	// Decode takes what encoding/json would make of the value with UseNumber: string, json.Number, bool,
	// map[string]any or []any. It returns the normalised Go value, or nil for "not answered".
	Decode(in any) (any, *Fault)
	// Parse takes what a person typed into a form page. It returns nil when nothing was typed.
	Parse(post Post) (any, *Fault)
	// Check applies the rules of the field to a normalised value, also to one that was built in Go: a value of the
	// wrong Go type is the fault "type".
	Check(ctx *CheckContext, v any) *Fault
	// Canonical gives the value as string, bool, int64, map[string]any or []any; Decode reads it back.
	Canonical(v any) any
	// Format gives the value as people read it; "" where there is nothing to say.
	Format(v any, in Locale) string
}

// Texter is an Input whose values are typed differently from their canonical string: Text puts what would be typed,
// part by part ("" for a field of one part), as the inverse of Parse.
type Texter interface {
	Text(v any, in Locale, put func(part, text string))
}

// Needing is an Input that must know facts about its value from outside; Form.Needs collects them beforehand.
type Needing interface {
	Needs(v any, need func(Need))
}

// Naming is an Input whose values carry the name that people, units or rows had when the form was sent.
type Naming interface {
	// Named returns v with its names as the lookup knows them now.
	Named(v any, l Lookup) any
	// Same reports whether a and b point at the same thing, whatever it was called.
	Same(a, b any) bool
}

// Types is a set of field types. The zero value knows none; see StandardTypes.
type Types struct{ byName map[string]Type }

// With gives the set with further types. A type with a name that the set has already takes its place.
func (t Types) With(more ...Type) Types {
	out := Types{make(map[string]Type, len(t.byName)+len(more))}
	for name, known := range t.byName {
		out.byName[name] = known
	}
	for _, add := range more {
		out.byName[add.Name()] = add
	}
	return out
}

// Names lists the types of the set in no particular order.
func (t Types) Names() []string {
	names := make([]string, 0, len(t.byName))
	for name := range t.byName {
		names = append(names, name)
	}
	return names
}

// StandardTypes is the set of types that come with the package; see Values for their names.
func StandardTypes() Types {
	return Types{}.With(
		textType{"text", false}, textType{"long_text", true}, emailType{}, urlType{},
		integerType{}, decimalType{}, booleanType{},
		dateType{}, yearMonthType{}, clockType{}, instantType{},
		rangeType[int64]{"integer_range", integerType{}, compareInt},
		rangeType[Decimal]{"decimal_range", decimalType{}, Decimal.Compare},
		rangeType[calendar.Date]{"date_range", dateType{}, calendar.Date.Compare},
		rangeType[calendar.YearMonth]{"year_month_range", yearMonthType{}, calendar.YearMonth.Compare},
		rangeType[Clock]{"time_range", clockType{}, Clock.Compare},
		rangeType[time.Time]{"date_time_range", instantType{}, time.Time.Compare},
		periodType{}, choiceType{}, multiChoiceType{}, checklistType{},
		personType{}, manyType[Person]{"persons", personType{}},
		unitType{}, refType{}, manyType[Ref]{"refs", refType{}},
		fileType{}, manyType[File]{"files", fileType{}},
		networkType{}, portsType{}, serialType{}, computedType{},
	)
}

// Locale says for whom values are written and read: the language, and the place whose clocks count. A nil Location
// means Taiwan's.
type Locale struct {
	Lang     string
	Location *time.Location
}

// Minguo reports whether dates are written in Minguo years: wherever Chinese as of Taiwan is read.
func (l Locale) Minguo() bool {
	return l.Lang == "" || strings.HasPrefix(l.Lang, "zh") && l.Lang != "zh-CN"
}

// Day writes a day as it is read: 115.12.01, 1 Dec 2026.
func (l Locale) Day(d calendar.Date) string {
	switch {
	case d.IsZero():
		return ""
	case l.Minguo():
		return d.ROC()
	case l.Lang == "zh-CN":
		return d.String()
	}
	return fmt.Sprintf("%d %s %d", d.Day, d.Month.String()[:3], d.Year)
}

// DayText writes a day as a sentence has it: 115年12月1日, 1 December 2026. Tables have [Locale.Day].
func (l Locale) DayText(d calendar.Date) string {
	switch {
	case d.IsZero():
		return ""
	case l.Minguo():
		return d.ROCText()
	case l.Lang == "zh-CN":
		return fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day)
	}
	return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year)
}

// Moment is a day with its time: 115.12.01 14:05, 1 Dec 2026 14:05.
func (l Locale) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(place(l.Location))
	return l.Day(calendar.DateOf(t)) + t.Format(" 15:04")
}

// TypedDay writes a day as it can be typed again: 115.12.01, 2026-12-01.
func (l Locale) TypedDay(d calendar.Date) string {
	switch {
	case d.IsZero():
		return ""
	case l.Minguo():
		return d.ROC()
	}
	return d.String()
}

var taipei = time.FixedZone("Asia/Taipei", 8*60*60)

func place(loc *time.Location) *time.Location {
	if loc == nil {
		return taipei
	}
	return loc
}

// CheckContext is what the engine must be told about the moment and the step.
type CheckContext struct {
	Rights   Rights
	Draft    bool           // a draft may have gaps
	Keep     bool           // a draft is kept as it was typed: only what has no place in the form is reported, no rule
	Lookup   Lookup         // nil: nothing is looked up, references are taken as they are
	Stored   Values         // what was kept before: a reference that says what it says there stands, whatever Lookup knows
	Sent     Values         // what was sent before: a file that is named there stays, whatever it is called
	Today    calendar.Date  // zero: rules about today are not judged
	Location *time.Location // nil: Taiwan

	stays func(File) bool // of the field that is checked: files that may be called as they are
}

// Lookup answers questions about what is kept elsewhere. It answers from memory: the caller collects the questions
// with Form.Needs and fetches the answers beforehand.
type Lookup interface {
	// Name tells whether what n asks for exists (and may be chosen), and what it is called; the name may be empty.
	Name(n Need) (name string, exists bool)
	// Options are the options that the row of n owns; false when there is no such row.
	Options(n Need) ([]Option, bool)
}

// Refusing is a Lookup that knows of options which are there, and named, but may not be chosen: stopped ones, ones meant for
// others.
type Refusing interface {
	// Refused says why option may not be chosen by whoever fills in the form; beside are the values it stands among, of the
	// row or of the form.
	Refused(n Need, option string, beside Values) (why Text, refused bool)
}

// Withholding is a Lookup that knows of rows which are there, and named, but may not be chosen where a form points at them:
// those with which it could not be sent.
type Withholding interface {
	// Withheld says why the field or column at path may not point at what n asks for.
	Withheld(path string, n Need) (why Text, withheld bool)
}

// Bounding is a Lookup that knows of options which may be asked for, but not for as long as one likes.
type Bounding interface {
	// Outlasts says why option may not be asked for during p, the period that stands beside it, and at which part of the
	// period that is mended.
	Outlasts(n Need, option string, p Period) (why Text, part string, outlasts bool)
}

// Need is one question to a Lookup. Needs are comparable.
type Need struct {
	Kind  NeedKind
	List  string // ref: its list ("register/systems"); options: the register
	ID    string // the person, unit, row, or file digest
	Field string // options: the field of the row that lists them
}

// NeedKind says what a Need is about.
type NeedKind string

// The kinds of Need.
const (
	NeedPerson  NeedKind = "person"
	NeedRef     NeedKind = "ref"
	NeedFile    NeedKind = "file"
	NeedOptions NeedKind = "options"
)
