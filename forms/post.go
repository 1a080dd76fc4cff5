package forms

import (
	"strings"
	"time"
)

// Posted is what a form page sends: names and what was typed under them, as in url.Values. A field is named by its
// key, a part of it by "key.part", a cell by "table.row.column", rows being numbered: "lines.2.period.from".
type Posted map[string][]string

// Get is the first text under name, and "" when there is none.
func (p Posted) Get(name string) string {
	if all := p[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// Has reports whether text is among what was sent under name, for ticking boxes again.
func (p Posted) Has(name, text string) bool {
	for _, s := range p[name] {
		if s == text {
			return true
		}
	}
	return false
}

// Post is the view of one field on what was posted.
type Post struct {
	all      Posted
	name     string
	location *time.Location
}

// Text is what was typed into the part ("" for the field itself), without blanks at either end; of several texts, as
// a check box with a hidden "no" before it sends, the last.
func (p Post) Text(part string) string {
	all := p.all[p.at(part)]
	if len(all) == 0 {
		return ""
	}
	return strings.TrimSpace(all[len(all)-1])
}

// All is everything sent under the part's name, without empty texts.
func (p Post) All(part string) []string {
	var out []string
	for _, s := range p.all[p.at(part)] {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Part is the view on one part, or item, of the field.
func (p Post) Part(name string) Post { return Post{p.all, p.at(name), p.location} }

// Location is where the person's clocks stand.
func (p Post) Location() *time.Location { return place(p.location) }

func (p Post) at(part string) string {
	if part == "" {
		return p.name
	}
	return p.name + "." + part
}
