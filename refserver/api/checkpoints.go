package api

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// Checkpoint is one signature over the state of all trails, with those outside who keep it.
type Checkpoint struct {
	Number int64       `json:"number" doc:"Its place on the log's chain."`
	Time   time.Time   `json:"time" doc:"When it was signed; of a malformed one that of its entry."`
	By     string      `json:"by" doc:"The id of who had it signed: system by night, and for a bundle."`
	Size   int64       `json:"size" doc:"How many heads of trails the log held."`
	Root   string      `json:"root" doc:"Root of the tree over them, hexadecimal."`
	Source string      `json:"time_source,omitempty" doc:"The source of standard time that was asked; without one, unless it was silent, none was."`
	Silent bool        `json:"time_source_silent,omitempty" doc:"The source was asked and did not answer: there is no offset."`
	Offset int64       `json:"clock_offset" doc:"Of that source to the server's clock, in microseconds."`
	Note   string      `json:"note" doc:"The signed checkpoint as witnesses keep it; an audit takes it as an earlier one."`
	Told   []Testimony `json:"told" nullable:"false"`
	// Malformed ones are listed too: that they are there is what an auditor has to know.
	Malformed bool `json:"malformed,omitempty" doc:"What was signed can't be read any more: size, root and clock are empty. An audit names it."`
}

// Testimony says when somebody outside had taken a checkpoint.
type Testimony struct {
	Witness string    `json:"witness"`
	At      time.Time `json:"at"`
}

type checkpointAnswer struct {
	Body Checkpoint
}

func (a *API) checkpointOperations() {
	add(a, operation{id: "list-checkpoints", method: http.MethodGet, path: "/checkpoints", tag: "records",
		summary: "The checkpoints of the house, newest first: one for each night, for each bundle and for each time that somebody had one signed. For those who audit it", refusals: []int{s404}}, a.listCheckpoints)
	add(a, operation{id: "audit", method: http.MethodPost, path: "/audit", tag: "records",
		summary: "Hold every trail, as it stands in the database now, against the log of checkpoints and those learned earlier; nothing is written. For those who audit the house", refusals: []int{s404}}, a.audit)
	add(a, operation{id: "sign-checkpoint", method: http.MethodPost, path: "/checkpoints", tag: "records", created: true,
		summary: "Have a checkpoint signed now, instead of tonight, for those who look after the system", refusals: []int{s404, s409}}, a.signCheckpoint)
}

func (a *API) listCheckpoints(ctx context.Context, in *Paging) (*pageOf[Checkpoint], error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	before, err := strconv.ParseInt(cmp.Or(after.ID, "0"), 10, 64)
	if err != nil || before < 0 {
		return nil, errCursor
	}
	found, err := a.kit.Evidence().Checkpoints(ctx, actor(ctx), ismskit.CheckpointQuery{Before: before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	items := make([]Checkpoint, len(found.Points))
	for i, c := range found.Points {
		items[i] = checkpointView(c)
	}
	return page(ctx, items, *in, func(c Checkpoint) string { return cursor(mark{ID: strconv.FormatInt(c.Number, 10)}) }), nil
}

func (a *API) signCheckpoint(ctx context.Context, in *Keyed) (*checkpointAnswer, error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	signed, err := a.kit.Evidence().Checkpoint(ctx, actor(ctx), key)
	if err != nil {
		return nil, err
	}
	return &checkpointAnswer{Body: checkpointView(signed)}, nil
}

func checkpointView(c ismskit.CheckpointInfo) Checkpoint {
	view := Checkpoint{
		Number: c.Number, Time: c.Time, By: c.By, Size: c.Size, Malformed: c.Malformed, Source: c.Clock.Source, Silent: c.Clock.Silent, Offset: c.Clock.Offset.Microseconds(),
		Note: string(c.Note), Told: make([]Testimony, 0, len(c.Told)),
	}
	if !c.Malformed {
		view.Root = c.Root.String()
	}
	for _, t := range c.Told {
		view.Told = append(view.Told, Testimony{Witness: t.Witness, At: t.At})
	}
	return view
}
