package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// ListChange is one change of a row of a living list, in the reader's language.
type ListChange struct {
	At       time.Time    `json:"at"`
	List     string       `json:"list"`
	ListName string       `json:"list_name"`
	Row      string       `json:"row"`
	Name     string       `json:"name,omitempty" doc:"What the row was called then; missing where the content was lawfully deleted or cannot be read."`
	Revision int64        `json:"revision,omitempty"`
	By       Signer       `json:"by"`
	Reason   string       `json:"reason,omitempty"`
	New      bool         `json:"new" doc:"The row was entered with it."`
	Changes  []Difference `json:"changes" nullable:"false"`

	chain string
	seq   int64
}

// Difference is what changed in one field, as people read it.
type Difference struct {
	Field string `json:"field" doc:"What the field is called."`
	Row   string `json:"row,omitempty" doc:"The row of a table within it."`
	From  string `json:"from,omitempty" doc:"Missing where there was nothing."`
	To    string `json:"to,omitempty" doc:"Missing where there is nothing any more."`
}

// SystemEntry is one line of a log that concerns no case and no row of a list.
type SystemEntry struct {
	Seq     int64        `json:"seq" doc:"Its place in the log."`
	At      time.Time    `json:"at"`
	Verb    string       `json:"verb"`
	By      Signer       `json:"by" doc:"The person is unknown where somebody tried a login that does not exist."`
	What    string       `json:"what,omitempty" doc:"Of openings: case, file or document."`
	Opened  *OpenedItem  `json:"opened,omitempty" doc:"Of openings: which it was; left out where it is not kept any more."`
	Subject string       `json:"subject,omitempty" doc:"The id of what was opened, the login, or how many cases were exported."`
	Result  string       `json:"result,omitempty" doc:"Of a sign-in: not_in_office. Of an opening its class, of a change of a login whose it is."`
	Comment string       `json:"comment,omitempty"`
	Scope   []string     `json:"scope,omitempty" nullable:"false" doc:"Of exports: what was asked for."`
	Channel string       `json:"channel,omitempty"`
	Changes []Difference `json:"changes,omitempty" nullable:"false" doc:"Of settings: what a program brought (type/… or calendar/…: version and digest) or what is set up otherwise, by name."`
	Hash    string       `json:"hash" doc:"Of the entry, in hexadecimal."`
}

// OpenedItem is what somebody opened that is classified.
type OpenedItem struct {
	Number   string   `json:"number,omitempty" doc:"Of the case or document."`
	Title    string   `json:"title,omitempty" doc:"Of the document, or of the case's form."`
	File     string   `json:"file,omitempty" doc:"Name of the file of the case."`
	Versions []string `json:"versions,omitempty" nullable:"false" doc:"Of the document, as far as the entry says."`
	MayOpen  bool     `json:"may_open" doc:"You may open it too."`
}

type changesRequest struct {
	List   string `query:"list" maxLength:"100" doc:"Of this list alone."`
	Person string `query:"person" maxLength:"100" doc:"Made by this person alone; system is the server itself."`
	From   string `query:"from" format:"date" doc:"Made on this day of the office or later."`
	To     string `query:"to" format:"date" doc:"Made on this day or earlier."`
	Paging
}

type logRequest struct {
	Log string `path:"log" enum:"signins,accounts,openings,exports,settings"`
	Paging
}

func (a *API) changeOperations() {
	add(a, operation{id: "list-changes", method: http.MethodGet, path: "/changes", tag: "records",
		summary: "What was changed in the lists (people, posts, roles, deputies, systems, calendars, flows and the others), newest first, as far as one reads them whole. For those who audit the house", refusals: []int{s404}}, a.listChanges)
	add(a, operation{id: "list-log", method: http.MethodGet, path: "/logs/{log}", tag: "records",
		summary: "Sign-ins, changes of logins, openings of what is classified, exports, or what programs brought and how servers are set up, newest first. For those who audit the house", refusals: []int{s404}}, a.listLog)
}

func (a *API) listChanges(ctx context.Context, in *changesRequest) (*pageOf[ListChange], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	from, to, err := a.days(in.From, in.To)
	if err != nil {
		return nil, err
	}
	before := ismskit.EntryPlace{At: to}
	if after.ID != "" {
		seq, err := strconv.ParseInt(after.Task, 10, 64)
		if err != nil {
			return nil, errCursor
		}
		before = ismskit.EntryPlace{At: after.At, Chain: after.ID, Seq: seq}
	}
	found, err := a.kit.Evidence().Changes(ctx, actor(ctx), ismskit.ChangeQuery{
		Lang: langOf(ctx), List: in.List, Person: in.Person, From: from, Before: before, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	items := make([]ListChange, len(found.Changes))
	for i, c := range found.Changes {
		items[i] = ListChange{
			At: c.Place.At, List: c.List, ListName: c.ListName, Row: c.Row, Name: c.Name, Revision: c.Revision, By: signer(c.By),
			Reason: c.Reason, New: c.New, Changes: make([]Difference, len(c.Changes)), chain: c.Place.Chain, seq: c.Place.Seq,
		}
		for j, d := range c.Changes {
			items[i].Changes[j] = Difference{Field: d.Label, Row: d.Row, From: d.From, To: d.To}
		}
	}
	return page(ctx, items, in.Paging, func(c ListChange) string {
		return cursor(mark{At: c.At, ID: c.chain, Task: strconv.FormatInt(c.seq, 10)})
	}), nil
}

func (a *API) listLog(ctx context.Context, in *logRequest) (*pageOf[SystemEntry], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	var before int64 // from the newest
	if after.ID != "" {
		if before, err = strconv.ParseInt(after.ID, 10, 64); err != nil || before < 1 {
			return nil, errCursor
		}
	}
	found, err := a.kit.Evidence().System(ctx, actor(ctx), ismskit.SystemLog(in.Log), before, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]SystemEntry, len(found))
	for i, e := range found {
		items[i] = SystemEntry{
			Seq: e.Seq, At: e.At, Verb: string(e.Verb), By: signer(e.By), Subject: e.Number, Result: e.Result, Comment: e.Comment,
			Channel: e.Channel, Hash: e.Hash.String(),
		}
		if e.Verb == ismskit.VerbOpened {
			items[i].What = e.Type
			if o := e.Opened; o != nil {
				items[i].Opened = &OpenedItem{Number: o.Number, Title: forms.Text(o.Title).In(langOf(ctx)), File: o.File, Versions: o.Versions, MayOpen: o.MayOpen}
			}
		}
		if in.Log == string(ismskit.LogExports) {
			items[i].Scope = e.Effects
		}
		for _, c := range e.Changes {
			from, _ := c.From.(string)
			to, _ := c.To.(string)
			items[i].Changes = append(items[i].Changes, Difference{Field: c.Name, From: from, To: to})
		}
	}
	return page(ctx, items, in.Paging, func(e SystemEntry) string { return cursor(mark{ID: strconv.FormatInt(e.Seq, 10)}) }), nil
}
