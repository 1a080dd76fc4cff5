package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// batchPage is the model of batch.html.
type batchPage struct {
	Done    string         // what was signed, where the rest was refused
	Refused []batchRefused // why the rest was
	Faults  []faultLink
	Groups  []batchGroup
}

// batchRefused is one that was refused: a link where the reader may still open it.
type batchRefused struct{ Href, Subject, Why string }

// batchGroup are tasks that may be decided with one act.
type batchGroup struct {
	ID, Title, Step string
	Button          string
	First           bool // its button is the page's main one
	Lines           []batchLine
	More            int // further ones, which come when these are done
	Comment, Token  string
	CommentError    string
	Proof           bool // it asks for the password
	ProofError      string
}

// batchLine is one of them.
type batchLine struct {
	todoLine
	Group   string // of what it may be decided with
	Value   string // what the tick stands for
	Checked bool
	Opened  bool // in this session
}

// batchOf are the tasks that are decided together: of one type and step.
func batchOf(t ismskit.Todo) string { return t.Type + " " + t.Step }

// inBatches says how many tasks may be decided with others.
func inBatches(all counted) int {
	like := map[string]int{}
	for _, t := range all.todos {
		if t.Batch {
			like[batchOf(t)]++
		}
	}
	n := 0
	for _, of := range like {
		if of > 1 {
			n += of
		}
	}
	return n
}

// noteSeen remembers that a signer has opened a case that he may decide with others.
func (p *Pages) noteSeen(r *http.Request, c ismskit.Case) {
	for _, t := range c.Mine {
		if slices.ContainsFunc(t.Offers, func(o workflow.Offer) bool { return o.Batch }) {
			p.visits.PutSeen(r.Context(), c.ID, c.Revision)
			return
		}
	}
}

func (p *Pages) batch(w http.ResponseWriter, r *http.Request) {
	p.showBatch(w, r, http.StatusOK, batchTry{})
}

// batchTry is what somebody tried on the page, and what came of it.
type batchTry struct {
	group   string
	ticked  []string
	refused []batchRefused
	invalid forms.Invalid
	done    string
}

func (p *Pages) showBatch(w http.ResponseWriter, r *http.Request, status int, try batchTry) {
	todos, err := p.kit.Tasks(r.Context(), p.actor(r), ismskit.TodoFilter{Batch: true, Limit: countedAtMost})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := batchPage{Done: try.done, Refused: try.refused}
	at, tried := map[string]int{}, "b0"
	for _, t := range todos {
		of := batchOf(t)
		i, known := at[of]
		if !known {
			i = len(page.Groups)
			at[of] = i
			page.Groups = append(page.Groups, p.batchGroup(r, t, i, try))
			if of == try.group {
				tried = page.Groups[i].ID
			}
		}
		g := &page.Groups[i]
		if len(g.Lines) == ismskit.MaxBatch {
			g.More++
			continue
		}
		g.Lines = append(g.Lines, p.batchLine(r, t, try))
	}
	for _, f := range try.invalid {
		page.Faults = append(page.Faults, faultLink{Field: tried + "-" + f.Field, Text: f.Message(p.lang(r))})
	}
	p.renderer.Page(w, r, status, "batch", page)
}

func (p *Pages) batchGroup(r *http.Request, t ismskit.Todo, place int, try batchTry) batchGroup {
	g := batchGroup{
		ID: "b" + strconv.Itoa(place), Title: p.in(r, t.Title), Step: p.in(r, t.StepName), First: place == 0, Token: newToken(),
		Button: p.decided(r, workflow.VerbApprove, workflow.Kind(t.Kind), "", ""), Proof: t.Reauth,
	}
	if batchOf(t) != try.group {
		return g
	}
	g.Comment = r.PostForm.Get(commentName)
	for _, f := range try.invalid {
		switch f.Field {
		case ismskit.FieldComment:
			g.CommentError = f.Message(p.lang(r))
		case ismskit.FieldReauth:
			g.ProofError = f.Message(p.lang(r))
		}
	}
	return g
}

