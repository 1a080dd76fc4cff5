package api

import (
	"context"

	"github.com/ismskit/ismskit/ismskit"
)

type unitMovesRequest struct {
	ID         string   `path:"id" maxLength:"100" doc:"The unit."`
	Last       string   `query:"last" format:"date" doc:"Its last day; missing: today."`
	Successors []string `query:"successor,explode" nullable:"false" maxItems:"20" doc:"Units that are to take over."`
}

// UnitMoves is what a unit has that goes on after its last day.
type UnitMoves struct {
	Unit       string          `json:"unit"`
	Name       string          `json:"name"`
	Last       string          `json:"last" format:"date"`
	Successors []UnitSuccessor `json:"successors" nullable:"false"`
	Moves      []UnitMove      `json:"moves" nullable:"false"`
}

// UnitSuccessor is a unit that is to take over.
type UnitSuccessor struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Unfit string `json:"unfit,omitempty" enum:"unknown,itself,ended,not_yet" doc:"Why it cannot; missing where it can."`
}

// UnitMove is what there is of one kind, and what becomes of it.
type UnitMove struct {
	Kind  string    `json:"kind" doc:"In what way the unit has it: unit_case, unit_head_task, unit_post and so on."`
	Title string    `json:"title" doc:"The kind in words."`
	Goes  string    `json:"goes" enum:"along,people,hand" doc:"along: the successors have it from the next day on, and records keep the old name; people: it stays with the people and posts that have it; hand: it stays as it is until somebody changes it."`
	Count int       `json:"count"`
	Items []Holding `json:"items" nullable:"false" doc:"Those of them that the caller may read."`
}

type unitMovesAnswer struct {
	Body UnitMoves
}

func (a *API) movesOfUnit(ctx context.Context, in *unitMovesRequest) (*unitMovesAnswer, error) {
	end := ismskit.UnitEnd{Unit: in.ID, Successors: in.Successors}
	if in.Last != "" {
		if err := end.Last.UnmarshalText([]byte(in.Last)); err != nil {
			return nil, errDay
		}
	}
	found, err := a.kit.Queue().Held().OfUnit(ctx, actor(ctx), end)
	if err != nil {
		return nil, err
	}
	lang := langOf(ctx)
	out := &unitMovesAnswer{Body: UnitMoves{Unit: in.ID, Name: found.Name.In(lang), Last: found.Last.String(), Successors: []UnitSuccessor{}, Moves: []UnitMove{}}}
	for _, s := range found.Successors {
		out.Body.Successors = append(out.Body.Successors, UnitSuccessor{ID: s.ID, Name: s.Name.In(lang), Unfit: string(s.Unfit)})
	}
	for _, m := range found.Moves {
		out.Body.Moves = append(out.Body.Moves, UnitMove{
			Kind: string(m.Kind), Title: m.Kind.Text().In(lang), Goes: string(m.Goes), Count: m.Count, Items: holdings(m.Items, lang),
		})
	}
	return out, nil
}
