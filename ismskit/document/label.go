package document

import (
	"cmp"
	"strconv"
	"strings"
)

// Label is a version number x.y: y rises with a minor revision, x with a major
// one, which starts again at y = 0.
type Label struct{ Major, Minor int }

// FirstLabel is the first version unless the document comes with its own.
var FirstLabel = Label{Major: 1}

// maxLabelPart keeps labels printable and far from overflow.
const maxLabelPart = 9999

// ParseLabel reads "1.3". Leading zeros and signs are refused, so that one
// version has one spelling.
func ParseLabel(s string) (Label, error) {
	label, wrong := parseLabel(s)
	if wrong != nil {
		return Label{}, wrong
	}
	return label, nil
}

func parseLabel(s string) (Label, *Refusal) {
	major, minor, found := strings.Cut(s, ".")
	x, okX := labelPart(major)
	y, okY := labelPart(minor)
	if !found || !okX || !okY {
		return Label{}, refuseAt(FieldLabel, "label_form", "label", s)
	}
	return Label{x, y}, nil
}

func labelPart(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > maxLabelPart || strconv.Itoa(n) != s {
		return 0, false
	}
	return n, true
}

// IsLabel says whether a text is a version's label as it is kept.
func IsLabel(s string) bool {
	label, err := ParseLabel(s)
	return err == nil && label.String() == s
}

// String returns "1.3".
func (l Label) String() string { return strconv.Itoa(l.Major) + "." + strconv.Itoa(l.Minor) }

// Compare orders labels; 1.10 comes after 1.9.
func (l Label) Compare(other Label) int {
	return cmp.Or(cmp.Compare(l.Major, other.Major), cmp.Compare(l.Minor, other.Minor))
}

// Bump says how a revision raises the version.
type Bump string

// The two revisions; which one applies when is the organisation's policy.
const (
	Minor Bump = "minor" // 1.3 → 1.4
	Major Bump = "major" // 1.3 → 2.0
)

// Next returns the label after l; anything but Major is minor.
func (l Label) Next(b Bump) Label {
	if b == Major {
		return Label{Major: l.Major + 1}
	}
	return Label{Major: l.Major, Minor: l.Minor + 1}
}

// highest returns the highest label in use, also of stopped versions: a label stays
// used (U7), unless the version was withdrawn before its day. ok is false where there
// is no version with an x.y label.
func highest(versions []Version) (top Label, ok bool) {
	for _, v := range versions {
		l, err := ParseLabel(v.Label)
		if v.State != Withdrawn && err == nil && (!ok || l.Compare(top) > 0) {
			top, ok = l, true
		}
	}
	return top, ok
}

// NextLabel is the label that a revision of a document would get, FirstLabel where it has no
// version yet.
func NextLabel(versions []Version, b Bump) Label {
	last, any := highest(versions)
	if !any {
		return FirstLabel
	}
	return last.Next(b)
}
