package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
)

// Record is an entry of the archive.
type Record struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" doc:"case, row, document or upload."`
	Case      string    `json:"case,omitempty"`
	Parent    string    `json:"parent,omitempty"`
	Number    string    `json:"number,omitempty"`
	Form      string    `json:"form,omitempty"`
	Type      string    `json:"type,omitempty"`
	Subject   string    `json:"subject,omitempty"`
	Year      int       `json:"year,omitempty" doc:"The working year, counted from 1912."`
	Systems   []string  `json:"systems,omitempty" nullable:"false"`
	Unit      string    `json:"unit,omitempty"`
	UnitName  string    `json:"unit_name,omitempty"`
	Person    string    `json:"person,omitempty"`
	Name      string    `json:"name,omitempty"`
	State     string    `json:"state,omitempty"`
	StateText string    `json:"state_text,omitempty"`
	Class     string    `json:"class,omitempty" doc:"A row of the register classes, by its id."`
	Category  string    `json:"category,omitempty" doc:"Of the tree of categories (list categories)."`
	DocKind   string    `json:"doc_kind,omitempty" doc:"Kind of an execution record."`
	Editions  []string  `json:"editions,omitempty" nullable:"false" doc:"Versions of documents under which it was made, each as document id/version, as far as one may read the document."`
	Origin    string    `json:"origin,omitempty" doc:"online, uploaded, paper or imported."`
	Original  string    `json:"original,omitempty" doc:"Where the original is."`
	Filed     time.Time `json:"filed"`
	Closed    time.Time `json:"closed,omitzero"`
}

// RecordFilter is what records are looked for by. Days are those of the office.
type RecordFilter struct {
	Text     string   `query:"text" maxLength:"200" doc:"Words of two or more characters; all must occur."`
	Number   []string `query:"number,explode" nullable:"false" doc:"Exact, or the beginning when it ends in *."`
	Form     []string `query:"form,explode" nullable:"false"`
	Kind     []string `query:"kind,explode" enum:"case,row,document,upload" nullable:"false"`
	Type     []string `query:"type,explode" nullable:"false"`
	Year     []int    `query:"year,explode" nullable:"false" doc:"Working years, counted from 1912 (Minguo)."`
	System   []string `query:"system,explode" nullable:"false"`
	Unit     []string `query:"unit,explode" nullable:"false"`
	Person   []string `query:"person,explode" nullable:"false"`
	State    []string `query:"state,explode" nullable:"false"`
	Class    []string `query:"class,explode" nullable:"false" doc:"Rows of the register classes, by their ids."`
	Origin   []string `query:"origin,explode" enum:"online,uploaded,paper,imported" nullable:"false"`
	Category []string `query:"category,explode" nullable:"false" doc:"Filed in one of these categories, or below."`
	DocKind  []string `query:"doc_kind,explode" nullable:"false" doc:"Kinds of execution records."`
	Edition  []string `query:"edition,explode" nullable:"false" doc:"Made under one of these versions of documents, each as id/version or number/version: IS-02-008/1.3."`
	Parent   string   `query:"parent" maxLength:"100"`
	From     string   `query:"from" format:"date" doc:"Filed on this day or later."`
	To       string   `query:"to" format:"date" doc:"Filed on this day or earlier."`
}

type recordsRequest struct {
	RecordFilter
	Paging
}

type countRequest struct {
	RecordFilter
	By string `query:"by" enum:"year,form,type,system,unit,person,state,class,origin,category,doc_kind" doc:"The facet to count by; missing for the total."`
}

// Bucket is one value of a facet.
type Bucket struct {
	Value string `json:"value"`
	Label string `json:"label,omitempty"`
	Count int    `json:"count" doc:"Stops at 1,000. By a property, the newest 5,000 that are found are looked at."`
	More  bool   `json:"more" doc:"There may be more: counting stopped, or did not look at what is older."`
}

type countAnswer struct {
	Body struct {
		Items []Bucket `json:"items" nullable:"false"`
	}
}

