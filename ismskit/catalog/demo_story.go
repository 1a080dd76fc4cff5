package catalog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Verbs of the scripts that are no acts on the case itself.
const (
	verbDraft      = "save_draft"
	verbWait       = "wait"
	verbLetEnd     = "let_end"
	verbCloseGrant = "close_grant"
)

// story plans the script of one request.
func (l *loader) story(s story) error {
	values, err := l.values(s)
	if err != nil {
		return err
	}
	play := &performance{loader: l, story: s, values: values}
	for _, st := range s.Script {
		if st.Verb == verbLetEnd || st.Verb == verbCloseGrant {
			if err := l.after(st, func() string { return play.grant(st.Row) }); err != nil {
				return err
			}
			continue
		}
		at, err := l.days.time(st.moment(), "")
		if err != nil {
			return err
		}
		l.at(at, func(ctx context.Context) error { return play.act(ctx, st) }, "%s %s by %s", s.name(), st.Verb, st.By)
	}
	return nil
}

// values are what the applicant filled in.
func (l *loader) values(s story) (forms.Values, error) {
	v := forms.Values{"subject": s.Values.Subject, "op": s.Values.Op, "reason": s.Values.Reason}
	if s.Values.NDA != nil {
		v["nda"] = *s.Values.NDA
	}
	var lines []forms.Row
	for i, line := range s.Values.Lines {
		row := forms.Row{
			forms.RowID: rowName(i), "system": l.books.ref(register.Systems, line.System), "permission": line.Items,
			"purpose": line.Purpose, "responsible": l.books.person(line.Responsible),
		}
		if user, ok := l.books.user(line.User); ok {
			row["account_user"] = user
		}
		if line.Account != "" {
			row["account"] = line.Account
		}
		if line.Period != nil {
			p, err := l.books.period(*line.Period)
			if err != nil {
				return nil, err
			}
			row["period"] = p
		}
		lines = append(lines, row)
	}
	v["lines"] = lines
	return v, l.books.err
}

// performance is one request while its script is played.
type performance struct {
	*loader
	story  story
	values forms.Values
	id     string // of the case
}

// as is who speaks a line of the script; he has just shown who he is.
func (l *loader) as(s step) ismskit.Actor {
	return ismskit.Actor{Person: s.By, For: s.For, Channel: loading.Channel, Proved: l.clock.now()}
}

// act does one line of the script.
func (p *performance) act(ctx context.Context, s step) error {
	switch workflow.Verb(s.Verb) {
	case verbDraft, workflow.VerbSubmit:
		return p.send(ctx, s)
	case verbWait:
		return nil // what came due has been carried out on the way here
	case workflow.VerbApprove, workflow.VerbReject, workflow.VerbWithdraw:
		return p.do(ctx, s, p.id, ismskit.Action{Verb: workflow.Verb(s.Verb), Comment: s.Comment})
	case workflow.VerbReturn:
		return p.do(ctx, s, p.id, ismskit.Action{Verb: workflow.VerbReturn, To: s.To, Comment: s.Comment})
	case workflow.VerbRecord, workflow.VerbUnable, workflow.VerbSendOut:
		child, err := p.row(ctx, s.Row)
		if err != nil {
			return err
		}
		return p.handle(ctx, s, child)
	}
	return fmt.Errorf("unknown verb %q", s.Verb)
}

func (p *performance) do(ctx context.Context, s step, id string, a ismskit.Action) error {
	_, err := p.kit.Act(ctx, p.as(s), id, a)
	return err
}

// send opens the case, or sends it again after it was returned. The case gets the
// number that the story has.
func (p *performance) send(ctx context.Context, s step) error {
	if p.id != "" {
		return p.do(ctx, s, p.id, ismskit.Action{Verb: workflow.VerbSubmit, Comment: s.Comment})
	}
	typ := p.story.Type
	if typ == "" {
		typ = TypeAccountRequest
	}
	submit := s.Verb == string(workflow.VerbSubmit)
	if submit {
		n, err := p.serial()
		if err != nil {
			return err
		}
		if err := p.kit.Types().Continue(ctx, loading, typ, p.story.Unit, n-1); err != nil {
			return err
		}
	}
	receipt, err := p.kit.Open(ctx, p.as(s), ismskit.Opening{Type: typ, Values: p.values, Submit: submit})
	if err != nil {
		return err
	}
	p.id = receipt.Case
	p.cases[p.story.name()] = receipt.Case
	return nil
}

