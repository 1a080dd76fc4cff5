package directory

import "time"

// Kind says what a Question asks.
type Kind string

// Kinds of question, each with the fields of Question it reads.
const (
	KindPerson Kind = "person" // Person: himself, whether in force or not is in the Reason
	// KindPersonActive reads Person and Unit: himself, only if in force and in the house;
	// with a Unit only if he still works there, or where that unit's duties have gone.
	KindPersonActive Kind = "person_active"
	KindPost         Kind = "post"          // Post: who holds it
	KindUnitHead     Kind = "unit_head"     // Unit: its head, or the head of the next unit above
	KindManager      Kind = "manager"       // Person (and Post or Unit): his head, or the head above if he is that
	KindLevelsUp     Kind = "levels_up"     // Person, Levels: the manager's manager and so on
	KindRole         Kind = "role"          // Module, Role, Agency: who has the role
	KindRegisterRole Kind = "register_role" // Register, Row, Field: the people a row names
	// KindParentAgency reads Agency, Role, Module: who has the role in the agency above
	// the one that a unit belongs to; without a Role the head of the unit that decides
	// in its place.
	KindParentAgency Kind = "parent_agency"
)

// Question asks for the people that fit at a moment.
type Question struct {
	ID   string // the asker's own; the Answer repeats it
	Kind Kind

	Person   string // person id
	Post     string // post id
	Unit     string // unit id
	Role     string // role key
	Module   string // module the role belongs to
	Register string // list key, e.g. "systems"
	Row      string // row id, e.g. "S02"
	Field    string // field of that row, e.g. "admins", and "backup_admins" as second choice

	// Levels is how many heads up KindLevelsUp goes; 1 is the manager.
	Levels int
	// At is the moment asked about. It must not be zero.
	At time.Time
	// Agency is the unit id of the agency the matter belongs to, or of a unit of it
	// (K22). A role may be given per agency; without a row for this one, the row for all agencies
	// counts.
	Agency string
}

// Holder is a person together with the post and unit through which he was found.
// The names are those of the moment of asking; a record keeps them as they are.
type Holder struct {
	Person    string
	Name      string
	Post      string // post id, "" where he was found as a person and has no post
	PostTitle string
	Unit      string
	UnitName  string
	External  bool // somebody outside, without an account; UnitName is his organisation
}

// Answer says who fits a Question. No holders is an answer too: Reason then says
// why nobody was found.
type Answer struct {
	Question string
	Holders  []Holder
	// Pool names the group when membership counts live, until somebody claims the
	// task: PoolOfRole, PoolOfPost or PoolOfRow. "" where people were asked for by
	// name.
	Pool string
	// Reason is zero for an ordinary answer. With holders it says what was done to
	// find them (the unit has no head, so the unit above was asked).
	Reason Reason
}

// Pool keys. They are stored with open tasks, so they never change their form.

// PoolOfRole is the pool of all who have a role; agency is "" for a role that
// holds for all agencies.
func PoolOfRole(module, role, agency string) string {
	if agency == "" {
		return "role:" + module + "/" + role
	}
	return "role:" + module + "/" + role + "@" + agency
}

// PoolOfPost is the pool of those who hold a post.
func PoolOfPost(post string) string { return "post:" + post }

// PoolOfRow is the pool of the people named in a field of a register's row.
func PoolOfRow(list, row, field string) string { return "row:" + list + "/" + row + "/" + field }
