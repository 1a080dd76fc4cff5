package api

import (
	"context"

	"github.com/ismskit/ismskit/ismskit"
)

type heldByRequest struct {
	ID string `path:"id" maxLength:"100" doc:"The person."`
}

// Holding is one thing that somebody, or a unit, has.
type Holding struct {
	Kind   string `json:"kind" doc:"In what way he has it: task, role, system_owner and so on."`
	Key    string `json:"key" doc:"Names it, the same each time."`
	Name   string `json:"name"`
	List   string `json:"list,omitempty" doc:"The living list that names him."`
	Row    string `json:"row,omitempty"`
	Field  string `json:"field,omitempty"`
	Case   string `json:"case,omitempty" doc:"Missing where the reader may not open it."`
	Task   string `json:"task,omitempty"`
	Needed bool   `json:"needed" doc:"A successor has to be named."`
	Ends   bool   `json:"ends" doc:"It ends with him and passes to nobody."`
}

type heldByAnswer struct {
	Body struct {
		Items []Holding `json:"items" nullable:"false"`
	}
}

func (a *API) heldByPerson(ctx context.Context, in *heldByRequest) (*heldByAnswer, error) {
	found, err := a.kit.Queue().Held().Of(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &heldByAnswer{}
	out.Body.Items = holdings(found, langOf(ctx))
	return out, nil
}

func holdings(all []ismskit.Holding, lang string) []Holding {
	out := make([]Holding, len(all))
	for i, h := range all {
		out[i] = Holding{
			Kind: string(h.Kind), Key: h.Key, Name: h.Name.In(lang), List: h.List, Row: h.Row, Field: h.Field,
			Case: h.Case, Task: h.Task, Needed: h.Needed, Ends: h.Ends,
		}
	}
	return out
}