// serial is the counter at the end of the story's number.
func (p *performance) serial() (int64, error) {
	parts := strings.Split(p.story.Number, "-")
	n, err := strconv.ParseInt(parts[len(parts)-1], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("number %q: %w", p.story.Number, err)
	}
	return n, nil
}

// row is the case of a line, counted from 1.
func (p *performance) row(ctx context.Context, n int) (string, error) {
	c, err := p.kit.Case(ctx, loading, p.id)
	if err != nil {
		return "", err
	}
	for _, child := range c.Rows {
		if child.Row == rowName(n-1) && child.State.Phase != workflow.PhaseClosed {
			return child.Case.ID, nil
		}
	}
	return "", fmt.Errorf("line %d has no open case", n)
}

// handle records what came of a line, or that it was sent out.
func (p *performance) handle(ctx context.Context, s step, child string) error {
	a := ismskit.Action{Verb: workflow.Verb(s.Verb), Result: s.Result, Comment: s.Comment}
	switch {
	case s.Outside != nil:
		until, err := p.days.date(s.Outside.Expected)
		if err != nil {
			return err
		}
		a.Outside = &workflow.OutsideNote{
			To: p.books.names[register.Offices+"/"+s.Outside.Office], How: p.books.names[wayNames+"/"+s.Outside.Way], Number: s.Outside.Number,
			Sent: p.clock.now(), Expected: until.AddDays(1).Start(p.days.office).UTC(), ExpectedDate: until.String(), Text: s.Comment,
		}
	case s.OutsideNumber != "":
		proof, err := p.proof(ctx, s)
		if err != nil {
			return err
		}
		a.Values = forms.Values{"proof": []forms.File{proof}, "result_note": s.Comment}
		a.Outside = &workflow.OutsideNote{ReplyNumber: s.OutsideNumber, Reply: s.Comment, Replied: p.clock.now(), Proof: []string{proof.Digest}}
	case s.Verb == string(workflow.VerbRecord) && s.Comment != "":
		a.Values = forms.Values{"result_note": s.Comment}
	}
	return p.do(ctx, s, child, a)
}

// proof is the outside office's answer as the handler put it on the case.
func (p *performance) proof(ctx context.Context, s step) (forms.File, error) {
	text := fmt.Sprintf("%s\n受理號：%s\n%s\n", p.story.Values.Subject, s.OutsideNumber, s.Comment)
	return p.kit.Files().Upload(ctx, p.as(s), "回復 "+s.OutsideNumber+".txt", strings.NewReader(text))
}

// grant is the permission that a line of the request became.
func (p *performance) grant(n int) string { return p.id + "." + rowName(n-1) }

// after plans what was answered or done at the end of a permission.
func (l *loader) after(s step, grantID func() string) error {
	at, err := l.days.time(s.moment(), "")
	if err != nil {
		return err
	}
	typ, a := TypeGrantExtension, ismskit.Action{Verb: workflow.VerbRecord, Result: "let_end", Comment: s.Comment}
	if s.Verb == verbCloseGrant {
		typ, a.Result, a.Values = TypeGrantClosure, resultDisabled, forms.Values{"result_note": s.Comment}
	}
	l.at(at, func(ctx context.Context) error {
		who := l.as(s)
		id, err := l.taskOf(ctx, who, typ, grantID())
		if err != nil {
			return err
		}
		_, err = l.kit.Act(ctx, who, id, a)
		return err
	}, "%s by %s", s.Verb, s.By)
	return nil
}

var errNoTask = errors.New("nothing waits for him")

// taskOf is the case about a permission that waits for a person.
func (l *loader) taskOf(ctx context.Context, who ismskit.Actor, typ, grantID string) (string, error) {
	tasks, err := l.kit.Tasks(ctx, ismskit.Actor{Person: who.Person}, ismskit.TodoFilter{Types: []string{typ}})
	if err != nil {
		return "", err
	}
	for _, t := range tasks {
		c, err := l.kit.Case(ctx, loading, t.Case)
		if err != nil {
			return "", err
		}
		if grantOf(c.Cause) == grantID {
			return t.Case, nil
		}
	}
	return "", fmt.Errorf("grant %s: %w", grantID, errNoTask)
}
