package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// List is a living list.
type List struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// ListForm is a living list with the fields of its rows.
type ListForm struct {
	List
	Form forms.FormView `json:"form"`
}

// Row is one revision of an entry of a living list.
type Row struct {
	List      string          `json:"list"`
	ID        string          `json:"id"`
	Revision  int64           `json:"revision"`
	Title     string          `json:"title"`
	Values    json.RawMessage `json:"values" doc:"The fields, by key, as the list's form describes them."`
	From      time.Time       `json:"from,omitzero" doc:"In force from; missing: always."`
	To        time.Time       `json:"to,omitzero" doc:"In force until; missing: still."`
	ChangedAt time.Time       `json:"changed_at"`
	ChangedBy string          `json:"changed_by,omitempty"`
	Reason    string          `json:"reason,omitempty"`
}

// RowHistory is an entry with its revisions.
type RowHistory struct {
	Row
	History []Row `json:"history" nullable:"false" doc:"Every revision, oldest first."`
}

// ListPath names a living list by its key, such as systems; only those on offer
// (Options.Lists) are there.
type ListPath struct {
	List string `path:"list" maxLength:"100"`
}

// RowPath names a row of a living list by its id.
type RowPath struct {
	ListPath
	ID string `path:"id" maxLength:"100"`
}

type listsAnswer struct {
	Body struct {
		Items []List `json:"items" nullable:"false"`
	}
}

type listAnswer struct {
	Body ListForm
}

type rowsRequest struct {
	ListPath
	Paging
	Text string    `query:"text" maxLength:"200" doc:"Two characters suffice."`
	Key  []string  `query:"key,explode" nullable:"false" doc:"Exact look-ups, field=value; one of them must hold."`
	At   time.Time `query:"at" doc:"Only rows in force at this moment."`
}

type rowAnswer struct {
	ETag string `header:"ETag" doc:"The row's revision, for If-Match."`
	Body RowHistory
}

type putRowRequest struct {
	RowPath
	Revised
	IfNoneMatch string `header:"If-None-Match" enum:"*" doc:"* adds a row that must not be there yet."`
	Body        struct {
		Values json.RawMessage `json:"values" doc:"All fields as they shall be."`
		Reason string          `json:"reason,omitempty" maxLength:"400" doc:"Why it is changed."`
	}
}

type putRowAnswer struct {
	ETag string `header:"ETag"`
	Body Row
}

func (a *API) registerOperations() {
	add(a, operation{id: "list-registers", method: http.MethodGet, path: "/registers", tag: "registers", summary: "The living lists"}, a.listRegisters)
	add(a, operation{id: "get-register", method: http.MethodGet, path: "/registers/{list}", tag: "registers",
		summary: "A living list with the fields of its rows", refusals: []int{s404}}, a.getRegister)
	add(a, operation{id: "list-rows", method: http.MethodGet, path: "/registers/{list}/rows", tag: "registers",
		summary: "Rows of a living list, by id", refusals: []int{s404}}, a.listRows)
	add(a, operation{id: "get-row", method: http.MethodGet, path: "/registers/{list}/rows/{id}", tag: "registers",
		summary: "A row with its history", refusals: []int{s404}}, a.getRow)
	add(a, operation{id: "put-row", method: http.MethodPut, path: "/registers/{list}/rows/{id}", tag: "registers",
		summary: "Change a row, or add one", refusals: []int{s404, s409, s412, s428}}, a.putRow)
	a.describeMatch(http.MethodPut, "/registers/{list}/rows/{id}", "Required, unless If-None-Match adds a row (428 without either); * is refused here.", false)
}

func (a *API) listRegisters(ctx context.Context, _ *struct{}) (*listsAnswer, error) {
	out := &listsAnswer{}
	out.Body.Items = []List{}
	for _, key := range a.lists() {
		l, _, err := a.kit.Registers().Form(ctx, actor(ctx), key)
		if errors.Is(err, ismskit.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, List{Key: key, Title: l.Title.In(langOf(ctx))})
	}
	return out, nil
}

func (a *API) getRegister(ctx context.Context, in *ListPath) (*listAnswer, error) {
	l, form, err := a.kit.Registers().Form(ctx, actor(ctx), in.List)
	if err != nil {
		return nil, err
	}
	lang := langOf(ctx)
	return &listAnswer{Body: ListForm{List: List{Key: in.List, Title: l.Title.In(lang)}, Form: form.Describe(lang)}}, nil
}

func (a *API) listRows(ctx context.Context, in *rowsRequest) (*pageOf[Row], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	rows, err := a.kit.Registers().Rows(ctx, actor(ctx), register.Query{
		List: in.List, Keys: in.Key, Text: in.Text, At: in.At.UTC(), After: after.ID, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	items, err := a.rows(ctx, rows)
	if err != nil {
		return nil, err
	}
	return page(ctx, items, in.Paging, func(r Row) string { return cursor(mark{ID: r.ID}) }), nil
}

func (a *API) getRow(ctx context.Context, in *RowPath) (*rowAnswer, error) {
	row, history, err := a.kit.Registers().Get(ctx, actor(ctx), in.List, in.ID)
	if err != nil {
		return nil, err
	}
	out := &rowAnswer{ETag: etag(row.Revision)}
	all, err := a.rows(ctx, append([]register.Row{row}, history...))
	if err != nil {
		return nil, err
	}
	out.Body.Row, out.Body.History = all[0], all[1:]
	return out, nil
}

func (a *API) rows(ctx context.Context, rows []register.Row) ([]Row, error) {
	titles, err := a.kit.Registers().Titles(ctx, actor(ctx), langOf(ctx), rows...)
	if err != nil {
		return nil, err
	}
	out := make([]Row, len(rows))
	for i, row := range rows {
		out[i] = Row{
			List: row.List, ID: row.ID, Revision: row.Revision, Title: titles[i], Values: row.Values, From: row.From, To: row.To,
			ChangedAt: row.ChangedAt, ChangedBy: row.ChangedBy, Reason: row.Reason,
		}
	}
	return out, nil
}

func (a *API) putRow(ctx context.Context, in *putRowRequest) (*putRowAnswer, error) {
	seen, named, err := in.revision(in.IfNoneMatch == "")
	if err != nil {
		return nil, err
	}
	if in.IfMatch == "*" || in.IfMatch != "" && in.IfNoneMatch != "" {
		return nil, errMatch // a list is changed by those who have seen the row
	}
	_, form, err := a.kit.Registers().Form(ctx, actor(ctx), in.List)
	if err != nil {
		return nil, err
	}
	values, invalid := decode(ctx, form, in.Body.Values, "")
	if unreadable(invalid) {
		return nil, invalid
	}
	row, err := a.kit.Registers().Put(ctx, actor(ctx), ismskit.RowChange{
		List: in.List, ID: in.ID, Seen: seen, Values: values, Reason: in.Body.Reason, Unread: invalid,
	})
	if err != nil {
		return nil, matched(err, named || in.IfNoneMatch != "")
	}
	changed, err := a.rows(ctx, []register.Row{row})
	if err != nil {
		return nil, err
	}
	return &putRowAnswer{ETag: etag(row.Revision), Body: changed[0]}, nil
}
