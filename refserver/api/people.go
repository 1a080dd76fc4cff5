package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Profile is the person who asks.
type Profile struct {
	Signer
	Posts  []string        `json:"posts" nullable:"false"`
	Roles  []string        `json:"roles" nullable:"false" doc:"module/role"`
	Heads  []string        `json:"heads" nullable:"false" doc:"Units he heads, with those beneath."`
	Acting []Principal     `json:"acting" nullable:"false" doc:"For whom he may act now."`
	Rights map[string]bool `json:"rights" doc:"What he may do beyond his own cases."`
}

type meAnswer struct {
	Body Profile
}

type searchRequest struct {
	Text  string `query:"text" maxLength:"100" doc:"Name, login or unit."`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
}

type peopleAnswer struct {
	Body struct {
		Items []Signer `json:"items" nullable:"false"`
	}
}

type deputiesRequest struct {
	Principal string `query:"principal" maxLength:"100" doc:"Whose; missing: everybody's."`
}

type deputiesAnswer struct {
	Body struct {
		Items []Row `json:"items" nullable:"false"`
	}
}

type absenceRequest struct {
	Body struct {
		Principal string    `json:"principal,omitempty" maxLength:"100" doc:"Who is away; oneself if missing."`
		Deputies  []string  `json:"deputies,omitempty" nullable:"false" maxItems:"10" doc:"In order; the usual ones if missing."`
		From      time.Time `json:"from,omitzero" doc:"Missing, with to: a standing entry."`
		To        time.Time `json:"to,omitzero"`
		Reason    string    `json:"reason,omitempty" maxLength:"200"`
		Limits    []Limit   `json:"limits,omitempty" nullable:"false" maxItems:"20" doc:"The parts in which the deputies act; missing: everything, and the principal is away."`
		Long      bool      `json:"long,omitempty" doc:"An absence of more than a year is meant; without it such a one is refused at to (absence.long)."`
	}
}

// Limit is a part of what somebody does in which a deputy acts for him, or a kind of step
// in which he does not.
type Limit struct {
	What string `json:"what" enum:"module,form,system,role,level,not_step" doc:"role and level are entered by whoever keeps the list of deputies, and refused in POST /deputies."`
	Key  string `json:"key" maxLength:"100" doc:"Of a module, the number of a form or the key of its type, the id of a system, or a kind of step."`
}

func limits(all []ismskit.DeputyLimit) []Limit {
	var out []Limit
	for _, l := range all {
		out = append(out, Limit(l))
	}
	return out
}

type absenceAnswer struct {
	Body Row
}

type absencePath struct {
	ID string `path:"id" maxLength:"100"`
}

func (a *API) peopleOperations() {
	add(a, operation{id: "get-me", method: http.MethodGet, path: "/me", tag: "people",
		summary: "Who one is: posts, roles, rights, for whom one may act", refusals: []int{s404}}, a.getMe)
	add(a, operation{id: "search-people", method: http.MethodGet, path: "/people", tag: "people",
		summary: "Find people by name, login or unit", refusals: []int{s404}}, a.searchPeople)
	add(a, operation{id: "held-by-person", method: http.MethodGet, path: "/people/{id}/held", tag: "people",
		summary: "What somebody has that another goes on with when he leaves", refusals: []int{s404}}, a.heldByPerson)
	add(a, operation{id: "moves-of-unit", method: http.MethodGet, path: "/units/{id}/moves", tag: "people",
		summary: "What a unit has that goes on after its end, and what becomes of it; nothing is changed", refusals: []int{s404}}, a.movesOfUnit)
	add(a, operation{id: "held-role", method: http.MethodGet, path: "/roles/{id}/held", tag: "people",
		summary: "Who had a role on a day, on whose order, and who entered it", refusals: []int{s404}}, a.heldRole)
	add(a, operation{id: "list-deputies", method: http.MethodGet, path: "/deputies", tag: "people",
		summary: "Entries of the list of deputies", refusals: []int{s404}}, a.listDeputies)
	add(a, operation{id: "set-absence", method: http.MethodPost, path: "/deputies", tag: "people", created: true,
		summary: "Enter an absence with its deputies; it never begins in the past", refusals: []int{s404}}, a.setAbsence)
	add(a, operation{id: "end-absence", method: http.MethodDelete, path: "/deputies/{id}", tag: "people",
		summary: "End an absence now", refusals: []int{s404, s409}}, a.endAbsence)
}