func (p *Pages) batchLine(r *http.Request, t ismskit.Todo, try batchTry) batchLine {
	principal := ""
	if t.For != nil {
		principal = t.For.Person
	}
	line := batchLine{todoLine: p.todoLine(r, t), Group: batchOf(t)}
	line.Value = strings.Join([]string{t.Case, t.Task, strconv.FormatInt(t.Revision, 10), principal, line.Number}, "|")
	line.Checked = slices.ContainsFunc(try.ticked, func(v string) bool { return strings.HasPrefix(v, t.Case+"|"+t.Task+"|") })
	line.Opened = p.visits.Seen(r.Context(), t.Case) > 0
	return line
}

// signBatch decides what is ticked in one of the groups.
func (p *Pages) signBatch(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	actor, password := p.actor(r), takeProof(r)
	try := batchTry{group: r.PostForm.Get("group"), ticked: r.PostForm["item"]}
	b := ismskit.Batch{Comment: r.PostForm.Get(commentName), Key: r.PostForm.Get("token")}
	for _, value := range try.ticked {
		item, ok := p.batchItem(r, value)
		if !ok {
			p.renderer.Refuse(w, r, BadRequest)
			return
		}
		b.Items = append(b.Items, item)
	}
	unproved, err := p.proving(r, &actor, password)
	if err = cmp.Or(err, unproved.Err()); err != nil {
		p.refuseBatch(w, r, try, err)
		return
	}
	results, err := p.kit.Queue().Sign(r.Context(), actor, b)
	if err != nil {
		p.refuseBatch(w, r, try, err)
		return
	}
	done := 0
	for i, result := range results {
		if result.Err == nil {
			done++
			continue
		}
		line, err := p.refusedOne(r, last(strings.Split(try.ticked[i], "|")), result)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		try.refused = append(try.refused, line)
	}
	if len(try.refused) == 0 {
		p.done(w, r, "/", p.text(r, "batch.done", "N", done))
		return
	}
	try.done = p.text(r, "batch.done_some", "Done", done, "Refused", len(try.refused))
	p.showBatch(w, r, http.StatusOK, try)
}

// refuseBatch shows the page again with what is wrong with the act as a whole.
func (p *Pages) refuseBatch(w http.ResponseWriter, r *http.Request, try batchTry, err error) {
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		try.invalid = invalid
		p.showBatch(w, r, http.StatusUnprocessableEntity, try)
		return
	}
	p.fail(w, r, err)
}

// refusedOne says which one was refused, by its number where the reader may not see it any
// more, and why.
func (p *Pages) refusedOne(r *http.Request, number string, result ismskit.BatchResult) (batchRefused, error) {
	line := batchRefused{Subject: number, Why: p.refusedWords(r, result.Err)}
	c, err := p.kit.Case(r.Context(), p.actor(r), result.Case)
	switch {
	case errors.Is(err, ismskit.ErrNotFound):
		return line, nil
	case err != nil:
		return line, err
	}
	line.Href, line.Subject = "/cases/"+c.ID, p.subject(r, c.Subject, c.SubjectIn)
	return line, nil
}

// refusedWords says why one of them was refused. What there is a page of its own for
// elsewhere is one sentence here: the others have been signed.
func (p *Pages) refusedWords(r *http.Request, err error) string {
	var conflict *ismskit.Conflict
	if why := workflow.AsRefusal(err); why != nil {
		return why.Message(p.lang(r))
	}
	if errors.As(err, &conflict) {
		return p.text(r, "batch.changed")
	}
	t, known := p.trouble(r, err)
	switch {
	case !known || t.Kind == Unavailable:
		p.renderer.logQuietly(r.Context(), "request failed", err)
		return p.text(r, "batch.failed")
	case t.Kind != "":
		return p.text(r, "batch.gone")
	}
	return t.Title
}

// batchItem reads what a tick stands for.
func (p *Pages) batchItem(r *http.Request, value string) (ismskit.BatchItem, bool) {
	parts := strings.Split(value, "|")
	if len(parts) != 5 {
		return ismskit.BatchItem{}, false
	}
	revision, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || revision < 1 {
		return ismskit.BatchItem{}, false
	}
	return ismskit.BatchItem{Case: parts[0], Task: parts[1], Revision: revision, For: parts[3], Seen: p.visits.Seen(r.Context(), parts[0])}, true
}
