package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Keys of the ready-made types.
const (
	TypeAccountRequest    = "account_request"
	TypeAccountRequestRow = "account_request_row"
	TypeGrantExtension    = "grant_extension"
	TypeGrantClosure      = "grant_closure"
	TypeOriginalLost      = "original_lost"
	TypeExecutionRecord   = "execution_record"
	TypeHandover          = "handover"
	TypeDocumentChange    = "document_change"
	TypeDocumentReading   = "document_reading"
	TypeDocumentLoan      = "document_loan"
	TypeDisposal          = "disposal"
	// TypeDocumentOutside enters a document that was approved outside (公文簽准).
	TypeDocumentOutside = "document_approved_outside"
)

// What a live permission's state says.
const (
	grantActive = "active"
	grantClosed = "closed"
)

// Kinds of account requests and results of handling one row.
const (
	opAdd     = "add"
	opChange  = "change"
	opDisable = "disable"
	opDelete  = "delete"
	opExtend  = "extend"

	resultOpened   = "opened"
	resultChanged  = "changed"
	resultDisabled = "disabled"
	resultExtend   = "extend"
)

// Hooks returns the Go functions that the ready-made types name.
//
// "grant" keeps the list of live permissions after a handled row of an account
// request, "grant_extension" follows the answer to the question before a
// permission ends, "grant_closure" closes a permission after its end, "original_lost"
// notes that a paper is gone, "document_change" issues, retires or stops a document, "document_loan" lends one, "disposal" disposes of records, "handover" passes on what somebody has who leaves, and
// ends the permissions that are his own.
func Hooks() map[string]ismskit.Hook {
	return map[string]ismskit.Hook{
		"grant":           handled,
		"grant_extension": answered,
		"grant_closure":   closed,
		"original_lost":   lost,
		"handover":        handedOver,
		"document_change": documentChanged,
		"document_loan":   documentLent,
		"disposal":        disposedOf,
	}
}

// grant is a live permission as the list grants has it.
type grant struct {
	id     string
	seen   int64 // revision that was read, 0 for a new one
	values forms.Values
}

func (g grant) text(key string) string {
	s, _ := g.values[key].(string)
	return s
}

func (g grant) items() []string {
	items, _ := g.values["items"].([]string)
	return items
}

func (g grant) ref(key string) forms.Ref {
	r, _ := g.values[key].(forms.Ref)
	return r
}

func (g grant) period() forms.Period {
	p, _ := g.values["period"].(forms.Period)
	return p
}

// until is the last day in force; ok is false for one without end.
func (g grant) until() (day calendar.Date, ok bool) {
	p := g.period()
	return p.To, !p.Open && !p.To.IsZero()
}

// put is the effect that stores the grant.
func (g grant) put(c ismskit.Closing, reason string) (ismskit.Effect, error) {
	form, ok := c.Lists.Form(register.Grants)
	if !ok {
		return nil, fmt.Errorf("catalog: there is no list %s", register.Grants)
	}
	return ismskit.PutRow{List: register.Grants, ID: g.id, Seen: g.seen, Values: form.EncodeJSON(g.values), Reason: reason}, nil
}

// end closes the grant with everything that was to happen at its end.
func (g grant) end(c ismskit.Closing, reason string) ([]ismskit.Effect, error) {
	effects := g.cancel(reason)
	over := grant{id: g.id, seen: g.seen, values: g.values.Clone()}
	over.values["state"], over.values["closed_at"] = grantClosed, c.At
	if c.By.Person != ismskit.SystemPerson {
		over.values["closed_by"] = peopleRef(c.By.Person, c.By.Name)
	}
	if note, _ := c.Values["result_note"].(string); note != "" {
		over.values["proof"] = note
	}
	put, err := over.put(c, reason)
	return append(effects, put), err
}

// cancel takes back the question before the end and the closure after it.
func (g grant) cancel(reason string) []ismskit.Effect {
	until, ok := g.until()
	if !ok {
		return nil
	}
	return []ismskit.Effect{
		ismskit.CancelOpening{Key: g.key(ask), Cause: g.cause(ask, until), Reason: reason},
		ismskit.CancelOpening{Key: g.key(closing), Cause: g.cause(closing, until), Reason: reason},
	}
}

// liveGrants are the active grants of the row's system and account, oldest first.
func liveGrants(ctx context.Context, c ismskit.Closing) ([]grant, error) {
	return liveGrantsOf(ctx, c, accountOf(c.Values))
}

// liveGrantsOf are those of another account of the row's system.
func liveGrantsOf(ctx context.Context, c ismskit.Closing, account string) ([]grant, error) {
	system, _ := c.Values["system"].(forms.Ref)
	live, err := liveOf(ctx, c.Lists, c.Rows, account)
	return slices.DeleteFunc(live, func(g grant) bool { return g.ref("system").ID != system.ID }), err
}

// liveOf are the active grants of accounts, oldest first.
func liveOf(ctx context.Context, lists *register.Registry, read func(context.Context, register.Query) ([]register.Row, error), accounts ...string) ([]grant, error) {
	var keys []string
	for _, account := range accounts {
		if account != "" {
			keys = append(keys, register.Key("account", account))
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := read(ctx, register.Query{List: register.Grants, Keys: keys})
	if err != nil {
		return nil, err
	}
	var live []grant
	for _, row := range rows {
		values, err := lists.Values(row)
		if err != nil {
			return nil, err
		}
		if g := (grant{id: row.ID, seen: row.Revision, values: values}); g.text("state") == grantActive {
			live = append(live, g)
		}
	}
	return live, nil
}

// accountOf is the account the administrator gave, else the one asked for.
func accountOf(v forms.Values) string {
	if given, _ := v["given_account"].(string); given != "" {
		return given
	}
	account, _ := v["account"].(string)
	return account
}

func peopleRef(id, name string) forms.Ref {
	return forms.Ref{List: "register/" + register.People, ID: id, Name: name}
}
