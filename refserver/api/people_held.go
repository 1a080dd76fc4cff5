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
	Kind    string `json:"kind" doc:"In what way he has it: task, role, system_owner and so on."`
	Key     string `json:"key" doc:"Names it, the same each time."`
	Name    string `json:"name"`
	List    string `json:"list,omitempty" doc:"The living list that names him."`
	Row     string `json:"row,omitempty"`
	Field   string `json:"field,omitempty"`
	Case    string `json:"case,omitempty" doc:"Missing where the reader may not open it."`
	Task    string `json:"task,omitempty"`
	Needed  bool   `json:"needed" doc:"A successor has to be named."`
	Ends    bool   `json:"ends" doc:"It ends with him and passes to nobody."`
	Until   string `json:"until,omitempty" doc:"Of an account of his own, the last day on which it may be used."`
	Closing bool   `json:"closing,omitempty" doc:"An account that is closed by his last day without anybody asking for it."`
}

// HandoverSheet is the sheet by which somebody's things are being handed over.
type HandoverSheet struct {
	Case        string            `json:"case,omitempty" doc:"Missing where the reader may not open it."`
	Number      string            `json:"number"`
	Approved    bool              `json:"approved" doc:"Every signature is there: it takes effect once his last day is over."`
	Failed      bool              `json:"failed" doc:"It was to take effect and could not: who looks after the system has been told."`
	Another     bool              `json:"another" doc:"A further sheet for him may be sent beside it."`
	LastDay     string            `json:"last_day,omitempty"`
	LastDayOver bool              `json:"last_day_over,omitempty" doc:"That day is over, and the sheet is still on its way."`
	To          map[string]string `json:"to" doc:"Who follows, by the key of what it is."`
}

type heldByAnswer struct {
	Body struct {
		Items []Holding      `json:"items" nullable:"false"`
		Sheet *HandoverSheet `json:"sheet,omitempty" doc:"While one is on its way, or waits for his last day."`
	}
}

func (a *API) heldByPerson(ctx context.Context, in *heldByRequest) (*heldByAnswer, error) {
	found, err := a.kit.Queue().Held().Of(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	over, hands, err := a.kit.Queue().Held().Sheet(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &heldByAnswer{}
	out.Body.Items = holdings(found, langOf(ctx))
	if hands {
		sheet := &HandoverSheet{Case: over.Case, Number: over.Number, Approved: over.Approved, Failed: over.Failed, Another: over.Another, LastDayOver: !over.LastDayOver.IsZero(), To: map[string]string{}}
		if !over.LastDay.IsZero() {
			sheet.LastDay = over.LastDay.String()
		}
		for _, h := range found {
			if to := over.To[h.RowID()]; to != "" {
				sheet.To[h.Key] = to
			}
		}
		out.Body.Sheet = sheet
	}
	return out, nil
}

func holdings(all []ismskit.Holding, lang string) []Holding {
	out := make([]Holding, len(all))
	for i, h := range all {
		out[i] = Holding{
			Kind: string(h.Kind), Key: h.Key, Name: h.Name.In(lang), List: h.List, Row: h.Row, Field: h.Field,
			Case: h.Case, Task: h.Task, Needed: h.Needed, Ends: h.Ends, Closing: h.Closing,
		}
		if !h.Until.IsZero() {
			out[i].Until = h.Until.String()
		}
	}
	return out
}
