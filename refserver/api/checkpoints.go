package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// Checkpoint is one signature over the state of all trails, with those outside who keep it.
type Checkpoint struct {
	Number int64       `json:"number" doc:"Its place on the log's chain."`
	Time   time.Time   `json:"time"`
	By     string      `json:"by" doc:"The id of who had it signed: system by night, and for a bundle."`
	Size   int64       `json:"size" doc:"How many heads of trails the log held."`
	Root   string      `json:"root" doc:"Root of the tree over them, hexadecimal."`
	Source string      `json:"time_source,omitempty" doc:"The source of standard time that was asked; without one none was."`
	Offset int64       `json:"clock_offset" doc:"Of that source to the server's clock, in microseconds."`
	Note   string      `json:"note" doc:"The signed checkpoint as witnesses keep it; an audit takes it as an earlier one."`
	Told   []Testimony `json:"told" nullable:"false"`
}

// Testimony says when somebody outside had taken a checkpoint.
type Testimony struct {
	Witness string    `json:"witness"`
	At      time.Time `json:"at"`
}

type checkpointsAnswer struct {
	Body struct {
		Items []Checkpoint `json:"items" nullable:"false"`
	}
}

func (a *API) checkpointOperations() {
	add(a, operation{id: "list-checkpoints", method: http.MethodGet, path: "/checkpoints", tag: "records",
		summary: "The checkpoints of the house, oldest first, one for each night, bundle and time that somebody had one signed, for those who audit it", refusals: []int{s404}}, a.listCheckpoints)
}

func (a *API) listCheckpoints(ctx context.Context, _ *struct{}) (*checkpointsAnswer, error) {
	all, err := a.kit.Evidence().Checkpoints(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out := &checkpointsAnswer{}
	out.Body.Items = make([]Checkpoint, 0, len(all))
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, checkpointView(c))
	}
	return out, nil
}

func checkpointView(c ismskit.CheckpointInfo) Checkpoint {
	view := Checkpoint{
		Number: c.Number, Time: c.Time, By: c.By, Size: c.Size, Root: c.Root.String(), Source: c.Clock.Source, Offset: c.Clock.Offset.Microseconds(),
		Note: string(c.Note), Told: make([]Testimony, 0, len(c.Told)),
	}
	for _, t := range c.Told {
		view.Told = append(view.Told, Testimony{Witness: t.Witness, At: t.At})
	}
	return view
}