func (a *API) recordOperations() {
	add(a, operation{id: "query-records", method: http.MethodGet, path: "/records", tag: "records",
		summary: "The archive as far as one may see it, newest first", refusals: []int{s404}}, a.queryRecords)
	add(a, operation{id: "count-records", method: http.MethodGet, path: "/records/counts", tag: "records",
		summary: "Count what a query would find, by a facet", refusals: []int{s404}}, a.countRecords)
}

func (a *API) query(ctx context.Context, f RecordFilter) (record.Query, error) {
	if len(f.Class) > 0 { // one that there is not would give an empty list, as if there were none
		scale, err := a.kit.Documents().Lists().Classes(ctx, actor(ctx))
		if err != nil {
			return record.Query{}, err
		}
		if slices.ContainsFunc(f.Class, func(id string) bool { _, known := scale.Of(id); return !known }) {
			return record.Query{}, errClass
		}
	}
	q := record.Query{
		Text: f.Text, Numbers: f.Number, Forms: f.Form, Kinds: f.Kind, Types: f.Type, Years: f.Year, Systems: f.System,
		Units: f.Unit, People: f.Person, States: f.State, Classes: f.Class, Origins: f.Origin, Categories: f.Category, DocKinds: f.DocKind, Editions: f.Edition, Parent: f.Parent,
	}
	from, to, err := a.days(f.From, f.To)
	q.From, q.To = from, to
	return q, err
}

// days are the moments between which days of the office lie.
func (a *API) days(from, to string) (start, end time.Time, err error) {
	var d calendar.Date
	if from != "" {
		if err := d.UnmarshalText([]byte(from)); err != nil {
			return start, end, errDay
		}
		start = d.Start(a.o.Location).UTC()
	}
	if to != "" {
		if err := d.UnmarshalText([]byte(to)); err != nil {
			return start, end, errDay
		}
		end = d.AddDays(1).Start(a.o.Location).UTC()
	}
	return start, end, nil
}

func (a *API) queryRecords(ctx context.Context, in *recordsRequest) (*pageOf[Record], error) {
	q, err := a.query(ctx, in.RecordFilter)
	if err != nil {
		return nil, err
	}
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	q.After, q.Limit = record.Cursor{Filed: after.At, ID: after.ID}, in.Limit
	found, err := a.kit.Records().Query(ctx, actor(ctx), q)
	if err != nil {
		return nil, err
	}
	items := make([]Record, len(found))
	for i, r := range found {
		items[i] = recordView(r, langOf(ctx))
	}
	return page(ctx, items, in.Paging, func(r Record) string { return cursor(mark{At: r.Filed, ID: r.ID}) }), nil
}

func (a *API) countRecords(ctx context.Context, in *countRequest) (*countAnswer, error) {
	q, err := a.query(ctx, in.RecordFilter)
	if err != nil {
		return nil, err
	}
	buckets, err := a.kit.Records().Count(ctx, actor(ctx), q, record.Facet(in.By))
	if err != nil {
		return nil, err
	}
	out := &countAnswer{}
	out.Body.Items = make([]Bucket, len(buckets))
	for i, b := range buckets {
		out.Body.Items[i] = Bucket(b)
		if record.Facet(in.By) == record.ByState {
			out.Body.Items[i].Label = record.Word(b.Value, langOf(ctx))
		}
	}
	return out, nil
}

func recordView(r record.Record, lang string) Record {
	out := Record{
		ID: r.ID, Kind: r.Kind, Case: r.Case, Parent: r.Parent, Number: r.Number, Form: r.Form, Type: r.Type, Subject: r.Subject,
		Year: r.Year, Systems: r.Systems, Unit: r.Unit, UnitName: r.UnitName, Person: r.Person, Name: r.Name, State: r.State,
		Class: r.Class, Category: r.Category, DocKind: r.DocKind, Editions: r.Editions, Origin: r.Origin, Original: r.Original, Filed: r.Filed, Closed: r.Closed,
	}
	if r.State != "" {
		out.StateText = record.Word(r.State, lang)
	}
	return out
}
