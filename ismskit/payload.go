package ismskit

import (
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// payload gives the event as canonical bytes: the same members that parseEvent
// reads, and none that are empty.
func (e Event) payload() ([]byte, error) { return evidence.Canonical(e.plain()) }

// plainMap leaves out what is empty, so that an entry says only what happened.
type plainMap map[string]any

func (m plainMap) text(key, value string) {
	if value != "" {
		m[key] = value
	}
}

func (m plainMap) moment(key string, t time.Time) {
	if !t.IsZero() {
		m[key] = t
	}
}

func (m plainMap) number(key string, n int64) {
	if n != 0 {
		m[key] = n
	}
}

func list[T any](m plainMap, key string, items []T, plain func(T) any) {
	if len(items) == 0 {
		return
	}
	m[key] = plainAll(items, plain)
}

func (e Event) plain() map[string]any {
	m := make(plainMap, 24) // as an approval has them
	m["verb"], m["type"], m["revision"], m["by"] = string(e.Verb), e.Type, e.Revision, plainSigner(e.By)
	m.text("definition", e.Definition)
	m.text("number", e.Number)
	m.text("moved_from", e.MovedFrom)
	m.text("step", e.Step)
	m.text("task", e.Task)
	m.text("origin", string(e.Origin))
	m.text("via", e.Via)
	m.text("assurance", e.Assurance)
	m.text("channel", e.Channel)
	m.text("comment", e.Comment)
	m.text("result", e.Result)
	m.text("to", e.To)
	m.text("root", e.Root)
	m.text("signature", e.Signature)
	m.text("salt", e.Salt)
	m.number("binds", int64(e.Binds))
	m.text("stored", e.Stored)
	m.text("phase", string(e.Phase))
	m.text("outcome", string(e.Outcome))
	m.moment("proved", e.Proved)
	m.moment("received", e.Received)
	m.moment("due", e.Due)
	if e.For != nil {
		m["for"] = plainSigner(*e.For)
	}
	if e.Year != nil {
		m["year"] = plainYear(*e.Year)
	}
	if e.Batch != nil {
		m["batch"] = plainBatch(*e.Batch)
	}
	if e.Certificate != nil {
		m["certificate"] = plainCertified(*e.Certificate)
	}
	m.text("owes", e.Owes)
	if e.Afresh {
		m["afresh"] = true
	}
	if e.Outside != nil {
		m["outside"] = plainOutside(*e.Outside)
	}
	list(m, "values", e.Values, func(v NamedValue) any {
		return map[string]any{"name": v.Name, "value": v.Value, "salt": v.Salt}
	})
	list(m, "changes", e.Changes, func(c Changed) any {
		return map[string]any{"name": c.Name, "from": c.From, "to": c.To}
	})
	list(m, "people", e.People, plainSigner)
	list(m, "chosen", e.Chosen, plainChosen)
	list(m, "dues", e.Dues, plainDue)
	if e.Counted != nil {
		m["counted"] = plainCounting(*e.Counted)
	}
	if e.Extension != nil {
		m["extension"] = plainExtension(*e.Extension)
	}
	list(m, "opened", e.Opened, plainNote)
	list(m, "closed", e.Closed, plainNote)
	list(m, "children", e.Kids, plainChild)
	list(m, "rows", e.Rows, plainText)
	list(m, "effects", e.Effects, plainText)
	list(m, "material", e.Material, plainText)
	list(m, "files", e.Files, plainText)
	list(m, "attached", e.Attached, plainFile)
	return m
}

func plainAll[T any](items []T, plain func(T) any) []any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = plain(item)
	}
	return out
}

func plainText(s string) any { return s }

func plainChosen(c ChosenNote) any {
	m := plainMap{"step": c.Step}
	list(m, "people", c.People, plainSigner)
	return map[string]any(m)
}

func plainDue(d workflow.NewDue) any {
	m := plainMap{"task": d.Task, "due": d.Due}
	m.text("due_date", d.DueDate)
	return map[string]any(m)
}

func plainExtension(x workflow.Extension) any {
	m := plainMap{"term": x.Term, "due": x.Due}
	m.text("due_date", x.DueDate)
	return map[string]any(m)
}

func plainYear(y YearNote) map[string]any {
	return map[string]any{"from": int64(y.From), "to": int64(y.To)}
}

func plainBatch(n BatchNote) map[string]any {
	m := plainMap{"of": int64(n.Of)}
	if n.Opened {
		m["opened"] = true
	}
	return m
}

func plainCertified(c Certified) map[string]any {
	m := plainMap(c.Plain())
	m.text("name", c.Name)
	m.text("subject", c.Subject)
	m.text("serial", c.Serial)
	m.text("issuer", c.Issuer)
	m.moment("from", c.From)
	m.moment("to", c.To)
	return m
}

func plainSigner(s workflow.Signer) any {
	m := plainMap{"person": s.Person}
	m.text("name", s.Name)
	m.text("post", s.Post)
	m.text("post_title", s.PostTitle)
	m.text("unit", s.Unit)
	m.text("unit_name", s.UnitName)
	return map[string]any(m)
}

func plainOutside(o workflow.OutsideNote) any {
	m := plainMap{}
	m.text("to", o.To)
	m.text("how", o.How)
	m.text("number", o.Number)
	m.moment("sent", o.Sent)
	m.moment("expected", o.Expected)
	m.text("expected_date", o.ExpectedDate)
	m.text("text", o.Text)
	m.moment("replied", o.Replied)
	m.text("reply_number", o.ReplyNumber)
	m.text("reply", o.Reply)
	list(m, "proof", o.Proof, plainText)
	m.text("unasked", o.Unasked)
	return map[string]any(m)
}

func plainNote(n TaskNote) any {
	m := plainMap{"task": n.Task, "step": n.Step}
	list(m, "holders", n.Holders, plainSigner)
	m.text("pool", n.Pool)
	m.number("choice", int64(n.Choice))
	m.text("due", n.Due)
	m.text("status", string(n.Status))
	m.text("origin", string(n.Origin))
	m.text("from", n.From)
	if len(n.Why) > 0 {
		m["why"] = n.Why
	}
	return map[string]any(m)
}

func plainChild(c ChildNote) any {
	m := plainMap{"row": c.Row, "case": c.Case, "outcome": string(c.Outcome), "seq": c.Seq, "head": c.Head}
	m.text("result", c.Result)
	return map[string]any(m)
}
