package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// OverdueRecord is a record that is past its time (逾保存年限).
type OverdueRecord struct {
	Record
	Rule     string `json:"rule" doc:"The rule that keeps it longest, of the list retention_rules."`
	RuleText string `json:"rule_text"`
	Last     string `json:"last" format:"date" doc:"The last day on which it was to be kept."`
	Hold     string `json:"hold,omitempty" doc:"The row of the list legal_holds for which it stays."`
	HoldText string `json:"hold_text,omitempty"`
	Listed   bool   `json:"listed,omitempty" doc:"It stands in a list for disposal that is on its way, and is put on no other."`
	List     string `json:"list,omitempty" doc:"The number of that list, for who may read it."`
	ListCase string `json:"list_case,omitempty" doc:"The case that it is."`
}

// LogRule is how long a log is to be kept, and what the archive has of it.
type LogRule struct {
	ID      string    `json:"id" doc:"Of the list retention_rules."`
	Device  string    `json:"device,omitempty"`
	Log     string    `json:"log,omitempty"`
	System  string    `json:"system,omitempty"`
	Months  int       `json:"months,omitempty" doc:"None: for ever."`
	Basis   string    `json:"basis,omitempty"`
	Records int       `json:"records" doc:"Records of it within that time that the caller may read."`
	Newest  time.Time `json:"newest,omitzero"`
	Missing bool      `json:"missing,omitempty"`
}

type retentionAnswer struct {
	Body struct {
		On      string          `json:"on" format:"date"`
		Records []OverdueRecord `json:"records" nullable:"false" doc:"The longest over first, at most 500."`
		Held    int             `json:"held" doc:"How many of them may not be disposed of."`
		Listed  int             `json:"listed" doc:"How many of them stand in a list for disposal that is on its way."`
		More    bool            `json:"more,omitempty" doc:"There may be more."`
		// LookedAt is after how many records of a rule the look for more ended.
		LookedAt int       `json:"looked_at,omitempty" doc:"After how many of the oldest records of a rule the look for more of them ended before 500 were found."`
		Logs     []LogRule `json:"logs" nullable:"false"`
	}
}

func (a *API) retentionOperations() {
	add(a, operation{id: "get-retention", method: http.MethodGet, path: "/retention", tag: "records",
		summary: "What is past its time, and how long logs are kept", refusals: []int{s404}}, a.retention)
	add(a, operation{id: "list-overdue", method: http.MethodPost, path: "/retention/list", tag: "records", created: true,
		summary: "Put what is past its time, not held and in no list on its way on a list to be disposed of: a draft that one goes on with", refusals: []int{s404}}, a.listOverdue)
	add(a, operation{id: "get-hold", method: http.MethodGet, path: "/retention/holds/{id}", tag: "records",
		summary: "What a hold keeps, of what the caller may read", refusals: []int{s404}}, a.hold)
}

func (a *API) retention(ctx context.Context, _ *struct{}) (*retentionAnswer, error) {
	handle := a.kit.Records().Retention()
	over, err := handle.Overdue(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	logs, err := handle.Logs(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out := &retentionAnswer{}
	out.Body.On, out.Body.Held, out.Body.Listed, out.Body.More, out.Body.LookedAt = over.On.String(), over.Held, over.Listed, over.More, over.LookedAt
	out.Body.Records = make([]OverdueRecord, len(over.Records))
	for i, r := range over.Records {
		out.Body.Records[i] = OverdueRecord{
			Record: recordView(r.Record, langOf(ctx)), Rule: r.Rule.ID, RuleText: r.Rule.Name, Last: calendar.DateOf(r.Last).String(), Hold: r.Hold.ID, HoldText: r.Hold.Name, Listed: r.Listed, List: r.List, ListCase: r.ListCase,
		}
	}
	out.Body.Logs = make([]LogRule, len(logs))
	for i, l := range logs {
		out.Body.Logs[i] = LogRule{ID: l.ID, Device: l.Device, Log: l.Log, System: l.System, Months: l.Months, Basis: l.Basis, Records: l.Records, Newest: l.Newest, Missing: l.Missing}
	}
	return out, nil
}

// listOverdue begins the list of what is to be disposed of, as a draft of the case that disposes of it.
func (a *API) listOverdue(ctx context.Context, in *struct {
	Keyed
	Body *struct {
		Records []string `json:"records,omitempty" nullable:"false" minItems:"1" maxItems:"500" doc:"The ids of those to put on it; all that can be without."`
	}
}) (*openAnswer, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	var chosen []string
	if in.Body != nil {
		chosen = in.Body.Records
	}
	r, err := a.kit.Records().Retention().List(ctx, actor(ctx), key, chosen...)
	if err != nil {
		return nil, err
	}
	out := receipt(r, langOf(ctx))
	return &openAnswer{Location: a.o.Base + "/api/v1/cases/" + r.Case, ETag: out.ETag, Body: out.Body}, nil
}

type holdAnswer struct {
	Body struct {
		Count    int      `json:"count" doc:"Records that it keeps and that the caller may read."`
		More     bool     `json:"more,omitempty" doc:"There may be more."`
		LookedAt int      `json:"looked_at,omitempty" doc:"After how many of the newest records the look for those that it describes ended; earlier ones are held too."`
		Ended    bool     `json:"ended,omitempty" doc:"The hold is over: it kept them, and keeps nothing any more."`
		Records  []Record `json:"records" nullable:"false" doc:"The newest of them, at most 5."`
		Unknown  []string `json:"unknown,omitempty" doc:"Numbers of the hold under which the caller finds no record: they may be mistyped."`
		Disposed []string `json:"disposed,omitempty" doc:"Numbers of records that were disposed of already."`
	}
}

func (a *API) hold(ctx context.Context, in *struct {
	ID string `path:"id" doc:"The row of the list legal_holds."`
}) (*holdAnswer, error) {
	holds, err := a.kit.Records().Retention().Holding(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &holdAnswer{}
	out.Body.Ended, out.Body.LookedAt = holds.Ended, holds.LookedAt
	out.Body.Count, out.Body.More, out.Body.Unknown, out.Body.Disposed = holds.Count, holds.More, holds.Unknown, holds.Disposed
	out.Body.Records = make([]Record, len(holds.First))
	for i, r := range holds.First {
		out.Body.Records[i] = recordView(r, langOf(ctx))
	}
	return out, nil
}
