package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// A paper under the number of a case that went on on paper is that case's: it is entered for
// the same applicant, and the entry begins with what was sent here.

// OnlineRequest is what an entry of a paper begins with: the request that went on on paper.
type OnlineRequest struct {
	Case      string
	Applicant workflow.Signer
	// Values are the fields that both forms have and the actor may see, with their rows. Files
	// stay with the case: what the paper has is on its scan.
	Values forms.Values
	// Left are the fields of the entry that the request answered and Values leave out: files,
	// and what is hidden from the actor.
	Left []forms.Text
	// Handled are the titles of rows that were handled here before it went on on paper, in their
	// order. They stay as they are recorded, and are not among Values.
	Handled []string
}

// Online is the request that went on on paper under a number, for whoever enters papers of the
// type key; ErrNotFound where he may not enter them, or the type is of no papers. Where no such
// paper is awaited, or all rows of the request were handled here before, forms.Invalid says at
// FieldPaperNumber why nothing is to be entered, as far as he may know.
func (p Prefills) Online(ctx context.Context, actor Actor, key, number string) (OnlineRequest, error) {
	p.k = p.k.once()
	k := p.k
	kind, err := p.k.Types().toBegin(ctx, actor, key)
	if err != nil {
		return OnlineRequest{}, err
	}
	if kind.PaperOf == "" {
		return OnlineRequest{}, ErrNotFound
	}
	number = strings.TrimSpace(number)
	now := k.moment()
	n, found, err := k.reservedNumber(ctx, number)
	if err != nil {
		return OnlineRequest{}, err
	}
	code, err := k.notFree(ctx, actor, kind, number, n, found, now)
	if err != nil {
		return OnlineRequest{}, err
	}
	if code == "" && n.From == "" {
		code = "paper.number_reserved"
	}
	if code != "" {
		return OnlineRequest{}, kind.numberFault(code, map[string]string{"number": number})
	}
	c, err := k.take(ctx, n.From)
	if err != nil {
		return OnlineRequest{}, err
	}
	if _, err := k.mayRead(ctx, actor, c, now); err != nil {
		return OnlineRequest{}, err
	}
	if err := k.opened(ctx, actor, c.row.Class, OpenedCase, c.row.ID); err != nil {
		return OnlineRequest{}, err
	}
	mine, err := k.mine(ctx, actor, c, now)
	if err != nil {
		return OnlineRequest{}, err
	}
	hidden, err := k.hiddenFrom(ctx, actor, c, mine, now)
	if err != nil {
		return OnlineRequest{}, err
	}
	who, _, err := k.enteredFor(ctx, c)
	if err != nil {
		return OnlineRequest{}, err
	}
	begins, err := k.toEnter(ctx, kind, forms.Values{paperNumber: number})
	if err != nil {
		return OnlineRequest{}, err
	}
	kind = begins.kind
	out := OnlineRequest{Case: c.row.ID, Applicant: who}
	out.Values, out.Left = brought(kind.Form.Fields, c.values, c.kind.form.Redact(c.values, hidden))
	done, err := k.handledHere(ctx, c)
	if err != nil {
		return OnlineRequest{}, err
	}
	titles, left := done.titles(c)
	if len(titles) > 0 && left == 0 {
		return OnlineRequest{}, kind.allHandled(k, c, titles)
	}
	out.Handled = titles
	for table, v := range out.Values {
		if rows, ok := v.([]forms.Row); ok {
			out.Values[table] = slices.DeleteFunc(slices.Clone(rows), func(row forms.Row) bool { return done.title(c, table, row) != "" })
		}
	}
	return out, nil
}

// brought is what an entry takes over of a request, as somebody sees it, and what it does not.
// The rows keep their identities, so that one can be held against the other.
func brought(fields []forms.Field, all, seen forms.Values) (values forms.Values, left []forms.Text) {
	values = forms.Values{}
	for _, f := range fields {
		v, answered := all[f.Key]
		if !answered || f.Later || f.Type == "serial" || f.Type == "computed" {
			continue
		}
		shown, ok := seen[f.Key]
		if !ok || f.Type == "file" || f.Type == "files" {
			left = append(left, f.Label)
			continue
		}
		rows, table := shown.([]forms.Row)
		if !table {
			values[f.Key] = shown
			continue
		}
		columns := columnsOf(f)
		whole, _ := v.([]forms.Row)
		taken := make([]forms.Row, len(rows))
		for i, row := range rows {
			below, without := brought(columns, whole[i], row)
			below[forms.RowID] = row[forms.RowID]
			taken[i] = below
			for _, label := range without {
				if !slices.ContainsFunc(left, func(l forms.Text) bool { return l.In("zh-TW") == label.In("zh-TW") }) {
					left = append(left, label)
				}
			}
		}
		values[f.Key] = taken
	}
	return values, left
}

