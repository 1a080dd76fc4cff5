package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ismskit/ismskit/ismskit"
)

type calledKey struct{}

// calledNames are read once for an answer, also where they can't be.
type calledNames struct {
	asked  bool
	names  map[string]string
	within *namesWithin // nil while no text was asked for
	err    error
	logged bool
}

// calling has what units, posts and systems are called in the reader's language read once for an
// answer, when the page first names one.
func calling(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), calledKey{}, new(calledNames))))
	})
}

// calledIn are the names of units, posts and systems in a language by those on record.
func calledIn(r *http.Request, kit *ismskit.Kit, actor ismskit.Actor, lang string) (map[string]string, error) {
	kept := askCalled(r, kit, actor, lang)
	return kept.names, kept.err
}

func askCalled(r *http.Request, kit *ismskit.Kit, actor ismskit.Actor, lang string) *calledNames {
	kept, ok := r.Context().Value(calledKey{}).(*calledNames)
	if !ok {
		kept = new(calledNames)
	}
	if !kept.asked {
		kept.asked = true
		kept.names, kept.err = kit.People().Called(r.Context(), actor, lang)
	}
	return kept
}

// worded is a text of a type in the reader's language. What it names of the record, such as
// a system, stands in it as the house calls it and is called as the reader's language does.
func (p *Pages) worded(r *http.Request, t map[string]string) string { return p.within(r, p.in(r, t)) }

// within is a text with the names that stand in it by themselves as the reader's language calls
// them. What runs on is somebody's own words, in which nothing is changed.
func (p *Pages) within(r *http.Request, text string) string {
	if !strings.ContainsFunc(text, chinese) {
		return text
	}
	kept := p.askCalled(r)
	if kept.within == nil {
		kept.within = newNamesWithin(kept.names)
	}
	return kept.within.Replace(text)
}

// askCalled are the names in the reader's language. Where they can't be read the page has
// those on record, and the log says it once.
func (p *Pages) askCalled(r *http.Request) *calledNames {
	kept := askCalled(r, p.kit, p.actor(r), p.lang(r))
	if kept.err != nil && !kept.logged {
		kept.logged = true
		p.renderer.logQuietly(r.Context(), "names in the reader's language", kept.err)
	}
	return kept
}

// namesWithin finds names that stand in a text by themselves, the longest first: one may begin
// another.
type namesWithin struct {
	names  map[string]string
	begins map[rune][]string // by their first letter
}

func newNamesWithin(names map[string]string) *namesWithin {
	n := &namesWithin{names, map[rune][]string{}}
	for _, own := range slices.SortedFunc(maps.Keys(names), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) {
		if first, size := utf8.DecodeRuneInString(own); size > 0 {
			n.begins[first] = append(n.begins[first], own)
		}
	}
	return n
}

// Replace is a text with those names called as they are to be.
func (n *namesWithin) Replace(text string) string {
	var b strings.Builder
	before := rune(0)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if own, ok := n.at(text[i:], r); ok && !inWord(before) {
			b.WriteString(n.names[own])
			before, _ = utf8.DecodeLastRuneInString(own)
			i += len(own)
			continue
		}
		b.WriteString(text[i : i+size])
		before, i = r, i+size
	}
	return b.String()
}

// at is the name with which a text begins, where none of its own letters follow.
func (n *namesWithin) at(text string, first rune) (string, bool) {
	for _, own := range n.begins[first] {
		if rest, ok := strings.CutPrefix(text, own); ok {
			if next, size := utf8.DecodeRuneInString(rest); size == 0 || !inWord(next) {
				return own, true
			}
		}
	}
	return "", false
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// subject is a case's subject line as the reader has it: worded by its type, else as it
// was written.
func (p *Pages) subject(r *http.Request, written string, in map[string]string) string {
	return ismskit.SubjectFor(p.lang(r), written, map[string]string{p.lang(r): p.worded(r, in)})
}

// called is the name of a unit or a system or the title of a post, which a record has in the house's
// own language, as the reader's language has it where it has it.
func (p *Pages) called(r *http.Request, name string) string {
	if name == "" {
		return ""
	}
	return orOwn(p.askCalled(r).names, name)
}

func orOwn(names map[string]string, own string) string {
	if name, ok := names[own]; ok {
		return name
	}
	return own
}