func (a *API) getMe(ctx context.Context, _ *struct{}) (*meAnswer, error) {
	me, err := a.kit.People().Me(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out := &meAnswer{Body: Profile{
		Signer: holder(me.Holder), Posts: list(me.Membership.Posts), Roles: list(me.Membership.Roles), Heads: list(me.Membership.Heads),
		Acting: []Principal{}, Rights: me.Rights,
	}}
	for _, p := range me.Acting {
		out.Body.Acting = append(out.Body.Acting, principal(p))
	}
	return out, nil
}

func (a *API) searchPeople(ctx context.Context, in *searchRequest) (*peopleAnswer, error) {
	found, err := a.kit.People().Search(ctx, actor(ctx), in.Text, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &peopleAnswer{}
	out.Body.Items = make([]Signer, len(found))
	for i, h := range found {
		out.Body.Items[i] = holder(h)
	}
	return out, nil
}

// heldRequest names a role by its row in the list of roles, and a day.
type heldRequest struct {
	ID string `path:"id" maxLength:"100" doc:"Row of the list roles."`
	On string `query:"on" format:"date" required:"true" doc:"The day."`
}

// HeldRole says that somebody had a role on a day.
type HeldRole struct {
	Person  Signer    `json:"person" doc:"As of that day; without an id where the post was vacant."`
	Post    string    `json:"post,omitempty" doc:"He had it as the holder of this post."`
	Unit    string    `json:"unit,omitempty" doc:"Or as the head of this unit."`
	From    string    `json:"from,omitempty" format:"date"`
	To      string    `json:"to,omitempty" format:"date" doc:"The last day."`
	Basis   string    `json:"basis,omitempty" doc:"The order it rests on."`
	By      string    `json:"by,omitempty" doc:"Who entered it."`
	Entered time.Time `json:"entered,omitzero"`
	Reason  string    `json:"reason,omitempty"`
	Removed bool      `json:"removed,omitempty" doc:"The list said so on that day, and says so no longer."`
}

type heldAnswer struct {
	Body struct {
		Items []HeldRole `json:"items" nullable:"false"`
	}
}

func (a *API) heldRole(ctx context.Context, in *heldRequest) (*heldAnswer, error) {
	var on calendar.Date
	if err := on.UnmarshalText([]byte(in.On)); err != nil {
		return nil, errDay
	}
	found, err := a.kit.People().HeldOn(ctx, actor(ctx), in.ID, on)
	if err != nil {
		return nil, err
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return calendar.DateOf(t.In(a.o.Location)).String()
	}
	out := &heldAnswer{}
	out.Body.Items = make([]HeldRole, len(found))
	for i, h := range found {
		out.Body.Items[i] = HeldRole{
			Person: holder(h.Holder), Post: h.Post, Unit: h.Unit, From: day(h.From), Basis: h.Basis, By: h.By,
			Entered: h.Entered, Reason: h.Reason, Removed: h.Removed,
		}
		if !h.To.IsZero() {
			out.Body.Items[i].To = day(h.To.Add(-time.Nanosecond)) // it ends with the day
		}
	}
	return out, nil
}

func (a *API) listDeputies(ctx context.Context, in *deputiesRequest) (*deputiesAnswer, error) {
	rows, err := a.kit.People().Deputies(ctx, actor(ctx), in.Principal)
	if err != nil {
		return nil, err
	}
	out := &deputiesAnswer{}
	out.Body.Items, err = a.rows(ctx, rows)
	return out, err
}

func (a *API) setAbsence(ctx context.Context, in *absenceRequest) (*absenceAnswer, error) {
	confined := make([]ismskit.DeputyLimit, len(in.Body.Limits))
	for i, l := range in.Body.Limits {
		confined[i] = ismskit.DeputyLimit(l)
	}
	row, err := a.kit.People().SetAbsence(ctx, actor(ctx), ismskit.Absence{
		Principal: in.Body.Principal, Deputies: in.Body.Deputies, From: in.Body.From, To: in.Body.To, Reason: in.Body.Reason, Limits: confined, Long: in.Body.Long,
	})
	if err != nil {
		return nil, inRequest(err)
	}
	shown, err := a.rows(ctx, []register.Row{row})
	if err != nil {
		return nil, err
	}
	return &absenceAnswer{Body: shown[0]}, nil
}

// inRequest names the members of the request where the list of deputies calls its field
// otherwise.
func inRequest(err error) error {
	invalid, ok := errors.AsType[forms.Invalid](err)
	if !ok {
		return err
	}
	invalid = slices.Clone(invalid)
	for i, f := range invalid {
		if f.Field == "ordered" {
			invalid[i].Field = "deputies"
		}
	}
	return invalid
}

func (a *API) endAbsence(ctx context.Context, in *absencePath) (*struct{}, error) {
	_, err := a.kit.People().EndAbsence(ctx, actor(ctx), in.ID)
	return nil, err
}
