package record

import "slices"

// Reader is who wants to read, as the rules see him. The zero Reader may read
// nothing.
type Reader struct {
	Person string
	// InHouse is true for people of the directory, false for outsiders with an
	// account, such as an auditor for three days.
	InHouse bool
	// ReadAll sees every record (查閱全部).
	ReadAll bool

	Unit   string   // where he works
	Counts []string // further units as whose people he counts: those that Unit has taken over (U2)
	Units  []string // units he heads, with all beneath them
	Posts  []string // posts he holds
	Roles  []string // "module/role"
	Groups []string // of whose members he is
	// RoleRows are the rows of the list of roles that Roles are.
	RoleRows []string
	Systems  []string // systems he owns or administers
	// Categories are those he may read, inheritance worked out: see Tree.Readable (B3.6).
	Categories []string
}

// Way says through which right somebody may read, so that a page can tell him.
type Way string

// The ways in which an ACL is satisfied, in the order in which they are tried.
const (
	ByReadAll  Way = "read_all"
	ByHead     Way = "head"     // head of the owning unit or of one above it
	ByName     Way = "named"    // he himself, his post, unit, role or system is named
	ByHouse    Way = "house"    // everybody may
	ByCategory Way = "category" // he may read the category
)

// Allows reports whether the reader satisfies a rule, and how. That he took part
// in a single record is not a rule; the query adds it (Query.Reader).
func (r Reader) Allows(a ACL) (Way, bool) {
	switch {
	case r.ReadAll:
		return ByReadAll, true
	case a.Unit != "" && slices.Contains(r.Units, a.Unit):
		return ByHead, true
	case r.named(a.Readers):
		return ByName, true
	case r.InHouse && slices.Contains(a.Readers, Everybody):
		return ByHouse, true
	case a.Category != "" && slices.Contains(r.Categories, a.Category):
		return ByCategory, true
	}
	return "", false
}

func (r Reader) named(readers []string) bool {
	return slices.ContainsFunc(readers, func(key string) bool {
		return has(key, personPrefix, r.Person) || has(key, unitPrefix, r.Unit) || has(key, unitPrefix, r.Counts...) ||
			has(key, postPrefix, r.Posts...) || has(key, rolePrefix, r.Roles...) || has(key, groupPrefix, r.Groups...) || has(key, rowPrefix, r.RoleRows...) ||
			has(key, systemPrefix, r.Systems...)
	})
}

func has(key, prefix string, ids ...string) bool {
	if len(key) <= len(prefix) || key[:len(prefix)] != prefix {
		return false
	}
	return slices.Contains(ids, key[len(prefix):])
}

// Satisfied returns the ids of the rules that the reader satisfies, sorted, for
// Query.ACLs.
func Satisfied(acls []ACL, r Reader) []string {
	var ids []string
	for _, a := range acls {
		if _, ok := r.Allows(a); ok {
			ids = append(ids, a.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
