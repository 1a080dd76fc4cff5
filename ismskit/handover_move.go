package ismskit

import (
	"context"
	"encoding/json"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Transfer names the fields of a Handover that say where he goes who stays in the house (調任).
type Transfer struct {
	Unit string `json:"unit"` // unit field
	Post string `json:"post"` // ref field into the posts; empty where it is not known yet
	From string `json:"from"` // date field: the day he starts there
}

// Appoint puts somebody who moves into his new unit and post (到職) when the day comes, in
// actions of the system. What stands against it by then is on the sheet's trail, and it is
// tried again every day.
type Appoint struct {
	Person string
	Unit   string
	Post   string        // "" where it is not known yet: whoever keeps the people is told
	From   calendar.Date // the day he starts
	// Was is where the list of people had him when the sheet took effect; somebody who is
	// entered elsewhere by the day is left there. Nil in jobs of older sheets.
	Was *Standing `json:",omitempty"`
}

// Standing is the unit and the main post of somebody in the list of people.
type Standing struct{ Unit, Post string }

func standingOf(v forms.Values) Standing {
	unit, _ := v["unit"].(forms.Ref)
	post, _ := v["post"].(forms.Ref)
	return Standing{Unit: unit.ID, Post: post.ID}
}

// overtaken says that somebody was entered elsewhere by hand since the sheet took effect.
// The post that he had may have passed to his successor meanwhile.
func (a Appoint) overtaken(now Standing) bool {
	if a.Was == nil {
		return false
	}
	return now.Unit != a.Was.Unit && now.Unit != a.Unit || now.Post != "" && now.Post != a.Was.Post && a.Post != "" && now.Post != a.Post
}

func (a Appoint) describe() string {
	return "appoint " + a.Person + " in " + a.Unit + " from " + a.From.String()
}

func (a Appoint) apply(ctx context.Context, w *work, tx Tx) error {
	row, found, err := tx.Registers().Row(ctx, register.People, a.Person)
	if err != nil {
		return err
	}
	if found {
		values, err := w.k.lists.Values(row)
		if err != nil {
			return err
		}
		was := standingOf(values)
		a.Was = &was
	}
	payload, err := json.Marshal(a)
	if err != nil {
		return err
	}
	id := w.after.row.ID
	return enqueue(ctx, tx, w.now, Job{Key: jobAppoint + "|" + id, Kind: jobAppoint, Subject: id, Payload: payload, Due: a.From.Start(w.k.location)})
}
