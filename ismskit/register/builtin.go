package register

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"sync"
)

// Keys of the built-in lists.
const (
	Units      = "units"
	Posts      = "posts"
	People     = "people"
	Groups     = "groups"
	Roles      = "roles"
	Deputies   = "deputies"
	Externals  = "externals"
	Offices    = "offices"
	Systems    = "systems"
	Services   = "services"
	Grants     = "grants"
	Templates  = "templates"
	Settings   = "settings"
	Categories = "categories"
	Calendars  = "calendars"
	// ReservedNumbers are numbers given by hand, Originals where papers lie.
	ReservedNumbers = "reserved_numbers"
	Originals       = "originals"
	// Flows says which version of a form type is in use where the house has made one itself.
	Flows = "flows"
	// Certificates say whose certificate is whose, for signatures with them (憑證簽章).
	Certificates = "certificates"
	// Distributions say who is to read which document (文件分送對象).
	Distributions = "distributions"
	// DocumentLoans say which documents are lent to whom, and for how long (調閱).
	DocumentLoans = "document_loans"
	// RetentionRules say how long records are kept (保存年限), LegalHolds what may not be disposed
	// of meanwhile (暫緩銷毀).
	RetentionRules = "retention_rules"
	LegalHolds     = "legal_holds"
	// DocumentNumbers say how documents are numbered, by level and unit (文件編號規則).
	DocumentNumbers = "document_numbers"
	// Classes are the classes of confidentiality in their order (機密等級).
	Classes = "classes"
	// SavedViews are what people saved of the lists they look at, each his own alone.
	SavedViews = "saved_views"
)

//go:embed lists/*.json
var listFiles embed.FS

// BuiltIn returns the lists that the kit itself reads, read once for the process: what they hold
// is shared and not to be changed. An error means that the embedded files are broken.
func BuiltIn() ([]List, error) {
	lists, err := builtIn()
	return slices.Clone(lists), err
}

var builtIn = sync.OnceValues(func() ([]List, error) {
	entries, err := listFiles.ReadDir("lists")
	if err != nil {
		return nil, err
	}
	lists := make([]List, 0, len(entries))
	for _, e := range entries {
		b, err := listFiles.ReadFile(path.Join("lists", e.Name()))
		if err != nil {
			return nil, err
		}
		l, err := ParseList(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		lists = append(lists, l)
	}
	return lists, nil
})
