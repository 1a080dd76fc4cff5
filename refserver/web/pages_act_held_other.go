package web

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/workflow"
)

// heldMark tells what was kept for a task from what another window has kept for it since.
func heldMark(h *account.Held) string {
	if h == nil {
		return ""
	}
	sum := sha256.Sum256([]byte(url.Values(h.Fields).Encode()))
	return hex.EncodeToString(sum[:8])
}

// heldMeanwhile says that another window of the reader's has kept something else for the task, which
// would be lost: it stands there to be copied, beside what he sends.
func (p *Pages) heldMeanwhile(w http.ResponseWriter, r *http.Request, c ismskit.Case, t ismskit.MyTask, a attempt, before account.Held, do string) {
	other, err := p.goneOn(r, c, t, before)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	a.posted = maps.Clone(a.posted)
	a.posted[heldSeen] = []string{heldMark(&before)} // he reads it here
	lines := append([]string{p.text(r, do)}, p.unplaced(r, c, other)...)
	a.trouble = &trouble{Title: p.text(r, "held.other", "At", dates{zone: p.location}.clock(other.held.At)), Lines: lines}
	p.renderCase(w, r, http.StatusConflict, c, a)
}

// losesHeld answers, before anything is done, an act that ends a task for which another window of the
// reader's has kept what this page does not show: it would go without a word. It says whether it did.
func (p *Pages) losesHeld(w http.ResponseWriter, r *http.Request, c ismskit.Case, a attempt) bool {
	i := slices.IndexFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == a.task && len(t.Edit) > 0 })
	if p.keeper == nil || i < 0 || !ends(a.verb) || a.verb == workflow.VerbUnable /* leaveHeld says it */ {
		return false
	}
	before, err := p.heldFor(r, c, c.Mine[i])
	if err != nil {
		p.fail(w, r, err)
		return true
	}
	if before == nil || heldMark(before) == a.posted.Get(heldSeen) {
		return false
	}
	other, err := p.goneOn(r, c, c.Mine[i], *before)
	if err != nil {
		p.fail(w, r, err)
		return true
	}
	here := p.unplaced(r, c, a)
	if !slices.ContainsFunc(p.unplaced(r, c, other), func(line string) bool { return !slices.Contains(here, line) }) {
		return false // all of it is sent with this page
	}
	p.heldMeanwhile(w, r, c, c.Mine[i], a, *before, "held.other_act")
	return true
}

// leaveHeld takes what was only kept for a result out of what is sent with 無法辦理: nobody has said
// it, and a row of which nothing was done would tell what was given. What he has filled in since goes
// along, and so do files, which may prove what an office outside answered.
func (p *Pages) leaveHeld(r *http.Request, c ismskit.Case, a *attempt) error {
	i := slices.IndexFunc(c.Mine, func(t ismskit.MyTask) bool { return t.ID == a.task })
	if p.keeper == nil || i < 0 {
		return nil
	}
	before, err := p.heldFor(r, c, c.Mine[i])
	if err != nil || before == nil {
		return err
	}
	kept, err := p.goneOn(r, c, c.Mine[i], *before)
	if err != nil {
		return err
	}
	for path, value := range kept.filled.values {
		if _, takes := c.Form.FileKinds(path); !takes && value != nil && reflect.DeepEqual(a.filled.values[path], value) && !reflect.DeepEqual(c.Fields[path], value) {
			a.filled.values, a.leftHeld = maps.Clone(a.filled.values), true
			delete(a.filled.values, path)
		}
	}
	return nil
}
