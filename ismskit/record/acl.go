package record

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"slices"
	"strings"
)

// Prefixes of what ACL.Readers holds. Everybody stands alone.
const (
	// Everybody lets everyone of the house read, not people from outside.
	Everybody = "all"

	personPrefix = "p:"
	postPrefix   = "post:"
	rolePrefix   = "role:"
	rowPrefix    = "rolerow:"
	groupPrefix  = "group:"
	unitPrefix   = "unit:"
	systemPrefix = "system:"
)

// Readers that whoever files a record names for it by hand (B3.7): ReaderPerson lets
// one person read.
func ReaderPerson(id string) string { return personPrefix + id }

// ReaderPost lets whoever holds a post read.
func ReaderPost(id string) string { return postPrefix + id }

// ReaderRole lets those who have a role in a module read.
func ReaderRole(module, role string) string { return rolePrefix + module + "/" + role }

// ReaderRoleRow lets those who have the role read that a row of the list of roles is.
func ReaderRoleRow(id string) string { return rowPrefix + id }

// NamesRows says that a rule names a role or a group by its row of a list: the reader's RoleRows
// and Groups have to be known.
func (a ACL) NamesRows() bool {
	return slices.ContainsFunc(a.Readers, func(r string) bool { return strings.HasPrefix(r, rowPrefix) || strings.HasPrefix(r, groupPrefix) })
}

// ReaderGroup lets the members of a group (任務編組) read.
func ReaderGroup(id string) string { return groupPrefix + id }

// ReaderUnit lets everyone who works in a unit read.
func ReaderUnit(id string) string { return unitPrefix + id }

// ReaderSystem lets the owner and administrators of an application system read
// (B3.8).
func ReaderSystem(id string) string { return systemPrefix + id }

// NewACL makes a rule and derives its ID. Readers are sorted, and named once, so
// that equal rules are one row.
func NewACL(unit, class, category, typ string, readers ...string) ACL {
	a := ACL{Unit: unit, Class: class, Category: category, Type: typ, Readers: slices.Clone(readers)}
	a.Readers = slices.DeleteFunc(a.Readers, func(r string) bool { return r == "" })
	slices.Sort(a.Readers)
	a.Readers = slices.Compact(a.Readers)
	a.ID = a.derive()
	return a
}

// derive hashes every part with its length in front, so that no two different
// rules can run together into one. The "1" names the form of the hash: records
// carry these ids for ever.
func (a ACL) derive() string {
	h := sha256.New()
	part := func(s string) {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	for _, s := range []string{"ismskit acl 1", a.Unit, a.Class, a.Category, a.Type} {
		part(s)
	}
	for _, s := range a.Readers {
		part(s)
	}
	sum := h.Sum(nil)
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}