// enteredFor is for whom the paper of a case is entered: its applicant, or where he has left who
// goes on for him. Where neither is in the house any more, ok is false: it is for those who
// enter it to say.
func (k *Kit) enteredFor(ctx context.Context, c caseInHand) (who workflow.Signer, ok bool, err error) {
	for _, person := range []string{c.row.Applicant, c.asked()} {
		who, err := k.person(ctx, person, k.moment())
		if err == nil {
			return who, true, nil
		}
		if !errors.Is(err, ErrForbidden) {
			return who, false, err
		}
	}
	return c.state.Applicant, false, nil
}

// otherApplicantFaults is that a paper is entered for somebody else than whose request its
// number is.
func (k *Kit) otherApplicantFaults(ctx context.Context, c caseInHand) (forms.Invalid, error) {
	online, ok, err := k.requestOf(ctx, c)
	if err != nil || !ok || c.row.Number != "" || c.row.Applicant == online.row.Applicant || c.row.Applicant == online.asked() {
		return nil, err
	}
	who, there, err := k.enteredFor(ctx, online)
	if err != nil || !there {
		return nil, err
	}
	fault := forms.Fault{Field: FieldApplicant, Code: "paper.applicant", Title: who.Name}
	fault.Text = sayAll(fault.Code, func(string) map[string]string {
		return map[string]string{"number": online.row.Number, "who": who.Name, "unit": who.UnitName, "now": c.row.ApplicantName}
	})
	return forms.Invalid{fault}, nil
}

// Continued is how a case goes on that went on on paper.
type Continued struct {
	// State is NumberFree while the paper is awaited under the case's number, NumberUsed once it
	// was entered, NumberVoid where the number was declared void: then the matter ends with it.
	State string
	Case  string // as which it was entered, "" where the actor may not read that
	Void  string // why the number is void
	By    string // who declared it void, by name
	At    time.Time
	// Handled are the titles of the rows of a request that were handled here before, in their order:
	// they stay as they are recorded, whatever becomes of the paper. AllHandled says that there is
	// no other: no paper is entered for it, and its number is to be declared void.
	Handled    []string
	AllHandled bool
}

// paperLinks shows a case that went on on paper, and its entry, to each other; the rows of the
// case are shown the entry too.
func (k *Kit) paperLinks(ctx context.Context, c caseInHand, out *Case) error {
	whole := c.row.ID
	if c.row.Parent != "" {
		whole = c.row.Parent
	}
	if c.row.Number == "" || whole == c.row.ID && c.kind.PaperOf == "" && !c.wentToPaper() {
		return nil
	}
	n, found, err := k.reservedNumber(ctx, c.row.Number)
	if err != nil || !found || n.From == "" {
		return err
	}
	link := func(kind, id string) { out.Links = append(slices.Clone(out.Links), Link{Kind: kind, Case: id}) }
	switch whole {
	case n.From:
		if !c.wentToPaper() {
			return nil // a row that had ended before
		}
		out.OnPaper = &Continued{State: n.State, Case: n.Case}
		if c.row.Parent == "" {
			done, err := k.handledHere(ctx, c)
			if err != nil {
				return err
			}
			left := 0
			out.OnPaper.Handled, left = done.titles(c)
			out.OnPaper.AllHandled = len(out.OnPaper.Handled) > 0 && left == 0
		}
		switch n.State {
		case NumberUsed:
			link(linkEnteredAs, n.Case)
		case NumberVoid:
			out.OnPaper.Void, out.OnPaper.At = n.Void, n.At
			if out.OnPaper.By, err = k.nameOf(ctx, n.By); err != nil {
				return err
			}
		}
	case n.Case:
		link(linkContinues, n.From)
	}
	return nil
}

// Kinds of links between a case that went on on paper and its entry.
const (
	linkEnteredAs = "entered_as"
	linkContinues = "continues"
)
