package directory

import "time"

// Person is somebody of the house, or from outside.
type Person struct {
	ID     string
	Name   string
	NameEN string
	Login  string // "" for people without an account
	Email  string
	Phone  string
	Note   string
	Post   string // main post
	Unit   string // where he works; an outside office for people from outside
	// Org is the organisation of somebody from outside, in words.
	Org      string
	External bool
	From, To time.Time
}

// Active reports whether he is in the house (or in the list) at a moment.
func (p Person) Active(at time.Time) bool { return within(p.From, p.To, at) }

// Unit is a part of the house, or an agency of its own beneath it.
type Unit struct {
	ID         string
	Name       string
	NameEN     string
	Short      string
	Kind       string // agency, unit, subordinate_agency
	Parent     string
	Head       string // post that heads it
	Fallback   string // unit whose head decides where its own can't (K22)
	Successors []string
	From, To   time.Time
}

// Kinds of unit.
const (
	KindAgency      = "agency"
	KindUnit        = "unit"
	KindSubordinate = "subordinate_agency"
)

// Ended says whether its last day is over.
func (u Unit) Ended(at time.Time) bool { return !u.To.IsZero() && !at.Before(u.To) }

// Agency reports whether the unit is an agency, with a head, number scopes and
// administrators of its own (K22).
func (u Unit) Agency() bool { return u.Kind == KindAgency || u.Kind == KindSubordinate }

// Post is a position with those who hold it, now and earlier.
type Post struct {
	ID         string
	Title      string
	TitleEN    string
	Unit       string
	Superior   string // the post above
	Head       bool   // heads its unit
	Concurrent bool   // held beside another post
	Holders    []Tenure
	Successors []string
	From, To   time.Time
}

// Role is a role of a module, for one agency or for all.
type Role struct {
	Row     string
	Module  string
	Key     string
	Title   string
	TitleEN string
	Agency  string // unit id; "" for all
	Members []Tenure
	Units   []string // whose heads have the role
	// ManagedBy are the roles, by their rows, whose people set who has this one.
	ManagedBy []string
}

// Tenure says that a person, or whoever holds a post, was something for a time.
type Tenure struct {
	Person   string
	Post     string
	From, To time.Time
	Basis    string // the order it rests on
}

// entry is a row of the list deputies.
type entry struct {
	id        string
	principal string
	ordered   []string
	standing  bool
	from, to  time.Time
	reason    string
	limits    Limits
	conflict  Conflict
}

// within reports whether a moment lies in [from, to); a zero end is open.
func within(from, to, at time.Time) bool {
	return (from.IsZero() || !at.Before(from)) && (to.IsZero() || at.Before(to))
}
