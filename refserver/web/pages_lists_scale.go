package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// classView is a class of confidentiality as a page shows it.
type classView struct {
	Name   string
	Closed bool // only the named read what has it
}

func classIn(lang string, scale ismskit.Classes, class string) classView {
	return classView{Name: scale.Name(class, lang), Closed: scale.Confidential(class)}
}

// scale is the house's scale of confidentiality; it answers by itself where that can't be read.
func (p *Pages) scale(w http.ResponseWriter, r *http.Request) (ismskit.Classes, bool) {
	scale, err := p.kit.Documents().Lists().Classes(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
	}
	return scale, err == nil
}

// fillScale lists the classes of confidentiality from the lowest up, each with its place and who reads it.
func (p *Pages) fillScale(r *http.Request, page *listPage) error {
	scale, err := p.kit.Documents().Lists().Classes(r.Context(), p.actor(r))
	if err != nil {
		return err
	}
	for _, c := range scale {
		title, says := c.Title.In(p.lang(r)), "lists.class_named"
		if !strings.Contains(record.Fold(title), record.Fold(page.Query)) {
			continue
		}
		if c.Open {
			says = "lists.class_house"
		}
		sub := p.text(r, says, "Place", strconv.FormatInt(c.Place, 10))
		if c.Retired {
			sub += p.text(r, "lists.class_retired")
		}
		page.Rows = append(page.Rows, listedLine{ID: c.ID, Title: title, Sub: sub})
	}
	return nil
}
