package web

import (
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// disposedBand is what the page of a case says of which nothing is left.
type disposedBand struct {
	Number, Href string
	On           calendar.Date
}

// disposedOf is nil for a case that is still there.
func (p *Pages) disposedOf(c ismskit.Case) *disposedBand {
	d := c.Disposed
	if d == nil {
		return nil
	}
	return &disposedBand{Number: d.Number, Href: "/cases/" + d.Case, On: calendar.DateOf(d.At.In(p.location))}
}
