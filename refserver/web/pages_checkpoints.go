package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// checkpointsPage is the model of checkpoints.html: 檢查點.
type checkpointsPage struct {
	Lines   []checkpointLine
	Older   string // address of those before
	MaySign bool
	Alone   bool // nobody outside is told
}

type checkpointLine struct {
	Number int64
	At     time.Time
	Size   int64
	Clock  string // how far the clock was off, and by whose word
	Told   []ismskit.Testimony
	File   string // name of the file that is downloaded
}

const checkpointsShown = 50

// checkpoints lists what was signed over all trails, the newest first, and who outside
// was told: what a later auditor holds the house to.
func (p *Pages) checkpoints(w http.ResponseWriter, r *http.Request) {
	all, err := p.kit.Evidence().Checkpoints(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	me, err := p.kit.People().Me(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	outside, err := p.kit.Evidence().Witnesses(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil {
		all = slices.DeleteFunc(all, func(c ismskit.CheckpointInfo) bool { return c.Number >= before })
	}
	slices.Reverse(all)
	page := checkpointsPage{MaySign: me.Checkpoints, Alone: len(outside) == 0}
	if len(all) > checkpointsShown {
		all = all[:checkpointsShown]
		page.Older = "/checkpoints?before=" + strconv.FormatInt(all[checkpointsShown-1].Number, 10)
	}
	for _, c := range all {
		page.Lines = append(page.Lines, checkpointLine{
			Number: c.Number, At: c.Time, Size: c.Size, Clock: p.clockText(r, c.Clock), Told: c.Told, File: checkpointFile(c.Number),
		})
	}
	p.page(w, r, "checkpoints", page)
}

// clockText says how far the server's clock was from its time source, in seconds to the
// thousandth.
func (p *Pages) clockText(r *http.Request, c evidence.Clock) string {
	if c.Source == "" {
		return p.text(r, "checkpoints.no_source")
	}
	key := "checkpoints.slow"
	if c.Offset < 0 {
		key = "checkpoints.fast"
	}
	return p.text(r, key, "Seconds", strconv.FormatFloat(c.Offset.Abs().Seconds(), 'f', 3, 64), "Source", c.Source)
}

func checkpointFile(number int64) string {
	return "checkpoint-" + strconv.FormatInt(number, 10) + ".note"
}

// checkpointNote hands over a signed checkpoint as witnesses keep it: the page that checks
// a bundle takes it as an earlier one.
func (p *Pages) checkpointNote(w http.ResponseWriter, r *http.Request) {
	all, err := p.kit.Evidence().Checkpoints(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	i := slices.IndexFunc(all, func(c ismskit.CheckpointInfo) bool { return strconv.FormatInt(c.Number, 10) == r.PathValue("number") })
	if i < 0 {
		p.fail(w, r, ismskit.ErrNotFound)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/plain; charset=utf-8")
	head.Set("Content-Disposition", attachment(checkpointFile(all[i].Number)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "private, no-store")
	if _, err := w.Write(all[i].Note); err != nil {
		p.renderer.logQuietly(r.Context(), "checkpoint", err)
	}
}

// signCheckpoint signs one now instead of tonight, as before an audit.
func (p *Pages) signCheckpoint(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	if err := p.kit.Evidence().Checkpoint(r.Context(), p.actor(r)); err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/checkpoints", p.text(r, "checkpoints.signed"))
}
