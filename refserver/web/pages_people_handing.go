package web

import (
	"errors"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// handingView is what somebody has in the house and another would go on with.
type handingView struct {
	Lines    []handingLine
	Accounts bool // permissions of his own are among them
}

// handingLine is one thing of it; Href is "" where nothing is to be opened.
type handingLine struct{ Kind, Name, Href, Follow string }

// handing is what the reader is told of what somebody has, nil where he is not told.
func (p *Pages) handing(r *http.Request, person string) (*handingView, error) {
	all, err := p.kit.Queue().Held(r.Context(), p.actor(r), person)
	if errors.Is(err, ismskit.ErrForbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lang := p.lang(r)
	view := &handingView{}
	for _, h := range all {
		line := handingLine{Kind: h.Kind.Text().In(lang), Name: h.Name.In(lang), Href: handingHref(h), Follow: p.text(r, "handing.open")}
		switch {
		case h.Needed:
			line.Follow = p.text(r, "handing.needed")
		case h.Ends:
			line.Follow = p.text(r, "handing.ends")
		}
		view.Accounts = view.Accounts || h.Kind == ismskit.HoldsAccount
		view.Lines = append(view.Lines, line)
	}
	return view, nil
}

func handingHref(h ismskit.Holding) string {
	switch {
	case h.Case != "":
		return "/cases/" + h.Case
	case h.List == register.Systems:
		return "/systems/" + h.Row
	case h.List == register.Roles:
		return "/roles/" + h.Row
	}
	return ""
}
