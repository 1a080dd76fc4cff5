package forms

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Values are the answers of a form by field key. A key that is missing is an unanswered question; there are no empty
// strings and no nil values. The Go type of each value follows from the field's type:
//
//	text long_text choice email url ip_cidr port_list serial   string
//	boolean                                                     bool
//	integer / decimal                                           int64 / Decimal
//	date / year_month / time / date_time                        calendar.Date / calendar.YearMonth / Clock / time.Time (UTC)
//	…_range                                                     Range of the same
//	period                                                      Period
//	multi_choice                                                []string
//	person / persons                                            Person / []Person
//	unit ref / refs                                             Ref / []Ref
//	file / files                                                File / []File
//	checklist                                                   []Mark
//	table                                                       []Row
//	computed                                                    as its result parameter says
type Values map[string]any

// Row is one row of a table: its cells by column key, and under RowID its identity.
type Row = Values

// RowID is the reserved key under which a row carries its identity: a child case, an error and an address on a page
// point at the row by it even when rows move. It is made when a row is first decoded and never used again.
const RowID = "_row"

// NewRowID makes an identity for a row: eight characters, random.
func NewRowID() string {
	var b [5]byte
	rand.Read(b[:]) // never fails: crypto/rand.Read ends the program rather than return an error
	return spellRowID(b[:])
}

// newRowID is the identity of row n of a table that came without one; see NamingRows.
func (f *Form) newRowID(table *field, n int) string {
	if f.seed == "" {
		return NewRowID()
	}
	sum := sha256.Sum256([]byte(f.seed + "\x00" + table.path + "\x00" + strconv.Itoa(n)))
	return spellRowID(sum[:5])
}

func spellRowID(b []byte) string { return strings.ToLower(base32.StdEncoding.EncodeToString(b)) }

func validRowID(id string) bool {
	if id == "" || len(id) > 16 {
		return false
	}
	for _, c := range []byte(id) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func rowID(row Row) string { id, _ := row[RowID].(string); return id }

// Clock is a time of day, 00:00 to 23:59.
type Clock struct{ Hour, Minute int }

// String gives "14:05".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.Hour, c.Minute) }

// Valid reports whether c is a time of day.
func (c Clock) Valid() bool { return c.Hour >= 0 && c.Hour < 24 && c.Minute >= 0 && c.Minute < 60 }

// Compare orders times of day: -1, 0 or 1.
func (c Clock) Compare(other Clock) int {
	return compareInt(int64(c.Hour*60+c.Minute), int64(other.Hour*60+other.Minute))
}

// Range runs from From to To, both included. A half that isn't answered yet is marked, so that a draft keeps the other.
type Range[T comparable] struct {
	From, To     T
	NoFrom, NoTo bool
}

// The ranges that the standard types make.
type (
	IntegerRange   = Range[int64]
	DecimalRange   = Range[Decimal]
	DateRange      = Range[calendar.Date]
	YearMonthRange = Range[calendar.YearMonth]
	ClockRange     = Range[Clock]
	InstantRange   = Range[time.Time]
)

// Period is a period of use: from a day to a day, both included, or without end (無期限) with the reason for it. A
// zero date is an unanswered one.
type Period struct {
	From, To calendar.Date
	Open     bool
	Reason   string
}

// Person is a person of the directory (ID), one from outside (Name, Org), or one who has not arrived yet (Name, Expected).
type Person struct {
	Kind     PersonKind
	ID       string
	Name     string // of a person of the directory: as it was when the form was sent
	Org      string
	Expected calendar.Date
}

// PersonKind tells the three kinds of people apart.
type PersonKind string

// The kinds of people a form can name.
const (
	InDirectory PersonKind = "person"
	External    PersonKind = "external"
	Arriving    PersonKind = "expected"
)

// Ref points at something kept elsewhere: a row of a register, a document, a case, a unit. Name is what it was called
// when the form was sent; the identity is List and ID.
type Ref struct{ List, ID, Name string }

// File names an uploaded file; the bytes are kept elsewhere under their digest.
type File struct {
	Name      string
	Size      int64
	Digest    string // SHA-256 in lower-case hexadecimal
	MediaType string
}

// Mark is the answer to one item of a checklist.
type Mark struct{ Item, Answer, Remark string }

// Clone copies v so far that rows and cells of the copy can be changed without touching v. Single values are shared;
// they are never changed in place.
func (v Values) Clone() Values {
	if v == nil {
		return nil
	}
	out := make(Values, len(v))
	for key, value := range v {
		if rows, ok := value.([]Row); ok {
			copied := make([]Row, len(rows))
			for i, row := range rows {
				copied[i] = row.Clone()
			}
			value = copied
		}
		out[key] = value
	}
	return out
}

// RowByID finds a row of the table by its identity, and its place, counted from 1.
func (v Values) RowByID(table, id string) (Row, int) {
	rows, _ := v[table].([]Row)
	for i, row := range rows {
		if rowID(row) == id {
			return row, i + 1
		}
	}
	return nil, 0
}

func compareInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// empty says whether a value counts as unanswered.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []Row:
		return len(v) == 0
	case []Ref:
		return len(v) == 0
	case []File:
		return len(v) == 0
	case []Person:
		return len(v) == 0
	case []Mark:
		return len(v) == 0
	}
	return false
}
