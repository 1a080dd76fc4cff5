package web

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// checkpointsPage is the model of checkpoints.html: 檢查點.
type checkpointsPage struct {
	Token   string // the same page sent twice is one checkpoint
	Lines   []checkpointLine
	Older   string // address of those before
	MaySign bool
	Alone   bool   // nobody outside is told
	Key     string // with which the house signs, "" where it signs nothing
}

type checkpointLine struct {
	Number int64
	At     time.Time
	Size   string
	Clock  string // how far the clock was off, and by whose word; of a malformed one that it is
	Told   []ismskit.Testimony
	File   string // name of the file that is downloaded, "" where none can be
}

// checkpoints lists what was signed over all trails, the newest first, and who outside
// was told: what a later auditor holds the house to.
func (p *Pages) checkpoints(w http.ResponseWriter, r *http.Request) {
	before, err := strconv.ParseInt(cmp.Or(r.URL.Query().Get("before"), "0"), 10, 64)
	if err != nil || before < 0 {
		p.fail(w, r, ismskit.ErrNotFound)
		return
	}
	found, err := p.kit.Evidence().Checkpoints(r.Context(), p.actor(r), ismskit.CheckpointQuery{Before: before})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := checkpointsPage{Token: newToken(), MaySign: found.MaySign, Alone: len(found.Witnesses) == 0, Key: found.Key}
	for _, c := range found.Points {
		page.Lines = append(page.Lines, p.checkpointLine(r, c))
	}
	if found.More {
		page.Older = "/checkpoints?before=" + strconv.FormatInt(found.Points[len(found.Points)-1].Number, 10)
	}
	p.page(w, r, "checkpoints", page)
}

func (p *Pages) checkpointLine(r *http.Request, c ismskit.CheckpointInfo) checkpointLine {
	line := checkpointLine{Number: c.Number, At: c.Time, Told: c.Told}
	if c.Malformed {
		line.Clock = p.text(r, "checkpoints.malformed")
	} else {
		line.Size, line.Clock = strconv.FormatInt(c.Size, 10), p.clockText(r, c.Clock)
	}
	if len(c.Note) > 0 {
		line.File = checkpointFile(c.Number)
	}
	return line
}

// clockText says how far the server's clock was from its time source, in seconds to the
// thousandth.
func (p *Pages) clockText(r *http.Request, c evidence.Clock) string {
	switch {
	case c.Silent:
		return p.text(r, "checkpoints.silent", "Source", c.Source)
	case c.Source == "":
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
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		p.fail(w, r, ismskit.ErrNotFound)
		return
	}
	note, err := p.kit.Evidence().CheckpointNote(r.Context(), p.actor(r), number)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/plain; charset=utf-8")
	head.Set("Content-Disposition", attachment(checkpointFile(number)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "private, no-store")
	if _, err := w.Write(note); err != nil {
		p.renderer.logQuietly(r.Context(), "checkpoint", err)
	}
}

// signCheckpoint signs one now instead of tonight, as before an audit.
func (p *Pages) signCheckpoint(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	if _, err := p.kit.Evidence().Checkpoint(r.Context(), p.actor(r), r.PostForm.Get("token")); err != nil {
		p.fail(w, r, err)
		return
	}
	p.done(w, r, "/checkpoints", p.text(r, "checkpoints.signed"))
}
