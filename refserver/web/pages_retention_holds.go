package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
)

// holdScope is what the page of a hold says that it keeps.
type holdScope struct {
	Count             int
	More              bool
	LookedAt          int // after how many records the look for more ended, 0 for none
	Ended             bool
	First             []keptLine
	Unknown, Disposed string // numbers
}

// keptLine is one record that is held.
type keptLine struct{ Href, Number, Subject string }

// holdScope is nil for whoever may enter holds and is told of no retention.
func (p *Pages) holdScope(r *http.Request, id string) (*holdScope, error) {
	holds, err := p.kit.Records().Retention().Holding(r.Context(), p.actor(r), id)
	if errors.Is(err, ismskit.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	and := p.text(r, "word.list")
	out := &holdScope{Count: holds.Count, More: holds.More, LookedAt: holds.LookedAt, Ended: holds.Ended, Unknown: strings.Join(holds.Unknown, and), Disposed: strings.Join(holds.Disposed, and)}
	for _, rec := range holds.First {
		out.First = append(out.First, keptLine{Href: "/cases/" + rec.Case, Number: rec.Number, Subject: rec.Subject})
	}
	return out, nil
}
