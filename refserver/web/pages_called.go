package web

import (
	"context"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
)

type calledKey struct{}

// calledNames are read once for an answer, also where they can't be.
type calledNames struct {
	asked bool
	names map[string]string
	err   error
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
	kept, ok := r.Context().Value(calledKey{}).(*calledNames)
	if !ok {
		kept = new(calledNames)
	}
	if !kept.asked {
		kept.asked = true
		kept.names, kept.err = kit.People().Called(r.Context(), actor, lang)
	}
	return kept.names, kept.err
}

// called is the name of a unit or a system or the title of a post, which a record has in the house's
// own language, as the reader's language has it where it has it.
func (p *Pages) called(r *http.Request, name string) string {
	if name == "" {
		return ""
	}
	names, err := calledIn(r, p.kit, p.actor(r), p.lang(r))
	if err != nil { // the page has the name on record
		p.renderer.logQuietly(r.Context(), "names in the reader's language", err)
	}
	return orOwn(names, name)
}

func orOwn(names map[string]string, own string) string {
	if name, ok := names[own]; ok {
		return name
	}
	return own
}
